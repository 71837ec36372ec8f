"""Workflows as plain data: states, acts, who may do them. The case engine and the docs read it.

An app declares its workflow and registers it in ``AppConfig.ready``; rows of ``CaseType`` and
``CaseState`` follow by ``sync_workflows``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from portal.actors import Actor
from portal.problems import Invalid
from portal.words import StateWord, word

if TYPE_CHECKING:
    from offices.models import Case, CaseEvent

OPEN = "open"  # the name of every case's first event

# A guard gives the Thai reasons why the act is not possible now; none means it is. Its third
# argument is what the form sent, or None when a page only asks which acts are open.
Guard = Callable[["Case", Actor, Mapping[str, Any] | None], Sequence[str]]
# '' when the act belongs to the case's path, else in Thai why it does not.
Fits = Callable[["Case", Actor], str]
# An effect runs inside the act's transaction, after status and event are written. It gets the
# event; of an act in several capacities the event of the last one named.
Effect = Callable[["Case", Actor, "CaseEvent"], None]


@dataclass(frozen=True)
class Transition:
    """One act on a case.

    ``roles``: any one of these assignment kinds may act. ``capacities``: instead of roles, the
    actor must hold all of these at once, and the one act is recorded in each of them.
    ``distinct_from``: nobody who did one of these acts in the current round may do this one.
    ``power``: besides those of ``roles``, whoever was delegated this power (``offices.orders.powers``).
    ``any_group``: officers and heads of every group of the office may act, not only of the case's own.
    ``decides``: the act by which a matter is decided, which an assistant officer never does as such, and
    nobody on a day all of which he is away.
    ``fits``: which of several acts belongs to this case's path; a page hides those that do not.
    """

    name: str
    label: Any  # Thai: what the button says
    sources: tuple[str, ...]
    target: str
    roles: tuple[str, ...] = ()
    capacities: tuple[str, ...] = ()
    power: str = ""
    needs_reason: bool = False
    distinct_from: tuple[str, ...] = ()
    any_group: bool = False
    decides: bool = False
    fits: Fits | None = None
    guard: Guard | None = None
    effect: Effect | None = None


@dataclass(frozen=True)
class Workflow:
    """The states of a kind of matter and the acts between them.

    ``words`` names the group of ``portal.words`` that holds its states; ``starts`` are states in
    which a case may be opened besides ``initial``. Raises ValueError when the data contradict
    themselves or break the rule that before a final state every state has a way back.
    """

    case_type: str
    name_th: str
    name_en: str
    words: str
    states: tuple[str, ...]
    initial: str
    final: tuple[str, ...]
    transitions: tuple[Transition, ...]
    starts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        faults = list(_faults(self))
        if faults:
            raise ValueError(f"workflow {self.case_type}: " + "; ".join(faults))

    def transition(self, name: str) -> Transition:
        """The act of this name; raises Invalid when there is none."""
        for transition in self.transitions:
            if transition.name == name:
                return transition
        raise Invalid(_("ไม่มีการดำเนินการ “%(name)s” ในเรื่องประเภทนี้") % {"name": name[:40]})

    def leaving(self, state: str) -> tuple[Transition, ...]:
        """The acts possible from a state, in the order declared."""
        return tuple(transition for transition in self.transitions if state in transition.sources)

    def label_of(self, name: str) -> str:
        """What an act is called, also the opening one."""
        return _("เปิดเรื่อง") if name == OPEN else str(self.transition(name).label)

    def word(self, state: str) -> StateWord:
        """The word of a state."""
        return word(self.words, state)


def _faults(workflow: Workflow) -> Iterator[str]:
    from offices.models import AssignmentKind
    from offices.orders import powers

    states, names = set(workflow.states), [transition.name for transition in workflow.transitions]
    if len(states) != len(workflow.states):
        yield "a state stands twice"
    if len(set(names)) != len(names) or OPEN in names:
        yield "an act stands twice or is called open"
    for state in {workflow.initial, *workflow.final, *workflow.starts} - states:
        yield f"{state} is not a state"
    if {workflow.initial, *workflow.starts} & set(workflow.final):
        yield "a case cannot be opened in a final state"
    for state in workflow.states:
        try:
            workflow.word(state)
        except KeyError:
            yield f"state {state} has no word in the group {workflow.words!r} of portal.words"
    for transition in workflow.transitions:
        for state in {*transition.sources, transition.target} - states:
            yield f"{transition.name}: {state} is not a state"
        if bool(transition.roles) == bool(transition.capacities):
            yield f"{transition.name}: needs either roles or capacities"
        if transition.power and transition.capacities:
            yield f"{transition.name}: a merged act cannot be delegated"
        if transition.power and transition.power not in dict(powers.choices()):
            yield f"{transition.name}: {transition.power} is not a power that somebody declared"
        for kind in {*transition.roles, *transition.capacities} - set(AssignmentKind.values):
            yield f"{transition.name}: {kind} is not a kind of assignment"
        if transition.decides and AssignmentKind.ASSISTANT in (
            *transition.roles,
            *(transition.capacities if len(transition.capacities) == 1 else ()),
        ):
            yield f"{transition.name}: an assistant screens, comments and checks, and decides nothing"
        for other in set(transition.distinct_from) - {*names, OPEN}:
            yield f"{transition.name}: {other} is not an act"
        if set(transition.sources) & set(workflow.final) and not transition.needs_reason:
            yield f"{transition.name}: leaving a final state needs a reason"
    reached = _closure(workflow, {workflow.initial, *workflow.starts}, forward=True)
    for state in workflow.states:
        if state not in reached:
            yield f"{state} cannot be reached"
    with_way_back = _closure(workflow, {workflow.initial}, forward=False)
    for state in workflow.states:
        if state not in with_way_back and state not in workflow.final:
            yield f"{state} has no way back"


def _closure(workflow: Workflow, seeds: set[str], *, forward: bool) -> set[str]:
    """States reachable from the seeds, or, backward, from which one comes to the seeds without
    passing a final state."""
    found, size = set(seeds), 0
    while size != len(found):
        size = len(found)
        for transition in workflow.transitions:
            if forward and found & set(transition.sources):
                found.add(transition.target)
            elif not forward and transition.target in found:
                found |= set(transition.sources) - set(workflow.final)
    return found


_workflows: dict[str, Workflow] = {}


def register_workflow(workflow: Workflow) -> Workflow:
    """Make a case type known; another workflow under the same name is a programming error."""
    if _workflows.setdefault(workflow.case_type, workflow) != workflow:
        raise ValueError(f"case type {workflow.case_type} registered twice")
    return workflow


def workflow_of(case_type: str) -> Workflow:
    """The workflow of a case type. Raises KeyError when no app registered it."""
    return _workflows[case_type]


def workflows() -> tuple[Workflow, ...]:
    """Every registered workflow, by case type."""
    return tuple(_workflows[case_type] for case_type in sorted(_workflows))


def sync_workflows() -> int:
    """Write the rows of case types and states that code declares; give how many states there are.

    States that code no longer knows stay, for the cases that were once in them.
    """
    from offices.models import CaseState, CaseType

    known = workflows()
    CaseType.objects.bulk_create(
        [CaseType(code=w.case_type, name_th=w.name_th, name_en=w.name_en) for w in known],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name_th", "name_en"],
    )
    states = [
        CaseState(case_type_id=w.case_type, code=state, final=state in w.final)
        for w in known
        for state in w.states
    ]
    CaseState.objects.bulk_create(
        states, update_conflicts=True, unique_fields=["case_type", "code"], update_fields=["final"]
    )
    return len(states)
