"""Changing whose the factories are: one act, one set of lines, previewed by doing it and taking it back.

Every act goes the same way: lines are planned in memory and judged, written, and the factories are counted
before and after by the one question of ``factories.selectors.owners``. A preview is the act itself whose
transaction is rolled back, so that nobody is shown what would not happen.

An act that would take the officer from a factory that has one is refused, from its first day to the last
change that is known. Factories that nobody had before are told, and do not stop anybody: a set of rules is
built up step by step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from factories.models import ResponsibilityChange, ResponsibilityRule
from factories.policies import RULE_SETTERS, may_set_rules
from factories.selectors import loads, owners, rule_words
from factories.services.rule_lines import Line, Match, Values, ended, line_faults, people_after, split, write
from offices.models import Group, Person
from offices.services.rules import Fault, period, refuse
from portal import audit, calendar, sql
from portal.actors import Actor
from portal.problems import Conflict, Invalid, NotAllowed

Act = ResponsibilityChange.Act


@dataclass
class Outcome:
    """What an act does, or in a preview would do. ``open``: factories nobody has on ``day``, after it."""

    lines: list[Line]
    day: date
    people: list[loads.Load]
    open: int
    change: ResponsibilityChange | None = None

    def said(self) -> list[rule_words.Said]:
        """The lines in words."""
        return rule_words.said([line.as_json() for line in self.lines])


@dataclass(frozen=True)
class Loss:
    """A factory that an act would leave without an officer, and from which day."""

    factory: int
    day: date


class LeavesGaps(Invalid):
    """The act would take the officer from factories that have one; ``losses`` names the first of them."""

    def __init__(self, losses: Sequence[Loss], reason: str) -> None:
        self.losses = list(losses)
        first = min(loss.day for loss in losses)
        super().__init__(
            _("โรงงาน %(count)s แห่งจะไม่มีผู้รับผิดชอบตั้งแต่ %(day)s จึงยังไม่บันทึก %(reason)s")
            % {
                "count": len({loss.factory for loss in losses}),
                "day": calendar.format_date(first),
                "reason": reason,
            },
            mend=_("มอบให้ผู้อื่นก่อน หรือเพิ่มกฎสำหรับทุกโรงงานของกลุ่มไว้รองรับ แล้วทำอีกครั้ง"),
            code="leaves_gaps",
        )


Planner = Callable[[Sequence[ResponsibilityRule], list[Fault]], list[Line]]


def newest_change(group: Group) -> int:
    """The number of the latest change to a group's rules; a page carries the one it saw."""
    newest = ResponsibilityChange.objects.filter(group=group).order_by("-pk").values_list("pk", flat=True)
    return newest.first() or 0


def add_rules(
    *,
    actor: Actor,
    group: Group,
    seen: int,
    matches: Sequence[Match],
    officer: Person,
    substitute: Person,
    from_day: date,
    last_day: date | None = None,
    dry_run: bool = False,
) -> Outcome:
    """Give the factories of each match to an officer and a substitute, from a day to a last day or on.

    Raises NotAllowed, Conflict (``seen`` is not the newest change), Invalid with all faults at once,
    LeavesGaps. ``dry_run`` takes everything back.
    """
    until = period(from_day, last_day).upper

    def planned(rules: Sequence[ResponsibilityRule], faults: list[Fault]) -> list[Line]:
        if last_day is not None and last_day < from_day:
            faults.append(("last_day", _("วันสุดท้ายต้องไม่ก่อนวันเริ่ม")))
            return []
        new = [
            Values(uuid4(), from_day, until, match, officer.pk, substitute.pk)
            for match in dict.fromkeys(matches)
        ]
        return [Line(None, None, values) for values in new]

    return _carry_out(actor, group, seen, Act.ADD, from_day, planned, dry_run=dry_run)


def change_rule(
    *,
    actor: Actor,
    rule: ResponsibilityRule,
    seen: int,
    officer: Person,
    substitute: Person,
    from_day: date,
    dry_run: bool = False,
) -> Outcome:
    """Let a rule have other people from a day on; until then it stays as it was. Raises as ``add_rules``."""

    def planned(rules: Sequence[ResponsibilityRule], faults: list[Fault]) -> list[Line]:
        known = [one for one in rules if one.pk == rule.pk]
        lines = split(known, from_day, faults, lambda old: (officer.pk, substitute.pk))
        if not lines and not faults:
            faults.append(("officer", _("ผู้รับผิดชอบและผู้แทนเหมือนเดิม จึงไม่มีอะไรเปลี่ยน")))
        return lines

    return _carry_out(actor, rule.group, seen, Act.CHANGE, from_day, planned, dry_run=dry_run)


def end_rules(
    *, actor: Actor, group: Group, seen: int, rules: Iterable[UUID], from_day: date, dry_run: bool = False
) -> Outcome:
    """Let rules no longer hold from a day on; those that would begin later are taken away.

    Raises as ``add_rules``.
    """
    wanted = set(rules)

    def planned(known: Sequence[ResponsibilityRule], faults: list[Fault]) -> list[Line]:
        return ended([rule for rule in known if rule.uuid in wanted], from_day, faults)

    return _carry_out(actor, group, seen, Act.END, from_day, planned, dry_run=dry_run)


def standing(group: Group, day: date) -> QuerySet[ResponsibilityRule]:
    """The rules of a group that hold on a day or later."""
    return ResponsibilityRule.objects.filter(group=group, valid__overlap=DateRange(day, None))


def end_with_group(*, actor: Actor, group: Group, from_day: date) -> None:
    """Let every rule of a group hold no longer from the day on which the group is no more.

    Who ends the group is the authority, and the factories stay without an officer of this group. Raises
    Invalid for a day that is over.
    """
    if not standing(group, from_day).exists():
        return
    if from_day < actor.as_of:
        said = _("กฎความรับผิดชอบโรงงานของกลุ่มสิ้นสุดย้อนหลังไม่ได้ วันสุดท้ายของกลุ่มต้องไม่ก่อนเมื่อวาน")
        refuse([("last_day_on", said)])

    def planned(known: Sequence[ResponsibilityRule], faults: list[Fault]) -> list[Line]:
        still = [rule for rule in known if rule.valid.upper is None or rule.valid.upper > from_day]
        return ended(still, from_day, faults)

    _carry_out(
        actor, group, newest_change(group), Act.END, from_day, planned,
        dry_run=False, signed_for=True, whole_group=True,
    )  # fmt: skip


def reassign(
    *,
    actor: Actor,
    group: Group,
    seen: int,
    person: Person,
    to: Person,
    from_day: date,
    rules: Iterable[UUID],
    substitute: Person | None = None,
    dry_run: bool = False,
    signed_for: bool = False,
) -> Outcome:
    """Put ``to`` in the place of ``person`` in these rules, as officer or as substitute, from a day on.

    Where ``to`` is the substitute already, or the substitute has left, ``substitute`` takes that place;
    where ``to`` is the officer already, ``substitute`` takes the place of ``person``. Raises as
    ``add_rules``. ``signed_for``: a signed hand-over list stands in for who else sets rules.
    """
    wanted = set(rules)
    there = {held for office, held in owners.seated(from_day) if office == group.office_id}

    def new_people(old: Values) -> tuple[int, int]:
        pair = (old.officer, old.substitute)
        return people_after(pair, person=person, to=to, substitute=substitute, there=there)

    def planned(known: Sequence[ResponsibilityRule], faults: list[Fault]) -> list[Line]:
        chosen = [
            rule
            for rule in known
            if rule.uuid in wanted and person.pk in (rule.officer_id, rule.substitute_id)
        ]
        if not chosen:
            faults.append(("rules", _("โปรดเลือกกฎที่จะโอนอย่างน้อยหนึ่งข้อ")))
        if to.pk == person.pk:
            faults.append(("to", _("ผู้รับโอนต้องเป็นคนละคนกับผู้โอน")))
            return []
        return split(chosen, from_day, faults, new_people)

    return _carry_out(
        actor, group, seen, Act.REASSIGN, from_day, planned, dry_run=dry_run, signed_for=signed_for
    )


def undo(
    *,
    actor: Actor,
    change: ResponsibilityChange,
    seen: int,
    dry_run: bool = False,
    signed_for: bool = False,
) -> Outcome:
    """Put every rule of a change back to what it was, all or none.

    Raises as ``add_rules``; Invalid also when the change was undone already, or when a later change
    touched one of its rules: it says which.
    """

    def planned(known: Sequence[ResponsibilityRule], faults: list[Fault]) -> list[Line]:
        now = {rule.pk: Values.of(rule) for rule in known}
        later = list(ResponsibilityChange.objects.filter(group=change.group, pk__gt=change.pk).order_by("pk"))
        if any(one.undoes_id == change.pk for one in later):
            faults.append(("", _("การแก้ไขชุดนี้ถูกถอนคืนไปแล้ว")))
            return []
        lines = []
        for line in change.lines:
            before, after = (
                Values.from_json(line[name]) if line[name] else None for name in ("before", "after")
            )
            if now.get(line["rule"]) != after:
                touched = [one for one in later if any(it["rule"] == line["rule"] for it in one.lines)]
                faults.append(("", _touched(touched[-1] if touched else None)))
            lines.append(Line(line["rule"], after, before))
        return lines

    return _carry_out(
        actor,
        change.group,
        seen,
        Act.UNDO,
        actor.as_of,
        planned,
        undoes=change,
        dry_run=dry_run,
        signed_for=signed_for,
    )


def _touched(by: ResponsibilityChange | None) -> str:
    if by is None:
        return _("กฎของการแก้ไขชุดนี้ถูกแก้หลังจากนั้น จึงถอนคืนทั้งชุดไม่ได้")
    return _("ถอนคืนไม่ได้: กฎของชุดนี้ถูกแก้หลังจากนั้นด้วย “%(act)s” โดย%(who)s เมื่อ %(at)s ให้ถอนคืนชุดนั้นก่อน") % {
        "act": by.get_act_display(),
        "who": by.person_name,
        "at": calendar.format_date(by.at),
    }


def demand_setter(actor: Actor, group: Group) -> None:
    """Raise NotAllowed, naming who may, for whoever does not set the rules of a group."""
    if not may_set_rules(actor, group.office_id, group.code):
        raise NotAllowed(_("ท่านดูกฎของกลุ่มนี้ได้แต่แก้ไขไม่ได้ ผู้ที่แก้ได้: %s") % RULE_SETTERS)


def _carry_out(
    actor: Actor,
    group: Group,
    seen: int,
    act: str,
    from_day: date,
    planner: Planner,
    *,
    undoes: ResponsibilityChange | None = None,
    dry_run: bool,
    signed_for: bool = False,
    whole_group: bool = False,
) -> Outcome:
    """``whole_group``: the act ends all rules, however many, and leaves their factories to nobody."""
    if not signed_for:
        demand_setter(actor, group)
    with actor.scope.active(), audit.context(actor), transaction.atomic():
        sql.lock("responsibility", group.pk)
        if newest_change(group) != seen:
            raise Conflict(
                _("มีผู้แก้กฎของกลุ่มนี้หลังจากที่ท่านเปิดหน้า จึงยังไม่ได้บันทึก"),
                mend=_("เปิดหน้านี้ใหม่ ดูกฎปัจจุบัน แล้วทำอีกครั้ง"),
            )
        rules = list(ResponsibilityRule.objects.filter(group=group).order_by("pk"))
        faults: list[Fault] = []
        if from_day < actor.as_of:
            faults.append(("from_day", _("วันที่มีผลต้องไม่ก่อนวันนี้ ใครรับผิดชอบในวันที่ผ่านมาแล้วแก้ไม่ได้")))
        lines = planner(rules, faults)
        if not whole_group:
            faults += line_faults(group, rules, lines, from_day)
        refuse(faults)
        days = _days(group, rules, lines, from_day)
        before = {day: loads.held(group, day) for day in days}
        lines = write(group, lines)
        after = {day: loads.held(group, day) for day in days}
        losses = [Loss(factory, day) for day in days for factory in before[day].keys() - after[day].keys()]
        if losses and not whole_group:
            raise LeavesGaps(losses, _leavers(group, lines, min(loss.day for loss in losses)))
        outcome = Outcome(
            lines, from_day, loads.loads(before[from_day], after[from_day], from_day),
            loads.on_register(group) - len(after[from_day]),
        )  # fmt: skip
        if dry_run:
            transaction.set_rollback(True)
            return outcome
        outcome.change = _record(actor, group, act, from_day, lines, undoes)
    return outcome


def _days(
    group: Group, rules: Sequence[ResponsibilityRule], lines: Sequence[Line], from_day: date
) -> list[date]:
    """The days on which whose a factory is may change, from the act's first day on."""
    known = [Values.of(rule) for rule in rules]
    known += [line.after for line in lines if line.after]
    days = {day for values in known for day in (values.since, values.until) if day is not None}
    days |= loads.ends(group, {values.officer for values in known}, from_day).keys()
    return sorted({from_day, *(day for day in days if day > from_day)})


def _leavers(group: Group, lines: Sequence[Line], day: date) -> str:
    """Who of the new officers is no longer in the office on the first day of a gap."""
    there = {person for office, person in owners.seated(day) if office == group.office_id}
    gone = {line.after.officer for line in lines if line.after and line.after.officer not in there}
    if not gone:
        return ""
    return _("(%(names)s พ้นหน้าที่ก่อนวันนั้น ให้ใส่วันสุดท้ายของกฎ)") % {
        "names": ", ".join(sorted(loads.names(gone).values()))
    }


def _record(
    actor: Actor,
    group: Group,
    act: str,
    from_day: date,
    lines: Sequence[Line],
    undoes: ResponsibilityChange | None,
) -> ResponsibilityChange:
    capacities = [actor.chosen] if actor.chosen else list(actor.capacities)
    change = ResponsibilityChange.objects.create(
        office_id=group.office_id,
        group=group,
        act=act,
        from_day=from_day,
        lines=[line.as_json() for line in lines],
        undoes=undoes,
        person_id=actor.person_id,
        person_name=actor.name,
        capacity=", ".join(capacity.label for capacity in capacities)[:300],
        at=calendar.now(),
    )
    audit.record(actor, "responsibility.changed", change, act=act, rules=len(lines))
    return change
