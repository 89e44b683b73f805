# SPDX-License-Identifier: Apache-2.0
#
# Rooms, programs and tests as CMake functions.
#
# A room sees only its own headers and those of the rooms it uses: every room has a folder
# inc/<room> in the build tree whose single entry <room> is a link to its sources, so
# `#include "store/log.h"` resolves only where `store` is among the rooms used.

find_package(PkgConfig REQUIRED)
set(TOCSIN_INC "${CMAKE_BINARY_DIR}/inc")
set_property(GLOBAL PROPERTY TOCSIN_ROOMS "")

# tocsin_foreign(<pkg-config module>...): finds each as PkgConfig::<module>.
function(tocsin_foreign)
  foreach(module ${ARGN})
    pkg_check_modules(${module} REQUIRED IMPORTED_TARGET GLOBAL ${module})
  endforeach()
endfunction()

# tocsin_include_link(<name> <source folder>): inc/<name>/<name> -> source folder.
function(tocsin_include_link name folder)
  file(MAKE_DIRECTORY "${TOCSIN_INC}/${name}")
  file(CREATE_LINK "${folder}" "${TOCSIN_INC}/${name}/${name}" SYMBOLIC)
endfunction()

# tocsin_room(NAME <room> DIR <folder> [SOURCES ...] [USES <room>...] [FOREIGN <module>...])
# makes the static library tcn_<room>. A room without a source yet is an interface library,
# so the house can be configured while it is being built.
function(tocsin_room)
  cmake_parse_arguments(ROOM "" "NAME;DIR" "SOURCES;USES;FOREIGN" ${ARGN})
  if(ROOM_UNPARSED_ARGUMENTS OR NOT ROOM_NAME OR NOT ROOM_DIR)
    message(FATAL_ERROR "tocsin_room: expects NAME and DIR, got: ${ARGN}")
  endif()
  set(target tcn_${ROOM_NAME})
  set(folder "${CMAKE_SOURCE_DIR}/${ROOM_DIR}")
  if(ROOM_SOURCES)
    list(TRANSFORM ROOM_SOURCES PREPEND "${folder}/")
  else()
    file(GLOB ROOM_SOURCES CONFIGURE_DEPENDS "${folder}/*.c")
    list(FILTER ROOM_SOURCES EXCLUDE REGEX "/main\\.c$")
  endif()
  tocsin_include_link(${ROOM_NAME} "${folder}")

  if(ROOM_SOURCES)
    add_library(${target} STATIC ${ROOM_SOURCES})
    set(scope PUBLIC)
    target_link_libraries(${target} PRIVATE tocsin_strict)
    target_compile_definitions(${target} PRIVATE "TCN_PROGRAM_VERSION=\"${PROJECT_VERSION}\"")
    foreach(module ${ROOM_FOREIGN})
      target_link_libraries(${target} PRIVATE PkgConfig::${module})
    endforeach()
    if(ROOM_NAME STREQUAL wire AND TARGET tcn_proto)
      target_link_libraries(${target} PRIVATE tcn_proto)
    endif()
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(${target} ${scope} "${TOCSIN_INC}/${ROOM_NAME}")
  foreach(used ${ROOM_USES})
    target_link_libraries(${target} ${scope} tcn_${used})
  endforeach()
  set_property(TARGET ${target} PROPERTY TOCSIN_DIR "${folder}")
  set_property(GLOBAL APPEND PROPERTY TOCSIN_ROOMS ${ROOM_NAME})
endfunction()

# tocsin_proto(DIR <folder>): generates protobuf-c code from every .proto of the folder into
# the build tree as tcn_proto, included as "proto/<name>.pb-c.h". Only `wire` links it.
function(tocsin_proto)
  cmake_parse_arguments(PROTO "" "DIR" "" ${ARGN})
  set(folder "${CMAKE_SOURCE_DIR}/${PROTO_DIR}")
  file(GLOB protos CONFIGURE_DEPENDS "${folder}/*.proto")
  if(NOT protos)
    return()
  endif()
  find_program(TOCSIN_PROTOC_C protoc-c REQUIRED)
  set(gen "${CMAKE_BINARY_DIR}/gen/proto")
  file(MAKE_DIRECTORY "${gen}")
  set(outputs "")
  foreach(proto ${protos})
    get_filename_component(name "${proto}" NAME_WE)
    set(made "${gen}/${name}.pb-c.c" "${gen}/${name}.pb-c.h")
    # Every output depends on every .proto: they import each other and are few.
    add_custom_command(OUTPUT ${made}
      COMMAND "${TOCSIN_PROTOC_C}" "--proto_path=${folder}" "--c_out=${gen}" "${proto}"
      DEPENDS ${protos}
      COMMENT "protoc-c ${name}.proto"
      VERBATIM)
    list(APPEND outputs ${made})
  endforeach()
  add_library(tcn_proto STATIC ${outputs})
  target_link_libraries(tcn_proto PRIVATE tocsin_flags PUBLIC PkgConfig::libprotobuf-c)
  target_compile_options(tcn_proto PRIVATE -w)
  target_include_directories(tcn_proto PRIVATE "${gen}")
  target_include_directories(tcn_proto SYSTEM INTERFACE "${CMAKE_BINARY_DIR}/gen")
endfunction()

# tocsin_program(NAME <program> ROOM <room>): the room's main.c as bin/<program>, once it exists.
function(tocsin_program)
  cmake_parse_arguments(PROGRAM "" "NAME;ROOM" "USES" ${ARGN})
  get_target_property(folder tcn_${PROGRAM_ROOM} TOCSIN_DIR)
  file(GLOB main CONFIGURE_DEPENDS "${folder}/main.c")
  if(NOT main)
    return()
  endif()
  add_executable(${PROGRAM_NAME} "${main}")
  target_link_libraries(${PROGRAM_NAME} PRIVATE tocsin_strict tcn_${PROGRAM_ROOM})
  foreach(used ${PROGRAM_USES})
    target_link_libraries(${PROGRAM_NAME} PRIVATE tcn_${used})
  endforeach()
  target_compile_definitions(${PROGRAM_NAME} PRIVATE
    "TCN_PROGRAM_VERSION=\"${PROJECT_VERSION}\""
    "TCN_POLICY_DIR=\"${CMAKE_INSTALL_FULL_DATADIR}/tocsin/policy\"")
  set_property(TARGET ${PROGRAM_NAME} PROPERTY RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
  install(TARGETS ${PROGRAM_NAME} RUNTIME)
endfunction()

# tocsin_public_library(ROOM <room> HEADER <header>): libtocsin.so, which exports tocsin_* and
# nothing else, with its one header and its pkg-config file, once the room has sources.
function(tocsin_public_library)
  cmake_parse_arguments(LIB "" "ROOM;HEADER" "" ${ARGN})
  set(room tcn_${LIB_ROOM})
  get_filename_component(header_folder "${CMAKE_SOURCE_DIR}/${LIB_HEADER}" DIRECTORY)
  get_target_property(type ${room} TYPE)
  if(type STREQUAL INTERFACE_LIBRARY)
    target_include_directories(${room} INTERFACE "${header_folder}")
    return()
  endif()
  target_include_directories(${room} PUBLIC "${header_folder}")
  # The room is compiled visible; the version script then hides all but tocsin_*.
  set_property(TARGET ${room} PROPERTY C_VISIBILITY_PRESET default)
  set(exports "${CMAKE_SOURCE_DIR}/cmake/tocsin.map")
  add_library(libtocsin SHARED $<TARGET_OBJECTS:${room}>)
  set_target_properties(libtocsin PROPERTIES
    OUTPUT_NAME tocsin VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}
    LINKER_LANGUAGE C LINK_DEPENDS "${exports}")
  target_link_libraries(libtocsin PRIVATE tocsin_flags ${room})
  target_link_options(libtocsin PRIVATE "-Wl,--version-script=${exports}")
  install(TARGETS libtocsin LIBRARY)
  install(FILES "${CMAKE_SOURCE_DIR}/${LIB_HEADER}" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
  configure_file("${CMAKE_SOURCE_DIR}/cmake/tocsin.pc.in" "${CMAKE_BINARY_DIR}/tocsin.pc" @ONLY)
  install(FILES "${CMAKE_BINARY_DIR}/tocsin.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
endfunction()
