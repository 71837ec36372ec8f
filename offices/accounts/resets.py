"""A lost second factor is taken away by two people; its owner hears of both steps and sets a new one."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.accounts.policies import keeper
from offices.accounts.rules import explaining, sentence
from offices.models import Person, SecondFactorReset
from offices.services.rules import Fault, refuse
from portal import accounts_mfa, audit, calendar, notices
from portal.actors import Actor
from portal.models import User
from portal.notices import Kind
from portal.problems import Conflict

State = SecondFactorReset.State

notices.declare(
    "reset_asked",
    Kind(
        gettext_lazy("มีผู้ขอล้างการยืนยันสองขั้นตอนของท่าน"),
        gettext_lazy("%(who)s ขอล้างการยืนยันสองขั้นตอนของบัญชีท่าน เหตุผล: %(reason)s ยังไม่มีผลจนกว่าผู้ดูแลอีกคนจะยืนยัน"),
        by_others=True,
    ),
)
notices.declare(
    "reset_done",
    Kind(
        gettext_lazy("การยืนยันสองขั้นตอนของท่านถูกล้าง"),
        gettext_lazy("%(what)s ของบัญชีท่านใช้ไม่ได้แล้ว ผู้ขอ %(who)s ผู้ยืนยัน %(second)s เหตุผล: %(reason)s"),
        by_others=True,
    ),
)


def ask(*, actor: Actor, person: Person, reason: str, checked_how: str) -> SecondFactorReset:
    """Ask for a person's second factor to be taken away; nothing changes until another confirms.

    ``checked_how`` says how the asker made sure that it is he who asks. Raises NotAllowed; Invalid without
    reasons, for one's own account, and where there is no second factor; Conflict while one is asked for.
    """
    keeper(actor)
    user = _account_of(person)
    faults: list[Fault] = []
    if not reason.strip():
        faults.append(sentence("secondfactorreset_has_reason"))
    if not checked_how.strip():
        faults.append(("checked_how", _("ต้องระบุว่าตรวจตัวตนของเจ้าของบัญชีอย่างไร")))
    if user.pk == actor.user_id:
        faults.append(sentence("secondfactorreset_not_by_owner"))
    if not accounts_mfa.factors_of(user.pk):
        faults.append(("reason", _("บัญชีนี้ยังไม่มีการยืนยันสองขั้นตอน จึงไม่มีสิ่งที่ต้องล้าง")))
    refuse(faults)
    with explaining():
        row = SecondFactorReset.objects.create(
            user=user,
            person=person,
            reason=reason.strip(),
            checked_how=checked_how.strip(),
            asked_by=keeper(actor),
            asked_name=actor.name,
            asked_at=calendar.now(),
        )
        audit.record(actor, "secondfactor.reset_asked", row, reason=row.reason, person=str(person.uuid))
        notices.tell(user, "reset_asked", actor=actor, who=actor.name, reason=row.reason)
    return row


def confirm(*, actor: Actor, reset: SecondFactorReset) -> SecondFactorReset:
    """The second person: every factor and recovery code goes, and every session of the account ends.

    Raises NotAllowed; Invalid for who asked and for the account's owner; Conflict when it was decided.
    """
    keeper(actor)
    with explaining():
        row = _open(reset)
        _second(actor, row)
        known = accounts_mfa.forget(row.user)
        row.state, row.removed = State.DONE, known.in_words()[:200]
        _decided(actor, row)
        audit.record(
            actor,
            "secondfactor.reset",
            row,
            reason=row.reason,
            asked_by=row.asked_name,
            removed=row.removed,
            person=str(row.person.uuid),
        )
        notices.tell(
            row.user,
            "reset_done",
            actor=actor,
            what=row.removed or str(accounts_mfa.TOTP),
            who=row.asked_name,
            second=actor.name,
            reason=row.reason,
        )
    return row


def reject(*, actor: Actor, reset: SecondFactorReset, reason: str) -> SecondFactorReset:
    """The second person says no, with a reason; the factors stay. Raises as ``confirm``."""
    keeper(actor)
    if not reason.strip():
        refuse([sentence("secondfactorreset_has_reason")])
    with explaining():
        row = _open(reset)
        _second(actor, row)
        row.state, row.decision = State.REFUSED, reason.strip()
        _decided(actor, row)
        audit.record(actor, "secondfactor.reset_refused", row, reason=row.decision)
    return row


def withdraw(*, actor: Actor, reset: SecondFactorReset) -> SecondFactorReset:
    """Who asked takes it back. Raises NotAllowed; Invalid for anybody else; Conflict when it was decided."""
    keeper(actor)
    with explaining():
        row = _open(reset)
        if row.asked_by_id != actor.user_id:
            refuse([sentence("secondfactorreset_withdrawn_by_asker")])
        row.state = State.WITHDRAWN
        _decided(actor, row)
        audit.record(actor, "secondfactor.reset_withdrawn", row)
    return row


def may_decide(actor: Actor, row: SecondFactorReset) -> str:
    """Why this actor may not be the second person; '' when he may."""
    if row.state != State.ASKED:
        return decided_words(row)
    if actor.user_id in (row.asked_by_id, row.user_id):
        return sentence("secondfactorreset_second_person")[1]
    return ""


def _account_of(person: Person) -> User:
    if person.user is None:
        raise Conflict(_("%(name)sยังไม่มีบัญชีผู้ใช้") % {"name": f"{person.name} "})
    return person.user


def _second(actor: Actor, row: SecondFactorReset) -> None:
    if actor.user_id in (row.asked_by_id, row.user_id):
        refuse([sentence("secondfactorreset_second_person")])


def _open(reset: SecondFactorReset) -> SecondFactorReset:
    row = SecondFactorReset.objects.select_for_update(of=("self",)).select_related("user", "person")
    found = row.get(pk=reset.pk)
    if found.state != State.ASKED:
        raise Conflict(decided_words(found))
    return found


def decided_words(row: SecondFactorReset) -> str:
    """That it was decided, and how."""
    return _("คำขอนี้ตัดสินแล้ว: %(state)s") % {"state": row.get_state_display()}


def _decided(actor: Actor, row: SecondFactorReset) -> None:
    row.decided_by, row.decided_name, row.decided_at = actor.user, actor.name, calendar.now()
    row.save()
