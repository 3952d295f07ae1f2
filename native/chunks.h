#ifndef OX_PROFILE_CHUNKS_H_
#define OX_PROFILE_CHUNKS_H_

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace ox_profile {

// A list that grows at its end and never moves what it holds. A vector now and
// then copies all of it, and a large one then touches memory that the system
// has yet to give, page by page: milliseconds in the middle of a drain. Here
// each new element costs about the same.
//
// Not thread-safe.
template <typename T>
class Chunks {
 public:
  Chunks() = default;
  Chunks(const Chunks&) = delete;
  Chunks& operator=(const Chunks&) = delete;

  [[nodiscard]] size_t size() const { return size_; }

  [[nodiscard]] T& operator[](size_t index) {
    return chunks_[index / kChunk][index % kChunk];
  }
  [[nodiscard]] const T& operator[](size_t index) const {
    return chunks_[index / kChunk][index % kChunk];
  }

  T& Append(T element) {
    if (size_ == chunks_.size() * kChunk) {
      chunks_.push_back(std::make_unique<T[]>(kChunk));
    }
    T& place = (*this)[size_++];
    place = std::move(element);
    return place;
  }

  [[nodiscard]] std::vector<T> ToVector() const {
    std::vector<T> all;
    all.reserve(size_);
    for (size_t begin = 0; begin < size_; begin += kChunk) {
      const T* chunk = chunks_[begin / kChunk].get();
      all.insert(all.end(), chunk, chunk + std::min(kChunk, size_ - begin));
    }
    return all;
  }

  void Clear() {
    chunks_.clear();
    size_ = 0;
  }

 private:
  // Small, as many a tree has a few nodes.
  static constexpr size_t kChunk = 64;

  std::vector<std::unique_ptr<T[]>> chunks_;
  size_t size_ = 0;
};

}  // namespace ox_profile

#endif  // OX_PROFILE_CHUNKS_H_
