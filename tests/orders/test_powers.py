"""Delegated powers in the case engine: a named power opens the act that names it, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from offices.models import CaseEvent
from offices.orders import powers
from offices.orders.workflow import OUTSIDE, WORKFLOW
from offices.selectors.cases import choices_for, who_may
from offices.workflow import Transition, Workflow
from portal.problems import NotAllowed
from tests.offices import flow, make
from tests.orders.world import DAY, World

pytestmark = pytest.mark.django_db


def delegate(world: World, who: str, *named: str) -> None:
    world.sign(world.line("DELEGATED", who, powers=named, starts_on=DAY), starts_on=DAY)


def test_a_delegate_signs_and_the_paper_says_in_whose_place(world: World) -> None:
    proposal = world.act(world.draft(world.line("OFFICER", "new", group="POLICY")), "propose", "clerk")
    with pytest.raises(NotAllowed):
        world.act(proposal, "sign", "head")
    delegate(world, "head", "sign_orders")
    order = world.act(proposal, "sign", "head").order
    assert order is not None and order.document is not None
    assert "ปฏิบัติราชการแทน" in str(order.document.signatory)
    event = CaseEvent.objects.get(case_id=proposal.case_id, transition="sign")
    assert event.role == "DELEGATED" and event.capacity.startswith("ปฏิบัติราชการแทน")


def test_another_power_opens_nothing_here(world: World) -> None:
    delegate(world, "head", "sign_documents")
    proposal = world.act(world.draft(world.line("OFFICER", "new", group="POLICY")), "propose", "clerk")
    with pytest.raises(NotAllowed, match="ลงนามคำสั่งของสำนักงาน"):
        world.act(proposal, "sign", "head")
    with pytest.raises(NotAllowed):
        world.act(proposal, "return", "head", reason="x")


def test_an_assistant_decides_only_what_was_delegated_to_him(world: World) -> None:
    make.assistants_on(world.here)
    make.assign(world.person("assistant"), "ASSISTANT", world.here, group=world.group["POLICY"])
    proposal = world.act(world.draft(world.line("OFFICER", "new", group="POLICY")), "propose", "clerk")
    with pytest.raises(NotAllowed):
        world.act(proposal, "sign", "assistant")
    delegate(world, "assistant", "sign_orders")
    world.act(proposal, "sign", "assistant")
    assert CaseEvent.objects.get(case_id=proposal.case_id, transition="sign").role == "DELEGATED"


def test_a_power_is_of_its_own_office(world: World) -> None:
    make.assign(world.person("stranger"), "DELEGATED", world.there, powers=["sign_orders"])
    proposal = world.act(world.draft(world.line("OFFICER", "new", group="POLICY")), "propose", "clerk")
    with pytest.raises(NotAllowed):
        world.act(proposal, "sign", "stranger")


def test_no_act_of_the_chief_is_an_assistants(world: World) -> None:
    """In every workflow: whoever decides is never the assistant by his own capacity."""
    for workflow in (WORKFLOW, OUTSIDE, flow.FLOW):
        for transition in workflow.transitions:
            if "CHIEF" in transition.roles and not {"OFFICER", "GROUP_HEAD"} & set(transition.roles):
                assert "ASSISTANT" not in transition.roles, transition.name


def test_the_engine_asks_for_the_power_an_act_names(world: World) -> None:
    proposal = world.draft(world.line("OFFICER", "new", group="POLICY"))
    delegate(world, "head", "sign_orders")
    act = Transition("x", "x", ("draft",), "draft", roles=("CHIEF",))
    head = world.actor("head")
    assert choices_for(proposal.case, act, head) == ()
    named = replace(act, power="sign_orders")
    assert [held.kind for held in choices_for(proposal.case, named, head)] == ["DELEGATED"]
    assert choices_for(proposal.case, replace(act, power="sign_documents"), head) == ()
    assert "ลงนามคำสั่งของสำนักงาน" in who_may(named)
    # a role that stands in the act itself needs no power, and nobody is offered one capacity twice
    both = replace(named, roles=("DELEGATED",))
    assert len(choices_for(proposal.case, both, head)) == 1


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"roles": ("CHIEF",), "power": "unheard_of"}, "not a power"),
        ({"capacities": ("CHIEF", "ASSISTANT"), "power": "sign_orders"}, "cannot be delegated"),
    ],
)
def test_a_workflow_that_contradicts_itself(values: dict[str, object], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        Workflow(
            case_type="tests.x", name_th="x", name_en="x", words="order", states=("draft", "signed"),
            initial="draft", final=("signed",),
            transitions=(Transition("go", "x", ("draft",), "signed", **values),),  # type: ignore[arg-type]
        )  # fmt: skip


def test_a_power_has_one_declaration() -> None:
    assert powers.declare(powers.SIGN_ORDERS) is powers.SIGN_ORDERS
    with pytest.raises(ValueError, match="twice"):
        powers.declare(powers.Power("sign_orders", "x"))
    with pytest.raises(KeyError):
        powers.power_of("unheard_of")
