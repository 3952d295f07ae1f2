#include "to_js.h"

#include <array>
#include <chrono>
#include <cstring>
#include <string>
#include <type_traits>

#include "clock.h"
#include "ranking.h"
#include "short_slice.h"

namespace ox_profile {

namespace {

// Builds an object. A worker may be terminated at any moment, and then Node-API
// refuses call after call, and so it does for a string that is too long: after
// the first refusal nothing is done any more, and the result is undefined.
// (node-addon-api would end the process where it cannot throw.)
class ObjectBuilder {
 public:
  explicit ObjectBuilder(napi_env env) : env_(env) {
    Note(napi_create_object(env, &object_));
  }

  ObjectBuilder& Set(const char* key, napi_value value) {
    if (ok_) {
      Note(value ? napi_set_named_property(env_, object_, key, value)
                 : napi_generic_failure);
    }
    return *this;
  }

  ObjectBuilder& Set(const char* key, bool yes) {
    napi_value value = nullptr;
    if (ok_) Note(napi_get_boolean(env_, yes, &value));
    return Set(key, value);
  }

  ObjectBuilder& Set(const char* key, double number) {
    napi_value value = nullptr;
    if (ok_) Note(napi_create_double(env_, number, &value));
    return Set(key, value);
  }

  ObjectBuilder& Set(const char* key, const char* text, size_t length) {
    napi_value value = nullptr;
    if (ok_) Note(napi_create_string_utf8(env_, text, length, &value));
    return Set(key, value);
  }

  ObjectBuilder& Set(const char* key, const std::string& text) {
    return Set(key, text.data(), text.size());
  }

  template <typename T>
  ObjectBuilder& Set(const char* key, const std::vector<T>& values) {
    return Set(key, ok_ ? CopyToArray(values) : nullptr);
  }

  // nullptr, which is undefined for JavaScript, when something was refused.
  [[nodiscard]] napi_value Finish() const { return ok_ ? object_ : nullptr; }

 private:
  void Note(napi_status status) { ok_ = ok_ && status == napi_ok; }

  template <typename T>
  static constexpr napi_typedarray_type TypeOf() {
    if constexpr (std::is_same_v<T, double>) return napi_float64_array;
    if constexpr (std::is_same_v<T, int32_t>) return napi_int32_array;
    if constexpr (std::is_same_v<T, uint32_t>) return napi_uint32_array;
    if constexpr (std::is_same_v<T, uint8_t>) return napi_uint8_array;
  }

  template <typename T>
  napi_value CopyToArray(const std::vector<T>& values) {
    const size_t bytes = values.size() * sizeof(T);
    void* data = nullptr;
    napi_value buffer = nullptr;
    napi_value array = nullptr;
    Note(napi_create_arraybuffer(env_, bytes, &data, &buffer));
    if (!ok_) return nullptr;
    if (bytes > 0) std::memcpy(data, values.data(), bytes);
    Note(napi_create_typedarray(env_, TypeOf<T>(), values.size(), buffer, 0,
                                &array));
    return array;
  }

  napi_env env_;
  napi_value object_ = nullptr;
  bool ok_ = true;
};

// An array of what `build` makes of each item; nullptr when refused.
template <typename T, typename Build>
napi_value ArrayOf(napi_env env, const std::vector<T>& items, Build build) {
  napi_value array = nullptr;
  if (napi_create_array_with_length(env, items.size(), &array) != napi_ok) {
    return nullptr;
  }
  for (uint32_t i = 0; i < items.size(); i++) {
    napi_value item = build(items[i]);
    if (!item || napi_set_element(env, array, i, item) != napi_ok) {
      return nullptr;
    }
  }
  return array;
}

napi_value FramesToJs(napi_env env, const std::vector<Frame>& frames) {
  std::vector<uint32_t> name, url, line, column;
  std::vector<uint8_t> kind;
  for (const Frame& frame : frames) {
    name.push_back(frame.name);
    url.push_back(frame.url);
    line.push_back(static_cast<uint32_t>(frame.line));
    column.push_back(static_cast<uint32_t>(frame.column));
    kind.push_back(static_cast<uint8_t>(frame.kind));
  }
  return ObjectBuilder(env)
      .Set("name", name)
      .Set("url", url)
      .Set("line", line)
      .Set("column", column)
      .Set("kind", kind)
      .Finish();
}

double Nanos(std::chrono::nanoseconds time) {
  return static_cast<double>(time.count());
}

napi_value StackToJs(napi_env env, const std::vector<StackFrame>& stack) {
  return ArrayOf(env, stack, [env](const StackFrame& frame) {
    return ObjectBuilder(env)
        .Set("name", frame.name)
        .Set("url", frame.url)
        .Set("line", static_cast<double>(frame.line))
        .Set("column", static_cast<double>(frame.column))
        .Finish();
  });
}

// In nanoseconds; 0 where there are no counts yet.
double AgeOf(const Snapshot::Thread& thread) {
  if (thread.added_at == std::chrono::nanoseconds::zero()) return 0;
  return Nanos(MonotonicNow() - thread.added_at);
}

napi_value ThreadsToJs(napi_env env,
                       const std::vector<Snapshot::Thread>& threads) {
  return ArrayOf(env, threads, [env](const Snapshot::Thread& thread) {
    return ObjectBuilder(env)
        .Set("id", static_cast<double>(thread.id))
        .Set("name", thread.name)
        .Set("ended", thread.ended)
        .Set("firstNode", static_cast<double>(thread.first_node))
        .Set("elapsedNanos", Nanos(thread.elapsed))
        .Set("unattributedNanos", Nanos(thread.unattributed))
        .Set("ageNanos", AgeOf(thread))
        .Finish();
  });
}

napi_value IntervalsToJs(napi_env env, const IntervalStats& intervals) {
  return ObjectBuilder(env)
      .Set("count", static_cast<double>(intervals.count()))
      .Set("mean", intervals.mean())
      .Set("stdev", intervals.stdev())
      .Finish();
}

std::vector<double> ToVector(const std::array<int64_t, kFrameKinds>& values) {
  return {values.begin(), values.end()};
}

}  // namespace

napi_value ToJs(napi_env env, const Snapshot& snapshot) {
  return ObjectBuilder(env)
      .Set("startMillis", snapshot.start_millis)
      .Set("strings", snapshot.strings)
      .Set("frames", FramesToJs(env, snapshot.frames))
      .Set("threads", ThreadsToJs(env, snapshot.threads))
      .Set("parent", snapshot.parent)
      .Set("frame", snapshot.frame)
      .Set("selfHits", snapshot.self_hits)
      .Set("selfWallNanos", snapshot.self_wall_nanos)
      .Set("selfCpuNanos", snapshot.self_cpu_nanos)
      .Set("lineNode", snapshot.line_node)
      .Set("lineNumber", snapshot.line_number)
      .Set("lineHits", snapshot.line_hits)
      .Set("dropped", static_cast<double>(snapshot.dropped))
      .Set("intervals", IntervalsToJs(env, snapshot.intervals))
      .Finish();
}

napi_value ToJs(napi_env env, const CountTable::Ranked& ranked) {
  const auto millis = [](int64_t nanos) {
    return static_cast<double>(nanos) / 1e6;
  };
  const Ranking& ranking = ranked.ranking;
  const napi_value records =
      ArrayOf(env, ranking.top, [&](const Ranking::Function& function) {
        const auto& [counts, frame] = function;
        return ObjectBuilder(env)
            .Set("name", frame.name)
            .Set("url", frame.url)
            .Set("line", static_cast<double>(frame.line))
            .Set("column", static_cast<double>(frame.column))
            .Set("hits", static_cast<double>(counts.hits))
            .Set("selfHits", static_cast<double>(counts.self_hits))
            .Set("wallMillis", millis(counts.wall))
            .Set("selfWallMillis", millis(counts.self_wall))
            .Set("cpuMillis", millis(counts.cpu))
            .Set("selfCpuMillis", millis(counts.self_cpu))
            .Finish();
      });
  return ObjectBuilder(env)
      .Set("records", records)
      .Set("totalRecords", static_cast<double>(ranking.function_count))
      .Set("hitsOfKind", ToVector(ranking.hits_of_kind))
      .Set("wallNanosOfKind", ToVector(ranking.wall_of_kind))
      .Set("threads", ThreadsToJs(env, ranked.threads))
      .Set("dropped", static_cast<double>(ranked.dropped))
      .Finish();
}

napi_value ToJs(napi_env env, const std::vector<Snapshot::Thread>& threads) {
  return ArrayOf(env, threads, [env](const Snapshot::Thread& thread) {
    return ObjectBuilder(env)
        .Set("id", static_cast<double>(thread.id))
        .Set("name", thread.name)
        .Set("lastSeen", StackToJs(env, thread.last_seen))
        .Finish();
  });
}

napi_value ToJs(napi_env env, const Costs& costs, const CostByPart& by_part,
                double share, double stretch, const CountTable::Size& table,
                const StallBook::Totals& stalls) {
  const auto times = [env](const Costs::Times& times) {
    return ObjectBuilder(env)
        .Set("count", static_cast<double>(times.count()))
        .Set("nanos", Nanos(times.sum()))
        .Set("cpuNanos", Nanos(times.cpu()))
        .Set("worstNanos", Nanos(times.worst()))
        .Finish();
  };
  const auto count = [](const std::atomic<uint64_t>& count) {
    return static_cast<double>(count.load());
  };
  return ObjectBuilder(env)
      .Set("spanNanos", Nanos(by_part.span))
      .Set("signalsNanos", Nanos(by_part.signals))
      .Set("samplingThreadNanos", Nanos(by_part.sampling_thread))
      .Set("v8ThreadsNanos", Nanos(by_part.v8_threads))
      .Set("v8ThreadsMeasured", by_part.v8_threads_measured)
      .Set("share", share)
      .Set("stretch", stretch)
      .Set("drains", times(costs.drains))
      .Set("wakes", times(costs.wakes))
      .Set("repairs", times(costs.repairs))
      .Set("made", times(costs.made))
      .Set("parks", count(costs.parks))
      .Set("parkedNanos", static_cast<double>(costs.parked_nanos.load()))
      .Set("samples", count(costs.samples))
      .Set("truncated", count(costs.truncated))
      .Set("inBuiltins", count(costs.in_builtins))
      .Set("corrected", count(costs.corrected))
      .Set("shortSlices", ShortSlice::was_had())
      .Set("lost", count(costs.lost))
      .Set("joins", count(costs.joins))
      .Set("lateJoins", count(costs.late_joins))
      .Set("nodes", static_cast<double>(table.nodes))
      .Set("maxNodes", static_cast<double>(table.max_nodes))
      .Set("frames", static_cast<double>(table.frames))
      .Set("stringBytes", static_cast<double>(table.string_bytes))
      .Set("dropped", static_cast<double>(table.dropped))
      .Set("intervals", IntervalsToJs(env, table.intervals))
      .Set("stalls", static_cast<double>(stalls.count))
      .Set("stallsNotWritten", static_cast<double>(stalls.not_written))
      .Finish();
}

napi_value ToJs(napi_env env, const std::vector<StackFrame>& stack) {
  return StackToJs(env, stack);
}

napi_value ToJs(napi_env env, const std::vector<Inquiry::Answer>& answers) {
  return ArrayOf(env, answers, [env](const Inquiry::Answer& answer) {
    return ObjectBuilder(env)
        .Set("id", static_cast<double>(answer.thread))
        .Set("name", answer.name)
        .Set("state", static_cast<double>(answer.state))
        .Set("stack", StackToJs(env, answer.stack))
        .Finish();
  });
}

napi_value ToJs(napi_env env, napi_value table,
                std::chrono::microseconds interval) {
  return ObjectBuilder(env)
      .Set("table", table)
      .Set("intervalMicros", static_cast<double>(interval.count()))
      .Finish();
}

napi_value ToJs(napi_env env, const std::vector<Stall>& stalls,
                const std::vector<napi_value>& tables) {
  const napi_value* table = tables.data();
  return ArrayOf(env, stalls, [&](const Stall& stall) {
    const CountTable::HotStack hottest = stall.table->HottestStack();
    return ObjectBuilder(env)
        .Set("id", static_cast<double>(stall.id))
        .Set("thread", static_cast<double>(stall.thread))
        .Set("threadName", stall.thread_name)
        .Set("startMillis", stall.start_millis)
        .Set("durationNanos", Nanos(stall.duration))
        .Set("ended", stall.ended)
        .Set("samples", static_cast<double>(hottest.samples))
        .Set("hottestStack", StackToJs(env, hottest.frames))
        .Set("hottestHits", static_cast<double>(hottest.hits))
        .Set("table", *table++)
        .Finish();
  });
}

}  // namespace ox_profile
