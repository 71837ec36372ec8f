"""The fields of a factory that a sheet may bring, and the SQL that normalises what it brings."""

from __future__ import annotations

from dataclasses import dataclass, field

from factories.models import FactoryStatus

# Field → SQL type. Text is '' when unknown, everything else NULL.
DATED = {
    "name": "text",
    "operator_name": "text",
    "activity": "text",
    "category": "smallint",
    "main_type_id": "text",
    "tsic": "text",
    "status": "text",
    "source_status": "text",
    "horsepower": "numeric(20,6)",
    "workers": "integer",
    "in_estate": "boolean",
    "estate_name": "text",
}
STANDING = {
    "district_id": "text",
    "house_no": "text",
    "moo": "text",
    "soi": "text",
    "road": "text",
    "subdistrict": "text",
    "postcode": "text",
    "telephone": "text",
    "capital_baht": "numeric(18,2)",
    "capital_land_baht": "numeric(18,2)",
    "capital_building_baht": "numeric(18,2)",
    "capital_machine_baht": "numeric(18,2)",
    "capital_working_baht": "numeric(18,2)",
    "licensed_capacity": "numeric(20,6)",
    "licensed_capacity_unit": "text",
    "licensed_on": "date",
    "site_sqm": "numeric(20,6)",
    "building_sqm": "numeric(20,6)",
}
PLACE = {"lat": "numeric(10,7)", "lng": "numeric(10,7)", "coordinate_source": "text"}
NUMBERS = {"number14": "text", "old_number": "text", "old_key": "text"}
FIELDS = {**NUMBERS, **DATED, **STANDING, **PLACE}

# Text columns that hold NULL for unknown, as keys and foreign keys do.
NULLABLE_TEXT = frozenset({"number14", "old_key", "main_type_id", "district_id"})

FLAGS = {
    "0": FactoryStatus.LICENSED_NOT_STARTED,
    "1": FactoryStatus.OPERATING,
    "2": FactoryStatus.DEREGISTERED,
    "3": FactoryStatus.STOPPED_TEMPORARILY,
}


def is_text(name: str) -> bool:
    """Whether unknown is '' rather than NULL in the registry."""
    return FIELDS[name] == "text" and name not in NULLABLE_TEXT


def place_key(text: str) -> str:
    """SQL: a place's name as everybody writes it, without "จังหวัด", "อำเภอ" and the like."""
    return (
        f"portal_thai_search_key(regexp_replace({text}, "
        r"'^\s*(?:จังหวัด|จ\.|อำเภอ|อ\.|กิ่งอำเภอ|เขต)\s*', ''))"
    )


@dataclass(frozen=True)
class Mapping:
    """How one sheet's columns become fields: SQL expressions over ``stage s``.

    ``source`` stands in state rows; ``coordinates`` in Factory.coordinate_source. ``dated_by`` is
    the date from which the row's facts hold. A ``trusted`` sheet is an officer's own: it may set
    our status and move his coordinates.
    """

    source: str
    coordinates: str
    fields: dict[str, str]
    dated_by: str = "NULL::date"
    number14: str = "NULL::text"
    version: str = "NULL::bigint"
    trusted: bool = False
    findings: tuple[Check, ...] = field(default_factory=tuple)


@dataclass(frozen=True)
class Check:
    """A sheet's own finding: an SQL condition over ``stage s``."""

    code: str
    level: str
    column: str
    where: str
    message: object
    found: str = ""
    expected: object = ""
    mend: object = ""
