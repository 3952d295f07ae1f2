#include "stall_file.h"

#include <fcntl.h>
#include <uv.h>

#ifdef _WIN32
#include <io.h>
#include <sys/stat.h>
#else
#include <unistd.h>
#endif

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <utility>

namespace ox_profile {

namespace {

constexpr size_t kMostWaiting = 1000;

// At the end of the launcher, or of the process.
constexpr std::chrono::nanoseconds kLastPatience =
    std::chrono::milliseconds(300);

// Opened for each line: it may be moved away at any time. Not inherited by
// processes that are started meanwhile; and what nobody reads, such as a pipe,
// refuses instead of waiting.
int OpenToAppend(const std::string& path) {
#ifdef _WIN32
  return _open(path.c_str(),
               _O_WRONLY | _O_APPEND | _O_CREAT | _O_BINARY | _O_NOINHERIT,
               _S_IREAD | _S_IWRITE);
#else
  return open(path.c_str(),
              O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0666);
#endif
}

// In one go, so that lines of several processes do not mix.
bool WriteWhole(int file, const std::string& line) {
#ifdef _WIN32
  const int written =
      _write(file, line.data(), static_cast<unsigned>(line.size()));
  const bool closed = _close(file) == 0;
#else
  const ssize_t written = write(file, line.data(), line.size());
  const bool closed = close(file) == 0;
#endif
  return closed && written >= 0 && static_cast<size_t>(written) == line.size();
}

}  // namespace

struct StallFile::State {
  std::string path;
  uv_thread_t thread{};

  std::mutex mutex;  // Guards all below.
  std::condition_variable changed;
  std::deque<std::string> waiting;
  bool writing = false;
  bool ending = false;
  bool running = false;
  uint64_t not_written = 0;

  [[nodiscard]] bool idle() const { return waiting.empty() && !writing; }
};

StallFile::StallFile(const std::string& path)
    : state_(std::make_shared<State>()) {
  state_->path = path;
  state_->running = true;
  // Deleted by the thread.
  auto* theirs = new std::shared_ptr<State>(state_);
  const int error = uv_thread_create(
      &state_->thread,
      [](void* pointer) {
        const std::unique_ptr<std::shared_ptr<State>> owned(
            static_cast<std::shared_ptr<State>*>(pointer));
        Run(**owned);
      },
      theirs);
  if (error != 0) {
    delete theirs;
    state_->running = false;
  }
}

StallFile::~StallFile() {
  Flush(kLastPatience);
  bool written = false;
  {
    const std::scoped_lock lock(state_->mutex);
    if (!state_->running) return;
    state_->ending = true;
    written = state_->idle();
  }
  state_->changed.notify_all();
  // One that is stuck in the file system is left behind.
  if (written) uv_thread_join(&state_->thread);
}

void StallFile::Append(std::string line) {
  {
    const std::scoped_lock lock(state_->mutex);
    if (!state_->running || state_->waiting.size() >= kMostWaiting) {
      state_->not_written++;
      return;
    }
    state_->waiting.push_back(std::move(line));
  }
  state_->changed.notify_all();
}

void StallFile::Flush(std::chrono::nanoseconds patience) {
  std::unique_lock lock(state_->mutex);
  state_->changed.wait_for(lock, patience, [this] { return state_->idle(); });
}

uint64_t StallFile::not_written() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->not_written;
}

void StallFile::Run(State& state) {
  std::unique_lock lock(state.mutex);
  for (;;) {
    state.changed.wait(
        lock, [&state] { return state.ending || !state.waiting.empty(); });
    if (state.waiting.empty()) return;
    const std::string line = std::move(state.waiting.front());
    state.waiting.pop_front();
    state.writing = true;
    lock.unlock();
    const int file = OpenToAppend(state.path);
    const bool written = file >= 0 && WriteWhole(file, line);
    lock.lock();
    state.writing = false;
    if (!written) state.not_written++;
    state.changed.notify_all();
  }
}

}  // namespace ox_profile
