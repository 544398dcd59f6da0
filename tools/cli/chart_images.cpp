// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/chart_images.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "sim/base/atomic_file.hpp"

extern char** environ;

namespace tranche::tools {
namespace {

constexpr int not_found = 127;  // exit status of a shell for an unknown program

// Runs a program found through PATH and returns its exit status; its stdout is discarded.
int run_program(const std::vector<std::string>& words) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  const int error =
      ::posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return not_found;
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

// A file that is deleted at the end of the scope.
class ScriptFile {
 public:
  explicit ScriptFile(const std::string& text)
      : path_(std::filesystem::temp_directory_path() /
              fmt::format("tranche-report-{}.cjs", ::getpid())) {
    write_file_atomically(path_, text);
  }
  ScriptFile(const ScriptFile&) = delete;
  ScriptFile& operator=(const ScriptFile&) = delete;
  ~ScriptFile() {
    std::error_code ignored;  // a destructor does not throw
    std::filesystem::remove(path_, ignored);
  }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace

ChartImages draw_charts(const std::vector<std::string>& specifications,
                        const ReportTemplate& front_end) {
  if (!front_end.is_there())
    throw OutputError("no pictures: this program was built without npm, so without reports");
  const ScriptFile script(front_end.script);
  std::vector<std::string> words = {"node", script.path()};
  words.insert(words.end(), specifications.begin(), specifications.end());
  int status = run_program(words);
  if (status == not_found) {
    words[0] = "nodejs";
    status = run_program(words);
  }
  if (status == not_found)
    throw OutputError(
        "no pictures: `node` is not installed (Node 18 or newer draws them; report.html needs "
        "none)");
  if (status != 0) throw OutputError("no pictures: `node` failed; what it said stands above");
  ChartImages out{.svg = specifications.size(), .png = 0, .note = {}};
  for (const std::string& name : specifications) {
    const std::string stem = name.substr(0, name.size() - std::string(".vl.json").size());
    status = run_program({"rsvg-convert", "--zoom=2", "--output=" + stem + ".png", stem + ".svg"});
    if (status == not_found) {
      out.note = "`rsvg-convert` is not installed, so there are no PNG";
      break;
    }
    if (status != 0) throw OutputError(fmt::format("`rsvg-convert` failed on `{}.svg`", stem));
    ++out.png;
  }
  return out;
}

}  // namespace tranche::tools
