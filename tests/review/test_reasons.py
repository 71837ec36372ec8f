"""Why can't I: for every state, act and actor the page's reasons are what the engine refuses with."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.urls import reverse

from offices.selectors.cases import choices_for, explain, who_may
from offices.services.cases import case_transition
from portal.actors import Actor
from portal.problems import Invalid, NotAllowed, Problem, Reason
from portal.scope import nation
from reporting import workflow
from reporting.workflow import WORKFLOW
from tests.review.builders import Review, World, build, enable_assistants, review

pytestmark = pytest.mark.django_db
RICE = {"P-RICE": {"produced": 10, "shipped_value": 1000}}
GIVEN = {"opinion": "agree", "comment": "ครบถ้วน", "seen_one_person": True}


class Everybody:
    """One of each who may ever look at a package of office 25; ``pilot``: the head is the assistant."""

    def __init__(self, world: World, *, assistant: str) -> None:
        self.assistants = assistant
        self.officer = world.assign("OFFICER", group="FACTORY")
        head = world.person()
        self.head = world.assign("GROUP_HEAD", group="FACTORY", person=head)
        self.assistant = self.head
        if assistant == "head":
            self.head = self.assistant = world.assign("ASSISTANT", group="FACTORY", person=head)
        elif assistant == "other":
            self.assistant = world.assign("ASSISTANT", group="POLICY")
        self.chief = world.assign("CHIEF")
        two = world.person()  # officer and chief in one person: separation of duties
        world.assign("OFFICER", group="FACTORY", person=two)
        self.both = world.assign("ACTING_CHIEF", person=two)
        self.colleague = world.assign("OFFICER", group="POLICY")
        self.foreign = world.assign("CHIEF", code="19")
        self.centre = world.assign("CENTRAL_ADMIN", code="")

    def all(self) -> list[Actor]:
        path = [self.officer, self.head, self.chief, self.both]
        if self.assistants != "other":  # those beside the path are asked once
            return path
        return [*path, self.assistant, self.colleague, self.foreign, self.centre]


def roads(everybody: Everybody, assistant: str) -> list[tuple[Actor, str, dict[str, object]]]:
    """Acts that lead a package through every state of its workflow."""
    screening = {
        "none": [(everybody.head, "endorse_to_chief", {})],
        "other": [
            (everybody.head, "endorse", {}),
            (everybody.assistant, "screen", {"opinion": "disagree", "reason": "ยอดไม่ตรง"}),
        ],
        "head": [(everybody.head, "endorse_and_screen", {"opinion": "agree"})],
    }[assistant]
    return [
        (everybody.both, "submit", {}),
        (everybody.head, "return_by_head", {"reason": "ตรวจใหม่"}),
        (everybody.both, "submit", {}),
        *screening,
        (
            everybody.chief,
            "certify_against" if assistant == "other" else "certify",
            {"reason": "ตรวจเอกสารแล้ว", "seen_one_person": assistant == "head"},
        ),
        (everybody.chief, "reopen", {"reason": "พบยอดผิด"}),
    ]


def really(matter: Review, actor: Actor, name: str) -> tuple[Reason, ...]:
    """What case_transition refuses with; () when it does the act. Nothing of it stays."""
    case = matter.case
    choices = choices_for(case, WORKFLOW.transition(name), actor)
    with actor.scope.union(everything(matter)).active():
        try:
            with transaction.atomic():
                case_transition(
                    case_id=case.pk, name=name, actor=actor, expected_version=case.version, reason="เหตุผล",
                    data=GIVEN, capacity=choices[0].key if choices else None,
                )  # fmt: skip
                transaction.set_rollback(True)
        except Problem as problem:
            assert problem.reasons, f"{name}: refused without a reason: {problem.message}"
            assert isinstance(problem, NotAllowed) == any(r.kind == "capacity" for r in problem.reasons)
            assert all(reason in problem.message or len(problem.reasons) > 1 for reason in problem.reasons)
            return problem.reasons
    return ()


def everything(matter: Review):  # type: ignore[no-untyped-def]
    """Outside his scope a case does not exist for the actor; here the question is his authority."""
    from portal.scope import Scope

    return Scope(frozenset({"25"}), frozenset({matter.package.office_id}), None)


def compare(matter: Review, everybody: Everybody) -> int:
    """Every act × every actor in the present state; gives how many acts are allowed."""
    allowed = 0
    for actor in everybody.all():
        with nation("test"):
            told = {answer.transition.name: answer for answer in explain(matter.case, actor)}
        assert list(told) == [one.name for one in WORKFLOW.transitions]
        for name, answer in told.items():
            found = really(matter, actor, name)
            assert answer.reasons == found, f"{matter.case.state} {name}"
            assert answer.allowed == (not found)
            assert [r.kind for r in answer.reasons] == [r.kind for r in found]
            allowed += answer.allowed
    return allowed


@pytest.mark.parametrize("assistant", ["none", "other", "head"])
def test_the_reasons_are_what_really_refuses(assistant: str) -> None:
    world = build()
    if assistant != "none":
        enable_assistants("25")
    everybody = Everybody(world, assistant=assistant)
    matter = review(everybody.officer, world)
    assert compare(matter, everybody) == 0, "an empty package lets nobody act"
    world.report(world.factory(), RICE)
    seen = set()
    for actor, name, more in roads(everybody, assistant):
        if matter.case.state not in seen:
            seen.add(matter.case.state)
            assert compare(matter, everybody) > 0, matter.case.state
        matter.act(actor, name, **more)
    seen.add(matter.case.state)
    assert compare(matter, everybody) > 0
    reachable = set(WORKFLOW.states) - ({"screening"} if assistant != "other" else set())
    assert seen == reachable


def test_reasons_name_the_condition() -> None:
    world = build()
    everybody = Everybody(world, assistant="none")
    matter = review(everybody.officer, world)
    world.report(world.factory(), RICE)

    def reasons(actor: Actor, name: str) -> dict[str, str]:
        with nation("test"):
            answers = {one.transition.name: one for one in explain(matter.case, actor)}
        return {reason.kind: str(reason) for reason in answers[name].reasons}

    assert set(reasons(everybody.officer, "certify")) == {"capacity", "state"}
    assert reasons(everybody.officer, "certify")["capacity"] == who_may(WORKFLOW.transition("certify"))
    assert "เจ้าหน้าที่กลุ่ม" in reasons(everybody.chief, "certify")["state"]
    matter.act(everybody.both, "submit")
    matter.act(everybody.head, "endorse_to_chief")
    assert set(reasons(everybody.both, "certify")) == {"duty"}
    assert "เสนอหัวหน้ากลุ่ม" in reasons(everybody.both, "certify")["duty"]
    assert set(reasons(everybody.chief, "certify_against")) == {"path"}
    matter.act(everybody.chief, "certify")
    assert "เปิดแก้ไข" in reasons(everybody.officer, "submit")["locked"]


def test_a_missing_reason_is_a_fault_of_the_form_and_no_refusal() -> None:
    world = build()
    everybody = Everybody(world, assistant="none")
    matter = review(everybody.officer, world)
    world.report(world.factory(), RICE)
    matter.act(everybody.officer, "submit")
    with pytest.raises(Invalid) as refused:
        matter.act(everybody.head, "return_by_head")
    assert refused.value.fields and not refused.value.reasons


def test_the_page_tells_every_act_that_cannot_be_done(client) -> None:  # type: ignore[no-untyped-def]
    world = build()
    everybody = Everybody(world, assistant="none")
    matter = review(everybody.officer, world)
    world.report(world.factory(), RICE)
    for actor, may in ((everybody.officer, {"submit"}), (everybody.chief, set()), (everybody.centre, set())):
        client.force_login(actor.user)
        session = client.session
        session["second_factor"] = True
        session.save()
        page = client.get(reverse("reporting:package-detail", args=[matter.package.uuid]))
        told = dict(page.context["why"])
        wanted = {str(one.label) for one in WORKFLOW.transitions if one.name not in may}
        assert set(told) == wanted
        assert all(told.values())
        text = page.content.decode()
        assert "ทำไมฉันทำไม่ได้" in text
        assert (str(who_may(WORKFLOW.transition("certify"))) in text) == (actor is not everybody.chief)
    assert matter.case.state == workflow.COLLECTING
