# bulkhead_room(NAME MAY <rooms it may include> LINK <libraries>)
#
# One static library per room from src/NAME/**/*.cc, one test program from src/NAME/**/*_test.cc. A room links exactly the
# rooms of its MAY list, so that what the include test forbids does not link either.
set_source_files_properties(${CMAKE_SOURCE_DIR}/tests/unit_main.cc PROPERTIES COMPILE_DEFINITIONS BULKHEAD_TOP="${CMAKE_SOURCE_DIR}")

function(bulkhead_room name)
  cmake_parse_arguments(ROOM "" "" "MAY;LINK" ${ARGN})
  set(folder ${CMAKE_SOURCE_DIR}/src/${name})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${folder}/*.cc)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
  list(FILTER sources EXCLUDE REGEX "/src/main/main\\.cc$")
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")

  if(sources)
    add_library(bulkhead_${name} STATIC ${sources})
    set(scope PUBLIC)
  else()
    add_library(bulkhead_${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(bulkhead_${name} ${scope} ${CMAKE_SOURCE_DIR}/src)
  foreach(other IN LISTS ROOM_MAY)
    if(other)
      target_link_libraries(bulkhead_${name} ${scope} bulkhead_${other})
    endif()
  endforeach()
  target_link_libraries(bulkhead_${name} ${scope} ${ROOM_LINK})

  if(BULKHEAD_TESTS AND tests)
    add_executable(${name}_test ${CMAKE_SOURCE_DIR}/tests/unit_main.cc ${tests})
    target_link_libraries(${name}_test PRIVATE bulkhead_${name} GTest::gmock)
    # Fixtures are named from the top of the tree, where unit_main.cc goes: so the same source is the same object in every checkout.
    target_compile_definitions(${name}_test PRIVATE BULKHEAD_SOURCE_DIR=".")
    gtest_discover_tests(${name}_test TEST_PREFIX ${name}. PROPERTIES LABELS unit DISCOVERY_TIMEOUT 60)
  endif()
endfunction()
