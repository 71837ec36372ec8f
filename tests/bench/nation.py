"""How long the registry's list, search and detail take over the nation's 72,000 factories.

Rows are made in the database by generate_series, with names of many syllables, spread over the 76
provinces as unevenly as the real ones; pages are asked for as in ``tests.bench.pages``.
"""

from __future__ import annotations

import io
from urllib.parse import quote

from tests.bench import ground, pages
from tests.bench.ground import Result

FACTORIES = 72_000
TARGETS = {"list": 150, "search": 150, "detail": 250}
PEOPLE = {"office": ("officer.25", "chief.11"), "inspector": ("inspector.3",), "centre": ("admin.1",)}

_SYLLABLES = (
    *("รุ่ง", "เจริญ", "ทวี", "มั่ง", "ไพศาล", "สยาม", "ธารา", "บูรพา", "อุดม", "สิริ", "ชัย", "พัฒน์", "มงคล"),
    *("ศรี", "ทรัพย์", "ภูมิ", "วัฒน์", "นคร", "กิจ", "ทอง", "พงษ์", "โชค", "ลาภ", "ผล", "ศิลป์", "ชล", "ไทย"),
    *("วงศ์", "กร", "ทิพย์", "สุข", "เพชร", "แก้ว", "ดี", "เกลือ", "ข้าว", "น้ำ", "แป้ง", "มัน", "ยาง", "ไม้"),
    *("เหล็ก", "กระดาษ", "ผ้า", "หนัง", "ปูน", "อิฐ", "แร่", "ไฟฟ้า", "เครื่อง", "ยนต์", "บรรจุ", "ภัณฑ์", "อาหาร"),
)
_TRADES = ("อุตสาหกรรม", "การผลิต", "แปรรูป", "โปรดักส์", "อินเตอร์", "พลาสท์", "เมทัล", "ฟู้ดส์", "พาร์ท", "การช่าง")
_FILL = """
WITH place AS (
    SELECT p.code, p.suffix, row_number() OVER (ORDER BY p.code) AS number,
           (SELECT array_agg(d.code ORDER BY d.code) FROM offices_district d WHERE d.province_id = p.code) AS districts
    FROM offices_province p WHERE p.code <> '10'
), kind AS (SELECT array_agg(code ORDER BY code) AS codes FROM factories_factorytype),
made AS (
    SELECT n, ceil(76 * power(random(), 2.5))::int AS place, random() AS r1, random() AS r2,
           %(syllables)s::text[] AS s, %(trades)s::text[] AS t, 1 + n / 10000 AS year
    FROM generate_series(1, %(count)s) n
), named AS (
    SELECT m.*, place.code, place.suffix, place.districts, kind.codes,
           (ARRAY['บริษัท ', 'หจก.', 'โรงสี', 'โรงน้ำแข็ง', 'ร้าน'])[1 + floor(4.99 * power(m.r1, 2))::int]
           || s[1 + n %% 54] || s[1 + n / 54 %% 54] || s[1 + (n * 7 + n / 2916) %% 54]
           || ' ' || t[1 + (n * 3) %% 10] AS name
    FROM made m JOIN place ON place.number = m.place CROSS JOIN kind
)
INSERT INTO factories_factory (uuid, province_id, district_id, name, operator_name, activity, category,
    main_type_id, tsic, status, source_status, horsepower, workers, in_estate, estate_name, number14,
    old_number, old_key, house_no, moo, soi, road, subdistrict, postcode, telephone, coordinate_source,
    capital_baht, licensed_capacity_unit, sort_key, search_key, version, created_at)
SELECT gen_random_uuid(), code, districts[1 + floor(r1 * cardinality(districts))::int], name,
       CASE WHEN n %% 3 = 0 THEN name ELSE 'บริษัท ' || s[1 + n * 11 %% 54] || s[1 + n * 13 %% 54] || ' จำกัด' END,
       'ผลิต' || s[1 + n * 5 %% 54], 3, codes[1 + floor(r2 * cardinality(codes))::int], '',
       CASE WHEN r1 < 0.85 THEN 'operating' WHEN r1 < 0.95 THEN 'deregistered' ELSE 'licensed_not_started' END, '',
       CASE WHEN n %% 50 > 0 THEN round((r2 * 900)::numeric, 1) END, (r1 * 300)::int, false, '',
       '3' || '0' || code || lpad((n %% 100000)::text, 5, '0') || (2550 + n %% 19)::text || (n %% 10)::text,
       'จ3-' || n %% 107 + 1 || '-' || n || '/' || 50 + n %% 19 || suffix,
       'จ3-' || n %% 107 + 1 || '-' || n || '/' || 50 + n %% 19 || suffix,
       '', '', '', '', '', '', '', '', round((r1 * 90000000)::numeric, 2), '',
       portal_thai_sort_key(name), '', 1, now()
FROM named
"""
_KEYS = """
UPDATE factories_factory SET search_key = portal_thai_search_key(name) || ' '
    || portal_thai_search_key(operator_name) || ' ' || number14 || ' ' || portal_thai_search_key(old_number)
WHERE search_key = ''
"""


def fill(count: int = FACTORIES) -> None:
    """Put made-up factories of the whole nation into the registry; call inside nation scope."""
    from portal import sql

    sql.script("ALTER TABLE factories_factory DISABLE TRIGGER USER")
    values = {"count": count, "syllables": list(_SYLLABLES), "trades": list(_TRADES)}
    sql.execute(_FILL, values)
    sql.execute(_KEYS)
    sql.script("SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE factories_factory ENABLE TRIGGER USER")


def addresses(kind: str, reader: str) -> list[str]:
    """What is asked of the nation's registry."""
    from factories.models import Factory

    if kind == "list":
        queries = ("", "?last=1", "?sort=-horsepower", "?status=operating&sort=-name")
        return [f"/factories/{query}" for query in queries]
    if kind == "search":
        words = ("สยามแก้ว", "น้ำแข็ง", "อุตสาหกรรม", "ไพศาลเพชน", "30117", "จ3-12-9000/58สป")
        return [f"/search/?q={quote(word)}" for word in words] + [f"/factories/?q={quote('สยามแก้ว')}"]
    if reader != "centre":
        return []
    rows = Factory.objects.order_by("id").values_list("uuid", flat=True)
    return [f"/factories/{uuid}/" for uuid in rows[1000:1500:100]]


def measure(scale: str) -> list[Result]:
    from django.core.management import call_command

    from portal.scope import nation

    results: list[Result] = []
    with ground.database():
        call_command("load_demo", scale="tiny", today=pages.TODAY, stdout=io.StringIO())
        with nation("bench"):
            fill()
        ground.vacuum()
        people = {reader: [pages.cookie(name) for name in names] for reader, names in PEOPLE.items()}
        with pages.web_server() as port, nation("bench"):
            for kind, target in TARGETS.items():
                _first, warm, _by_reader = pages.timed(
                    port, people, lambda reader, k=kind: addresses(k, reader)
                )
                title = f"{pages.TITLES[kind]}, {FACTORIES:,} factories"
                results.append(Result(f"{title}, p50", pages.percentile(warm, 0.5), "ms"))
                results.append(Result(f"{title}, p95", pages.percentile(warm, 0.95), "ms", target))
    return results
