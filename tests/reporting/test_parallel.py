"""Two people at once: one plan is carried out once, and a plan overtaken by another is refused."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.db import connection

from portal.intake import services as intake
from portal.intake.handlers import StalePlan
from portal.models import Batch
from portal.scope import nation
from reporting.models import Fact, Submission
from tests.reporting.world import World, build, line

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None) -> Any:
    with time_machine.travel(datetime(2026, 2, 5, 3, tzinfo=UTC), tick=False):
        yield build()


def attempt_all(world: World, batches: list[Batch]) -> Counter[str]:
    """Apply every batch from a thread and connection of its own, all at the same moment."""
    outcomes: Counter[str] = Counter()
    start = threading.Barrier(len(batches))

    def attempt(batch: Batch) -> None:
        try:
            start.wait()
            intake.carry_out(actor=world.actors["25"], batch_uuid=batch.uuid, plan_sha256=batch.plan_sha256)
            outcomes["done"] += 1
        except intake.AlreadyDone:
            outcomes["already"] += 1
        except StalePlan:
            outcomes["stale"] += 1
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt, args=[batch]) for batch in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_one_batch_by_many(world: World) -> None:
    batch = world.plan_of([line(world.factory()), line(world.factory())])
    assert attempt_all(world, [batch] * 8) == {"done": 1, "already": 7}
    with nation("test"):
        assert (Submission.objects.count(), Fact.objects.count()) == (2, 18)


def test_two_files_for_the_same_factory(world: World) -> None:
    a = world.factory()
    first, second = world.plan_of([line(a)]), world.plan_of([line(a, produced="101", stock_close="111")])
    assert attempt_all(world, [first, second]) == {"done": 1, "stale": 1}
    with nation("test"):
        assert Submission.objects.count() == 1


def test_two_files_for_two_factories(world: World) -> None:
    first, second = world.plan_of([line(world.factory())]), world.plan_of([line(world.factory())])
    assert attempt_all(world, [first, second]) == {"done": 2}
    with nation("test"):
        assert Submission.objects.count() == 2
