"""SQL pieces that a form's declaration turns into: used by checks, by facts and by figures' proof."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import connection

from portal.sheets.spec import Column
from reporting.forms.base import FormDeclaration, Measure

_PAIRS = 50  # a function of PostgreSQL takes a hundred arguments


def literal(text: str) -> str:
    """A Thai heading as an SQL literal inside a parameterised statement."""
    return "'" + text.replace("'", "''").replace("%", "%%") + "'"


def json_value(column: Column, expression: str) -> str:
    """How a column's value stands in a payload: decimals as JSON numbers without zeros at the end."""
    return f"trim_scale({expression})" if column.kind == "decimal" else expression


def json_object(values: Mapping[str, str]) -> str:
    """SQL of a JSON object of these keys and expressions, without those that are NULL."""
    if connection.pg_version >= 160000:  # type: ignore[attr-defined]
        # In one step what takes PostgreSQL 15 two, and half as long again.
        pairs = ", ".join(f"'{key}': {value}" for key, value in values.items())
        return f"json_object({pairs} ABSENT ON NULL RETURNING jsonb)"
    listed = [f"'{key}', {value}" for key, value in values.items()]
    parts = [listed[at : at + _PAIRS] for at in range(0, len(listed), _PAIRS)]
    return " || ".join(f"jsonb_strip_nulls(jsonb_build_object({', '.join(part)}))" for part in parts)


def stored_number(payload: str, key: str) -> str:
    """A number out of a stored payload, whose values are never JSON's null."""
    return f"({payload}->'{key}')::numeric"


def measure_value(measure: Measure, values: dict[str, str], factor: str) -> str:
    """A measure as an SQL expression; ``values`` gives the SQL of each column it reads.

    NULL where a part is missing, or where ``positive`` is not above nought.
    """
    value = "(" + " + ".join(values[key] for key in measure.add) + ")"
    if measure.converted:
        value = f"{value} * {factor}"
    if measure.share:
        over, under = measure.share
        value = f"{value} * {values[over]} / nullif({values[under]}, 0)"
    if measure.positive:
        value = f"CASE WHEN {values[measure.positive]} > 0 THEN {value} END"
    return f"round({value}, 6)"


def measure_of_payload(measure: Measure, payload: str) -> str:
    """A measure computed from a stored payload, whose ``factor`` is the one that was used."""
    values = {key: stored_number(payload, key) for key in measure.columns()}
    return measure_value(measure, values, f"coalesce({stored_number(payload, 'factor')}, 1)")


def has(form: FormDeclaration, key: str) -> bool:
    """Whether the form has a column of that name."""
    return any(column.key == key for section in form.sections for column in section.columns)
