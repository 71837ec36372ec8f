"""What the board reads: who is placed, which level holds on a day, four queries however many offices."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from offices.learning import boards
from offices.learning.boards import Row
from offices.learning.selectors import readiness
from offices.learning.selectors.readiness import Move
from offices.models import Assignment
from offices.selectors.placements import Seat, placements, seats
from portal import calendar, dated
from portal.scope import NOTHING
from tests.learning import world as small
from tests.learning.world import DAY, World
from tests.offices import make
from tests.offices.make import span

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]


def row_of(place: Any, day: date = DAY) -> Row:
    (row,) = boards.board(readiness.ground(day, offices=[place.pk]))
    return row


def test_placed_is_who_has_an_assignment_of_an_office_in_force(world: World) -> None:
    here = {seat.person for seat in seats(DAY, offices=[world.here.pk])}
    assert here == {world.person(n).pk for n in ("chief", "admin_head", "head", "officer", "second", "miner")}
    assert world.person("inspector").pk not in {seat.person for seat in seats(DAY)}
    gone = make.person()
    make.assign(gone, "OFFICER", world.here, valid=span(date(2020, 1, 1), DAY))
    assert gone.pk not in here and not placements(DAY).filter(person=gone).exists()
    assert placements(date(2026, 11, 19)).filter(person=gone).exists()
    late = make.order(span(date(2026, 1, 1)), signed_on=date(2026, 11, 21))
    unsigned = make.assign(make.person(), "OFFICER", world.here, valid=span(date(2026, 1, 1)), order=late)
    assert not placements(DAY).filter(pk=unsigned.pk).exists(), "the order was signed the day after"
    helper = make.assign(make.person(), "ASSISTANT", world.here)
    assert not placements(DAY).filter(pk=helper.pk).exists(), "the office has no assistants"
    make.assistants_on(world.here)
    assert placements(DAY).filter(pk=helper.pk).exists()
    (seat,) = seats(DAY, people=[world.person("officer").pk])
    assert (seat.kind, seat.group, seat.since) == ("OFFICER", "FACTORY", date(2019, 10, 1))


def test_the_level_of_a_day_is_the_newest_by_then(world: World) -> None:
    officer, head = world.person("officer"), world.person("head")
    small.level(officer, "factories", 2, head, date(2026, 1, 1))
    small.level(officer, "factories", 4, head, date(2026, 6, 1))
    small.level(officer, "factories", 3, head, date(2026, 6, 1))  # mends the one before, of the same day
    for day, state in ((date(2025, 12, 31), "nobody"), (date(2026, 1, 1), "gap"), (date(2026, 5, 31), "gap"),
                       (date(2026, 6, 1), "single"), (DAY, "single")):  # fmt: skip
        assert row_of(world.here, day).cover("factories").state == state, day
    ground = readiness.ground(DAY, offices=[world.here.pk])
    assert ground.members[officer.pk].levels == {"factories": 3}


def test_plans_count_as_they_stood_on_the_day(world: World) -> None:
    row = small.plan(world.person("officer"), "draft")
    small.item(row)
    for n, state in enumerate(("proposed", "approved"), start=2):
        small.PlanAct.objects.create(
            plan=row, name="x", from_state="draft", to_state=state, version_after=n, by=row.person, by_name="-",
            capacity="-", at=calendar.start_of_day(date(2026, 11, n)),
        )  # fmt: skip
    shares = {day: row_of(world.here, date(2026, 11, day)).plans.done for day in (1, 2, 3, 20)}
    assert shares == {1: 0, 2: 0, 3: 1, 20: 1}


def test_hours_are_those_of_the_fiscal_year_up_to_the_day(world: World) -> None:
    officer, head = world.person("officer"), world.person("head")
    small.attend(officer, small.session(world.here), 12)
    small.attend(
        officer,
        small.session(world.here, fiscal_year=2569, starts_on=date(2026, 9, 30), ends_on=date(2026, 9, 30)),
        12,
    )
    stint = small.stint(officer, head, world.here)
    small.day(stint, date(2026, 11, 5), "certified", 6)
    small.day(stint, date(2026, 11, 6), "logged", 6)
    small.day(stint, date(2026, 11, 9), "declined", 6)
    found = {
        day: readiness.ground(day, offices=[world.here.pk]).members[officer.pk].hours
        for day in (date(2026, 9, 30), date(2026, 10, 1), date(2026, 11, 2), date(2026, 11, 4), DAY)
    }
    assert list(found.values()) == [12, 0, 0, 12, 18]


def test_offices_and_settings(world: World) -> None:
    ground = readiness.ground(DAY)
    assert [(one.code, one.zone, one.groups) for one in ground.units] == [
        ("19", 1, ("FACTORY",)),
        ("25", 9, ("ADMIN", "FACTORY", "MINING", "POLICY")),
    ]
    assert row_of(world.there).cover("mining").state == "not_required"
    assert row_of(world.here).assistants == "off"
    make.assistants_on(world.here)
    dated.decide(actor=None, key="learning.cover_level:factories", value=2, since=date(2026, 1, 1), source="หนังสือ",
                 place=dated.place_of("25"))  # fmt: skip
    small.level(world.person("officer"), "factories", 2, world.person("head"))
    here = row_of(world.here)
    assert here.assistants == "vacant" and here.cover("factories").state == "single"
    assert not ground.settings.of("learning.hours_a_day").verified
    assert {one.key for one in ground.settings.unverified()} >= {
        "learning.training_days",
        "learning.hours_a_day",
    }


def test_the_board_is_of_the_active_scope(world: World) -> None:
    for who, codes in (("chief", ["25"]), ("inspector", ["25"]), ("there", ["19"]), ("admin", ["19", "25"])):
        with world.actor(who).scope.active():
            assert [one.code for one in readiness.ground(DAY).units] == codes, who
    with NOTHING.active():
        assert readiness.ground(DAY).units == ()
        assert readiness.office_of(world.here.uuid) is None
    assert readiness.office_of(world.centre.uuid) is None, "the centre is no provincial office"


def test_four_queries_however_many_offices(world: World) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as caught:
            boards.board(readiness.ground(DAY))
        return len(caught.captured_queries)

    few = asked()
    for code in ("11", "12", "13", "14", "20"):
        place = make.office(code, f"จ{code}")
        for _n in range(3):
            person = make.person()
            make.assign(person, "OFFICER", place)
            small.level(person, "policy", 3, world.person("chief"))
            small.plan(person)
    assert asked() == few == 4


def test_after_moves_shows_the_offices_concerned_before_and_after(world: World) -> None:
    officer, miner, chief = (world.person(n) for n in ("officer", "miner", "chief"))
    for person in (officer, world.person("second")):
        small.level(person, "factories", 3, chief)
    small.level(miner, "mining", 3, chief)
    day = date(2026, 12, 1)
    with CaptureQueriesContext(connection) as caught:
        there, here = readiness.after([Move(officer.pk, world.here.pk, world.there.pk, day)])
    assert len(caught.captured_queries) == 4
    assert (here.before.unit.code, there.before.unit.code) == ("25", "19")
    assert [one.cover("factories").state for one in (here.before, here.after)] == ["covered", "single"]
    assert [one.cover("factories").state for one in (there.before, there.after)] == ["nobody", "single"]
    assert here.worse == ("factories",) and here.better == () and there.better == ("factories",)
    assert there.names[there.after.cover("factories").single or 0] == officer.name
    assert readiness.after([Move(officer.pk, world.here.pk, world.there.pk, day)], day=DAY)[1].worse == ()
    (leaves,) = readiness.after([Move(miner.pk, world.here.pk, None, day)])
    assert leaves.worse == ("mining",) and len(leaves.after.people) == len(leaves.before.people) - 1
    (comes,) = readiness.after(
        [Move(world.person("stranger").pk, None, world.here.pk, day, "GROUP_HEAD", "POLICY")]
    )
    assert world.person("stranger").pk in comes.after.people
    assert readiness.after([]) == []
    assert Assignment.objects.filter(person=officer).count() == 1, "nothing was written"


def test_after_is_whatever_the_readers_scope(world: World) -> None:
    officer = world.person("officer")
    small.level(officer, "factories", 3, world.person("chief"))
    with world.actor("there").scope.active():
        changes = readiness.after([Move(officer.pk, world.here.pk, world.there.pk, DAY)])
    assert [one.after.unit.code for one in changes] == ["19", "25"]
    assert changes[0].after.cover("factories").state == "single"


def test_what_an_order_changes_is_shown_in_the_offices_of_the_scope(world: World) -> None:
    """Seats left and taken, as the rehearsal of an order tells them."""
    officer, day = world.person("officer"), date(2026, 12, 1)
    small.level(officer, "factories", 3, world.person("head"))
    sits = seats(day, people=[officer.pk])
    comes = [Seat(officer.pk, world.there.pk, "OFFICER", "FACTORY", day)]
    with CaptureQueriesContext(connection) as caught:
        there, here = readiness.reseated(sits, comes, day=day)
    assert len(caught.captured_queries) == 5
    assert (here.before.unit.code, here.worse, here.better) == ("25", ("factories",), ())
    assert (there.before.unit.code, there.worse, there.better) == ("19", (), ("factories",))
    with world.actor("chief").scope.active():
        (mine,) = readiness.reseated(sits, comes, day=day)
    assert mine.before.unit.code == "25"
    with NOTHING.active():
        assert readiness.reseated(sits, comes, day=day) == []
    assert readiness.reseated([], [], day=day) == []
