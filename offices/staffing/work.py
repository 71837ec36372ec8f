"""What of staffing waits for somebody."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from offices.models import AssignmentKind, Group, Office, Person
from offices.models.people import OFFICE_KINDS
from offices.policies import CHIEF_KINDS, INSPECTOR_KINDS, of_orders
from offices.selectors import signatory
from offices.selectors.actors import in_force
from offices.staffing.matters import open_cases
from offices.staffing.views.handover import awaiting, of_handover
from portal.actors import Actor
from portal.calendar import format_date
from portal.scope import current
from portal.words import word
from portal.worklist import Row, Waiting

UNSIGNED_AHEAD = 30  # days in which an order can still be made


def work(actor: Actor) -> Iterable[Waiting]:
    """Lists of matters that wait for this person's signature."""
    if actor.person_id is None:
        return
    rows = list(awaiting(actor).order_by("from_day", "pk"))
    yield Waiting(
        title=_("บัญชีส่งมอบงานรอลงนาม"),
        count=len(rows),
        url=reverse("offices:handover-list"),
        rows=tuple(
            Row(
                f"{row.leaver.name} → {row.taker.name}",
                of_handover(row),
                detail=row.office.short_th,
                due=format_date(row.from_day),
                state=word("handover", row.state),
            )
            for row in rows[:5]
        ),
    )


def leavers(actor: Actor) -> Iterable[Waiting]:
    """To a chief: who no longer works in his office and still has open matters there."""
    mine = {one.office_id for one in of_orders(actor.holding(CHIEF_KINDS))}
    if not mine:
        return
    there = in_force(actor.as_of).filter(office__in=mine, kind__in=OFFICE_KINDS).values("person")
    rows = list(
        open_cases()
        .filter(office__in=mine, kept_by__isnull=False)
        .exclude(kept_by__in=there)
        .values_list("kept_by", "office")
        .distinct()
    )
    if not rows:
        return
    people = Person.objects.in_bulk([person for person, _office in rows])
    offices = Office.objects.in_bulk(list(mine))
    yield Waiting(
        title=_("ผู้ที่พ้นไปแล้วแต่ยังมีเรื่องค้าง"),
        count=len(rows),
        rows=tuple(
            Row(
                people[person].name,
                reverse("offices:handover-add", args=[offices[office].uuid, people[person].uuid]),
                detail=offices[office].short_th,
            )
            for person, office in rows[:5]
        ),
        hint=_("ทำบัญชีส่งมอบให้ผู้รับมอบ เมื่อเจ้าตัวพ้นไปแล้วอุตสาหกรรมจังหวัดลงนามแทนพร้อมเหตุผล"),
    )


def unsigned(actor: Actor) -> Iterable[Waiting]:
    """To the centre, to inspectors and to heads of general administration: offices of which nobody may sign,
    today or soon. Who may draft an order for it is led there, the others to the staffing of that day."""
    nation = bool(of_orders(actor.holding([AssignmentKind.CENTRAL_ADMIN])))
    inspects = bool(of_orders(actor.holding(INSPECTOR_KINDS)))
    kept = frozenset(
        one.office_id
        for one in of_orders(actor.holding([AssignmentKind.GROUP_HEAD]))
        if one.group_code == Group.Code.ADMIN and one.office_id is not None
    )
    if not (nation or inspects or kept):
        return
    offices: Collection[int] | None = None if nation else kept
    if inspects and not nation:
        seen = actor.scope.offices
        offices = None if seen is None else kept | seen
    place = current().offices  # what the reader's choice of a place leaves of it
    if place is not None:
        offices = place if offices is None else place & frozenset(offices)
    rows = signatory.unsigned(actor.as_of, UNSIGNED_AHEAD, offices)
    yield Waiting(
        title=_("สำนักงานที่ไม่มีผู้ลงนาม วันนี้หรือใน %s วันข้างหน้า") % UNSIGNED_AHEAD,
        count=len(rows),
        url=reverse("offices:staffing-list") if nation or inspects else "",
        rows=tuple(
            Row(
                row.name,
                _mending(row, nation=nation, drafts=row.pk in kept),
                detail=_("รวม %s วัน") % row.days,
                due=_("ตั้งแต่ %s") % format_date(row.first),
                state=word("signing", "nobody"),
            )
            for row in rows[:5]
        ),
        hint=_("ออกคำสั่งให้ผู้อื่นรักษาราชการแทนหรือปฏิบัติราชการแทนก่อนวันนั้น หรือบันทึกคำสั่งที่ออกจากภายนอก"),
    )


def _mending(row: signatory.Unsigned, *, nation: bool, drafts: bool) -> str:
    """Where the reader can do something about it."""
    if drafts:
        return reverse("offices:orderproposal-add")
    if nation:
        return reverse("offices:orderproposal-outside")
    return f"{reverse('offices:staffing-detail', args=[row.uuid])}?on={row.first.isoformat()}"
