"""What waits for the officers who gather a month, and who is not told."""

from datetime import date

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from portal import worklist
from portal.actors import Actor
from portal.models import Job
from portal.scope import nation
from reporting.selectors.work import missing
from reporting.services import obligations
from reporting.tasks import obligations as daily
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
    assert heap.count == 2 and heap.url.endswith("?state=missing")
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
