# What ganvas is built from: libtorch (the wheel's, or the user's own), libvips, muParser, Highway,
# CLI11, nlohmann-json.

if(GANVAS_TORCH)
  list(PREPEND CMAKE_PREFIX_PATH ${GANVAS_TORCH})
else()
  file(GLOB wheel_torch ${CMAKE_SOURCE_DIR}/.venv/lib/python3*/site-packages/torch)
  list(PREPEND CMAKE_PREFIX_PATH ${wheel_torch})
endif()
find_package(Torch 2.11 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(vips REQUIRED IMPORTED_TARGET vips-cpp>=8.14)
pkg_check_modules(muparser REQUIRED IMPORTED_TARGET muparser)
pkg_check_modules(highway REQUIRED IMPORTED_TARGET libhwy>=1.0)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(ZLIB REQUIRED)
find_package(Threads REQUIRED)

# libtorch as one target, its headers outside our warnings.
add_library(torch::torch INTERFACE IMPORTED)
target_include_directories(torch::torch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
target_link_libraries(torch::torch INTERFACE ${TORCH_LIBRARIES} Threads::Threads)

# Flags of every target. -fopenmp makes at::parallel_for parallel; only gcc shares libtorch's runtime.
add_library(ganvas_options INTERFACE)
target_compile_options(ganvas_options INTERFACE -Wall -Wextra -Wno-restrict -fopenmp)  # -Wrestrict: false alarms of gcc 12 (its bug 105651)
target_link_options(ganvas_options INTERFACE -fopenmp)
target_link_libraries(ganvas_options INTERFACE CLI11::CLI11 nlohmann_json::nlohmann_json)
if(GANVAS_WARNINGS_AS_ERRORS)
  target_compile_options(ganvas_options INTERFACE -Werror)
endif()
if(GANVAS_SANITIZE)
  # gcc 12 sees uninitialized memory in sanitized std::optional where there is none.
  target_compile_options(ganvas_options INTERFACE -fsanitize=${GANVAS_SANITIZE} -fno-omit-frame-pointer -Wno-maybe-uninitialized)
  target_link_options(ganvas_options INTERFACE -fsanitize=${GANVAS_SANITIZE})
  # And a null pointer where sums are stored.
  set_source_files_properties(ganvas/kernels/tiles_plain.cpp PROPERTIES COMPILE_OPTIONS "-Wno-array-bounds;-Wno-stringop-overflow")
endif()

find_program(ccache ccache)
if(ccache AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # A base directory makes paths relative, so that a fresh clone hits the cache too.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${ccache})
endif()
