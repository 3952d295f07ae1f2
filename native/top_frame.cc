#include "top_frame.h"

#include <algorithm>
#include <cstring>

#include "read_memory.h"

namespace ox_profile {

namespace {

constexpr uintptr_t kWord = sizeof(uintptr_t);

// How V8 marks a word that refers to an object.
constexpr uintptr_t kHeapObjectTag = 1;
constexpr uintptr_t kTagMask = 3;

// V8 looks at some bytes behind the address that it is given too.
constexpr size_t kReadBehind = 4;

#if defined(__x86_64__) || defined(_M_X64)

constexpr size_t kLongestCall = 7;

// Of `call r/m64`; 0 where the bytes are another instruction. (Volume 2, table
// 2-2: the second byte says what follows.)
int LengthOfIndirectCall(const uint8_t* bytes) {
  const unsigned second = bytes[1];
  if (bytes[0] != 0xff || (second & 0x38) != 0x10) return 0;
  const unsigned mode = second >> 6;
  const unsigned operand = second & 7;
  if (mode == 3) return 2;  // A register.
  const bool has_index = operand == 4;
  const int length = has_index ? 3 : 2;
  if (mode == 1) return length + 1;
  const bool has_address =
      mode == 2 || operand == 5 || (has_index && (bytes[2] & 7) == 5);
  return has_address ? length + 4 : length;
}

// Whether a call may return to `address`, whose code before it ends at `end`:
// call rel32, of a builtin; or call r/m64, in each of its lengths (Intel 64 and
// IA-32 Architectures Software Developer's Manual, volume 2, CALL).
bool EndsInCall(const uint8_t* end, uintptr_t address, const CodeRanges& code) {
  if (end[-5] == 0xe8) {
    int32_t distance;
    std::memcpy(&distance, end - 4, sizeof distance);
    const auto target =
        address + static_cast<uintptr_t>(static_cast<intptr_t>(distance));
    if (code.InBuiltins(target)) return true;
  }
  for (const int length : {2, 3, 4, 6, 7}) {
    if (LengthOfIndirectCall(end - length) == length) return true;
  }
  return false;
}

#elif defined(__aarch64__)

constexpr size_t kLongestCall = 4;

// BL and BLR (Arm Architecture Reference Manual for A-profile, C6.2).
bool EndsInCall(const uint8_t* end, uintptr_t, const CodeRanges&) {
  uint32_t instruction;
  std::memcpy(&instruction, end - 4, sizeof instruction);
  return (instruction & 0xfc000000) == 0x94000000 ||
         (instruction & 0xfffffc1f) == 0xd63f0000;
}

#else

constexpr size_t kLongestCall = 1;
bool EndsInCall(const uint8_t*, uintptr_t, const CodeRanges&) { return false; }

#endif

// Whether the call of a function that V8 compiled may return there.
bool IsReturnAddress(uintptr_t address, const FrameMemory& memory) {
  const CodeRanges& code = memory.code();
  uint8_t bytes[kLongestCall + kReadBehind];
  if (!code.compiled.Contains(address) ||
      address - code.compiled.begin < kLongestCall ||
      !ReadMemory(address - kLongestCall, bytes, sizeof bytes)) {
    return false;
  }
  return EndsInCall(bytes + kLongestCall, address, code);
}

// A function that the interpreter runs has its bytecode in its frame, and how
// far it is, as a small integer (InterpreterFrameConstants in V8's
// frame-constants.h). V8 knows such functions by addresses in their bytecode,
// and so tells what callers are at (TickSample::GetStackSample).
std::optional<uintptr_t> BytecodeAddress(const TopFrame& top,
                                         const FrameMemory& memory) {
  constexpr unsigned kSmallIntegerShift = 32;
  constexpr uintptr_t kSmallIntegerMask =
      (uintptr_t{1} << kSmallIntegerShift) - 1;
  const auto bytecode = memory.StackWord(top.sp, top.fp - 4 * kWord);
  const auto offset = memory.StackWord(top.sp, top.fp - 5 * kWord);
  if (!bytecode || !offset || (*bytecode & kTagMask) != kHeapObjectTag ||
      (*offset & kSmallIntegerMask) != 0) {
    return std::nullopt;
  }
  const uintptr_t address = *bytecode + (*offset >> kSmallIntegerShift);
  uint8_t bytes[kReadBehind];
  if (!ReadMemory(address, bytes, sizeof bytes)) return std::nullopt;
  return address;
}

// Frames of JS functions hold their context below the frame pointer; others
// hold a small integer there that tells their type (V8's frame-constants.h).
bool IsJsFrame(const TopFrame& top, const FrameMemory& memory) {
  const auto context = memory.StackWord(top.sp, top.fp - kWord);
  const auto outer = memory.StackWord(top.sp, top.fp);
  return context && (*context & kTagMask) == kHeapObjectTag && outer &&
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

std::optional<TopFrame> CallerOfBuiltin(const TopFrame& top,
                                        const FrameMemory& memory) {
  if (!memory.code().InBuiltins(top.pc) || !IsJsFrame(top, memory)) {
    return std::nullopt;
  }
  TopFrame caller = top;
#if defined(__aarch64__)
  caller.pc = top.lr;
  // A builtin that has made a frame and called nothing yet.
  if (memory.StackWord(top.sp, top.fp + kWord) == top.lr) return std::nullopt;
#else
  const auto returns_to = memory.StackWord(top.sp, top.sp);
  if (!returns_to) return std::nullopt;
  caller.pc = *returns_to;
  caller.sp = top.sp + kWord;
#endif
  if (memory.code().InBuiltins(caller.pc)) {
    // The interpreter, which is one builtin after the other.
    const auto bytecode = BytecodeAddress(top, memory);
    if (!bytecode) return std::nullopt;
    caller = top;
    caller.pc = *bytecode;
    return caller;
  }
  if (!IsReturnAddress(caller.pc, memory)) return std::nullopt;
  return caller;
}

}  // namespace ox_profile
