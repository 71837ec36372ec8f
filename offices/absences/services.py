"""Entering and cancelling absences. Who acts meanwhile follows from the entry; nothing runs on the day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from offices.absences import cover, grounds
from offices.absences.policies import PERSONNEL, Right, demand_right
from offices.models import Absence, Person
from offices.services.people import explaining_transaction
from offices.services.rules import Fault, broken, in_words, period, refuse
from portal import audit, calendar
from portal.actors import Actor
from portal.calendar import format_date, format_time
from portal.problems import Conflict


@dataclass(frozen=True)
class Entry:
    """An absence as it is entered: first and last day both belong to it. ``from_noon``: of the first day only
    the afternoon; ``until_noon``: of the last day only the morning. ``reason`` is why it is entered late."""

    person: Person
    kind: str
    starts_on: date
    last_day: date
    from_noon: bool = False
    until_noon: bool = False
    reason: str = ""

    @property
    def valid(self) -> DateRange:
        return period(self.starts_on, self.last_day)


def enter(*, actor: Actor, entry: Entry) -> Absence:
    """Enter an absence. Raises NotAllowed, Invalid with every fault at once."""
    with explaining_transaction():
        return _write(actor, entry)


def cancel(*, actor: Actor, absence: Absence, reason: str) -> Absence:
    """Cancel an absence; the entry stays. Raises NotAllowed, Conflict when it is cancelled already, Invalid
    when somebody acted because of it, or no reason is given."""
    with explaining_transaction():
        right = demand_right(actor, absence.person)
        late = _late(right, actor.as_of, {}, _halves(absence, actor.as_of))
        refuse([("reason", said) for _name, said in late])
        Person.objects.select_for_update().get(pk=absence.person_id)
        with _grounds_kept(absence.person, absence.valid, actor.as_of, "reason"):
            _mark(actor, absence, reason)
    absence.refresh_from_db()
    return absence


def replace(*, actor: Actor, absence: Absence, entry: Entry, why: str) -> Absence:
    """Cancel an absence and enter another of the same person in its place, both or neither. Days that stay as
    they were are not asked about.

    Raises what ``enter`` and ``cancel`` raise; ValueError for somebody else's.
    """
    if absence.person_id != entry.person.pk:
        raise ValueError("an absence is replaced by one of the same person")
    with explaining_transaction():
        return _write(actor, entry, instead_of=absence, why=why)


def rehearse(
    *, actor: Actor, entry: Entry, instead_of: Absence | None = None, why: str = ""
) -> list[cover.Line]:
    """Who would act meanwhile if this were entered: it is, and taken back. Raises what entering raises."""
    with explaining_transaction():
        _write(actor, entry, instead_of=instead_of, why=why)
        found = cover.lines(entry.person.pk, entry.valid)
        transaction.set_rollback(True)
    return found


# --- What they share ------------------------------------------------------------------------------------


def _write(actor: Actor, entry: Entry, *, instead_of: Absence | None = None, why: str = "") -> Absence:
    right = demand_right(actor, entry.person)
    today = actor.as_of
    faults = [*_faults(entry), *_late(right, today, _halves(entry, today), _halves(instead_of, today))]
    reason = _tidy(entry.reason) or _tidy(why)  # an absence that replaces another may begin in the past
    if entry.starts_on < today and not reason:
        faults.append(broken("absence_back_dated_has_reason"))
    refuse(faults)
    Person.objects.select_for_update().get(pk=entry.person.pk)
    days = entry.valid
    if instead_of is not None:
        days = DateRange(min(days.lower, instead_of.valid.lower), max(days.upper, instead_of.valid.upper))
    with _grounds_kept(entry.person, days, today, "starts_on"):
        if instead_of is not None:
            _mark(actor, instead_of, why)
        refuse(list(_overlaps(entry)))
        absence = Absence.objects.create(
            person=entry.person,
            kind=entry.kind,
            valid=entry.valid,
            from_noon=entry.from_noon,
            until_noon=entry.until_noon,
            reason=reason if entry.starts_on < today else "",
            entered_by=actor.user,
            entered_on=today,
        )
    audit.record(actor, "absence.entered", absence, period=in_words(absence.valid), right=right)
    return absence


def _mark(actor: Actor, absence: Absence, reason: str) -> None:
    locked = Absence.objects.select_for_update().get(pk=absence.pk)
    if locked.cancelled_at is not None:
        raise Conflict(
            _("รายการนี้ยกเลิกไปแล้วเมื่อ %s") % format_time(locked.cancelled_at),
            mend=_("เปิดรายการใหม่เพื่อดูสถานะล่าสุด"),
        )
    reason = _tidy(reason)
    if not reason:
        refuse([("reason", _("ต้องระบุเหตุผลที่ยกเลิก"))])
    locked.cancelled_at, locked.cancelled_by, locked.cancelled_why = calendar.now(), actor.user, reason
    locked.save(update_fields=["cancelled_at", "cancelled_by", "cancelled_why"])
    audit.record(actor, "absence.cancelled", locked, period=in_words(locked.valid), reason=reason)


def _faults(entry: Entry) -> Iterator[Fault]:
    if entry.kind not in Absence.Kind.values:
        yield "kind", _("ต้องเลือกประเภท")
    if entry.last_day < entry.starts_on:
        yield "last_day", _("วันสุดท้ายต้องไม่ก่อนวันแรก")
    if entry.starts_on == entry.last_day and entry.from_noon and entry.until_noon:
        yield broken("absence_half_days_leave_something")


def _halves(absence: Entry | Absence | None, before: date) -> dict[date, tuple[bool, bool]]:
    """(morning, afternoon) of each day before a day on which somebody is away."""
    if absence is None or absence.last_day < absence.valid.lower:
        return {}
    first, last = absence.valid.lower, absence.last_day
    count = (min(last, before - timedelta(days=1)) - first).days + 1
    days = (first + timedelta(days=n) for n in range(count))
    return {
        day: (not (absence.from_noon and day == first), not (absence.until_noon and day == last))
        for day in days
    }


def _late(
    right: Right,
    today: date,
    after: Mapping[date, tuple[bool, bool]],
    before: Mapping[date, tuple[bool, bool]],
) -> Iterator[Fault]:
    """Days gone by are changed by personnel only, and nobody is his own personnel."""
    changed = sorted(day for day in {*after, *before} if after.get(day) != before.get(day))
    if changed and right != "personnel":
        yield (
            "starts_on",
            _("%(first)s อยู่ก่อนวันนี้ (%(today)s) บันทึกหรือยกเลิกวันที่ผ่านไปแล้วได้เฉพาะ%(who)s และไม่ใช่ของตนเอง ให้แจ้งผู้นั้น")
            % {
                "first": format_date(changed[0]),
                "today": format_date(today),
                "who": PERSONNEL,
            },
        )


def _span(absence: Entry | Absence) -> tuple[tuple[date, bool], tuple[date, bool]]:
    """Its first half day and the half day after its last, each as (day, afternoon)."""
    valid, last = absence.valid, absence.last_day
    return (valid.lower, absence.from_noon), (last, True) if absence.until_noon else (valid.upper, False)


def _overlaps(entry: Entry) -> Iterator[Fault]:
    begins, ends = _span(entry)
    others = Absence.objects.filter(
        person=entry.person, cancelled_at__isnull=True, valid__overlap=entry.valid
    ).select_related("entered_by__person")
    for other in others.order_by("valid"):
        other_begins, other_ends = _span(other)
        if other_ends <= begins or ends <= other_begins:
            continue  # the other half of a day
        by = getattr(other.entered_by, "person", None)
        yield (
            "starts_on",
            _("%(whom)s มี%(kind)s %(period)s อยู่แล้ว บันทึกโดย %(by)s เมื่อ %(at)s ให้ยกเลิกหรือแก้รายการนั้นก่อน")
            % {
                "whom": entry.person.name,
                "kind": other.get_kind_display(),
                "period": in_words(other.valid),
                "by": by.name if by else _("ระบบ"),
                "at": format_time(other.entered_at),
            },
        )


@contextmanager
def _grounds_kept(person: Person, days: DateRange, today: date, field: str) -> Iterator[None]:
    """Refuse what is written inside when an act of the days gone by would lose its authority."""
    offices = cover.offices_of(person.pk, days)
    last = min(today, days.upper - timedelta(days=1))
    done = grounds.deeds(offices, days.lower, last)
    before = grounds.standing(done, offices)
    yield
    lost = before - grounds.standing(before, offices)
    if lost:
        said = " ".join(grounds.sentences(lost))
        refuse(
            [
                (
                    field,
                    _("ทำไม่ได้ เพราะการกระทำเหล่านี้จะไม่มีอำนาจรองรับ: %(deeds)s ให้เลือกช่วงวันที่ไม่มีการกระทำดังกล่าว")
                    % {"deeds": said},
                )
            ]
        )


def _tidy(text: str) -> str:
    return " ".join(text.split())
