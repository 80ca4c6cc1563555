"""Charts and diagrams that ECharts, Plotly, Chart.js and Mermaid draw in Chromium."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from PIL import Image
from words import COLOURS, sentence, word

Random = np.random.Generator
Chart: TypeAlias = dict[str, Any]

SCRIPTS = {
    "echarts": "echarts/dist/echarts.min.js",
    "plotly": "plotly.js-dist-min/plotly.min.js",
    "chartjs": "chart.js/dist/chart.umd.min.js",
    "mermaid": "mermaid/dist/mermaid.min.js",
}

RATIOS = (1, 1.5, 2)
"""Pixels of the screen for one of the page's."""

EMPTY = """([style, ground]) => { box.replaceWith(Object.assign(document.createElement('div'),
    {id: 'box', style})); document.body.style.background = ground; }"""

DRAW = {
    "echarts": "(c) => { const e = echarts.init(box, c.theme); e.setOption(c.option); }",
    "plotly": "async (c) => { await Plotly.newPlot(box, c.data, c.layout, {staticPlot: true}); }",
    "chartjs": "(c) => { const canvas = document.createElement('canvas'); box.append(canvas);"
    " Chart.defaults.color = c.ink; new Chart(canvas, c.chart); }",
    "mermaid": "async (c) => { mermaid.initialize({startOnLoad: false, theme: c.theme});"
    " box.innerHTML = (await mermaid.render('made', c.text)).svg; }",
}
"""What draws a chart's description into the element `box`."""


def drawn(
    library: str, packages: Path, count: int, seed: int, chromium: str
) -> Iterator[Image.Image]:
    """`count` charts of one library, 350 to 1100 pixels wide."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where charts are drawn

    rng = np.random.default_rng(seed)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        pages = [browser.new_page(device_scale_factor=ratio) for ratio in RATIOS]
        for page in pages:
            page.set_content("<body style='margin:0'><div id=box></div>")
            page.add_script_tag(path=packages / SCRIPTS[library])
        for _ in range(count):
            page = pages[int(rng.integers(len(pages)))]
            dark = rng.random() < 0.25
            page.evaluate(EMPTY, _frame(rng, library, dark))
            page.evaluate(DRAW[library], json.loads(json.dumps(MAKERS[library](rng, dark))))
            shot = page.locator("#box").screenshot(animations="disabled")
            yield Image.open(io.BytesIO(shot)).convert("RGB")
        browser.close()


def _frame(rng: Random, library: str, dark: bool) -> list[str]:  # noqa: FBT001 - as in MAKERS
    """Style of the box, and colour behind it. Mermaid finds its own height."""
    wide, tall = int(rng.integers(350, 1100)), int(rng.integers(280, 750))
    ground = "#1b1e23" if dark else str(rng.choice(["#fff", "#fff", "#fff", "#f6f8fa"]))
    return [f"width:{wide}px;" + ("" if library == "mermaid" else f"height:{tall}px"), ground]


def _numbers(rng: Random, count: int) -> list[float]:
    walk = rng.normal(0, 1, count).cumsum() + rng.uniform(-3, 10)
    values = walk if rng.random() < 0.5 else rng.gamma(2, 10, count)
    return [round(float(value), 2) for value in values]


def _names(rng: Random, count: int) -> list[str]:
    if rng.random() < 0.4:
        return [str(2000 + i) for i in range(count)]
    return [word(rng) for _ in range(count)]


def _palette(rng: Random) -> list[str]:
    if rng.random() < 0.5:
        return [f"hsl({rng.integers(360)},{rng.integers(30, 90)}%,50%)" for _ in range(6)]
    return list(COLOURS[int(rng.integers(len(COLOURS)))])


def _echarts(rng: Random, dark: bool) -> Chart:  # noqa: FBT001 - one of MAKERS
    kind = str(rng.choice(ECHARTS))
    count = int(rng.integers(4, 30))
    names = _names(rng, count)
    option: Chart = {"animation": False, "backgroundColor": "transparent"}
    if rng.random() < 0.6:
        option["color"] = _palette(rng)
    if rng.random() < 0.7:
        option["title"] = {"text": sentence(rng, 4)}
    parts = [{"name": n, "value": abs(v)} for n, v in zip(names, _numbers(rng, count), strict=True)]
    lines: list[Chart] = [
        {"name": word(rng), "data": _numbers(rng, count)} for _ in range(int(rng.integers(1, 5)))
    ]
    if kind in {"pie", "funnel", "treemap", "sunburst"}:
        radius = {"radius": ["40%", "70%"]} if kind == "pie" and rng.random() < 0.5 else {}
        option["series"] = [{"type": kind, "data": parts[:9], **radius}]
    elif kind == "gauge":
        option["series"] = [{"type": kind, "data": [{"value": 63, "name": word(rng)}]}]
    elif kind == "radar":
        option["radar"] = {"indicator": [{"name": name, "max": 60} for name in names[:7]]}
        shown = [{"value": [abs(v) for v in line["data"][:7]]} for line in lines]
        option["series"] = [{"type": kind, "data": shown, "areaStyle": {}}]
    elif kind == "heatmap":
        cells = [[x, y, float(rng.normal())] for x in range(count) for y in range(8)]
        option |= {"xAxis": {"data": names}, "yAxis": {"data": names[:8]}}
        option["visualMap"] = {"min": -2, "max": 2, "calculable": True}
        option["series"] = [{"type": kind, "data": cells}]
    else:
        option |= {"xAxis": {"type": "category", "data": names}, "yAxis": {}, "legend": {"top": 25}}
        if kind == "bar" and rng.random() < 0.4:
            option |= {"xAxis": option["yAxis"], "yAxis": option["xAxis"]}
        extra: Chart = (
            {"areaStyle": {}} if rng.random() < 0.3 else {"smooth": bool(rng.random() < 0.5)}
        )
        stack = {"stack": "one"} if rng.random() < 0.3 else {}
        option["series"] = [{"type": kind, **line, **extra, **stack} for line in lines]
    return {"theme": "dark" if dark else None, "option": option}


ECHARTS = (
    *("line", "line", "bar", "bar", "scatter", "pie", "funnel", "treemap", "sunburst"),
    *("gauge", "radar", "heatmap"),
)


def _plotly(rng: Random, dark: bool) -> Chart:  # noqa: FBT001 - one of MAKERS
    kind = str(rng.choice(["line", "points", "bar", "pie", "histogram", "box", "violin", *PLANES]))
    count = int(rng.integers(5, 60))
    ink, plain = ("#ddd", "#111") if dark else ("#2a3f5f", str(rng.choice(["#e5ecf6", "#fff"])))
    layout: Chart = {"font": {"color": ink}, "plot_bgcolor": plain, "paper_bgcolor": "transparent"}
    layout |= {"title": {"text": sentence(rng, 4)}, "xaxis": {"title": {"text": word(rng)}}}
    if rng.random() < 0.5:
        layout["colorway"] = [str(c) for c in COLOURS[int(rng.integers(len(COLOURS)))]]
    data: list[Chart] = []
    for _ in range(int(rng.integers(1, 5))):
        x, y = _numbers(rng, count), _numbers(rng, count)
        if kind in PLANES:
            data = [{"type": kind, "z": rng.normal(0, 1, (12, 15)).cumsum(1).tolist()}]
        elif kind == "pie":
            data = [{"type": kind, "labels": _names(rng, 7), "values": [abs(v) for v in x[:7]]}]
        elif kind in {"histogram", "box", "violin"}:
            data.append({"type": kind, "name": word(rng), "x" if kind == "histogram" else "y": x})
        elif kind == "bar":
            data.append({"type": kind, "name": word(rng), "x": _names(rng, count)[:12], "y": y})
        else:
            mode = "lines" if kind == "line" else "markers"
            shown = list(range(count)) if kind == "line" else x
            data.append({"mode": mode, "name": word(rng), "x": shown, "y": y})
    return {"data": data, "layout": layout}


PLANES = ("heatmap", "contour")


def _chartjs(rng: Random, dark: bool) -> Chart:  # noqa: FBT001 - one of MAKERS
    kind = str(rng.choice(["line", "line", "bar", "bar", "pie", "doughnut", "radar", "polarArea"]))
    count, palette = int(rng.integers(4, 12)), _palette(rng)
    many = kind in {"line", "bar", "radar"}
    sets = []
    for place in range(int(rng.integers(1, 4)) if many else 1):
        paint: Any = palette[place % len(palette)] if many else palette
        values = _numbers(rng, count)
        sets.append({"label": word(rng), "data": values, "backgroundColor": paint})
        sets[-1] |= {"borderColor": paint, "fill": bool(kind == "line" and rng.random() < 0.3)}
    options: Chart = {"animation": False, "maintainAspectRatio": False}
    options["plugins"] = {"title": {"display": True, "text": sentence(rng, 4)}}
    if kind == "bar":
        options["indexAxis"] = str(rng.choice(["x", "y"]))
    chart = {"type": kind, "data": {"labels": _names(rng, count), "datasets": sets}}
    return {"chart": {**chart, "options": options}, "ink": "#ccc" if dark else "#555"}


def _mermaid(rng: Random, dark: bool) -> Chart:  # noqa: FBT001 - one of MAKERS
    kind = str(rng.choice(["graph", "graph", "sequence", "class", "state", "er", "gantt", "pie"]))
    count = int(rng.integers(4, 12))
    names = [f"{word(rng)}{i}" for i in range(count)]
    pairs = [(names[int(rng.integers(i))], names[i]) for i in range(1, count)]
    if kind == "graph":
        shapes = ("[{}]", "({})", "{{{}}}", "([{}])", "[({})]")
        nodes = [f"{n}{rng.choice(shapes).format(sentence(rng, 2))}" for n in names]
        links = [f"{a} {rng.choice(['-->', '---', '-.->'])} {b}" for a, b in pairs]
        head = f"flowchart {rng.choice(['TD', 'LR'])}"
    elif kind == "sequence":
        nodes, links = [], [f"{a}->>{b}: {sentence(rng, 3)}" for a, b in pairs]
        head = "sequenceDiagram"
    elif kind == "class":
        nodes = [f"class {n} {{\n  +{word(rng)}\n  {word(rng)}()\n}}" for n in names]
        links, head = [f"{a} <|-- {b}" for a, b in pairs], "classDiagram"
    elif kind == "state":
        nodes, links, head = [], [f"{a} --> {b}: {word(rng)}" for a, b in pairs], "stateDiagram-v2"
    elif kind == "er":
        nodes, links, head = [], [f"{a} ||--o{{ {b} : {word(rng)}" for a, b in pairs], "erDiagram"
    elif kind == "gantt":
        nodes = [f"title {sentence(rng, 3)}", "dateFormat YYYY-MM-DD"]
        days = [(1 + int(rng.integers(27)), int(rng.integers(2, 20))) for _ in names]
        links = [f"{n} : 2024-03-{d:02}, {long}d" for n, (d, long) in zip(names, days, strict=True)]
        head = "gantt"
    else:
        nodes, head = [], f"pie title {sentence(rng, 3)}"
        links = [f'"{name}" : {rng.integers(2, 60)}' for name in names[:7]]
    theme = "dark" if dark else str(rng.choice(["default", "neutral", "forest", "base"]))
    return {"theme": theme, "text": "\n".join([head, *nodes, *links])}


MAKERS: dict[str, Callable[[Random, bool], Chart]] = {
    "echarts": _echarts,
    "plotly": _plotly,
    "chartjs": _chartjs,
    "mermaid": _mermaid,
}
