"""Reading what the readiness board is made of: four queries whatever the number of offices.

``boards`` makes the board of it. ``after`` answers what the offices concerned would look like after people
moved, before an order is drafted; ``reseated`` answers it for an order that is, by what its rehearsal did.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import F, FilteredRelation, Q

from offices.dated import ASSISTANT_ENABLED
from offices.learning import dated as settings_of
from offices.learning.boards import Change, Ground, Member, Move, Unit, board, moved
from offices.learning.dated import Settings
from offices.models import Office
from offices.selectors.org import visible_offices
from offices.selectors.placements import Seat, seats
from portal import calendar, sql
from portal.scope import nation

__all__ = ["Change", "Move", "after", "ground", "office_of", "reseated"]


def office_of(uuid: Any) -> Office | None:
    """A provincial office of the active scope by its public id."""
    return visible_offices().filter(uuid=uuid, kind=Office.Kind.PROVINCIAL).first()


def ground(
    day: date, *, offices: Collection[int] | None = None, also: Collection[int] = (), hours: bool = True
) -> Ground:
    """What stands on a day in the provincial offices of the active scope, or in ``offices`` whatever the
    scope (the caller has asked). ``also`` names further people whose levels are wanted. Four queries.
    """
    settings = settings_of.every(day)
    units = _units(day, offices, settings)
    placed = tuple(seats(day, offices=[unit.pk for unit in units]))
    people = sorted({seat.person for seat in placed} | set(also))
    return Ground(day, units, placed, _members(day, people, hours), settings)


def _units(day: date, offices: Collection[int] | None, settings: Settings) -> tuple[Unit, ...]:
    rows = visible_offices() if offices is None else Office.objects.filter(pk__in=list(offices))
    zone = FilteredRelation("province__zones", condition=Q(province__zones__valid__contains=day))
    found = (
        rows.filter(kind=Office.Kind.PROVINCIAL)
        .annotate(
            member=zone,
            zone_number=F("member__zone__number"),
            zone_name=F("member__zone__name_th"),
            group_codes=ArrayAgg(
                "groups__code", filter=Q(groups__valid__contains=day), distinct=True, default=[]
            ),
        )
        .order_by("zone_number", "code")
        .values_list("pk", "uuid", "code", "short_th", "zone_number", "zone_name", "group_codes")
    )
    return tuple(
        Unit(
            pk, uuid, code, name, number, zone_name or "", tuple(groups),
            bool(settings.of(ASSISTANT_ENABLED.key, code).value),
        )
        for pk, uuid, code, name, number, zone_name, groups in found
    )  # fmt: skip


# Of each person the newest level in every subject ("mining3"), his plan of the year, his hours in it. One
# row each.
_MEMBERS = """
SELECT p.id, p.uuid::text, p.title_th || p.first_th || ' ' || p.last_th,
       coalesce(n.levels, '{}'),
       coalesce((SELECT a.to_state FROM offices_planact a
                 WHERE a.plan_id = d.id AND a.at < %(day_is_over)s
                 ORDER BY a.version_after DESC LIMIT 1), ''),
       coalesce(h.hours, 0)
FROM offices_person p
LEFT JOIN (
    SELECT person_id, array_agg(subject || level) AS levels FROM (
        SELECT DISTINCT ON (person_id, subject) person_id, subject, level FROM offices_subjectlevel
        WHERE person_id = ANY(%(people)s) AND since <= %(day)s
        ORDER BY person_id, subject, since DESC, id DESC
    ) AS newest GROUP BY person_id
) AS n ON n.person_id = p.id
LEFT JOIN offices_developmentplan d ON d.person_id = p.id AND d.fiscal_year = %(year)s
LEFT JOIN (
    SELECT person_id, sum(hours) AS hours FROM (
        SELECT a.person_id, a.hours FROM offices_attendance a
        JOIN offices_trainingsession s ON s.id = a.session_id
        WHERE %(with_hours)s AND a.state = 'attended' AND s.fiscal_year = %(year)s AND s.ends_on <= %(day)s
          AND a.person_id = ANY(%(people)s)
        UNION ALL
        SELECT t.person_id, t.hours FROM offices_stintday t
        WHERE %(with_hours)s AND t.state = 'certified' AND t.day BETWEEN %(first)s AND %(day)s
          AND t.person_id = ANY(%(people)s)
    ) AS every GROUP BY person_id
) AS h ON h.person_id = p.id
WHERE p.id = ANY(%(people)s)
"""


def _members(day: date, people: Sequence[int], hours: bool) -> dict[int, Member]:
    year = calendar.fiscal_year(day)
    params = {
        "people": list(people),
        "day": day,
        "day_is_over": calendar.start_of_day(day + timedelta(days=1)),
        "year": year,
        "first": calendar.fiscal_year_range(year)[0],
        "with_hours": hours,
    }
    # Levels belong to people, and the people were found in the scope, or named by a caller who asked.
    with nation("readiness: levels of the people already found"):
        rows = sql.rows(_MEMBERS, params)
    return {
        pk: Member(pk, uuid, name, {one[:-1]: int(one[-1]) for one in levels}, plan, done)
        for pk, uuid, name, levels, plan, done in rows
    }


def after(moves: Sequence[Move], *, day: date | None = None) -> list[Change]:
    """The board of every office that these moves touch, before and after them.

    ``day`` is the day looked at, else the last of the moves' days. Offices are those that the moves name,
    whatever the active scope: the caller has asked whether the reader may plan them. Four queries.
    """
    if not moves:
        return []
    day = day or max(move.day for move in moves)
    concerned = {
        office for move in moves for office in (move.from_office, move.to_office) if office is not None
    }
    on = ground(day, offices=sorted(concerned), also=sorted({move.person for move in moves}))
    return _changes(on, moved(on, moves))


def reseated(left: Collection[Seat], taken: Collection[Seat], *, day: date) -> list[Change]:
    """The board of every office of the active scope in which seats are left or taken, before and after.

    Five queries, none where no seat changes.
    """
    every = [*left, *taken]
    if not every:
        return []
    concerned = visible_offices().filter(pk__in={seat.office for seat in every})
    on = ground(day, offices=concerned.values_list("pk", flat=True), also={seat.person for seat in every})
    placed = [seat for seat in on.seats if seat not in left]
    return _changes(on, replace(on, seats=(*placed, *taken)))


def _changes(on: Ground, later: Ground) -> list[Change]:
    names = {pk: member.name for pk, member in on.members.items()}
    return [Change(old, new, names) for old, new in zip(board(on), board(later), strict=True)]
