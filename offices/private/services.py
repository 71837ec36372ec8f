"""Writing, revealing and looking up personal fields. What cannot be logged is not shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from offices.models import Person, PersonPrivate, PrivateReading
from offices.policies import demand as demand_policy
from offices.private import boxes, policies
from offices.private.clearance import everybody
from offices.private.fields import FIELDS
from offices.private.selectors import live_row
from offices.services.people import explaining_transaction
from offices.services.rules import Fault, refuse
from offices.staffing.services import retirement
from portal import audit, calendar, logs
from portal.actors import Actor
from portal.identifiers import IdentifierError, check_citizen_id, clean_thirteen
from portal.problems import Conflict, NotAllowed

REASON = 300  # characters

Value = str | date | None


def clean_reason(reason: str, *, field: str = "reason") -> str:
    """A reason in one line. Raises Invalid without one, or for one too long."""
    text = " ".join(reason.split())
    if not text:
        refuse([(field, _("ต้องระบุเหตุผล"))])
    if len(text) > REASON:
        refuse([(field, _("ยาวเกิน %d ตัวอักษร") % REASON)])
    return text


def write(*, actor: Actor, person: Person, values: Mapping[str, Value]) -> PersonPrivate:
    """Keep personal fields of a person: ``values`` by name; None takes one away, a field not named stays.

    The keepers write all, everybody his own contacts. The event says which fields changed, never what they
    hold. Raises NotAllowed; Invalid with every fault at once, none of which repeats a value; KeyError for a
    field that does not exist.
    """
    needs = policies.writing(actor, person)
    faults: list[Fault] = []
    kept: dict[str, str | None] = {}
    for name, value in values.items():
        field = FIELDS[name]
        policies.demand(needs, field)
        if value is None or value == "":
            kept[name] = None
            continue
        try:
            kept[name] = field.stored(value)
        except ValueError as error:
            faults.append((name, str(error)))
    faults += _date_faults(kept, today=actor.as_of)
    refuse(faults)
    with explaining_transaction():
        row = live_or_new(person)
        changed = [name for name, text in kept.items() if _put(row, name, text)]
        row.changed_at = calendar.now()
        row.save()
        born_on = kept.get("birth_date")
        if "birth_date" in changed and born_on:
            retirement.born(actor=actor, person=person, day=date.fromisoformat(born_on))
        if changed:
            audit.record(actor, "private.changed", person, fields=sorted(changed))
    return row


def _date_faults(kept: Mapping[str, str | None], *, today: date) -> list[Fault]:
    born, hired = kept.get("birth_date"), kept.get("hire_date")
    found: list[Fault] = [
        (name, _("วันที่อยู่ในอนาคต"))
        for name, day in (("birth_date", born), ("hire_date", hired))
        if day and date.fromisoformat(day) > today
    ]
    if born and hired and not found and born >= hired:
        found.append(("hire_date", _("วันบรรจุต้องหลังวันเกิด")))
    return found


def live_or_new(person: Person) -> PersonPrivate:
    """The person's live row, locked until the transaction ends; where there is none a new one with a key of
    its own, saved."""
    Person.objects.select_for_update().get(pk=person.pk)  # so that two writers do not both begin one
    row = PersonPrivate.objects.select_for_update().filter(person=person, erased_at__isnull=True).first()
    if row is None:
        row = PersonPrivate(person=person, changed_at=calendar.now())
        boxes.give_key(row)
        row.save()
    return row


def _put(row: PersonPrivate, name: str, text: str | None) -> bool:
    """Write one field; gives whether it changed."""
    before = boxes.open_field(row, name) if getattr(row, name) is not None else None
    if before == text:
        return False
    if text is None:
        setattr(row, name, None)
    else:
        boxes.seal_field(row, name, text)
    if name == "national_id":
        row.card_hash = None if text is None else boxes.card_hash(text)
    return True


def reveal(*, actor: Actor, person: Person, name: str, reason: str) -> str:
    """The value of one field as its reader sees it; the reading is logged with its reason first.

    A person who looks at his own need not say why. Raises NotAllowed, Invalid without a reason, KeyError
    for a field that does not exist, PersonPrivate.DoesNotExist where nothing is kept.
    """
    field = FIELDS[name]
    policies.demand(policies.reading(actor, person), field)
    if policies.is_self(actor, person) and not reason.strip():
        reason = _("เจ้าของข้อมูลเปิดดูเอง")
    reason = clean_reason(reason)
    with transaction.atomic():
        row = live_row(person)
        if row is None or getattr(row, name) is None:
            raise PersonPrivate.DoesNotExist
        log(actor, person, [name], act=PrivateReading.Act.SHOWN, reason=reason)
        return field.shown(boxes.open_field(row, name))


def find_by_card(*, actor: Actor, number: str, reason: str) -> Person | None:
    """The person whose card number this is; the looking up is logged, found or not.

    Raises NotAllowed for all but the keepers; Invalid for a number that is none, or without a reason.
    """
    demand_policy(policies.keepers, actor)
    faults: list[Fault] = []
    digits = ""
    try:
        digits = clean_thirteen(number)
        if not check_citizen_id(digits):
            faults.append(("number", _("เลขประจำตัวประชาชนไม่ผ่านการตรวจหลักสุดท้าย อาจพิมพ์ผิดหรือสลับหลัก")))
    except IdentifierError as error:
        faults.append(("number", error.message))
    if not reason.strip():
        faults.append(("reason", _("ต้องระบุเหตุผล")))
    refuse(faults)
    reason = clean_reason(reason)
    with transaction.atomic():
        row = PersonPrivate.objects.filter(card_hash=boxes.card_hash(digits)).select_related("person").first()
        found = row.person if row is not None else None
        log(actor, found, ["national_id"], act=PrivateReading.Act.LOOKED_UP, reason=reason)
    return found


def person_of_card(digits: str, *, why: str) -> Person | None:
    """The person whose card number this is, for the machine that matches (a first sign-in, an import): it
    compares keyed hashes and opens nothing, so that nobody's data are read. ``why`` is logged."""
    with everybody(why):
        row = PersonPrivate.objects.filter(card_hash=boxes.card_hash(digits)).select_related("person").first()
    return row.person if row is not None else None


def keep_card(*, actor: Actor, person: Person, digits: str) -> None:
    """Keep the 13 digits that a sign-in provider gave of a person whom ``actor`` confirmed to be meant.

    The caller has asked whether he may. Raises Conflict when another person has this number, or this person
    another number: somebody must look who is right before either is written over.
    """
    with everybody("the card number of a confirmed first sign-in"), transaction.atomic():
        wanted = boxes.card_hash(digits)
        row = live_or_new(person)
        holder = PersonPrivate.objects.filter(card_hash=wanted).select_related("person").first()
        if holder is not None and holder.person_id != person.pk:
            raise Conflict(
                _("เลขประจำตัวประชาชนในคำตอบเป็นของ%(name)sในทะเบียนบุคลากร ไม่ใช่ของ%(chosen)s")
                % {"name": f" {holder.person.name} ", "chosen": f" {person.name}"},
                mend=_("ตรวจว่าเลือกบุคคลถูกคน ถ้าถูกแล้ว ให้แก้เลขประจำตัวประชาชนในข้อมูลส่วนบุคคลของผู้ที่เลขผิดก่อน"),
            )
        if row.card_hash not in (None, wanted):
            raise Conflict(
                _("เลขประจำตัวประชาชนในคำตอบไม่ตรงกับที่เก็บไว้ของ%(name)s") % {"name": f" {person.name}"},
                mend=_("ตรวจว่าเลือกบุคคลถูกคน ถ้าถูกแล้ว ให้แก้เลขประจำตัวประชาชนในข้อมูลส่วนบุคคลก่อน แล้วยืนยันใหม่"),
            )
        if row.card_hash is None:
            _put(row, "national_id", digits)
            row.changed_at = calendar.now()
            row.save()
            audit.record(actor, "private.changed", person, fields=["national_id"])


def log(actor: Actor, subject: Person | None, names: list[str], *, act: str, reason: str) -> None:
    """Write who reads what of whom and why, one row for each field. Raises NotAllowed for a reader who is
    no person, because nobody could be asked about it later."""
    if actor.person_id is None:
        raise NotAllowed(_("ต้องเป็นบุคลากรที่ลงทะเบียนไว้จึงจะเปิดดูข้อมูลส่วนบุคคลได้"))
    capacity = actor.chosen.label if actor.chosen else ", ".join(held.label for held in actor.capacities)
    for name in names:
        PrivateReading.objects.create(
            at=calendar.now(),
            user=actor.user,
            reader_id=actor.person_id,
            reader_name=actor.name,
            capacity=capacity[:300],
            subject=subject,
            field=name,
            act=act,
            reason=reason,
            request_id=logs.request_id.get() or "",
            job_id=logs.job_id.get() or "",
            support=actor.support.key if actor.support is not None else "",
        )
