# SPDX-License-Identifier: Apache-2.0
"""Charts of predicted against measured values, as SVG, drawn by the Vega of the report's front end."""
import json
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
COLOURS = ["#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#999933", "#666666"]
WIDTH, HEIGHT = 520, 360  # px
RATIOS = [0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.4, 1.6, 2, 2.5, 3, 4, 5, 6, 7]
DRAW = """
const vega = require("vega"), lite = require("vega-lite"), fs = require("fs");
const [from, to] = process.argv.slice(-2);
const spec = lite.compile(JSON.parse(fs.readFileSync(from, "utf8"))).spec;
new vega.View(vega.parse(spec), { renderer: "none" }).toSVG().then((svg) => fs.writeFileSync(to, svg));
"""


def axis(field, title, domain, form, values=None):
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"type": "log", "domain": domain, "nice": False},
        "axis": {"title": title, "format": form, **({"values": values} if values else {})},
    }


def layers(points, x, y, band):
    """Points over a line where both agree, and a band of this factor either way."""
    series = sorted({p["series"] for p in points}, key=lambda s: (s == "other", s))
    return [
        {
            "data": {"values": band},
            "mark": {"type": "area", "color": "#888888", "opacity": 0.18, "clip": True},
            "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}},
        },
        {
            "data": {"values": band},
            "mark": {"type": "line", "color": "#666666", "strokeWidth": 1},
            "encoding": {"x": x, "y": {**y, "field": "same"}},
        },
        {
            "data": {"values": points},
            "mark": {"type": "point", "filled": True, "opacity": 0.75},
            "encoding": {
                "x": x,
                "y": y,
                "color": {
                    "field": "series",
                    "type": "nominal",
                    "sort": series,
                    "scale": {"domain": series, "range": COLOURS[: len(series)]},
                    "legend": {"title": None, "labelLimit": 400},
                },
                "size": {
                    "field": "cases",
                    "type": "quantitative",
                    "scale": {"type": "log", "range": [20, 160]},
                    "legend": {"title": "cases of a point", "tickCount": 3},
                },
            },
        },
    ]


def chart(points, x, y, band):
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": WIDTH,
        "height": HEIGHT,
        "background": "white",
        "layer": layers(points, x, y, band),
    }


def over_measured(points, unit, band=1.2):
    """Predicted over measured values: over five decades the values themselves hide every error."""
    measured = [p["measured"] for p in points]
    domain = [min(measured) / 1.25, max(measured) * 1.25]
    drawn = [{**p, "ratio": float(f"{p['predicted'] / p['measured']:.4g}")} for p in points]
    widest = max(2.0, *(max(p["ratio"], 1 / p["ratio"]) for p in drawn)) * 1.05
    x = axis("measured", f"measured, {unit}", domain, "~s")
    y = axis(
        "ratio",
        "predicted, left out of the fit, over measured",
        [1 / widest, widest],
        "~g",
        RATIOS,
    )
    same = [{"measured": at, "same": 1, "low": 1 / band, "high": band} for at in domain]
    return chart(drawn, x, y, same)


def against_measured(points, unit, band=1.1):
    """Predicted against measured values of one magnitude."""
    values = [p[key] for p in points for key in ("measured", "predicted")]
    domain = [min(values) / 1.05, max(values) * 1.05]
    x = axis("measured", f"measured, {unit}", domain, "~g", RATIOS)
    y = axis("predicted", f"predicted, left out of the fit, {unit}", domain, "~g", RATIOS)
    same = [{"measured": at, "same": at, "low": at / band, "high": at * band} for at in domain]
    return chart(points, x, y, same)


def draw(path, specification):
    """Writes the chart; needs node, and the front end's packages of a build in build/."""
    path.parent.mkdir(parents=True, exist_ok=True)
    from_file = path.with_suffix(".vl.json")
    from_file.write_text(json.dumps(specification))
    packages = ROOT / "build" / "report" / "node_modules"
    subprocess.run(
        ["node", "-e", DRAW, str(from_file), str(path)],
        check=True,
        env=os.environ | {"NODE_PATH": str(packages)},
    )
    from_file.unlink()
