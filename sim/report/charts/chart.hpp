// SPDX-License-Identifier: Apache-2.0

// A chart as data: a Vega-Lite specification that any Vega-Lite viewer draws as it is, with
// the words that belong to it. The parts that all charts share are here: schema, colours,
// axes, footers.
//
// The outer layer is a column of one: its title stands at the bottom and is the footer,
// since Vega-Lite has no other. The report takes the inner chart and sets the words itself.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace tranche {

struct Chart {
  std::string name;   // of the file, "fan" in charts/fan.vl.json
  std::string title;  // what one sees
  std::string text;   // how to read it; also the text for those who cannot see it
  std::vector<std::string> footer;
  nlohmann::ordered_json body;  // the inner specification, data included
  // Of the report: which rows its tables can fill in ("fan"); empty for fixed data.
  std::string rows = {};
  std::string value_title = {};  // of the axis that changes with what is chosen
};

// Fonts and colours of every chart, a Vega-Lite `config`.
nlohmann::ordered_json chart_theme();

// The whole file, ready to write.
std::string specification_text(const Chart& chart);

// Colour of the base case and of the n-th what-if (from 1) or series: Okabe and Ito's
// palette for all kinds of colour vision, then Tol's muted one.
std::string series_colour(std::size_t index);
// Dashes, so that lines on top of each other stay visible; the first is solid.
nlohmann::ordered_json series_dash(std::size_t index);

// Colours and, where `dashed`, dashes of labels in their order.
nlohmann::ordered_json colour_by(const std::string& field, const std::vector<std::string>& labels);
nlohmann::ordered_json dash_by(const std::string& field, const std::vector<std::string>& labels);
// Colours of labels that mean the same in every chart.
struct LabelColour {
  std::string label, colour;
};
nlohmann::ordered_json colour_by(const std::string& field, const std::vector<LabelColour>& labels);

// The rows of a chart, months as "2026-02" read as such.
nlohmann::ordered_json chart_data(nlohmann::ordered_json rows);

// Encodings: months along x, a number along y.
nlohmann::ordered_json month_axis();
nlohmann::ordered_json number_axis(const std::string& field, const std::string& title);
nlohmann::ordered_json tooltip_number(const std::string& field, const std::string& title);

// Four significant digits: more than a picture shows.
nlohmann::ordered_json chart_number(double value);

inline constexpr const char* ink_colour = "#222222";    // text, the base case
inline constexpr const char* muted_colour = "#666666";  // axes
inline constexpr const char* pale_colour = "#b8bcc6";   // beside what the chart is about
inline constexpr const char* grid_colour = "#dddddd";

}  // namespace tranche
