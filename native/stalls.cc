#include "stalls.h"

#include <algorithm>
#include <utility>

#include "clock.h"
#include "json.h"

namespace ox_profile {

namespace {

using std::chrono::nanoseconds;

// Nodes of one stall's tree.
constexpr size_t kMaxNodes = 4096;

// How long a line waits for the first samples of its stall. A thread that is in
// native code gives none before it returns.
constexpr nanoseconds kSamplesAwaited = std::chrono::milliseconds(25);

// What the end of a process waits for the file.
constexpr nanoseconds kFlushPatience = std::chrono::milliseconds(300);

double MillisSinceEpoch() {
  return std::chrono::duration<double, std::milli>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

void EndAt(Stall& stall, nanoseconds ended) {
  stall.ended = true;
  stall.duration = ended - stall.began;
}

double Millis(nanoseconds time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

}  // namespace

StallBook& StallBook::Get() {
  // Never deleted, as is the sampling thread.
  static auto* const instance = new StallBook();
  return *instance;
}

void StallBook::Begin(size_t keep, const std::string& file) {
  {
    const std::scoped_lock lock(mutex_);
    keep_ = keep;
    file_ = file.empty() ? nullptr : std::make_shared<StallFile>(file);
    count_ = 0;
    entries_.clear();
  }
  if (file.empty()) return;
  target_ = SamplingThread::Get().NewId();
  SamplingThread::Get().Add(target_, this);
}

void StallBook::End() {
  const SamplingThread::TargetId target = target_.exchange(0);
  if (target != 0) SamplingThread::Get().Remove(target);
  {
    // Nobody watches any more.
    const std::scoped_lock lock(mutex_);
    const nanoseconds now = MonotonicNow();
    for (Entry& entry : entries_) {
      if (!entry.stall.ended) EndAt(entry.stall, now);
    }
  }
  Flush();
}

void StallBook::Flush() {
  std::shared_ptr<StallFile> file;
  {
    const std::scoped_lock lock(mutex_);
    WriteDue(MonotonicNow(), true);
    file = file_;
  }
  if (file) file->Flush(kFlushPatience);
}

StallBook::Entry* StallBook::Find(uint64_t id) {
  const auto found =
      std::find_if(entries_.begin(), entries_.end(),
                   [id](const Entry& entry) { return entry.stall.id == id; });
  return found == entries_.end() ? nullptr : &*found;
}

uint64_t StallBook::Open(ThreadId thread, const std::string& name,
                         nanoseconds began) {
  const std::scoped_lock lock(mutex_);
  Entry entry;
  entry.opened = MonotonicNow();
  entry.stall = {
      .id = ++last_id_,
      .thread = thread,
      .thread_name = name,
      .start_millis = MillisSinceEpoch() - Millis(entry.opened - began),
      .began = began,
      .table = std::make_shared<CountTable>(kMaxNodes)};
  count_++;
  entries_.push_back(std::move(entry));
  Trim();
  if (target_ != 0) SamplingThread::Get().CallFromWithin(target_);
  return last_id_;
}

void StallBook::Add(uint64_t id, const Fold& fold) {
  const std::scoped_lock lock(mutex_);
  Entry* entry = Find(id);
  if (entry == nullptr || fold.stall_hits.size() != fold.nodes.size()) return;
  Fold own = fold;
  uint64_t hits = 0;
  // Lines are known of whole rotations only.
  std::erase_if(own.lines, [&](const Fold::LineHits& line) {
    return fold.stall_hits[line.node] < fold.nodes[line.node].hits;
  });
  for (size_t i = 0; i < own.nodes.size(); i++) {
    own.nodes[i].hits = own.stall_hits[i];
    hits += own.stall_hits[i];
  }
  own.gc_pause_hits = own.profiler_hits = own.lost = 0;
  own.idle_wall = nanoseconds::zero();
  own.weights_end = true;
  Stall& stall = entry->stall;
  stall.table->Add(stall.thread, stall.thread_name, own, stall.table->epoch());
  if (hits > 0) entry->counted = true;
}

void StallBook::Close(uint64_t id, nanoseconds ended) {
  {
    const std::scoped_lock lock(mutex_);
    Entry* entry = Find(id);
    if (entry == nullptr) return;
    if (!entry->stall.ended) EndAt(entry->stall, ended);
    Trim();
  }
  if (target_ != 0) SamplingThread::Get().CallAt(target_, nanoseconds::zero());
}

std::vector<Stall> StallBook::List() const {
  const std::scoped_lock lock(mutex_);
  const nanoseconds now = MonotonicNow();
  std::vector<Stall> stalls;
  for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry) {
    stalls.push_back(entry->stall);
    if (!entry->stall.ended) stalls.back().duration = now - entry->stall.began;
  }
  return stalls;
}

StallBook::Totals StallBook::totals() const {
  const std::scoped_lock lock(mutex_);
  return {count_, file_ ? file_->not_written() : 0};
}

nanoseconds StallBook::OnTime(nanoseconds now) {
  const std::scoped_lock lock(mutex_);
  WriteDue(now, false);
  const bool waits =
      std::any_of(entries_.begin(), entries_.end(), [](const Entry& entry) {
        return !entry.opened_in_file && !entry.stall.ended;
      });
  return waits ? now + kSamplesAwaited / 5 : kNever;
}

void StallBook::Trim() {
  // Those that still last stay, and with them what is to be said of them.
  for (auto entry = entries_.begin();
       entries_.size() > keep_ && entry != entries_.end();) {
    if (!entry->stall.ended) {
      ++entry;
      continue;
    }
    if (!entry->closed_in_file) Write(*entry, MonotonicNow());
    entry = entries_.erase(entry);
  }
}

void StallBook::WriteDue(nanoseconds now, bool all) {
  for (Entry& entry : entries_) {
    if (entry.closed_in_file) continue;
    const bool due = entry.counted || all ||
                     now - entry.opened >= kSamplesAwaited || entry.stall.ended;
    if (due && (entry.stall.ended || !entry.opened_in_file)) Write(entry, now);
  }
}

void StallBook::Write(Entry& entry, nanoseconds now) {
  if (!file_) return;
  Stall& stall = entry.stall;
  entry.opened_in_file = true;
  entry.closed_in_file = stall.ended;
  if (!stall.ended) stall.duration = now - stall.began;
  const CountTable::HotStack hottest = stall.table->HottestStack();
  JsonLine line;
  line.Number("id", static_cast<double>(stall.id));
  line.Number("thread", static_cast<double>(stall.thread));
  line.Text("threadName", stall.thread_name);
  line.Number("startMillis", stall.start_millis);
  line.Number("durationMillis", Millis(stall.duration));
  line.Yes("ended", stall.ended);
  line.Number("samples", static_cast<double>(hottest.samples));
  line.BeginList("hottestStack");
  for (const StackFrame& frame : hottest.frames) {
    line.BeginItem();
    line.Text("name", frame.name);
    line.Text("url", frame.url);
    line.Number("line", frame.line);
    line.Number("column", frame.column);
    line.EndItem();
  }
  line.EndList();
  line.Number("hottestHits", static_cast<double>(hottest.hits));

  file_->Append(line.Finish());
}

}  // namespace ox_profile
