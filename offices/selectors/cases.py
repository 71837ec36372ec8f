"""Reading cases: which acts are open to an actor, and what was done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from itertools import groupby
from typing import Any

from django.db.models import F, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from offices.models import AssignmentKind, Case, CaseEvent
from offices.orders.powers import power_of
from offices.policies import capacities_for
from offices.selectors.away import reasons_against_deciding
from offices.workflow import Transition, workflow_of
from portal.actors import Actor, Capacity
from portal.history import Entry
from portal.problems import Reason


@dataclass(frozen=True)
class Act:
    """One act as a page shows it: what, from where to where, and each capacity it was done in."""

    label: str
    from_state: str
    to_state: str
    version: int
    at: datetime
    person_name: str
    capacities: tuple[str, ...]
    reason: str
    data: Mapping[str, Any] = field(default_factory=dict)


def choices_for(case: Case, transition: Transition, actor: Actor) -> tuple[Capacity, ...]:
    """The capacities in which the actor may do this act; more than one means the page asks.

    Empty for acts that need several capacities at once: there is nothing to choose.
    """
    group_code = None if transition.any_group else case.group.code
    held = capacities_for(transition.roles, actor, office_id=case.office_id, group_code=group_code)
    if not transition.power:
        return held
    delegated = capacities_for([AssignmentKind.DELEGATED], actor, office_id=case.office_id, group_code=None)
    return (*held, *(one for one in delegated if transition.power in one.powers and one not in held))


def merged_for(case: Case, transition: Transition, actor: Actor) -> tuple[Capacity, ...]:
    """One capacity of each kind that a merged act needs, in their order; empty when one is lacking.

    Of two capacities of one kind (assistant of two groups) that of the case's own group counts.
    """
    chosen = []
    for kind in transition.capacities:
        held = capacities_for([kind], actor, office_id=case.office_id, group_code=case.group.code)
        if not held:
            return ()
        chosen.append(min(held, key=lambda capacity: capacity.group_code != case.group.code))
    return tuple(chosen)


@dataclass(frozen=True)
class Answer:
    """Whether an actor may do one act now: ``reasons`` are all the conditions not met, none means he may."""

    transition: Transition
    reasons: tuple[Reason, ...]

    @property
    def allowed(self) -> bool:
        return not self.reasons

    @property
    def fits(self) -> bool:
        """Whether the act belongs to the case's path at all."""
        return all(reason.kind != "path" for reason in self.reasons)


def explain(case: Case, actor: Actor) -> list[Answer]:
    """Every act of the case's workflow, also those its state does not allow, each with what refuses it.

    The reasons are those ``case_transition`` would refuse with, because it asks the same function.
    """
    done = acts_of_round(case)
    away = cache(reasons_against_deciding)  # asked once, and only if something needs it
    return [
        Answer(transition, tuple(refusals(case, transition, actor, done=done, data=None, away=away)))
        for transition in workflow_of(case.case_type_id).transitions
    ]


def refused_acts(case: Case, answers: Iterable[Answer]) -> list[tuple[str, list[Reason]]]:
    """(act, its unmet conditions) for everything that cannot be done now, from ``explain``'s answers.

    Of acts that bear one name, those that leave the present state speak for the others.
    """
    named: dict[str, list[Answer]] = {}
    for answer in answers:
        named.setdefault(str(answer.transition.label), []).append(answer)
    told = []
    for label, group in named.items():
        here = [answer for answer in group if case.state in answer.transition.sources] or group
        if not any(answer.allowed for answer in here):
            told.append((label, list(dict.fromkeys(reason for one in here for reason in one.reasons))))
    return told


def available(case: Case, actor: Actor) -> list[tuple[Transition, bool, str]]:
    """Every act that leaves the case's state: (act, may this actor do it now, and if not why in Thai)."""
    return [
        (answer.transition, answer.allowed, " ".join(answer.reasons))
        for answer in explain(case, actor)
        if case.state in answer.transition.sources
    ]


def refusals(
    case: Case,
    transition: Transition,
    actor: Actor,
    *,
    done: Mapping[str, frozenset[int]],
    data: Mapping[str, Any] | None,
    away: Callable[[int | None, date], Iterable[Reason]] = reasons_against_deciding,
) -> list[Reason]:
    """Why this actor may not do this act, every condition that is not met; none means he may.

    ``data`` is what the form sent, or None when a page only asks. Whether the matter is ready is asked
    only of who may act, in a state that allows the act: of others it would be an answer to a question
    they cannot put. Of acts that decide it is asked, too, whether he is ``away`` all day: whoever acts for
    him decides meanwhile, and two would otherwise decide one matter.
    """
    held = (
        merged_for(case, transition, actor) if transition.capacities else choices_for(case, transition, actor)
    )
    reasons = [] if held else [Reason(who_may(transition), "capacity")]
    if case.state not in transition.sources:
        return [*reasons, _wrong_state(case, transition)]
    unfit = transition.fits(case, actor) if transition.fits is not None else ""
    if unfit:
        reasons.append(Reason(unfit, "path"))
    if not held:
        return reasons
    reasons += [
        Reason(
            _("ท่านได้ “%(act)s” เรื่องนี้ไว้แล้ว จึงต้องให้ผู้อื่นเป็นผู้ “%(this)s”")
            % {"act": workflow_of(case.case_type_id).label_of(name), "this": transition.label},
            "duty",
        )
        for name in transition.distinct_from
        if actor.person_id in done.get(name, ())
    ]
    if transition.decides and not unfit:
        reasons += away(actor.person_id, actor.as_of)
    if transition.guard is not None:
        reasons += [
            reason if isinstance(reason, Reason) else Reason(reason)
            for reason in transition.guard(case, actor, data)
        ]
    return reasons


def _wrong_state(case: Case, transition: Transition) -> Reason:
    """The case is elsewhere: where the act is done from, and who must act or what must be opened first."""
    workflow = workflow_of(case.case_type_id)
    now = workflow.word(case.state)
    text = _("เรื่องอยู่ในสถานะ “%(state)s” จึง “%(act)s” ไม่ได้ ทำได้เมื่ออยู่ในสถานะ %(sources)s") % {
        "state": now.label,
        "act": transition.label,
        "sources": ", ".join(f"“{workflow.word(source).label}”" for source in transition.sources),
    }
    if case.state in workflow.final:
        opening = ", ".join(f"“{one.label}”" for one in workflow.leaving(case.state))
        return Reason(_("%(why)s เรื่องนี้ปิดแล้ว ต้อง %(acts)s ก่อน") % {"why": text, "acts": opening}, "locked")
    if now.next_actor:
        text = _("%(why)s ขณะนี้รอ%(who)sดำเนินการก่อน") % {"why": text, "who": now.next_actor}
    return Reason(text, "state")


def who_may(transition: Transition) -> str:
    """The Thai sentence that names who may do an act."""
    kinds = transition.capacities or transition.roles
    names = [str(AssignmentKind(kind).label) for kind in kinds]
    if transition.capacities:
        return _("เฉพาะผู้ที่เป็นทั้ง%(who)sของเรื่องนี้") % {"who": _("และ").join(names)}
    if transition.power:
        names.append(_("ผู้ได้รับมอบอำนาจ “%(power)s”") % {"power": power_of(transition.power).label})
    return _("เฉพาะ%(who)sของเรื่องนี้") % {"who": _("หรือ").join(names)}


def acts_of_round(case: Case) -> dict[str, frozenset[int]]:
    """Who (person ids) did which act since the case last came into its initial state.

    An act that stays in the initial state belongs to the round and does not begin another.
    """
    done: dict[str, set[int]] = defaultdict(set)
    events = events_of_round(case.pk, case.office_id, case.case_type_id)
    for name, person_id in events.values_list("transition", "person_id"):
        done[name].add(person_id)
    return {name: frozenset(people) for name, people in done.items()}


def events_of_round(case_id: int, office_id: int, case_type: str) -> QuerySet[CaseEvent]:
    """What people did since the case last came into its initial state; one query when it is read."""
    events = CaseEvent.objects.filter(case_id=case_id, office_id=office_id)
    began = (
        events.filter(to_state=workflow_of(case_type).initial)
        .exclude(from_state=F("to_state"))
        .order_by("-id")
        .values("id")[:1]
    )
    return events.filter(id__gte=Coalesce(Subquery(began), 0), person__isnull=False)


def history(case: Case) -> list[Act]:
    """Everything done to the case, oldest first; a merged act is one entry with its capacities."""
    workflow = workflow_of(case.case_type_id)
    events: Iterable[CaseEvent] = CaseEvent.objects.filter(case_id=case.pk).order_by("version_after", "id")
    acts = []
    for version, grouped in groupby(events, key=lambda event: event.version_after):
        rows = list(grouped)
        first = rows[0]
        acts.append(
            Act(
                label=workflow.label_of(first.transition),
                from_state=first.from_state,
                to_state=first.to_state,
                version=version,
                at=first.at,
                person_name=first.person_name,
                capacities=tuple(row.capacity for row in rows if row.capacity),
                reason=first.reason,
                data=first.data,
            )
        )
    return acts


def timeline(case: Case, opinions: Mapping[str, Any] | None = None) -> list[Entry]:
    """What a page shows of it, newest first; ``opinions``: what an opinion that an act gave is called. An act
    whose event has a ``what`` says it behind its name."""
    entries = []
    for act in reversed(history(case)):
        opinion = str((opinions or {}).get(act.data.get("opinion", ""), ""))
        entries.append(
            Entry(
                at=act.at,
                what=": ".join(filter(None, (str(act.label), act.data.get("what", "")))),
                who=act.person_name,
                capacity=" · ".join(act.capacities),
                reason=" · ".join(filter(None, (opinion, act.reason))),
            )
        )
    return entries
