#ifndef OX_PROFILE_TEST_FOLDS_H_
#define OX_PROFILE_TEST_FOLDS_H_

// Folds as a thread would have them, and what a CountTable makes of them.

#include <cstdint>
#include <string>
#include <vector>

#include "count_table.h"
#include "fold.h"
#include "frame_table.h"

namespace ox_profile::test {

// A fold of stacks of named functions below the root.
class FoldOfStacks {
 public:
  FoldOfStacks() {
    fold_.frames.push_back({.kind = FrameKind::kRoot});
    fold_.nodes.push_back({.parent = 0, .frame = 0, .hits = 0});
  }

  FoldOfStacks& Add(const std::vector<NamedFrame>& stack, uint64_t hits) {
    uint32_t parent = 0;
    for (const NamedFrame& frame : stack) {
      AddBelow(parent, frame, 0);
      parent = static_cast<uint32_t>(fold_.nodes.size() - 1);
    }
    fold_.nodes[parent].hits = hits;
    return *this;
  }

  FoldOfStacks& AddBelow(uint32_t parent, const NamedFrame& frame,
                         uint64_t hits) {
    fold_.frames.push_back(frame);
    fold_.nodes.push_back(
        {.parent = parent,
         .frame = static_cast<uint32_t>(fold_.frames.size() - 1),
         .hits = hits});
    return *this;
  }

  Fold& fold() { return fold_; }

 private:
  Fold fold_;
};

inline void AddTo(CountTable& table, ThreadId thread, const std::string& name,
                  const Fold& fold) {
  table.Add(thread, name, fold, table.epoch());
}

inline double SumOf(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum;
}

}  // namespace ox_profile::test

#endif  // OX_PROFILE_TEST_FOLDS_H_
