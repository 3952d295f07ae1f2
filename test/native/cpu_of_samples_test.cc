#include "cpu_of_samples.h"

#include <chrono>
#include <vector>

#include "check.h"
#include "fold.h"

namespace ox_profile {
namespace {

using std::chrono::milliseconds;

constexpr uint32_t kAll = Fold::kCpuPartsOfHit;

using enum SampleNote::Doing;

SampleNote NoteAt(int millis, int cpu_millis, SampleNote::Doing doing) {
  return {milliseconds(millis), milliseconds(cpu_millis), doing};
}

const SampleNote kBegan = NoteAt(0, 0, kRan);

std::vector<uint32_t> PartsOf(const std::vector<SampleNote>& notes) {
  CpuOfSamples cpu(notes, kBegan);
  std::vector<uint32_t> parts;
  for (const SampleNote& note : notes) parts.push_back(cpu.PartsAt(note.at));
  return parts;
}

TEST(SamplesOutsideOfTheSystemRan) {
  // Others had the core for most of the time.
  const auto parts = PartsOf({NoteAt(10, 1, kRan), NoteAt(20, 2, kRan)});
  CHECK(parts == std::vector<uint32_t>({kAll, kAll}));
}

TEST(SamplesThatEndedACallWaited) {
  // The wait begins and ends half-way between samples.
  const auto parts = PartsOf({NoteAt(10, 10, kRan), NoteAt(20, 15, kWaited),
                              NoteAt(30, 15, kWaited), NoteAt(40, 20, kRan)});
  CHECK(parts == std::vector<uint32_t>({kAll, 1, 1, kAll}));
}

TEST(SamplesBehindACallRanAsTheClockSays) {
  const auto parts =
      PartsOf({NoteAt(10, 10, kLeftSystemCall), NoteAt(20, 15, kLeftSystemCall),
               NoteAt(30, 15, kLeftSystemCall)});
  CHECK(parts == std::vector<uint32_t>({kAll, kAll / 2, 1}));
}

TEST(SamplesAreFoundByTheirTimes) {
  const std::vector<SampleNote> notes = {NoteAt(10, 10, kRan),
                                         NoteAt(20, 10, kWaited)};
  CpuOfSamples cpu(notes, kBegan);
  // V8's time is the next whole microsecond below.
  CHECK(cpu.PartsAt(milliseconds(10) - std::chrono::nanoseconds(999)) == kAll);
  CHECK(cpu.PartsAt(milliseconds(19)) == kAll);
  CHECK(cpu.PartsAt(milliseconds(20) + std::chrono::microseconds(30)) == 1);
}

TEST(NoSampleHasMoreThanACpu) {
  CHECK(PartsOf({NoteAt(10, 15, kLeftSystemCall)}) ==
        std::vector<uint32_t>({kAll}));
  // At one time: what ran in between is not known.
  CHECK(PartsOf({NoteAt(10, 10, kRan), NoteAt(10, 10, kLeftSystemCall)}) ==
        std::vector<uint32_t>({kAll, kAll}));
}

TEST(ASampleForWhichThereWasNoRoomRan) {
  const std::vector<SampleNote> notes = {NoteAt(10, 0, kWaited)};
  CpuOfSamples cpu(notes, kBegan);
  CHECK(cpu.PartsAt(milliseconds(29)) == 1);
  CHECK(cpu.PartsAt(milliseconds(31)) == kAll);
}

TEST(WithoutNotesAllRan) {
  CpuOfSamples cpu({}, kBegan);
  CHECK(cpu.PartsAt(milliseconds(10)) == kAll);
}

}  // namespace
}  // namespace ox_profile
