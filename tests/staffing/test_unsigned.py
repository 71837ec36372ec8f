"""Offices of which nobody may sign, today or soon: found day by day as the resolver says, and told to whom."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from offices.models import Office
from offices.selectors import signatory
from offices.selectors.actors import absences, in_force
from offices.staffing.selectors import board
from offices.staffing.work import UNSIGNED_AHEAD, unsigned
from portal.scope import nation
from portal.worklist import Waiting
from tests.offices import make
from tests.orders.world import away
from tests.staffing.world import DAY, World

pytestmark = pytest.mark.django_db
AHEAD = 9


def on(days: int) -> date:
    return DAY + timedelta(days=days)


def by_hand(office: Office) -> list[int]:
    """The days ahead on which, asked one by one, nobody who may sign is there."""
    found = []
    for nth in range(AHEAD + 1):
        held = in_force(on(nth)).filter(signatory.SIGNS, office=office)
        gone = absences(on(nth), whole=True).values("person")
        if not held.exclude(person__in=gone).exists():
            found.append(nth)
    return found


def days(world: World, expected: list[int]) -> None:
    """The office here has nobody on just these days, and there has somebody on each."""
    found = {row.pk: row for row in signatory.unsigned(DAY, AHEAD, [world.here.pk, world.there.pk])}
    assert by_hand(world.here) == expected and by_hand(world.there) == []
    assert set(found) == ({world.here.pk} if expected else set())
    if expected:
        row = found[world.here.pk]
        assert (row.first, row.days, row.name) == (on(expected[0]), len(expected), world.here.short_th)


def leaves(world: World, nth: int) -> None:
    """The chief's assignment ends, so that this is the first day without one."""
    row = world.rows["chief"]
    row.valid = make.span(row.valid.lower, on(nth))
    row.save()


@pytest.mark.usefixtures("everywhere")
class TestDays:
    def test_a_chief_who_is_there_signs(self, world: World) -> None:
        days(world, [])

    def test_a_vacancy(self, world: World) -> None:
        leaves(world, 7)
        days(world, [7, 8, 9])

    def test_an_announced_absence_its_halves_and_one_that_was_cancelled(self, world: World) -> None:
        chief = world.person("chief")
        away(chief, on(2), on(3), until_noon=True)  # the last day only until noon
        away(chief, on(5), from_noon=True)
        away(chief, on(8), until_noon=True)
        away(chief, on(8), from_noon=True, kind="duty")  # two halves are a day
        away(chief, DAY, cancelled_at=datetime(2026, 11, 19, tzinfo=UTC), cancelled_why="เลื่อน")
        days(world, [2, 8])

    def test_who_stands_by_signs_and_the_next_in_line(self, world: World) -> None:
        leaves(world, 1)
        for rank, name in enumerate(("head", "second"), start=1):
            make.assign(world.person(name), "ACTING_CHIEF", world.here, acting_rank=rank, standing=True)
        days(world, [])
        away(world.person("head"), on(3), on(5))
        days(world, [])
        away(world.person("second"), on(5), on(6))
        days(world, [5])

    def test_who_was_delegated_a_power_signs_and_the_board_counts_him(self, world: World) -> None:
        away(world.person("chief"), DAY, on(3))
        days(world, [0, 1, 2, 3])
        assert [row.signs for row in board.board(DAY).rows if row.pk == world.here.pk] == [False]
        power = next(code for code, _label in signatory.powers.choices())
        make.assign(
            world.person("head"), "DELEGATED", world.here, powers=[power], valid=make.span(DAY, on(2))
        )
        days(world, [2, 3])
        assert [row.signs for row in board.board(DAY).rows if row.pk == world.here.pk] == [True]

    def test_who_was_delegated_something_else_only_does_not_sign(self, world: World) -> None:
        away(world.person("chief"), DAY, on(1))
        make.assign(world.person("head"), "DELEGATED", world.here, powers=["certify_reports"])
        days(world, [0, 1])
        assert [row.signs for row in board.board(DAY).rows if row.pk == world.here.pk] == [False]

    def test_an_office_without_people_is_not_open_yet(self, world: World) -> None:
        assert signatory.unsigned(DAY, AHEAD, [make.office("99", "ทดสอบ").pk]) == []

    def test_an_order_that_is_not_signed_yet_helps_from_its_day_on(self, world: World) -> None:
        leaves(world, 0)
        valid = make.span(DAY)
        make.assign(
            world.person("head"), "ACTING_CHIEF", world.here, valid=valid, order=make.order(valid, signed_on=on(4))
        )  # fmt: skip
        days(world, [0, 1, 2, 3])


def told(world: World, name: str) -> Waiting | None:
    actor = world.actor(name)
    with actor.scope.active():
        heaps = [heap for heap in unsigned(actor) if heap.count]
    return heaps[0] if heaps else None


def test_who_is_told_and_where_it_leads(world: World, django_assert_num_queries) -> None:
    with nation("test"):
        make.assign(
            world.person("stranger"), "GROUP_HEAD", world.there, group=make.group(world.there, "ADMIN")
        )
        assert told(world, "admin") is None
        away(world.person("chief"), on(UNSIGNED_AHEAD), on(UNSIGNED_AHEAD + 9))
    for name, leads in (
        ("admin", "/offices/proposals/outside/add/"),
        ("inspector", f"/offices/staffing/{world.here.uuid}/?on={on(UNSIGNED_AHEAD).isoformat()}"),
        ("admin_head", "/offices/proposals/add/"),
    ):
        heap = told(world, name)
        assert heap is not None and heap.count == 1, name
        (row,) = heap.rows
        assert (row.label, row.url) == (world.here.short_th, leads)
        assert "20 ธ.ค. 2569" in row.due and row.detail == "รวม 1 วัน"
        assert world.client(name).get(row.url).status_code == 200
        assert "ไม่มีผู้ลงนาม" in world.client(name).get("/").content.decode()
    for name in ("chief", "head", "officer", "stranger"):
        assert told(world, name) is None, name
    actor = world.actor("admin")
    with actor.scope.active(), django_assert_num_queries(1):
        list(unsigned(actor))
