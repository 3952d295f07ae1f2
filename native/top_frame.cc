#include "top_frame.h"

#include <algorithm>
#include <cstring>

#include "read_memory.h"

namespace ox_profile {

namespace {

constexpr uintptr_t kWord = sizeof(uintptr_t);

#if defined(__x86_64__) || defined(_M_X64)

constexpr size_t kLongestCall = 7;

// Whether `end`, behind the last of the bytes, is where a call returns to: call
// rel32, or call r/m64 in each of its lengths (Intel 64 and IA-32 Architectures
// Software Developer's Manual, volume 2, CALL).
bool EndsInCall(const uint8_t* end) {
  if (end[-5] == 0xe8) return true;
  const auto is_indirect = [end](int length) {
    return end[-length] == 0xff && (end[1 - length] & 0x38) == 0x10;
  };
  return is_indirect(2) || is_indirect(3) || is_indirect(4) || is_indirect(6) ||
         is_indirect(7);
}

#elif defined(__aarch64__)

constexpr size_t kLongestCall = 4;

// BL and BLR (Arm Architecture Reference Manual for A-profile, C6.2).
bool EndsInCall(const uint8_t* end) {
  uint32_t instruction;
  std::memcpy(&instruction, end - 4, sizeof instruction);
  return (instruction & 0xfc000000) == 0x94000000 ||
         (instruction & 0xfffffc1f) == 0xd63f0000;
}

#else

constexpr size_t kLongestCall = 1;
bool EndsInCall(const uint8_t*) { return false; }

#endif

bool IsReturnAddress(uintptr_t address, const FrameMemory& memory) {
  uint8_t bytes[kLongestCall];
  return memory.CodeBefore(address, bytes, sizeof bytes) &&
         EndsInCall(bytes + sizeof bytes);
}

// Frames of JS functions hold their context below the frame pointer; others
// hold a small integer there that tells their type (V8's frame-constants.h).
bool IsJsFrame(const TopFrame& top, const FrameMemory& memory) {
  constexpr uintptr_t kHeapObjectTag = 1;
  const auto context = memory.StackWord(top.sp, top.fp - kWord);
  const auto outer = memory.StackWord(top.sp, top.fp);
  return context && (*context & kHeapObjectTag) != 0 && outer &&
         *outer > top.fp;
}

}  // namespace

std::optional<uintptr_t> FrameMemory::StackWord(uintptr_t sp,
                                                uintptr_t address) const {
  if (address % kWord != 0 || sp < stack_.begin || address < sp ||
      address >= stack_.end || stack_.end - address < kWord) {
    return std::nullopt;
  }
  uintptr_t word;
  std::memcpy(&word, reinterpret_cast<const void*>(address), kWord);
  return word;
}

bool FrameMemory::CodeBefore(uintptr_t address, uint8_t* bytes,
                             size_t length) const {
  if (address < length) return false;
  const uintptr_t from = address - length;
  const auto holds = [&](const CodeRange& range) {
    return range.Contains(from) && address <= range.end;
  };
  // Builtins are always there.
  if (holds(code_.copied_builtins) || holds(code_.embedded_builtins)) {
    std::memcpy(bytes, reinterpret_cast<const void*>(from), length);
    return true;
  }
  return holds(code_.compiled) && ReadMemory(from, bytes, length);
}

std::optional<TopFrame> CallerOfBuiltin(const TopFrame& top,
                                        const FrameMemory& memory) {
  if (!memory.code().InBuiltins(top.pc) || !IsJsFrame(top, memory)) {
    return std::nullopt;
  }
  TopFrame caller = top;
#if defined(__aarch64__)
  caller.pc = top.lr;
#else
  const auto returns_to = memory.StackWord(top.sp, top.sp);
  if (!returns_to) return std::nullopt;
  caller.pc = *returns_to;
  caller.sp = top.sp + kWord;
#endif
  if (!IsReturnAddress(caller.pc, memory)) return std::nullopt;
  return caller;
}

}  // namespace ox_profile
