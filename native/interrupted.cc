#include "interrupted.h"

#include <cerrno>
#include <cstring>

#include "read_memory.h"

namespace ox_profile {

#ifndef _WIN32

namespace {

template <typename T>
uintptr_t Word(T value) {
  return static_cast<uintptr_t>(value);
}

// All else stays.
void MoveTo(const TopFrame& frame, ucontext_t& context) {
#if defined(__linux__) && defined(__x86_64__)
  auto& registers = context.uc_mcontext.gregs;
  registers[REG_RIP] = static_cast<greg_t>(frame.pc);
  registers[REG_RSP] = static_cast<greg_t>(frame.sp);
#elif defined(__linux__) && defined(__aarch64__)
  context.uc_mcontext.pc = frame.pc;
#elif defined(__APPLE__) && defined(__x86_64__)
  context.uc_mcontext->__ss.__rip = frame.pc;
  context.uc_mcontext->__ss.__rsp = frame.sp;
#elif defined(__APPLE__) && defined(__aarch64__)
  arm_thread_state64_set_pc_fptr(context.uc_mcontext->__ss,
                                 reinterpret_cast<void (*)()>(frame.pc));
#else
  (void)frame, (void)context;
#endif
}

}  // namespace

std::optional<TopFrame> TopFrameOf(const ucontext_t& context) {
#if defined(__linux__) && defined(__x86_64__)
  const auto& registers = context.uc_mcontext.gregs;
  return TopFrame{.pc = Word(registers[REG_RIP]),
                  .sp = Word(registers[REG_RSP]),
                  .fp = Word(registers[REG_RBP])};
#elif defined(__linux__) && defined(__aarch64__)
  const auto& machine = context.uc_mcontext;
  return TopFrame{.pc = Word(machine.pc),
                  .sp = Word(machine.sp),
                  .fp = Word(machine.regs[29]),
                  .lr = Word(machine.regs[30])};
#elif defined(__APPLE__) && defined(__x86_64__)
  const auto& registers = context.uc_mcontext->__ss;
  return TopFrame{.pc = Word(registers.__rip),
                  .sp = Word(registers.__rsp),
                  .fp = Word(registers.__rbp)};
#elif defined(__APPLE__) && defined(__aarch64__)
  const auto& registers = context.uc_mcontext->__ss;
  return TopFrame{.pc = Word(arm_thread_state64_get_pc(registers)),
                  .sp = Word(arm_thread_state64_get_sp(registers)),
                  .fp = Word(arm_thread_state64_get_fp(registers)),
                  .lr = Word(arm_thread_state64_get_lr(registers))};
#else
  (void)context;
  return std::nullopt;
#endif
}

SampleNote::Doing DoingOf(const ucontext_t& context, const TopFrame& top) {
  using Doing = SampleNote::Doing;
#if defined(__x86_64__)
  constexpr uint8_t kSystemCall[] = {0x0f, 0x05};
#elif defined(__linux__) && defined(__aarch64__)
  constexpr uint8_t kSystemCall[] = {0x01, 0x00, 0x00, 0xd4};  // svc #0
#elif defined(__APPLE__) && defined(__aarch64__)
  constexpr uint8_t kSystemCall[] = {0x01, 0x10, 0x00, 0xd4};  // svc #0x80
#else
  constexpr uint8_t kSystemCall[] = {0};
#endif
  constexpr size_t kLength = sizeof kSystemCall;
  const auto is_call = [&](uintptr_t at) {
    uint8_t code[kLength];
    return ReadMemory(at, code, kLength) &&
           std::memcmp(code, kSystemCall, kLength) == 0;
  };
  // A call that the signal ended is made again, or tells that it was ended.
  if (is_call(top.pc)) return Doing::kWaited;
  if (!is_call(top.pc - kLength)) return Doing::kRan;
#if defined(__linux__) && defined(__x86_64__)
  const bool was_ended = context.uc_mcontext.gregs[REG_RAX] == -EINTR;
#elif defined(__linux__) && defined(__aarch64__)
  const bool was_ended =
      static_cast<int64_t>(context.uc_mcontext.regs[0]) == -EINTR;
#else
  (void)context;
  const bool was_ended = false;
#endif
  return was_ended ? Doing::kWaited : Doing::kLeftSystemCall;
}

InterruptedElsewhere::InterruptedElsewhere(ucontext_t& context,
                                           const TopFrame& was,
                                           const TopFrame& shown)
    : context_(context), was_(was) {
  MoveTo(shown, context_);
}

InterruptedElsewhere::~InterruptedElsewhere() { MoveTo(was_, context_); }

#endif

}  // namespace ox_profile
