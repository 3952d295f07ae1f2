#include "count_table.h"

#include <algorithm>

namespace ox_profile {

namespace {

double MillisSinceEpoch() {
  return std::chrono::duration<double, std::milli>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// Busy time is divided among hits once there are so many of them. A few hits
// say little of how the time was spent: in the second in which a short burst of
// work happens to be missed, some other function would get all of its time.
constexpr uint64_t kHitsToSettle = 128;

// So many ended threads keep trees of their own.
constexpr size_t kMostEndedThreads = 64;

// Appends a node's lines to `snapshot`, in their order.
void AppendLines(const CallTree& tree, const CallTree::Node& node,
                 uint32_t index, Snapshot& snapshot) {
  if (node.last_line == CallTree::kNoLine) return;
  std::vector<CallTree::Line> lines;
  for (uint32_t i = node.last_line; i != CallTree::kNoLine;
       i = tree.lines()[i].next) {
    lines.push_back(tree.lines()[i]);
  }
  std::sort(lines.begin(), lines.end(),
            [](const CallTree::Line& a, const CallTree::Line& b) {
              return a.number < b.number;
            });
  for (const CallTree::Line& line : lines) {
    snapshot.line_node.push_back(index);
    snapshot.line_number.push_back(static_cast<uint32_t>(line.number));
    snapshot.line_hits.push_back(static_cast<double>(line.hits));
  }
}

}  // namespace

CallTree::Parts CountTable::ThreadCounts::PartsOfHits() const {
  const auto part = [](std::chrono::nanoseconds time, uint64_t parts) {
    return parts == 0 ? 0 : time.count() / static_cast<int64_t>(parts);
  };
  return {part(unsettled_wall, tree.unsettled_hits()),
          part(unsettled_cpu, tree.unsettled_cpu_parts())};
}

void CountTable::ThreadCounts::Settle() {
  if (tree.unsettled_hits() == 0) return;
  const CallTree::Parts parts = PartsOfHits();
  // The remainders of the divisions, below a nanosecond a part, stay.
  unsettled_wall -= std::chrono::nanoseconds(
      parts.wall_nanos * static_cast<int64_t>(tree.unsettled_hits()));
  unsettled_cpu -= std::chrono::nanoseconds(
      parts.cpu_nanos * static_cast<int64_t>(tree.unsettled_cpu_parts()));
  tree.Settle(parts);
}

// Appends a tree to `snapshot`, depth first, with the unsettled times divided
// as they would be now. States that never occurred are left out; the root
// stays.
void CountTable::AppendTree(const ThreadCounts& counts,
                            const Chunks<Frame>& frames, Snapshot& snapshot) {
  const CallTree& tree = counts.tree;
  const CallTree::Parts parts = counts.PartsOfHits();
  struct Visit {
    NodeId node;
    int32_t parent;
  };
  std::vector<Visit> pending{{tree.root(), -1}};
  while (!pending.empty()) {
    const Visit visit = pending.back();
    pending.pop_back();
    const CallTree::Node& node = tree.nodes()[visit.node];
    if (node.next_sibling != kNoNode) {
      pending.push_back({node.next_sibling, visit.parent});
    }
    if (NeverOccurred(node, frames[node.frame].kind)) continue;

    const auto index = static_cast<int32_t>(snapshot.parent.size());
    snapshot.parent.push_back(visit.parent);
    snapshot.frame.push_back(node.frame);
    snapshot.self_hits.push_back(static_cast<double>(node.self_hits));
    snapshot.self_wall_nanos.push_back(
        static_cast<double>(node.self_wall_nanos + parts.WallOf(node)));
    snapshot.self_cpu_nanos.push_back(
        static_cast<double>(node.self_cpu_nanos + parts.CpuOf(node)));
    AppendLines(tree, node, static_cast<uint32_t>(index), snapshot);
    if (node.first_child != kNoNode) {
      pending.push_back({node.first_child, index});
    }
  }
}

CountTable::CountTable(size_t max_nodes)
    : max_nodes_(max_nodes), start_millis_(MillisSinceEpoch()) {}

NodeId CountTable::StateNode(CallTree& tree, FrameKind kind) {
  return tree.FindOrAdd(tree.root(), frames_.InternState(kind));
}

CountTable::ThreadCounts& CountTable::CountsOf(ThreadId thread,
                                               const std::string& thread_name) {
  const auto found = threads_.find(thread);
  if (found != threads_.end()) {
    found->second.name = thread_name;
    return found->second;
  }
  return threads_
      .try_emplace(thread, thread_name, frames_.InternState(FrameKind::kRoot))
      .first->second;
}

void CountTable::BeginThread(ThreadId thread, const std::string& thread_name) {
  const std::scoped_lock lock(mutex_);
  CountsOf(thread, thread_name);
}

void CountTable::Add(ThreadId thread, const std::string& thread_name,
                     const Fold& fold, uint64_t epoch) {
  const std::scoped_lock lock(mutex_);
  if (epoch != epoch_) return;
  ThreadCounts& counts = CountsOf(thread, thread_name);
  CallTree& tree = counts.tree;
  const NodeId idle = StateNode(tree, FrameKind::kIdle);
  const NodeId profiler = StateNode(tree, FrameKind::kProfiler);
  const NodeId gc = StateNode(tree, FrameKind::kGarbageCollector);
  const NodeId truncated = StateNode(tree, FrameKind::kTruncated);
  node_count_ +=
      placement_.Place(fold, max_nodes_ - node_count_, frames_, tree);

  uint64_t gc_pause_hits = fold.gc_pause_hits;
  const auto add = [&](NodeId node, uint64_t hits, const Fold::Node& of) {
    tree.AddUnsettledHits(node, hits, hits * of.cpu_parts_of_hit);
  };
  for (size_t i = 1; i < fold.nodes.size(); i++) {
    uint64_t hits = fold.nodes[i].hits;
    if (hits == 0) continue;
    const NodeId node = placement_.NodeOf(i);
    if (node == gc) {
      // The pauses were measured, so their samples divide nothing.
      const uint64_t in_pauses = std::min(hits, gc_pause_hits);
      gc_pause_hits -= in_pauses;
      tree.AddHits(gc, in_pauses);
      hits -= in_pauses;
    }
    if (node == idle) {
      // Idle time is the loop's own, however many samples it was seen in.
      tree.AddHits(idle, hits);
    } else if (node == kNoNode) {
      add(truncated, hits, fold.nodes[i]);
      dropped_ += hits;
    } else if (hits > 0) {
      add(node, hits, fold.nodes[i]);
    }
  }
  for (const Fold::LineHits& line : fold.lines) {
    const NodeId node = placement_.NodeOf(line.node);
    if (node != kNoNode) tree.AddLineHits(node, line.line, line.hits);
  }
  dropped_ += fold.lost;
  counts.added_at = fold.ended_at;
  if (fold.last_node < fold.nodes.size()) {
    const NodeId last = placement_.NodeOf(fold.last_node);
    if (last != kNoNode) counts.last_seen = last;
  }
  counts.unsettled_wall += fold.busy_wall;
  counts.unsettled_cpu += fold.busy_cpu;
  if (fold.weights_end || tree.unsettled_hits() >= kHitsToSettle) {
    counts.Settle();
  }

  tree.AddTimes(idle, fold.idle_wall.count(), 0);
  tree.AddTimes(gc, fold.gc_wall.count(), fold.gc_cpu.count());
  tree.AddHits(profiler, fold.profiler_hits);
  tree.AddTimes(profiler, fold.profiler_wall.count(),
                fold.profiler_cpu.count());
  counts.elapsed +=
      fold.busy_wall + fold.idle_wall + fold.gc_wall + fold.profiler_wall;
  intervals_.Merge(fold.intervals);
}

void CountTable::EndThread(ThreadId thread) {
  const std::scoped_lock lock(mutex_);
  const auto found = threads_.find(thread);
  if (found == threads_.end() || found->second.ended) return;
  found->second.ended = true;
  found->second.Settle();
  ended_.push_back(thread);
  if (ended_.size() <= kMostEndedThreads) return;
  const auto first = threads_.extract(ended_.front());
  ended_.pop_front();
  FoldAway(first.mapped());
}

void CountTable::FoldAway(ThreadCounts& ended) {
  ThreadCounts& all = CountsOf(kEarlierThreads, "(earlier threads)");
  all.ended = true;
  node_count_ -= all.tree.Add(ended.tree, frames_.frames());
  all.elapsed += ended.elapsed;
  all.unsettled_wall += ended.unsettled_wall;
  all.unsettled_cpu += ended.unsettled_cpu;
}

Snapshot::Thread CountTable::Describe(ThreadId id,
                                      const ThreadCounts& counts) const {
  return {.id = id,
          .name = counts.name,
          .ended = counts.ended,
          .elapsed = counts.elapsed,
          .unattributed = counts.tree.unsettled_hits() == 0
                              ? counts.unsettled_wall
                              : std::chrono::nanoseconds::zero(),
          .added_at = counts.added_at,
          .last_seen = {}};
}

std::vector<StackFrame> CountTable::StackOf(const CallTree& tree,
                                            NodeId leaf) const {
  std::vector<StackFrame> stack;
  for (NodeId id = leaf; id != tree.root(); id = tree.nodes()[id].parent) {
    stack.push_back(frames_.Describe(tree.nodes()[id].frame));
  }
  return stack;
}

CountTable::HotStack CountTable::HottestStack() const {
  const std::scoped_lock lock(mutex_);
  HotStack hottest;
  const CallTree* tree = nullptr;
  NodeId leaf = 0;
  for (const auto& [id, counts] : threads_) {
    const Chunks<CallTree::Node>& nodes = counts.tree.nodes();
    for (NodeId node = 1; node < nodes.size(); node++) {
      hottest.samples += nodes[node].self_hits;
      if (nodes[node].self_hits <= hottest.hits) continue;
      hottest.hits = nodes[node].self_hits;
      tree = &counts.tree;
      leaf = node;
    }
  }
  if (tree != nullptr) hottest.frames = StackOf(*tree, leaf);
  return hottest;
}

std::vector<Snapshot::Thread> CountTable::Threads() const {
  const std::scoped_lock lock(mutex_);
  std::vector<Snapshot::Thread> threads;
  for (const auto& [id, counts] : threads_) {
    threads.push_back(Describe(id, counts));
    threads.back().last_seen = StackOf(counts.tree, counts.last_seen);
  }
  return threads;
}

Snapshot CountTable::TakeSnapshot(
    const std::optional<std::set<ThreadId>>& only) const {
  const std::scoped_lock lock(mutex_);
  const auto wanted = [&](ThreadId id) { return !only || only->contains(id); };
  Snapshot snapshot;
  size_t nodes = 0;
  for (const auto& [id, counts] : threads_) {
    if (wanted(id)) nodes += counts.tree.size();
  }
  snapshot.parent.reserve(nodes);
  snapshot.frame.reserve(nodes);
  snapshot.self_hits.reserve(nodes);
  snapshot.self_wall_nanos.reserve(nodes);
  snapshot.self_cpu_nanos.reserve(nodes);
  for (const auto& [id, counts] : threads_) {
    if (!wanted(id)) continue;
    snapshot.threads.push_back(Describe(id, counts));
    snapshot.threads.back().first_node =
        static_cast<uint32_t>(snapshot.parent.size());
    AppendTree(counts, frames_.frames(), snapshot);
  }
  snapshot.frames = frames_.frames().ToVector();
  snapshot.strings = frames_.JoinStrings();
  snapshot.start_millis = start_millis_;
  snapshot.dropped = dropped_;
  snapshot.intervals = intervals_;
  return snapshot;
}

CountTable::Ranked CountTable::Rank(
    size_t limit, Ranking::Order order, bool include_states,
    const std::optional<std::set<ThreadId>>& only) const {
  const std::scoped_lock ranking_lock(ranking_mutex_);
  Ranked ranked;
  {
    const std::scoped_lock lock(mutex_);
    ranker_.Begin(frames_.frames());
    for (const auto& [id, counts] : threads_) {
      if (only && !only->contains(id)) continue;
      ranked.threads.push_back(Describe(id, counts));
      ranker_.Add(counts.tree, counts.PartsOfHits());
    }
    ranked.dropped = dropped_;
  }
  // Threads that drain need not wait while functions are sorted, nor long while
  // many are named.
  ranked.ranking = ranker_.Finish(limit, order, include_states);
  NameFunctions(ranked.ranking.top);
  return ranked;
}

void CountTable::NameFunctions(
    std::vector<Ranking::Function>& functions) const {
  constexpr size_t kAtOnce = 1000;
  for (size_t begin = 0; begin < functions.size(); begin += kAtOnce) {
    const std::scoped_lock lock(mutex_);
    const size_t end = std::min(begin + kAtOnce, functions.size());
    for (size_t i = begin; i < end; i++) {
      functions[i].frame = frames_.Describe(functions[i].counts.frame);
    }
  }
}

CountTable::Size CountTable::size() const {
  const std::scoped_lock lock(mutex_);
  return {.nodes = node_count_,
          .max_nodes = max_nodes_,
          .frames = frames_.frames().size(),
          .string_bytes = frames_.string_bytes(),
          .dropped = dropped_,
          .intervals = intervals_};
}

void CountTable::Reset() {
  const std::scoped_lock ranking_lock(ranking_mutex_);
  const std::scoped_lock lock(mutex_);
  epoch_++;
  threads_.clear();
  ended_.clear();
  frames_.Clear();
  ranker_.Clear();
  node_count_ = 0;
  dropped_ = 0;
  intervals_ = IntervalStats();
  start_millis_ = MillisSinceEpoch();
}

}  // namespace ox_profile
