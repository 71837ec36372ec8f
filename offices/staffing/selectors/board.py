"""How offices are staffed on a day: seven queries whatever the number of offices."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import F, FilteredRelation, Q

from offices.dated import ASSISTANT_ENABLED
from offices.models import AssignmentKind, Office
from offices.selectors.actors import absences, in_force
from offices.selectors.org import visible_offices
from offices.selectors.signatory import SIGNS
from offices.services.rules import ASSISTANT_GROUPS
from offices.staffing.dated import LONG_ACTING
from portal import calendar, dated, sql
from portal.dated import Value, place_of
from portal.scope import nation


@dataclass
class Row:
    """One office on a day. Counts of posts and of people; ``signs``: whether anybody may sign that day."""

    pk: int
    uuid: Any
    code: str
    name: str
    zone: str
    posts: int = 0
    filled: int = 0
    long_acting: int = 0
    retiring: int = 0
    year_unknown: int = 0
    people: int = 0
    seconded_in: int = 0
    seconded_out: int = 0
    assistants: int = 0
    assistants_expected: int = 0
    signs: bool = False

    @property
    def vacant(self) -> int:
        return self.posts - self.filled


@dataclass(frozen=True)
class Acting:
    """Somebody who acts without a break, and since when."""

    assignment: int
    person: int
    office: int
    since: date


@dataclass
class Board:
    """Every office of the reader, on a day, with the settings that the counts rest on."""

    day: date
    rows: list[Row]
    months: Value
    acting: list[Acting] = field(default_factory=list)

    @property
    def fiscal_year(self) -> int:
        return calendar.fiscal_year(self.day)

    def total(self, name: str) -> int:
        return sum(int(getattr(row, name)) for row in self.rows)


def board(day: date) -> Board:
    """The provincial offices of the active scope on a day."""
    keys = dated.everywhere([LONG_ACTING, ASSISTANT_ENABLED.key], day)
    rows = _offices(day)
    ids = list(rows)
    made = Board(day, list(rows.values()), keys[LONG_ACTING, ""])
    params = {"offices": ids, "day": day, "year": made.fiscal_year}
    with nation("staffing: counts of the offices already found in the scope"):
        for office, posts, filled in sql.rows(_POSTS, params):
            rows[office].posts, rows[office].filled = posts, filled
        for office, people, come, gone, retiring, unknown in sql.rows(_PEOPLE, params):
            row = rows[office]
            row.people, row.seconded_in, row.seconded_out = people, come, gone
            row.retiring, row.year_unknown = retiring, unknown
    made.acting = long_acting(day, int(made.months.value), ids)
    for one in made.acting:
        rows[one.office].long_acting += 1
    away = set(absences(day, whole=True).values_list("person_id", flat=True))
    held = in_force(day).filter(SIGNS | Q(kind=AssignmentKind.ASSISTANT), office__in=ids)
    for office, kind, person in held.values_list("office_id", "kind", "person_id"):
        if kind == AssignmentKind.ASSISTANT:
            rows[office].assistants += 1
        elif person not in away:
            rows[office].signs = True
    for row in made.rows:
        enabled = keys.get((ASSISTANT_ENABLED.key, place_of(row.code)), keys[ASSISTANT_ENABLED.key, ""])
        if not enabled.value:
            row.assistants_expected = 0
    return made


def long_acting(day: date, months: int, offices: Collection[int]) -> list[Acting]:
    """Who acts on a day and has for more than these months; one query.

    Orders to act that follow one another without a break count as one. A standing order acts only from the
    day on which the post fell vacant, or its holder's absence began.
    """
    params = {"offices": list(offices), "day": day, "before": calendar.add_months(day, -months)}
    acting = list(
        in_force(day)
        .filter(Q(kind=AssignmentKind.ACTING_CHIEF) | Q(acting_rank__gte=1), office__in=list(offices))
        .values_list("pk", flat=True)
    )
    if not acting:
        return []
    with nation("staffing: who acts in the offices already found in the scope"):
        found = sql.rows(_ACTING, params | {"acting": acting})
    return [Acting(*one) for one in found]


def _offices(day: date) -> dict[int, Row]:
    zone = FilteredRelation("province__zones", condition=Q(province__zones__valid__contains=day))
    groups = FilteredRelation(
        "groups", condition=Q(groups__valid__contains=day, groups__code__in=[*ASSISTANT_GROUPS])
    )
    found = (
        visible_offices()
        .filter(kind=Office.Kind.PROVINCIAL)
        .annotate(member=zone, seat=groups, zone_number=F("member__zone__number"))
        .order_by("zone_number", "code")
        .values_list("pk", "uuid", "code", "short_th", "member__zone__name_th", "seat__code")
    )
    rows: dict[int, Row] = {}
    for pk, uuid, code, name, zone_name, seat in found:
        row = rows.setdefault(pk, Row(pk, uuid, code, name, zone_name or ""))
        row.assistants_expected += seat is not None
    return rows


_POSTS = """
SELECT p.office_id, count(*), count(i.id)
FROM offices_post p LEFT JOIN offices_incumbency i ON i.post_id = p.id AND i.valid @> %(day)s::date
WHERE p.office_id = ANY(%(offices)s) AND p.valid @> %(day)s::date
GROUP BY p.office_id
"""

# A person's home is where his post is; where no post is kept of him, his placement at home.
_PEOPLE = """
WITH home AS (
    SELECT DISTINCT ON (h.person_id) h.person_id, h.office_id FROM (
        SELECT i.person_id, p.office_id, 1 AS nth
        FROM offices_incumbency i JOIN offices_post p ON p.id = i.post_id
        WHERE i.valid @> %(day)s::date
        UNION ALL
        SELECT person_id, office_id, 2 FROM offices_placement WHERE kind = 'home' AND valid @> %(day)s::date
    ) h ORDER BY h.person_id, h.nth
), away AS (
    SELECT person_id, office_id FROM offices_placement
    WHERE kind IN ('secondment', 'rotation') AND valid @> %(day)s::date
), every AS (
    SELECT coalesce(h.person_id, a.person_id) AS person_id, h.office_id AS home, a.office_id AS away
    FROM home h FULL JOIN away a ON a.person_id = h.person_id
), placed AS (
    SELECT person_id, home AS office_id, true AS own, away IS NULL OR away = home AS works, false AS come,
           away IS NOT NULL AND away <> home AS gone FROM every WHERE home IS NOT NULL
    UNION ALL
    SELECT person_id, away, false, true, true, false FROM every
    WHERE away IS NOT NULL AND away IS DISTINCT FROM home
)
SELECT s.office_id, count(*) FILTER (WHERE s.works), count(*) FILTER (WHERE s.come),
       count(*) FILTER (WHERE s.gone), count(*) FILTER (WHERE s.own AND r.fiscal_year = %(year)s),
       count(*) FILTER (WHERE s.own AND r.id IS NULL)
FROM placed s LEFT JOIN offices_retirement r ON r.person_id = s.person_id
WHERE s.office_id = ANY(%(offices)s)
GROUP BY s.office_id
"""

_ACTING = """
WITH acts AS (
    SELECT a.*, (
        SELECT lower(r) FROM unnest((
            SELECT range_agg(e.valid) FROM offices_assignment e
            WHERE e.person_id = a.person_id AND e.office_id = a.office_id AND e.kind = a.kind
              AND e.group_id IS NOT DISTINCT FROM a.group_id
              AND (e.kind = 'ACTING_CHIEF' OR e.acting_rank > 0)
        )) r WHERE r @> %(day)s::date
    ) AS ordered,
    CASE WHEN a.standing THEN (
        SELECT min(CASE WHEN h.valid @> %(day)s::date THEN b.since ELSE upper(h.valid) END)
        FROM offices_assignment h LEFT JOIN LATERAL (
            SELECT min(lower(x.valid)) AS since FROM offices_absence x
            WHERE x.person_id = h.person_id AND x.cancelled_at IS NULL AND x.valid @> %(day)s::date
        ) b ON true
        WHERE h.office_id = a.office_id AND h.acting_rank = 0
          AND (a.kind = 'ACTING_CHIEF' AND h.kind = 'CHIEF'
               OR a.kind = 'GROUP_HEAD' AND h.kind = 'GROUP_HEAD' AND h.group_id = a.group_id)
          AND lower(h.valid) = (
              SELECT max(lower(l.valid)) FROM offices_assignment l
              WHERE l.office_id = h.office_id AND l.kind = h.kind AND l.acting_rank = 0
                AND l.group_id IS NOT DISTINCT FROM h.group_id AND lower(l.valid) <= %(day)s::date)
    ) END AS free
    FROM offices_assignment a WHERE a.id = ANY(%(acting)s) AND a.office_id = ANY(%(offices)s)
)
SELECT id, person_id, office_id, greatest(ordered, free) AS since
FROM acts WHERE greatest(ordered, free) < %(before)s ORDER BY since, id
"""
