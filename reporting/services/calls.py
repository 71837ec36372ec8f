"""Calling about late reports: one factory at a time, its outcome in one tap, the next one by itself."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from factories.models import Factory, FactoryContact
from factories.services import contacts
from offices.models import Office
from portal import audit, calendar, sql
from portal.actors import Actor
from portal.intake.services import may
from portal.models import User
from portal.problems import Conflict, Invalid, NotAllowed
from reporting import policies
from reporting.dated import again_days
from reporting.models import CallClaim, FollowUp, FollowUpAbout
from reporting.selectors import calls

CLAIMED_FOR = timedelta(minutes=15)
"""How long a factory stays with one caller who says nothing."""

CONTACT_AFTER: dict[str, str] = {
    FollowUp.Outcome.WILL_REPORT: FactoryContact.State.VERIFIED,
    FollowUp.Outcome.ALREADY_REPORTED: FactoryContact.State.VERIFIED,
    FollowUp.Outcome.CALL_BACK: FactoryContact.State.VERIFIED,
    FollowUp.Outcome.WRONG_NUMBER: FactoryContact.State.BOUNCED,
}
"""What a call proves of the number that was dialled."""

NEVER = frozenset({FollowUp.Outcome.CLOSED})
"""After these nobody calls again: the registry is to be checked first."""


def caller(actor: Actor) -> User:
    """Who calls: a person, never the system. Raises NotAllowed."""
    if actor.user is None:
        raise NotAllowed(_("เฉพาะผู้ที่ลงชื่อเข้าใช้"))
    return actor.user


def provinces_of(actor: Actor) -> tuple[str, ...]:
    """The provinces whose factories this actor may call: those of the offices he works in, or all."""
    offices = Office.objects.filter(province__isnull=False)
    if not actor.scope.is_nation:
        offices = offices.filter(pk__in=[c.office_id for c in actor.capacities if c.office_id])
    return tuple(
        office.province_id for office in offices if office.province_id and _may_call(actor, office.pk)
    )


def _may_call(actor: Actor, office_id: int) -> bool:
    return may(actor, policies.report_writers, office_id)


def claim_next(*, actor: Actor, now: datetime, form: str = "", after: int | None = None) -> CallClaim | None:
    """Put the next factory before this actor and keep it from others; None when nobody waits.

    What he had claimed before is given back. ``form`` narrows the list to one form; ``after`` is the id
    of a factory not to be offered again at once.
    """
    with transaction.atomic():
        # One at a time through this door: nobody picks what another is just taking. The table's own
        # constraints (one factory one caller) would refuse the second in any case.
        sql.lock("calls")
        CallClaim.objects.filter(user=caller(actor)).delete()
        found = calls.first_to_call(
            actor=actor, now=now, form=form, provinces=provinces_of(actor), after=after
        )
        if found is None:
            return None
        factory = Factory.objects.get(pk=found)
        CallClaim.objects.filter(factory=factory).delete()  # one that ran out
        return CallClaim.objects.create(
            factory=factory,
            province_id=factory.province_id,
            user=caller(actor),
            form=form,
            until=now + CLAIMED_FOR,
        )


def leave(*, actor: Actor) -> None:
    """Give the claimed factory back without an outcome."""
    with transaction.atomic():
        CallClaim.objects.filter(user=caller(actor)).delete()


def record(
    *, actor: Actor, factory_uuid: UUID | str, outcome: str, now: datetime, call_back_on: date | None = None
) -> FollowUp:
    """Write what came of a call about all late reports of a factory, and give the factory free.

    A wrong number marks the contact as bounced, somebody who answered for the factory as one that works.
    Raises Factory.DoesNotExist outside the scope, NotAllowed, Conflict when the factory is not before the
    actor (a second press, somebody else calls) or nothing of it is late any more, Invalid for an outcome
    that is none, or a call-back without a day from today on.
    """
    if outcome not in FollowUp.Outcome.values or outcome == FollowUp.Outcome.TAKEN_BACK:
        raise Invalid(_("โปรดเลือกผลการโทร"))
    today = calendar.local_date(now)
    if outcome == FollowUp.Outcome.CALL_BACK and (call_back_on is None or call_back_on < today):
        raise Invalid(_("โปรดเลือกวันที่จะโทรกลับ ตั้งแต่วันนี้เป็นต้นไป"))
    with audit.context(actor), transaction.atomic():
        factory = Factory.objects.select_for_update().get(uuid=factory_uuid)
        _demand(actor, factory)
        claim = CallClaim.objects.select_for_update().filter(factory=factory).first()
        if claim is None or claim.user_id != actor.user_id:
            raise Conflict(
                _("โรงงานนี้ไม่ได้อยู่ตรงหน้าท่านแล้ว อาจบันทึกไปแล้ว หรือมีผู้อื่นกำลังโทร จึงยังไม่ได้บันทึก"), mend=_("กดรายถัดไป")
            )
        late = calls.late_of(factory, now=now, form=claim.form)
        if not late:
            raise Conflict(_("โรงงานนี้รายงานครบแล้ว ไม่มีเรื่องต้องโทร"), mend=_("กดรายถัดไป"))
        contact, was = _heard(actor, factory, outcome, today)
        made = FollowUp.objects.create(
            factory=factory,
            province_id=factory.province_id,
            contact=contact,
            contact_was=was,
            outcome=outcome,
            again_on=_again_on(outcome, today, call_back_on),
            at=now,
            user=actor.user,
            actor_name=actor.name,
            capacity=", ".join(capacity.label for capacity in actor.capacities)[:300],
        )
        FollowUpAbout.objects.bulk_create(
            FollowUpAbout(follow_up=made, obligation=obligation) for obligation in late
        )
        CallClaim.objects.filter(factory=factory).delete()
    return made


def _heard(actor: Actor, factory: Factory, outcome: str, today: date) -> tuple[FactoryContact | None, str]:
    """What the call says of the number that was dialled: the contact, and its state before if it changed.

    The registry's own number becomes a contact when it is wrong; the registry's word stays.
    """
    telephone = calls.telephone_of(factory)
    if telephone is None:
        return None, ""
    contact, state = telephone.contact, CONTACT_AFTER.get(outcome)
    if contact is None and state == FactoryContact.State.BOUNCED:
        contact = FactoryContact.objects.create(
            factory=factory,
            province_id=factory.province_id,
            kind=FactoryContact.Kind.TELEPHONE,
            value=telephone.value,
            source="ทะเบียนโรงงาน",
            noted_on=today,
            state=FactoryContact.State.UNVERIFIED,
            state_on=today,
        )
    if contact is None or state is None or contact.state == state:
        return contact, ""
    was = contact.state
    contacts.set_state(actor=actor, contact=contact, state=state, on=today, said_by="ผู้โทรติดตามรายงาน")
    return contact, was


def _again_on(outcome: str, today: date, call_back_on: date | None) -> date | None:
    if outcome == FollowUp.Outcome.CALL_BACK:
        return call_back_on
    if outcome in NEVER:
        return None
    return today + timedelta(days=again_days(outcome, today))


def take_back(*, actor: Actor, follow_up_uuid: UUID | str, now: datetime) -> FollowUp:
    """Take one's own latest call of today back: a further row says so, the contact is as it was, and the
    factory is before the caller again. Gives the row that takes it back.

    Raises FollowUp.DoesNotExist outside the scope, Conflict for what is not the actor's latest or was
    taken back already.
    """
    with audit.context(actor), transaction.atomic():
        sql.lock("calls")
        taken = FollowUp.objects.select_related("factory", "contact").get(uuid=follow_up_uuid)
        _demand(actor, taken.factory)
        newest = calls.standing(factory_id=taken.factory_id).first()
        mine = calls.last_of(actor, now)
        if mine is None or mine.pk != taken.pk or newest is None or newest.pk != taken.pk:
            raise Conflict(_("ย้อนได้เฉพาะผลการโทรครั้งล่าสุดของท่านในวันนี้ ที่ยังไม่มีใครโทรต่อ"))
        contact = taken.contact
        if taken.contact_was and contact is not None and contact.state == CONTACT_AFTER[taken.outcome]:
            contacts.set_state(
                actor=actor,
                contact=contact,
                state=taken.contact_was,
                on=calendar.local_date(now),
                said_by="ย้อนกลับผลการโทร",
            )
        made = FollowUp.objects.create(
            factory=taken.factory,
            province_id=taken.province_id,
            contact=contact,
            outcome=FollowUp.Outcome.TAKEN_BACK,
            at=now,
            user=actor.user,
            actor_name=actor.name,
            capacity=", ".join(capacity.label for capacity in actor.capacities)[:300],
            takes_back=taken,
        )
        FollowUpAbout.objects.bulk_create(
            FollowUpAbout(follow_up=made, obligation_id=about.obligation_id) for about in taken.about.all()
        )
        held = CallClaim.objects.filter(user=caller(actor)).first()
        form = held.form if held is not None else ""
        CallClaim.objects.filter(user=caller(actor)).delete()
        if not CallClaim.objects.filter(factory=taken.factory, until__gte=now).exists():
            CallClaim.objects.filter(factory=taken.factory).delete()
            CallClaim.objects.create(
                factory=taken.factory,
                province_id=taken.province_id,
                user=caller(actor),
                form=form,
                until=now + CLAIMED_FOR,
            )
    return made


def _demand(actor: Actor, factory: Factory) -> None:
    office = Office.objects.filter(province_id=factory.province_id).values_list("id", flat=True).first()
    if office is None or not _may_call(actor, office):
        raise NotAllowed(_("เฉพาะ%s ของจังหวัดนี้") % policies.report_writers.label)
