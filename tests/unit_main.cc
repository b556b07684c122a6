// The main of every unit test program: GoogleTest's own, with a temporary folder that belongs to this process alone and the
// top of the source tree as its working folder: tests name their fixtures from there.
//
// CTest runs each test as a process of its own, several at a time; tests of one program that write the same file name into a
// shared folder would read each other's bytes.
#include <gmock/gmock.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <string>
#include <system_error>

int main(int count, char** arguments) {
  testing::InitGoogleMock(&count, arguments);
  if (::chdir(BULKHEAD_TOP) != 0) {
    std::cerr << "cannot go to " << BULKHEAD_TOP << "\n";
    return 1;
  }
  std::string folder = testing::TempDir() + "bulkhead-test-XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr || ::setenv("TEST_TMPDIR", (folder + "/").c_str(), 1) != 0) {
    std::cerr << "cannot make a folder in " << testing::TempDir() << "\n";
    return 1;
  }
  const int result = RUN_ALL_TESTS();
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  return result;
}
