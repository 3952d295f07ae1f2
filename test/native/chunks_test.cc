#include "chunks.h"

#include <memory>
#include <string>
#include <vector>

#include "check.h"

namespace ox_profile {
namespace {

TEST(ElementsStayWhereTheyAre) {
  Chunks<std::string> list;
  const std::string* const first = &list.Append("0");
  for (int i = 1; i < 1000; i++) list.Append(std::to_string(i));
  CHECK(list.size() == 1000);
  CHECK((&list[0] == first));
  std::vector<std::string> expected;
  for (int i = 0; i < 1000; i++) {
    expected.push_back(std::to_string(i));
    CHECK(list[i] == expected.back());
  }
  CHECK(list.ToVector() == expected);
  list.Clear();
  CHECK(list.size() == 0);
  CHECK(list.ToVector().empty());
  CHECK(list.Append("again") == "again");
}

}  // namespace
}  // namespace ox_profile
