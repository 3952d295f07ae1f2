#include "top_frame.h"

#include <array>
#include <cstring>
#include <vector>

#include "check.h"

namespace ox_profile {
namespace {

// A thread's memory: its stack, a builtin, and the function that called it.
class FakeThread {
 public:
  FakeThread() {
    builtin_.fill(0x90);
    function_.fill(0x90);
    ranges_.embedded_builtins = RangeOf(builtin_);
    ranges_.compiled = RangeOf(function_);
    // The function's frame: its caller's frame, a return address below.
    At(kFrame) = AddressOf(kFrame + 4);
    At(kFrame + 1) = 1;
    At(kFrame - 1) = AddressOf(kFrame + 8) | 1;  // A context, tagged.
    Call(8);
    top_ = {.pc = ranges_.embedded_builtins.begin + 16,
            .sp = AddressOf(kTop),
            .fp = AddressOf(kFrame)};
    ReturnTo(ranges_.compiled.begin + 8);
  }

  static constexpr size_t kTop = 4;
  static constexpr size_t kFrame = 16;

  uintptr_t& At(size_t word) { return stack_[word]; }
  uintptr_t AddressOf(size_t word) const {
    return reinterpret_cast<uintptr_t>(&stack_[word]);
  }
  CodeRanges& ranges() { return ranges_; }
  TopFrame& top() { return top_; }

  // The function's call instruction that ends at `end`.
  void Call(size_t end) {
#if defined(__aarch64__)
    const uint32_t bl = 0x94000001;
    std::memcpy(&function_[end - 4], &bl, sizeof bl);
#elif defined(__x86_64__)
    function_[end - 5] = 0xe8;
    Aim(end, ranges_.embedded_builtins.begin + 8);
#endif
  }
#if defined(__x86_64__)
  void Aim(size_t end, uintptr_t target) {
    const auto distance =
        static_cast<int32_t>(target - (ranges_.compiled.begin + end));
    std::memcpy(&function_[end - 4], &distance, sizeof distance);
  }
#endif
  void Write(size_t at, const std::vector<uint8_t>& bytes) {
    function_.fill(0x90);
    std::copy(bytes.begin(), bytes.end(), &function_[at]);
  }
  void ReturnTo(uintptr_t address) {
    At(kTop) = address;
    top_.lr = address;
  }

  std::optional<TopFrame> Caller() const {
    const CodeRange stack{AddressOf(0), AddressOf(0) + sizeof stack_};
    return CallerOfBuiltin(top_, FrameMemory(ranges_, stack));
  }

 private:
  template <typename Bytes>
  static CodeRange RangeOf(const Bytes& bytes) {
    const auto begin = reinterpret_cast<uintptr_t>(bytes.data());
    return {begin, begin + bytes.size()};
  }

  alignas(16) std::array<uint8_t, 64> builtin_;
  alignas(16) std::array<uint8_t, 64> function_;
  std::array<uintptr_t, 32> stack_{};
  CodeRanges ranges_;
  TopFrame top_;
};

TEST(ABuiltinsCallerIsShown) {
  FakeThread thread;
  const auto caller = thread.Caller();
  CHECK(caller.has_value());
  CHECK(caller->pc == thread.ranges().compiled.begin + 8);
  CHECK(caller->fp == thread.top().fp);
}

TEST(WhatIsNoBuiltinStays) {
  FakeThread thread;
  thread.top().pc = thread.ranges().compiled.begin + 16;
  CHECK(!thread.Caller());
}

TEST(ABuiltinWithAFrameStays) {
  FakeThread thread;
  thread.At(FakeThread::kFrame - 1) = 2 * 19;  // A frame type.
  CHECK(!thread.Caller());
}

TEST(WhatIsNotBehindACallIsNoReturnAddress) {
  FakeThread thread;
  thread.ReturnTo(thread.ranges().compiled.begin + 9);
  CHECK(!thread.Caller());
  thread.ReturnTo(thread.ranges().compiled.begin);
  CHECK(!thread.Caller());
  thread.ReturnTo(0);
  CHECK(!thread.Caller());
  thread.ReturnTo(UINTPTR_MAX);
  CHECK(!thread.Caller());
}

TEST(OnlyTheThreadsStackIsRead) {
  for (const uintptr_t strange :
       {uintptr_t{0}, uintptr_t{1}, uintptr_t{8}, UINTPTR_MAX, UINTPTR_MAX - 7,
        uintptr_t{1} << 47}) {
    FakeThread thread;
    thread.top().fp = strange;
    CHECK(!thread.Caller());
    thread.top().sp = strange;
    CHECK(!thread.Caller());
  }
  FakeThread thread;
  thread.top().fp = thread.AddressOf(31) + sizeof(uintptr_t);  // Behind it.
  CHECK(!thread.Caller());
  thread.top().fp = thread.AddressOf(0);  // The context would be before it.
  CHECK(!thread.Caller());
  thread.top().fp = thread.AddressOf(FakeThread::kFrame) + 1;
  CHECK(!thread.Caller());
}

TEST(CodeThatIsNotMappedIsNotRead) {
  FakeThread thread;
  // As V8's range for code is: mostly not there.
  thread.ranges().compiled = {4096, thread.ranges().compiled.end};
  thread.ReturnTo(8192);
  CHECK(!thread.Caller());
}

TEST(AFunctionThatIsInterpretedIsShownByItsBytecode) {
  alignas(16) static const std::array<uint8_t, 64> bytecode{};
  const auto begin = reinterpret_cast<uintptr_t>(bytecode.data());
  FakeThread thread;
  thread.ReturnTo(thread.ranges().embedded_builtins.begin + 32);
  CHECK(!thread.Caller());  // Some other builtin with a frame.
  thread.At(FakeThread::kFrame - 4) = begin | 1;
  thread.At(FakeThread::kFrame - 5) = uintptr_t{40} << 32;
  const auto caller = thread.Caller();
  CHECK(caller.has_value());
  CHECK(caller->pc == begin + 1 + 40);
  CHECK(caller->sp == thread.top().sp);
  CHECK(caller->fp == thread.top().fp);
  thread.At(FakeThread::kFrame - 5) = (uintptr_t{40} << 32) | 1;
  CHECK(!thread.Caller());
  thread.At(FakeThread::kFrame - 5) = uintptr_t{40} << 32;
  thread.At(FakeThread::kFrame - 4) = 8193;  // Not mapped.
  CHECK(!thread.Caller());
}

#if defined(__x86_64__)
TEST(AllLengthsOfACallAreKnown) {
  const std::vector<std::vector<uint8_t>> calls = {
      {0xff, 0xd0},                    // call rax
      {0x41, 0xff, 0xd2},              // call r10
      {0xff, 0x50, 8},                 // call [rax+8]
      {0xff, 0x54, 0x24, 8},           // call [rsp+8]
      {0x41, 0xff, 0x95, 0, 1, 0, 0},  // call [r13+256]
      {0xff, 0x14, 0xc5, 0, 0, 1, 0},  // call [rax*8+65536]
  };
  for (const auto& call : calls) {
    FakeThread thread;
    thread.Write(16 - call.size(), call);
    thread.ReturnTo(thread.ranges().compiled.begin + 16);
    CHECK(thread.Caller().has_value());
  }
  FakeThread thread;
  thread.Aim(8, thread.ranges().compiled.begin);  // Calls no builtin.
  CHECK(!thread.Caller());
  thread.Write(14, {0xff, 0xe0});  // jmp rax
  thread.ReturnTo(thread.ranges().compiled.begin + 16);
  CHECK(!thread.Caller());
}
#endif

}  // namespace
}  // namespace ox_profile
