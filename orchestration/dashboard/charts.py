"""Charts: Vega-Lite specifications as plain data, drawn to SVG in this process.

Colors are the style sheet's variables, so that one drawing serves light, dark and paper.
Amounts become floats here, to be drawn; what a mark says is written from the decimal.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

import vl_convert
from markupsafe import Markup

from orchestration.dashboard import words

VEGA_LITE = "5.21"
WIDTH, HEIGHT = 560, 230

# Okabe and Ito's colors, told apart in every kind of color blindness; the style sheet has their values.
COLORS = [f"var(--c{number})" for number in range(1, 9)]
REST = "var(--c0)"
OTHERS = "others"
STAGES = {"development": 1, "testing": 2, "production": 3}

# A name keeps its color on every page.
NAMED = {
    "compute": COLORS[0],
    "model_api": COLORS[1],
    "people": COLORS[2],
    "storage": COLORS[4],
    "network": COLORS[3],
    "licenses": COLORS[5],
    "other": REST,
    "production": COLORS[0],
    "testing": COLORS[1],
    "development": COLORS[2],
    "unknown": REST,
    "unallocated": REST,
    OTHERS: REST,
    "direct": COLORS[0],
    "shared": COLORS[1],
}

# 2.5M, 140k and a plain 0.
AMOUNT = "datum.value === 0 ? '0' : format(datum.value, '~s')"

CONFIG = {
    "background": None,
    "padding": 2,
    "config": {
        "font": "system-ui, sans-serif",
        "view": {"stroke": None},
        "axis": {
            "labelColor": "var(--soft-ink)",
            "labelFontSize": 13,
            "gridColor": "var(--grid)",
            "domainColor": "var(--line)",
            "tickColor": "var(--line)",
            "labelPadding": 6,
        },
        "axisY": {"domain": False, "ticks": False, "tickCount": 5, "title": None, "labelExpr": AMOUNT},
        "axisX": {"grid": False, "ticks": False, "title": None, "labelAngle": 0},
    },
}

# Browsers show a title beside the pointer, and read it aloud.
MARK = re.compile(r'<path aria-label="([^"]*)"([^>]*)/>')


@dataclass(frozen=True)
class Chart:
    """A drawing, what it says in words, and the colors of its names."""

    title: str
    says: str
    svg: Markup
    legend: list[tuple[str, str]]


@lru_cache(maxsize=256)
def drawn(spec: str) -> str:
    """The SVG of a specification: as wide as its place, with a title on every mark."""
    svg = vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE)
    svg = re.sub(r' width="[0-9.]+" height="[0-9.]+"', "", svg, count=1)
    return MARK.sub(r'<path aria-label="\1"\2><title>\1</title></path>', svg)


def draw(spec: dict) -> Markup:
    """Safe by construction: the renderer escapes text and attributes."""
    return Markup(drawn(json.dumps({"width": WIDTH, "height": HEIGHT, **CONFIG, **spec}, sort_keys=True)))


def warm_up() -> None:
    """The first drawing starts the engine, which takes a second."""
    draw({"data": {"values": []}, "mark": "bar", "encoding": {}})


def colored(names: Iterable[str]) -> dict[str, str]:
    """A color for each name: its own, else the next that no other name has."""
    names = list(names)
    free = [color for color in COLORS if color not in {NAMED.get(name) for name in names}]
    return {name: NAMED.get(name) or (free.pop(0) if free else REST) for name in names}


def largest(rows: Sequence[dict], key: str, count: int = 7) -> list[str]:
    """The names with most money over all rows, and `others` when there are more."""
    sums: dict[str, Decimal] = {}
    for row in rows:
        sums[row[key]] = sums.get(row[key], Decimal(0)) + abs(row["amount"])
    # Stages come in the order of life; what is unknown comes last, whatever it costs.
    names = sorted(sums, key=lambda name: (NAMED.get(name) == REST, STAGES.get(name, 0), -sums[name], name))
    return names if len(names) <= count + 1 else [*names[:count], OTHERS]


def stacked_months(title: str, says: str, rows: list[dict], key: str, months: list[str], currency: str) -> Chart:
    """Bars of months, stacked by a name; `rows` have month, name and amount."""
    names = largest(rows, key)
    colors = colored(names)
    sums: dict[tuple[str, str], Decimal] = {}
    for row in rows:
        cell = (row["month"], row[key] if row[key] in colors else OTHERS)
        sums[cell] = sums.get(cell, Decimal(0)) + row["amount"]
    values = [
        {
            "month": month,
            "name": name,
            "place": names.index(name),
            "amount": float(amount),
            "said": f"{words.label(name)}, {words.month_words(month)}: {words.money(amount)} {currency}",
        }
        for (month, name), amount in sorted(sums.items(), key=lambda cell: (cell[0][0], names.index(cell[0][1])))
    ]
    spec = {
        "data": {"values": values},
        "mark": {"type": "bar", "stroke": "var(--surface)", "strokeWidth": 1},
        "encoding": {
            "x": month_axis(months),
            "y": {"field": "amount", "type": "quantitative"},
            "color": color_scale("name", colors),
            "order": {"field": "place"},
            "description": {"field": "said"},
        },
    }
    return Chart(title, says, draw(spec), [(words.label(name), colors[name]) for name in names])


def cumulated_days(title: str, says: str, lines: dict[str, list[tuple[int, Decimal]]], currency: str) -> Chart:
    """Lines of money added up day by day, the first drawn strong; a line is a name and (day, amount so far)."""
    colors = dict(zip(lines, (COLORS[0], REST, *COLORS[1:]), strict=False))
    values = [
        {
            "day": day,
            "name": name,
            "amount": float(amount),
            "said": f"{name}, day {day}: {words.money(amount)} {currency}",
        }
        for name, points in lines.items()
        for day, amount in points
    ]
    encoding = {
        "x": {
            "field": "day",
            "type": "quantitative",
            "scale": {"domain": [1, 31], "nice": False},
            "axis": {"values": [1, 5, 10, 15, 20, 25, 31], "format": "d"},
        },
        "y": {"field": "amount", "type": "quantitative"},
        "color": color_scale("name", colors),
    }
    dots = {"type": "point", "filled": True, "size": 90, "opacity": 0}
    spec = {
        "data": {"values": values},
        "layer": [
            # A line says its name: without it, it would say the first of its days.
            {
                "mark": {"type": "line", "strokeWidth": 2.5, "strokeCap": "round"},
                "encoding": encoding | {"description": {"field": "name"}},
            },
            {"mark": dots, "encoding": encoding | {"description": {"field": "said"}}},
        ],
    }
    return Chart(title, says, draw(spec), list(colors.items()))


def month_axis(months: list[str]) -> dict:
    """Every month in its place, also one without a cost."""
    months = words.months_through(months)
    short = json.dumps({month: words.month_short(month) for month in months})
    return {
        "field": "month",
        "type": "ordinal",
        "scale": {"domain": months, "paddingInner": 0.28},
        "axis": {"labelExpr": f"{short}[datum.value]", "labelOverlap": True},
    }


def color_scale(field: str, colors: dict[str, str]) -> dict:
    """The colors of names; their legend is the page's own, which can wrap."""
    return {
        "field": field,
        "type": "nominal",
        "scale": {"domain": list(colors), "range": list(colors.values())},
        "legend": None,
    }
