# libtorch as the target torch::torch: its headers, libc10 and libtorch_cpu, and nothing else. CUDA's
# half is loaded by name at run time where it is (ganvas/core/cuda), so neither a toolkit nor NVIDIA's
# libraries are needed to build. libtorch's own CMake package asks for both, so it is not used.

if(GANVAS_TORCH)
  set(torch_folder ${GANVAS_TORCH})
  if(EXISTS ${GANVAS_TORCH}/torch/lib/libtorch_cpu.so)  # a site-packages, or an unpacked wheel
    set(torch_folder ${GANVAS_TORCH}/torch)
  endif()
else()
  file(GLOB torch_folder ${CMAKE_SOURCE_DIR}/.venv/lib/python3*/site-packages/torch)
endif()
if(NOT EXISTS "${torch_folder}/lib/libtorch_cpu.so" OR NOT EXISTS "${torch_folder}/include/ATen/core/Tensor.h")
  message(FATAL_ERROR "no libtorch in '${torch_folder}' (expected lib/libtorch_cpu.so and include/ATen there); "
    "run tools/setup, or set GANVAS_TORCH to the folder of a libtorch or of Python's torch package")
endif()
file(REAL_PATH ${torch_folder} torch_folder)

add_library(torch::torch INTERFACE IMPORTED)
target_include_directories(torch::torch SYSTEM INTERFACE
  ${torch_folder}/include ${torch_folder}/include/torch/csrc/api/include)
# What libtorch_cpu itself needs is found by its own run path when the program starts.
target_link_libraries(torch::torch INTERFACE
  ${torch_folder}/lib/libtorch_cpu.so ${torch_folder}/lib/libc10.so -Wl,--allow-shlib-undefined)
set(GANVAS_LIBRARY_FOLDERS ${torch_folder}/lib)

# Does it fit: version, compiler, and what libtorch_cpu needs at run time?
if(NOT GANVAS_TORCH_FITS STREQUAL torch_folder)
  file(WRITE ${CMAKE_BINARY_DIR}/fits.cpp [[
#include <cstdio>
#include <ATen/core/Tensor.h>
#include <ATen/ops/ones.h>
#include <torch/headeronly/version.h>
static_assert(TORCH_VERSION_MAJOR > 2 || TORCH_VERSION_MINOR >= 11, "ganvas needs torch 2.11 or newer");
int main() {
  std::printf("%s", TORCH_VERSION);
  return at::ones({2, 2}).sum().item<float>() == 4 ? 0 : 1;
}
]])
  try_run(fits_exit fits_compiled ${CMAKE_BINARY_DIR}/fits ${CMAKE_BINARY_DIR}/fits.cpp
    CMAKE_FLAGS "-DCMAKE_BUILD_RPATH=${torch_folder}/lib"
    LINK_LIBRARIES torch::torch CXX_STANDARD 20
    COMPILE_OUTPUT_VARIABLE fits_words RUN_OUTPUT_VARIABLE torch_version)
  if(NOT fits_compiled)
    file(WRITE ${CMAKE_BINARY_DIR}/fits.log "${fits_words}")
    message(FATAL_ERROR "the libtorch in ${torch_folder} does not fit: a small program with it does not build; "
      "expected torch 2.11 or newer for this compiler (the words of the compiler: ${CMAKE_BINARY_DIR}/fits.log)")
  elseif(NOT fits_exit EQUAL 0)
    string(STRIP "${torch_version}" torch_version)
    message(FATAL_ERROR "the libtorch in ${torch_folder} does not start (${torch_version}); a CUDA build needs "
      "libcudart.so.13 and libcupti.so.13 beside it: pip install nvidia-cuda-runtime nvidia-cuda-cupti")
  endif()
  message(STATUS "libtorch ${torch_version} in ${torch_folder}")
  set(GANVAS_TORCH_FITS ${torch_folder} CACHE INTERNAL "The libtorch that was tried")
endif()

# The CUDA half, where this libtorch has one and CUDA's headers are at hand (NVIDIA's wheels beside
# torch's, or a toolkit).
if(EXISTS ${torch_folder}/lib/libtorch_cuda.so)
  find_path(cuda_headers cuda_runtime_api.h
    PATHS ${torch_folder}/../nvidia/cu13/include /usr/local/cuda/include /usr/include NO_DEFAULT_PATH NO_CACHE)
  find_path(cuda_crt_headers crt/host_defines.h
    PATHS ${torch_folder}/../nvidia/cu13/include /usr/local/cuda/include /usr/include NO_DEFAULT_PATH NO_CACHE)
  if(cuda_headers AND cuda_crt_headers)
    add_library(torch::cuda INTERFACE IMPORTED)
    target_include_directories(torch::cuda SYSTEM INTERFACE ${cuda_headers} ${cuda_crt_headers})
    target_link_libraries(torch::cuda INTERFACE torch::torch
      ${torch_folder}/lib/libtorch_cuda.so ${torch_folder}/lib/libc10_cuda.so)
  else()
    message(STATUS "no CUDA headers (cuda_runtime_api.h, crt/host_defines.h): steps are not captured as graphs; "
      "pip install nvidia-cuda-runtime nvidia-cuda-crt brings them")
  endif()
endif()
