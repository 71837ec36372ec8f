"""What a province's page looks at: the whole, or a part that was asked for; and the ways from there."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from factories.map import drawing, shapes
from factories.map.shapes import Box, Country

CLOSEST = 0.01  # degrees across the closest frame, about a kilometre
SAME_SPOT = 0.0005  # degrees: factories within fifty metres are not told apart by coming closer
MARGIN = 0.15  # room around a cluster that is looked at more closely


@dataclass(frozen=True)
class Frame:
    """A rectangle in degrees (top is the north), in map units if there are shapes, and its lines of cells."""

    degrees: Box
    units: Box | None
    lines: int

    @property
    def closest(self) -> bool:
        return self.degrees.width <= CLOSEST * 1.01


def look(country: Country | None, province: str, asked: Box | None, room: float) -> Frame:
    """The frame of a province with so many degrees of room around it, or of the part that was asked for.

    Without shapes a rectangle that holds the districts' centres must do.
    """
    if country is None:
        return Frame(asked if asked and asked.width >= CLOSEST else _around_districts(province), None,
                     drawing.COLUMNS)  # fmt: skip
    to_map, to_earth, scale = country.projection.to_map, country.projection.to_earth, country.projection.scale
    shape, more = country.shapes[province].box, room * country.projection.scale
    units = drawing.frame_of(
        Box(shape.left - more, shape.top - more, shape.right + more, shape.bottom + more)
    )
    if asked is not None:
        closer = Box(*to_map(asked.left, asked.top), *to_map(asked.right, asked.bottom))
        # An office chosen in the top bar keeps the rest of the address: then the box lies elsewhere.
        if closer.meets(units) and closer.width < units.width:
            units = drawing.frame_of(_at_least(closer, CLOSEST * scale), 0)
    west, north = to_earth(units.left, units.top)
    east, south = to_earth(units.right, units.bottom)
    return Frame(Box(west, north, east, south), units, drawing.lines_of(units))


def around(area: Box, frame: Frame) -> Box | None:
    """What to look at to see a cluster more closely; None when it is as close as it gets."""
    spread = max(area.width, area.top - area.bottom)
    if frame.closest or spread < SAME_SPOT:
        return None
    room = max(spread * MARGIN, (CLOSEST - spread) / 2)
    return grown(area, room, room)


def moves(frame: Frame, zoomed: bool) -> Sequence[tuple[Any, Box]]:
    """(words, rectangle) of what lies nearer, farther and beside."""
    now = frame.degrees
    width, height = now.width, now.top - now.bottom
    nearer = [] if frame.closest else [(_("ขยาย"), grown(now, -width / 4, -height / 4))]
    if not zoomed:
        return nearer

    def beside(east: float, north: float) -> Box:
        dx, dy = east * width, north * height
        return Box(now.left + dx, now.top + dy, now.right + dx, now.bottom + dy)

    return [
        *nearer,
        (_("ย่อ"), grown(now, width / 2, height / 2)),
        (_("ไปทางเหนือ"), beside(0, 0.5)),
        (_("ไปทางใต้"), beside(0, -0.5)),
        (_("ไปทางตะวันตก"), beside(-0.5, 0)),
        (_("ไปทางตะวันออก"), beside(0.5, 0)),
    ]


def grown(box: Box, width: float, height: float) -> Box:
    """A rectangle of degrees with so much more on each side; less when negative."""
    return Box(box.left - width, box.top + height, box.right + width, box.bottom - height)


def scale_km(width: float) -> float:
    """A round length of at most a fifth of a frame so many km wide."""
    power = 10.0 ** math.floor(math.log10(width / 5))
    return max(step * power for step in (1, 2, 5) if step * power <= width / 5)


def _at_least(box: Box, width: float) -> Box:
    """A rectangle of map units around the same middle, no narrower than this."""
    more = max(0.0, (width - box.width) / 2)
    return Box(box.left - more, box.top, box.right + more, box.bottom)


def _around_districts(province: str) -> Box:
    """Degrees that hold a province for sure, where no shape says its limits."""
    known = [(one.lng, one.lat) for one in shapes.district_centres(province)]
    box = shapes.around(known or [(97.0, 5.0), (106.0, 21.0)])
    return Box(box.left - 1, box.bottom + 1, box.right + 1, box.top - 1)
