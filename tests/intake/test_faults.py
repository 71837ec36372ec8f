"""A worker that fails or is killed in the middle: nothing half-applied, nothing lost, once."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections, transaction

from factories.models import Factory, FactoryState
from factories.selectors import projection_mismatches
from offices.selectors.actors import resolve
from portal.actors import Actor
from portal.intake import services
from portal.intake.handlers import IntakeError
from portal.models import AuditEvent, Batch, BatchFinding, BatchRow
from portal.scope import nation
from tests.factories.world import TODAY, People, as_csv, bring, feed_row, fresh, send

DATA = as_csv(*(feed_row(n) for n in range(1, 21)))
CHANGED = as_csv(*(feed_row(n, FNAME=f"ชื่อใหม่ {n}", LAST_UPDATE="2026-10-01") for n in range(1, 26)))
PREVIEW = (
    "portal.intake.stage.load",
    "factories.intake.plan._match",
    "factories.intake.plan._write_plan",
    "portal.intake.stage.refuse_rows",
    "portal.intake.stage.seal",
    "portal.intake.stage.keep_findings",
)
APPLY = (
    "factories.intake.write._refuse_stale",
    "factories.intake.write._update",
    "factories.intake.write._insert",
    "factories.services.states.record_states",
    "portal.audit.record",
)


class Died(Exception):
    """The fault."""


def counts() -> tuple[int, ...]:
    return tuple(
        model.objects.count()
        for model in (Factory, FactoryState, BatchRow, BatchFinding, Factory.pgh_event_model)
    )


def dying(target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The function does its work, and then the worker dies."""
    module, _dot, name = target.rpartition(".")
    real = getattr(sys.modules[module], name)

    def fault(*args: Any, **kwargs: Any) -> Any:
        real(*args, **kwargs)
        raise Died

    monkeypatch.setattr(target, fault)


@pytest.mark.django_db
@pytest.mark.usefixtures("everywhere")
@pytest.mark.parametrize("point", PREVIEW)
def test_a_preview_that_fails_leaves_nothing_and_can_be_run_again(
    officer: Actor, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    batch = send(officer, "factories.feed", DATA)
    services.preview_again(actor=officer, batch_uuid=batch.uuid)
    before = counts()
    with monkeypatch.context() as patched:
        dying(point, patched)
        with pytest.raises(Died), transaction.atomic():
            services.preview(batch_uuid=batch.uuid)
    assert (fresh(batch).state, counts()) == (Batch.State.RECEIVED, before)
    services.preview(batch_uuid=batch.uuid)
    assert (fresh(batch).state, fresh(batch).plan_sha256) == (Batch.State.PREVIEWED, batch.plan_sha256)


@pytest.mark.django_db
@pytest.mark.usefixtures("everywhere")
@pytest.mark.parametrize("point", APPLY)
def test_an_apply_that_fails_leaves_nothing_and_can_be_run_again(
    officer: Actor, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    bring(officer, "factories.feed", DATA)
    batch = send(officer, "factories.feed", CHANGED)
    before = counts()
    with monkeypatch.context() as patched:
        dying(point, patched)
        with pytest.raises(Died), transaction.atomic():
            services.carry_out(actor=officer, batch_uuid=batch.uuid, plan_sha256=batch.plan_sha256)
    assert (fresh(batch).state, counts()) == (Batch.State.PREVIEWED, before)
    assert not Factory.objects.filter(name__startswith="ชื่อใหม่").exists()
    services.carry_out(actor=officer, batch_uuid=batch.uuid, plan_sha256=batch.plan_sha256)
    assert Factory.objects.filter(name__startswith="ชื่อใหม่").count() == 25
    assert projection_mismatches() == []


CHILD = """
import sys, time, django
from importlib import import_module
django.setup()
target, call, uuid, plan, user = sys.argv[1:]
module, _dot, name = target.rpartition(".")
from portal.intake import services
real = getattr(import_module(module), name)
def stop(*args, **kwargs):
    result = real(*args, **kwargs)
    print("here", flush=True)
    time.sleep(120)
    return result
setattr(import_module(module), name, stop)
from datetime import date
from portal.models import User
from portal.actors import actor_of
if call == "preview":
    services.preview(batch_uuid=uuid)
else:
    actor = actor_of(User.objects.get(pk=user), date(2026, 11, 22))
    services.carry_out(actor=actor, batch_uuid=uuid, plan_sha256=plan)
"""


def kill_at(point: str, call: str, batch: Batch, actor: Actor) -> None:
    """Run a service in a process of its own and kill -9 it right after ``point``."""
    settings = connection.settings_dict
    port = settings["PORT"] or "5432"
    host = settings["HOST"]
    where = f"postgresql://{settings['USER']}@/{settings['NAME']}?host={host}&port={port}"
    if host and not host.startswith("/"):
        where = f"postgresql://{settings['USER']}@{host}:{port}/{settings['NAME']}"
    root = Path(__file__).resolve().parents[2]
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, point, call, str(batch.uuid), batch.plan_sha256, str(actor.user_id)],
        cwd=root, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PORTAL_DATABASE_URL": where, "DJANGO_SETTINGS_MODULE": "portal.settings.test"},
    )  # fmt: skip
    assert child.stdout is not None
    try:
        assert child.stdout.readline().strip() == "here"
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("point", ["factories.intake.plan._write_plan", "portal.intake.stage.keep_findings"])
def test_kill_in_the_middle_of_a_preview(people: People, point: str) -> None:
    with nation("test"):
        batch = send(people.officer, "factories.feed", DATA)
        services.preview_again(actor=people.officer, batch_uuid=batch.uuid)
        kill_at(point, "preview", batch, people.officer)
        assert (fresh(batch).state, BatchRow.objects.count()) == (Batch.State.RECEIVED, 0)
        services.preview(batch_uuid=batch.uuid)
        assert fresh(batch).counts["new"] == 20


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "point", ["factories.intake.write._insert", "factories.services.states.record_states"]
)
def test_kill_in_the_middle_of_an_apply(people: People, point: str) -> None:
    with nation("test"):
        bring(people.officer, "factories.feed", DATA)
        batch = send(people.officer, "factories.feed", CHANGED)
        before = counts()
        kill_at(point, "apply", batch, people.officer)
        assert (fresh(batch).state, counts()) == (Batch.State.PREVIEWED, before)
        services.carry_out(actor=people.officer, batch_uuid=batch.uuid, plan_sha256=batch.plan_sha256)
        assert Factory.objects.filter(name__startswith="ชื่อใหม่").count() == 25
        assert projection_mismatches() == []


@pytest.mark.django_db(transaction=True)
def test_two_hundred_attempts_over_forty_connections_apply_once(people: People) -> None:
    batch = send(people.officer, "factories.feed", DATA)
    won: list[dict[str, Any]] = []
    lost: list[str] = []
    broke: list[BaseException] = []
    start = threading.Barrier(40)

    def attempts() -> None:
        try:
            assert people.officer.user is not None
            actor = resolve(people.officer.user, TODAY)
            start.wait()
            for _attempt in range(5):
                try:
                    won.append(
                        services.carry_out(actor=actor, batch_uuid=batch.uuid, plan_sha256=batch.plan_sha256)
                    )
                except IntakeError as error:
                    lost.append(error.message)
        except BaseException as error:
            broke.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=attempts) for _thread in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broke == []
    assert (len(won), len(lost)) == (1, 199)
    assert all("นำเข้าแล้ว" in message for message in lost)
    with nation("test"):
        assert Factory.objects.count() == FactoryState.objects.count() == 20
        assert Factory.pgh_event_model.objects.count() == 20
        assert AuditEvent.objects.filter(verb="batch.applied").count() == 1
