"""An assistant screens, comments and checks, and never decides unless separately delegated: over every
workflow that is registered, so that one added tomorrow is tested tomorrow."""

from __future__ import annotations

from dataclasses import replace

import pytest

from offices.learning.policies import is_above
from offices.models import AssignmentKind
from offices.selectors.placements import Seat
from offices.workflow import Transition, Workflow, workflows
from portal.actors import Capacity

ASSISTANT = AssignmentKind.ASSISTANT
# Acts that end a matter and that an assistant may do as any officer of the office may; none decides it.
ENDS_WITHOUT_DECIDING = {("offices.order", "cancel"), ("offices.outside_order", "cancel")}
# In these an assistant takes part: a new workflow names what he does there, or gives him nothing.
HIS_PART = {
    "reporting.package": {
        "endorse_and_screen", "screen", "return_by_assistant", "comment_group_review", "comment_screening",
        "comment_with_chief",
    },
    "offices.order": {"edit", "propose", "withdraw", "cancel"},
    "offices.outside_order": {"edit", "propose", "withdraw", "cancel"},
}  # fmt: skip


def acts() -> list[tuple[Workflow, Transition]]:
    return [
        (flow, one)
        for flow in workflows()
        if not flow.case_type.startswith("tests.")
        for one in flow.transitions
    ]


def admits_alone(transition: Transition) -> bool:
    """Whether somebody who is assistant and nothing else may do the act."""
    return ASSISTANT in transition.roles or set(transition.capacities) == {ASSISTANT}


@pytest.mark.parametrize(
    ("flow", "act"), acts(), ids=lambda one: getattr(one, "name", getattr(one, "case_type", ""))
)
def test_no_deciding_act_admits_an_assistant_alone(flow: Workflow, act: Transition) -> None:
    if act.decides:
        assert not admits_alone(act)
        assert ASSISTANT not in act.capacities or len(act.capacities) > 1


@pytest.mark.parametrize(
    "flow", {flow.case_type: flow for flow, _act in acts()}.values(), ids=lambda one: one.case_type
)
def test_what_ends_a_matter_is_a_decision_or_named_here(flow: Workflow) -> None:
    """The flag cannot be forgotten: whatever leads into a final state, or out of one, and is open to an
    assistant stands on the list above; every other such act says that it decides."""
    for act in flow.transitions:
        ends = act.target in flow.final or set(act.sources) & set(flow.final)
        if not ends or (flow.case_type, act.name) in ENDS_WITHOUT_DECIDING:
            continue
        assert act.decides or act.name == "cancel", act.name
        assert not admits_alone(act)


@pytest.mark.parametrize(
    "flow", {flow.case_type: flow for flow, _act in acts()}.values(), ids=lambda one: one.case_type
)
def test_what_an_assistant_does_is_named(flow: Workflow) -> None:
    """Whatever an assistant may do in a workflow, alone or besides, is on the list: no more, no less."""
    assert {
        act.name for act in flow.transitions if ASSISTANT in (*act.roles, *act.capacities)
    } == HIS_PART.get(flow.case_type, set())


def test_he_screens_and_comments_in_packages_and_does_so_for_every_group() -> None:
    """Of all four subjects: the acts that are his alone do not ask for the matter's own group."""
    [package] = [flow for flow in workflows() if flow.case_type == "reporting.package"]
    alone = {act.name for act in package.transitions if admits_alone(act)}
    assert {"screen", "return_by_assistant", "comment_with_chief"} <= alone
    assert {act.name for act in package.transitions if act.decides} == {
        "certify", "certify_against", "certify_own", "certify_supplement", "call_up", "reopen",
    }  # fmt: skip


@pytest.mark.parametrize("capacities", [("roles", (ASSISTANT, "CHIEF")), ("capacities", (ASSISTANT,))])
def test_a_workflow_that_lets_an_assistant_decide_does_not_start(
    capacities: tuple[str, tuple[str, ...]],
) -> None:
    [package] = [flow for flow in workflows() if flow.case_type == "reporting.package"]
    name, kinds = capacities
    changed = tuple(
        replace(act, **({"roles": (), "capacities": ()} | {name: kinds})) if act.name == "certify" else act  # type: ignore[arg-type]
        for act in package.transitions
    )
    with pytest.raises(ValueError, match="decides nothing"):
        replace(package, transitions=changed)


def test_delegation_is_a_capacity_of_its_own() -> None:
    """Signing orders may be delegated: to whoever holds that power by an order, assistant or not."""
    [order] = [flow for flow in workflows() if flow.case_type == "offices.order"]
    sign = order.transition("sign")
    assert sign.decides and sign.power and not admits_alone(sign)


@pytest.mark.parametrize("kind", ["OFFICER", "GROUP_HEAD", "ASSISTANT", "CHIEF"])
def test_an_assistant_is_nobodys_superior_in_learning(kind: str) -> None:
    """Plans and stints are no cases of the engine; there superiors decide, and he is none."""
    capacity = Capacity(1, "x", ASSISTANT, 7, "FACTORY", "x", "x")
    assert not is_above(capacity, Seat(1, 7, kind, "FACTORY"))
