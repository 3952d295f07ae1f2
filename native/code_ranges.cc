#include "code_ranges.h"

#include <v8-isolate.h>

#include <array>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <utility>

#include "read_memory.h"

#ifdef __APPLE__
#include <mach/mach.h>
#include <mach/mach_vm.h>
#endif

namespace ox_profile {

namespace {

// Calls `look` with each mapping of the process that touches `range` and holds
// code that runs, until it returns true.
template <typename Look>
void ForEachCodeMapping(const CodeRange& range, const Look& look) {
#if defined(__linux__)
  std::FILE* maps = std::fopen("/proc/self/maps", "re");
  if (maps == nullptr) return;
  std::array<char, 512> line;
  bool is_begin = true;  // Paths may be longer than a line of ours.
  while (std::fgets(line.data(), line.size(), maps) != nullptr) {
    const bool begins =
        std::exchange(is_begin, std::strchr(line.data(), '\n') != nullptr);
    unsigned long begin = 0;
    unsigned long end = 0;
    std::array<char, 5> rights{};
    if (!begins || std::sscanf(line.data(), "%lx-%lx %4s", &begin, &end,
                               rights.data()) != 3) {
      continue;
    }
    if (begin >= range.end) break;  // They are in order.
    if (end <= range.begin || rights[0] != 'r' || rights[2] != 'x') continue;
    if (look(CodeRange{begin, end})) break;
  }
  std::fclose(maps);
#elif defined(__APPLE__)
  mach_vm_address_t begin = range.begin;
  while (begin < range.end) {
    mach_vm_size_t size = 0;
    vm_region_basic_info_data_64_t info;
    mach_msg_type_number_t count = VM_REGION_BASIC_INFO_COUNT_64;
    mach_port_t object = MACH_PORT_NULL;
    if (mach_vm_region(mach_task_self(), &begin, &size, VM_REGION_BASIC_INFO_64,
                       reinterpret_cast<vm_region_info_t>(&info), &count,
                       &object) != KERN_SUCCESS ||
        begin >= range.end) {
      return;
    }
    constexpr vm_prot_t kRuns = VM_PROT_READ | VM_PROT_EXECUTE;
    if ((info.protection & kRuns) == kRuns &&
        look(CodeRange{begin, begin + size})) {
      return;
    }
    begin += size;
  }
#else
  (void)range, (void)look;
#endif
}

// The first bytes of the builtins tell a copy of them.
constexpr size_t kTelling = 256;

// V8 maps its builtins once more where compiled code is, so that calls between
// the two are short: a mapping that begins as the original does.
CodeRange FindCopy(const CodeRange& original, const CodeRange& compiled) {
  const uintptr_t length = original.end - original.begin;
  CodeRange copy;
  if (length < kTelling) return copy;
  ForEachCodeMapping(compiled, [&](const CodeRange& mapping) {
    const bool found =
        mapping.end - mapping.begin >= length &&
        std::memcmp(reinterpret_cast<const void*>(mapping.begin),
                    reinterpret_cast<const void*>(original.begin),
                    kTelling) == 0;
    if (found) copy = {mapping.begin, mapping.begin + length};
    return found;
  });
  return copy;
}

// Whether a copy that another isolate had is still, or again, there.
bool IsStillCopy(const CodeRange& copy, const CodeRange& original,
                 const CodeRange& compiled) {
  std::array<uint8_t, kTelling> bytes;
  return copy.end - copy.begin == original.end - original.begin &&
         compiled.Contains(copy.begin) && copy.end <= compiled.end &&
         ReadMemory(copy.begin, bytes.data(), bytes.size()) &&
         std::memcmp(bytes.data(),
                     reinterpret_cast<const void*>(original.begin),
                     bytes.size()) == 0;
}

}  // namespace

CodeRanges CodeRangesOf(v8::Isolate* isolate) {
  CodeRanges ranges;
  const void* embedded = nullptr;
  size_t embedded_length = 0;
  isolate->GetEmbeddedCodeRange(&embedded, &embedded_length);
  ranges.embedded_builtins.begin = reinterpret_cast<uintptr_t>(embedded);
  ranges.embedded_builtins.end =
      ranges.embedded_builtins.begin + embedded_length;

  void* compiled = nullptr;
  size_t compiled_length = 0;
  isolate->GetCodeRange(&compiled, &compiled_length);
  ranges.compiled.begin = reinterpret_cast<uintptr_t>(compiled);
  ranges.compiled.end = ranges.compiled.begin + compiled_length;

  // An isolate may have a range of its own, or none for compiled code, or no
  // copy. Mostly they share one, and the mappings of a large process take a
  // while to read.
  static std::mutex mutex;
  static CodeRange last;  // Guarded by mutex.
  const std::scoped_lock lock(mutex);
  if (!IsStillCopy(last, ranges.embedded_builtins, ranges.compiled)) {
    last = FindCopy(ranges.embedded_builtins, ranges.compiled);
  }
  ranges.copied_builtins = last;
  return ranges;
}

}  // namespace ox_profile
