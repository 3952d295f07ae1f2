#include "costs.h"

#include <chrono>
#include <thread>
#include <vector>

#include "check.h"

namespace ox_profile {
namespace {

using std::chrono::nanoseconds;

TEST(TimesOfAllThreadsAddUp) {
  Costs costs;
  std::vector<std::thread> threads;
  for (int i = 1; i <= 4; i++) {
    threads.emplace_back([&costs, i] {
      for (int j = 0; j <= 1000; j++) {
        costs.drains.Add(nanoseconds(i * j), nanoseconds(j));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(costs.drains.count() == 4 * 1001);
  CHECK(costs.drains.sum() == nanoseconds(10 * 500'500));
  CHECK(costs.drains.cpu() == nanoseconds(4 * 500'500));
  CHECK(costs.drains.worst() == nanoseconds(4000));
  CHECK(costs.wakes.count() == 0);
}

TEST(WhatASampleCostsFollowsSlowlyAndIsNotCleared) {
  Costs costs;
  costs.NoteSignal(nanoseconds(800));
  CHECK(costs.sample() == nanoseconds(800));
  costs.NoteSignal(nanoseconds(8800));
  CHECK(costs.sample() == nanoseconds(1800));
  costs.NoteSample(nanoseconds(0));  // None was seen yet.
  CHECK(costs.sample() == nanoseconds(1800));
  costs.NoteSample(nanoseconds(5000));
  costs.NoteSample(nanoseconds(0));
  CHECK(costs.sample() == nanoseconds(6800));
  costs.drains.Add(nanoseconds(5), nanoseconds(5));
  costs.samples = 3;
  costs.Clear();
  CHECK(costs.drains.count() == 0);
  CHECK(costs.drains.worst() == nanoseconds(0));
  CHECK(costs.samples.load() == 0);
  CHECK(costs.sample() == nanoseconds(6800));
}

}  // namespace
}  // namespace ox_profile
