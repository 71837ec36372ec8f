"""What waits for the officers who gather a month, and who is not told."""

from datetime import date

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from factories.models import ResponsibilityRule
from offices.selectors.actors import resolve
from portal import worklist
from portal.actors import Actor
from portal.models import Job
from portal.scope import nation
from reporting.selectors.work import missing
from reporting.services import obligations
from reporting.tasks import obligations as daily
from tests.offices import make
from tests.reporting import world as worlds

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> worlds.World:
    return worlds.build()


def heaps(actor: Actor) -> list[worklist.Waiting]:
    with actor.scope.active():
        return missing(actor)


def test_the_newest_month_waits_until_everybody_has_reported(world):
    first, second = world.factory(), world.factory()
    elsewhere = world.factory("19")
    world.oblige(first, second, elsewhere, valid=DateRange(date(2026, 1, 1), None))
    obligations.generate(form=worlds.FORM, period=worlds.MONTH)
    [heap] = heaps(world.actors["25"])  # as of 5 February 2026: January is the newest month
    assert heap.count == 2 and heap.url.endswith("?state=missing&whose=all")
    assert heap.rows[0].state is not None and heap.rows[0].state.code == "missing"  # due on the 10th
    world.report([worlds.line(first)])
    assert heaps(world.actors["25"])[0].count == 1
    world.report([worlds.line(second)])
    assert heaps(world.actors["25"]) == []
    assert heaps(world.actors["19"])[0].count == 1


def test_other_groups_and_chiefs_are_not_told(world):
    world.oblige(world.factory())
    obligations.generate(form=worlds.FORM, period=worlds.MONTH)
    assert heaps(worlds.officer(world.offices["25"], "CHIEF")) == []


def test_the_daily_task_asks_once_a_day():
    daily()
    daily()
    with nation("test"):
        assert Job.objects.filter(kind="reporting.obligations").count() == 1


def seated(world: worlds.World, kind: str = "OFFICER") -> Actor:
    """Somebody with an assignment of his own in the group of factories of office 25."""
    user = make.user()
    office = world.offices["25"]
    make.assign(make.person(user=user), kind, office, group=make.group(office))
    return resolve(user, date(2026, 2, 5))


def give(world: worlds.World, officer: Actor, substitute: Actor, **values: object) -> None:
    office = world.offices["25"]
    with nation("test"):
        ResponsibilityRule.objects.create(
            office=office, group=make.group(office), province_id="25", valid=DateRange(date(2026, 1, 1), None),
            officer_id=officer.person_id, substitute_id=substitute.person_id, **values,
        )  # fmt: skip


def test_the_rules_say_what_waits_for_whom(world):
    """Mine first; those I stand in for and the group's are counted beside it, each with its own list."""
    mine, other = world.factory(), world.factory()
    world.oblige(mine, other)
    obligations.generate(form=worlds.FORM, period=worlds.MONTH)
    me, colleague, head = seated(world), seated(world), seated(world, "GROUP_HEAD")
    give(world, colleague, me)
    give(world, me, colleague, factory=mine)
    [heap] = heaps(me)
    assert (heap.count, heap.url.rpartition("=")[2]) == (1, "mine")
    beside = [(row.url.rpartition("=")[2], row.detail) for row in heap.rows[1:]]
    assert beside == [("substitute", "ยังไม่รายงาน 1 โรงงาน"), ("group", "ยังไม่รายงาน 2 โรงงาน")]
    [heap] = heaps(head)  # who leads the group starts from the group's
    assert (heap.count, heap.url.rpartition("=")[2]) == (2, "group")
    world.report([worlds.line(mine)])
    assert heaps(me) == []
    assert (heaps(colleague)[0].count, heaps(head)[0].count) == (1, 1)
