#ifndef OX_PROFILE_ROTATION_PLAN_H_
#define OX_PROFILE_ROTATION_PLAN_H_

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace ox_profile {

// Decides how long a rotation may last. Draining stops the event loop for a
// time that grows with the nodes of V8's tree (a walk, and V8's own deletion at
// twice its cost), and the tree cannot be looked at before it is drained. So
// its size is foretold: by how many nodes each sample added to the last tree,
// and by how deep its stacks are, in case the program turns to new ones. A
// rotation has some hundred samples at most, in case it turns to others
// altogether.
//
// Plain arithmetic; not thread-safe. Each session owns one.
class RotationPlan {
 public:
  // Of a program whose trees are small, at intervals of 10 ms or more.
  static constexpr std::chrono::nanoseconds kLongest = std::chrono::seconds(1);

  struct Drained {
    uint64_t samples;
    size_t nodes;
    uint64_t frames;  // Sum over the samples of the depth of their stacks.
    std::chrono::nanoseconds took;
  };

  // Learns from a rotation that was drained.
  void Learn(const Drained& drained);

  // How long the next rotation may last at this interval.
  [[nodiscard]] std::chrono::nanoseconds Length(
      std::chrono::microseconds interval) const;

 private:
  // Until the first rotations are seen, stacks are taken to be deep and
  // distinct, and nodes to be new to the table.
  double nodes_per_sample_ = 25;
  double nanos_per_node_ = 2000;

  // Of rotations that together had too few samples to learn from.
  double samples_ = 0;
  double nodes_ = 0;
  double frames_ = 0;
};

}  // namespace ox_profile

#endif  // OX_PROFILE_ROTATION_PLAN_H_
