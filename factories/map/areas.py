"""Areas in queries: a rectangle in degrees, and the shape of a province with a margin."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.db.models import BooleanField, F, Func, Q
from django.utils.translation import gettext_lazy as _

from factories.map.shapes import Box, Country
from portal import dated

# A shape drawn for the eye is not a survey: a plant on the shore or on a border may lie just beyond it.
TOLERANCE = dated.Declared(
    key="factories.map_tolerance_km",
    label=_("พิกัดที่ห่างจากรูปจังหวัดเกินระยะนี้ (กม.) ให้ถือว่าอยู่นอกจังหวัด"),
    owner=_("ผู้ดูแลระบบส่วนกลาง"),
    minimum=0,
    maximum=100,
    default=5,
    source="ค่าตั้งต้นของระบบ: รูปแผนที่คลาดเคลื่อนได้ราว 3 กม. และไม่มีเกาะเล็ก",
)
KM_PER_DEGREE = 111.0  # of latitude; of longitude in Thailand 105 to 111
_NUMBER = r"-?\d{1,3}(?:\.\d{1,7})?"
AREA = re.compile(rf"{_NUMBER}(?:,{_NUMBER}){{3}}")  # west, south, east, north


def area_of(text: str) -> Box | None:
    """The rectangle in degrees (top is the north) that an address names; None when it names none."""
    if not AREA.fullmatch(text):
        return None
    west, south, east, north = map(float, text.split(","))
    return Box(west, north, east, south) if west < east and south < north else None


def area_text(area: Box, places: int = 4) -> str:
    """The rectangle as it stands in an address."""
    return ",".join(f"{value:.{places}f}" for value in (area.left, area.bottom, area.right, area.top))


def within(area: Box) -> Q:
    """The condition on factories whose coordinates lie in a rectangle of degrees."""
    return Q(lng__gte=area.left, lng__lte=area.right, lat__gte=area.bottom, lat__lte=area.top)


class FarFromProvince(Func):
    """True where coordinates lie farther from the shape of the row's province than the tolerance.

    Nothing where there are no coordinates. Only the provinces named are tested; others count as near.
    """

    output_field = BooleanField()

    def __init__(self, country: Country, provinces: Iterable[str], tolerance_km: float) -> None:
        super().__init__(F("province_id"), F("lng"), F("lat"))
        self.tolerance = tolerance_km / KM_PER_DEGREE
        self.outlines = tuple(
            (code, tuple(_outline(country, ring) for ring in country.shapes[code].rings))
            for code in sorted(provinces)
        )

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **extra: Any) -> tuple[str, tuple[Any, ...]]:
        province, lng, lat = (compiler.compile(part)[0] for part in self.get_source_expressions())
        point = f"point({lng}::float8, {lat}::float8)"
        if not self.outlines:
            return "false", ()
        params: list[Any] = []
        branches = []
        for code, rings in self.outlines:
            nearest = ", ".join(f"{point} <-> %s::polygon" for _ring in rings)
            branches.append(f"WHEN %s THEN least({nearest}) > %s")
            params += [code, *rings, self.tolerance]
        known = f"{lng} IS NOT NULL AND {lat} IS NOT NULL"
        return f"({known} AND CASE {province} {' '.join(branches)} ELSE false END)", tuple(params)


def _outline(country: Country, ring: Iterable[tuple[float, float]]) -> str:
    """A ring as the database writes a polygon, in degrees."""
    corners = (country.projection.to_earth(x, y) for x, y in ring)
    return "(" + ",".join(f"({lng:.4f},{lat:.4f})" for lng, lat in corners) + ")"
