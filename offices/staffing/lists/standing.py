"""What stands already of the people, posts and orders that a personnel list names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from offices.models import (
    Incumbency,
    LineKind,
    OrderLine,
    OrderProposal,
    Placement,
    PlacementKind,
    Retirement,
)
from offices.orders import workflow
from offices.services.rules import in_words, period
from offices.staffing.lists.row import ORDER, OrderKey, Row
from portal.calendar import be_year, format_date
from portal.sheets.cells import fold


def standing(rows: Sequence[Row]) -> None:
    """What is recorded already: of these people, of these posts, and in orders that wait to be confirmed."""
    people = [row.person.pk for row in rows if row.person]
    posts = [row.post.pk for row in rows if row.post]
    held = Incumbency.objects.select_related("person", "post__office", "post__line", "order")
    of_person: dict[int, list[Incumbency]] = {}
    for one in held.filter(person__in=people).order_by("valid"):
        of_person.setdefault(one.person_id, []).append(one)
    of_post: dict[int, list[Incumbency]] = {}
    for one in held.filter(post__in=posts).order_by("valid"):
        of_post.setdefault(one.post_id, []).append(one)
    homes: dict[int, list[Placement]] = {}
    for home in Placement.objects.filter(person__in=people, kind=PlacementKind.HOME).select_related(
        "order", "office", "group"
    ):
        homes.setdefault(home.person_id, []).append(home)
    waiting: dict[OrderKey, list[OrderLine]] = {}
    for line in OrderLine.objects.filter(
        proposal__outside=True, proposal__case__state__in=[workflow.DRAFT, workflow.PROPOSED]
    ).select_related("proposal", "person", "post"):
        proposal = line.proposal
        assert proposal.signed_on is not None
        key = (fold(proposal.issuer), fold(proposal.number), be_year(proposal.signed_on))
        waiting.setdefault(key, []).append(line)
    years = {row.person_id: row for row in Retirement.objects.filter(person__in=people)}
    for row in rows:
        if row.person is not None:
            row.retirement = years.get(row.person.pk)
        mine = of_person.get(row.person.pk, []) if row.person else []
        theirs = of_post.get(row.post.pk, []) if row.post else []
        _in_the_way(row, mine, theirs, homes.get(row.person.pk, []) if row.person else [])
        lines = waiting.get(row.key, []) if row.read(*ORDER) else []
        row.waiting = next((line for line in lines if _same_line(row, line)), None)
        if lines and row.waiting is None and row.gives and row.known and row.read("since", "post_number"):
            row.say(
                "PER25",
                "order_number",
                _("คำสั่งนี้บันทึกไว้แล้วและรอคนที่สองยืนยัน แต่ไม่มีรายการนี้"),
                found=_order_name(lines[0].proposal),
                mend=_("ยืนยันหรือยกเลิกคำสั่งที่รออยู่ก่อน แล้วนำเข้าใหม่"),
            )


def _in_the_way(
    row: Row, mine: Sequence[Incumbency], theirs: Sequence[Incumbency], homes: Sequence[Placement]
) -> None:
    if not row.read("since", "post_number"):
        return
    valid = period(row.since, None)
    same_order = row.order.pk if row.order else None
    # what is recorded may be this very row, which only its whole order tells
    mine, homes = (mine, homes) if row.read(*ORDER) else ((), ())
    if not row.number:
        for home in homes if row.office is not None else ():
            if home.order_id == same_order and home.valid.lower == row.since and home.office == row.office:
                row.placed = home
            elif _overlaps(home, valid):
                row.say(
                    "PER26",
                    "since",
                    _("บุคคลนี้มีที่ปฏิบัติงานบันทึกไว้แล้วในช่วงเวลาเดียวกัน"),
                    found=format_date(row.since),
                    expected=_told(home, home.office.short_th),
                    mend=_("ใช้คำสั่งและวันเริ่มตามที่บันทึกไว้ หรือเริ่มหลังจากนั้นสิ้นสุด"),
                )
        return
    for one in mine:
        if (
            row.post
            and one.post_id == row.post.pk
            and one.order_id == same_order
            and one.valid.lower == row.since
        ):
            row.held = one
        elif _overlaps(one, valid):
            row.say(
                "PER29",
                "since",
                _("บุคคลนี้ดำรงตำแหน่งอยู่แล้วในช่วงเวลาเดียวกัน"),
                found=row.number,
                expected=_told(one, str(one.post)),
                mend=_("ใช้คำสั่งและวันเริ่มตามที่บันทึกไว้ หรือออกคำสั่งย้าย"),
            )
    for one in theirs:
        another = row.known and (row.person is None or one.person_id != row.person.pk)
        if another and _overlaps(one, valid):
            row.say(
                "PER30",
                "post_number",
                _("ตำแหน่งเลขที่นี้มีผู้ดำรงอยู่แล้วในช่วงเวลาเดียวกัน"),
                expected=_told(one, one.person.name),
                mend=_(
                    "ตรวจเลขที่ตำแหน่ง หรือให้ผู้ดำรงเดิมพ้นจากตำแหน่งก่อน หากเป็นคนเดียวกันที่เปลี่ยนชื่อ ให้แก้ไขชื่อที่หน้าบุคลากรก่อน"
                ),
            )


def _overlaps(row: Incumbency | Placement, valid: Any) -> bool:
    return row.valid.upper is None or row.valid.upper > valid.lower


def _told(row: Incumbency | Placement, what: str) -> str:
    return f"{what} {in_words(row.valid)} {row.order.reference}"


def _order_name(proposal: OrderProposal) -> str:
    assert proposal.signed_on is not None
    return f"{proposal.issuer} {proposal.number}/{be_year(proposal.signed_on)}"


def _same_line(row: Row, line: OrderLine) -> bool:
    if not row.read("since") or row.person is None:
        return False
    if line.person_id != row.person.pk or line.starts_on != row.since:
        return False
    if not row.number:
        return line.kind == LineKind.OFFICER and line.office_id == (row.office.pk if row.office else None)
    return line.post is not None and row.post is not None and line.post_id == row.post.pk
