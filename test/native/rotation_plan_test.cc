#include "rotation_plan.h"

#include <chrono>

#include "check.h"

namespace ox_profile {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

TEST(RotationsStayShort) {
  RotationPlan plan;
  // Nothing is known: deep and distinct stacks are expected.
  const nanoseconds unknown = plan.Length(milliseconds(1));
  CHECK(unknown <= milliseconds(25));
  // Rotations of few samples teach it together.
  for (int i = 0; i < 3; i++) {
    CHECK(plan.Length(milliseconds(1)) == unknown);
    plan.Learn({.samples = 7,
                .nodes = 7,
                .frames = 10,
                .took = std::chrono::microseconds(60)});
  }
  CHECK(plan.Length(milliseconds(1)) > unknown);
  for (int i = 0; i < 20; i++) {
    plan.Learn({.samples = 100,
                .nodes = 50,
                .frames = 100,
                .took = std::chrono::microseconds(60)});
  }
  // It may turn to other stacks at any time.
  CHECK(plan.Length(milliseconds(1)) == milliseconds(120));
  CHECK(plan.Length(milliseconds(9)) == std::chrono::seconds(1));
  CHECK(plan.Length(milliseconds(100)) == std::chrono::seconds(1));
  for (int i = 0; i < 20; i++) {
    plan.Learn({.samples = 100,
                .nodes = 2000,
                .frames = 3000,
                .took = milliseconds(2)});
  }
  // 20 nodes a sample at 1 µs: 50 samples make a drain of 1 ms.
  CHECK(plan.Length(milliseconds(1)) > milliseconds(45));
  CHECK(plan.Length(milliseconds(1)) < milliseconds(55));
  CHECK(plan.Length(milliseconds(1)) < plan.Length(milliseconds(2)));
}

}  // namespace
}  // namespace ox_profile
