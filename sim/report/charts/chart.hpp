// SPDX-License-Identifier: Apache-2.0

// A chart as data: a Vega-Lite specification that any Vega-Lite viewer draws, with its texts. This
// file has the parts common to all charts: schema, colours, axes, footers.
//
// The outer layer is a column of one: its title is at the bottom and serves as the footer, which
// Vega-Lite lacks. The report uses the inner chart and sets the texts itself.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace tranche {

struct Chart {
  std::string name;   // of the file, "fan" in charts/fan.vl.json
  std::string title;  // subject of the chart
  std::string text;   // how to read it; also the alternative text
  std::vector<std::string> footer;
  nlohmann::ordered_json body;  // the inner specification, data included
  // Rows that the report's tables can fill in ("fan"); empty for fixed data.
  std::string rows = {};
  std::string value_title = {};  // of the axis that depends on the selection
};

// Fonts and colours of every chart, a Vega-Lite `config`.
nlohmann::ordered_json chart_theme();

// The whole file, ready to write.
std::string specification_text(const Chart& chart);

// Colour of the base case and of the n-th what-if (from 1) or series: Okabe and Ito's colour-blind
// safe palette, then Tol's muted one.
std::string series_colour(std::size_t index);
// Dashes that keep overlapping lines visible; the first is solid.
nlohmann::ordered_json series_dash(std::size_t index);

// Colours and, if `dashed`, dashes of labels in their order.
nlohmann::ordered_json colour_by(const std::string& field, const std::vector<std::string>& labels);
nlohmann::ordered_json dash_by(const std::string& field, const std::vector<std::string>& labels);
// Colours of labels with the same meaning in every chart.
struct LabelColour {
  std::string label, colour;
};
nlohmann::ordered_json colour_by(const std::string& field, const std::vector<LabelColour>& labels);

// Rows of a chart; months such as "2026-02" are parsed as dates.
nlohmann::ordered_json chart_data(nlohmann::ordered_json rows);

// Encodings: months along x, a number along y.
nlohmann::ordered_json month_axis();
nlohmann::ordered_json number_axis(const std::string& field, const std::string& title);
nlohmann::ordered_json tooltip_number(const std::string& field, const std::string& title);

// Four significant digits: more than a picture resolves.
nlohmann::ordered_json chart_number(double value);

inline constexpr const char* ink_colour = "#222222";    // text, the base case
inline constexpr const char* muted_colour = "#666666";  // axes
inline constexpr const char* pale_colour = "#b8bcc6";   // context beside the subject of the chart
inline constexpr const char* grid_colour = "#dddddd";

}  // namespace tranche
