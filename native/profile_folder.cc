#include "profile_folder.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <optional>
#include <vector>

#include "cpu_of_samples.h"
#include "growing_index.h"
#include "hash.h"
#include "v8_compat.h"

namespace ox_profile {

namespace {

using std::chrono::microseconds;
using std::chrono::nanoseconds;

// V8 looks at so many frames of a stack, from the leaf; the root and a state
// may come on top.
constexpr uint32_t kDeepestStack = 255;

FrameKind KindOf(const v8::CpuProfileNode& node) {
  // Only V8's own states have this source type; a function of the program that
  // is called "(idle)" is a script's.
  if (node.GetSourceType() != v8::CpuProfileNode::kInternal) {
    return FrameKind::kFunction;
  }
  const char* name = node.GetFunctionNameStr();
  if (std::strcmp(name, "(idle)") == 0) return FrameKind::kIdle;
  if (std::strcmp(name, "(program)") == 0) return FrameKind::kProgram;
  if (std::strcmp(name, "(root)") == 0) return FrameKind::kRoot;
  if (std::strcmp(name, "(garbage collector)") == 0) {
    return FrameKind::kGarbageCollector;
  }
  return FrameKind::kFunction;
}

// Finds frames again by V8's own name pointers, which are equal for equal
// names while a profile lives, and worth nothing once it is deleted: a table
// serves one fold and is cleared for the next.
class FrameFinder {
 public:
  void Clear() {
    keys_.clear();
    indices_.Clear();
  }

  // The index in `frames` of the frame of `node`, which is appended if new.
  uint32_t IndexOf(const v8::CpuProfileNode& node,
                   std::vector<NamedFrame>& frames) {
    const Key key{node.GetFunctionNameStr(), node.GetScriptResourceNameStr(),
                  node.GetLineNumber(), node.GetColumnNumber()};
    const uint32_t hash = HashOf(key);
    const uint32_t found = indices_.Find(
        hash, [&](uint32_t index) { return keys_[index] == key; });
    if (found != GrowingIndex::kNone) return found;

    keys_.push_back(key);
    frames.push_back({.name = key.name,
                      .url = key.url,
                      .line = std::max(key.line, 0),
                      .column = std::max(key.column, 0),
                      .kind = KindOf(node)});
    return indices_.Add(hash);
  }

 private:
  struct Key {
    const char* name;
    const char* url;
    int line;
    int column;
    bool operator==(const Key&) const = default;
  };

  static uint32_t HashOf(const Key& key) {
    uint64_t hash = MixHash(reinterpret_cast<uintptr_t>(key.name));
    hash = MixHash(hash ^ reinterpret_cast<uintptr_t>(key.url));
    hash = MixHash(hash ^ (static_cast<uint64_t>(key.line) << 32 |
                           static_cast<uint32_t>(key.column)));
    return static_cast<uint32_t>(hash);
  }

  std::vector<Key> keys_;
  GrowingIndex indices_;
};

}  // namespace

class ProfileFolder::State {
 public:
  void FoldInto(const v8::CpuProfile& profile, const Window& window,
                Fold& fold) {
    profile_ = &profile;
    window_ = window;
    FoldNodes(fold);
    FoldSamples(fold);
    LimitLines(fold);
    profile_ = nullptr;
  }

  void EndChain() { last_sample_.reset(); }

  // Of hits that are not listed, some were in V8's queue when the last rotation
  // ended; all others came when the list was full.
  void CountStallHits(nanoseconds began, Fold& fold) const {
    std::vector<uint64_t> before(fold.nodes.size());
    std::vector<uint64_t> within(fold.nodes.size());
    for (const ListedSample& sample : listed_) {
      if (sample.in_drain) continue;
      (sample.time < began ? before : within)[sample.node]++;
    }
    fold.stall_hits.resize(fold.nodes.size());
    for (size_t i = 0; i < fold.nodes.size(); i++) {
      const uint64_t hits = fold.nodes[i].hits;
      if (began <= window_.began) {
        fold.stall_hits[i] = hits;
      } else if (list_was_full_) {
        fold.stall_hits[i] = hits - std::min(hits, before[i]);
      } else {
        fold.stall_hits[i] = std::min(hits, within[i]);
      }
    }
  }

 private:
  // Copies the ended profile's tree into `fold`, parents first. The stack of
  // the walk is a vector, so neither depth nor width can overflow anything.
  void FoldNodes(Fold& fold) {
    finder_.Clear();
    samples_of_.clear();
    node_of_id_.clear();
    pending_.clear();
    pending_.push_back({profile_->GetTopDownRoot(), 0, 0});
    while (!pending_.empty()) {
      const Visit visit = pending_.back();
      pending_.pop_back();
      const auto index = static_cast<uint32_t>(fold.nodes.size());
      const uint64_t hits = visit.node->GetHitCount();
      fold.nodes.push_back({.parent = visit.parent,
                            .frame = finder_.IndexOf(*visit.node, fold.frames),
                            .hits = hits});
      if (hits > 0) FoldLines(*visit.node, index, fold);
      fold.samples += hits;
      fold.depths += hits * visit.depth;
      if (visit.depth >= kDeepestStack) fold.truncated += hits;
      const unsigned id = visit.node->GetNodeId();
      if (id >= node_of_id_.size()) node_of_id_.resize(id + 1);
      node_of_id_[id] = index;
      for (int i = visit.node->GetChildrenCount(); i-- > 0;) {
        pending_.push_back({visit.node->GetChild(i), index, visit.depth + 1});
      }
    }
    samples_of_.resize(fold.nodes.size());
  }

  void FoldLines(const v8::CpuProfileNode& node, uint32_t index, Fold& fold) {
    v8_compat::GetLineTicks(node, ticks_);
    for (const v8_compat::LineTick& tick : ticks_) {
      const bool same = !fold.lines.empty() &&
                        fold.lines.back().node == index &&
                        fold.lines.back().line == tick.line;
      if (!same) fold.lines.push_back({index, tick.line, 0});
      fold.lines.back().hits += tick.hit_count;
    }
  }

  // Samples inside a drain are no longer among a node's hits. Which lines they
  // were in cannot be told; they are few.
  static void LimitLines(Fold& fold) {
    uint32_t node = UINT32_MAX;
    uint64_t left = 0;
    for (Fold::LineHits& line : fold.lines) {
      if (line.node != node) {
        node = line.node;
        left = fold.nodes[node].hits;
      }
      line.hits = std::min(line.hits, left);
      left -= line.hits;
    }
  }

  // How far V8's clock is ahead of ours. Where both are the system's, not at
  // all: V8 only started the profile a moment after we asked for it.
  nanoseconds V8Ahead() const {
    constexpr nanoseconds kMoment = std::chrono::milliseconds(100);
    const nanoseconds ahead =
        microseconds(profile_->GetStartTime()) - window_.started;
    const bool same = ahead > -kMoment && ahead < kMoment;
    return same ? nanoseconds::zero() : ahead;
  }

  // Takes the samples that fell into a drain out of the hits, and measures how
  // far apart the others are.
  //
  // V8 lists more than it counts: where a profile starts and where code is
  // deoptimized it lists the stack without a hit. Which entries of a node are
  // such cannot be told, only how many (listed less hits).
  void FoldSamples(Fold& fold) {
    const nanoseconds v8_ahead = V8Ahead();
    const int count = profile_->GetSamplesCount();
    list_was_full_ = count >= static_cast<int>(kMaxListedSamples);
    listed_.clear();
    for (int i = 0; i < count; i++) {
      const nanoseconds time =
          microseconds(profile_->GetSampleTimestamp(i)) - v8_ahead;
      const uint32_t node = node_of_id_[profile_->GetSample(i)->GetNodeId()];
      const bool in_drain = time < window_.began || time >= window_.drain_began;
      // The stack that V8 lists, without a hit, where a profile starts.
      if (i == 0 && in_drain) continue;
      listed_.push_back({time, node, in_drain});
      samples_of_[node].listed++;
      if (in_drain) samples_of_[node].in_drain++;
    }

    if (window_.leaves_late && !list_was_full_) LeaveLate(fold);
    uint64_t listed_hits = 0;
    for (uint32_t i = 0; i < fold.nodes.size(); i++) {
      NodeSamples& samples = samples_of_[i];
      Fold::Node& node = fold.nodes[i];
      const uint64_t listed = samples.listed;
      const uint64_t without_hit = listed > node.hits ? listed - node.hits : 0;
      samples.all_hits = without_hit == 0;
      listed_hits += listed - without_hit;
      if (samples.in_drain > without_hit) {
        const uint64_t own = samples.in_drain - without_hit;
        node.hits -= own;
        fold.profiler_hits += own;
      }
    }

    // A sample that was still in V8's queue when the last profile ended is
    // counted in this one, but not listed: the chain of intervals has a gap.
    if (fold.samples > listed_hits || fold.profiler_hits > 0)
      last_sample_.reset();
    MeasureIntervals(fold);
    MeasureCpu(fold);
    NoteLastNode(fold);
    CountGcPauseHits(window_.gc_pauses, fold);
  }

  // A sample that was in V8's queue when the profile began is counted in it,
  // and not listed.
  void LeaveLate(Fold& fold) {
    for (uint32_t i = 0; i < fold.nodes.size(); i++) {
      uint64_t& hits = fold.nodes[i].hits;
      const uint64_t left = std::min<uint64_t>(hits, samples_of_[i].listed);
      fold.samples -= hits - left;
      hits = left;
    }
  }

  // After MeasureIntervals, which puts them in order. What is not listed is as
  // what is.
  void MeasureCpu(Fold& fold) {
    CpuOfSamples cpu(window_.notes,
                     {.at = window_.began, .cpu = window_.began_cpu});
    for (const ListedSample& sample : listed_) {
      if (sample.in_drain) continue;
      NodeSamples& samples = samples_of_[sample.node];
      samples.cpu_parts += cpu.PartsAt(sample.time);
      samples.with_cpu_parts++;
    }
    for (uint32_t i = 0; i < fold.nodes.size(); i++) {
      const NodeSamples& samples = samples_of_[i];
      if (samples.with_cpu_parts == 0) continue;
      fold.nodes[i].cpu_parts_of_hit =
          static_cast<uint32_t>(samples.cpu_parts / samples.with_cpu_parts);
    }
  }

  // After MeasureIntervals, which puts them in order. The collector's samples
  // have no stack, so they do not tell where the thread was.
  void NoteLastNode(Fold& fold) {
    const auto last = std::find_if(
        listed_.rbegin(), listed_.rend(), [&](const ListedSample& sample) {
          const Fold::Node& node = fold.nodes[sample.node];
          return !sample.in_drain && node.hits > 0 &&
                 fold.frames[node.frame].kind != FrameKind::kGarbageCollector;
        });
    if (last != listed_.rend()) fold.last_node = last->node;
  }

  // Of the collector's hits, those in its pauses: all but those whose times say
  // otherwise, which are its steps in between.
  void CountGcPauseHits(std::span<const GcClock::Pause> pauses, Fold& fold) {
    const auto is_gc = [&](uint32_t node) {
      return fold.frames[fold.nodes[node].frame].kind ==
             FrameKind::kGarbageCollector;
    };
    uint64_t hits = 0;
    for (uint32_t i = 1; i < fold.nodes.size(); i++) {
      if (is_gc(i)) hits += fold.nodes[i].hits;
    }
    if (hits == 0) return;
    uint64_t between = 0;
    for (const ListedSample& sample : listed_) {
      if (sample.in_drain || !is_gc(sample.node)) continue;
      const auto after =
          std::upper_bound(pauses.begin(), pauses.end(), sample.time,
                           [](nanoseconds time, const GcClock::Pause& pause) {
                             return time < pause.began;
                           });
      const bool in_pause =
          after != pauses.begin() && sample.time <= std::prev(after)->ended;
      if (!in_pause) between++;
    }
    fold.gc_pause_hits = hits - std::min(hits, between);
  }

  // Adds the time between each two samples that follow one another while the
  // thread is at work. While it waits V8's signals are held back.
  void MeasureIntervals(Fold& fold) {
    const auto by_time = [](const ListedSample& a, const ListedSample& b) {
      return a.time < b.time;
    };
    if (!std::is_sorted(listed_.begin(), listed_.end(), by_time)) {
      std::sort(listed_.begin(), listed_.end(), by_time);
    }
    for (const ListedSample& sample : listed_) {
      if (sample.in_drain) continue;
      const Fold::Node& node = fold.nodes[sample.node];
      const bool idle = fold.frames[node.frame].kind == FrameKind::kIdle;
      if (idle || !samples_of_[sample.node].all_hits) {
        last_sample_.reset();
        continue;
      }
      if (last_sample_) {
        const std::chrono::duration<double, std::milli> apart =
            sample.time - *last_sample_;
        fold.intervals.Add(apart.count());
      }
      last_sample_ = sample.time;
    }
  }

  struct Visit {
    const v8::CpuProfileNode* node;
    uint32_t parent;
    uint32_t depth;
  };
  struct NodeSamples {
    uint32_t listed = 0;
    uint32_t in_drain = 0;
    uint32_t with_cpu_parts = 0;
    uint64_t cpu_parts = 0;
    bool all_hits = false;
  };
  struct ListedSample {
    nanoseconds time;  // By our clock.
    uint32_t node;
    bool in_drain;
  };

  // Of the fold that is under way.
  const v8::CpuProfile* profile_ = nullptr;
  Window window_;

  // The last sample of the chain of intervals, from one fold to the next.
  std::optional<nanoseconds> last_sample_;

  FrameFinder finder_;

  // Scratch of a fold, kept for its memory.
  std::vector<Visit> pending_;
  std::vector<v8_compat::LineTick> ticks_;
  std::vector<uint32_t> node_of_id_;
  std::vector<NodeSamples> samples_of_;
  std::vector<ListedSample> listed_;
  bool list_was_full_ = false;
};

ProfileFolder::ProfileFolder() : state_(std::make_unique<State>()) {}

ProfileFolder::~ProfileFolder() = default;

void ProfileFolder::FoldInto(const v8::CpuProfile& profile,
                             const Window& window, Fold& fold) {
  state_->FoldInto(profile, window, fold);
}

void ProfileFolder::CountStallHits(std::chrono::nanoseconds began,
                                   Fold& fold) const {
  state_->CountStallHits(began, fold);
}

void ProfileFolder::EndChain() { state_->EndChain(); }

}  // namespace ox_profile
