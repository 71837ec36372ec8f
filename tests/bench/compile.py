"""How long compilation takes beside its bare GROUP BY.

1,500 obliged factories of eleven provinces, PROD-M with a header and three products each, a quarter of the
reports corrected once, four fifths of the months certified. Base: the same sums over the same facts, not
written.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from typing import Any

from tests.bench import ground
from tests.bench.ground import Result

FACTORIES, PRODUCTS, MONTHS, LIMIT = 1_500, 40, 25, 2
SEED = """
INSERT INTO offices_casetype (code, name_th, name_en) VALUES ('bench', '-', '-');
INSERT INTO offices_casestate (case_type_id, code, final) VALUES ('bench', 'certified', true);
INSERT INTO factories_factory (uuid, province_id, number14, name, operator_name, activity, tsic, status,
    source_status, in_estate, estate_name, old_number, house_no, moo, soi, road, subdistrict, postcode,
    telephone, coordinate_source, licensed_capacity_unit, sort_key, search_key, version, created_at)
SELECT gen_random_uuid(), (ARRAY['11','12','13','14','19','20','21','24','25','73','74'])[1 + n % 11], lpad(n::text, 14, '0'), n, '', '', '', 'operating', '',
    false, '', '', '', '', '', '', '', '', '', '', '', '', '', 1, now()
FROM generate_series(1, {factories}) n;
CREATE TEMP TABLE stage_months AS
SELECT ('2020-01-01'::date + make_interval(months => n))::date AS period FROM generate_series(0, {months} - 1) n;
-- Factories crowd in few districts and few types, and what a factory makes follows from its type.
SELECT setseed(0.5);
CREATE TEMP TABLE stage_place AS
SELECT id AS factory_id, 1 + floor(8 * power(random(), 2))::int AS district,
    floor(30 * power(random(), 2))::int AS type FROM factories_factory;
INSERT INTO reporting_submission (uuid, form_version_id, form_id, factory_id, province_id, period, version,
    channel, submitted_at, due_at, withdrawn)
SELECT gen_random_uuid(), (SELECT id FROM reporting_formversion WHERE form_id = 'PROD-M'), 'PROD-M', f.id, f.province_id, m.period, v,
    'file', now(), now(), false
FROM stage_months m, factories_factory f, generate_series(1, 2) v WHERE v = 1 OR f.id % 4 = 0;
INSERT INTO offices_case (uuid, case_type_id, state, office_id, group_id, title, version, state_since, created_at)
SELECT gen_random_uuid(), 'bench', 'certified', g.office_id, g.id, m.period::text, 1, now(), now()
FROM stage_months m, offices_group g WHERE g.code = 'FACTORY';
INSERT INTO offices_caseevent (case_id, office_id, transition, from_state, to_state, version_after, person_name,
    capacity, role, reason, data, at, request_id)
SELECT id, office_id, 'open', '', state, 1, '', '', '', '', '{{}}', now(), '' FROM offices_case;
INSERT INTO reporting_officepackage (uuid, case_id, office_id, province_id, form_id, period, sequence,
    certified_round, certified_at)
SELECT gen_random_uuid(), c.id, c.office_id, o.province_id, 'PROD-M', c.title::date, 0, 1, now()
FROM offices_case c JOIN offices_office o ON o.id = c.office_id WHERE c.id % 5 <> 0;
INSERT INTO reporting_obligation (form_id, factory_id, province_id, period, due_at, owed, reason, current_id,
    first_submitted_at, package_id)
SELECT DISTINCT ON (s.factory_id, s.period) 'PROD-M', s.factory_id, s.province_id, s.period, now(), true, '',
    s.id, now(), p.id
FROM reporting_submission s
LEFT JOIN reporting_officepackage p ON p.province_id = s.province_id AND p.period = s.period
ORDER BY s.factory_id, s.period, s.version DESC;
INSERT INTO reporting_packageentry (package_id, round, factory_id, submission_id, province_id)
SELECT package_id, 1, factory_id, current_id, province_id FROM reporting_obligation WHERE package_id IS NOT NULL;
INSERT INTO reporting_submissionline (submission_id, section, line_key, unit, payload)
SELECT s.id, 'header', '', '', '{{}}'::jsonb FROM reporting_submission s
UNION ALL
SELECT s.id, 'product', 'P' || (w.type * 2 + n) % {products}, '', '{{}}'
FROM reporting_submission s JOIN stage_place w ON w.factory_id = s.factory_id, generate_series(1, 3) n;
INSERT INTO reporting_factrow (line_id, submission_id, form_code, period, province, district,
    factory_type, product, measured)
SELECT l.id, s.id, 'PROD-M', s.period, s.province_id,
    s.province_id || lpad(w.district::text, 2, '0'), lpad((w.type * 100)::text, 5, '0'), l.line_key,
    (SELECT array_agg(CASE WHEN (m.name IN ('workers', 'work_days')) = (l.section = 'header')
                           THEN random() * 1000000 END ORDER BY m.position)
     FROM reporting_measure m WHERE m.form_id = 'PROD-M' AND l.id > 0)
FROM reporting_submissionline l JOIN reporting_submission s ON s.id = l.submission_id
JOIN stage_place w ON w.factory_id = s.factory_id;
"""


def timed(work: Callable[[], Any], times: int = 3) -> tuple[float, Any]:
    """The best of some runs, in seconds, and what the last gave."""
    best, result = float("inf"), None
    for _ in range(times):
        began = time.perf_counter()
        result = work()
        best = min(best, time.perf_counter() - began)
    return best, result


def measure(rows: int) -> list[Result]:
    """The facts are those of MONTHS months, whatever ``rows`` says."""
    from django.db import transaction

    from portal import sql
    from reporting import compile as compiling

    def bare_group_by() -> Any:
        with transaction.atomic():
            sql.script(f"SET LOCAL work_mem = '{compiling.FULL_WORK_MEM}'")
            # Every sum is asked for, or the planner would leave it out.
            return sql.rows(
                "SELECT count(*), sum(cardinality(provisional || certified) + cardinality(reports || reports_certified)) "
                f"FROM ({compiling.cells_sql('PROD-M')}) c",
                {"form": "PROD-M"},
            )

    with ground.database():
        sql.script(SEED.format(months=MONTHS, factories=FACTORIES, products=PRODUCTS))
        ground.vacuum()
        facts = sql.rows("SELECT count(*) FROM reporting_fact")[0][0]
        first, run = timed(lambda: compiling.full(form="PROD-M", cause="bench"), times=1)
        ground.vacuum()
        bare = again = float("inf")
        for _turn in range(3):  # in turns, so that a busy machine is busy for both
            took, groups = timed(bare_group_by, times=1)
            bare = min(bare, took)
            took, second = timed(lambda: compiling.full(form="PROD-M", cause="bench"), times=1)
            again = min(again, took)
        one, _cells = timed(
            lambda: compiling.refresh_cells(form="PROD-M", period=date(2020, 1, 1), provinces=["11"])
        )
    assert run.cells_sha256 == second.cells_sha256 and run.cells == second.cells == groups[0][0]
    assert run.inputs["changed"] == run.cells and second.inputs["changed"] == 0
    ground.say(f"{facts:,} facts, {run.cells:,} cells; base: their GROUP BY {bare:.2f} s")
    return [
        ground.ratio("Full compile, figures as the refreshes left them", again, bare, LIMIT),
        ground.ratio("Full compile into an empty table", first, bare, None),
        Result("One month of one province refreshed", one * 1000, "ms"),
    ]
