// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/standard_output.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "sim/base/atomic_file.hpp"

namespace tranche::tools {
namespace {

// 0, or the error number.
int write_all(int descriptor, std::string_view text) noexcept {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

}  // namespace

void write_standard_output(std::string_view text) {
  const int error = write_all(STDOUT_FILENO, text);
  if (error == EPIPE) throw BrokenPipe("standard output was closed by its reader");
  if (error != 0)
    throw OutputError(std::string("cannot write to standard output: ") + std::strerror(error));
}

void write_standard_error(std::string_view text) noexcept { write_all(STDERR_FILENO, text); }

bool is_terminal_output() { return ::isatty(STDOUT_FILENO) == 1; }
bool is_terminal_error() { return ::isatty(STDERR_FILENO) == 1; }
bool takes_escape_sequences() {
  const char* const terminal = std::getenv("TERM");
  return terminal == nullptr || std::string_view(terminal) != "dumb";
}

std::size_t output_columns() {
  constexpr unsigned widest = 100, narrowest = 60;
  winsize size{};
  if (!is_terminal_output() || ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
    return widest;
  return std::clamp(static_cast<unsigned>(size.ws_col), narrowest, widest);
}

void prepare_standard_streams() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  // Opened for reading only, so that writing still fails and is reported.
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::fcntl(descriptor, F_GETFD) < 0 && ::open("/dev/null", O_RDONLY) < 0) return;
}

}  // namespace tranche::tools
