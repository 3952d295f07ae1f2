#include "interrupted.h"

#include <cstring>

#include "read_memory.h"

namespace ox_profile {

#ifndef _WIN32

namespace {

template <typename T>
uintptr_t Word(T value) {
  return static_cast<uintptr_t>(value);
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

// Where the call is made again after the signal, pc is at the instruction and
// not behind it.
bool IsInSystemCall(const TopFrame& top) {
#if defined(__x86_64__)
  constexpr uint8_t kSyscall[] = {0x0f, 0x05};
#elif defined(__linux__) && defined(__aarch64__)
  constexpr uint8_t kSyscall[] = {0x01, 0x00, 0x00, 0xd4};  // svc #0
#elif defined(__APPLE__) && defined(__aarch64__)
  constexpr uint8_t kSyscall[] = {0x01, 0x10, 0x00, 0xd4};  // svc #0x80
#else
  constexpr uint8_t kSyscall[] = {0};
  return false;
#endif
  uint8_t code[sizeof kSyscall];
  for (const uintptr_t at : {top.pc - sizeof kSyscall, top.pc}) {
    if (ReadMemory(at, code, sizeof code) &&
        std::memcmp(code, kSyscall, sizeof code) == 0) {
      return true;
    }
  }
  return false;
}

InterruptedElsewhere::InterruptedElsewhere(const ucontext_t& context,
                                           const TopFrame& frame)
    : context_(context) {
#if defined(__linux__) && defined(__x86_64__)
  auto& registers = context_.uc_mcontext.gregs;
  registers[REG_RIP] = static_cast<greg_t>(frame.pc);
  registers[REG_RSP] = static_cast<greg_t>(frame.sp);
#elif defined(__linux__) && defined(__aarch64__)
  context_.uc_mcontext.pc = frame.pc;
#elif defined(__APPLE__)
  registers_ = *context.uc_mcontext;
  context_.uc_mcontext = &registers_;
#if defined(__x86_64__)
  registers_.__ss.__rip = frame.pc;
  registers_.__ss.__rsp = frame.sp;
#elif defined(__aarch64__)
  arm_thread_state64_set_pc_fptr(registers_.__ss,
                                 reinterpret_cast<void (*)()>(frame.pc));
#endif
#else
  (void)frame;
#endif
}

#endif

}  // namespace ox_profile
