"""Lending an office's view for minutes: asked for with a reason, agreed to, ended, seen."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.access.dated import SUPPORT_MINUTES
from offices.models import Assignment, AssignmentKind, Group, Office, SupportAccess
from offices.models.people import GROUP_KINDS, OFFICE_KINDS
from offices.policies import CHIEF_KINDS, central_admin, demand, of_orders
from offices.private.services import clean_reason
from offices.selectors.actors import capacity_label
from offices.services.people import explaining_transaction
from offices.services.rules import Fault, refuse
from portal import audit, calendar, dated, worklist
from portal.access import holders
from portal.actors import Actor, Capacity, Support
from portal.problems import Conflict, NotAllowed
from portal.scope import Scope
from portal.support import Loan
from portal.words import StateWord, word

SHORTEST = 5  # minutes
_END = re.compile(r"^/offices/support/[0-9a-f-]{36}/end/$")

concerned = holders(
    "support_concerned",
    gettext_lazy("ผู้ดูแลระบบส่วนกลาง อุตสาหกรรมจังหวัด หรือผู้รักษาราชการแทน"),
    [AssignmentKind.CENTRAL_ADMIN, *CHIEF_KINDS],
)


def longest(day: date) -> int:
    """For how many minutes access may be lent on a day."""
    return int(dated.on(SUPPORT_MINUTES.key, day).value)


def ask(
    *,
    actor: Actor,
    office: Office,
    kind: str,
    minutes: int,
    reason: str,
    group: Group | None = None,
    wants_to_write: bool = False,
) -> SupportAccess:
    """Lend the actor an office's view as one of its roles, from now on. He reads; ``wants_to_write`` asks a
    second administrator for more.

    Raises NotAllowed for all but central administrators; Invalid with every fault at once: no reason, too
    long, a role that no office has, a group of another office or none of today, or a loan that still runs.
    """
    demand(central_admin, actor)
    own = _own(actor)
    assert actor.user is not None and actor.person_id is not None  # who holds a capacity is a person
    most = longest(actor.as_of)
    faults: list[Fault] = []
    if not reason.strip():
        faults.append(("reason", _("ต้องระบุเหตุผล")))
    if not SHORTEST <= minutes <= most:
        faults.append(("minutes", _("ขอได้ %(least)s ถึง %(most)s นาที") % {"least": SHORTEST, "most": most}))
    if office.kind != Office.Kind.PROVINCIAL:
        faults.append(("office", _("เข้าถึงได้เฉพาะสำนักงานอุตสาหกรรมจังหวัด")))
    if kind not in OFFICE_KINDS:
        faults.append(("kind", _("เลือกได้เฉพาะฐานะของสำนักงาน")))
    elif (kind in GROUP_KINDS) != (group is not None):
        faults.append(("group", _("เจ้าหน้าที่ หัวหน้ากลุ่ม และผู้ช่วยฯ ต้องระบุกลุ่ม ตำแหน่งอื่นไม่ระบุกลุ่ม")))
    if group is not None and group.office_id != office.pk:
        faults.append(("group", _("กลุ่มนี้เป็นของสำนักงานอื่น")))
    elif group is not None and actor.as_of not in group.valid:
        faults.append(("group", _("วันนี้สำนักงานไม่มีกลุ่มนี้")))
    refuse(faults)
    now = calendar.now()
    with explaining_transaction():
        row = SupportAccess.objects.create(
            office=office,
            kind=kind,
            group=group,
            user=actor.user,
            person_id=actor.person_id,
            person_name=actor.name,
            order_ref=own.order_ref,
            reason=clean_reason(reason),
            starts_at=now,
            ends_at=now + timedelta(minutes=minutes),
            wants_to_write=wants_to_write,
        )
        audit.record(
            actor, "support.began", row, role=kind, minutes=minutes, reason=row.reason, write=wants_to_write
        )
    return row


def _own(actor: Actor) -> Capacity:
    """The capacity, by order, in which somebody is a central administrator."""
    held = of_orders(actor.holding([AssignmentKind.CENTRAL_ADMIN]))
    if not held:
        raise NotAllowed(_("เฉพาะ%(who)sเท่านั้นที่ทำรายการนี้ได้") % {"who": central_admin.label})
    return held[0]


def end(*, actor: Actor, access: UUID) -> SupportAccess:
    """End one's own loan before its time. One that is over stays as it was.

    Raises SupportAccess.DoesNotExist for what is not the actor's.
    """
    with explaining_transaction():
        row = SupportAccess.objects.select_for_update().get(uuid=access, user__pk=actor.user_id or 0)
        now = calendar.now()
        if row.ends_at > now:
            row.ends_at = max(now, row.starts_at + timedelta(microseconds=1))
            row.save(update_fields=["ends_at"])
            audit.record(actor, "support.ended", row)
    return row


def agree(*, actor: Actor, access: UUID) -> SupportAccess:
    """The second administrator's word: the loan may write until it ends.

    Raises NotAllowed for the one who asked and for all but central administrators, Conflict when writing was
    not asked for, was agreed to already, or the loan is over; SupportAccess.DoesNotExist.
    """
    demand(central_admin, actor)
    _own(actor)
    with explaining_transaction():
        row = SupportAccess.objects.select_for_update().get(uuid=access)
        if row.user_id == actor.user_id:
            raise NotAllowed(_("ท่านเป็นผู้ขอ จึงต้องให้ผู้ดูแลระบบส่วนกลางอีกคนเห็นชอบ"))
        if not row.wants_to_write or row.agreed_at is not None:
            raise Conflict(_("การเข้าถึงนี้ไม่ได้ขอบันทึก หรือมีผู้เห็นชอบแล้ว"))
        if row.ends_at <= calendar.now():
            raise Conflict(_("การเข้าถึงนี้สิ้นสุดแล้ว"))
        row.agreed_by, row.agreed_name, row.agreed_at = actor.user, actor.name, calendar.now()
        row.save(update_fields=["agreed_by", "agreed_name", "agreed_at"])
        audit.record(actor, "support.agreed", row)
    return row


def may_see(actor: Actor, row: SupportAccess) -> bool:
    """Whether the actor is, by order, chief of the office concerned or acts for him."""
    return bool(of_orders(actor.holding(CHIEF_KINDS, office_id=row.office_id)))


def see(*, actor: Actor, access: UUID) -> SupportAccess:
    """The chief's note that he has seen what was done in his office's view.

    Raises NotAllowed for everybody but the office's chief, Conflict while it runs or when it was seen
    already, SupportAccess.DoesNotExist outside the scope.
    """
    with explaining_transaction():
        row = SupportAccess.objects.select_for_update().get(uuid=access)
        if not may_see(actor, row):
            raise NotAllowed(_("เฉพาะอุตสาหกรรมจังหวัดหรือผู้รักษาราชการแทนของสำนักงานนี้ที่รับทราบได้"))
        if row.ends_at > calendar.now():
            raise Conflict(_("การเข้าถึงยังไม่สิ้นสุด รับทราบได้เมื่อสิ้นสุดแล้ว"))
        if row.seen_at is not None:
            raise Conflict(_("รับทราบแล้วโดย %(who)s") % {"who": row.seen_name})
        row.seen_by, row.seen_name, row.seen_at = actor.user, actor.name, calendar.now()
        row.save(update_fields=["seen_by", "seen_name", "seen_at"])
        audit.record(actor, "support.seen", row)
    return row


def state(row: SupportAccess) -> StateWord:
    """Running, waiting to be seen, or seen."""
    if row.ends_at > calendar.now():
        return word("support", "running")
    return word("support", "unseen" if row.seen_at is None else "seen")


def label(row: SupportAccess) -> str:
    """How it is named under every act meanwhile, in Thai whatever the reader's language."""
    held = Assignment(kind=row.kind, office=row.office, group=row.group)
    return f"เข้าถึงเพื่อสนับสนุนในฐานะ{capacity_label(held)}"


# --- What the kernel asks ---


def find(actor: Actor, key: str, now: datetime) -> Loan | None:
    """The loan of this key that the actor has at a moment, as long as an order makes him an administrator."""
    if actor.user_id is None or not any(
        not one.support for one in actor.holding([AssignmentKind.CENTRAL_ADMIN])
    ):
        return None
    with actor.scope.active():
        rows = SupportAccess.objects.select_related("office__province", "group")
        row = rows.filter(uuid=key, user_id=actor.user_id, starts_at__lte=now, ends_at__gt=now).first()
    if row is None:
        return None
    called, office = label(row), row.office
    return Loan(
        support=Support(
            key=str(row.uuid),
            label=called,
            until=row.ends_at,
            may_write=row.agreed_at is not None,
            url=reverse("offices:supportaccess-detail", args=[row.uuid]),
            end_url=reverse("offices:supportaccess-end", args=[row.uuid]),
            row=row,
        ),
        capacity=Capacity(
            assignment_id=0,  # of no assignment: what needs one refuses it
            key=str(row.uuid),
            kind=row.kind,
            office_id=office.pk,
            group_code=row.group.code if row.group else "",
            label=called,
            order_ref=f"ไม่มีคำสั่ง เหตุผล: {row.reason}",
            place=office.short_th,
            support=True,
        ),
        scope=Scope(
            provinces=frozenset({office.province_id or ""}),
            offices=frozenset({office.pk}),
            subjects=None,
        ),
    )


def ends(path: str) -> bool:
    """Whether an address may be written to under a loan that reads: ending it, signing out, the language."""
    open_paths = (reverse("account_logout"), reverse("set_language"))
    return bool(_END.match(path)) or path in open_paths


# --- Reading ---


def accesses() -> QuerySet[SupportAccess]:
    """Past and running loans of the offices in scope."""
    return SupportAccess.objects.select_related("office__province", "group", "user")


def work(actor: Actor) -> list[worklist.Waiting]:
    """For a chief what was done in his office's view and he has not seen; for an administrator the loans
    of others that ask to write."""
    found = []
    offices = [one.office_id for one in of_orders(actor.holding(CHIEF_KINDS))]
    if offices:
        rows = list(
            accesses().filter(office__in=offices, seen_at=None, ends_at__lte=calendar.now()).order_by("pk")
        )
        found.append(_heap(_("การเข้าถึงเพื่อสนับสนุนในสำนักงานของท่าน"), rows, _("ดูว่าเปิดอะไรไปบ้าง แล้วรับทราบ")))
    if central_admin.test(actor):
        rows = list(
            accesses()
            .filter(wants_to_write=True, agreed_at=None, ends_at__gt=calendar.now())
            .exclude(user__pk=actor.user_id or 0)
            .order_by("pk")
        )
        found.append(_heap(_("การเข้าถึงเพื่อสนับสนุนที่ขอบันทึก"), rows, _("เห็นชอบได้จนกว่าการเข้าถึงจะสิ้นสุด")))
    return found


def _heap(title: str, rows: list[SupportAccess], hint: str) -> worklist.Waiting:
    return worklist.Waiting(
        title=title,
        count=len(rows),
        url=reverse("offices:supportaccess-list"),
        rows=tuple(
            worklist.Row(
                label=f"{row.person_name} · {row.get_kind_display()} {row.office.short_th}",
                url=reverse("offices:supportaccess-detail", args=[row.uuid]),
                detail=row.reason,
                due=calendar.format_time(row.starts_at),
            )
            for row in rows[:5]
        ),
        hint=hint,
    )
