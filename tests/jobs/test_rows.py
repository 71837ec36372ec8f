"""A job from asking to its end: one at a time, in the name of somebody, with an end that is said in Thai."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction

from portal import calendar, jobs, logs, tasks
from portal.actors import Actor
from portal.jobs import JobContext, JobError
from portal.models import AuditEvent, Batch, Job
from portal.problems import Conflict, NotAllowed
from portal.scope import current
from tests.offices import make

pytestmark = pytest.mark.django_db
Kind = Callable[..., str]
Commits = Callable[..., Any]


@pytest.fixture
def commits(django_capture_on_commit_callbacks: Commits) -> Commits:
    return django_capture_on_commit_callbacks


def nothing(context: JobContext) -> None:
    return None


def ask(kind: str, key: str = "k", **more: Any) -> Job:
    return jobs.enqueue(kind, key=key, actor=None, **more)


def ran(row: Job) -> Job:
    jobs.run(row.pk)
    row.refresh_from_db()
    return row


# --- Asking ---------------------------------------------------------------------------------------


def test_the_same_work_asked_for_twice_is_one_job_until_it_has_ended(kind: Kind, sent: list[int]) -> None:
    name = kind(nothing)
    first = ask(name)
    assert ask(name).pk == first.pk
    assert ask(name, "another").pk != first.pk
    assert ask(kind(lambda context: None)).pk != first.pk
    Job.objects.filter(pk=first.pk).update(state=Job.State.RUNNING)
    assert ask(name).pk == first.pk
    Job.objects.filter(pk=first.pk).update(state=Job.State.DONE)
    assert ask(name).pk != first.pk


def test_an_unknown_kind_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="unknown job kind"):
        ask("tests.nobody")


def test_two_functions_of_one_kind_are_refused(kind: Kind) -> None:
    name = kind(nothing)
    with pytest.raises(ValueError, match="registered twice"):
        jobs.job(name)(lambda context: None)


def test_a_job_is_sent_after_the_commit_and_not_at_all_after_a_rollback(
    kind: Kind, sent: list[int], commits: Commits
) -> None:
    name = kind(nothing)
    with commits(execute=True):
        row = ask(name)
        assert sent == []
    assert sent == [row.pk]
    row.refresh_from_db()
    assert row.sent_at is not None
    with commits(execute=True), pytest.raises(ZeroDivisionError), transaction.atomic():
        ask(name, "never")
        raise ZeroDivisionError
    assert sent == [row.pk]
    assert not Job.objects.filter(key="never").exists()


def test_what_the_broker_never_got_is_sent_by_the_dispatcher(
    kind: Kind, sent: list[int], commits: Commits, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(job_id: int) -> None:
        raise ConnectionError

    name = kind(nothing)
    with monkeypatch.context() as broken:
        broken.setattr(tasks.run_job, "delay", unreachable)
        with commits(execute=True):
            rows = [ask(name, f"{number}") for number in range(3)]
        assert jobs.dispatch(older_than=timedelta(0)) == 0
    assert not Job.objects.exclude(sent_at=None).exists()
    assert jobs.dispatch() == 0, "younger than its patience"
    assert jobs.dispatch(older_than=timedelta(0)) == 3
    assert sent == [row.pk for row in rows]
    assert jobs.dispatch(older_than=timedelta(seconds=1)) == 0, "it was sent just now"
    Job.objects.filter(pk=rows[0].pk).update(sent_at=calendar.now() - timedelta(minutes=6))
    assert jobs.dispatch() == 1, "the broker lost it"


# --- Running --------------------------------------------------------------------------------------


def test_a_job_runs_once_and_says_what_it_did(kind: Kind) -> None:
    seen: list[Any] = []

    def work(context: JobContext) -> dict[str, Any]:
        seen.append((context.args, current().is_nation, logs.job_id.get()))
        context.progress(3, 7)
        assert jobs.progress_of(Job.objects.get(pk=context.job.pk)) == (3, 7)
        return {"rows": 7, "url": "/there/"}

    row = ran(ask(kind(work), args={"x": 1}))
    assert (row.state, row.result, row.result_url) == ("done", {"rows": 7}, "/there/")
    assert jobs.progress_of(row) == (3, 7)
    assert row.finished_at and row.attempts == 1
    assert seen == [({"x": 1}, True, str(row.uuid))]
    assert ran(row).attempts == 1 and len(seen) == 1
    assert logs.job_id.get() is None


def test_a_message_for_a_job_that_does_not_exist_does_nothing() -> None:
    jobs.run(987_654_321)


def test_an_error_is_tried_again_and_at_last_told(kind: Kind) -> None:
    def broken(context: JobContext) -> None:
        raise ZeroDivisionError

    row = ask(kind(broken))
    for attempt in range(1, 5):
        assert (ran(row).state, row.attempts, row.sent_at) == ("queued", attempt, None)
    assert (ran(row).state, row.attempts) == ("failed", 5)
    assert row.error == "เกิดข้อผิดพลาดในระบบ รหัส ZeroDivisionError"


@pytest.mark.parametrize("error", [JobError("ทำไม่ได้"), NotAllowed("ทำไม่ได้"), Conflict("ทำไม่ได้")])
def test_what_trying_again_cannot_mend_fails_at_once(kind: Kind, error: Exception) -> None:
    def refused(context: JobContext) -> None:
        raise error

    row = ran(ask(kind(refused)))
    assert (row.state, row.attempts, row.error) == ("failed", 1, "ทำไม่ได้")
    assert row.finished_at is not None


def test_a_dead_cache_costs_the_bar_and_not_the_job(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*args: Any, **kwargs: Any) -> None:
        raise ConnectionError

    def work(context: JobContext) -> None:
        context.progress(1, 2)
        assert jobs.progress_of(context.job) == (0, 0)

    for method in ("get", "set", "delete"):
        monkeypatch.setattr(cache, method, unreachable)
    assert ran(ask(kind(work))).state == "done"


def test_a_message_that_comes_while_the_last_attempt_lets_go_is_not_lost(kind: Kind, sent: list[int]) -> None:
    row = ask(kind(nothing))
    Job.objects.filter(pk=row.pk).update(sent_at=calendar.now())
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [jobs.LOCK_SPACE, row.pk])
        jobs.run(row.pk)
        row.refresh_from_db()
        assert (row.state, row.sent_at, row.attempts) == ("queued", None, 0)
    finally:
        other.close()
    assert jobs.dispatch(older_than=timedelta(0)) == 1
    assert ran(row).state == "done"


# --- Whose job ------------------------------------------------------------------------------------


def test_a_job_has_the_authority_its_asker_has_when_it_runs(kind: Kind) -> None:
    place = make.office()
    user = make.user()
    officer = make.person(user=user)
    held = make.assign(officer, "OFFICER", place)
    seen: list[int] = []

    def work(context: JobContext) -> None:
        assert context.actor is not None
        seen.append(len(context.actor.capacities))

    name = kind(work)
    row = ask(name)
    Job.objects.filter(pk=row.pk).update(requested_by=user)
    assert ran(row).state == "done"
    held.valid = make.span(date(2019, 10, 1), date(2020, 1, 1))
    held.save()
    again = ask(name)
    Job.objects.filter(pk=again.pk).update(requested_by=user)
    ran(again)
    user.is_active = False
    user.save()
    last = ask(name)
    Job.objects.filter(pk=last.pk).update(requested_by=user)
    ran(last)
    assert seen == [1, 0, 0]


def test_rows_that_left_the_askers_reach_fail_with_a_sentence(kind: Kind) -> None:
    def work(context: JobContext) -> None:
        raise Batch.DoesNotExist

    row = ran(ask(kind(work)))
    assert (row.state, row.attempts) == ("failed", 1)
    assert "ไม่พบข้อมูล" in row.error and "คำสั่งแต่งตั้ง" in row.error


# --- Trying again ---------------------------------------------------------------------------------


def test_a_failed_job_is_started_again_by_a_person(kind: Kind, sent: list[int], commits: Commits) -> None:
    hopeless = [True]

    def work(context: JobContext) -> None:
        if hopeless:
            raise JobError("ยังไม่ได้")

    actor = Actor(make.user(), date(2026, 11, 22))
    row = ran(ask(kind(work)))
    with commits(execute=True):
        assert jobs.retry(actor=actor, row=row).state == "queued"
    assert sent == [row.pk]
    assert (row.error, row.finished_at, row.max_attempts) == ("", None, row.attempts + jobs.ATTEMPTS)
    with commits(execute=True):
        jobs.retry(actor=actor, row=row)
    assert sent == [row.pk], "a double click is one click"
    assert AuditEvent.objects.filter(verb="job.retried", object_id=str(row.uuid)).count() == 1
    hopeless.clear()
    assert ran(row).state == "done"


def test_a_failed_job_that_was_asked_for_anew_is_not_started_beside_its_successor(
    kind: Kind, sent: list[int]
) -> None:
    name = kind(nothing)
    failed = ask(name)
    Job.objects.filter(pk=failed.pk).update(state=Job.State.FAILED)
    ask(name)
    failed.refresh_from_db()
    with pytest.raises(Conflict, match="ถูกสั่งใหม่แล้ว"):
        jobs.retry(actor=Actor(make.user(), date(2026, 11, 22)), row=failed)
