"""Reviews while in office: when, who, what is frozen, and what follows; and what waits for whom."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, transaction

from offices.assistants import selectors, services, standing, work, workflow
from offices.learning.evidence import Count, Deed
from offices.models import Assignment, AssistantReview, Nomination
from offices.services.cases import open_case
from portal import calendar, worklist
from portal.actors import Actor
from portal.problems import Conflict, Invalid, NotAllowed
from portal.scope import nation
from tests.assistants.world import World
from tests.offices import make
from tests.offices.make import span

pytestmark = pytest.mark.django_db
FIRST_DUE = date(2027, 5, 31)  # of a term from 1 December 2569


@pytest.fixture
def held(world: World) -> Assignment:
    row = world.signed()
    with nation("test"):
        found = standing.appointment(row)
    assert found is not None
    return found


def on(world: World, name: str, day: date) -> Actor:
    return world.actor(name, day)


def review(
    world: World, held: Assignment, by: str = "chief", day: date = FIRST_DUE, **values: Any
) -> AssistantReview:
    given = {"assessment": "กลั่นกรองได้ดี", "outcome": "continue"} | values
    actor = on(world, by, day)
    with actor.scope.active():
        return services.open_review(
            actor=actor,
            appointment=Assignment.objects.select_related("office", "group", "person").get(pk=held.pk),
            **given,
        )


def do(
    world: World, row: AssistantReview, name: str, by: str = "chief", day: date = FIRST_DUE, **values: Any
) -> AssistantReview:
    actor = on(world, by, day)
    with actor.scope.active():
        case = AssistantReview.objects.select_related("case").get(pk=row.pk).case
        services.act(actor=actor, case_id=case.pk, name=name, expected_version=case.version, **values)
        return AssistantReview.objects.select_related("case").get(pk=row.pk)


def test_a_review_from_the_chief_to_the_inspector(world: World, held: Assignment) -> None:
    row = review(world, held)
    assert (row.nth, row.from_day, row.due_on, row.appointed_on) == (
        1,
        date(2026, 12, 1),
        FIRST_DUE,
        date(2026, 12, 1),
    )
    row = do(world, row, "send")
    assert [one["subject"] for one in row.work] == ["policy", "factories", "mining", "promotion"]
    row = do(world, row, "return", "inspector", reason="เพิ่มงานเหมือง")
    assert row.case.state == "draft"
    row = do(world, do(world, row, "send"), "note", "inspector", reason="เห็นพ้อง")
    assert (row.case.state, row.remark, row.remark_on) == ("closed", "เห็นพ้อง", FIRST_DUE)
    second = review(world, held, day=date(2027, 11, 30))
    assert (second.nth, second.due_on) == (2, date(2027, 11, 30))
    with pytest.raises(Conflict, match="ไม่มีรอบประเมินเหลือ"):
        review(world, held, day=date(2027, 11, 30))


def test_not_long_before_it_is_due(world: World, held: Assignment) -> None:
    with pytest.raises(Conflict, match=r"31 พ\.ค\. 2570"):
        review(world, held, day=date(2027, 4, 30))
    assert review(world, held, day=date(2027, 5, 1)).nth == 1


@pytest.mark.parametrize("by", ["officer", "head", "inspector", "admin", "there"])
def test_only_the_chief_assesses(world: World, held: Assignment, by: str) -> None:
    with pytest.raises(NotAllowed):
        review(world, held, by)


def test_an_assistant_who_acts_as_chief_does_not_assess_himself(world: World, held: Assignment) -> None:
    with nation("test"):
        Assignment.objects.filter(pk=world.rows["chief"].pk).update(
            valid=span(date(2019, 10, 1), date(2027, 5, 1))
        )
        make.assign(world.person("officer"), "ACTING_CHIEF", world.here, acting_rank=1)
    with pytest.raises(NotAllowed, match="เกี่ยวกับท่านเอง"):
        review(world, held, "officer")


def test_bad_input_writes_nothing(world: World, held: Assignment) -> None:
    with pytest.raises(Invalid) as refused:
        review(world, held, assessment=" ", outcome="promote")
    assert set(refused.value.fields) == {"assessment", "outcome"}
    with nation("test"):
        assert not AssistantReview.objects.exists()


def test_the_remark_is_the_inspectors_or_from_paper(world: World, held: Assignment) -> None:
    row = do(world, review(world, held), "send")
    with pytest.raises(NotAllowed):
        do(world, row, "note", "chief", reason="x")
    with pytest.raises(Invalid):
        do(world, row, "note", "admin", reason="x")
    row = do(world, row, "note", "admin", reason="x", data={"paper": "อก 0203/9"})
    assert row.remark_paper == "อก 0203/9"


def test_numbers_are_those_of_the_day_it_was_sent(world: World, held: Assignment, monkeypatch: Any) -> None:
    person = world.person("officer").pk
    told = [Count(person, "mining", Deed.SCREENED, amount=4, acts=5, returned=1),
            Count(person, "mining", Deed.CHECKED, amount=2, acts=2, returned=None, defects=1),
            Count(person, "standards", Deed.SCREENED, amount=9, acts=9)]  # fmt: skip
    monkeypatch.setattr(work.evidence, "counts", lambda people, since, until: {person: told})
    row = do(world, review(world, held), "send")
    told.clear()
    kept = {one.subject: one for one in work.kept(row.work)}
    assert (kept["mining"].screened, kept["mining"].return_rate, kept["mining"].checked, kept["mining"].defects) == (
        4, 20.0, 2, 1,
    )  # fmt: skip
    assert (kept["policy"].screened, kept["policy"].return_rate, kept["policy"].defects) == (0, None, None)
    assert "standards" not in kept


def test_one_review_a_stretch_also_in_the_database(world: World, held: Assignment) -> None:
    row = review(world, held)
    with nation("test"):
        case = open_case(
            actor=world.actor("chief"),
            case_type=workflow.REVIEW,
            office=world.here,
            group=world.group,
            title="x",
        )
        other = AssistantReview.objects.get(pk=row.pk)
        other.pk, other.uuid, other.case = None, uuid4(), case
        with pytest.raises(IntegrityError, match="assistantreview_once"), transaction.atomic():
            other.save(force_insert=True)


# --- What waits ---


def waiting(actor: Actor) -> dict[str, list[str]]:
    with actor.scope.active():
        return {str(one.title): [row.label for row in one.rows] for one in selectors.work(actor) if one.count}


def test_what_waits_for_whom_at_each_step(world: World) -> None:
    chief, inspector = world.actor("chief"), world.actor("inspector")
    row = world.nominate()
    name = world.person("officer").name
    assert waiting(chief) == {"การเสนอชื่อผู้ช่วยฯ ที่รอท่านดำเนินการ": [name]} and waiting(inspector) == {}
    row = world.do(row, "send")
    assert waiting(chief) == {}
    assert waiting(inspector) == {"การเสนอชื่อผู้ช่วยฯ ที่รอความเห็นผู้ตรวจราชการ": [name]}
    assert waiting(world.actor("there")) == {} and waiting(world.actor("admin")) == {}
    row = world.do(row, "agree", "inspector")
    assert waiting(chief) and waiting(inspector) == {}
    world.do(row, "draft_order")
    assert waiting(chief) == {}  # the order's own page asks for the signature


def test_the_centre_is_asked_where_no_inspector_is(world: World) -> None:
    world.do(world.nominate(), "send")
    with nation("test"):
        Assignment.objects.filter(pk=world.rows["inspector"].pk).update(
            valid=span(date(2019, 10, 1), world.day)
        )
    assert list(waiting(world.actor("admin"))) == ["การเสนอชื่อผู้ช่วยฯ ที่รอความเห็นผู้ตรวจราชการ"]


@pytest.mark.parametrize(
    ("day", "titles"),
    [
        (date(2027, 4, 30), []),
        (date(2027, 5, 1), ["ผู้ช่วยฯ ที่ถึงกำหนดประเมิน"]),
        (date(2027, 6, 30), ["ผู้ช่วยฯ ที่ถึงกำหนดประเมิน"]),
        (date(2027, 10, 2), ["ผู้ช่วยฯ ที่ถึงกำหนดประเมิน", "ผู้ช่วยฯ ที่ใกล้ครบวาระ"]),
        (date(2027, 12, 1), []),
    ],
)
def test_reviews_and_the_end_of_the_term_are_told_in_time(
    world: World, held: Assignment, day: date, titles: list[str]
) -> None:
    assert list(waiting(on(world, "chief", day))) == titles


def test_a_term_without_an_end_is_reviewed_too(world: World) -> None:
    """As those have it who were appointed before the portal knew nominations."""
    who = make.person()
    with nation("test"):
        make.assign(who, "ASSISTANT", world.here, group=world.policy, valid=span(date(2026, 1, 1)))
    assert waiting(world.actor("chief")) == {"ผู้ช่วยฯ ที่ถึงกำหนดประเมิน": [who.name]}
    actor = world.actor("chief")
    with actor.scope.active():
        assert [one.person for one in selectors.serving(actor)] == [who]


def test_a_review_that_says_end_waits_until_an_order_does(world: World, held: Assignment) -> None:
    row = do(
        world, do(world, review(world, held, outcome="end"), "send"), "note", "inspector", reason="เห็นพ้อง"
    )
    assert row.case.state == "closed"
    assert "ผลการประเมินให้พ้น ยังไม่มีคำสั่งมีผล" in waiting(on(world, "chief", FIRST_DUE))
    with nation("test"):
        Assignment.objects.filter(pk=held.pk).update(valid=span(date(2026, 12, 1), FIRST_DUE))
    assert "ผลการประเมินให้พ้น ยังไม่มีคำสั่งมีผล" not in waiting(on(world, "chief", FIRST_DUE))


def test_the_source_is_registered() -> None:
    assert selectors.work in worklist._sources


def test_a_day_is_asked_for_and_never_taken(world: World) -> None:
    """The clock says another day than the actor: states follow the actor's."""
    row = world.signed()
    actor = world.actor("chief", date(2027, 1, 1))
    with time_machine.travel(calendar.start_of_day(date(2030, 1, 1))), actor.scope.active():
        assert selectors.nominations(actor).get(pk=row.pk).state == "in_office"
        assert Nomination.objects.count() == 1
