"""Many callers at the same moment: a factory lies before one of them, and an outcome counts once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine

from portal.actors import Actor, Capacity
from portal.models import User
from portal.problems import Conflict
from portal.scope import Scope, nation
from reporting.models import CallClaim, FollowUp
from reporting.services import calls
from tests.concurrency.threads import in_threads
from tests.reporting.test_calls import NOW, late
from tests.reporting.world import World, build

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None) -> Iterator[World]:
    with time_machine.travel(datetime(2026, 5, 20, 3, tzinfo=UTC), tick=False):
        yield build()


def callers(world: World, count: int) -> list[Actor]:
    office = world.offices["25"]
    scope = Scope(frozenset({"25"}), frozenset({office.pk}), None)
    made = []
    for number in range(count):
        user = User.objects.create_user(email=f"caller{number}@demo.invalid", password="x")
        capacity = Capacity(number, str(number), "OFFICER", office.pk, "FACTORY", "เจ้าหน้าที่", "คำสั่งทดสอบ")
        made.append(Actor(user, date(2026, 5, 20), None, "นายทดสอบ", (capacity,), None, scope))
    return made


def take(actor: Actor) -> int | None:
    with actor.scope.active():
        claim = calls.claim_next(actor=actor, now=NOW)
        return claim.factory_id if claim else None


def test_eight_callers_and_five_factories(world: World) -> None:
    factories = {factory.pk for factory in late(world, 5)}
    people = callers(world, 8)
    for _round in range(3):
        found = in_threads([lambda actor=actor: take(actor) for actor in people])
        errors = [one for one in found if isinstance(one, Exception)]
        assert errors == []
        assert Counter(found)[None] == 3
        assert sorted(one for one in found if one is not None) == sorted(factories)
        with nation("test"):
            assert CallClaim.objects.count() == 5
            CallClaim.objects.all().delete()


def test_an_outcome_pressed_many_times_counts_once(world: World) -> None:
    """A double press, and a colleague's press on a factory that is not before him."""
    [factory] = late(world)
    holder, other = callers(world, 2)
    assert take(holder) == factory.pk

    def press(actor: Actor) -> str:
        with actor.scope.active():
            try:
                calls.record(actor=actor, factory_uuid=factory.uuid, outcome="no_answer", now=NOW)
            except Conflict:
                return "refused"
            return "written"

    found = in_threads([lambda actor=actor: press(actor) for actor in [holder] * 4 + [other] * 2])
    assert Counter(found) == {"written": 1, "refused": 5}
    with nation("test"):
        assert FollowUp.objects.count() == 1
