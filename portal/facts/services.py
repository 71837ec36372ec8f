"""Proposing and confirming. Nothing changes before the second person's word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import IO, Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portal import audit, calendar, dated
from portal.actors import Actor, Capacity
from portal.facts.keepers import demand, refusal
from portal.facts.values import seen_now, spans
from portal.models import DatedSetting, SettingProposal
from portal.problems import Conflict, Invalid, NotAllowed
from portal.scans import FACT, store_scan


@dataclass(frozen=True)
class Paper:
    """The document a proposal rests on: its name, number and date as printed, and its scan."""

    title: str
    number: str
    signed_on: date
    scan: tuple[str, IO[bytes]]  # name and bytes

    @property
    def source(self) -> str:
        return source_of(self.title, self.number, self.signed_on)


def source_of(title: str, number: str, signed_on: date) -> str:
    """A document as a source is cited."""
    return _("%(title)s ที่ %(number)s ลงวันที่ %(day)s") % {
        "title": title.strip(), "number": number.strip(), "day": calendar.format_date_th(signed_on),
    }  # fmt: skip


def proposal_faults(
    *, key: str, place: str, value: Any, since: date, signed_on: date | None, today: date
) -> list[tuple[str, str]]:
    """Everything that keeps a value from being proposed, each as (field of the form, Thai sentence)."""
    found = dated.faults(key=key, value=value, since=since, source="-", place=place)
    if signed_on is not None and signed_on > today:
        found.append(("document_date", _("วันที่ของเอกสารอยู่ในอนาคต")))
    if found:
        return found
    if SettingProposal.objects.filter(key=key, place=place, state="proposed").exists():
        found.append(("", _("มีข้อเสนอของค่านี้ที่รอผู้ยืนยันอยู่แล้ว โปรดรอผลหรือถอนข้อเสนอนั้นก่อน")))
    now = next(span for span in spans(key, place) if span.has(since))
    own = now.setting is not None and now.setting.place == place
    if own and now.verified and now.value == value:
        found.append(("value", _("ค่านี้มีผลและยืนยันแล้วในวันที่กำหนด จึงไม่มีอะไรเปลี่ยน")))
    return found


def propose(
    *, actor: Actor, key: str, value: Any, since: date, paper: Paper, place: str = "", note: str = ""
) -> SettingProposal:
    """Put forward a value from a document, to hold from a day on once another keeper confirms it.

    Proposing the value that holds already asks for its verification. Nothing changes yet. Raises
    NotAllowed for those who do not keep this place's facts, Invalid with every fault at once.
    """
    capacity = demand(actor, place)
    assert actor.user is not None  # who holds a capacity has signed in
    with transaction.atomic():
        dated.lock(key, place)
        found = [
            (name, _("ต้องกรอก"))
            for name, text in (("document_title", paper.title), ("document_number", paper.number))
            if not text.strip()
        ] + proposal_faults(
            key=key, place=place, value=value, since=since, signed_on=paper.signed_on, today=actor.as_of
        )
        if found:
            raise _invalid(found)
        document = store_scan(
            name=paper.scan[0],
            content=paper.scan[1],
            office_id=None if actor.scope.is_nation else capacity.office_id,
            user=actor.user,
            purpose=FACT,
        )
        made = SettingProposal.objects.create(
            key=key,
            place=place,
            value=value,
            since=since,
            document=document,
            document_title=paper.title.strip(),
            document_number=paper.number.strip(),
            document_date=paper.signed_on,
            note=note.strip(),
            proposed_by=actor.user,
            proposer_name=actor.name,
            proposed_as=capacity.label,
            proposed_at=calendar.now(),
        )
        audit.record(actor, "fact.proposed", made, key=key, place=place, value=value, since=since.isoformat())
    return made


def confirm(*, actor: Actor, proposal: UUID, seen: int) -> DatedSetting:
    """The second person's word: the proposed value holds from its day on, verified.

    ``seen`` is ``seen_now`` of the page the confirmer looked at. Raises SettingProposal.DoesNotExist,
    NotAllowed for the proposer himself and for who does not keep this place's facts, Conflict when it
    was decided already or the values changed meanwhile, Invalid when it can no longer hold.
    """
    with transaction.atomic():
        row, capacity = _open(actor, proposal)
        why = refusal(actor, row.place, proposal=row)
        if why:
            raise NotAllowed(why)
        if seen != seen_now(row.key, row.place):
            raise Conflict(
                _("ค่าตั้งนี้เปลี่ยนไปหลังจากที่ท่านเปิดหน้า"), mend=_("ยังไม่มีการบันทึก โปรดเปิดหน้านี้ใหม่แล้วดูก่อนยืนยัน")
            )
        row.setting = dated.decide(
            actor=actor,
            key=row.key,
            value=row.value,
            since=row.since,
            source=source_of(row.document_title, row.document_number, row.document_date),
            place=row.place,
            verified=True,
        )
        _close(row, SettingProposal.State.CONFIRMED, actor, capacity)
        audit.record(actor, "fact.confirmed", row, key=row.key, place=row.place)
    return row.setting


def decline(*, actor: Actor, proposal: UUID, reason: str) -> SettingProposal:
    """Put a proposal aside: declined by another keeper, or withdrawn by its proposer.

    Raises as ``confirm`` does, and Invalid without a reason.
    """
    with transaction.atomic():
        row, capacity = _open(actor, proposal)
        if not reason.strip():
            raise Invalid(_("โปรดระบุเหตุผล"), fields={"reason": [_("ต้องระบุเหตุผล")]})
        own = row.proposed_by_id == actor.user_id
        row.reason = reason.strip()
        _close(
            row, SettingProposal.State.WITHDRAWN if own else SettingProposal.State.DECLINED, actor, capacity
        )
        audit.record(actor, "fact.withdrawn" if own else "fact.declined", row, key=row.key, reason=row.reason)
    return row


def _open(actor: Actor, proposal: UUID) -> tuple[SettingProposal, Capacity]:
    """A proposal still open, locked, and the capacity in which this actor decides on it."""
    found = SettingProposal.objects.get(uuid=proposal)
    dated.lock(found.key, found.place)
    row = SettingProposal.objects.select_for_update().get(pk=found.pk)
    capacity = demand(actor, row.place)
    if row.state != SettingProposal.State.PROPOSED:
        raise Conflict(
            _("ข้อเสนอนี้ตัดสินแล้ว: %(state)s โดย%(who)s") % {
                "state": row.get_state_display(), "who": f" {row.decider_name}",
            }
        )  # fmt: skip
    return row, capacity


def _close(row: SettingProposal, state: str, actor: Actor, capacity: Capacity) -> None:
    row.state = state
    row.decided_by = actor.user
    row.decider_name = actor.name
    row.decided_as = capacity.label
    row.decided_at = calendar.now()
    row.save()


def _invalid(found: Sequence[tuple[str, str]]) -> Invalid:
    fields: dict[str, list[str]] = {}
    for name, sentence in found:
        fields.setdefault(name, []).append(sentence)
    return Invalid(" ".join(sentence for _name, sentence in found), fields=dict(fields))
