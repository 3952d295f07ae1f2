#ifndef OX_PROFILE_STALL_FILE_H_
#define OX_PROFILE_STALL_FILE_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace ox_profile {

// A file that lines are appended to, by a thread of its own: a disk may take
// its time, and nobody else is to wait for it. Any thread may call any method.
class StallFile {
 public:
  // Where the system has no thread to give, no line is written.
  explicit StallFile(const std::string& path);
  StallFile(const StallFile&) = delete;
  StallFile& operator=(const StallFile&) = delete;
  // Waits a little for what is left to be written.
  ~StallFile();

  // Takes a line, with its line break. It returns at once; when too many wait
  // already, the line is dropped and counted.
  void Append(std::string line);

  // Waits until all that was appended is written, or for `patience`.
  void Flush(std::chrono::nanoseconds patience);

  // Lines that were dropped, or that the file system refused.
  [[nodiscard]] uint64_t not_written() const;

 private:
  // Belongs to the writing thread too, which may be stuck for longer than this
  // object lives.
  struct State;
  static void Run(State& state);

  std::shared_ptr<State> state_;
};

}  // namespace ox_profile

#endif  // OX_PROFILE_STALL_FILE_H_
