# SPDX-License-Identifier: Apache-2.0
#
# The language, the warnings and the hardening of everything we compile.
# `tocsin_flags` carries what is common; `tocsin_strict` adds what our own rooms bear and
# generated code and tests do not.

set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# Assertions are ours and always on (CONVENTIONS 7), so no build type defines NDEBUG.
set(CMAKE_C_FLAGS_DEBUG "-O1 -g")
set(CMAKE_C_FLAGS_RELEASE "-O2 -g")
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Debug CACHE STRING "Debug or Release" FORCE)
endif()

set(TOCSIN_SANITIZE "" CACHE STRING "As in -fsanitize=: nothing, address,undefined or thread")
option(TOCSIN_WERROR "Warnings are errors" ON)
if(TOCSIN_SANITIZE)
  set(CMAKE_C_FLAGS_DEBUG "-O1 -g1") # a report names lines, and the build takes a quarter less
endif()

include(CheckPIESupported)
check_pie_supported(LANGUAGES C)
include(CheckCCompilerFlag)
include(CheckLinkerFlag)
find_package(Threads REQUIRED)

add_library(tocsin_flags INTERFACE)
target_link_libraries(tocsin_flags INTERFACE Threads::Threads)
target_compile_definitions(tocsin_flags INTERFACE
  _POSIX_C_SOURCE=200809L _DEFAULT_SOURCE
  $<$<CONFIG:Debug>:TCN_SLOW_CHECKS>)
target_compile_options(tocsin_flags INTERFACE
  -fno-strict-overflow
  -fno-omit-frame-pointer
  -fstack-protector-strong
  "-fmacro-prefix-map=${CMAKE_SOURCE_DIR}/="
  $<$<BOOL:${TOCSIN_WERROR}>:-Werror>)
foreach(flag -fstack-clash-protection -fcf-protection)
  string(MAKE_C_IDENTIFIER "TOCSIN_HAS${flag}" has)
  check_c_compiler_flag(${flag} ${has})
  if(${has})
    target_compile_options(tocsin_flags INTERFACE ${flag})
  endif()
endforeach()
target_link_options(tocsin_flags INTERFACE -Wl,-z,relro,-z,now -Wl,-z,noexecstack)
if(BUILD_TESTING)
  # Hundreds of programs are linked: gold, of the same package, takes half of the time.
  check_linker_flag(C -fuse-ld=gold TOCSIN_HAS_GOLD)
  if(TOCSIN_HAS_GOLD)
    target_link_options(tocsin_flags INTERFACE -fuse-ld=gold)
  endif()
endif()

if(TOCSIN_SANITIZE)
  # gcc 12 sees uninitialised values in instrumented code that are none.
  target_compile_options(tocsin_flags INTERFACE
    -fsanitize=${TOCSIN_SANITIZE} -fno-sanitize-recover=all -U_FORTIFY_SOURCE
    $<$<C_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  target_link_options(tocsin_flags INTERFACE -fsanitize=${TOCSIN_SANITIZE})
  if(CMAKE_C_COMPILER_ID STREQUAL "Clang")
    # Shared as gcc's is: tests put an allocator that refuses before the sanitizer's.
    execute_process(COMMAND ${CMAKE_C_COMPILER} -print-runtime-dir
      OUTPUT_VARIABLE TOCSIN_RUNTIME_DIR OUTPUT_STRIP_TRAILING_WHITESPACE
      COMMAND_ERROR_IS_FATAL ANY)
    target_link_options(tocsin_flags INTERFACE -shared-libsan "LINKER:-rpath,${TOCSIN_RUNTIME_DIR}")
  endif()
else()
  target_compile_options(tocsin_flags INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
endif()

add_library(tocsin_warnings INTERFACE)
target_compile_options(tocsin_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wformat=2 -Wstrict-prototypes -Wmissing-prototypes
  -Wundef -Wwrite-strings -Wvla)

add_library(tocsin_strict INTERFACE)
target_link_libraries(tocsin_strict INTERFACE tocsin_flags tocsin_warnings)
target_compile_options(tocsin_strict INTERFACE
  -Wconversion -Wsign-conversion -Wcast-qual
  $<$<C_COMPILER_ID:GNU>:-Wlogical-op>
  $<$<C_COMPILER_ID:GNU>:-Wduplicated-cond>)
