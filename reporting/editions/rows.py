"""The canonical rows of an edition, their hash, and the summary that stands above them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from offices.models import InspectionZone, ZoneProvince
from portal import calendar, sql
from reporting.models import Edition

Row = Mapping[str, Any]

# Certified cells of the places, each under the office that certified it.
_ROWS = """
SELECT o.code AS office, f.district, f.factory_type, f.product, f.measure, f.certified AS value,
       f.reports_certified AS reports
FROM reporting_figure f JOIN offices_office o ON o.province_id = f.province
WHERE f.form_id = %(form)s AND f.period = %(period)s AND f.reports_certified > 0
  AND (%(provinces)s::text[] IS NULL OR f.province = ANY(%(provinces)s::text[]))
ORDER BY o.code, f.district, f.factory_type, f.product, f.measure
"""

_OFFICES = """
SELECT o.code, o.short_th AS name, bool_or(month.id IS NOT NULL) AS certified,
       count(*) FILTER (WHERE b.owed) AS owed,
       count(*) FILTER (WHERE b.owed AND s.id IS NOT NULL) AS reported,
       count(*) FILTER (WHERE b.owed AND e.id IS NOT NULL) AS reports_certified
FROM reporting_obligation b
JOIN offices_office o ON o.province_id = b.province_id
LEFT JOIN reporting_submission s ON s.id = b.current_id AND NOT s.withdrawn
LEFT JOIN reporting_officepackage month ON month.form_id = b.form_id AND month.period = b.period
     AND month.office_id = o.id AND month.sequence = 0 AND month.certified_round > 0
LEFT JOIN reporting_officepackage mine ON mine.id = b.package_id AND mine.certified_round > 0
LEFT JOIN reporting_packageentry e ON e.package_id = mine.id AND e.round = mine.certified_round
     AND e.factory_id = b.factory_id
WHERE b.form_id = %(form)s AND b.period = %(period)s
  AND (%(provinces)s::text[] IS NULL OR b.province_id = ANY(%(provinces)s::text[]))
GROUP BY o.code, o.short_th ORDER BY o.code
"""


@dataclass(frozen=True)
class Frozen:
    """Rows as canonical JSON text, its hash, and the summary."""

    text: str
    sha256: str
    summary: dict[str, Any]


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def plain(value: Decimal) -> str:
    """A decimal in its one canonical shape: no exponent, no trailing zeros, no minus zero."""
    text = format(value.normalize(), "f")
    return "0" if value == 0 else text


def canonical(rows: Iterable[Row]) -> str:
    """JSON with sorted keys and no spaces; the same rows always give the same bytes in UTF-8."""
    return json.dumps(list(rows), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def freeze(*, form: str, period: date, provinces: Sequence[str] | None) -> Frozen:
    """The certified rows of a month in these provinces (None: all), inside nation scope."""
    place = {"form": form, "period": period, "provinces": None if provinces is None else list(provinces)}
    found = [{**row, "value": plain(row["value"])} for row in sql.dicts(_ROWS, place)]
    text = canonical(found)
    return Frozen(text, sha256(text.encode()), _summary(found, sql.dicts(_OFFICES, place)))


def _summary(rows: Sequence[Row], offices: Sequence[Row]) -> dict[str, Any]:
    totals: dict[str, dict[str, Decimal]] = {}
    for row in rows:
        measures = totals.setdefault(row["product"], {})
        measures[row["measure"]] = measures.get(row["measure"], Decimal(0)) + Decimal(row["value"])
    value = sum((measures.get("shipped_value", Decimal(0)) for measures in totals.values()), Decimal(0))
    return {
        "rows": len(rows),
        "shipped_value": plain(value),
        "totals": {
            product: {name: plain(total) for name, total in sorted(measures.items())}
            for product, measures in sorted(totals.items())
        },
        "owed": sum(office["owed"] for office in offices),
        "reported": sum(office["reported"] for office in offices),
        "certified": sum(office["reports_certified"] for office in offices),
        "offices": len(offices),
        "not_certified": [
            {"code": office["code"], "name": office["name"]} for office in offices if not office["certified"]
        ],
    }


def not_certified(*, form: str, period: date, provinces: Sequence[str] | None) -> list[dict[str, str]]:
    """Offices that have reports to certify in a month and have not yet, as code and name."""
    place = {"form": form, "period": period, "provinces": None if provinces is None else list(provinces)}
    return [
        {"code": office["code"], "name": office["name"]}
        for office in sql.dicts(_OFFICES, place)
        if not office["certified"]
    ]


def provinces_of_zone(zone: InspectionZone, day: date) -> list[str]:
    """The codes of a zone's provinces on a day."""
    members = ZoneProvince.objects.filter(zone=zone, valid__contains=day)
    return sorted(members.values_list("province_id", flat=True))


def read(edition: Edition) -> list[dict[str, Any]]:
    """The rows of an edition, values as Decimal."""
    return [{**row, "value": Decimal(row["value"])} for row in json.loads(edition.rows)]


def place_name(edition: Edition) -> str:
    """Whose figures: the office, the zone, or the nation."""
    if edition.office is not None:
        return edition.office.name_th
    return str(edition.zone) if edition.zone is not None else _("ทั้งประเทศ")


def title(edition: Edition) -> str:
    """'รายงาน… ตุลาคม 2569 สำนักงาน… ฉบับที่ 2'"""
    month = calendar.format_date_th(edition.period, "month")
    number = _("ฉบับที่ %d") % edition.number
    return f"{edition.form.name_th} {month} {place_name(edition)} {number}"


def file_name(edition: Edition) -> str:
    """ASCII, without ending: PROD-M_2026-10_office-25_1."""
    where = edition.office.code if edition.office else edition.zone.number if edition.zone else "all"
    return f"{edition.form_id}_{edition.period:%Y-%m}_{edition.level}-{where}_{edition.number}"
