"""What one line of an order ends and begins: posts, working places, assignments and cards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from offices.models import (
    AppointmentOrder,
    Assignment,
    AssignmentKind,
    Incumbency,
    LineKind,
    Office,
    OrderLine,
    Placement,
    PlacementKind,
    Post,
    StatutoryCard,
)
from offices.models.people import OFFICE_KINDS
from offices.orders.obstacles import called
from offices.services.rules import in_words, period, worded
from portal import sql
from portal.scope import nation

_APPOINTING = (LineKind.APPOINT, LineKind.TRANSFER)
_PLACING = {LineKind.SECONDMENT: PlacementKind.SECONDMENT, LineKind.ROTATION: PlacementKind.ROTATION}
_AS_ASSIGNED = {
    LineKind.CHIEF: AssignmentKind.CHIEF,
    LineKind.GROUP_HEAD: AssignmentKind.GROUP_HEAD,
    LineKind.ASSISTANT: AssignmentKind.ASSISTANT,
    LineKind.OFFICER: AssignmentKind.OFFICER,
    LineKind.ACTING_CHIEF: AssignmentKind.ACTING_CHIEF,
    LineKind.ACTING_IN: AssignmentKind.GROUP_HEAD,
    LineKind.DELEGATED: AssignmentKind.DELEGATED,
    LineKind.DUTY: AssignmentKind.DUTY,
    LineKind.INSPECTOR: AssignmentKind.INSPECTOR,
    LineKind.INSPECTOR_STAFF: AssignmentKind.INSPECTOR_STAFF,
    LineKind.HEAD_INSPECTOR: AssignmentKind.HEAD_INSPECTOR,
    LineKind.CENTRAL_ADMIN: AssignmentKind.CENTRAL_ADMIN,
    LineKind.READER: AssignmentKind.READER,
    LineKind.EXECUTIVE: AssignmentKind.EXECUTIVE,
}
_BY_POST = {Post.Leads.OFFICE: AssignmentKind.CHIEF, Post.Leads.GROUP: AssignmentKind.GROUP_HEAD}

# What an order gives, and what putting a row of it into words reads.
GIVEN: dict[type[models.Model], tuple[str, ...]] = {
    Assignment: ("office", "group", "inspection_group"),
    StatutoryCard: ("office",),
    Incumbency: ("post__office", "post__line"),
    Placement: ("office", "group"),
}


@dataclass(frozen=True)
class Effect:
    """One thing an order changes: whose, what in Thai, and the period before and after ('' for none).

    ``nth`` is the line that does it; 0 for what ends because the order that gave it is revoked.
    """

    nth: int
    who: str
    what: str
    office: str
    before: str
    after: str


def still_placed(line: OrderLine, order: AppointmentOrder) -> list[Effect]:
    """The database's own rule for an assistant whose working place this line changed, asked line by line."""
    if line.kind in (*_APPOINTING, *_PLACING, LineKind.END):
        with nation("orders: an assistant's appointments wherever they are"):
            sql.rows(
                "SELECT offices_check_assignment(a) FROM offices_assignment a"
                " WHERE a.person_id = %(person)s AND a.kind = 'ASSISTANT'",
                {"person": line.person_id},
            )
    return []


def _effect(line: OrderLine, what: str, office: Office, *, before: str = "", after: str = "") -> Effect:
    return Effect(line.nth, line.person.name, what, office.short_th, before, after)


def end(line: OrderLine, order: AppointmentOrder) -> list[Effect]:
    """What this line lets end on its first day: what cannot stand beside what it begins."""
    ended: list[Effect] = []
    mine = {"person": line.person}

    def cut(rows: models.QuerySet[Any]) -> list[Effect]:
        return cut_rows(line.nth, line.starts_on, rows)

    if line.kind == LineKind.END:
        rows = Assignment.objects.filter(office=line.office, **mine)
        if line.group_id is not None:
            rows = rows.filter(group=line.group)
        if line.ends:
            rows = rows.filter(kind=line.ends)
        if line.group_id is not None or line.ends:
            return cut(rows)
        # he leaves the office: its posts are free for the next, and its cards let him in nowhere
        ended += cut(rows)
        ended += cut(Incumbency.objects.filter(post__office=line.office, **mine))
        ended += cut(Placement.objects.filter(office=line.office, **mine))
        ended += cut(StatutoryCard.objects.filter(office=line.office, **mine))
    elif line.kind in _APPOINTING:
        assert line.post is not None
        held = Assignment.objects.filter(kind__in=OFFICE_KINDS, **mine)
        places = Placement.objects.filter(**mine)
        if line.kind == LineKind.APPOINT:
            # in the same office he stays what he was besides: assistant, delegate, acting
            own = held.filter(
                office=line.post.office, acting_rank=0, kind__in=["OFFICER", "GROUP_HEAD", "CHIEF"]
            )
            held = own | held.exclude(office=line.post.office)
            places = places.filter(kind=PlacementKind.HOME)
        ended += cut(held)
        ended += cut(Incumbency.objects.filter(**mine))
        ended += cut(places)
    elif line.kind in _PLACING:
        ended += cut(Placement.objects.filter(kind__in=["secondment", "rotation"], **mine))
    return ended


def cut_rows(nth: int, day: date, rows: models.QuerySet[Any]) -> list[Effect]:
    """Let rows end on a day; those that would begin later are taken away."""
    ended = []
    rows = rows.select_for_update(of=("self",)).select_related("person", *GIVEN[rows.model])
    for row in rows.filter(valid__overlap=DateRange(day, None)).order_by("id"):
        before = in_words(row.valid)
        what, office = called(row)
        if row.valid.lower >= day:
            row.delete()
            after = _("ไม่เริ่ม")
        else:
            row.valid = DateRange(row.valid.lower, day)
            row.save(update_fields=["valid"])
            after = in_words(row.valid)
        ended.append(Effect(nth, row.person.name, what, office.short_th, before, after))
    return ended


def place(line: OrderLine, order: AppointmentOrder) -> list[Effect]:
    """Posts and working places, before the assignments that depend on them."""
    valid, made = period(line.starts_on, line.last_day), list[Effect]()

    def placed(kind: str, office: Office, group: Any) -> None:
        row = Placement.objects.create(
            person=line.person, office=office, group=group, kind=kind, valid=valid, order=order
        )
        made.append(_effect(line, called(row)[0], office, after=in_words(valid)))

    if line.kind in _APPOINTING:
        assert line.post is not None
        row = Incumbency.objects.create(person=line.person, post=line.post, valid=valid, order=order)
        made.append(_effect(line, called(row)[0], line.post.office, after=in_words(valid)))
        placed(PlacementKind.HOME, line.post.office, line.post.group)
    elif line.kind in _PLACING:
        placed(_PLACING[LineKind(line.kind)], line.office, line.group)
    elif line.kind == LineKind.SHADOW:
        placed(PlacementKind.SHADOW, line.office, line.group)
    elif line.kind in (LineKind.OFFICER, LineKind.GROUP_HEAD, LineKind.CHIEF) and not _works_somewhere(line):
        # somebody whose post is not kept here works where he is first given work
        placed(PlacementKind.HOME, line.office, line.group)
    return made


def _works_somewhere(line: OrderLine) -> bool:
    return Placement.objects.filter(
        person=line.person, kind=PlacementKind.HOME, valid__overlap=period(line.starts_on, line.last_day)
    ).exists()


def begin(line: OrderLine, order: AppointmentOrder) -> list[Effect]:
    """Assignments and cards."""
    valid = period(line.starts_on, line.last_day)
    if line.kind == LineKind.CARD:
        card = StatutoryCard.objects.create(
            person=line.person,
            office=line.office,
            act=line.act,
            number=line.card_number,
            valid=valid,
            order=order,
        )
        return [_effect(line, called(card)[0], line.office, after=in_words(valid))]
    kind: str | None
    office, group, rank = line.office, line.group, 0
    if line.kind in _APPOINTING:
        assert line.post is not None
        office, group = line.post.office, line.post.group
        kind = _BY_POST.get(Post.Leads(line.post.leads)) or (AssignmentKind.OFFICER if group else None)
        if kind == AssignmentKind.CHIEF:
            group = None
    elif line.kind in _PLACING:
        kind = AssignmentKind.OFFICER if group else None
    else:
        kind = _AS_ASSIGNED.get(LineKind(line.kind))
        if line.kind in (LineKind.ACTING_CHIEF, LineKind.ACTING_IN):
            rank = line.rank
    if kind is None:
        return []
    row = Assignment.objects.create(
        person=line.person,
        kind=kind,
        office=office,
        group=group,
        inspection_group=line.inspection_group,
        valid=valid,
        order=order,
        acting_rank=rank,
        standing=line.standing and rank > 0,
        powers=line.powers if kind == AssignmentKind.DELEGATED else [],
        text=line.text if kind in (AssignmentKind.DUTY, AssignmentKind.READER) else "",
    )
    return [_effect(line, worded(row), office, after=in_words(valid))]
