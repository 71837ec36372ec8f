"""Erasing a person's personal fields: one asks, another confirms, the key is destroyed.

Name and acts stay as they stand on signed papers. What was erased cannot be had back by anybody, from the
tables or from a copy of their columns; from a backup made before only until that backup goes
(``BACKUP_DAYS``) and only with the house's key of that time.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from offices.models import Assignment, Erasure, OwnCopy, Person, PersonPrivate
from offices.models.private import SEALED
from offices.policies import demand as demand_policy
from offices.private import policies
from offices.private.clearance import everybody
from offices.private.services import clean_reason
from offices.services.people import explaining_transaction
from offices.services.rules import in_words
from portal import audit, calendar
from portal.actors import Actor
from portal.problems import Conflict, NotAllowed

OPEN = (Erasure.State.PROPOSED, Erasure.State.ASKED)


def obstacles(person: Person, actor: Actor) -> Iterator[str]:
    """Why a person's data cannot be erased now, in Thai; none means they can."""
    if not PersonPrivate.objects.filter(person=person, erased_at__isnull=True).exists():
        yield _("ไม่มีข้อมูลส่วนบุคคลที่เก็บไว้")
    held = Assignment.objects.filter(person=person, valid__endswith__isnull=True) | Assignment.objects.filter(
        person=person, valid__endswith__gt=actor.as_of
    )
    for row in held.select_related("order").order_by("id")[:5]:
        yield _("ยังได้รับแต่งตั้งเป็น%(kind)s ตาม%(order)s (%(period)s)") % {
            "kind": row.get_kind_display(), "order": row.order.reference, "period": in_words(row.valid),
        }  # fmt: skip


def ask(*, actor: Actor, person: Person, reason: str) -> Erasure:
    """Ask for the erasing of a person's data; nothing is erased yet. Takes up what a rule proposed.

    Raises NotAllowed for all but the keepers, Invalid without a reason, Conflict for somebody who still
    holds an assignment or is to hold one, of whom nothing is kept, or when it was asked for already.
    """
    demand_policy(policies.keepers, actor)
    assert actor.user is not None  # who holds a capacity has signed in
    reason = clean_reason(reason)
    with explaining_transaction():
        Person.objects.select_for_update().get(pk=person.pk)
        why_not = list(obstacles(person, actor))
        if why_not:
            raise Conflict(" ".join(why_not))
        row = Erasure.objects.select_for_update().filter(person=person, state__in=OPEN).first()
        if row is not None and row.state == Erasure.State.ASKED:
            raise Conflict(_("มีคำขอลบที่รอคนที่สองอยู่แล้ว"))
        row = row or Erasure(person=person)
        row.state = Erasure.State.ASKED
        row.reason = reason
        row.asked_by, row.asker_name, row.asked_as = actor.user, actor.name, _as(actor)
        row.asked_at = calendar.now()
        row.save()
        audit.record(actor, "erasure.asked", row, reason=reason)
    return row


def confirm(*, actor: Actor, erasure: UUID) -> Erasure:
    """The second person's word: the key is destroyed, and with it everything it sealed.

    Raises NotAllowed for the asker himself and for all but the keepers, Conflict when it is not asked for
    any more or the person was assigned anew meanwhile, Erasure.DoesNotExist.
    """
    demand_policy(policies.keepers, actor)
    with explaining_transaction():
        row = _locked(erasure)
        if row.state != Erasure.State.ASKED:
            raise _decided(row)
        if row.asked_by_id == actor.user_id:
            raise NotAllowed(_("ท่านเป็นผู้ขอลบ จึงต้องให้ผู้ดูแลอีกคนเป็นผู้ยืนยัน"))
        why_not = list(obstacles(row.person, actor))
        if why_not:
            raise Conflict(" ".join(why_not))
        _close(row, Erasure.State.CONFIRMED, actor, "")
        private = PersonPrivate.objects.select_for_update().get(person=row.person, erased_at__isnull=True)
        for copy in OwnCopy.objects.filter(private=private, box__isnull=False):
            copy.box, copy.removed_at = None, row.decided_at
            copy.save(update_fields=["box", "removed_at"])
        private.key = private.card_hash = None
        for name in SEALED:
            setattr(private, name, None)
        private.erased_at, private.erased_why, private.erasure = row.decided_at, row.reason, row
        private.save()
        audit.record(actor, "erasure.confirmed", row, reason=row.reason)
    return row


def decline(*, actor: Actor, erasure: UUID, reason: str) -> Erasure:
    """Put it aside: withdrawn by who asked, declined by another keeper; a proposal is declined.

    Raises NotAllowed for all but the keepers, Invalid without a reason, Conflict when it was decided,
    Erasure.DoesNotExist.
    """
    demand_policy(policies.keepers, actor)
    reason = clean_reason(reason)
    with explaining_transaction():
        row = _locked(erasure)
        if row.state not in OPEN:
            raise _decided(row)
        own = row.asked_by_id is not None and row.asked_by_id == actor.user_id
        _close(row, Erasure.State.WITHDRAWN if own else Erasure.State.DECLINED, actor, reason)
        audit.record(actor, "erasure.withdrawn" if own else "erasure.declined", row, reason=reason)
    return row


def propose(*, person_id: int, rule: str) -> Erasure | None:
    """A rule's proposal, for the job: never erases. None where one is open, or was declined under the very
    same rule already."""
    with everybody("propose erasures by the rules of retention"), transaction.atomic():
        Person.objects.select_for_update().get(pk=person_id)
        known = Erasure.objects.filter(person_id=person_id)
        if known.filter(state__in=OPEN).exists() or known.filter(state="declined", rule=rule).exists():
            return None
        row = Erasure.objects.create(
            person_id=person_id, state=Erasure.State.PROPOSED, rule=rule, proposed_at=calendar.now()
        )
        audit.record(None, "erasure.proposed", row, rule=rule)
    return row


def _locked(erasure: UUID) -> Erasure:
    """The erasure, locked after its person, in which order ``ask`` locks too."""
    found = Erasure.objects.get(uuid=erasure)
    Person.objects.select_for_update().get(pk=found.person_id)
    return Erasure.objects.select_for_update(of=("self",)).select_related("person").get(pk=found.pk)


def _close(row: Erasure, state: str, actor: Actor, decision: str) -> None:
    row.state, row.decision = state, decision
    row.decided_by, row.decider_name, row.decided_as = actor.user, actor.name, _as(actor)
    row.decided_at = calendar.now()
    row.save()


def _as(actor: Actor) -> str:
    return actor.chosen.label if actor.chosen else ", ".join(held.label for held in actor.capacities)[:300]


def _decided(row: Erasure) -> Conflict:
    if row.state == Erasure.State.PROPOSED:
        return Conflict(_("ยังไม่มีผู้ขอลบ มีแต่ข้อเสนอตามกฎการเก็บรักษา"), mend=_("กด “ขอลบ” ก่อน แล้วให้อีกคนยืนยัน"))
    return Conflict(
        _("คำขอนี้ตัดสินแล้ว: %(state)s โดย%(who)s")
        % {"state": row.get_state_display(), "who": f" {row.decider_name}"}
    )
