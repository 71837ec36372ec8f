"""Two people at once: one plan is carried out once, and a plan overtaken by another is refused."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import OperationalError, connection, transaction

from portal import sql
from portal.intake import services as intake
from portal.intake.handlers import StalePlan
from portal.models import Batch, User
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


def test_whom_a_version_names_stays_until_it_is_written(world: World) -> None:
    """A deletion from another connection waits for the version that names the user, as for a foreign key."""
    world.report([line(world.factory())])
    user = User.objects.create_user(email="leaves@demo.invalid", password="x")
    errors: list[Exception] = []

    def delete() -> None:
        try:
            with nation("test"), transaction.atomic():
                sql.execute("SET LOCAL lock_timeout = '300ms'")
                sql.execute("DELETE FROM portal_user WHERE id = %(user)s", {"user": user.pk})
        except OperationalError as error:
            errors.append(error)
        finally:
            connection.close()

    with nation("test"), transaction.atomic():
        copy = Submission.objects.get()
        copy.pk, copy.uuid, copy.version, copy.submitted_by_id = None, uuid4(), copy.version + 1, user.pk
        copy.save(force_insert=True)
        other = threading.Thread(target=delete)
        other.start()
        other.join()
    assert [type(error.__cause__).__name__ for error in errors] == ["LockNotAvailable"]


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
