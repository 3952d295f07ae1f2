#ifndef OX_PROFILE_STALLS_H_
#define OX_PROFILE_STALLS_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "count_table.h"
#include "fold.h"
#include "sampling_thread.h"
#include "stall_file.h"

namespace ox_profile {

// A time in which an event loop did not turn.
struct Stall {
  uint64_t id = 0;
  ThreadId thread = 0;
  std::string thread_name;
  double start_millis = 0;  // Since the Unix epoch.
  std::chrono::nanoseconds began{0};
  std::chrono::nanoseconds duration{0};  // Up to now while it lasts.
  bool ended = false;
  std::shared_ptr<CountTable> table;  // Its own samples.
};

// Keeps the last stalls of all threads, and has each written into a file: a
// line of JSON when it has lasted long enough to be one, and another when it
// has ended. Any thread may call any method.
class StallBook final : public Timed {
 public:
  static StallBook& Get();

  // From now on. Forgets what was kept. An empty `file`: none is written.
  void Begin(size_t keep, const std::string& file);
  // Has what is left written, and then nothing any more.
  void End();
  // Has what is left written, and waits a little for that. The process may end
  // now.
  void Flush();

  // A stall that began at `began` and still lasts. Returns its id, never 0.
  // Called by the sampling thread, within OnTime.
  [[nodiscard]] uint64_t Open(ThreadId thread, const std::string& name,
                              std::chrono::nanoseconds began);
  // The samples of the stall in a rotation: `fold.stall_hits`.
  void Add(uint64_t id, const Fold& fold);
  void Close(uint64_t id, std::chrono::nanoseconds ended);

  // The last first.
  [[nodiscard]] std::vector<Stall> List() const;

  struct Totals {
    uint64_t count;        // Since Begin, kept or not.
    uint64_t not_written;  // Lines that did not get into the file.
  };
  [[nodiscard]] Totals totals() const;

  std::chrono::nanoseconds OnTime(std::chrono::nanoseconds now) override;

 private:
  StallBook() = default;

  struct Entry {
    Stall stall;
    std::chrono::nanoseconds opened{0};
    bool counted = false;  // Samples have come.
    bool opened_in_file = false;
    bool closed_in_file = false;
  };
  Entry* Find(uint64_t id);
  // Forgets the first of those that have ended, where there are too many.
  void Trim();
  void WriteDue(std::chrono::nanoseconds now, bool all);
  void Write(Entry& entry, std::chrono::nanoseconds now);

  std::atomic<SamplingThread::TargetId> target_{0};  // Where a file is written.

  mutable std::mutex mutex_;  // Guards all below.
  size_t keep_ = 0;
  std::shared_ptr<StallFile> file_;  // Or null.
  uint64_t last_id_ = 0;
  uint64_t count_ = 0;
  std::deque<Entry> entries_;  // The first in front.
};

}  // namespace ox_profile

#endif  // OX_PROFILE_STALLS_H_
