// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/commands.hpp"

namespace tranche::tools {

void add_commands(CLI::App& app, Action& action) {
  add_run(app, action);
  add_sweep(app, action);
  add_allocate(app, action);
  add_sensitivity(app, action);
  add_discover(app, action);
  add_check(app, action);
  add_resolve(app, action);
  add_report(app, action);
  add_catalogue(app, action);
  add_plan(app, action);
  add_validate(app, action);
  add_compare(app, action);
  add_calibrate(app, action);
}

}  // namespace tranche::tools
