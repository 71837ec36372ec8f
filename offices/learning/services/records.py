"""The certified work record: asked for, issued as a numbered document, declined, withdrawn."""

from __future__ import annotations

from datetime import date

from django.utils import translation
from django.utils.translation import gettext as _

from offices.documents import services as documents
from offices.documents.content import Signatory
from offices.documents.kinds import WORK_RECORD
from offices.learning.policies import own_capacity
from offices.learning.selectors import records as selectors
from offices.learning.services.rules import broken, empty, person_of, signature, too_long
from offices.models import AssignmentKind, Office, Person
from offices.models.learning import RecordRequest
from offices.policies import CHIEF_KINDS
from offices.reference import CENTRE
from offices.selectors.placements import seats
from offices.selectors.titles import post_title
from offices.services.people import explaining_transaction
from offices.services.rules import Fault, refuse
from portal import audit
from portal.actors import Actor, Capacity
from portal.calendar import format_date
from portal.problems import Conflict, NotAllowed
from portal.words import word

State = RecordRequest.State
SUBJECT = "รับรองผลการปฏิบัติงานและการเรียนรู้ของบุคลากร"  # without a name: the public check shows it


def office_for(person: Person, day: date) -> Office:
    """The office that certifies somebody's record: his own, or the centre for a chief, for who sits in no
    office, and for who acts for the chief."""
    held = seats(day, people=[person.pk])
    if held and not any(seat.kind in CHIEF_KINDS for seat in held):
        return Office.objects.get(pk=held[0].office)
    return Office.objects.get(code=CENTRE)


def ask(*, actor: Actor, person: Person, since: date, until: date, purpose: str) -> RecordRequest:
    """Ask for somebody's work record of a period: by himself or by personnel. Raises NotAllowed, Invalid."""
    own = own_capacity(actor) if actor.person_id == person.pk else None
    centre = actor.holding([AssignmentKind.CENTRAL_ADMIN])
    capacity = own or (centre[0] if centre else None)
    if capacity is None:
        raise NotAllowed(_("ผู้ที่ขอได้: เจ้าตัวหรือผู้ดูแลระบบส่วนกลาง"))
    purpose = " ".join(purpose.split())
    faults: list[Fault] = [*empty(purpose=purpose), *too_long(purpose=(purpose, 300))]
    if until < since:
        faults.append(broken("recordrequest_period"))
    if until > actor.as_of:
        faults.append(("until", _("วันสุดท้ายต้องไม่อยู่ในอนาคต วันนี้คือ %s") % format_date(actor.as_of)))
    office = office_for(person, actor.as_of)
    with explaining_transaction():
        if RecordRequest.objects.filter(person=person, office=office, state=State.ASKED).exists():
            faults.append(broken("recordrequest_one_open"))
        refuse(faults)
        row = RecordRequest.objects.create(
            office=office,
            person=person,
            since=since,
            until=until,
            purpose=purpose,
            **signature(actor, capacity, "asked"),
        )
        audit.record(actor.acting_as(capacity), "record.asked", row)
    return row


def issuing(actor: Actor, request: RecordRequest) -> Capacity | None:
    """The capacity in which the actor issues or declines: chief of the certifying office or who acts for
    him, for the centre's its administrator; never about himself."""
    if actor.person_id == request.person_id:
        return None
    held = actor.holding([*CHIEF_KINDS, AssignmentKind.CENTRAL_ADMIN], office_id=request.office_id)
    return held[0] if held else None


def issue(*, actor: Actor, request: RecordRequest) -> RecordRequest:
    """Issue the record: number, frozen content, PDF and token, in one transaction with the request.

    Raises NotAllowed, Conflict when it was decided already, Invalid, PaperUnavailable.
    """
    with explaining_transaction():
        row, capacity = _open(actor, request)
        with translation.override("th"):  # a paper is Thai, whatever its signer reads
            content = selectors.content(
                row.person, row.since, row.until, day=actor.as_of, office_th=row.office.name_th
            )
        document = documents.issue(
            actor=actor.acting_as(capacity),
            kind=WORK_RECORD,
            office=row.office,
            signed_on=actor.as_of,
            subject=SUBJECT,
            content=content,
            signatory=signatory(actor, capacity),
        )
        row.document = document
        _decide(row, State.ISSUED, actor, capacity)
        audit.record(actor.acting_as(capacity), "record.issued", row, reference=document.reference)
    return row


def decline(*, actor: Actor, request: RecordRequest, reason: str) -> RecordRequest:
    """Decline a request, with a reason. Raises NotAllowed, Conflict, Invalid."""
    with explaining_transaction():
        row, capacity = _open(actor, request)
        row.reason = " ".join(reason.split())
        refuse([*empty(reason=row.reason), *too_long(reason=(row.reason, 300))])
        _decide(row, State.DECLINED, actor, capacity)
        audit.record(actor.acting_as(capacity), "record.declined", row)
    return row


def withdraw(*, actor: Actor, request: RecordRequest) -> RecordRequest:
    """Take a request back: by who asked, or the person himself. Raises NotAllowed, Conflict."""
    with explaining_transaction():
        row = _locked(request)
        capacity = own_capacity(actor)
        if capacity is None or actor.person_id not in (row.asked_by_id, row.person_id):
            raise NotAllowed(_("ผู้ที่ถอนคำขอได้: ผู้ขอหรือเจ้าตัว"))
        _demand_open(row)
        _decide(row, State.WITHDRAWN, actor, capacity)
        audit.record(actor.acting_as(capacity), "record.withdrawn", row)
    return row


def signatory(actor: Actor, capacity: Capacity) -> Signatory:
    """The signer of a paper in one capacity, in words."""
    position = post_title(person_of(actor), actor.as_of)
    acting = capacity.kind == AssignmentKind.ACTING_CHIEF
    return Signatory(
        name=actor.name,
        position=position or capacity.label if acting else capacity.label,
        capacity=(capacity.label,) if acting and position else (),
        authority=capacity.order_ref,
        assignment=capacity.key,
    )


def _locked(request: RecordRequest) -> RecordRequest:
    rows = RecordRequest.objects.select_for_update(of=("self",)).select_related("person", "office")
    return rows.get(pk=request.pk)


def _open(actor: Actor, request: RecordRequest) -> tuple[RecordRequest, Capacity]:
    """The open request under lock, and the capacity in which the actor decides."""
    row = _locked(request)
    capacity = issuing(actor, row)
    if capacity is None:
        raise NotAllowed(
            _("ผู้ที่ออกแฟ้มได้: อุตสาหกรรมจังหวัดหรือผู้รักษาราชการแทนของ%(office)s และไม่ใช่เจ้าตัว")
            % {"office": row.office.name_th}
        )
    _demand_open(row)
    return row, capacity


def _demand_open(row: RecordRequest) -> None:
    if row.state != State.ASKED:
        raise Conflict(_("คำขอนี้อยู่ในสถานะ “%s” แล้ว") % word("record_request", row.state))


def _decide(row: RecordRequest, state: str, actor: Actor, capacity: Capacity) -> None:
    row.state = state
    for name, value in signature(actor, capacity, "decided").items():
        setattr(row, name, value)
    row.save(
        update_fields=[
            "state", "reason", "document", "decided_by", "decided_name", "decided_as", "decided_at"
        ]
    )  # fmt: skip
