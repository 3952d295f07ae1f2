#ifndef OX_PROFILE_COUNT_TABLE_H_
#define OX_PROFILE_COUNT_TABLE_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "call_tree.h"
#include "fold.h"
#include "fold_placement.h"
#include "frame_table.h"
#include "ranking.h"
#include "stack_frame.h"

namespace ox_profile {

using ThreadId = int64_t;

inline constexpr ThreadId kMainThread = 0;  // As Node counts threads.

// Stands for those threads that ended first, see CountTable::EndThread.
inline constexpr ThreadId kEarlierThreads = -1;

// What a CountTable held at one moment. Plain data, owned by whoever took it.
struct Snapshot {
  struct Thread {
    ThreadId id = 0;
    std::string name;
    bool ended = false;
    uint32_t first_node = 0;  // Its root; its nodes follow.
    std::chrono::nanoseconds elapsed{0};
    // Busy time that no sample has divided yet.
    std::chrono::nanoseconds unattributed{0};
    std::chrono::nanoseconds added_at{0};  // The last rotation ended; or 0.
    // The last sample's stack that was one, leaf first; only of Threads.
    std::vector<StackFrame> last_seen;
  };

  std::vector<Thread> threads;

  // Nodes, thread after thread, each tree depth first and parents first.
  std::vector<int32_t> parent;  // -1 for a root.
  std::vector<FrameId> frame;
  std::vector<double> self_hits;
  std::vector<double> self_wall_nanos;
  std::vector<double> self_cpu_nanos;

  // Hits by source line, node after node and line after line.
  std::vector<uint32_t> line_node;
  std::vector<uint32_t> line_number;
  std::vector<double> line_hits;

  std::vector<Frame> frames;
  double start_millis = 0;  // Since the Unix epoch: made, or last reset.
  std::string strings;      // Joined by NUL; frames refer to them by number.

  uint64_t dropped = 0;
  IntervalStats intervals;
};

// The counts: a call tree for each thread, over frames that all threads share.
// Any thread may call any method.
class CountTable {
 public:
  // `max_nodes` bounds the nodes of all threads together, and with them frames
  // and strings. The few nodes for states of a thread come on top.
  explicit CountTable(size_t max_nodes);

  // Enters a thread, which is then shown even before it has any counts.
  void BeginThread(ThreadId thread, const std::string& thread_name);

  // Adds a rotation that began at `epoch`; when the table was reset since, it
  // is forgotten. Hits whose stack does not fit go to the (truncated) node and
  // are counted as dropped.
  void Add(ThreadId thread, const std::string& thread_name, const Fold& fold,
           uint64_t epoch);

  // Notes that a thread has ended. Its counts stay. When many have ended, the
  // counts of those that ended first are added up under kEarlierThreads.
  void EndThread(ThreadId thread);

  // All threads, or those of `only`.
  [[nodiscard]] Snapshot TakeSnapshot(
      const std::optional<std::set<ThreadId>>& only = std::nullopt) const;

  // The functions with the largest counts, see Ranker::Finish; of all threads
  // together, or of those of `only`.
  struct Ranked {
    Ranking ranking;
    std::vector<Snapshot::Thread> threads;
    uint64_t dropped = 0;
  };
  [[nodiscard]] Ranked Rank(
      size_t limit, Ranking::Order order, bool include_states,
      const std::optional<std::set<ThreadId>>& only = std::nullopt) const;

  // The threads of a snapshot, without nodes, and what they were last seen in.
  [[nodiscard]] std::vector<Snapshot::Thread> Threads() const;

  struct Size {
    size_t nodes;  // Of functions, in all threads.
    size_t max_nodes;
    size_t frames;
    size_t string_bytes;
    uint64_t dropped;
    IntervalStats intervals;
  };
  [[nodiscard]] Size size() const;

  // The stack with the most hits, leaf first, of all threads together.
  struct HotStack {
    std::vector<StackFrame> frames;
    uint64_t hits = 0;
    uint64_t samples = 0;  // Of the whole table.
  };
  [[nodiscard]] HotStack HottestStack() const;

  // How often the table was reset.
  [[nodiscard]] uint64_t epoch() const { return epoch_; }

  // Forgets all counts, times and names, and threads that have ended.
  void Reset();

 private:
  struct ThreadCounts {
    ThreadCounts(const std::string& thread_name, FrameId root_frame)
        : name(thread_name), tree(root_frame) {}

    std::string name;
    bool ended = false;
    CallTree tree;
    NodeId last_seen = 0;  // The root where nothing was.
    std::chrono::nanoseconds added_at{0};
    // What each unsettled hit would get of the unsettled times.
    [[nodiscard]] CallTree::Parts PartsOfHits() const;
    void Settle();

    std::chrono::nanoseconds elapsed{0};
    // Busy time that is not settled among hits.
    std::chrono::nanoseconds unsettled_wall{0};
    std::chrono::nanoseconds unsettled_cpu{0};
  };

  [[nodiscard]] Snapshot::Thread Describe(ThreadId id,
                                          const ThreadCounts& counts) const;
  [[nodiscard]] std::vector<StackFrame> StackOf(const CallTree& tree,
                                                NodeId leaf) const;
  void FoldAway(ThreadCounts& ended);
  static void AppendTree(const ThreadCounts& counts,
                         const Chunks<Frame>& frames, Snapshot& snapshot);
  ThreadCounts& CountsOf(ThreadId thread, const std::string& thread_name);
  NodeId StateNode(CallTree& tree, FrameKind kind);
  // Called with ranking_mutex_ held, and not mutex_.
  void NameFunctions(std::vector<Ranking::Function>& functions) const;

  const size_t max_nodes_;
  std::atomic<uint64_t> epoch_{0};

  // Guards ranker_, and that no frame is forgotten meanwhile. Taken before
  // mutex_.
  mutable std::mutex ranking_mutex_;
  mutable Ranker ranker_;

  mutable std::mutex mutex_;  // Guards all below.
  FrameTable frames_;
  std::map<ThreadId, ThreadCounts> threads_;
  size_t node_count_ = 0;  // Of functions, in all threads.
  double start_millis_ = 0;
  std::deque<ThreadId> ended_;  // The first to end in front.
  uint64_t dropped_ = 0;
  IntervalStats intervals_;

  FoldPlacement placement_;  // Of Add.
};

}  // namespace ox_profile

#endif  // OX_PROFILE_COUNT_TABLE_H_
