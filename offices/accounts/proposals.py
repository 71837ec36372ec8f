"""First sign-ins through a provider: proposed by signing in, confirmed or refused by who keeps accounts."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from offices.accounts import answers
from offices.accounts.policies import account_keepers
from offices.accounts.rules import explaining, sentence
from offices.models import Office, Person, PersonPrivate, Placement, PlacementKind, SignInProposal
from offices.policies import demand
from offices.private.clearance import everybody
from offices.private.services import keep_card, person_of_card
from offices.selectors.placements import seats
from offices.services import people
from offices.services.people import email_faults
from offices.services.rules import Fault, refuse
from portal import audit, calendar, notices, secretbox, sql
from portal.accounts_oidc import Newcomer, provider_name
from portal.actors import Actor
from portal.models import User
from portal.problems import Conflict
from portal.thai import search_key

WAITS = "newcomer"  # in the session: the proposal of whoever came and is not signed in
State = SignInProposal.State


@dataclass(frozen=True)
class NewPerson:
    """Somebody whom the directory does not have yet."""

    title_th: str
    first_th: str
    last_th: str
    employment: str
    position_th: str = ""


def came(request: HttpRequest, newcomer: Newcomer) -> str:
    """The desk: note who came, remember it in his session, and give the address where he waits."""
    row = propose(newcomer)
    request.session[WAITS] = str(row.uuid)
    return reverse("join:signinproposal-waiting")


def propose(newcomer: Newcomer) -> SignInProposal:
    """The proposal of a subject: the one that waits, made anew from this answer, or a first one.

    The same subject twice is one proposal. One that was refused stays refused until its owner asks again
    (``ask_again``).
    """
    officer = answers.read(newcomer.claims)
    now = calendar.now()
    with explaining():
        # two browsers of one person at the same moment: the second waits here and finds the first's row
        sql.lock(f"signin:{newcomer.provider}:{newcomer.subject}")
        known = SignInProposal.objects.filter(provider=newcomer.provider, subject=newcomer.subject)
        row = known.select_for_update().order_by("-id").first()
        if row is None:
            row = SignInProposal(provider=newcomer.provider, subject=newcomer.subject, first_at=now)
        elif row.state != State.WAITING:
            return row
        first = row.pk is None
        row.last_at = now
        _fill(row, officer)
        row.save()
        if first:
            audit.record(None, "signin.proposed", row, provider=row.provider)
    return row


def _fill(row: SignInProposal, officer: answers.Officer) -> None:
    """Write an answer into a proposal; what an earlier one said is gone."""
    for one in SignInProposal._meta.concrete_fields:
        if one.name in answers.KEYS:
            setattr(row, one.name, officer.values.get(one.name, ""))
    row.employment = officer.values.get("employment", "")
    code = answers.office_code(officer.values)
    row.office = Office.objects.filter(code=code, kind=Office.Kind.PROVINCIAL).first() if code else None
    row.card_hash = secretbox.keyed_hash(officer.card, purpose="card") if officer.card else ""
    row.answer = secretbox.seal(officer.sealed(), context=_context(row))
    row.findings = list(officer.findings)


def _context(row: SignInProposal) -> str:
    return f"offices.signinproposal:{row.uuid}:answer"


def answer_of(row: SignInProposal) -> Mapping[str, Any]:
    """What lies under the seal of a proposal; nothing once it was decided."""
    opened: Mapping[str, Any] = (
        json.loads(secretbox.unseal(row.answer, context=_context(row))) if row.answer else {}
    )
    return opened


def ask_again(row: SignInProposal) -> SignInProposal:
    """After a refusal: another proposal of the same subject, empty until he signs in through his provider.

    Raises Conflict for one that was not refused.
    """
    if row.state != State.REFUSED:
        raise Conflict(_("คำขอนี้ยังรออยู่ หรือยืนยันแล้ว"))
    now = calendar.now()
    with explaining():
        again = SignInProposal.objects.create(
            provider=row.provider,
            subject=row.subject,
            first_at=now,
            last_at=now,
            title_th=row.title_th,
            first_th=row.first_th,
            last_th=row.last_th,
            employment=row.employment,
            office=row.office,
        )
        audit.record(None, "signin.proposed", again, provider=row.provider, again=True)
    return again


def candidates(row: SignInProposal, text: str = "") -> QuerySet[Person]:
    """People without an account who may be meant: of this name, or of the name looked for."""
    rows = Person.objects.filter(user__isnull=True)
    words = text.split() or [row.first_th, row.last_th]
    for word in filter(None, words):
        rows = rows.filter(first_th__icontains=word) | rows.filter(last_th__icontains=word)
    return rows.order_by("first_th", "last_th", "id") if any(words) else rows.none()


def same_name(row: SignInProposal) -> QuerySet[Person]:
    """People of this very name who have an account already: they sign in to it and connect it themselves."""
    return Person.objects.filter(user__isnull=False, first_th=row.first_th, last_th=row.last_th)


def same_card(row: SignInProposal) -> QuerySet[SignInProposal]:
    """Other proposals that wait and whose answer had the same card number: a hint for who confirms."""
    if not row.card_hash:
        return SignInProposal.objects.none()
    return SignInProposal.objects.filter(card_hash=row.card_hash).exclude(pk=row.pk).order_by("id")


def card_holder(row: SignInProposal) -> Person | None:
    """Who of the directory has the card number of a proposal's answer; nobody once it was decided."""
    card = answer_of(row).get("card")
    return person_of_card(card, why="a first sign-in is compared by hash") if card else None


def clearly(row: SignInProposal, people: Sequence[Person]) -> Person | None:
    """The one person without an account who has this very name, when there is exactly one."""
    wanted = search_key(row.first_th), search_key(row.last_th)
    found = [one for one in people if (search_key(one.first_th), search_key(one.last_th)) == wanted]
    return found[0] if len(found) == 1 and all(wanted) else None


def confirm(
    *, actor: Actor, proposal: SignInProposal, email: str, person: Person | None, new: NewPerson | None = None
) -> User:
    """Say who it is: one of the directory who has no account, or somebody new to it. Gives his account.

    The account can sign in through the provider; it has no password and no power. ``email`` is what notices
    go to, and no other account may have it. Of the answer the card number is kept with the person's private
    fields, and nothing in the proposal. Raises NotAllowed; Conflict when the proposal was decided, the person
    has an account, the subject was connected meanwhile, or the card number is not this person's; Invalid for
    everything in the form.
    """
    demand(account_keepers, actor)
    faults: list[Fault] = list(email_faults(email))
    if (person is None) == (new is None):
        faults.append(("person", _("เลือกบุคคลหนึ่งคน หรือเพิ่มเป็นบุคลากรใหม่")))
    if new is not None:
        faults += _person_faults(new)
    refuse(faults)
    with explaining():
        row = _waiting(proposal)
        if SocialAccount.objects.filter(provider=row.provider, uid=row.subject).exists():
            raise Conflict(_("วิธีลงชื่อเข้าใช้นี้ผูกกับบัญชีอื่นแล้ว"))
        if new is not None:
            person = people.add_person(actor=actor, **asdict(new))
        else:
            person = Person.objects.select_for_update().get(pk=person.pk)  # type: ignore[union-attr]
        if person.user_id is not None:
            raise Conflict(
                _("%(name)sมีบัญชีผู้ใช้อยู่แล้ว") % {"name": f"{person.name} "},
                mend=_("ให้เจ้าตัวลงชื่อเข้าใช้บัญชีเดิม แล้วผูกวิธีนี้เองในหน้าวิธีลงชื่อเข้าใช้ จากนั้นไม่ยืนยันคำขอนี้"),
            )
        user = User.objects.create_user(email=email)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        SocialAccount.objects.create(user=user, provider=row.provider, uid=row.subject)
        person.user = user
        person.save(update_fields=["user"])
        # the card moves to what is sealed by the person's own key, which an erasure destroys
        if card := answer_of(row).get("card"):
            keep_card(actor=actor, person=person, digits=card)
        row.state, row.person = State.CONFIRMED, person
        row.decided_by, row.decided_at = actor.user, calendar.now()
        _forget(row)
        audit.record(actor, "signin.confirmed", row, provider=row.provider, person=str(person.uuid))
        audit.record(actor, "person.account_given", person)
        notices.tell(user, "account_ready", actor=actor, what=provider_name(row.provider))
    return user


@dataclass(frozen=True)
class Clear:
    """A proposal that means one person beyond doubt, and the address his notices go to."""

    proposal: SignInProposal
    person: Person
    email: str


def clear_matches(today: date) -> list[Clear]:
    """The waiting proposals whose card, name and province all name one person without an account.

    The card is compared by its keyed hash with those of the directory, the name by its search key, the
    province by where the person is placed that day. Two people for a proposal, two proposals for a person,
    an address that is missing or taken: none of these is clear. Needs the readers' clearance of
    ``everybody``, which this opens for the comparison of hashes only.
    """
    waiting = list(SignInProposal.objects.filter(state=State.WAITING).exclude(card_hash="").order_by("id"))
    with everybody("first sign-ins are compared by hash"):
        hashes = {
            row.card_hash: row.person_id
            for row in PersonPrivate.objects.filter(
                card_hash__in=[one.card_hash for one in waiting], person__user__isnull=True
            )
        }
    people = Person.objects.in_bulk({*hashes.values()})
    placed = {(seat.person, seat.office) for seat in seats(today, people=people)}
    homes = Placement.objects.filter(person__in=people, kind=PlacementKind.HOME, valid__contains=today)
    placed |= set(homes.values_list("person_id", "office_id"))
    found = []
    for row in waiting:
        person = people.get(hashes.get(row.card_hash, 0))
        email = str(answer_of(row).get("email", "")).strip().lower()
        if (
            person is not None
            and clearly(row, [person]) is not None
            and (person.pk, row.office_id) in placed
            and not list(email_faults(email))
        ):
            found.append(Clear(row, person, email))
    people_seen = Counter(one.person.pk for one in found)
    addresses = Counter(one.email for one in found)
    return [one for one in found if people_seen[one.person.pk] == addresses[one.email] == 1]


def confirm_clear(*, actor: Actor, chosen: Sequence[tuple[int, int]]) -> int:
    """Confirm the (proposal, person) pairs that were shown, all or none. Gives how many.

    Each is asked again whether it is still clear. Raises NotAllowed; Conflict when one is no more.
    """
    demand(account_keepers, actor)
    if not chosen:
        refuse([("chosen", _("ไม่มีคำขอที่ตรงชัดเจน"))])
    with explaining():
        now = {(one.proposal.pk, one.person.pk): one for one in clear_matches(actor.as_of)}
        gone = [pair for pair in chosen if pair not in now]
        if gone:
            raise Conflict(
                _("คำขอ %(count)s รายการไม่ตรงชัดเจนอีกแล้ว จึงยังไม่ยืนยันรายการใด") % {"count": len(gone)},
                mend=_("เปิดรายการใหม่ ตรวจอีกครั้ง แล้วยืนยัน"),
            )
        for pair in chosen:
            one = now[pair]
            confirm(actor=actor, proposal=one.proposal, email=one.email, person=one.person)
    return len(chosen)


def reject(*, actor: Actor, proposal: SignInProposal, reason: str) -> SignInProposal:
    """Refuse with a reason, which whoever signed in reads; what his provider said of him is forgotten.

    Raises NotAllowed; Conflict when it was decided; Invalid without a reason.
    """
    demand(account_keepers, actor)
    if not reason.strip():
        refuse([sentence("signinproposal_refusal_has_reason")])
    with explaining():
        row = _waiting(proposal)
        row.state, row.reason = State.REFUSED, reason.strip()
        row.decided_by, row.decided_at = actor.user, calendar.now()
        _forget(row)
        audit.record(actor, "signin.refused", row, provider=row.provider, reason=row.reason)
    return row


def connected(provider: str, subject: str) -> None:
    """The desk hears that an account's owner connected this subject himself: nobody need confirm it."""
    with explaining():
        rows = SignInProposal.objects.select_for_update().filter(
            provider=provider, subject=subject, state=State.WAITING
        )
        for row in rows:
            row.state, row.decided_at = State.WITHDRAWN, calendar.now()
            _forget(row)
            audit.record(None, "signin.withdrawn", row, provider=provider)


def _forget(row: SignInProposal) -> None:
    row.card_hash, row.answer = "", b""
    row.save()


def _waiting(proposal: SignInProposal) -> SignInProposal:
    row = SignInProposal.objects.select_for_update().get(pk=proposal.pk)
    if row.state != State.WAITING:
        raise Conflict(_("คำขอนี้ตัดสินแล้ว: %(state)s") % {"state": row.get_state_display()})
    return row


def _person_faults(new: NewPerson) -> list[Fault]:
    faults: list[Fault] = [
        (name, _("ต้องกรอก")) for name in ("title_th", "first_th", "last_th") if not getattr(new, name).strip()
    ]
    if new.employment not in Person.Employment.values:
        faults.append(("employment", _("ต้องเลือกประเภทบุคลากร")))
    return faults
