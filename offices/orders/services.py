"""Drafting an order, its acts, and putting it in force: number, paper and assignments in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import IO, Any

from django.utils.translation import gettext as _

from offices.documents import services as documents
from offices.documents.kinds import APPOINTMENT_ORDER
from offices.models import (
    AppointmentOrder,
    Case,
    Group,
    InspectionGroup,
    LineKind,
    Office,
    OrderLine,
    OrderProposal,
    Person,
    Post,
)
from offices.orders import carry, paper, powers, revoking, workflow
from offices.policies import demand, is_central_admin, may_work_in, order_drafters
from offices.selectors import signatory
from offices.services.cases import case_transition, open_case
from offices.services.people import explaining_transaction
from offices.services.rules import Fault, line_faults, period, refuse
from portal import audit
from portal.actors import Actor
from portal.calendar import be_year
from portal.models import StoredFile
from portal.problems import Conflict, NotAllowed
from portal.scans import store_scan

PURPOSE = "order_scan"


@dataclass(frozen=True)
class Head:
    """What an order says above its lines. First and last day both belong to it; without a last day it is
    open. ``revokes`` is an earlier order that ends when this one begins; ``reason`` is why it begins
    before it is signed, or makes somebody assistant whom no agreed nomination covers."""

    title: str
    starts_on: date
    last_day: date | None = None
    grounds: str = ""
    reason: str = ""
    revokes: AppointmentOrder | None = None


@dataclass(frozen=True)
class Outside:
    """Where an order from elsewhere comes from: issuer, its own number and date, the scan (name, bytes), or
    the stored file of the list that it came in."""

    issuer: str
    number: str
    signed_on: date
    scan: tuple[str, IO[bytes]] | StoredFile


@dataclass(frozen=True)
class Line:
    """One person and what the order makes of him (``LineKind``); fields a kind does not use stay empty."""

    kind: str
    person: Person
    office: Office
    starts_on: date
    last_day: date | None = None
    group: Group | None = None
    inspection_group: InspectionGroup | None = None
    post: Post | None = None
    rank: int = 1
    standing: bool = False
    powers: tuple[str, ...] = ()
    act: str = ""
    card_number: str = ""
    text: str = ""
    ends: str = ""


def draft(
    *, actor: Actor, office: Office, head: Head, lines: Sequence[Line] = (), outside: Outside | None = None
) -> OrderProposal:
    """Open an order of an office; with ``outside`` one that was issued elsewhere and is entered here.

    Raises NotAllowed, Invalid with every fault at once.
    """
    demand(order_drafters, actor)
    if not (may_work_in(actor, office.pk) or (outside and is_central_admin(actor))):
        raise NotAllowed(_("เฉพาะบุคลากรของ%(office)sเท่านั้นที่ร่างคำสั่งของสำนักงานได้") % {"office": office.name_th})
    refuse([*_head_faults(head, office, outside, actor)])
    with explaining_transaction():
        group = Group.objects.filter(
            office=office, code=Group.Code.ADMIN, valid__contains=actor.as_of
        ).first()
        if group is None:
            raise Conflict(_("%(office)sไม่มีฝ่ายบริหารทั่วไปในวันนี้") % {"office": office.name_th})
        case = open_case(
            actor=actor,
            case_type=workflow.OUTSIDE_ORDER if outside else workflow.ORDER,
            office=office,
            group=group,
            title=_tidy(head.title),
        )
        scan = None
        given = outside.scan if outside is not None else None
        if isinstance(given, StoredFile):
            scan = given
        elif given is not None:
            scan = store_scan(
                name=given[0],
                content=given[1],
                office_id=office.pk,
                user=actor.user,
                purpose=PURPOSE,
            )
        proposal = OrderProposal.objects.create(
            case=case,
            office=office,
            outside=outside is not None,
            issuer=_tidy(outside.issuer) if outside else "",
            number=_tidy(outside.number) if outside else "",
            signed_on=outside.signed_on if outside else None,
            scan=scan,
            made_by=actor.user,
            **_head_values(head),
        )
        _write_lines(proposal, lines)
    return proposal


def edit(*, actor: Actor, proposal: OrderProposal, head: Head, expected_version: int) -> OrderProposal:
    """Change what a draft says above its lines. Raises what an act raises, and Invalid."""
    refuse([*_head_faults(head, proposal.office, None, actor)])
    with explaining_transaction():
        locked = _drafting(actor, proposal, expected_version, _("ส่วนหัวของคำสั่ง"))
        for name, value in _head_values(head).items():
            setattr(locked, name, value)
        locked.save()
        Case.objects.filter(pk=locked.case_id).update(title=locked.title)
    return locked


def set_line(
    *, actor: Actor, proposal: OrderProposal, line: Line, expected_version: int, nth: int | None = None
) -> OrderLine:
    """Add a line to a draft, or with ``nth`` put another in its place.

    Raises what an act raises; Invalid with every fault of the line at once; OrderLine.DoesNotExist.
    """
    with explaining_transaction():
        what = _("เพิ่มรายการ “%(line)s”") if nth is None else _("แก้รายการที่ %(nth)s เป็น “%(line)s”")
        said = {"nth": nth, "line": f"{LineKind(line.kind).label} {line.person.name}"}
        locked = _drafting(actor, proposal, expected_version, what % said)
        row = _row(locked, line)
        refuse(
            [
                *line_faults(
                    row,
                    period(locked.starts_on, locked.last_day),
                    outside=locked.outside,
                    office=locked.office,
                )
            ]
        )
        rows = OrderLine.objects.filter(proposal=locked)
        if nth is None:
            last = rows.order_by("-nth").first()
            row.nth = last.nth + 1 if last else 1
        else:
            row.pk, row.nth = rows.get(nth=nth).pk, nth
        row.save()
    return row


def add_lines(*, actor: Actor, proposal: OrderProposal, lines: Sequence[Line], expected_version: int) -> None:
    """Add many lines to a draft in one act, behind those that are there.

    Raises what an act raises; Invalid with the faults of every line at once. What stands in the way of the
    order as a whole is asked when it is proposed.
    """
    with explaining_transaction():
        what = _("เพิ่ม %(count)s รายการจากบัญชีแนบท้าย") % {"count": len(lines)}
        locked = _drafting(actor, proposal, expected_version, what)
        valid = period(locked.starts_on, locked.last_day)
        last = OrderLine.objects.filter(proposal=locked).order_by("-nth").first()
        rows = [_row(locked, line) for line in lines]
        faults: list[Fault] = []
        for number, row in enumerate(rows, start=last.nth + 1 if last else 1):
            row.nth = number
            faults += line_faults(row, valid, outside=locked.outside, office=locked.office)
        refuse(faults)
        OrderLine.objects.bulk_create(rows)


def remove_line(*, actor: Actor, proposal: OrderProposal, nth: int, expected_version: int) -> None:
    """Take a line out of a draft; those after it move up."""
    with explaining_transaction():
        gone = OrderLine.objects.select_related("person").get(proposal=proposal, nth=nth)
        said = {"nth": nth, "line": f"{gone.get_kind_display()} {gone.person.name}"}
        locked = _drafting(actor, proposal, expected_version, _("ตัดรายการที่ %(nth)s “%(line)s”") % said)
        OrderLine.objects.filter(proposal=locked).get(nth=nth).delete()
        for number, row in enumerate(OrderLine.objects.filter(proposal=locked).order_by("nth"), start=1):
            if row.nth != number:
                row.nth = number
                row.save(update_fields=["nth"])


def act(
    *,
    actor: Actor,
    proposal: OrderProposal,
    name: str,
    expected_version: int,
    reason: str = "",
    capacity: str | None = None,
) -> Case:
    """One act on an order. Raises what ``case_transition`` raises; the acts that write are others."""
    if name in ("edit", "revoke"):
        raise Conflict(_("การกระทำนี้ทำจากหน้านี้ไม่ได้"))
    with audit.context(actor), explaining_transaction():
        return case_transition(
            case_id=proposal.case_id,
            name=name,
            actor=actor,
            expected_version=expected_version,
            reason=reason,
            capacity=capacity,
        )


def put_in_force(proposal: OrderProposal, actor: Actor) -> AppointmentOrder:
    """Number, draw and carry out an order that is being signed or confirmed, in the act's transaction.

    Raises Conflict with every obstacle when something came in the way since the page was drawn.
    """
    lines = list(
        proposal.lines.select_related("person", "office__province", "group", "inspection_group", "post__line")
    )
    values: dict[str, Any]
    if proposal.outside:
        assert proposal.signed_on is not None
        values = {"issuer": proposal.issuer, "number": proposal.number, "signed_on": proposal.signed_on}
        values |= {"scan": proposal.scan}
    else:
        signs = signatory.demand(
            office=proposal.office,
            power=powers.SIGN_ORDERS.code,
            day=actor.as_of,
            person_id=actor.person_id,
        )
        document = documents.issue(
            actor=actor,
            kind=APPOINTMENT_ORDER,
            office=proposal.office,
            signed_on=actor.as_of,
            subject=proposal.title,
            content=paper.content(proposal, lines, actor.as_of),
            signatory=signs.frozen(),
        )
        values = {"issuer": proposal.office.name_th, "number": str(document.number)}
        values |= {"signed_on": document.signed_on, "document": document}
    order = AppointmentOrder.objects.create(
        year_be=be_year(values["signed_on"]),
        title=proposal.title,
        valid=period(proposal.starts_on, proposal.last_day),
        office=proposal.office,
        entered_by=proposal.made_by,
        **values,
    )
    outcome = carry.carry_out(proposal, order)
    if outcome.faults:
        raise Conflict(" ".join(fault.told for fault in outcome.faults))
    proposal.order = order
    proposal.save(update_fields=["order"])
    audit.record(
        actor,
        "order.signed" if not proposal.outside else "order.confirmed",
        order,
        reference=order.reference,
        lines=len(lines),
        reason=proposal.reason,
        ended=sum(1 for effect in outcome.of_lines if effect.before),
        begun=sum(1 for effect in outcome.of_lines if not effect.before),
    )
    if proposal.revokes is not None:
        revoking.mark_revoked(proposal, order, actor)
    return order


# --- What they share ------------------------------------------------------------------------------------


def _drafting(actor: Actor, proposal: OrderProposal, expected_version: int, what: str) -> OrderProposal:
    """The proposal locked for a change, which its case records with what it is."""
    case_transition(
        case_id=proposal.case_id,
        name="edit",
        actor=actor,
        expected_version=expected_version,
        data={"what": what},
    )
    return OrderProposal.objects.select_for_update(of=("self",)).select_related("office").get(pk=proposal.pk)


def _head_faults(head: Head, office: Office, outside: Outside | None, actor: Actor) -> list[Fault]:
    faults: list[Fault] = []
    if not head.title.strip():
        faults.append(("title", _("ต้องกรอก")))
    if head.last_day is not None and head.last_day < head.starts_on:
        faults.append(("last_day", _("วันสิ้นสุดต้องไม่ก่อนวันเริ่ม")))
    if office.kind != Office.Kind.PROVINCIAL and outside is None:
        faults.append(("office", _("คำสั่งของส่วนกลางออกจากภายนอกระบบ ให้บันทึกเป็นคำสั่งจากภายนอก")))
    if outside is not None:
        for name, value in (("issuer", outside.issuer), ("number", outside.number)):
            if not value.strip():
                faults.append((name, _("ต้องกรอก")))
        if outside.signed_on > actor.as_of:
            faults.append(("signed_on", _("คำสั่งยังไม่ได้ลงนาม: วันที่ลงนามอยู่ในอนาคต")))
    if head.revokes is not None and head.revokes.office_id not in (None, office.pk):
        faults.append(("revokes", _("ยกเลิกได้เฉพาะคำสั่งของสำนักงานเดียวกัน")))
    return faults


def _head_values(head: Head) -> Mapping[str, Any]:
    return {
        "title": _tidy(head.title),
        "grounds": head.grounds.strip(),
        "starts_on": head.starts_on,
        "last_day": head.last_day,
        "reason": _tidy(head.reason),
        "revokes": head.revokes,
    }


def _write_lines(proposal: OrderProposal, lines: Sequence[Line]) -> None:
    for nth, line in enumerate(lines, start=1):
        row = _row(proposal, line)
        row.nth = nth
        row.save()


def _row(proposal: OrderProposal, line: Line) -> OrderLine:
    return OrderLine(
        proposal=proposal,
        issuing_office_id=proposal.office_id,
        kind=LineKind(line.kind),
        person=line.person,
        office=line.office,
        group=line.group,
        inspection_group=line.inspection_group,
        post=line.post,
        starts_on=line.starts_on,
        last_day=line.last_day,
        rank=line.rank,
        standing=line.standing,
        powers=list(line.powers),
        act=line.act,
        card_number=_tidy(line.card_number),
        text=_tidy(line.text),
        ends=line.ends,
    )


def _tidy(text: str) -> str:
    return " ".join(text.split())
