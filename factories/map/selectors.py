"""What stands on the map: counts by province, and clusters of one province. Grouped by the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import (
    Avg,
    Case,
    Count,
    F,
    FloatField,
    IntegerField,
    Max,
    Min,
    Q,
    QuerySet,
    SmallIntegerField,
    Value,
    When,
)
from django.db.models.functions import Cast, Floor, Greatest, Least

from factories.late import is_late
from factories.map.areas import FarFromProvince, within
from factories.map.shapes import Box, province_names
from factories.models import Factory

_WITHOUT, _FAR, _ELSEWHERE, _HERE = range(4)


@dataclass(frozen=True)
class ProvinceCount:
    """Factories of a province, how many of them are late with a report, and how many have no coordinates."""

    code: str
    name: str
    count: int = 0
    late: int = 0
    without: int = 0


def by_province(rows: QuerySet[Factory], provinces: frozenset[str] | None, day: date) -> list[ProvinceCount]:
    """The counts of every province named (None: of all), those without a factory too; by code."""
    counts: dict[str, Any] = {
        row["province_id"]: row
        for row in rows.order_by()
        .values("province_id")
        .annotate(
            count=Count("pk"),
            late=Count("pk", filter=is_late(day)),
            without=Count("pk", filter=Q(lat=None)),
        )
    }
    return [
        ProvinceCount(
            code,
            name,
            *(counts[code][key] for key in ("count", "late", "without")) if code in counts else (),
        )
        for code, name in province_names().items()
        if provinces is None or code in provinces
    ]


@dataclass(frozen=True)
class Cluster:
    """Factories that stand in one cell of the grid; ``factory`` when it is only one."""

    column: int
    row: int
    count: int
    late: int
    lng: float  # mean
    lat: float
    area: Box  # in degrees, the smallest that holds all
    factory: Factory | None = None


@dataclass(frozen=True)
class Standing:
    """Every factory of a province exactly once: on the map, beyond its frame, or not to be drawn."""

    clusters: list[Cluster] = field(default_factory=list)
    elsewhere: int = 0  # beyond the frame
    without: int = 0  # no coordinates
    far: int = 0  # coordinates outside the province
    owing: int = 0  # late, wherever they stand

    @property
    def drawn(self) -> int:
        """How many stand on the map: the sum of the clusters."""
        return sum(cluster.count for cluster in self.clusters)

    @property
    def late(self) -> int:
        """How many of those on the map are late."""
        return sum(cluster.late for cluster in self.clusters)

    @property
    def total(self) -> int:
        return self.drawn + self.elsewhere + self.without + self.far


def standing(
    rows: QuerySet[Factory], frame: Box, columns: int, lines: int, far: FarFromProvince | None, day: date
) -> Standing:
    """Where the factories stand in a frame of degrees cut into a grid; north is line 0.

    Two queries, whatever the number of factories: the database groups them, and names are read only of
    those that stand alone.
    """
    kinds = [When(lat=None, then=Value(_WITHOUT))]
    if far is not None:
        kinds.append(When(far, then=Value(_FAR)))
    kinds.append(When(~within(frame), then=Value(_ELSEWHERE)))
    lng, lat = Cast(F("lng"), FloatField()), Cast(F("lat"), FloatField())
    cells = (
        rows.order_by()
        .annotate(kind=Case(*kinds, default=Value(_HERE), output_field=SmallIntegerField()))
        .annotate(
            cell_column=_cell(frame, lng - Value(frame.left), frame.width, columns),
            cell_row=_cell(frame, Value(frame.top) - lat, frame.top - frame.bottom, lines),
        )
        .values("kind", "cell_column", "cell_row")
        .annotate(
            count=Count("pk"),
            late=Count("pk", filter=is_late(day)),
            first=Min("pk"),
            mean_lng=Avg(lng),
            mean_lat=Avg(lat),
            west=Min(lng),
            south=Min(lat),
            east=Max(lng),
            north=Max(lat),
        )
        .order_by("kind", "cell_row", "cell_column")
    )
    found = list(cells)
    alone = _named([row["first"] for row in found if row["kind"] == _HERE and row["count"] == 1])
    sums = {kind: sum(row["count"] for row in found if row["kind"] == kind) for kind in range(4)}
    return Standing(
        clusters=[
            Cluster(
                column=row["cell_column"],
                row=row["cell_row"],
                count=row["count"],
                late=row["late"],
                lng=row["mean_lng"],
                lat=row["mean_lat"],
                area=Box(row["west"], row["north"], row["east"], row["south"]),
                factory=alone.get(row["first"]) if row["count"] == 1 else None,
            )
            for row in found
            if row["kind"] == _HERE
        ],
        elsewhere=sums[_ELSEWHERE],
        without=sums[_WITHOUT],
        far=sums[_FAR],
        owing=sum(row["late"] for row in found),
    )


def _cell(frame: Box, distance: Any, length: float, cells: int) -> Case:
    """The number of the cell at a distance from the frame's edge; nothing outside the frame."""
    number = Cast(Floor(distance / Value(length / cells)), IntegerField())
    inside = Greatest(0, Least(number, cells - 1))  # what lies on the far edge belongs to the last cell
    return Case(When(within(frame), then=inside), default=None, output_field=IntegerField())


def _named(ids: list[int]) -> Mapping[int, Factory]:
    """The factories with these ids, with what their mark and their line in the table show."""
    fields = ("uuid", "name", "operator_name", "activity", "number14", "old_number", "status")
    return {row.pk: row for row in Factory.objects.filter(pk__in=ids).only(*fields)}
