"""Everything the rules look at, as one temporary table: the sheet's rows beside what is known.

``stage`` (row_no and the columns of the sheet) becomes ``stage_checked``, one row for each row of
the file with these columns beside the form's own (the header's are those of the whole report):

    row_no, report           the row; the report it belongs to (the factory, or the row itself)
    factory_no, factory_id, is_foreign, is_deregistered
    period_written, period_asked, period_open, days_in_period
    owed, days_late, due_text, is_locked
    is_first                 the first row of its report
    other_row                another row of the same factory and product
    header_mixed             header columns given with two values, by their headings
    line_expected            the factory operated, so a product is expected
    standard_unit, known_factor, x     of the product; x is the factor that is used
    prev_…, year_…           last month's and last year's value in the standard unit
    sum_value, reason        of all lines of the report; the reason given for this row
    base_version, current_version, changes    versions so far; which one holds; lines that differ
    header, line             what would be written (JSON); the line only where a version stands already
    was, was_header          what stands there now (JSON)

A form without lines has the columns of the report alone, and besides

    received_on, period_end  the day the file came in; the last day of the period
    rows_of_report           how many rows of the file name this factory
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO

from portal import calendar, sql
from portal.identifiers import IdentifierError, clean_factory_number, normalise_old_number
from portal.sheets.spec import Column
from reporting.forms import FormDeclaration, FormSection, Measure
from reporting.forms.base import HEADER
from reporting.forms.columns import has, json_object, json_value, literal, measure_of_payload

OPEN_STATES = ("collecting", "returned", "reopened")
"""States of a package in which its reports may still be corrected."""


@dataclass(frozen=True)
class Asked:
    """What is being reported: the form version, the month, whose factories, and when it came in.

    ``province`` None is the whole nation. ``received`` decides whether a report is late.
    """

    form: FormDeclaration
    period: date
    province: str | None
    received: datetime
    due_at: datetime


def build(asked: Asked) -> None:
    """Make ``stage_checked`` from ``stage``. Inside a transaction and nation scope; the province in
    ``asked`` bounds what is found."""
    match_factories(asked.province)
    form = asked.form
    params = {
        "form": form.code,
        "period": asked.period,
        "previous": form.earlier(asked.period),
        "year_ago": calendar.add_months(asked.period, -12),
        "period_end": form.end(asked.period),
        "days": (form.end(asked.period) - asked.period).days + 1,
        "received_on": calendar.local_date(asked.received),
        "due_on": calendar.local_date(asked.due_at),
        "due_text": calendar.format_date_th(asked.due_at),
        "open_states": list(OPEN_STATES),
    }
    sql.execute(_REPORTS.format(**_header_parts(form)), params)
    sql.script("ANALYZE stage_report (report, current_id, prev_id, year_id)")
    sql.execute(_BEFORE, params)
    sql.script("ANALYZE stage_before (report, at, section, line_key)")
    if form.lines is None:
        sql.execute(_CHECKED_HEADER.format(**_status_parts(form)), params)
    else:
        sql.execute(_CHECKED.format(**_line_parts(form, form.lines)), params)
    sql.script("ANALYZE stage_checked (row_no, report, current_version)")
    sql.execute(_CHANGES, params)


def match_factories(province: str | None) -> None:
    """Make ``stage_factory``: each number written in ``stage`` with the factory it names.

    A factory of another province is found and marked, and nothing of it is told.
    """
    sql.script(
        "CREATE TEMP TABLE stage_number (written text PRIMARY KEY, number14 text, old_key text) "
        "ON COMMIT DROP;"
        "INSERT INTO stage_number SELECT w, CASE WHEN w ~ '^[0-9]{14}$' THEN w END, NULL "
        "FROM (SELECT DISTINCT factory_no AS w FROM stage WHERE factory_no IS NOT NULL) AS written"
    )
    others = sql.rows("DELETE FROM stage_number WHERE number14 IS NULL RETURNING written")
    if others:
        lines = "".join("\t".join(_readings(written)) + "\n" for (written,) in others)
        sql.copy_in("stage_number", ["written", "number14", "old_key"], StringIO(lines))
    sql.execute(
        """
        CREATE TEMP TABLE stage_factory ON COMMIT DROP AS
        SELECT n.written, f.id AS found_id, f.province_id,
               CASE WHEN %(province)s::text IS NULL OR f.province_id = %(province)s
                    THEN f.id END AS factory_id,
               f.number14, f.old_number
        FROM stage_number n
        JOIN factories_factory f ON f.number14 = n.number14
        UNION ALL
        SELECT n.written, f.id, f.province_id,
               CASE WHEN %(province)s::text IS NULL OR f.province_id = %(province)s THEN f.id END,
               f.number14, f.old_number
        FROM stage_number n JOIN factories_factory f ON f.old_key = n.old_key
        WHERE n.number14 IS NULL
        """,
        {"province": province},
    )
    sql.script("ANALYZE stage_factory")


def _readings(written: str) -> tuple[str, str, str]:
    r"""A line for COPY: the text, the 14 digits or \N, the key of the old number or \N."""
    safe = written.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    try:
        return safe, clean_factory_number(written), "\\N"
    except IdentifierError:
        pass
    try:
        return safe, "\\N", normalise_old_number(written)
    except IdentifierError:
        return safe, "\\N", "\\N"


# --- One row for each report ---------------------------------------------------------------------

# Header values may stand in any row of the factory: the highest is taken, and where it differs from
# the lowest the report is refused, so that it never matters which.
_REPORTS = """
CREATE TEMP TABLE stage_report ON COMMIT DROP AS
SELECT given.*, o.owed, o.current_id, v.base_version, c.version AS current_version,
       {header_json} AS header,
       was.payload AS was_header,
       coalesce(k.state <> ALL (%(open_states)s), false) AS is_locked,
       coalesce(st.status, f.status) = 'deregistered' AS is_deregistered,
       prev.current_id AS prev_id, year.current_id AS year_id
FROM (
    SELECT coalesce(m.factory_id, -s.row_no) AS report, m.factory_id, min(s.row_no) AS first_row,
           count(s.{key}) AS lines, {header_values},
           concat_ws(', ', {header_mixed}) AS header_mixed,
           {sum_value} AS sum_value, {any_reason} AS any_reason
    FROM stage s LEFT JOIN stage_factory m ON m.written = s.factory_no
    GROUP BY 1, 2
) given
LEFT JOIN factories_factory f ON f.id = given.factory_id
LEFT JOIN factories_factorystate st ON st.factory_id = given.factory_id AND st.valid @> %(period)s::date
LEFT JOIN reporting_obligation o
       ON o.form_id = %(form)s AND o.factory_id = given.factory_id AND o.period = %(period)s
LEFT JOIN reporting_submission c ON c.id = o.current_id
LEFT JOIN reporting_submissionline was ON was.submission_id = o.current_id AND was.section = 'header'
LEFT JOIN reporting_officepackage p ON p.id = o.package_id
LEFT JOIN offices_case k ON k.id = p.case_id
LEFT JOIN reporting_obligation prev
       ON prev.form_id = %(form)s AND prev.factory_id = given.factory_id AND prev.period = %(previous)s
LEFT JOIN reporting_obligation year
       ON year.form_id = %(form)s AND year.factory_id = given.factory_id AND year.period = %(year_ago)s
LEFT JOIN LATERAL (
    SELECT max(version) AS base_version FROM reporting_submission x
    WHERE x.form_id = %(form)s AND x.factory_id = given.factory_id AND x.period = %(period)s
) v ON true
"""

# What was reported before in lines of the same name: this month's report, last month's, last year's.
_BEFORE = """
CREATE TEMP TABLE stage_before ON COMMIT DROP AS
SELECT r.report, 'now' AS at, l.section, l.line_key, l.payload
FROM stage_report r JOIN reporting_submissionline l ON l.submission_id = r.current_id
UNION ALL
SELECT r.report, 'prev', l.section, l.line_key, l.payload
FROM stage_report r JOIN reporting_submissionline l ON l.submission_id = r.prev_id
UNION ALL
SELECT r.report, 'year', l.section, l.line_key, l.payload
FROM stage_report r JOIN reporting_submissionline l ON l.submission_id = r.year_id
"""

_CHECKED = """
CREATE TEMP TABLE stage_checked ON COMMIT DROP AS
SELECT s.row_no, r.report, s.factory_no, r.factory_id, {header_columns}, {line_columns},
       m.found_id IS NOT NULL AND m.factory_id IS NULL AS is_foreign,
       coalesce(r.is_deregistered, false) AS is_deregistered,
       s.period AS period_written, %(period)s::date AS period_asked,
       %(received_on)s::date <= %(period_end)s::date AS period_open, %(days)s::int AS days_in_period,
       coalesce(r.owed, false) AS owed,
       greatest(%(received_on)s::date - %(due_on)s::date, 0) AS days_late, %(due_text)s::text AS due_text,
       r.is_locked, s.row_no = r.first_row AS is_first,
       CASE WHEN s.row_no = twin.first_row THEN twin.last_row ELSE twin.first_row END AS other_row,
       r.header_mixed, {line_expected} AS line_expected,
       p.unit AS standard_unit, f.known_factor, f.x, {before_columns},
       r.sum_value, coalesce({reason}, CASE WHEN s.row_no = r.first_row THEN r.any_reason END) AS reason,
       coalesce(r.base_version, 0) AS base_version, coalesce(r.current_version, 0) AS current_version,
       0 AS changes,
       CASE WHEN s.{key} IS NOT NULL AND r.current_version > 0
            THEN {line_json} END AS line,
       r.header, now.payload AS was, r.was_header
FROM stage s
LEFT JOIN stage_factory m ON m.written = s.factory_no
JOIN stage_report r ON r.report = coalesce(m.factory_id, -s.row_no)
LEFT JOIN reporting_product p ON p.code = s.{key} AND p.valid @> %(period)s::date
LEFT JOIN reporting_productunit u ON u.product_id = p.code AND u.unit = s.{unit}
CROSS JOIN LATERAL (
    SELECT CASE WHEN s.{unit} = p.unit THEN 1 ELSE u.factor END AS known_factor,
           CASE WHEN s.{unit} = p.unit THEN 1 WHEN u.factor IS NOT NULL THEN u.factor
                ELSE {own_factor} END AS x
) f
LEFT JOIN (
    SELECT m.factory_id, s.{key} AS line_key, min(s.row_no) AS first_row, max(s.row_no) AS last_row
    FROM stage s JOIN stage_factory m ON m.written = s.factory_no
    WHERE m.factory_id IS NOT NULL AND s.{key} IS NOT NULL GROUP BY 1, 2 HAVING count(*) > 1
) twin ON twin.factory_id = m.factory_id AND twin.line_key = s.{key}
LEFT JOIN stage_before now ON now.report = r.report AND now.at = 'now' AND now.section = '{section}'
      AND now.line_key = s.{key}
LEFT JOIN stage_before prev ON prev.report = r.report AND prev.at = 'prev' AND prev.section = '{section}'
      AND prev.line_key = s.{key}
LEFT JOIN stage_before year ON year.report = r.report AND year.at = 'year' AND year.section = '{section}'
      AND year.line_key = s.{key}
LEFT JOIN stage_before prev_head ON prev_head.report = r.report AND prev_head.at = 'prev'
      AND prev_head.section = 'header'
LEFT JOIN stage_before year_head ON year_head.report = r.report AND year_head.at = 'year'
      AND year_head.section = 'header'
"""

# A form without lines: a row is a report. The day on which another system took it in stands in the row.
_CHECKED_HEADER = """
CREATE TEMP TABLE stage_checked ON COMMIT DROP AS
SELECT s.row_no, r.report, s.factory_no, r.factory_id, {header_columns},
       m.found_id IS NOT NULL AND m.factory_id IS NULL AS is_foreign,
       coalesce(r.is_deregistered, false) AS is_deregistered,
       %(received_on)s::date AS received_on, %(period_end)s::date AS period_end,
       coalesce(r.owed, false) AS owed,
       greatest({received} - %(due_on)s::date, 0) AS days_late, %(due_text)s::text AS due_text,
       r.is_locked, s.row_no = r.first_row AS is_first, r.lines AS rows_of_report,
       r.header_mixed, r.any_reason AS reason,
       coalesce(r.base_version, 0) AS base_version, coalesce(r.current_version, 0) AS current_version,
       0 AS changes, NULL::jsonb AS line, r.header, NULL::jsonb AS was, r.was_header
FROM stage s
LEFT JOIN stage_factory m ON m.written = s.factory_no
JOIN stage_report r ON r.report = coalesce(m.factory_id, -s.row_no)
"""

# Lines added, changed or taken away against the version that holds; the header counts as one.
_CHANGES = """
UPDATE stage_checked r SET changes = t.differ + coalesce(b.lines, 0) - t.met
FROM (
    SELECT report,
           count(*) FILTER (WHERE line IS NOT NULL AND line IS DISTINCT FROM was)
           + (bool_or(header IS DISTINCT FROM was_header))::int AS differ,
           count(*) FILTER (WHERE was IS NOT NULL) AS met
    FROM stage_checked WHERE current_version > 0 GROUP BY report
) t
LEFT JOIN (SELECT report, count(*) AS lines FROM stage_before WHERE at = 'now' AND section <> 'header'
           GROUP BY report) b ON b.report = t.report
WHERE t.report = r.report AND t.differ + coalesce(b.lines, 0) - t.met <> 0
"""


def _header_parts(form: FormDeclaration) -> dict[str, str]:
    columns = form.header.columns
    value = form.measures_by_name.get("shipped_value")
    total = " + ".join(f"s.{key}" for key in value.add) if value else "NULL::numeric"
    return {
        "key": form.lines.key if form.lines else "factory_no",
        "header_values": ", ".join(f"{_highest(c)} AS {c.key}" for c in columns),
        "header_mixed": ", ".join(f"CASE WHEN {_differs(c)} THEN {literal(c.header)} END" for c in columns),
        "header_json": json_object({c.key: json_value(c, f"given.{c.key}") for c in columns}),
        "sum_value": f"sum({total})",
        "any_reason": "max(s.remark)" if has(form, "remark") else "NULL::text",
    }


def _highest(column: Column) -> str:
    return f"{'bool_or' if column.kind == 'bool' else 'max'}(s.{column.key})"


def _differs(column: Column) -> str:
    low, high = ("bool_and", "bool_or") if column.kind == "bool" else ("min", "max")
    return f"{low}(s.{column.key}) <> {high}(s.{column.key})"


def _status_parts(form: FormDeclaration) -> dict[str, str]:
    received = "%(received_on)s::date"
    return {
        "header_columns": ", ".join(f"r.{key}" for key in form.header.keys),
        "received": f"coalesce(r.{form.received}, {received})" if form.received else received,
    }


def _line_parts(form: FormDeclaration, lines: FormSection) -> dict[str, str]:
    before = [
        f"{measure_of_payload(m, f'{at}{_head(m)}.payload')} AS {at}_{m.name}"
        for m in form.measures
        if not m.share
        for at in ("prev", "year")
    ]
    return {
        "section": lines.code,
        "key": lines.key,
        "unit": lines.unit,
        "header_columns": ", ".join(f"r.{key}" for key in form.header.keys),
        "line_columns": ", ".join(f"s.{key}" for key in lines.keys),
        "line_expected": "coalesce(r.operating_state, 'operating') = 'operating'"
        if has(form, "operating_state")
        else "true",
        "own_factor": "s.factor" if has(form, "factor") else "NULL::numeric",
        "reason": "s.remark" if has(form, "remark") else "NULL::text",
        "before_columns": ", ".join(before),
        "line_json": json_object(
            {
                c.key: json_value(c, "f.x" if c.key == "factor" else f"s.{c.key}")
                for c in lines.columns
                if c.key != lines.key
            }
        ),
    }


def _head(measure: Measure) -> str:
    return "_head" if measure.section == HEADER else ""
