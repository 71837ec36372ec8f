"""Many at once, and workers that die: the lock says who lives, the attempt's number who counts."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, Error, connection, transaction

from portal import audit, jobs
from portal.jobs import JobContext
from portal.models import AuditEvent, Job
from tests.concurrency.threads import in_threads

pytestmark = pytest.mark.django_db(transaction=True)
Kind = Callable[..., str]
CONNECTIONS, ATTEMPTS = 40, 5


def test_two_hundred_attempts_over_forty_connections_run_it_once(kind: Kind, sent: list[int]) -> None:
    def work(context: JobContext) -> None:
        with transaction.atomic():
            audit.record(None, "tests.ran", attempt=context.job.attempts)
            time.sleep(0.3)

    row = jobs.enqueue(kind(work), key="k", actor=None)

    def attempts() -> None:
        for _attempt in range(ATTEMPTS):
            jobs.run(row.pk)

    reapers = [jobs.reap] * 4
    results = in_threads([attempts] * (CONNECTIONS - len(reapers)) + reapers)
    assert Counter(map(str, results)) == {"None": CONNECTIONS - len(reapers), "0": len(reapers)}
    assert AuditEvent.objects.filter(verb="tests.ran").count() == 1
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("done", 1)


def test_forty_people_asking_for_the_same_work_get_one_job(kind: Kind, sent: list[int]) -> None:
    name = kind(lambda context: None)

    def ask() -> int:
        with transaction.atomic():
            row = jobs.enqueue(name, key="same", actor=None)
            time.sleep(0.01)
            return row.pk

    assert len(set(in_threads([ask] * CONNECTIONS))) == 1
    assert len(sent) == 1


def test_only_the_dead_are_reaped(kind: Kind, sent: list[int]) -> None:
    name = kind(lambda context: None)
    dead, alive = (jobs.enqueue(name, key=key, actor=None) for key in ("dead", "alive"))
    Job.objects.update(state=Job.State.RUNNING, attempts=1)
    sent.clear()
    worker = connection.copy()
    try:
        with worker.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [jobs.LOCK_SPACE, alive.pk])
        assert jobs.reap() == 1
        assert sent == [dead.pk]
        assert dict(Job.objects.values_list("key", "state")) == {"dead": "queued", "alive": "running"}
    finally:
        worker.close()
    _wait_for_lock(alive.pk)
    assert jobs.reap() == 1


def test_a_job_that_dies_each_time_fails_after_its_last_attempt(kind: Kind, sent: list[int]) -> None:
    row = jobs.enqueue(kind(lambda context: None), key="k", actor=None)
    Job.objects.update(state=Job.State.RUNNING, attempts=row.max_attempts)
    assert jobs.reap() == 1
    row.refresh_from_db()
    assert row.state == "failed" and row.finished_at is not None
    assert row.error == "งานหยุดกลางคันครบ 5 ครั้ง กรุณากดลองใหม่หรือแจ้งผู้ดูแลระบบ"


@pytest.mark.parametrize("how", ["returns", "raises"])
def test_who_lost_his_connection_cannot_overrule_who_took_over(kind: Kind, sent: list[int], how: str) -> None:
    """The first attempt's session dies; while the second is at work, the first comes to its end."""
    first_ended, second_began = threading.Event(), threading.Event()
    second: list[threading.Thread] = []

    def work(context: JobContext) -> dict[str, Any]:
        if context.job.attempts > 1:
            second_began.set()
            assert first_ended.wait(20)
            return {"by": "second"}
        connection.close()  # and the lock with it, as when the network breaks
        _wait_for_lock(context.job.pk)
        assert in_threads([jobs.reap]) == [1]
        second.append(threading.Thread(target=in_threads, args=([lambda: jobs.run(context.job.pk)],)))
        second[0].start()
        assert second_began.wait(20)
        if how == "raises":
            raise DatabaseError("the connection was lost")
        return {"by": "first"}

    row = jobs.enqueue(kind(work), key="k", actor=None)
    jobs.run(row.pk)
    row.refresh_from_db()
    assert (row.state, row.attempts, row.result) == ("running", 2, {})
    first_ended.set()
    second[0].join()
    row.refresh_from_db()
    assert (row.state, row.attempts, row.result) == ("done", 2, {"by": "second"})


def test_a_session_that_dies_after_the_work_costs_nothing(
    kind: Kind, sent: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    finish = jobs._finish

    def finish_and_die(*args: Any, **changes: Any) -> None:
        finish(*args, **changes)
        with contextlib.suppress(Error), connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    monkeypatch.setattr(jobs, "_finish", finish_and_die)
    row = jobs.enqueue(kind(lambda context: None), key="k", actor=None)
    assert in_threads([lambda: jobs.run(row.pk)]) == [None]
    row.refresh_from_db()
    assert row.state == "done"


def test_a_database_that_dies_in_the_middle_leaves_a_job_for_the_reaper(kind: Kind, sent: list[int]) -> None:
    def work(context: JobContext) -> None:
        if context.job.attempts == 1:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    row = jobs.enqueue(kind(work), key="k", actor=None)
    (error,) = in_threads([lambda: jobs.run(row.pk)])
    assert isinstance(error, Error)
    row.refresh_from_db()
    assert row.state == "running"
    _wait_for_lock(row.pk)
    assert jobs.reap() == 1
    jobs.run(row.pk)
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("done", 2)


def test_no_statement_of_a_job_runs_for_ever(
    kind: Kind, sent: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def work(context: JobContext) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(20)")

    monkeypatch.setattr(jobs, "TIME_LIMIT", timedelta(seconds=0.2))
    row = jobs.enqueue(kind(work), key="k", actor=None)
    in_threads([lambda: jobs.run(row.pk)])
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("failed", 1)
    assert row.error.startswith("งานใช้เวลาเกิน")


def _wait_for_lock(job_id: int) -> None:
    """Until the server has noticed that a session is gone."""

    def held() -> bool:
        other = connection.copy()
        try:
            with other.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [jobs.LOCK_SPACE, job_id])
                return not cursor.fetchone()[0]
        finally:
            other.close()

    for _try in range(100):
        if not held():
            break
        time.sleep(0.02)
    time.sleep(0.1)  # the probe's own session is to be gone, too
