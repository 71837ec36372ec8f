"""Who held and could do what on a day, against rows made by hand; who sees it."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from offices.models import Absence
from offices.staffing.selectors import history
from portal.scope import nation
from tests.offices import make
from tests.staffing.world import DAY, World, hold, order

pytestmark = pytest.mark.django_db


def states(world: World, who: str, day: date) -> list[tuple[str, str]]:
    with nation("test"):
        facts = history.on_day(day, person=world.person(who))
    return [(type(fact.row).__name__, fact.state) for fact in facts]


def test_a_day_before_between_and_after(world: World) -> None:
    assert states(world, "officer", date(2019, 9, 30)) == []
    assert states(world, "officer", date(2025, 9, 30)) == [("Assignment", "held")]
    assert states(world, "officer", date(2025, 10, 1)) == [("Incumbency", "held"), ("Assignment", "held")]


def test_what_was_signed_later_did_not_hold(world: World) -> None:
    with nation("test"):
        late = order("ย้อนหลัง", "88", date(2026, 6, 1))
        late.valid = make.span(date(2026, 1, 1))
        late.save()
        hold(world.person("miner"), world.post("empty"), late, date(2026, 1, 1))
        make.assign(
            world.person("miner"), "DUTY", world.here, order=late, valid=make.span(date(2026, 1, 1)), text="ก"
        )
        early, after = (history.on_day(day, person=world.person("miner")) for day in (date(2026, 3, 1), DAY))
    assert {type(one.row).__name__ for one in early if one.state == "not_held"} == {
        "Incumbency",
        "Assignment",
    }
    assert all("ภายหลัง" in one.note for one in early if one.state == "not_held")
    assert {one.state for one in after} == {"held"}


def test_standing_orders_say_what_they_gave_that_day(world: World) -> None:
    with nation("test"):
        make.assign(world.person("head"), "ACTING_CHIEF", world.here, acting_rank=1, standing=True)
        Absence.objects.create(
            person=world.person("chief"), kind="vacation", valid=make.span(date(2026, 5, 4), date(2026, 5, 6))
        )

        def acting(day: date) -> history.Fact:
            return next(
                one
                for one in history.on_day(day, person=world.person("head"))
                if getattr(one.row, "standing", 0)
            )

        assert (acting(DAY).state, acting(date(2026, 5, 5)).state) == ("not_held", "held")
        assert "รอไว้" in acting(DAY).note and "ไม่อยู่" in acting(date(2026, 5, 5)).note
        for _power, signs in history.signatories(world.here, date(2026, 5, 5)):
            assert [one.assignment.person for one in signs.candidates] == [world.person("head")]
        chief = history.on_day(date(2026, 5, 5), person=world.person("chief"))
        assert any("ลาพักผ่อน" in one.note for one in chief)


def test_timelines(world: World) -> None:
    with nation("test"):
        past = history.timeline(DAY, person=world.person("officer"))
        assert [one.state for one in past] == ["active", "active"]
        assert past[0].valid.lower == date(2025, 10, 1)  # the newest first
        first = history.timeline(DAY, post=world.post("officer"))
        assert [one.person for one in first] == [world.person("officer")]


def test_the_pages_by_role(world: World) -> None:
    asked = {"on": "1/10/2568"}
    person = reverse("offices:personhistory-detail", args=[world.person("officer").uuid])
    post = reverse("offices:posthistory-detail", args=[world.post("officer").uuid])
    office = reverse("offices:officehistory-detail", args=[world.here.uuid])
    for url in (person, post, office):
        for who, status in (
            ("admin", 200),
            ("chief", 200),
            ("inspector", 200),
            ("officer", 200),
            ("there", 404),
        ):
            assert world.client(who).get(url, asked).status_code == status, (url, who)
        page = world.client("chief").get(url, asked).content.decode()
        assert "77/2568" in page and "คนofficer" in page
        assert world.client("chief").get(url, {"on": "1/13/2568"}).status_code == 422
