"""The nation as it might be: 72,000 factories, three years of their reports, and who looks after them.

Made in the database by sets, alike each time but for a few rows in a thousand. Skewed as the real thing: few provinces,
districts and types hold most factories, few factories most of the money, few of them most of the silence.
"""

from __future__ import annotations

import random
import time
from datetime import date
from typing import Any

from tests.bench import ground

FACTORIES, OBLIGED, MONTHS = 72_000, 3_000, 36

_SYLLABLES = (
    *("รุ่ง", "เจริญ", "ทวี", "มั่ง", "ไพศาล", "สยาม", "ธารา", "บูรพา", "อุดม", "สิริ", "ชัย", "พัฒน์", "มงคล"),
    *("ศรี", "ทรัพย์", "ภูมิ", "วัฒน์", "นคร", "กิจ", "ทอง", "พงษ์", "โชค", "ลาภ", "ผล", "ศิลป์", "ชล", "ไทย"),
    *("วงศ์", "กร", "ทิพย์", "สุข", "เพชร", "แก้ว", "ดี", "เกลือ", "ข้าว", "น้ำ", "แป้ง", "มัน", "ยาง", "ไม้"),
    *("เหล็ก", "กระดาษ", "ผ้า", "หนัง", "ปูน", "อิฐ", "แร่", "ไฟฟ้า", "เครื่อง", "ยนต์", "บรรจุ", "ภัณฑ์", "อาหาร"),
)
_TRADES = ("อุตสาหกรรม", "การผลิต", "แปรรูป", "โปรดักส์", "อินเตอร์", "พลาสท์", "เมทัล", "ฟู้ดส์", "พาร์ท", "การช่าง")

# Two officers in each office that the demonstration leaves empty; the first has every factory, and
# every second district is the other's.
_PEOPLE = """
CREATE TEMP TABLE stage_seat AS
SELECT g.id AS group_id, g.office_id, o.province_id, o.name_th, n,
       nextval('offices_person_id_seq') AS person_id
FROM offices_group g JOIN offices_office o ON o.id = g.office_id, generate_series(1, 2) n
WHERE g.code = 'FACTORY' AND o.kind = 'provincial'
  AND NOT EXISTS (SELECT FROM offices_assignment a WHERE a.office_id = o.id);
INSERT INTO offices_person (id, uuid, title_th, first_th, last_th, employment, position_th)
OVERRIDING SYSTEM VALUE
SELECT person_id, gen_random_uuid(), 'นาย', 'สมมติ' || n, 'ประจำ' || office_id, 'civil_servant', ''
FROM stage_seat;
INSERT INTO offices_appointmentorder (uuid, issuer, number, year_be, title, signed_on, valid, office_id, entered_at)
SELECT gen_random_uuid(), 'bench', office_id::text, 2560, name_th, '2017-01-01', '[2017-01-01,)', office_id, now()
FROM stage_seat WHERE n = 1;
INSERT INTO offices_assignment (uuid, person_id, kind, office_id, group_id, valid, order_id, acting_rank, standing,
    powers, text)
SELECT gen_random_uuid(), s.person_id, 'OFFICER', s.office_id, s.group_id, '[2020-01-01,)', o.id, 0, false, '{}', ''
FROM stage_seat s JOIN offices_appointmentorder o ON o.issuer = 'bench' AND o.office_id = s.office_id;
INSERT INTO factories_responsibilityrule (uuid, office_id, group_id, province_id, valid, district_id, size,
    officer_id, substitute_id)
SELECT gen_random_uuid(), a.office_id, a.group_id, a.province_id, '[2020-01-01,)', d.code, '',
       CASE WHEN d.code IS NULL THEN a.person_id ELSE b.person_id END,
       CASE WHEN d.code IS NULL THEN b.person_id ELSE a.person_id END
FROM stage_seat a JOIN stage_seat b ON b.group_id = a.group_id AND b.n = 2
JOIN LATERAL (
    SELECT NULL::text AS code
    UNION ALL SELECT code FROM offices_district d WHERE d.province_id = a.province_id AND d.code::int % 2 = 0
) d ON true
WHERE a.n = 1;
"""

_FACTORIES = """
WITH place AS (
    SELECT p.code, p.suffix, row_number() OVER (ORDER BY p.code) AS number,
           (SELECT array_agg(d.code ORDER BY d.code) FROM offices_district d WHERE d.province_id = p.code) AS districts
    FROM offices_province p WHERE p.code <> '10'
), kind AS (SELECT array_agg(code ORDER BY code) AS codes FROM factories_factorytype WHERE sub_no IS NULL),
made AS (
    SELECT n, ceil(76 * power(random(), 1.8))::int AS place, random() AS r1, random() AS r2, random() AS r3,
           random() AS r4, random() AS r5, random() AS r6, random() AS r7, 0.1 * (random() - 0.5) AS north,
           %(syllables)s::text[] AS s, %(trades)s::text[] AS t
    FROM generate_series(1, %(count)s) n
), named AS MATERIALIZED (
    SELECT m.*, place.code, place.suffix, kind.codes,
           place.districts[1 + floor(power(r3, 2) * cardinality(place.districts))::int] AS district,
           (ARRAY['บริษัท ', 'หจก.', 'โรงสี', 'โรงน้ำแข็ง', 'ร้าน'])[1 + floor(4.99 * power(m.r1, 2))::int]
           || s[1 + n %% 54] || s[1 + n / 54 %% 54] || s[1 + (n * 7 + n / 2916) %% 54]
           || ' ' || t[1 + (n * 3) %% 10] AS name,
           '30' || place.code || lpad((n %% 100000)::text, 5, '0') || 2550 + n %% 19 || n %% 10 AS number14,
           'จ3-' || n %% 107 + 1 || '-' || n || '/' || 50 + n %% 19 || suffix AS old_number
    FROM made m JOIN place ON place.number = m.place CROSS JOIN kind
), run AS MATERIALIZED (
    SELECT named.*, CASE WHEN n %% 3 = 0 THEN name
                         ELSE 'บริษัท ' || s[1 + n * 11 %% 54] || s[1 + n * 13 %% 54] || ' จำกัด' END AS operator_name
    FROM named
)
INSERT INTO factories_factory (uuid, province_id, district_id, name, operator_name, activity, category,
    main_type_id, tsic, status, source_status, horsepower, workers, in_estate, estate_name, number14,
    old_number, old_key, house_no, moo, soi, road, subdistrict, postcode, telephone, lat, lng, coordinate_source,
    capital_baht, licensed_capacity_unit, sort_key, search_key, version, created_at)
SELECT gen_random_uuid(), n.code, n.district, name, operator_name,
       'ผลิต' || s[1 + n * 5 %% 54], CASE WHEN r7 < 0.08 THEN 2 ELSE 3 END,
       codes[1 + floor(power(r2, 1.5) * cardinality(codes))::int], '',
       CASE WHEN r4 < 0.85 THEN 'operating' WHEN r4 < 0.95 THEN 'deregistered' ELSE 'licensed_not_started' END, '',
       CASE WHEN n %% 50 > 0 THEN round((10 * power(1 - r5, -1.1))::numeric, 1) END,
       least(9000, floor(6 * power(1 - r6, -0.9)))::int, false, '',
       number14, old_number, old_number, '', '', '', '', '', '', CASE WHEN r7 > 0.4 THEN '02 000 ' || lpad((n %% 10000)::text, 4, '0') ELSE '' END,
       CASE WHEN r7 > 0.1 THEN d.lat + north - CASE WHEN r7 > 0.995 THEN 0.5 ELSE 0 END END,
       CASE WHEN r7 > 0.1 THEN d.lng + 0.1 * (r1 - 0.5) END, CASE WHEN r7 > 0.1 THEN 'feed' ELSE '' END,
       round((200000 * power(1 - r5, -1.3))::numeric, 2), '', portal_thai_sort_key(name),
       concat_ws(' ', portal_thai_search_key(name), portal_thai_search_key(operator_name), number14,
                 portal_thai_search_key(old_number)), 1, now()
FROM run n LEFT JOIN offices_district d ON d.code = n.district
"""
_STATES = """
INSERT INTO factories_factorystate (factory_id, province_id, valid, source, recorded_at, name, operator_name,
    activity, category, main_type_id, tsic, status, source_status, horsepower, workers, in_estate, estate_name)
SELECT id, province_id, '[2015-01-01,)', 'feed', now(), name, operator_name, activity, category, main_type_id,
       tsic, status, source_status, horsepower, workers, in_estate, estate_name
FROM factories_factory;
"""

# Who owes the monthly survey: the larger plants, a few in every province.
_OBLIGED = """
INSERT INTO reporting_obligedfactory (form_id, factory_id, province_id, valid, source)
SELECT 'PROD-M', id, province_id, '[2020-01-01,)', 'bench' FROM (
    SELECT id, province_id, row_number() OVER (PARTITION BY province_id ORDER BY workers DESC, id) AS nth,
           count(*) OVER (PARTITION BY province_id) AS factories
    FROM factories_factory WHERE status = 'operating'
) f WHERE nth <= 5 + factories * (%(obliged)s - 380) / %(live)s
"""

# One in fifteen is often silent and often late. A fortieth of the months is corrected.
_REPORTED = """
CREATE TEMP TABLE stage_report AS
SELECT o.id AS obligation_id, o.form_id, o.factory_id, o.province_id, o.period, o.due_at,
       o.due_at + CASE WHEN random() < CASE WHEN o.factory_id % 15 = 0 THEN 0.3 ELSE 0.06 END
                       THEN random() * interval '20 days' ELSE -random() * interval '8 days' END AS came,
       f.district_id, f.main_type_id, f.workers,
       nextval('reporting_submission_id_seq') AS first_id,
       CASE WHEN o.form_id = 'PROD-M' AND random() < 0.025
            THEN nextval('reporting_submission_id_seq') END AS second_id
FROM reporting_obligation o JOIN factories_factory f ON f.id = o.factory_id
WHERE random() >= CASE WHEN o.form_id <> 'PROD-M' THEN CASE WHEN o.period >= '2025-01-01' THEN 0.45 ELSE 0.1 END
                       WHEN o.factory_id % 15 = 0 THEN 0.12 ELSE 0.02 END;
ANALYZE stage_report;
INSERT INTO reporting_submission (id, uuid, form_version_id, form_id, factory_id, province_id, period, version,
    channel, submitted_at, due_at, withdrawn)
OVERRIDING SYSTEM VALUE
SELECT v.id, gen_random_uuid(), (SELECT max(id) FROM reporting_formversion x WHERE x.form_id = r.form_id),
       r.form_id, r.factory_id, r.province_id, r.period, v.version, 'file',
       CASE v.version WHEN 1 THEN r.came ELSE greatest(r.came, r.due_at) + interval '12 days' END, r.due_at, false
FROM stage_report r, LATERAL (VALUES (r.first_id, 1), (r.second_id, 2)) v (id, version)
WHERE v.id IS NOT NULL;
UPDATE reporting_obligation o SET current_id = coalesce(r.second_id, r.first_id), first_submitted_at = r.came
FROM stage_report r WHERE r.obligation_id = o.id;
"""

# What a factory makes follows from its type; how much, from its size and the season.
_LINES = """
CREATE TEMP TABLE stage_product AS
SELECT code, unit, (row_number() OVER (ORDER BY code)) - 1 AS nth, (count(*) OVER ())::int AS kinds
FROM reporting_product;
CREATE TEMP TABLE stage_made AS
SELECT s.id AS submission_id, r.factory_id, r.period, r.province_id,
       coalesce(r.district_id, r.province_id || '00') AS district, coalesce(r.main_type_id, '00000') AS factory_type,
       r.workers, p.code, p.unit,
       round((r.workers * (20 + 200 * power(1 - random(), -0.4))
              * (1 + 0.15 * sin(extract(month FROM r.period)::int)))::numeric, 1) AS produced,
       round((1 / (0.5 + 0.5 * random()))::numeric, 3) AS room,
       round((500 + 9500 * power((r.factory_id * 7 % 97) / 97.0, 3))::numeric, 2) AS price
FROM stage_report r JOIN reporting_submission s ON s.id IN (r.first_id, r.second_id)
JOIN stage_product p ON p.nth = (left(r.main_type_id, 3)::int * 2) % p.kinds
    OR (r.factory_id % 5 < 2 AND p.nth = (left(r.main_type_id, 3)::int * 2 + 1) % p.kinds)
WHERE r.form_id = 'PROD-M';
INSERT INTO reporting_submissionline (submission_id, section, line_key, unit, payload)
SELECT s.id, 'header', '', '', CASE WHEN s.form_id = 'PROD-M'
    THEN jsonb_build_object('operating_state', 'operating', 'workers', f.workers, 'work_days', 26)
    ELSE '{"nil": false}' END
FROM reporting_submission s JOIN factories_factory f ON f.id = s.factory_id
UNION ALL
SELECT submission_id, 'product', code, unit, jsonb_build_object(
    'unit', unit, 'factor', 1, 'capacity', round(produced * room, 1), 'produced', produced,
    'shipped_dom_qty', produced * 0.8, 'shipped_dom_value', round(produced * 0.8 * price, 2),
    'shipped_exp_qty', produced * 0.2, 'shipped_exp_value', round(produced * 0.2 * price, 2),
    'stock_open', 100, 'stock_close', 100)
FROM stage_made;
INSERT INTO reporting_factrow (line_id, submission_id, form_code, period, province, district, factory_type,
    product, measured)
SELECT l.id, l.submission_id, 'PROD-M', m.period, m.province_id, m.district, m.factory_type, l.line_key, measured.values
FROM reporting_submissionline l
JOIN (SELECT DISTINCT ON (submission_id, code) * FROM stage_made
      UNION ALL
      SELECT DISTINCT ON (submission_id) submission_id, factory_id, period, province_id, district, factory_type,
             workers, '', '', NULL, NULL, NULL FROM stage_made) m
  ON m.submission_id = l.submission_id AND m.code = l.line_key
CROSS JOIN LATERAL (
    SELECT array_agg(CASE WHEN l.section = 'header'
        THEN CASE x.name WHEN 'workers' THEN m.workers WHEN 'work_days' THEN 26 END
        ELSE CASE x.name
            WHEN 'produced' THEN m.produced WHEN 'shipped_qty' THEN m.produced
            WHEN 'capacity' THEN round(m.produced * m.room, 1) WHEN 'stock_close' THEN 100
            WHEN 'util_value' THEN round(m.produced * m.price / m.room, 2)
            WHEN 'shipped_value' THEN round(m.produced * m.price, 2)
            WHEN 'util_base' THEN round(m.produced * m.price, 2) END
        END::numeric(24, 6) ORDER BY x.position) AS values
    FROM reporting_measure x WHERE x.form_id = 'PROD-M'
) measured;
"""

# Months that are long over are certified by nine offices in ten; the newest two are on their way.
_CERTIFIED = """
CREATE TEMP TABLE stage_case AS
SELECT nextval('offices_case_id_seq') AS case_id, g.id AS group_id, o.id AS office_id, o.province_id, m.period,
       CASE WHEN m.period < '2026-09-01' AND (o.id + extract(month FROM m.period)::int) % 10 > 0 THEN 'certified'
            WHEN o.id % 3 = 0 THEN 'with_chief' ELSE 'group_review' END AS state
FROM offices_office o JOIN offices_group g ON g.office_id = o.id AND g.code = 'FACTORY'
CROSS JOIN (SELECT DISTINCT period FROM stage_report WHERE form_id = 'PROD-M') m
WHERE o.kind = 'provincial';
INSERT INTO offices_case (id, uuid, case_type_id, state, office_id, group_id, title, version, state_since, created_at)
OVERRIDING SYSTEM VALUE
SELECT case_id, gen_random_uuid(), 'reporting.package', state, office_id, group_id, 'PROD-M ' || period, 1, now(), now()
FROM stage_case;
INSERT INTO offices_caseevent (case_id, office_id, transition, from_state, to_state, version_after, person_name,
    capacity, role, reason, data, at, request_id)
SELECT case_id, office_id, 'open', '', state, 1, '', '', '', '', '{}', now(), '' FROM stage_case;
INSERT INTO reporting_officepackage (uuid, case_id, office_id, province_id, form_id, period, sequence,
    certified_round, certified_at)
SELECT gen_random_uuid(), case_id, office_id, province_id, 'PROD-M', period, 0,
       CASE state WHEN 'certified' THEN 1 ELSE 0 END, CASE state WHEN 'certified' THEN now() END
FROM stage_case;
UPDATE reporting_obligation o SET package_id = p.id
FROM reporting_officepackage p
WHERE o.form_id = 'PROD-M' AND o.current_id IS NOT NULL AND p.province_id = o.province_id AND p.period = o.period;
INSERT INTO reporting_packageentry (package_id, round, factory_id, submission_id, province_id)
SELECT o.package_id, 1, o.factory_id, o.current_id, o.province_id
FROM reporting_obligation o WHERE o.package_id IS NOT NULL;
"""

_CELLS = """
INSERT INTO reporting_cell (form_id, period, province, district, factory_type, product,
    provisional, certified, reports, reports_certified)
SELECT %(form)s, c.* FROM ({cells}) c
"""
# Triggers that look at rows one by one: history, and rules that the sets keep by themselves.
_WATCHED = (
    "factories_factory", "factories_responsibilityrule", "offices_person", "offices_appointmentorder",
    "offices_assignment", "reporting_obligedfactory", "reporting_officepackage",
)  # fmt: skip


def fill(today: date) -> None:
    """The nation on a day; call inside nation scope, in a database with nothing but reference data."""
    from django.db import transaction

    from offices import demo
    from portal import audit, calendar, sql
    from reporting import compile as compiling
    from reporting import forms
    from reporting.demonstration import responsibility
    from reporting.services import obligations

    began = time.perf_counter()

    def step(what: str) -> None:
        ground.say(f"{time.perf_counter() - began:4.0f} s {what}")

    def made(*statements: str, **values: Any) -> None:
        with transaction.atomic():
            sql.script("SELECT setseed(0.5); SET LOCAL work_mem = '256MB'")
            for statement in statements:
                sql.execute(statement, values) if values else sql.script(statement)

    with audit.context(None):
        demo.create_staff(rng=random.Random(2569), today=today)
        responsibility.make()
    for table in _WATCHED:
        sql.script(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    made(_PEOPLE)
    step("people and rules")
    made(_FACTORIES, count=FACTORIES, syllables=list(_SYLLABLES), trades=list(_TRADES))
    made(_STATES)
    step(f"{FACTORIES:,} factories with their states")
    ground.vacuum()
    live = sql.rows("SELECT count(*) FROM factories_factory WHERE status = 'operating'")[0][0]
    made(_OBLIGED, obliged=OBLIGED, live=live)
    newest = calendar.add_months(calendar.month_start(today), -1)
    for code in forms.codes():
        form = forms.versions(code)[-1]
        periods = form.over(today, 3) if form.period == "year" else []
        for period in periods or calendar.month_range(calendar.add_months(newest, 1 - MONTHS), newest):
            obligations.generate(form=code, period=period)
    step("obligations")
    made(_REPORTED)
    step("reports")
    made(_LINES)
    step("lines and facts")
    made(_CERTIFIED)
    step("packages")
    with transaction.atomic():
        sql.script(f"SET LOCAL work_mem = '{compiling.FULL_WORK_MEM}'")
        sql.execute(_CELLS.format(cells=compiling.cells_sql("PROD-M")), {"form": "PROD-M"})
    for table in _WATCHED:
        sql.script(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    ground.vacuum()
    changed = compiling.refresh_cells(form="PROD-M", period=newest, provinces=["11"], cause="bench")
    assert changed == 0, "the cells are not what a compilation makes of them"
    counts = sql.rows(
        """SELECT (SELECT count(*) FROM reporting_obligation), (SELECT count(*) FROM reporting_submission),
                  (SELECT count(*) FROM reporting_submissionline), (SELECT count(*) FROM reporting_cell)"""
    )[0]
    step("{:,} obligations, {:,} versions, {:,} lines, {:,} cells".format(*counts))
