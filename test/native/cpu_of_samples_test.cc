#include "cpu_of_samples.h"

#include <chrono>
#include <vector>

#include "check.h"
#include "fold.h"

namespace ox_profile {
namespace {

using std::chrono::milliseconds;

constexpr uint32_t kAll = Fold::kCpuPartsOfHit;

SampleNote NoteAt(int millis, int cpu_millis, bool in_system_call) {
  return {milliseconds(millis), milliseconds(cpu_millis), in_system_call};
}

std::vector<uint32_t> PartsOf(const std::vector<SampleNote>& notes,
                              const SampleNote& began,
                              const SampleNote& ended) {
  CpuOfSamples cpu(notes, began, ended);
  std::vector<uint32_t> parts;
  for (const SampleNote& note : notes) parts.push_back(cpu.PartsAt(note.at));
  return parts;
}

TEST(SamplesOutsideOfTheSystemRan) {
  // Others had the core for most of the time.
  const auto parts =
      PartsOf({NoteAt(10, 1, false), NoteAt(20, 2, false)}, NoteAt(0, 0, false),
              NoteAt(30, 3, false));
  CHECK(parts == std::vector<uint32_t>({kAll, kAll}));
}

TEST(SamplesInTheSystemRanAsTheClockSays) {
  const auto parts = PartsOf(
      {NoteAt(10, 10, true), NoteAt(20, 15, true), NoteAt(30, 20, true)},
      NoteAt(0, 0, false), NoteAt(40, 30, false));
  CHECK(parts == std::vector<uint32_t>({kAll / 2, kAll / 2, kAll / 2}));
}

TEST(AWaitKeepsNothingOfItsNeighbours) {
  // It begins and ends half-way between samples.
  const auto parts =
      PartsOf({NoteAt(10, 10, false), NoteAt(20, 15, true),
               NoteAt(30, 15, true), NoteAt(40, 20, false)},
              NoteAt(0, 0, false), NoteAt(50, 30, false));
  CHECK(parts == std::vector<uint32_t>({kAll, 1, 1, kAll}));
}

TEST(SamplesAreFoundByTheirTimes) {
  const std::vector<SampleNote> notes = {NoteAt(10, 10, false),
                                         NoteAt(20, 10, true)};
  CpuOfSamples cpu(notes, NoteAt(0, 0, false), NoteAt(30, 10, false));
  // V8's time is the next whole microsecond below.
  CHECK(cpu.PartsAt(milliseconds(10) - std::chrono::nanoseconds(999)) == kAll);
  CHECK(cpu.PartsAt(milliseconds(19)) == kAll);
  CHECK(cpu.PartsAt(milliseconds(20) + std::chrono::microseconds(30)) == 1);
}

TEST(WithoutNotesAllRan) {
  CpuOfSamples cpu({}, NoteAt(0, 0, false), NoteAt(30, 10, false));
  CHECK(cpu.PartsAt(milliseconds(10)) == kAll);
}

}  // namespace
}  // namespace ox_profile
