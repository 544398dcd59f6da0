// SPDX-License-Identifier: Apache-2.0

// Properties of every scenario, tested on random ones.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "tests/reference/random_scenario.hpp"
#include "tests/reference/reference_draw.hpp"
#include "tests/reference/simulated.hpp"
#include "tests/support/scenario_text_file.hpp"

namespace tranche::reference {
namespace {

constexpr int draws = 4;
constexpr std::uint64_t first_seed = 10'001;  // different scenarios from those of the reference

// Sums of floats: some roundings of 6e-8 each, of the largest part.
constexpr double rounding = 2e-6;

std::string of_seed(std::uint64_t seed, const ScenarioFile& file) {
  return "seed " + std::to_string(seed) + "\n" + file.text();
}

// Compares all values that are independent of the order of names.
void expect_same_values(const Simulated& a, const Simulated& b, double tolerance) {
  const LoweredScenario& names = a.lowered();
  ASSERT_EQ(names.metrics.size(), b.lowered().metrics.size());
  int differences = 0;
  for (const std::string& variant : names.variants)
    for (const std::string& firm : names.firms)
      for (const MetricInfo& metric : names.metrics)
        for (int d = 0; d < a.draws(); ++d) {
          double most = 0, most_of_all = 0;
          for (std::size_t s = 0; s < names.steps.size(); ++s) {
            most = std::max(most, std::fabs(a.value(variant, firm, s, metric.name, d)));
            most_of_all =
                std::max(most_of_all, std::fabs(a.value(variant, "all", s, metric.name, d)));
          }
          // What one firm leaves is a difference of floats of the size of the whole tranche.
          const double close = tolerance > 0 ? tolerance * most + 1e-7 * most_of_all : 0;
          for (std::size_t s = 0; s < names.steps.size(); ++s) {
            const double x = a.value(variant, firm, s, metric.name, d);
            const double y = b.value(variant, firm, s, metric.name, d);
            if (std::fabs(x - y) <= close) continue;
            if (++differences <= 3)
              ADD_FAILURE() << variant << " " << firm << " " << names.steps[s] << " " << metric.name
                            << " draw " << d << ": " << x << " and " << y;
          }
        }
  EXPECT_EQ(differences, 0);
}

TEST(Properties, OrderInTheFileChangesNoNumber) {
  for (std::uint64_t seed = first_seed; seed < first_seed + 60; ++seed) {
    const ScenarioFile file = random_scenario(seed);
    SCOPED_TRACE(of_seed(seed, file));
    ScenarioFile turned = file;
    std::reverse(turned.sections.begin(), turned.sections.end());
    expect_same_values(Simulated(file.text(), draws), Simulated(turned.text(), draws), rounding);
    if (HasFailure()) break;
  }
}

TEST(Properties, AllIsTheSumOfFirms) {
  const std::vector<std::string> not_sums = {"mfu", "goodput_fraction", "largest_run_flop_90d",
                                             "months_behind", "counterpart_ratio"};
  for (std::uint64_t seed = first_seed; seed < first_seed + 60; ++seed) {
    const ScenarioFile file = random_scenario(seed);
    SCOPED_TRACE(of_seed(seed, file));
    const Simulated run(file.text(), draws);
    const LoweredScenario& lowered = run.lowered();
    const std::size_t firms = lowered.firms.size() - 1;
    for (std::size_t v = 0; v < lowered.variants.size(); ++v)
      for (std::size_t m = 0; m < lowered.metrics.size(); ++m) {
        if (std::count(not_sums.begin(), not_sums.end(), lowered.metrics[m].name) > 0) continue;
        for (std::size_t s = 0; s < lowered.steps.size(); ++s)
          for (int d = 0; d < draws; ++d) {
            double sum = 0;
            for (std::size_t f = 0; f < firms; ++f) sum += run.value(v, f, s, m, d);
            ASSERT_NEAR(run.value(v, firms, s, m, d), sum, rounding * std::fabs(sum))
                << lowered.metrics[m].name;
          }
      }
  }
}

double most(const BySteps& values, std::size_t step) {
  return *std::max_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(step) + 1);
}
double sum_to(const BySteps& values, std::size_t step) {
  double sum = 0;
  for (std::size_t s = 0; s <= step; ++s) sum += values[s];
  return sum;
}

// Deliveries, installations, expenses and power never exceed a limit.
TEST(Properties, NothingPassesALimit) {
  for (std::uint64_t seed = first_seed; seed < first_seed + 100; ++seed) {
    const ScenarioFile file = random_scenario(seed);
    SCOPED_TRACE(of_seed(seed, file));
    const Simulated run(file.text(), draws);
    const std::vector<std::string>& firms = run.lowered().firms;
    for (const std::string& variant : run.lowered().variants)
      for (int d = 0; d < draws; ++d) {
        const auto v = static_cast<std::size_t>(&variant - run.lowered().variants.data());
        const Case numbers = run.numbers(v, d);
        std::vector<double> before(firms.size(), 0), money(firms.size(), 0);
        for (std::size_t s = 0; s < run.lowered().steps.size(); ++s) {
          const double t = static_cast<double>(s) + 1;
          double arrived = 0;
          for (const Tranche& tranche : numbers.tranches)
            for (std::size_t i = 0; i < numbers.firms.size(); ++i)
              if (tranche.is_granted && tranche.is_eligible)
                // rounding of times: a batch at the end of a step may be included
                arrived += tranche.quantity * tranche.shares[i] *
                           arrived_fraction(tranche, tranche.schedules[i], t + 1e-5);
          const double all = run.value(variant, "all", s, "chips_delivered", d);
          ASSERT_LE(all, arrived * (1 + 1e-5) + 1e-3) << d << " " << s;
          for (std::size_t i = 0; i < numbers.firms.size(); ++i) {
            const Firm& firm = numbers.firms[i];
            const auto value = [&](const std::string& metric) {
              return run.value(variant, firm.name, s, metric, d);
            };
            const double delivered = value("chips_delivered");
            ASSERT_GE(delivered, before[i]) << "delivered chips do not go back";
            before[i] = delivered;
            // A limit that falls takes nothing back.
            ASSERT_LE(delivered, most(firm.demand_chips, s) * (1 + 1e-5));
            const double cost = value("cost_usd_cumulative");
            const double energy_mwh = value("energy_mwh_cumulative");
            const double energy_mwh_before =
                s > 0 ? run.value(variant, firm.name, s - 1, "energy_mwh_cumulative", d) : 0.0;
            money[i] += (energy_mwh - energy_mwh_before) * 3.6e9 * firm.electricity_usd_per_j[s];
            ASSERT_LE(cost - money[i], most(firm.budget_usd, s) * (1 + 1e-5) + 1e-6 * cost);
            double stock = 0, stock_watts = 0;
            for (const Stock& held : firm.stocks) {
              const double left = held.units_chips * std::exp(-firm.retirement * t);
              stock += left;
              stock_watts += left * firm.watts(held.chip);
            }
            ASSERT_LE(value("power_mw") * 1e6,
                      (firm.is_curtailed ? firm.power_cap_w[s]
                                         : std::max(firm.power_cap_w[s], stock_watts)) *
                          (1 + 1e-5));
            const double installed = value("chips_installed");
            ASSERT_LE(installed - stock, delivered + 1e-5 * (installed + delivered));
            ASSERT_LE(installed - stock,
                      sum_to(firm.installation_rate, s) * (1 + 1e-5) + 1e-5 * installed);
            if (t < firm.site_ready - 1e-5) {
              ASSERT_NEAR(installed, stock, 1e-5 * installed);
            }
          }
        }
      }
  }
}

// With one tranche that passes on: while some of it has arrived and is not delivered, each firm of
// the split that it has reached is at a limit of its own, or a limit over all firms is reached.
TEST(Properties, NoChipWaitsWhileAFirmCouldTakeIt) {
  RandomScenarioOptions options{.max_tranches = 1, .has_lapsing = false, .has_schedules = false};
  int waiting = 0;
  for (std::uint64_t seed = first_seed; seed < first_seed + 150; ++seed) {
    const ScenarioFile file = random_scenario(seed, options);
    SCOPED_TRACE(of_seed(seed, file));
    const Simulated run(file.text(), draws);
    for (int d = 0; d < draws; ++d) {
      const Case numbers = run.numbers(0, d);
      const Tranche& tranche = numbers.tranches[0];
      if (!tranche.is_granted || !tranche.is_eligible) continue;
      for (std::size_t s = 0; s < run.lowered().steps.size(); ++s) {
        const double t = static_cast<double>(s) + 1;
        const double all = run.value("base", "all", s, "chips_delivered", d);
        double arrived = 0;
        // a batch at the end of a step may be excluded
        for (std::size_t i = 0; i < numbers.firms.size(); ++i)
          arrived += tranche.quantity * tranche.shares[i] *
                     arrived_fraction(tranche, tranche.schedules[i], t - 1e-5);
        const double close = 1e-4 * tranche.quantity;
        if (all >= arrived - close) continue;
        ++waiting;
        bool is_shared_reached = all >= tranche.supply[s] - close;
        for (const int l : tranche.licences) {
          const Licence& licence = numbers.licences[static_cast<std::size_t>(l)];
          is_shared_reached |= all >= licence.total_cap[s] - close;
          is_shared_reached |=
              licence.share_of_reference[s] != unlimited &&
              all >= licence.share_of_reference[s] * licence.reference_shipped[s] - close;
        }
        if (is_shared_reached) continue;
        for (std::size_t i = 0; i < numbers.firms.size(); ++i) {
          const Firm& firm = numbers.firms[i];
          if (tranche.shares[i] * arrived_fraction(tranche, tranche.schedules[i], t - 1e-5) <= 0)
            continue;
          const double delivered = run.value("base", firm.name, s, "chips_delivered", d);
          bool is_reached =
              delivered >= firm.demand_chips[s] - close ||
              delivered * tranche.price_with_tariff_usd[s] >= firm.budget_usd[s] * (1 - 1e-4);
          for (const int l : tranche.licences)
            is_reached |=
                delivered >= numbers.licences[static_cast<std::size_t>(l)].per_buyer_cap[s] - close;
          ASSERT_TRUE(is_reached) << firm.name << " step " << s << " draw " << d << ": " << all
                                  << " of " << arrived << " that arrived";
        }
      }
    }
  }
  EXPECT_GT(waiting, 100) << "the scenarios have limits that bind";
}

// Loosens one limit at a time. With one tranche, total deliveries never fall: additional chips of
// one firm come only from the others' deliveries. This does not hold with several tranches: a firm
// that may buy more of an expensive chip has less money for cheap ones.
TEST(Properties, MoreOfALimitIsNeverFewerChipsDelivered) {
  RandomScenarioOptions options{.max_tranches = 1,
                                .has_what_ifs = false,
                                .has_retirement = false,
                                .has_lapsing = false,
                                .has_schedules = false};
  const std::vector<std::pair<std::string, std::string>> limits = {
      {"[firms.f0]", "budget"},
      {"[firms.f0]", "power_cap"},
      {"[firms.f0]", "demand"},
      {"[firms.f0]", "installation_rate"},
      {"[tranches.t0]", "quantity"},
      {"[tranches.t0]", "supply.rate"},
      {"[tranches.t0]", "supply.stock"},
      {"[licences.licence0]", "per_buyer_cap"},
      {"[licences.licence0]", "total_cap"},
      {"[licences.licence0]", "reference_shipments"}};
  int compared = 0;
  for (std::uint64_t seed = first_seed; seed < first_seed + 60; ++seed) {
    const ScenarioFile file = random_scenario(seed, options);
    const Simulated run(file.text(), draws);
    for (const auto& [header, key] : limits) {
      ScenarioFile more = file;
      Section* const section = more.find(header);
      if (section == nullptr || section->get(key).empty()) continue;
      // 1.5 times each number of the value
      std::string value = section->get(key), larger;
      for (std::size_t at = 0; at < value.size();) {
        std::size_t used = 0;
        if (std::isdigit(static_cast<unsigned char>(value[at])) != 0) {
          larger += std::to_string(std::stoll(value.substr(at), &used) * 3 / 2);
          at += used;
        } else {
          larger += value[at++];
        }
      }
      section->set(key, larger);
      SCOPED_TRACE(of_seed(seed, file) + header + " " + key + " = " + larger);
      const Simulated with_more(more.text(), draws);
      ++compared;
      for (std::size_t s = 0; s < run.lowered().steps.size(); ++s)
        for (int d = 0; d < draws; ++d) {
          const double before = run.value("base", "all", s, "chips_delivered", d);
          ASSERT_GE(with_more.value("base", "all", s, "chips_delivered", d),
                    before * (1 - 1e-5) - 1e-3)
              << "step " << s << " draw " << d;
        }
    }
  }
  EXPECT_GT(compared, 60);
}

// A change of a value: section, key and new value.
struct Edit {
  std::string header, key, value;
  std::string path() const { return header.substr(1, header.size() - 2) + "." + key; }
};

std::vector<Edit> edits(std::uint64_t seed) {
  const std::vector<Edit> all = {{"[firms.f0]", "power_cap", "\"25 MW\""},
                                 {"[firms.f0]", "budget", "\"60M to 120M USD\""},
                                 {"[firms.f0]", "availability", "0.66"},
                                 {"[firms.f0]", "demand", "4_000"},
                                 {"[tranches.t0]", "quantity", "\"9_000 to 15_000\""},
                                 {"[tranches.t0]", "priority", "2"},
                                 {"[tranches.t0]", "price", "\"17_000 USD\""},
                                 {"[workloads.w0]", "title", "\"Other\""},
                                 {"[scenario]", "title", "\"Another\""}};
  std::vector<Edit> chosen;
  for (std::size_t n = 0; n < all.size(); ++n)
    if ((seed >> (n % 4)) % 2 == 0 || n == seed % all.size()) chosen.push_back(all[n]);
  return chosen;
}

ScenarioFile edited_by_hand(ScenarioFile file, const std::vector<Edit>& edits) {
  for (const Edit& edit : edits) file.find(edit.header)->set(edit.key, edit.value);
  return file;
}

TEST(Properties, ExtendsIsTheFileEditedByHand) {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("tranche-extends-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  for (std::uint64_t seed = first_seed; seed < first_seed + 40; ++seed) {
    const ScenarioFile file = random_scenario(seed);
    SCOPED_TRACE(of_seed(seed, file));
    std::ofstream(folder / "base.toml") << file.text();
    std::ofstream over(folder / "over.toml");
    over << "extends = \"base.toml\"\n";
    for (const Edit& edit : edits(seed)) over << edit.path() << " = " << edit.value << "\n";
    over.close();
    const Simulated extended(read_scenario((folder / "over.toml").string(), {}, tests::catalogue()),
                             draws);
    expect_same_values(extended, Simulated(edited_by_hand(file, edits(seed)).text(), draws), 0);
    if (HasFailure()) break;
  }
  std::filesystem::remove_all(folder);
}

TEST(Properties, SetIsTheFileEditedByHand) {
  for (std::uint64_t seed = first_seed; seed < first_seed + 40; ++seed) {
    const ScenarioFile file = random_scenario(seed);
    SCOPED_TRACE(of_seed(seed, file));
    ReadOptions options;
    for (const Edit& edit : edits(seed)) options.set.push_back(edit.path() + "=" + edit.value);
    expect_same_values(Simulated(tests::read_text(file.text(), options), draws),
                       Simulated(edited_by_hand(file, edits(seed)).text(), draws), 0);
    if (HasFailure()) break;
  }
}

TEST(Properties, AWhatIfIsTheFileEditedByHand) {
  for (std::uint64_t seed = first_seed; seed < first_seed + 40; ++seed) {
    ScenarioFile file = random_scenario(seed, {.has_what_ifs = false});
    const Simulated by_hand(edited_by_hand(file, edits(seed)).text(), draws);
    std::string set;
    for (const Edit& edit : edits(seed))
      if (edit.header != "[scenario]" && edit.key != "title")
        set += (set.empty() ? "" : ", ") + ("\"" + edit.path() + "\" = ") + edit.value;
    // and a change to the same value
    const std::string same =
        "\"tranches.t0.quantity\" = " + file.find("[tranches.t0]")->get("quantity");
    file.sections.push_back({"[[what_if]]", {{"name", "\"other\""}, {"set", "{ " + set + " }"}}});
    file.sections.push_back({"[[what_if]]", {{"name", "\"same\""}, {"set", "{ " + same + " }"}}});
    SCOPED_TRACE(of_seed(seed, file));
    const Simulated run(file.text(), draws);
    const LoweredScenario& names = run.lowered();
    for (const std::string& firm : names.firms)
      for (const MetricInfo& metric : names.metrics)
        for (std::size_t s = 0; s < names.steps.size(); ++s)
          for (int d = 0; d < draws; ++d) {
            ASSERT_EQ(run.value("same", firm, s, metric.name, d),
                      run.value("base", firm, s, metric.name, d))
                << metric.name;
            const double expected = by_hand.value("base", firm, s, metric.name, d);
            ASSERT_NEAR(run.value("other", firm, s, metric.name, d), expected,
                        rounding * std::fabs(expected))
                << metric.name << " " << firm << " " << s << " draw " << d;
          }
  }
}

}  // namespace
}  // namespace tranche::reference
