"""What stands in the way of a line, in words: which rule, whose appointment or post, on which dates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from offices.models import (
    Assignment,
    Incumbency,
    LineKind,
    Office,
    OrderLine,
    Placement,
    PlacementKind,
    StatutoryCard,
)
from offices.services.rules import Fault, explained, in_words, outlived, outside_order, period, worded
from offices.services.rules.sentences import SENTENCES
from portal.calendar import format_date

REHEARSAL = "rehearsal "  # how the issuer of a rehearsal's order begins


@dataclass(frozen=True)
class LineFault:
    """What stands in the way of one line (0: of revoking the earlier order): field, the sentence, and how to
    mend it."""

    nth: int
    field: str
    sentence: str
    mend: str = ""

    @property
    def told(self) -> str:
        """With the line it is about and the mend."""
        values = {"nth": self.nth, "sentence": self.sentence, "mend": self.mend}
        if self.nth:
            return _("รายการที่ %(nth)s: %(sentence)s %(mend)s") % values
        return _("การยกเลิกคำสั่งเดิม: %(sentence)s %(mend)s") % values


def order_of(row: Any) -> str:
    """The reference of the order that gives a row; of one that is only rehearsed, that it is this one."""
    order = row.order
    return _("คำสั่งนี้") if order.issuer.startswith(REHEARSAL) else str(order.reference)


def called(row: Any) -> tuple[str, Office]:
    """What a row that an order gives is, in Thai, and whose office."""
    match row:
        case Incumbency():
            return f"{_('ดำรงตำแหน่ง')} {row.post}", row.post.office
        case Placement():
            group = f" {row.group}" if row.group else ""
            return f"{row.get_kind_display()}{group}", row.office
        case StatutoryCard():
            return f"{_('บัตรพนักงานเจ้าหน้าที่')} {row.get_act_display()} {row.number}", row.office
    return worded(row), row.office


def given_words(row: Any) -> str:
    """A row that an order gives as one sentence: whose, what, from when until when, by which order."""
    return _("%(who)s %(what)s %(period)s ตาม%(order)s") % {
        "who": row.person.name,
        "what": called(row)[0],
        "period": in_words(row.valid),
        "order": order_of(row),
    }


def obstacle(line: OrderLine | None, error: IntegrityError) -> LineFault:
    """A broken constraint as a sentence, with who or what stands in the way and on which dates.

    ``line`` None: what breaks it is that an earlier order is revoked.
    """
    if isinstance(error, ProtectedError):
        return _used(line, error)
    refused = explained(error)
    name, where = refused.code, next(iter(refused.fields), "")
    if line is None:
        return _of_revoking(refused.message, error)
    bounds = _bounds(line, name)
    if bounds is not None:
        return LineFault(line.nth, *bounds)
    standing = _standing_in_the_way(line, name)
    if standing is None:
        return LineFault(line.nth, where, refused.message)
    sentence = refused.message
    if line.kind == LineKind.ACTING_IN and isinstance(standing, Assignment) and not standing.acting_rank:
        sentence = str(SENTENCES["assignment_not_for_himself"][1])
    return LineFault(
        line.nth,
        where,
        f"{sentence}: {given_words(standing)}",
        _("เพิ่มรายการให้ %(who)s พ้นจากหน้าที่หรือย้ายในคำสั่งเดียวกัน หรือเริ่มหลังวันที่ %(day)s")
        % {
            "who": standing.person.name,
            "day": format_date(standing.valid.upper - timedelta(days=1))
            if standing.valid.upper
            else _("ที่สิ้นสุด"),
        },
    )


def _of_revoking(sentence: str, error: IntegrityError) -> LineFault:
    """What cannot stand without the revoked order: the database names the appointment in its message."""
    said = getattr(getattr(error.__cause__, "diag", None), "message_primary", None) or ""
    uuid = re.search(r"assignment ([0-9a-f-]{36})", said)
    row = (
        Assignment.objects.filter(uuid=uuid[1])
        .select_related("person", "order", "office", "group", "inspection_group")
        .first()
        if uuid
        else None
    )
    if row is None:
        return LineFault(0, "revokes", sentence)
    return LineFault(
        0,
        "revokes",
        f"{sentence}: {given_words(row)}",
        _("เพิ่มรายการให้ %(who)s พ้นจากหน้าที่นั้น หรือให้ปฏิบัติงานในสำนักงานต่อ ในคำสั่งเดียวกัน") % {"who": row.person.name},
    )


def _bounds(line: OrderLine, constraint: str) -> Fault | None:
    """Of the constraints that hold a period inside another, the one it has to lie in."""
    asked = period(line.starts_on, line.last_day)
    post = line.post
    group, seat = (post.group if post else line.group), line.inspection_group
    match constraint:
        case "incumbency_inside_post" if post is not None:
            return outlived(constraint, post, post.valid, asked)
        case "assignment_inside_group" if group is not None:
            return outlived(constraint, group, group.valid, asked)
        case "assignment_inside_inspection_group" if seat is not None:
            return outlived(constraint, seat, seat.valid, asked)
        case "given_inside_order" | "assignment_inside_order":
            return outside_order(period(line.proposal.starts_on, line.proposal.last_day), asked)
    return None


def _used(line: OrderLine | None, error: ProtectedError) -> LineFault:
    """What would be taken away was acted under already: it can end, but not be as if it had never been."""
    rows = {
        row
        for user in error.protected_objects
        for name in ("assignment", "incumbency", "placement")
        if (row := getattr(user, name, None))
    }
    told = "; ".join(
        sorted(
            _("%(who)s %(what)s %(period)s ตาม%(order)s")
            % {
                "who": row.person.name,
                "what": called(row)[0],
                "period": in_words(row.valid),
                "order": order_of(row),
            }
            for row in rows
        )
    )
    return LineFault(
        line.nth if line else 0,
        "starts_on",
        _("มีการดำเนินการตามการแต่งตั้งนี้แล้ว จึงยกเลิกตั้งแต่วันแรกไม่ได้: %(rows)s") % {"rows": told},
        _("ให้คำสั่งเริ่มหลังวันแรกของการแต่งตั้งนั้น"),
    )


def _standing_in_the_way(line: OrderLine, constraint: str) -> Any:
    """The row that keeps the line from being written, of the constraints where there is one."""
    post = line.post
    office = post.office if post else line.office
    group = post.group if post else line.group
    acting = line.kind in (LineKind.ACTING_CHIEF, LineKind.ACTING_IN)
    rank = line.rank if acting else 0
    mine = Assignment.objects.filter(person=line.person)
    rows: Any
    match constraint:
        case "assignment_one_chief":
            kind = "ACTING_CHIEF" if acting else "CHIEF"
            rows = Assignment.objects.filter(office=office, kind=kind, acting_rank=rank)
        case "assignment_one_head_and_assistant":
            kind = "ASSISTANT" if line.kind == LineKind.ASSISTANT else "GROUP_HEAD"
            rows = Assignment.objects.filter(group=group, kind=kind, acting_rank=rank)
        case "incumbency_one_person_a_post":
            rows = Incumbency.objects.filter(post=post)
        case "incumbency_one_post_a_person":
            rows = Incumbency.objects.filter(person=line.person)
        case "placement_one_home":
            rows = Placement.objects.filter(person=line.person, kind=PlacementKind.HOME)
        case "placement_one_elsewhere":
            rows = Placement.objects.filter(person=line.person, kind__in=["secondment", "rotation"])
        case "assignment_not_for_himself":
            rows = mine.filter(kind__in=["CHIEF", "ACTING_CHIEF", "GROUP_HEAD"], office=office)
        case "assignment_not_delegated_to_himself":
            kind = "CHIEF" if line.kind == LineKind.DELEGATED else "DELEGATED"
            rows = mine.filter(kind=kind, office=office)
        case "assignment_once_at_a_time":
            rows = mine.filter(office=office, group=group)
        case "assignment_assistant_placed" if line.kind == LineKind.ASSISTANT:
            rows = Placement.objects.filter(person=line.person).exclude(kind=PlacementKind.SHADOW)
        case "assignment_assistant_placed":
            rows = mine.filter(kind="ASSISTANT")
        case "card_one_at_a_time":
            rows = StatutoryCard.objects.filter(person=line.person, act=line.act)
        case "card_number_once":
            rows = StatutoryCard.objects.filter(act=line.act, number=line.card_number)
            return rows.select_related("person", "order", "office").first()
        case _:
            return None
    valid = period(line.starts_on, line.last_day)
    return rows.filter(valid__overlap=valid).select_related("person", "order").order_by("-id").first()
