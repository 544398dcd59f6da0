// SPDX-License-Identifier: Apache-2.0
#include "sim/report/page/report_page.hpp"

#include "sim/text/terminal_text.hpp"

namespace tranche {
namespace {

using Json = nlohmann::ordered_json;

std::string html_text(std::string_view text) {
  std::string out;
  for (const char letter : printable(text)) {
    if (letter == '<')
      out += "&lt;";
    else if (letter == '>')
      out += "&gt;";
    else if (letter == '&')
      out += "&amp;";
    else if (letter == '"')
      out += "&quot;";
    else
      out += letter;
  }
  return out;
}

// JSON without a sequence that ends its script element.
std::string script_json(const Json& data) {
  std::string out;
  for (const char letter : data.dump(-1, ' ', false, Json::error_handler_t::replace)) {
    if (letter == '<')
      out += "\\u003c";
    else
      out += letter;
  }
  return out;
}

Json chart_json(const Chart& chart) {
  Json body = chart.body;
  if (!chart.rows.empty()) body["data"].erase("values");  // the page fills them in
  return {{"name", chart.name},     {"title", chart.title}, {"text", chart.text},
          {"footer", chart.footer}, {"rows", chart.rows},   {"value_title", chart.value_title},
          {"body", std::move(body)}};
}

}  // namespace

std::string report_page(const ReportTemplate& front_end, const std::string& title,
                        const Json& data) {
  // Cut, not searched and replaced: inserted text may contain anything.
  const std::string& page = front_end.page;
  std::string out;
  std::size_t at = 0;
  const auto fill = [&](std::string_view place, const std::string& text) {
    const std::size_t found = page.find(place, at);
    out.append(page, at, found - at).append(text);
    at = found + place.size();
  };
  out.reserve(page.size() + front_end.script.size() + 2'000'000);
  fill("@@TITLE@@", html_text(shortened(printable(title), 200)));
  fill("@@DATA@@", script_json(data));
  fill("@@SCRIPT@@", front_end.script);
  return out.append(page, at);
}

Json charts_page_data(const std::string& title, const std::vector<std::string>& sentences,
                      const std::vector<Chart>& charts) {
  Json list = Json::array();
  for (const Chart& chart : charts) list.push_back(chart_json(chart));
  return {{"kind", "charts"},
          {"title", title},
          {"name", ""},
          {"question", ""},
          {"description", ""},
          {"sentences", sentences},
          {"charts", std::move(list)},
          {"theme", chart_theme()},
          {"manifest", Json::array()}};
}

}  // namespace tranche
