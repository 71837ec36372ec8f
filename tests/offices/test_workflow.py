"""Workflows that contradict themselves do not register."""

from dataclasses import replace

import pytest

from offices.models import CaseState, CaseType
from offices.workflow import Transition, Workflow, register_workflow, sync_workflows, workflow_of, workflows
from portal.problems import Invalid
from tests.offices.flow import FLOW

STEP = Transition("step", "ทำ", ("collecting",), "certified", roles=("CHIEF",))


def broken(**changes):
    base = Workflow(
        "x", "x", "x", "package", ("collecting", "certified"), "collecting", ("certified",), (STEP,)
    )
    with pytest.raises(ValueError) as caught:
        replace(base, **changes)
    return str(caught.value)


def test_faults_are_named_all_at_once():
    assert "a state stands twice" in broken(states=("collecting", "certified", "certified"))
    assert "an act stands twice" in broken(transitions=(STEP, STEP))
    assert "called open" in broken(transitions=(replace(STEP, name="open"),))
    assert "nowhere is not a state" in broken(initial="nowhere")
    assert "opened in a final state" in broken(starts=("certified",))
    assert "has no word" in broken(words="nothing")
    assert "needs either roles or capacities" in broken(transitions=(replace(STEP, roles=()),))
    assert "needs either roles or capacities" in broken(transitions=(replace(STEP, capacities=("CHIEF",)),))
    assert "KING is not a kind" in broken(transitions=(replace(STEP, roles=("KING",)),))
    assert "dance is not an act" in broken(transitions=(replace(STEP, distinct_from=("dance",)),))
    two = broken(transitions=(replace(STEP, sources=("there",), target="elsewhere"),))
    assert "there is not a state" in two and "elsewhere is not a state" in two and "cannot be reached" in two


def test_before_a_final_state_there_is_a_way_back_and_after_it_only_with_a_reason():
    forward = (
        replace(STEP, target="screening"),
        Transition("finish", "จบ", ("screening",), "certified", roles=("CHIEF",)),
    )
    states = ("collecting", "screening", "certified")
    assert "screening has no way back" in broken(states=states, transitions=forward)
    # coming back only through the final state is no way back
    round_trip = (
        *forward,
        Transition("undo", "ถอน", ("certified",), "collecting", ("CHIEF",), needs_reason=True),
    )
    assert "screening has no way back" in broken(states=states, transitions=round_trip)
    undo = Transition("undo", "ถอน", ("certified",), "collecting", roles=("CHIEF",))
    assert "needs a reason" in broken(transitions=(STEP, undo))


def test_registering():
    assert register_workflow(FLOW) is FLOW and register_workflow(FLOW) is FLOW
    with pytest.raises(ValueError, match="registered twice"):
        register_workflow(replace(FLOW, name_en="another"))
    assert workflow_of("tests.matter") == FLOW and FLOW in workflows()
    with pytest.raises(KeyError):
        workflow_of("nothing")
    with pytest.raises(Invalid):
        FLOW.transition("nothing")


@pytest.mark.django_db
def test_rows_follow_code_and_old_states_stay():
    register_workflow(FLOW)
    sync_workflows()
    kind = CaseType.objects.get(code="tests.matter")
    CaseState.objects.create(case_type=kind, code="old")
    CaseState.objects.filter(case_type=kind, code="certified").update(final=False)
    CaseType.objects.filter(pk=kind.pk).update(name_en="wrong")
    sync_workflows()
    assert set(kind.states.values_list("code", flat=True)) == {*FLOW.states, "old"}
    assert list(kind.states.filter(final=True).values_list("code", flat=True)) == ["certified"]
    assert CaseType.objects.get(pk=kind.pk).name_en == "Test matter"
