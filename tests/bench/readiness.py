"""How long the readiness board takes for 76 offices with 2,000 people placed in them.

People, assignments, levels with their history, plans and training are written by set SQL beside the
demonstration's staff, who sign in and read. Many requests are measured, warm, behind the real web server.
"""

from __future__ import annotations

import random
import time
from datetime import date

from tests.bench import ground, pages
from tests.bench.ground import Result
from tests.bench.pages import Request

ROWS = 2_000  # people
TARGET, QUERIES = 300, 12  # p95 in ms, and queries of a request
TIMES = 8  # the rounds of ``pages.timed``, each of five warm requests for every address and reader
READERS = {
    "centre": ("admin.1", "admin.2"),
    "inspector": ("inspector.1", "inspector.3"),
    "office": ("chief.25", "officer.11"),
}
BOARD = "/offices/learning/readiness/"
TODAY = pages.TODAY


def addresses(reader: str) -> list[str]:
    """The board as it is, the worst first, only gaps, and as it was a year ago."""
    return [BOARD, f"{BOARD}?sort=worst", f"{BOARD}?show=gaps", f"{BOARD}?on=22/11/2568"]


def fill(people: int, today: date) -> None:
    """The demonstration's staff, then so many people in all, spread over the 76 offices by set SQL."""
    from offices import demo
    from offices.learning import demo as learning
    from offices.models import AppointmentOrder
    from portal import sql
    from portal.calendar import fiscal_year

    demo.create_staff(rng=random.Random(1), today=today)
    learning.write(today=today)
    order = AppointmentOrder.objects.order_by("id").first()
    assert order is not None
    ((there,),) = sql.rows(
        "SELECT count(DISTINCT person_id) FROM offices_assignment WHERE group_id IS NOT NULL"
    )
    sql.execute(_PEOPLE, {"n": people - there})
    params = {"order": order.pk, "year": fiscal_year(today), "day": today}
    for statement in (_ASSIGNMENTS, _LEVELS, _PLANS, _ACTS, _ATTENDANCES):
        ground.say(f"{sql.execute(statement, params):,} rows {statement.split()[2]}")


_PEOPLE = """
INSERT INTO offices_person (uuid, title_th, first_th, last_th, employment, position_th)
SELECT gen_random_uuid(), 'นาย', 'ประมาณ' || n, 'ทดลอง', 'government_employee', 'นักวิชาการ'
FROM generate_series(1, %(n)s) AS n
"""

_ASSIGNMENTS = """
INSERT INTO offices_assignment (uuid, person_id, kind, office_id, group_id, valid, order_id, acting_rank, standing,
                                powers, text)
SELECT gen_random_uuid(), p.id, 'OFFICER', g.office_id, g.id, daterange('2023-10-01', NULL), %(order)s, 0, false,
       '{}', ''
FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM offices_person WHERE first_th LIKE 'ประมาณ%%') AS p
JOIN (SELECT g.id, g.office_id, row_number() OVER (ORDER BY g.id) AS n, count(*) OVER () AS all_of
      FROM offices_group g JOIN offices_office o ON o.id = g.office_id AND o.kind = 'provincial')
     AS g ON g.n = p.n %% g.all_of + 1
"""

# Three rows for each person and subject, the newest of a level that the numbers decide.
_LEVELS = """
INSERT INTO offices_subjectlevel (uuid, person_id, subject, level, since, basis, evidence, counts, set_by_id,
                                  set_by_name, set_as, set_at)
SELECT gen_random_uuid(), p.id, s.subject, (p.id * 7 + s.n * 3 + y.n) %% 5, (%(day)s::date - 900 + 300 * y.n),
       'work', 'ทำเอง', '{}', (SELECT min(id) FROM offices_person), '-', '-', %(day)s::date
FROM offices_person p
CROSS JOIN (VALUES ('policy', 1), ('factories', 2), ('mining', 3), ('promotion', 4)) AS s (subject, n)
CROSS JOIN generate_series(0, 2) AS y (n)
WHERE p.first_th LIKE 'ประมาณ%%'
ORDER BY p.id, s.n, y.n
"""

_PLANS = """
INSERT INTO offices_developmentplan (uuid, person_id, fiscal_year, goal, state, state_since, version)
SELECT gen_random_uuid(), id, %(year)s, 'เรียนรู้', CASE id %% 3 WHEN 0 THEN 'proposed' ELSE 'under_way' END,
       %(day)s::date, 4
FROM offices_person WHERE first_th LIKE 'ประมาณ%%'
"""

_ACTS = """
INSERT INTO offices_planact (plan_id, name, from_state, to_state, version_after, by_id, by_name, capacity, note, at)
SELECT d.id, 'x', '', CASE WHEN n < 4 THEN 'draft' ELSE d.state END, n, d.person_id, '-', '-', '',
       %(day)s::date - 30
FROM offices_developmentplan d JOIN offices_person p ON p.id = d.person_id CROSS JOIN generate_series(1, 4) AS n
WHERE p.first_th LIKE 'ประมาณ%%'
"""

_ATTENDANCES = """
INSERT INTO offices_attendance (uuid, session_id, person_id, role, state, hours, result, version)
SELECT gen_random_uuid(), s.id, p.id, 'attendee', 'attended', s.hours, '', 1
FROM offices_person p CROSS JOIN offices_trainingsession s
WHERE p.first_th LIKE 'ประมาณ%%' AND s.ends_on < %(day)s::date AND (p.id + s.id) %% 3 > 0
"""


def measure(rows: int) -> list[Result]:
    from offices.learning.selectors import readiness
    from offices.learning.selectors.readiness import Move
    from offices.selectors.placements import seats
    from portal.scope import nation

    results: list[Result] = []
    with ground.database():
        fill(rows, TODAY)
        ground.vacuum()
        placed = seats(TODAY)
        people = len({seat.person for seat in placed})
        ground.say(f"{people:,} people placed in {len({seat.office for seat in placed})} offices")
        assert people >= rows
        sessions = {reader: [pages.cookie(name) for name in names] for reader, names in READERS.items()}
        made: dict[str, list[Request]] = {reader: [] for reader in READERS}
        with pages.web_server() as port, nation("bench"):
            for _time in range(TIMES):
                for reader, cookies in sessions.items():
                    made[reader] += pages.timed(port, {reader: cookies}, addresses)
        for reader, requests in made.items():
            title = f"Readiness board of {reader}, {people:,} people"
            results += pages.measured(title, requests, TARGET, readers=False)
        for reader, names in READERS.items():
            count = max(pages.queries(path, pages.client_of(names[0])) for path in addresses(reader))
            results.append(Result(f"Readiness board of {reader}, queries", count, "number", QUERIES))
        offices = sorted({seat.office for seat in placed})
        moves = [Move(seat.person, seat.office, offices[n % 3], TODAY) for n, seat in enumerate(placed[:60])]
        began = time.perf_counter()
        changes = readiness.after(moves)
        took = (time.perf_counter() - began) * 1000
        results.append(Result(f"The board after 60 moves, {len(changes)} offices", took, "ms"))
    return results
