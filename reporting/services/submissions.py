"""Versions of reports: written together with their lines, facts and figures, or not at all.

The caller makes two temporary tables and calls ``write_versions`` inside his transaction; the second
may be a view, since each line is read once:

    stage_version  factory_id, version, form_version_id, withdrawn, received; of a plan: row_no (its first
                   row) and lines (how many)
    stage_line     factory_id, section, line_key, unit, payload
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from portal import sql
from portal.actors import Actor
from portal.models import Batch
from reporting.compile import hold, refresh_cells
from reporting.forms import FormDeclaration
from reporting.forms.columns import measure_value, stored_number
from reporting.forms.due import due_at
from reporting.models import Measure

MANY = 500

VERSIONS = """
CREATE TEMP TABLE stage_version (
    factory_id bigint PRIMARY KEY, version int NOT NULL, form_version_id bigint NOT NULL,
    withdrawn boolean NOT NULL DEFAULT false, received timestamptz, row_no int, lines int
) ON COMMIT DROP;
"""
TABLES = f"""{VERSIONS}
CREATE TEMP TABLE stage_line (
    factory_id bigint NOT NULL, section text NOT NULL, line_key text NOT NULL, unit text NOT NULL,
    payload jsonb NOT NULL
) ON COMMIT DROP;
"""


@dataclass(frozen=True)
class Writing:
    """Whose act it is and for which form and month. ``received`` is when the report came in: it
    decides whether it was late, and is at most the moment of writing. Where another system took the
    report in, ``stage_version.received`` says when, and a correction of that day moves it."""

    form: FormDeclaration
    period: date
    received: datetime
    channel: str  # Submission.Channel
    batch: Batch | None
    actor: Actor


_PROVINCES = """
SELECT DISTINCT f.province_id FROM stage_version v JOIN factories_factory f ON f.id = v.factory_id
"""

_OBLIGATIONS = """
INSERT INTO reporting_obligation (form_id, factory_id, province_id, period, due_at, owed, reason)
SELECT %(form)s, v.factory_id, f.province_id, %(period)s, %(due_at)s, false, ''
FROM stage_version v JOIN factories_factory f ON f.id = v.factory_id
ON CONFLICT (form_id, factory_id, period) DO NOTHING
"""

# Identities are drawn first, here and for lines, so that nothing written is looked up again.
_NUMBERED = """
CREATE TEMP TABLE stage_numbered ON COMMIT DROP AS
SELECT v.*, nextval((SELECT pg_get_serial_sequence('reporting_submission', 'id')::regclass)) AS id,
       o.id AS obligation_id, o.due_at,
       f.province_id, coalesce(f.district_id, f.province_id || '00') AS district,
       coalesce(f.main_type_id, '00000') AS factory_type
FROM stage_version v
JOIN factories_factory f ON f.id = v.factory_id
JOIN reporting_obligation o ON o.form_id = %(form)s AND o.factory_id = v.factory_id AND o.period = %(period)s
"""

_SUBMISSIONS = """
INSERT INTO reporting_submission (id, uuid, form_version_id, form_id, factory_id, province_id, period,
    version, channel, submitted_at, due_at, batch_id, submitted_by_id, withdrawn)
SELECT id, gen_random_uuid(), form_version_id, %(form)s, factory_id, province_id, %(period)s, version,
       %(channel)s, coalesce(received, %(received)s), due_at, %(batch)s, %(user)s, withdrawn
FROM stage_numbered ORDER BY id
"""

_LINES = """
WITH l AS MATERIALIZED (
    SELECT nextval((SELECT pg_get_serial_sequence('reporting_submissionline', 'id')::regclass)) AS id,
           n.id AS submission_id, n.province_id, n.district, n.factory_type,
           l.section, l.line_key, l.unit, l.payload
    FROM stage_line l JOIN stage_numbered n ON n.factory_id = l.factory_id
    WHERE l.section = '{section}' ORDER BY n.id
), written AS (
    INSERT INTO reporting_submissionline (id, submission_id, section, line_key, unit, payload)
    SELECT id, submission_id, section, line_key, unit, payload FROM l
)
{facts}
"""

# OFFSET 0 keeps the numbers of a payload from being read once for every measure that uses them.
_FACTS = """
INSERT INTO reporting_factrow (line_id, submission_id, form_code, period, province, district, factory_type,
    product, measured)
SELECT l.id, l.submission_id, %(form)s, %(period)s, l.province_id, l.district, l.factory_type, l.line_key,
       m.measured
FROM l
CROSS JOIN LATERAL (SELECT {numbers} OFFSET 0) p
CROSS JOIN LATERAL (SELECT ARRAY[{measures}]::numeric(24, 6)[] AS measured OFFSET 0) m
WHERE array_remove(m.measured, NULL) <> '{{}}'
"""

_CURRENT = """
UPDATE reporting_obligation o
SET current_id = CASE WHEN n.withdrawn THEN NULL ELSE n.id END,
    first_submitted_at = CASE WHEN n.withdrawn THEN NULL
                              ELSE coalesce(n.received, o.first_submitted_at, %(received)s) END,
    package_id = CASE WHEN n.withdrawn THEN NULL ELSE o.package_id END
FROM stage_numbered n WHERE o.id = n.obligation_id
"""


def write_versions(writing: Writing) -> int:
    """Write what stands in ``stage_version`` and ``stage_line``; give the number of versions.

    Inside a transaction and nation scope; the caller has checked authority and that each version
    follows the newest one (the database refuses a number twice). A withdrawn version takes the
    report back: the obligation stands open again.
    """
    form = writing.form
    params = {
        "form": form.code,
        "period": writing.period,
        "due_at": due_at(form, writing.period),
        "received": writing.received,
        "channel": writing.channel,
        "batch": writing.batch.pk if writing.batch else None,
        "user": writing.actor.user_id,
    }
    sql.script("ANALYZE stage_version")
    provinces = [code for (code,) in sql.rows(_PROVINCES)]
    hold(form=form.code, period=writing.period, provinces=provinces)
    sql.execute(_OBLIGATIONS, params)
    sql.execute(_NUMBERED, params)
    sql.script("ANALYZE stage_numbered")
    written = sql.execute(_SUBMISSIONS, params)
    sql.script("SET LOCAL enable_memoize = off")  # no two lines are alike: remembering them only costs
    for section in form.sections:
        compiled = any(measure.section == section.code for measure in form.measures)
        facts = _facts(form, section.code) if compiled else "SELECT FROM l LIMIT 0"
        sql.execute(_LINES.format(section=section.code, facts=facts), params)
    sql.execute(_CURRENT, params)
    # The planner knows nothing yet of rows written a moment ago and would compare each with each, or sort
    # them all where a few sums do.
    few = "off" if written > MANY else "on"
    sql.script(f"SET LOCAL enable_nestloop = {few}; SET LOCAL enable_sort = {few}")
    refresh_cells(
        form=form.code,
        period=writing.period,
        provinces=provinces,
        cause=f"นำเข้าชุดไฟล์ {writing.batch.uuid}" if writing.batch else "บันทึกหรือถอนรายงาน",
    )
    # A view of lines goes with the versions it names; a table of lines goes by itself.
    sql.script(
        "SET LOCAL enable_nestloop = on; SET LOCAL enable_sort = on; "
        "DROP TABLE stage_version, stage_numbered CASCADE; DROP TABLE IF EXISTS stage_line"
    )
    return written


def _facts(form: FormDeclaration, section: str) -> str:
    """SQL that writes the facts of one section's lines, each measure at its position."""
    measures = {measure.name: measure for measure in form.measures if measure.section == section}
    keys = list(dict.fromkeys(key for measure in measures.values() for key in measure.columns()))
    numbers = [f"{stored_number('l.payload', key)} AS {key}" for key in keys]
    numbers.append(f"coalesce({stored_number('l.payload', 'factor')}, 1) AS factor_used")
    values = {key: f"p.{key}" for key in keys}
    names = Measure.objects.filter(form_id=form.code).order_by("position").values_list("name", flat=True)
    listed = ", ".join(
        measure_value(measures[name], values, "p.factor_used") if name in measures else "NULL"
        for name in names
    )
    return _FACTS.format(numbers=", ".join(numbers), measures=listed)


def line_payload(form: FormDeclaration, section: str, data: str) -> str:
    """SQL: the part of a flat plan row (``data``) that belongs to one section's payload."""
    mine = form.section(section)
    others = [key for other in form.sections if other.code != section for key in other.keys]
    taken = ", ".join(f"'{key}'" for key in ("factory_no", *others, *((mine.key,) if mine.key else ())))
    return f"{data} - ARRAY[{taken}]"
