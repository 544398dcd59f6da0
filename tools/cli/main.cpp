// SPDX-License-Identifier: Apache-2.0

// The `tranche` binary: parses the command line, runs one command, returns its status.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <string>
#include <vector>

#include "sim/input/diagnostic.hpp"
#include "sim/simulate/parallel/ranks.hpp"
#include "tools/cli/build_description.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/exit_status.hpp"
#include "tools/cli/standard_output.hpp"

namespace tranche::tools {
namespace {

// Lower case at the front, no full stop at the end, like our own messages.
std::string in_house_style(std::string message) {
  while (!message.empty() && (message.back() == '\n' || message.back() == '.')) message.pop_back();
  if (!message.empty() && message[0] >= 'A' && message[0] <= 'Z' &&
      (message.size() < 2 || message[1] < 'A' || message[1] > 'Z'))
    message[0] = static_cast<char>(message[0] + 32);
  return message;
}

// Reports the word in the place of a command if it is none.
void refuse_unknown_command(const CLI::App& app, const std::vector<std::string>& words) {
  if (words[0] == "-h" || words[0] == "--help" || words[0] == "--version") return;
  if (words[0].starts_with('-'))
    throw UsageError("unknown option `" + words[0] + "` before the command",
                     {"options of a command come after its name; see `tranche --help`"});
  std::vector<std::string> known;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (command->get_name() == words[0]) return;
    known.push_back(command->get_name());
  }
  throw UsageError("unknown command `" + words[0] + "`", name_help(words[0], known, "commands"));
}

// Refuses to run under mpirun, where every rank would do and write all of the work.
void refuse_several_ranks(const CLI::App& command) {
  const std::string& name = command.get_name();
  const std::vector<std::string> sharing{"run", "sweep", "sensitivity", "allocate", "discover"};
  if (launched_ranks() == 1 || std::find(sharing.begin(), sharing.end(), name) != sharing.end())
    return;
  // Status of success, as mpirun might end rank 0 on a failure before it has reported the reason.
  if (launched_rank() > 0) throw EndQuietly{status_done};
  throw UsageError("`tranche " + name + "` does not share its work over " +
                       std::to_string(launched_ranks()) + " processes",
                   {"start it without mpirun or srun; those that share it are run, sweep, "
                    "sensitivity, allocate and discover"});
}

int run_command_line(const std::vector<std::string>& words) {
  CLI::App app(
      "What a batch of AI chips can do for the firms that get it, when, what stops them, "
      "and how sure we are.",
      "tranche");
  app.set_version_flag("--version", build_description(), "Print version, build, compiler and CUDA");
  app.require_subcommand(1);
  app.footer(
      "Example:\n  tranche run scenarios/h200-first-batch.toml\n"
      "Help on one command: tranche run --help\n"
      "Exit status: 0 done, 1 could not finish, 2 the input is wrong.");
  Action action;
  add_commands(app, action);

  return status_of([&] {
    if (words.empty()) throw UsageError("no command given", {"see `tranche --help`"});
    refuse_unknown_command(app, words);
    try {
      std::vector<std::string> reversed(words.rbegin(), words.rend());  // CLI11 requires this
      app.parse(reversed);
    } catch (const CLI::CallForHelp&) {
      const std::vector<CLI::App*> chosen = app.get_subcommands();
      write_standard_output(chosen.empty() ? app.help() : chosen.front()->help("tranche"));
      return;
    } catch (const CLI::CallForVersion&) {
      write_standard_output(build_description() + "\n");
      return;
    } catch (const CLI::ParseError& wrong) {
      const std::vector<CLI::App*> chosen = app.get_subcommands();
      const std::string of = chosen.empty() ? "" : " " + chosen.front()->get_name();
      throw UsageError(in_house_style(wrong.what()), {"see `tranche" + of + " --help`"});
    }
    refuse_several_ranks(*app.get_subcommands().front());
    action();
  });
}

}  // namespace
}  // namespace tranche::tools

int main(int argc, char** argv) {
  tranche::tools::prepare_standard_streams();
  return tranche::tools::run_command_line({argv + 1, argv + argc});
}
