# What ganvas is built from: libtorch (the wheel's, or the user's own), libvips, muParser, Highway, libmicrohttpd,
# dygraphs, CLI11, nlohmann-json, zlib: Debian's, or those of a bundle (tools/bundle) in GANVAS_DEPENDENCIES.

include(cmake/torch.cmake)

find_package(Threads REQUIRED)
target_link_libraries(torch::torch INTERFACE Threads::Threads ${CMAKE_DL_LIBS})

if(GANVAS_DEPENDENCIES)
  set(place ${GANVAS_DEPENDENCIES})
  list(PREPEND CMAKE_PREFIX_PATH ${place})
  foreach(name vips muparser highway microhttpd)
    add_library(PkgConfig::${name} INTERFACE IMPORTED)
    target_include_directories(PkgConfig::${name} SYSTEM INTERFACE ${place}/include)
  endforeach()
  file(GLOB vips_library ${place}/lib/libvips-cpp.so.*)
  target_include_directories(PkgConfig::vips SYSTEM INTERFACE
    ${place}/include/glib-2.0 ${place}/lib/glib-2.0/include)
  target_link_libraries(PkgConfig::vips INTERFACE ${vips_library})
  target_link_libraries(PkgConfig::muparser INTERFACE ${place}/lib/libmuparser.so.2)
  target_link_libraries(PkgConfig::highway INTERFACE ${place}/lib/libhwy.so.1)
  target_link_libraries(PkgConfig::microhttpd INTERFACE ${place}/lib/libmicrohttpd.so.12)
  set(GANVAS_DYGRAPHS ${place}/share/dygraphs)
  list(APPEND GANVAS_LIBRARY_FOLDERS ${place}/lib)
  add_library(ZLIB::ZLIB INTERFACE IMPORTED)
  target_include_directories(ZLIB::ZLIB SYSTEM INTERFACE ${place}/include)
  target_link_libraries(ZLIB::ZLIB INTERFACE ${place}/lib/libz.a)
  foreach(name CLI11::CLI11 nlohmann_json::nlohmann_json)
    add_library(${name} INTERFACE IMPORTED)
    target_include_directories(${name} SYSTEM INTERFACE ${place}/include)
  endforeach()
else()
  find_package(PkgConfig REQUIRED)
  pkg_check_modules(vips REQUIRED IMPORTED_TARGET vips-cpp>=8.14)
  pkg_check_modules(muparser REQUIRED IMPORTED_TARGET muparser)
  pkg_check_modules(highway REQUIRED IMPORTED_TARGET libhwy>=1.0)
  pkg_check_modules(microhttpd REQUIRED IMPORTED_TARGET libmicrohttpd>=0.9.75)
  set(GANVAS_DYGRAPHS /usr/share/javascript/dygraphs)
  find_package(CLI11 REQUIRED)
  find_package(nlohmann_json REQUIRED)
  find_package(ZLIB REQUIRED)
endif()

# c10d's headers include Gloo's, which no torch package brings; its library is inside libtorch, and another must not be
# linked.
find_path(GANVAS_GLOO gloo/transport/device.h PATHS ${GANVAS_DEPENDENCIES}/include)
if(NOT GANVAS_GLOO)
  message(FATAL_ERROR "no gloo/transport/device.h; run tools/setup, or install Debian's libgloo-dev")
endif()
set_source_files_properties(ganvas/world/world.cpp ganvas/world/network.cpp PROPERTIES
  COMPILE_DEFINITIONS USE_C10D_GLOO SKIP_PRECOMPILE_HEADERS ON)
if(GANVAS_DEPENDENCIES)
  set_source_files_properties(ganvas/world/world.cpp ganvas/world/network.cpp PROPERTIES INCLUDE_DIRECTORIES ${GANVAS_GLOO})
endif()

# Programs find their libraries relative to themselves where those lie in this folder, and name no
# other folder. Without this CMake writes absolute paths, and all that libtorch's package lists.
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
set(CMAKE_BUILD_WITH_INSTALL_RPATH ON)
set(CMAKE_INSTALL_RPATH "\$ORIGIN")
foreach(folder ${GANVAS_LIBRARY_FOLDERS})
  cmake_path(IS_PREFIX CMAKE_SOURCE_DIR ${folder} NORMALIZE is_inside)
  if(is_inside)
    file(RELATIVE_PATH folder ${CMAKE_BINARY_DIR} ${folder})
    set(folder "\$ORIGIN/${folder}")
  endif()
  list(APPEND CMAKE_INSTALL_RPATH ${folder})
endforeach()

# Flags of every target. -fopenmp makes at::parallel_for parallel; only gcc shares libtorch's runtime. -Wrestrict:
# false alarms of gcc 12 (its bug 105651).
add_library(ganvas_options INTERFACE)
target_compile_options(ganvas_options INTERFACE -Wall -Wextra
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict;-fopenmp;-fpch-preprocess>)
target_link_options(ganvas_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-fopenmp>)
target_link_libraries(ganvas_options INTERFACE $<$<CXX_COMPILER_ID:Clang>:gomp> CLI11::CLI11 nlohmann_json::nlohmann_json)
# Highway asks for it; everywhere, since precompiled headers are shared between targets of equal definitions.
target_compile_definitions(ganvas_options INTERFACE HWY_SHARED_DEFINE)
if(GANVAS_WARNINGS_AS_ERRORS)
  target_compile_options(ganvas_options INTERFACE -Werror)
endif()
if(GANVAS_SANITIZE)
  # gcc 12 sees uninitialized memory in sanitized std::optional where there is none.
  target_compile_options(ganvas_options INTERFACE -fsanitize=${GANVAS_SANITIZE} -fno-omit-frame-pointer
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  target_link_options(ganvas_options INTERFACE -fsanitize=${GANVAS_SANITIZE})
  # And a null pointer where sums are stored.
  set_source_files_properties(ganvas/kernels/tiles_plain.cpp PROPERTIES COMPILE_OPTIONS "-Wno-array-bounds;-Wno-stringop-overflow")
endif()

find_program(ccache ccache)
if(ccache AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # A base directory makes paths relative, so that a fresh clone hits the cache too.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
    CCACHE_SLOPPINESS=pch_defines,time_macros ${ccache})
endif()
