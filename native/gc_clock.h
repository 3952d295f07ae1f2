#ifndef OX_PROFILE_GC_CLOCK_H_
#define OX_PROFILE_GC_CLOCK_H_

#include <v8.h>

#include <chrono>
#include <span>
#include <vector>

namespace ox_profile {

// Measures the pauses in which V8 collects garbage on the JS thread. Samples
// cannot: collectors in other threads then compete with V8's sampling thread
// for the cores, and fewer samples are taken than at other times.
//
// Incremental steps between pauses are not among them; samples show those.
// All methods are called on the JS thread of the isolate.
class GcClock {
 public:
  struct Pause {
    std::chrono::nanoseconds began;
    std::chrono::nanoseconds ended;
  };

  explicit GcClock(v8::Isolate* isolate) : isolate_(isolate) {}
  ~GcClock() { Stop(); }
  GcClock(const GcClock&) = delete;
  GcClock& operator=(const GcClock&) = delete;

  void Start();
  void Stop();

  // Since Start or Clear. Ordered by time.
  [[nodiscard]] std::span<const Pause> pauses() const { return pauses_; }
  [[nodiscard]] std::chrono::nanoseconds wall() const { return wall_; }
  [[nodiscard]] std::chrono::nanoseconds cpu() const { return cpu_; }

  void Clear();

 private:
  static void OnPrologue(v8::Isolate*, v8::GCType, v8::GCCallbackFlags,
                         void* self);
  static void OnEpilogue(v8::Isolate*, v8::GCType, v8::GCCallbackFlags,
                         void* self);

  v8::Isolate* const isolate_;
  bool started_ = false;
  int depth_ = 0;  // Collections can be nested in one another.
  std::chrono::nanoseconds began_wall_{0};
  std::chrono::nanoseconds began_cpu_{0};
  std::chrono::nanoseconds wall_{0};
  std::chrono::nanoseconds cpu_{0};
  std::vector<Pause> pauses_;
};

}  // namespace ox_profile

#endif  // OX_PROFILE_GC_CLOCK_H_
