"""Inspection zones as the figures need them: members on a date, inside the reader's scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from portal import sql


@dataclass(frozen=True)
class Zone:
    """A zone with those of its provinces that the reader may see."""

    number: int
    label: str
    provinces: tuple[str, ...]


def zones_in_scope(day: date) -> list[Zone]:
    """The zones of a date that hold a province of the active scope."""
    found = sql.rows(
        f"""
        SELECT z.number, z.name_th || ' ' || z.cluster_th, array_agg(m.province_id ORDER BY m.province_id)
        FROM offices_inspectionzone z
        JOIN offices_zoneprovince m ON m.zone_id = z.id AND m.valid @> %(day)s::date
        WHERE {sql.in_scope("m.province_id")}
        GROUP BY z.id ORDER BY z.number
        """,
        {"day": day},
    )
    return [Zone(number, label.strip(), tuple(provinces)) for number, label, provinces in found]
