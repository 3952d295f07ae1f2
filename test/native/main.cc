// Runs the tests that are linked to it, file by file. What it prints is read by
// run.mjs: a line `begin` and a line `end` for each test, with tabs between
// what they say; all other lines are for people.

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "check.h"

namespace ox_profile::test {

namespace {

std::atomic<uint64_t> checks{0};
std::atomic<uint64_t> failures{0};

// "count_table" of "test/native/count_table_test.cc".
std::string PartOf(std::string_view file) {
  const std::string_view name = file.substr(file.find_last_of("/\\") + 1);
  return std::string(name.substr(0, name.rfind("_test.cc")));
}

// Whether nothing failed.
bool Run(const Test& test) {
  const std::string part = PartOf(test.file);
  std::printf("begin\t%s\t%s\n", part.c_str(), test.name);
  std::fflush(stdout);  // Should the test end the process.
  checks = 0;
  failures = 0;
  test.run();
  std::printf("end\t%s\t%s\t%llu\t%llu\n", part.c_str(), test.name,
              static_cast<unsigned long long>(checks),
              static_cast<unsigned long long>(failures));
  return failures == 0;
}

}  // namespace

std::vector<Test>& Tests() {
  static std::vector<Test> tests;
  return tests;
}

void Check(const Outcome& outcome, const char* expected, const char* file,
           int line) {
  checks++;
  if (outcome.ok) return;
  failures++;
  std::printf("%s:%d: expected %s, found %s\n", file, line, expected,
              outcome.found.c_str());
  std::fflush(stdout);
}

}  // namespace ox_profile::test

int main() {
  using ox_profile::test::Test;
  std::vector<Test> tests = ox_profile::test::Tests();
  std::stable_sort(tests.begin(), tests.end(),
                   [](const Test& a, const Test& b) {
                     return std::string_view(a.file) < b.file;
                   });
  bool ok = !tests.empty();
  for (const Test& test : tests) ok = ox_profile::test::Run(test) && ok;
  return ok ? 0 : 1;
}
