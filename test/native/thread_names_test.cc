#include "thread_names.h"

#include <string>

#include "check.h"

namespace ox_profile {
namespace {

TEST(NamesAreGivenAndForgotten) {
  CHECK(NameOfThread(1, "worker 1") == "worker 1");
  NameThread(1, "mailer");
  CHECK(NameOfThread(1, "worker 1") == "mailer");
  NameThread(1, "sender");
  CHECK(NameOfThread(1, "worker 1") == "sender");
  ForgetNameOfThread(1);
  ForgetNameOfThread(2);
  CHECK(NameOfThread(1, "worker 1") == "worker 1");
}

TEST(NamesDoNotGrowWithoutBound) {
  NameThread(1, std::string(1000, 'x'));
  CHECK(NameOfThread(1, "") == std::string(256, 'x'));
  for (ThreadId id = 2; id <= 5000; id++) NameThread(id, "named");
  // Those that began first are forgotten.
  CHECK(NameOfThread(5000 - 4096, "?") == "?");
  CHECK(NameOfThread(5000 - 4095, "?") == "named");
  for (ThreadId id = 0; id <= 5000; id++) ForgetNameOfThread(id);
  CHECK(NameOfThread(5000, "?") == "?");
}

}  // namespace
}  // namespace ox_profile
