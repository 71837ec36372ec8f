"""Charts as SVG, drawn on the server from a Vega-Lite description: the same picture in page and PDF.

The SVG holds presentation attributes only, because the pages' policy forbids style attributes, and keeps its
text as text in Sarabun. Each chart needs a table twin beside it; `label` says in words what it shows.
A series is told by colour and by dash, shape or outline, never by colour alone.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any
from xml.etree import ElementTree

from defusedxml.ElementTree import fromstring

from portal import kept
from portal.pdf_fonts import WEIGHTS, FontsMissing, vendor_folder

ACCENT, SECOND, AMBER = "#0b5b5e", "#7d94a6", "#b7791f"
_INK, _QUIET, _GRID = "#1d2429", "#5b6670", "#e3e8ec"
_COLOURS = [ACCENT, SECOND, AMBER, "#2f3e4a"]
_FILLS = [ACCENT, "#d5dee5", "#f3d9a4", "#8aa0b0"]  # of bars, within outlines of _COLOURS
_DASHES = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3]]
_SHAPES = ["circle", "square", "triangle-up", "diamond"]
# Axis numbers in words that office people use, with no more than two decimals.
_NUMBER = (
    "abs(datum.value) >= 1e6 ? format(datum.value / 1e6, ',.2~f') + ' ล้าน' : format(datum.value, ',.2~f')"
)

_CONFIG: dict[str, Any] = {
    "background": None,
    "font": "Sarabun",
    "padding": 4,
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": 13, "titleFontSize": 13, "titleFontWeight": 600, "labelColor": _QUIET,
        "titleColor": _INK,
        "gridColor": _GRID, "domainColor": "#aeb9c1", "tickColor": "#aeb9c1", "labelPadding": 6,
        "titlePadding": 10,
    },
    "legend": {
        "labelFontSize": 13, "titleFontSize": 13, "titleFontWeight": 600, "labelColor": _INK,
        "titleColor": _INK,
        "orient": "top", "symbolSize": 120, "symbolStrokeWidth": 2,
    },
    "line": {"strokeWidth": 2, "color": ACCENT},
    "bar": {"color": ACCENT},
}  # fmt: skip

_CACHE_SECONDS = 7 * 24 * 3600
_VERSION = "6"  # part of the cache key: raise it when the drawing changes
_SVG = "{http://www.w3.org/2000/svg}"
_ELEMENTS = {
    "svg", "g", "path", "rect", "line", "circle", "ellipse", "polygon", "polyline", "text", "tspan",
    "defs", "clipPath",
}  # fmt: skip
_ATTRIBUTES = {
    "d", "x", "y", "x1", "x2", "y1", "y2", "dx", "dy", "cx", "cy", "r", "rx", "ry", "width", "height",
    "points",
    "transform", "viewBox", "id", "clip-path", "fill", "fill-opacity", "fill-rule", "stroke",
    "stroke-width", "stroke-opacity",
    "stroke-dasharray", "stroke-dashoffset", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit",
    "opacity",
    "font-family", "font-size", "font-weight", "font-style", "text-anchor", "display", "visibility",
}  # fmt: skip

Rows = Sequence[Mapping[str, Any]]


def chart_svg(spec: dict[str, Any], *, label: str) -> str:
    """Draw a Vega-Lite description with inline data as an <svg> element, ready for a page or a PDF.

    `label` is the alternative text. Decimal and date values are allowed in the data. The answer is kept in
    the cache under the hash of description, data and label. Raises ValueError when the description points to
    data elsewhere or Vega-Lite cannot read it, FontsMissing where Sarabun is not installed.
    """
    text = json.dumps(spec, ensure_ascii=False, sort_keys=True, default=_plain)
    digest = hashlib.sha256(f"{_VERSION}\n{label}\n{text}".encode()).hexdigest()
    key = f"chart:{digest}"
    drawn = kept.get(key)
    if drawn is None:
        drawn = _clean(_draw(text), label=label, prefix=f"c{digest[:8]}-")
        kept.put(key, drawn, _CACHE_SECONDS)
    return str(drawn)


def bar_spec(
    rows: Rows,
    x: str,
    y: str,
    *,
    x_title: str,
    y_title: str,
    series: str | None = None,
    horizontal: bool = False,
    width: int = 640,
    height: int | None = None,
) -> dict[str, Any]:
    """Bars of the number `y` for each text `x`, in the order of the rows.

    `series` names the field that sets up to four bars side by side. `horizontal` is for long names: each
    bar is then as high as its text.
    """
    names, values = ("y", "x") if horizontal else ("x", "y")
    encoding: dict[str, Any] = {
        names: {
            "field": x,
            "type": "nominal",
            "sort": None,
            "title": x_title,
            "axis": _name_axis(horizontal),
        },
        values: {
            "field": y,
            "type": "quantitative",
            "title": y_title,
            "axis": {"labelExpr": _NUMBER, "tickCount": 5},
        },
    }
    mark: dict[str, Any] = {"type": "bar"}
    if series is not None:
        kinds = _kinds(rows, series)
        legend = {"title": None}
        encoding[f"{names}Offset"] = {"field": series, "sort": kinds}
        encoding["fill"] = _scale(series, kinds, _FILLS) | {"legend": legend}
        encoding["stroke"] = _scale(series, kinds, _COLOURS) | {"legend": legend}
        encoding["strokeDash"] = _scale(series, kinds, _DASHES) | {"legend": legend}
        mark["strokeWidth"] = 1.5
    if height is None and not horizontal:
        height = 280
    return _spec(rows, width, height or {"step": 16 if series else 28}) | {"mark": mark, "encoding": encoding}


def line_spec(
    rows: Rows,
    x: str,
    y: str,
    *,
    x_title: str,
    y_title: str,
    series: str | None = None,
    width: int = 640,
    height: int = 280,
) -> dict[str, Any]:
    """Lines of the number `y` over `x` (months as text) in the order of the rows; a None leaves a gap.

    `series` names the field that tells up to four lines apart.
    """
    encoding: dict[str, Any] = {
        "x": {"field": x, "type": "ordinal", "sort": None, "title": x_title, "axis": _name_axis(False)},
        "y": {
            "field": y,
            "type": "quantitative",
            "title": y_title,
            "axis": {"labelExpr": _NUMBER, "tickCount": 5},
        },
    }
    line, point = dict(encoding), dict(encoding)
    if series is not None:
        kinds = _kinds(rows, series)
        legend = {"title": None}
        line["color"] = point["color"] = _scale(series, kinds, _COLOURS) | {"legend": legend}
        line["strokeDash"] = _scale(series, kinds, _DASHES) | {"legend": None}
        point["shape"] = _scale(series, kinds, _SHAPES) | {"legend": legend}
    return _spec(rows, width, height) | {
        "layer": [
            {"mark": {"type": "line"}, "encoding": line},
            {
                "mark": {"type": "point", "filled": True, "size": 45, "opacity": 1, "color": ACCENT},
                "encoding": point,
            },
        ]
    }


def _spec(rows: Rows, width: int, height: Any) -> dict[str, Any]:
    data = {"values": [dict(row) for row in rows]}
    return {
        "data": data,
        "width": width,
        "height": height,
        "autosize": {"type": "fit-x", "contains": "padding"},
    }


def _name_axis(horizontal: bool) -> dict[str, Any]:
    if horizontal:
        # Vega measures Thai a little short: keep the title clear of the names.
        return {"labelLimit": 320, "maxExtent": 340, "titlePadding": 28, "ticks": False}
    return {"labelAngle": 0, "labelOverlap": "parity", "labelSeparation": 8, "grid": False}


def _kinds(rows: Rows, series: str) -> list[Any]:
    kinds = list(dict.fromkeys(row[series] for row in rows))
    if len(kinds) > len(_COLOURS):
        raise ValueError(f"a chart tells {len(_COLOURS)} series apart, not {len(kinds)}: draw several charts")
    return kinds


def _scale(series: str, kinds: list[Any], choices: list[Any]) -> dict[str, Any]:
    scale = {"domain": kinds, "range": choices[: len(kinds)]}
    return {"field": series, "type": "nominal", "sort": kinds, "scale": scale}


def _plain(value: object) -> float | str:
    """JSON for what rows hold; a picture does not need a Decimal's last digit."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a chart cannot show {type(value).__name__}")


@lru_cache(maxsize=1)
def _vl_convert() -> Any:
    """The drawing engine (about 200 MB once loaded), with Sarabun known to it."""
    import vl_convert

    folder = vendor_folder()
    if not all((folder / name).is_file() for name in WEIGHTS.values()):
        raise FontsMissing(f"{folder} holds no Sarabun: run the set-up (make demo) to install the fonts")
    vl_convert.register_font_directory(str(folder))
    return vl_convert


def _draw(spec: str) -> str:
    if '"url":' in spec:
        raise ValueError("a chart's data must stand in its description")
    return str(_vl_convert().vegalite_to_svg(spec, config=_CONFIG, allowed_base_urls=[]))


def _clean(svg: str, *, label: str, prefix: str) -> str:
    """Only known elements and presentation attributes; ids that do not meet those of other charts."""
    root = _cleaned(fromstring(svg), prefix)
    root.attrib = {
        "xmlns": _SVG.strip("{}"), "class": "chart", "role": "img", "aria-label": label, **root.attrib,
    }  # fmt: skip
    title = ElementTree.Element("title")
    title.text = label
    root.insert(0, title)
    return ElementTree.tostring(root, encoding="unicode")


def _cleaned(element: ElementTree.Element, prefix: str) -> ElementTree.Element:
    clean = ElementTree.Element(element.tag.removeprefix(_SVG))
    clean.text, clean.tail = element.text, element.tail
    attributes = dict(element.attrib)
    for declaration in attributes.pop("style", "").split(";"):
        name, colon, value = declaration.partition(":")
        if colon:
            attributes[name.strip()] = value.strip()
    for name, value in attributes.items():
        if name not in _ATTRIBUTES:
            continue
        if name == "id":
            value = prefix + value
        elif "url(" in value:
            local = re.fullmatch(r"url\(['\"]?#([\w-]+)['\"]?\)", value)
            if not local:
                continue
            value = f"url(#{prefix}{local[1]})"
        clean.set(name, value)
    for child in element:
        # Vega leaves labels it found no room for in place, unseen: they would be read and copied.
        if child.tag.removeprefix(_SVG) in _ELEMENTS and child.get("opacity") != "0":
            clean.append(_cleaned(child, prefix))
    return clean
