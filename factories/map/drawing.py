"""The map as SVG: presentation attributes only, the same picture on the page and on paper.

A picture is 400 units wide, so that its letters can be read on a telephone. How many is told by tint and
hatching, what a factory is by shape and colour, and that a report is late by a broken ring: never by colour
alone. Links are for the page; each has its words in ``aria-label``.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from django.utils.translation import gettext as _

from factories.map.projection import Point
from factories.map.shapes import Box, Country, Shape
from factories.map.steps import look_of
from portal import kept, thai
from portal.templatetags.portal import SHAPES
from portal.words import StateWord

WIDTH = 400
COLUMNS = 10
CELL = WIDTH // COLUMNS
TALLEST, FLATTEST = 1.5, 0.6  # height of a frame for its width

INK, QUIET, LAND, SEA, BORDER = "#1c2320", "#55605a", "#f5f6f4", "#ffffff", "#868e84"
ACCENT, LATE = "#0b5b5e", "#b7791f"
TONES = {
    "grey": "#4d5651", "blue": "#1b4f91", "amber": "#7d4e00", "green": "#1d6136", "red": "#a3211d",
    "violet": "#5b3a96",
}  # fmt: skip
# Of few to many: a tint, and lines on it that grow denser.
TINTS = ("#e2efee", "#b7d6d4", "#8cc0bd", "#4f9795", "#0b5b5e")
_HATCHES = (
    "",
    '<path d="M0 6h6" stroke="#0b5b5e" stroke-width=".5"/>',
    '<path d="M0 6 6 0" stroke="#0b5b5e" stroke-width=".8"/>',
    '<path d="M0 6 6 0M0 0l6 6" stroke="#084548" stroke-width=".8"/>',
    "",
)
_CACHE_SECONDS = 24 * 3600
_VERSION = "2"  # part of the cache key: raise it when the drawing changes


@dataclass(frozen=True)
class Area:
    """A province to be drawn: ``step`` is its place among the bins (0 for none), None for land around."""

    code: str
    step: int | None = None
    text: str = ""  # written on it where it fits
    label: str = ""  # in words
    url: str = ""


@dataclass(frozen=True)
class Mark:
    """A cluster (``text`` is its count) or a single factory (``state`` is its state)."""

    at: Point
    column: int
    row: int
    count: int
    late: int
    label: str
    url: str
    shape: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Name:
    """A quiet word on the map, at its place; left out where it would cover another."""

    at: Point
    text: str


@dataclass(frozen=True)
class Picture:
    """All that is drawn. ``frame`` and every place are in map units; ``label`` says in words what it is."""

    frame: Box
    label: str
    areas: Sequence[Area] = ()
    marks: Sequence[Mark] = ()
    names: Sequence[Name] = ()
    scale_km: float = 0  # length of the scale bar; none when 0
    scale_units: float = 0  # the same in map units
    fine: float = field(default=0.1)  # outlines are drawn to this part of a unit of the picture

    @property
    def height(self) -> int:
        return round(WIDTH * self.frame.height / self.frame.width)


def frame_of(box: Box, margin: float = 0.04) -> Box:
    """A frame around a box of map units, neither too tall nor too flat, with whole cells."""
    width, height = box.width * (1 + 2 * margin), box.height * (1 + 2 * margin)
    width = max(width, height / TALLEST)
    height = max(height, width * FLATTEST)
    cell = width / COLUMNS
    height = -(-height // cell) * cell
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    return Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def lines_of(frame: Box) -> int:
    """How many lines of cells a frame has."""
    return max(1, round(frame.height / frame.width * COLUMNS))


def draw(picture: Picture, country: Country, *, steps: int = 0, linked: bool = True) -> str:
    """The picture as an <svg> element; kept in the cache under the hash of all it is drawn from.

    ``steps`` is how many bins the areas are told by. Without links (``linked``) it is for paper.
    """
    # the scale's words are the one thing drawn in the reader's language that the picture does not hold
    said = json.dumps([asdict(picture), steps, linked, _("%s กม.")], ensure_ascii=False, sort_keys=True)
    digest = hashlib.sha256(f"{_VERSION}\n{country.sha256}\n{said}".encode()).hexdigest()
    key = f"map:{digest}"
    drawn = kept.get(key)
    if drawn is None:
        drawn = ElementTree.tostring(_Drawing(picture, country, steps, linked).root, encoding="unicode")
        kept.put(key, drawn, _CACHE_SECONDS)
    return str(drawn)


def sample(step: int, steps: int) -> str:
    """The look of a step of the legend, as a small <svg>."""
    root = Element("svg", {"class": "swatch", "viewBox": "0 0 24 16", "aria-hidden": "true"})
    _hatches(root, f"legend{step}-")
    box = {"x": "0.5", "y": "0.5", "width": "23", "height": "15", "stroke": BORDER}
    for fill in _fills(step, steps, f"legend{step}-"):
        SubElement(root, "rect", {**box, "fill": fill})
    return ElementTree.tostring(root, encoding="unicode")


def state_sample(state: StateWord) -> str:
    """The mark of a state in the legend, in a colour that paper shows too."""
    root = Element("svg", {"class": "shape", "viewBox": "0 0 12 12", "aria-hidden": "true"})
    root.extend(_shape(state.shape, state.colour))
    return ElementTree.tostring(root, encoding="unicode")


def _shape(name: str, tone: str) -> Element:
    drawn = SHAPES[name].replace("currentColor", TONES[tone])
    return ElementTree.fromstring(f"<g>{drawn}</g>")


def late_sample() -> str:
    """The broken ring of the legend."""
    root = Element("svg", {"class": "shape", "viewBox": "0 0 12 12", "aria-hidden": "true"})
    SubElement(root, "circle", {"cx": "6", "cy": "6", "r": "4.5", **_RING, "stroke-width": "1.75"})
    return ElementTree.tostring(root, encoding="unicode")


_RING = {"fill": "none", "stroke": LATE, "stroke-width": "3", "stroke-dasharray": "3 1.5"}
_HALO = {"stroke": SEA, "stroke-width": "3", "stroke-linejoin": "round"}


def _hatches(parent: Element, prefix: str) -> None:
    defs = SubElement(parent, "defs")
    for number, lines in enumerate(_HATCHES):
        if lines:
            pattern = SubElement(
                defs,
                "pattern",
                {"id": f"{prefix}{number}", "width": "6", "height": "6", "patternUnits": "userSpaceOnUse"},
            )
            pattern.append(ElementTree.fromstring(lines))


def _fills(step: int, steps: int, prefix: str) -> list[str]:
    """What lies on an area: its tint, and the hatching over it."""
    if step == 0:
        return [SEA]
    number = look_of(step, steps)
    return [TINTS[number], *([f"url(#{prefix}{number})"] if _HATCHES[number] else [])]


def radius(count: int) -> float:
    """How large the circle of so many factories is; never larger than its cell."""
    return (11, 13, 15.5, 18)[min(len(str(count)), 4) - 1]


class _Drawing:
    """One picture on its way to paper or screen."""

    def __init__(self, picture: Picture, country: Country, steps: int, linked: bool) -> None:
        self.picture, self.country, self.steps, self.linked = picture, country, steps, linked
        self.unit = WIDTH / picture.frame.width
        self.taken: list[Box] = []
        self.root = Element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg", "class": "map",
                "viewBox": f"0 0 {WIDTH} {picture.height}", "role": "group", "aria-label": picture.label,
                "font-family": "Sarabun", "font-size": "11",
            },
        )  # fmt: skip
        if not linked:
            self.root.set("width", str(WIDTH))
            self.root.set("height", str(picture.height))
        _hatches(self.root, "map-")
        clip = SubElement(SubElement(self.root, "clipPath", {"id": "map-frame"}), "rect")
        whole = {"width": str(WIDTH), "height": str(picture.height)}
        clip.attrib.update(whole)
        self.inside = SubElement(self.root, "g", {"clip-path": "url(#map-frame)"})
        SubElement(self.inside, "rect", {**whole, "fill": SEA})
        self._areas()
        for mark in picture.marks:
            x, y = self._place(mark)
            self.taken.append(Box(x - 14, y - 14, x + 14, y + 14))
        self._names()
        for mark in picture.marks:
            self._mark(mark)
        self._scale()

    def _xy(self, point: Point) -> Point:
        frame = self.picture.frame
        return (point[0] - frame.left) * self.unit, (point[1] - frame.top) * self.unit

    def _link(self, url: str, label: str) -> Element:
        """A group that is a link on the page."""
        if not (self.linked and url):
            return SubElement(self.inside, "g")
        link = SubElement(self.inside, "a", {"href": url, "aria-label": label})
        SubElement(link, "title").text = label
        return link

    def _areas(self) -> None:
        around: list[Area] = [area for area in self.picture.areas if area.step is None]
        shown = [area for area in self.picture.areas if area.step is not None]
        for area in (*around, *shown):
            shape = self.country.shapes[area.code]
            path = self._path(shape)
            if not path:
                continue
            if area.step is None:
                attributes = {"fill": LAND, "stroke": "#d5d9d2", "stroke-width": "0.75"}
                SubElement(self.inside, "path", {"d": path, **attributes})
                continue
            group = self._link(area.url, area.label)
            for fill in _fills(area.step, self.steps, "map-") if self.steps else ["#eef3f0"]:
                attributes = {"fill": fill, "stroke": BORDER, "stroke-width": "0.75", "class": "mark"}
                SubElement(group, "path", {"d": path, **attributes})
        for area in shown:
            self._text_on(area)

    def _path(self, shape: Shape) -> str:
        """The outline in relative steps, rounded so that neighbours keep a common border."""
        fine = self.picture.fine
        parts = []
        for ring in shape.rings:
            points: list[tuple[int, int]] = []
            for point in ring:
                x, y = self._xy(point)
                snapped = (round(x / fine), round(y / fine))
                if not points or points[-1] != snapped:
                    points.append(snapped)
            if len(points) < 3 or not self._seen(points, fine):
                continue
            (x0, y0), rest = points[0], points[1:]
            steps = [f"M{_number(x0 * fine)} {_number(y0 * fine)}l"]
            for x, y in rest:
                steps.append(f"{_number((x - x0) * fine)} {_number((y - y0) * fine)}")
                x0, y0 = x, y
            parts.append(steps[0] + " ".join(steps[1:]) + "z")
        return "".join(parts)

    def _seen(self, points: Sequence[tuple[int, int]], fine: float) -> bool:
        xs, ys = [x * fine for x, _y in points], [y * fine for _x, y in points]
        box = Box(min(xs), min(ys), max(xs), max(ys))
        return box.meets(Box(0, 0, WIDTH, self.picture.height))

    def _text_on(self, area: Area) -> None:
        """Write on a province where the words fit into its shape."""
        if not area.text:
            return
        shape = self.country.shapes[area.code]
        x, y = shape.centre
        half = len(area.text) * 3 / self.unit
        if all(shape.holds((x + dx, y + dy / self.unit)) for dx in (-half, 0, half) for dy in (-5, 0, 5)):
            self._words(self._xy((x, y)), area.text, "map-count", fill=INK, size="10")

    def _words(self, at: Point, text: str, style: str, *, fill: str, size: str, halo: bool = True) -> None:
        place = {
            "x": _number(at[0]), "y": _number(at[1] + 3.5), "text-anchor": "middle", "font-size": size,
            "class": style, "aria-hidden": "true",
        }  # fmt: skip
        if halo:
            SubElement(self.inside, "text", {**place, "fill": SEA, **_HALO}).text = text
        SubElement(self.inside, "text", {**place, "fill": fill}).text = text

    def _names(self) -> None:
        """Each at its place, else a little below or above; not at all where everything is taken."""
        for name in self.picture.names:
            x, y = self._xy(name.at)
            half = _letters(name.text) * 2.7
            for dy in (0, 18, -18, 30, -30):
                box = Box(x - half, y + dy - 6, x + half, y + dy + 6)
                whole = (
                    box.left > 0
                    and box.top > 0
                    and box.right < WIDTH
                    and box.bottom < self.picture.height - 24
                )
                if whole and not any(box.meets(other) for other in self.taken):
                    self.taken.append(box)
                    self._words((x, y + dy), name.text, "map-name", fill=QUIET, size="9")
                    break

    def _place(self, mark: Mark) -> Point:
        """Where a mark stands: at its place, but inside its own cell, so that no two ever meet."""
        size = radius(mark.count) + (2 if mark.late else 0)
        x, y = self._xy(mark.at)
        left, top = mark.column * CELL, mark.row * CELL
        size = min(size, CELL / 2)
        return min(max(x, left + size), left + CELL - size), min(max(y, top + size), top + CELL - size)

    def _mark(self, mark: Mark) -> None:
        x, y = self._place(mark)
        centre = {"cx": _number(x), "cy": _number(y)}
        group = self._link(mark.url, mark.label)
        if mark.shape:
            SubElement(
                group, "circle", {**centre, "r": "11", "fill": SEA, "fill-opacity": "0.85", "class": "mark"}
            )
            look = SubElement(
                group, "g", {"transform": f"translate({_number(x - 7)} {_number(y - 7)}) scale(1.17)"}
            )
            look.extend(_shape(mark.shape, mark.tone))
            ring = 10.5
        else:
            ring = radius(mark.count)
            SubElement(
                group, "circle", {**centre, "r": str(ring), "fill": ACCENT, "stroke": SEA, "class": "mark"}
            )
            text = {"x": _number(x), "y": _number(y + 3.75), "text-anchor": "middle", "fill": SEA,
                    "font-weight": "600", "font-size": "11", "aria-hidden": "true"}  # fmt: skip
            SubElement(group, "text", text).text = thai.format_number(mark.count)
        if mark.late:
            SubElement(group, "circle", {**centre, "r": str(min(ring + 1, CELL / 2 - 2)), **_RING})

    def _scale(self) -> None:
        """The bar that says how long so many kilometres are, in the lower left corner."""
        if not self.picture.scale_units:
            return
        length, bottom = self.picture.scale_units * self.unit, self.picture.height - 8
        path = f"M8 {bottom - 4}v4h{_number(length)}v-4"
        SubElement(self.inside, "path", {"d": path, "fill": "none", "stroke": INK, "stroke-width": "1.25"})
        km = thai.format_number(Decimal(f"{self.picture.scale_km:g}"))
        self._words((8 + length / 2, bottom - 9), _("%s กม.") % km, "map-scale", fill=INK, size="9")


def _letters(text: str) -> int:
    """How many letters wide a text is: Thai vowels and tones above and below take no room."""
    return sum(unicodedata.category(letter) != "Mn" for letter in text)


def _number(value: float) -> str:
    """A number with one decimal at most, as short as it goes."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text
