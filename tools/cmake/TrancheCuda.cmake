# SPDX-License-Identifier: Apache-2.0
# Decides whether the CUDA backend is built, and sets TRANCHE_WITH_CUDA.
include(CheckLanguage)
set(TRANCHE_WITH_CUDA OFF)
if(TRANCHE_CUDA STREQUAL "OFF")
  message(STATUS "tranche: CUDA backend off (TRANCHE_CUDA=OFF)")
  return()
endif()

if(NOT CMAKE_CUDA_COMPILER AND NOT DEFINED ENV{CUDACXX} AND EXISTS /usr/local/cuda/bin/nvcc)
  set(CMAKE_CUDA_COMPILER /usr/local/cuda/bin/nvcc)
endif()
check_language(CUDA)
if(NOT CMAKE_CUDA_COMPILER)
  if(TRANCHE_CUDA STREQUAL "ON")
    message(FATAL_ERROR "TRANCHE_CUDA=ON, but no CUDA compiler was found. "
                        "Install the CUDA Toolkit, or configure with -DTRANCHE_CUDA=AUTO.")
  endif()
  message(STATUS "tranche: CUDA backend off (no CUDA compiler found)")
  return()
endif()

if(NOT DEFINED CMAKE_CUDA_ARCHITECTURES)
  set(CMAKE_CUDA_ARCHITECTURES 80-real 90-real 100)
endif()
enable_language(CUDA)
if(NOT DEFINED CMAKE_CUDA20_STANDARD_COMPILE_OPTION)
  set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION -std=c++20)  # unknown to CMake 3.25.1
  set(CMAKE_CUDA20_EXTENSION_COMPILE_OPTION -std=c++20)
endif()
set(CMAKE_CUDA_STANDARD 20)
set(CMAKE_CUDA_STANDARD_REQUIRED ON)
find_package(CUDAToolkit REQUIRED)
set(TRANCHE_WITH_CUDA ON)
message(STATUS "tranche: CUDA backend on (toolkit ${CUDAToolkit_VERSION}, "
               "architectures ${CMAKE_CUDA_ARCHITECTURES})")
