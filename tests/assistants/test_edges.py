"""Edge cases of the field that concern assistants: two capacities, moving, merged groups, overlapping orders."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from offices.assistants import eligibility
from offices.assistants.effects import asked
from offices.models import Assignment, Case, CaseEvent, Group, Incumbency, Person, Placement, Post
from offices.orders import services as orders
from offices.services.cases import ActRefused, case_transition, open_case
from portal.actors import Actor
from tests.assistants.world import LAST, START, World, fresh, sign
from tests.learning.world import level
from tests.offices import make
from tests.offices.flow import FLOW, ready
from tests.offices.make import span

pytestmark = pytest.mark.django_db
MOVES = date(2027, 3, 1)


def act(case: Case, name: str, actor: Actor, **values: str) -> Case:
    version = Case.objects.get(pk=case.pk).version
    return case_transition(case_id=case.pk, name=name, actor=actor, expected_version=version, **values)


def screening(world: World) -> Case:
    """A matter of the factory group that waits for screening."""
    ready()
    case = open_case(
        actor=world.actor("second"), case_type=FLOW.case_type, office=world.here, group=world.group, title="x"
    )
    act(case, "submit", world.actor("second"))
    return act(case, "endorse", world.actor("head"))


def test_an_assistant_who_moves_keeps_what_he_did_and_goes_on_screening(
    world: World, everywhere: None
) -> None:
    """From the factory group to policy in the middle of a matter: the matter stays his to screen, since
    assistants screen all four subjects, and what he did before is told in the capacity he had."""
    officer = world.person("officer")
    make.assign(officer, "ASSISTANT", world.here, group=world.group, valid=span(date(2026, 1, 1), MOVES))
    make.assign(officer, "ASSISTANT", world.here, group=world.policy, valid=span(MOVES))
    case = screening(world)
    key = next(one.key for one in world.actor("officer", MOVES).capacities if one.kind == "ASSISTANT")
    act(case, "screen", world.actor("officer", MOVES), capacity=key)
    event = CaseEvent.objects.get(case=case, transition="screen")
    assert event.assignment is not None and event.assignment.group == world.policy
    Person.objects.filter(pk=officer.pk).update(last_th="ชื่อสกุลใหม่")
    assert "ชื่อสกุลใหม่" not in CaseEvent.objects.get(pk=event.pk).person_name  # the name as it was signed


def test_who_screened_and_then_acts_for_the_chief_does_not_certify(world: World, everywhere: None) -> None:
    officer = world.person("officer")
    make.assign(officer, "ASSISTANT", world.here, group=world.group)
    case = screening(world)
    act(case, "screen", world.actor("officer"))
    Assignment.objects.filter(pk=world.rows["chief"].pk).update(valid=span(date(2019, 10, 1), world.day))
    make.assign(officer, "ACTING_CHIEF", world.here, acting_rank=1)
    with pytest.raises(ActRefused, match="ต้องให้ผู้อื่น"):
        act(case, "certify", world.actor("officer"))
    other = make.assign(make.person(user=make.user()), "CHIEF", world.here, valid=span(world.day))
    world.rows["new_chief"] = other
    assert act(case, "certify", world.actor("new_chief")).state == "certified"


def test_an_assistant_is_not_seconded_away_during_his_term(world: World, everywhere: None) -> None:
    world.signed()
    with pytest.raises(IntegrityError, match="works in that office every day"), transaction.atomic():
        make.work_in(
            world.person("officer"), world.there, kind="secondment", valid=span(MOVES, date(2027, 4, 1))
        )


def test_a_group_that_is_merged_away_has_no_assistant_after_that(world: World, everywhere: None) -> None:
    row = world.nominate()
    for model, group in (
        (Assignment, "group"),
        (Incumbency, "post__group"),
        (Placement, "group"),
        (Post, "group"),
    ):
        for held in model.objects.filter(**{group: world.group}):
            held.valid = span(held.valid.lower, MOVES)
            held.save()
    Group.objects.filter(pk=world.group.pk).update(valid=span(date(2019, 10, 1), MOVES))
    found = {line.code: line for line in eligibility.lines(asked(fresh(row)), today=world.day)}
    assert not found["group"].passed and "28 ก.พ. 2570" in found["group"].found
    with pytest.raises(ActRefused, match="กลุ่มมีอยู่ตลอดวาระ"):
        world.do(row, "send")


def test_of_two_orders_that_overlap_the_second_says_what_stands_in_the_way(
    world: World, everywhere: None
) -> None:
    """Two nominations of one group, both agreed; the order that comes second is refused with who and when,
    unless it lets the first one go on the same day."""
    level(world.person("officer"), "policy", 3, world.person("chief"))
    first, second = world.ordered(), world.ordered(name="officer", group=world.policy, starts_on=MOVES)
    assert first.proposal is not None and second.proposal is not None
    sign(world.actor("chief"), first.proposal)
    sign(world.actor("chief"), second.proposal)  # of another group: both stand
    chief = world.actor("chief")
    line = orders.Line(
        kind="ASSISTANT", person=world.person("second"), office=world.here, group=world.group,
        starts_on=MOVES, last_day=LAST,
    )  # fmt: skip
    head = orders.Head("เปลี่ยนผู้ช่วยฯ", MOVES, LAST, reason="ตามหนังสือสั่งการ")  # nobody nominated her
    draft = orders.draft(actor=chief, office=world.here, head=head, lines=[line])
    with pytest.raises(ActRefused) as refused:
        sign(chief, draft)
    assert world.person("officer").name in str(refused.value) and "30 พ.ย. 2570" in str(refused.value)
    leaves = orders.Line(
        kind="END", person=world.person("officer"), office=world.here, group=world.group, starts_on=MOVES,
        last_day=LAST, ends="ASSISTANT",
    )  # fmt: skip
    draft.case.refresh_from_db()
    orders.set_line(actor=chief, proposal=draft, line=leaves, expected_version=draft.case.version)
    sign(chief, draft)
    held = Assignment.objects.filter(kind="ASSISTANT", group=world.group).order_by("valid")
    assert [one.valid for one in held] == [span(START, MOVES), span(MOVES, date(2027, 12, 1))]
