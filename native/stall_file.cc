#include "stall_file.h"

#include <uv.h>

#ifdef _WIN32
#include <windows.h>
#else
#include <fcntl.h>
#include <unistd.h>
#endif

#include <cstddef>
#include <deque>
#include <mutex>
#include <utility>

#include "clock.h"
#include "monitor.h"
#include "own_thread.h"

namespace ox_profile {

namespace {

constexpr size_t kMostWaiting = 1000;

// At the end of the launcher, or of the process.
constexpr std::chrono::nanoseconds kLastPatience =
    std::chrono::milliseconds(300);

// The file is opened for each line: it may be moved away at any time. It is not
// inherited by processes that are started meanwhile; and what nobody reads,
// such as a pipe, refuses instead of waiting. A line is written in one go to
// the end of the file, so that those of several processes do not mix.
#ifdef _WIN32

std::wstring Wide(const std::string& text) {
  const auto length = static_cast<int>(text.size());
  std::wstring wide(static_cast<size_t>(MultiByteToWideChar(
                        CP_UTF8, 0, text.data(), length, nullptr, 0)),
                    L'\0');
  MultiByteToWideChar(CP_UTF8, 0, text.data(), length, wide.data(),
                      static_cast<int>(wide.size()));
  return wide;
}

bool AppendLine(const std::string& path, const std::string& line) {
  // With the right to append alone, the system looks for the end as it writes.
  const HANDLE file =
      CreateFileW(Wide(path).c_str(), FILE_APPEND_DATA,
                  FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                  nullptr, OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, nullptr);
  if (file == INVALID_HANDLE_VALUE) return false;
  DWORD written = 0;
  const bool done =
      WriteFile(file, line.data(), static_cast<DWORD>(line.size()), &written,
                nullptr) != 0;
  const bool closed = CloseHandle(file) != 0;
  return done && closed && written == line.size();
}

#else

bool AppendLine(const std::string& path, const std::string& line) {
  const int file =
      open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK,
           0666);
  if (file < 0) return false;
  const ssize_t written = write(file, line.data(), line.size());
  const bool closed = close(file) == 0;
  return closed && written >= 0 && static_cast<size_t>(written) == line.size();
}

#endif

}  // namespace

struct StallFile::State {
  std::string path;
  uv_thread_t thread{};

  Monitor mutex;  // Guards all below.
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
  const bool started = StartOwnThread(
      state_->thread, "ox-profile file",
      [](void* pointer) {
        const std::unique_ptr<std::shared_ptr<State>> owned(
            static_cast<std::shared_ptr<State>*>(pointer));
        Run(**owned);
      },
      theirs);
  if (!started) {
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
  state_->mutex.NotifyAll();
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
  state_->mutex.NotifyAll();
}

void StallFile::Flush(std::chrono::nanoseconds patience) {
  const std::chrono::nanoseconds deadline = MonotonicNow() + patience;
  std::unique_lock lock(state_->mutex);
  for (auto left = patience;
       !state_->idle() && left > std::chrono::nanoseconds::zero();
       left = deadline - MonotonicNow()) {
    state_->mutex.WaitFor(lock, left);
  }
}

uint64_t StallFile::not_written() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->not_written;
}

void StallFile::Run(State& state) {
  std::unique_lock lock(state.mutex);
  for (;;) {
    while (!state.ending && state.waiting.empty()) state.mutex.Wait(lock);
    if (state.waiting.empty()) return;
    const std::string line = std::move(state.waiting.front());
    state.waiting.pop_front();
    state.writing = true;
    lock.unlock();
    const bool written = AppendLine(state.path, line);
    lock.lock();
    state.writing = false;
    if (!written) state.not_written++;
    state.mutex.NotifyAll();
  }
}

}  // namespace ox_profile
