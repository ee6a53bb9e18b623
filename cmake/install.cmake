# cmake --install: program, libraries, headers, weights, manual page, completion, and a package for find_package(ganvas).
# libtorch and the other libraries stay where they are.

include(GNUInstallDirs)

# Found from the installed place, or where they lie now.
set(GANVAS_INSTALL_RPATH "" CACHE STRING "Where installed programs look for libraries, as a wheel wants it; empty takes those of here")
if(GANVAS_INSTALL_RPATH)
  set(installed_rpath ${GANVAS_INSTALL_RPATH})
else()
  set(installed_rpath "\$ORIGIN" "\$ORIGIN/../${CMAKE_INSTALL_LIBDIR}" ${GANVAS_LIBRARY_FOLDERS})
endif()
set_target_properties(ganvas_program ganvas_c PROPERTIES INSTALL_RPATH "${installed_rpath}" BUILD_WITH_INSTALL_RPATH OFF
  BUILD_RPATH "${CMAKE_INSTALL_RPATH}" BUILD_RPATH_USE_ORIGIN ON)

install(TARGETS ganvas_program ganvas_c ganvas)
if(TARGET ganvas_cuda)
  install(TARGETS ganvas_cuda LIBRARY DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
install(DIRECTORY ganvas ${CMAKE_BINARY_DIR}/generated/ganvas TYPE INCLUDE
  FILES_MATCHING PATTERN "*.h" PATTERN private EXCLUDE PATTERN sources.h EXCLUDE)
install(DIRECTORY weights DESTINATION ${CMAKE_INSTALL_DATADIR}/ganvas)
install(DIRECTORY examples/data DESTINATION ${CMAKE_INSTALL_DATADIR}/ganvas/examples)
install(DIRECTORY python DESTINATION ${CMAKE_INSTALL_DATADIR}/ganvas PATTERN __pycache__ EXCLUDE)
install(FILES LICENSE TYPE DOC)

# What the program writes about itself.
install(CODE "
  set(prefix \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}\")
  file(MAKE_DIRECTORY \${prefix}/${CMAKE_INSTALL_MANDIR}/man1
    \${prefix}/${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
  execute_process(COMMAND \${prefix}/${CMAKE_INSTALL_BINDIR}/ganvas --generate man COMMAND_ERROR_IS_FATAL ANY
    OUTPUT_FILE \${prefix}/${CMAKE_INSTALL_MANDIR}/man1/ganvas.1)
  execute_process(COMMAND \${prefix}/${CMAKE_INSTALL_BINDIR}/ganvas --generate bash COMMAND_ERROR_IS_FATAL ANY
    OUTPUT_FILE \${prefix}/${CMAKE_INSTALL_DATADIR}/bash-completion/completions/ganvas)")

# The package: the libraries that ganvas needs are found by the same files as here. With those of a bundle the program
# and the library for C alone are installed.
if(GANVAS_DEPENDENCIES)
  return()
endif()
set(GANVAS_TORCH_FOLDER ${torch_folder})
include(CMakePackageConfigHelpers)
configure_package_config_file(cmake/ganvasConfig.cmake.in ganvasConfig.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/ganvas PATH_VARS CMAKE_INSTALL_LIBDIR CMAKE_INSTALL_INCLUDEDIR)
write_basic_package_version_file(ganvasConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/ganvasConfig.cmake ${CMAKE_BINARY_DIR}/ganvasConfigVersion.cmake cmake/torch.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/ganvas)
