"""One office on a day: its posts with who holds them, who came and went, who acts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from offices.models import (
    Assignment,
    AssignmentKind,
    Incumbency,
    Office,
    Person,
    Placement,
    PlacementKind,
    Post,
    Retirement,
)
from offices.selectors.actors import in_force
from offices.staffing.selectors import board
from portal import calendar

_AWAY = (PlacementKind.SECONDMENT, PlacementKind.ROTATION)


@dataclass
class Holding:
    """A post on a day: its holder, if any, or since when it is vacant and who held it last."""

    post: Post
    incumbency: Incumbency | None
    retires: int | None = None
    vacant_since: date | None = None
    last_holder: str = ""

    @property
    def state(self) -> str:
        return "filled" if self.incumbency else "vacant"


@dataclass
class Move:
    """Somebody who works elsewhere than at home: from where, to where."""

    placement: Placement
    home: str
    comes: bool


@dataclass
class Staffing:
    """What the page of an office shows."""

    day: date
    posts: list[Holding]
    moves: list[Move]
    acting: list[tuple[Assignment, date]]
    assistants: list[Assignment]
    retiring: list[Retirement]


def staffing(office: Office, day: date, *, months: int) -> Staffing:
    """The office on a day; a handful of queries. ``months``: from how long acting is long."""
    posts = list(
        Post.objects.filter(office=office, valid__contains=day)
        .select_related("line", "group")
        .order_by("group__code", "number")
    )
    held = _held(posts, day)
    years = {
        row.person_id: row
        for row in Retirement.objects.select_related("person").filter(person__in=_at_home(office, day))
    }
    last = _last_holders([post.pk for post in posts if post.pk not in held], day)
    holdings = []
    for post in posts:
        mine, before = held.get(post.pk), last.get(post.pk)
        known = years.get(mine.person_id) if mine else None
        holdings.append(
            Holding(
                post,
                mine,
                known.fiscal_year if known else None,
                before.valid.upper if before and not mine else None,
                before.person.name if before and not mine else "",
            )
        )
    long = board.long_acting(day, months, [office.pk])
    rows = {
        row.pk: row
        for row in Assignment.objects.filter(pk__in=[one.assignment for one in long]).select_related(
            "person", "group", "order"
        )
    }
    assistants = in_force(day).filter(office=office, kind=AssignmentKind.ASSISTANT)
    return Staffing(
        day,
        holdings,
        _moves(office, day),
        [(rows[one.assignment], one.since) for one in long if one.assignment in rows],
        list(assistants.select_related("person", "group", "order").order_by("group__code")),
        [row for row in years.values() if row.fiscal_year == calendar.fiscal_year(day)],
    )


def _held(posts: Sequence[Post], day: date) -> dict[int, Incumbency]:
    rows = Incumbency.objects.filter(post__in=[post.pk for post in posts], valid__contains=day)
    return {row.post_id: row for row in rows.select_related("person", "order")}


def _last_holders(posts: Sequence[int], day: date) -> dict[int, Incumbency]:
    rows = Incumbency.objects.filter(post__in=posts, valid__endswith__lte=day).select_related("person")
    return {row.post_id: row for row in rows.order_by("valid__endswith")}


def _at_home(office: Office, day: date) -> set[int]:
    """The people whose home the office is: by their post, or by their placement where no post is kept."""
    on_day = Incumbency.objects.filter(valid__contains=day)
    own = set(on_day.filter(post__office=office).values_list("person_id", flat=True))
    elsewhere = set(on_day.exclude(post__office=office).values_list("person_id", flat=True))
    placed = Placement.objects.filter(office=office, kind=PlacementKind.HOME, valid__contains=day)
    return own | set(placed.exclude(person__in=elsewhere).values_list("person_id", flat=True))


def _moves(office: Office, day: date) -> list[Move]:
    home = _at_home(office, day)
    away = Placement.objects.filter(kind__in=_AWAY, valid__contains=day).select_related(
        "person", "office", "group", "order"
    )
    found = [
        Move(row, office.short_th, comes=False) for row in away.filter(person__in=home).exclude(office=office)
    ]
    come = list(away.filter(office=office).exclude(person__in=home))
    homes = _homes([row.person for row in come], day)
    return found + [Move(row, homes.get(row.person_id, ""), comes=True) for row in come]


def _homes(people: Sequence[Person], day: date) -> dict[int, str]:
    found: dict[int, Any] = dict(
        Placement.objects.filter(person__in=people, kind=PlacementKind.HOME, valid__contains=day).values_list(
            "person_id", "office__short_th"
        )
    )
    posts = Incumbency.objects.filter(person__in=people, valid__contains=day)
    return found | dict(posts.values_list("person_id", "post__office__short_th"))
