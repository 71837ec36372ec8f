"""Reading cases: which acts are open to an actor, and what was done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from offices.models import AssignmentKind, Case, CaseEvent
from offices.policies import capacities_for
from offices.workflow import Transition, workflow_of
from portal.actors import Actor, Capacity


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
    return capacities_for(transition.roles, actor, office_id=case.office_id, group_code=group_code)


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


def available(case: Case, actor: Actor) -> list[tuple[Transition, bool, str]]:
    """Every act that leaves the case's state: (act, may this actor do it now, and if not why in Thai)."""
    workflow = workflow_of(case.case_type_id)
    done = acts_of_round(case)
    answers = []
    for transition in workflow.leaving(case.state):
        reasons = refusals(case, transition, actor, done=done, data=None)
        answers.append((transition, not reasons, " ".join(reasons)))
    return answers


def refusals(
    case: Case,
    transition: Transition,
    actor: Actor,
    *,
    done: Mapping[str, frozenset[int]],
    data: Mapping[str, Any] | None,
) -> list[str]:
    """Thai sentences that say why this actor may not do this act; none means he may."""
    held = (
        merged_for(case, transition, actor) if transition.capacities else choices_for(case, transition, actor)
    )
    if not held:
        return [who_may(transition)]
    reasons = [
        _("ท่านได้ “%(act)s” เรื่องนี้ไว้แล้ว จึงต้องให้ผู้อื่นเป็นผู้ “%(this)s”")
        % {"act": workflow_of(case.case_type_id).label_of(name), "this": transition.label}
        for name in transition.distinct_from
        if actor.person_id in done.get(name, ())
    ]
    if transition.guard is not None:
        reasons += transition.guard(case, actor, data)
    return reasons


def who_may(transition: Transition) -> str:
    """The Thai sentence that names who may do an act."""
    kinds = transition.capacities or transition.roles
    names = [str(AssignmentKind(kind).label) for kind in kinds]
    if transition.capacities:
        return _("เฉพาะผู้ที่เป็นทั้ง%(who)sของเรื่องนี้") % {"who": _("และ").join(names)}
    return _("เฉพาะ%(who)sของเรื่องนี้") % {"who": _("หรือ").join(names)}


def acts_of_round(case: Case) -> dict[str, frozenset[int]]:
    """Who (person ids) did which act since the case last came into its initial state.

    An act that stays in the initial state belongs to the round and does not begin another.
    """
    initial = workflow_of(case.case_type_id).initial
    events = CaseEvent.objects.filter(case_id=case.pk, office_id=case.office_id)
    began = (
        events.filter(to_state=initial)
        .exclude(from_state=F("to_state"))
        .order_by("-id")
        .values_list("id", flat=True)
    ).first()
    done: dict[str, set[int]] = defaultdict(set)
    for name, person_id in events.filter(id__gte=began or 0, person__isnull=False).values_list(
        "transition", "person_id"
    ):
        done[name].add(person_id)
    return {name: frozenset(people) for name, people in done.items()}


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
