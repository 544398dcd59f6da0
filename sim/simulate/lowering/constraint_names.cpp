// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate/lowering/lowering.hpp"

namespace tranche {

std::string constraint_name(kernels::Constraint constraint) {
  using kernels::Constraint;
  switch (constraint) {
    case Constraint::quantity:
      return "quantity";
    case Constraint::permission:
      return "permission";
    case Constraint::rule:
      return "rule";
    case Constraint::schedule:
      return "schedule";
    case Constraint::licence_cap:
      return "licence_cap";
    case Constraint::total_cap:
      return "total_cap";
    case Constraint::ratio_cap:
      return "ratio_cap";
    case Constraint::supply:
      return "supply";
    case Constraint::budget:
      return "budget";
    case Constraint::demand:
      return "demand";
    case Constraint::installation_delay:
      return "installation_delay";
    case Constraint::installation_rate:
      return "installation_rate";
    case Constraint::site:
      return "site";
    case Constraint::power:
      return "power";
  }
  return "";
}

std::string constraint_title(kernels::Constraint constraint) {
  using kernels::Constraint;
  switch (constraint) {
    case Constraint::quantity:
      return "nothing: the whole allotment is in service";
    case Constraint::permission:
      return "an approval or licence was not granted";
    case Constraint::rule:
      return "the chip is not eligible under the licence's rule";
    case Constraint::schedule:
      return "waiting for decisions, tests and batches";
    case Constraint::licence_cap:
      return "the licence's cap per buyer";
    case Constraint::total_cap:
      return "the licence's cap over all buyers";
    case Constraint::ratio_cap:
      return "the cap on the share of the reference market";
    case Constraint::supply:
      return "supply of chips";
    case Constraint::budget:
      return "the firm's budget";
    case Constraint::demand:
      return "what the firm would take";
    case Constraint::installation_delay:
      return "delivered chips not yet in service";
    case Constraint::installation_rate:
      return "how fast chips can be installed";
    case Constraint::site:
      return "the site is not ready";
    case Constraint::power:
      return "the power cap";
  }
  return "";
}

}  // namespace tranche
