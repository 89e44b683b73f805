# SPDX-License-Identifier: Apache-2.0
#
# Tests, found by where they lie. A test file may say more about itself in its first lines:
#   ctest-uses: store policy     (C) rooms to link beside those that its folder implies
#   ctest-wraps: tcn_fold_step   (C) functions F that the file stands in for, as __wrap_F; the real
#                                one is __real_F
#   ctest-labels: threads        further labels; `threads` also runs under the thread sanitizer, and
#                                script/test says what `long`, `plain` and `once_...` mean
#   ctest-single: no thread      why the thread sanitizer has nothing to see in it
#   ctest-timeout: 600           seconds, where the caller's limit does not fit
#   ctest-serial: latency        runs alone (label `alone`), and why: it compares times, say; not
#                                under a sanitizer, where nothing is learnt from times
#   ctest-cost: 60               seconds that it takes, so that the slow ones start first
#   ctest-locks: clock           what no two tests may hold at once; `clock` is held by tests that
#                                measure time with real programs, and by those that load the machine

# Tests in C make their files where they run: in memory, where there is some. That a disk syncs is
# for the tests of real programs, whose files lie on one.
if(IS_DIRECTORY /dev/shm)
  set(TOCSIN_TEST_DIR /dev/shm)
else()
  set(TOCSIN_TEST_DIR "${CMAKE_BINARY_DIR}/tests")
endif()

# Tests ask for more memory than there is, so a sanitizer's allocator must be able to say no.
set(TOCSIN_ASAN "detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1")
set(TOCSIN_TSAN "halt_on_error=1:suppressions=${CMAKE_SOURCE_DIR}/tests/tsan.supp")
set(TOCSIN_TEST_ENV
  "TOCSIN_BIN=${CMAKE_BINARY_DIR}/bin"
  "TOCSIN_SRC=${CMAKE_SOURCE_DIR}"
  "ASAN_OPTIONS=${TOCSIN_ASAN}:allocator_may_return_null=1"
  "UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1"
  "TSAN_OPTIONS=${TOCSIN_TSAN}:allocator_may_return_null=1")

# Tests in C open and close a collector's inside hundreds of times in one process. A block that is
# mapped anew is zero and costs the pages that are used; one that malloc keeps is cleared whole, and
# that took half of their time. Programs run as they are.
set(TOCSIN_TEST_C_ENV "MALLOC_MMAP_THRESHOLD_=131072")

# tocsin_test_says(<file> <directive> <out>): the words after `ctest-<directive>:`, or none.
function(tocsin_test_says file directive out)
  file(STRINGS "${file}" lines LIMIT_COUNT 40 REGEX "ctest-${directive}:")
  set(words "")
  foreach(line ${lines})
    string(REGEX REPLACE ".*ctest-${directive}:" "" line "${line}")
    string(REGEX REPLACE "ctest-.*" "" line "${line}")
    string(REGEX MATCHALL "[A-Za-z0-9_]+" found "${line}")
    list(APPEND words ${found})
  endforeach()
  set_property(DIRECTORY "${CMAKE_SOURCE_DIR}" APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
  set(${out} "${words}" PARENT_SCOPE)
endfunction()

# tocsin_test_register(<name> <file> LABELS <label>...): what all tests have in common.
function(tocsin_test_register name file)
  cmake_parse_arguments(TEST "" "" "LABELS" ${ARGN})
  tocsin_test_says("${file}" labels more)
  tocsin_test_says("${file}" timeout timeout)
  tocsin_test_says("${file}" serial serial)
  tocsin_test_says("${file}" cost cost)
  tocsin_test_says("${file}" locks locks)
  set_tests_properties(${name} PROPERTIES
    LABELS "${TEST_LABELS};${more}"
    ENVIRONMENT "${TOCSIN_TEST_ENV}"
    SKIP_RETURN_CODE 77)
  if(serial AND NOT TOCSIN_SANITIZE)
    set_tests_properties(${name} PROPERTIES RUN_SERIAL TRUE LABELS "${TEST_LABELS};${more};alone")
  endif()
  if(timeout)
    list(GET timeout 0 timeout)
    set_tests_properties(${name} PROPERTIES TIMEOUT ${timeout})
  endif()
  if(cost)
    set_tests_properties(${name} PROPERTIES COST ${cost})
  endif()
  if(locks)
    set_tests_properties(${name} PROPERTIES RESOURCE_LOCK "${locks}")
  endif()
endfunction()

# tocsin_test_c(NAME <name> SOURCES <file>... ROOMS <room>... LABELS <label>...): one executable.
# Tests may include every room; they link only the rooms named, so that one room's broken
# build does not stop another room's tests.
function(tocsin_test_c)
  cmake_parse_arguments(TEST "" "NAME" "SOURCES;ROOMS;LABELS" ${ARGN})
  list(GET TEST_SOURCES 0 file)
  string(REPLACE "." "_" target "test.${TEST_NAME}")
  tocsin_test_says("${file}" uses more)
  add_executable(${target} ${TEST_SOURCES})
  target_link_libraries(${target} PRIVATE tocsin_flags tocsin_warnings)
  if(TARGET tcn_testlib)
    target_link_libraries(${target} PRIVATE tcn_testlib)
  endif()
  # A test drives and looks, what it drives computes: without optimisation it is compiled in half of
  # the time.
  if(TOCSIN_SANITIZE MATCHES "address" AND "unit" IN_LIST TEST_LABELS)
    target_compile_options(${target} PRIVATE -O0)
  endif()
  foreach(room ${TEST_ROOMS} ${more})
    target_link_libraries(${target} PRIVATE tcn_${room})
  endforeach()
  tocsin_test_says("${file}" wraps wraps)
  foreach(function ${wraps})
    target_link_options(${target} PRIVATE "-Wl,--wrap=${function}")
  endforeach()
  target_link_libraries(${target} PRIVATE PkgConfig::cmocka)
  tocsin_test_sees_all(${target})
  set_property(TARGET ${target} PROPERTY RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests/bin")
  add_test(NAME ${TEST_NAME} COMMAND ${target} WORKING_DIRECTORY "${TOCSIN_TEST_DIR}")
  tocsin_test_register(${TEST_NAME} "${file}" LABELS ${TEST_LABELS})
  set_property(TEST ${TEST_NAME} APPEND PROPERTY ENVIRONMENT "${TOCSIN_TEST_C_ENV}")
  # What the stage of the thread sanitizer builds: no program, and none of the other tests.
  get_test_property(${TEST_NAME} LABELS labels)
  if("threads" IN_LIST labels)
    if(NOT TARGET tocsin_threads)
      add_custom_target(tocsin_threads)
    endif()
    add_dependencies(tocsin_threads ${target})
  endif()
endfunction()

# tocsin_test_sees_all(<target>): the headers of every room, of the test library and the public one.
function(tocsin_test_sees_all target)
  get_property(rooms GLOBAL PROPERTY TOCSIN_ROOMS)
  foreach(room ${rooms} testlib)
    target_include_directories(${target} PRIVATE "${TOCSIN_INC}/${room}")
  endforeach()
  target_include_directories(${target} PRIVATE "${CMAKE_SOURCE_DIR}/include")
endfunction()
