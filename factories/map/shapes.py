"""The shapes of the provinces, read once from the file that set-up puts in place.

The file is a drawing: a closed path for each province, named in English, in units of its own. Where it is
missing the pages show their tables and say so (``ShapesMissing``).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from defusedxml.ElementTree import fromstring
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from factories.map import projection
from factories.map.projection import Fit, Point, Projection
from offices.reference import DATA
from portal.reference import read_csv

Ring = tuple[Point, ...]

# What the licence asks for: the maker, the source, the licence, and that it was changed.
CREDIT = _("รูปแผนที่จังหวัด: MapSVG ผ่านชุด svg-maps ใช้ตามสัญญาอนุญาต CC BY 4.0 ปรับความละเอียดและใส่สีตามข้อมูล")
CREDIT_LINKS = (
    ("MapSVG", "https://mapsvg.com/maps/thailand"),
    ("svg-maps", "https://github.com/VictorCazanave/svg-maps"),
    ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
)
_PATH = re.compile(r"(?:m(?:\s*-?[\d.]+,-?[\d.]+)+\s*z\s*)+")
_RING = re.compile(r"m([^z]+)z")


class ShapesMissing(RuntimeError):
    """The file of shapes is not installed or cannot be read; set-up (make demo) installs it."""


@dataclass(frozen=True)
class Box:
    """A rectangle, in map units or in degrees; bottom is the larger y of a map, north the larger latitude."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    def meets(self, other: Box) -> bool:
        """True when the two have a point in common."""
        return (
            self.left <= other.right
            and other.left <= self.right
            and self.top <= other.bottom
            and other.top <= self.bottom
        )


def around(points: Sequence[Point]) -> Box:
    """The smallest rectangle that holds all points."""
    xs, ys = [x for x, _y in points], [y for _x, y in points]
    return Box(min(xs), min(ys), max(xs), max(ys))


@dataclass(frozen=True)
class Shape:
    """A province as closed rings in map units: the land, and islands."""

    rings: tuple[Ring, ...]

    @cached_property
    def box(self) -> Box:
        return around([point for ring in self.rings for point in ring])

    @cached_property
    def centre(self) -> Point:
        """The centre of mass of all rings."""
        parts = [_mass(ring) for ring in self.rings]
        area = sum(part[0] for part in parts)
        return sum(a * x for a, x, _y in parts) / area, sum(a * y for a, _x, y in parts) / area

    def holds(self, point: Point) -> bool:
        """True when the point lies inside one of the rings."""
        return any(_inside(ring, point) for ring in self.rings)


def _mass(ring: Ring) -> tuple[float, float, float]:
    """Area and centre of mass of a ring."""
    area = x = y = 0.0
    for (x1, y1), (x2, y2) in zip(ring, (*ring[1:], ring[0]), strict=True):
        cross = x1 * y2 - x2 * y1
        area, x, y = area + cross, x + (x1 + x2) * cross, y + (y1 + y2) * cross
    return abs(area / 2), x / (3 * area), y / (3 * area)


def _inside(ring: Ring, point: Point) -> bool:
    """True when a ray from the point crosses the ring an odd number of times."""
    x, y = point
    odd = False
    for (x1, y1), (x2, y2) in zip(ring, (*ring[1:], ring[0]), strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            odd = not odd
    return odd


@dataclass(frozen=True, eq=False)
class Country:
    """The shapes by the code of their province, and the projection fitted to them."""

    shapes: dict[str, Shape]
    fit: Fit
    size: tuple[float, float]  # of the drawing, in map units
    sha256: str  # of the file

    @property
    def projection(self) -> Projection:
        return self.fit.projection


def rings(path: str) -> tuple[Ring, ...]:
    """The rings of a path of relative lines (m … z). Raises ValueError for any other kind of path."""
    if not _PATH.fullmatch(path.strip()):
        raise ValueError("the path holds more than closed relative lines")
    found = []
    x = y = 0.0
    for part in _RING.findall(path):
        ring = []
        for pair in part.split():
            dx, _comma, dy = pair.partition(",")
            x, y = x + float(dx), y + float(dy)
            ring.append((x, y))
        found.append(tuple(ring))
        x, y = ring[0]  # closing a path takes the pen back to where it began
    return tuple(found)


def _mean(values: Iterable[float]) -> float:
    known = list(values)
    return sum(known) / len(known)


def _plain(name: str) -> str:
    """An English name for comparing: spellings differ in spaces and hyphens."""
    return re.sub("[^a-z]", "", name.lower())


@dataclass(frozen=True)
class Centre:
    """A district and where its middle lies, in degrees."""

    code: str
    name: str
    lng: float
    lat: float


# Names and centres come from the files that the reference tables follow: they are the same for everybody.
@lru_cache(maxsize=1)
def province_names() -> dict[str, str]:
    """The Thai names of the provinces by code, in the order of the codes."""
    return {row["code"]: row["name_th"] for row in sorted(read_csv(DATA / "provinces.csv"), key=_code)}


@lru_cache(maxsize=1)
def _centres() -> dict[str, list[Centre]]:
    found: dict[str, list[Centre]] = {}
    for row in read_csv(DATA / "districts.csv"):
        if row["lat"]:
            centre = Centre(row["code"], row["name_th"], float(row["lng"]), float(row["lat"]))
            found.setdefault(row["code"][:2], []).append(centre)
    return found


def district_centres(province: str) -> list[Centre]:
    """The districts of a province whose centre is known."""
    return _centres().get(province, [])


def _code(row: dict[str, str]) -> str:
    return row["code"]


def read(content: bytes) -> Country:
    """The country of a drawing. Raises ShapesMissing when it is none or lacks a province."""
    codes = {_plain(row["name_en"]): row["code"] for row in read_csv(DATA / "provinces.csv")}
    shapes = {}
    try:
        drawing = fromstring(content)
        _left, _top, width, height = map(float, drawing.get("viewBox", "").split())
        for path in drawing.iter("{http://www.w3.org/2000/svg}path"):
            code = codes.get(_plain(path.get("aria-label", "")))
            if code:
                shapes[code] = Shape(rings(path.get("d", "")))
    except (ValueError, SyntaxError) as error:  # a parse error is a SyntaxError
        raise ShapesMissing(f"the drawing of the provinces cannot be read: {error}") from error
    if missing := sorted(codes.values() - shapes.keys()):
        raise ShapesMissing(f"the drawing lacks the provinces {', '.join(missing)}")
    known = {
        code: ((_mean(one.lng for one in centres), _mean(one.lat for one in centres)), shapes[code].centre)
        for code, centres in _centres().items()
    }
    return Country(shapes, projection.fit(known), (width, height), hashlib.sha256(content).hexdigest())


@lru_cache(maxsize=1)
def _read_file(path: Path) -> Country:
    return read(path.read_bytes())


def country() -> Country:
    """The shapes that set-up installed, read once in each process. Raises ShapesMissing."""
    path = Path(settings.BASE_DIR) / "static" / "vendor" / "thailand" / "thailand.svg"
    if not path.is_file():
        raise ShapesMissing(f"{path} is missing: run the set-up (make demo) to install the shapes")
    return _read_file(path)
