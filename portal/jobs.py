"""Background work as rows: enqueue, run once, reap what died.

A job is committed with the change that asks for it and only then sent to the broker. The worker
holds a PostgreSQL advisory lock for as long as it runs; a lock dies with its connection, so the
reaper knows a dead worker from a slow one without a clock. (The lock belongs to the session: between
workers and database there may be no pooler that shares sessions out by transaction.) A job's function
must be idempotent: it may start again after a kill, and its own transaction decides what was done.
Each attempt has a number, and only the newest attempt may say how the job ended: a worker that lost
its connection, and with it the lock, cannot overrule the one that took over.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.core.exceptions import ObjectDoesNotExist
from django.db import Error, IntegrityError, OperationalError, connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from portal import audit, calendar, kept, logs
from portal.actors import Actor
from portal.models import Job
from portal.problems import Conflict, Problem
from portal.scope import nation

logger = logging.getLogger(__name__)

LOCK_SPACE = 7_410_001  # first half of the advisory lock's key; the second is the job's id
TIME_LIMIT = timedelta(hours=1)  # a job that takes longer is stopped and fails
ATTEMPTS = 5  # after this many attempts that died or broke a job waits for a person


@dataclass
class JobContext:
    """What a running job's function gets: the row, its arguments, and a way to say how far it is."""

    job: Job
    actor: Actor | None
    said: tuple[int, int] = (0, 0)

    @property
    def args(self) -> dict[str, Any]:
        return dict(self.job.args)

    def progress(self, done: int, total: int) -> None:
        """Live progress goes through the cache, so that it is seen before the transaction ends."""
        self.said = (done, total)
        kept.put(_progress_key(self.job), self.said, int(TIME_LIMIT.total_seconds()))


JobFunction = Callable[[JobContext], Mapping[str, Any] | None]
_kinds: dict[str, JobFunction] = {}


class JobError(Exception):
    """The job cannot succeed by trying again; the message is shown to the person who asked."""


def job(kind: str) -> Callable[[JobFunction], JobFunction]:
    """Register the function that does a kind of job."""

    def register(function: JobFunction) -> JobFunction:
        if _kinds.setdefault(kind, function) is not function:
            raise ValueError(f"job kind {kind} registered twice")
        return function

    return register


def enqueue(
    kind: str,
    *,
    key: str,
    actor: Actor | None,
    args: Mapping[str, Any] | None = None,
    label: str = "",
    office_id: int | None = None,
    result_url: str = "",
) -> Job:
    """Write a job row in the caller's transaction and send it after commit.

    ``key`` names the work: while one job of this kind and key is waiting or running, asking again
    gives that same row. A row committed whose message never reached the broker is sent again by
    the dispatcher.
    """
    if kind not in _kinds:
        raise ValueError(f"unknown job kind {kind}")
    try:
        with transaction.atomic():
            row = Job.objects.create(
                kind=kind,
                key=key,
                label=label,
                args=dict(args or {}),
                office_id=office_id,
                result_url=result_url,
                requested_by=actor.user if actor else None,
                request_id=logs.request_id.get() or "",
            )
    except IntegrityError:
        live = Job.objects.filter(kind=kind, key=key, state__in=["queued", "running"]).first()
        if live is None:
            return enqueue(
                kind, key=key, actor=actor, args=args, label=label, office_id=office_id, result_url=result_url
            )
        return live
    transaction.on_commit(lambda: _send(row))
    return row


def _send(row: Job) -> bool:
    """Hand a job to the broker; an unreachable broker is logged and left to the dispatcher."""
    from portal.tasks import run_job

    try:
        run_job.delay(row.pk)
    except Exception:  # the broker's client raises many kinds; the row is safe in the database
        logger.warning("broker unreachable, job %s waits for the dispatcher", row.uuid)
        return False
    # A fast worker may have tried and failed by now: its wish to be sent again is left alone.
    Job.objects.filter(pk=row.pk, state=Job.State.QUEUED, attempts=row.attempts).update(
        sent_at=calendar.now()
    )
    return True


@contextmanager
def _held(job_id: int) -> Iterator[bool]:
    """Hold the job's lock, if nobody else does; gives whether we do."""
    key = [LOCK_SPACE, job_id % 2**31]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", key)
        held = bool(cursor.fetchone()[0])
    try:
        yield held
    finally:
        if held:
            try:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(%s, %s)", key)
            except Error:
                connection.close()  # the lock goes with the session


def run(job_id: int) -> None:
    """Run one job to its end, if nobody else does and it still waits."""
    with _held(job_id) as held:
        if not held:
            # The attempt before has not let go yet. This message is spent, so another is needed.
            Job.objects.filter(pk=job_id, state=Job.State.QUEUED).update(sent_at=None)
            return
        _limit_session()
        row = _claim(job_id)
        if row is not None:
            _perform(row)


def _limit_session() -> None:
    """No statement runs for ever, and one whose worker was killed ends, too, and frees its locks."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('statement_timeout', %s, false), "
            "set_config('client_connection_check_interval', '5s', false)",
            [f"{int(TIME_LIMIT.total_seconds() * 1000)}ms"],
        )


def _claim(job_id: int) -> Job | None:
    now = calendar.now()
    claimed = Job.objects.filter(pk=job_id, state=Job.State.QUEUED).update(
        state=Job.State.RUNNING, attempts=F("attempts") + 1, started_at=now, error=""
    )
    return Job.objects.get(pk=job_id) if claimed else None


def _perform(row: Job) -> None:
    token = logs.job_id.set(str(row.uuid))
    try:
        result = _call(row)
    except (JobError, Problem) as error:
        _finish(row, Job.State.FAILED, error=str(error))
    except Exception as error:
        logger.exception("job %s %s failed", row.kind, row.uuid)
        why = _hopeless(error)
        if not why and row.attempts >= row.max_attempts:
            why = _("เกิดข้อผิดพลาดในระบบ รหัส %s") % type(error).__name__
        if why:
            _finish(row, Job.State.FAILED, error=why)
        else:
            _of_attempt(row).update(state=Job.State.QUEUED, sent_at=None)
    else:
        _finish(row, Job.State.DONE, **result)
    finally:
        logs.job_id.reset(token)


def _call(row: Job) -> dict[str, Any]:
    """Do the work in the name of whoever asked, with the authority he has today."""
    from portal.actors import actor_of

    actor = actor_of(row.requested_by, calendar.today()) if row.requested_by else None
    context = JobContext(row, actor)
    with nation(f"job {row.kind}"), audit.context(actor, job_id=str(row.uuid)):
        result = dict(_kinds[row.kind](context) or {})
    changes: dict[str, Any] = {"progress": context.said[0], "total": context.said[1]}
    if "url" in result:
        changes["result_url"] = result.pop("url")
    return changes | {"result": result}


def _hopeless(error: Exception) -> str:
    """Why trying again would not help, in Thai; empty for errors that may pass."""
    if isinstance(error, ObjectDoesNotExist):
        return _("ไม่พบข้อมูลของงานนี้ หรือวันนี้ผู้สั่งไม่มีคำสั่งแต่งตั้งที่เข้าถึงข้อมูลนั้นแล้ว")
    stopped = isinstance(error, OperationalError) and getattr(error.__cause__, "pgcode", "") == "57014"
    if stopped or isinstance(error, SoftTimeLimitExceeded):
        return _("งานใช้เวลาเกิน %d นาที ระบบจึงหยุดไว้ กรุณาแจ้งผู้ดูแลระบบ หรือกดลองใหม่") % (
            TIME_LIMIT.total_seconds() // 60
        )
    return ""


def _of_attempt(row: Job) -> QuerySet[Job]:
    """The job, as long as the attempt that ``row`` knows is the newest and has not ended."""
    return Job.objects.filter(pk=row.pk, state=Job.State.RUNNING, attempts=row.attempts)


def _finish(row: Job, state: str, **changes: Any) -> None:
    _of_attempt(row).update(state=state, finished_at=calendar.now(), **changes)


def retry(*, actor: Actor, row: Job) -> Job:
    """Start a failed job again at the request of a person, with as many attempts as at first.

    Raises Conflict while the same work has been asked for anew and is waiting or running.
    """
    try:
        with transaction.atomic():
            changed = Job.objects.filter(pk=row.pk, state=Job.State.FAILED).update(
                state=Job.State.QUEUED,
                max_attempts=F("attempts") + ATTEMPTS,
                error="",
                sent_at=None,
                finished_at=None,
            )
            row.refresh_from_db()
            if changed:
                audit.record(actor, "job.retried", row)
                transaction.on_commit(lambda: _send(row))
    except IntegrityError as error:
        raise Conflict(_("งานเดียวกันนี้ถูกสั่งใหม่แล้ว และกำลังรอหรือทำอยู่")) from error
    return row


def dispatch(*, older_than: timedelta = timedelta(seconds=15)) -> int:
    """Send again whatever was committed but never ran; give how many were sent."""
    edge = calendar.now() - older_than
    lost = Job.objects.filter(state=Job.State.QUEUED).filter(
        Q(sent_at__isnull=True, created_at__lt=edge) | Q(sent_at__lt=edge - 20 * older_than)
    )
    sent = 0
    for row in lost.only("uuid", "attempts").order_by("id")[:1000]:
        if not _send(row):
            break  # the broker is away: the next round finds the same rows
        sent += 1
    return sent


def reap() -> int:
    """Put jobs whose worker died back into the queue, or fail them after their last attempt."""
    reaped = 0
    for row in Job.objects.filter(state=Job.State.RUNNING).order_by("id")[:1000]:
        with _held(row.pk) as held:
            # Not held: somebody is alive and working on it.
            changed = _put_back(row) if held else 0
        reaped += changed
        if changed:
            row.refresh_from_db()
            if row.state == Job.State.QUEUED:
                _send(row)
    return reaped


def _put_back(row: Job) -> int:
    if row.attempts < row.max_attempts:
        return _of_attempt(row).update(state=Job.State.QUEUED, sent_at=None)
    return _of_attempt(row).update(
        state=Job.State.FAILED,
        error=_("งานหยุดกลางคันครบ %d ครั้ง กรุณากดลองใหม่หรือแจ้งผู้ดูแลระบบ") % row.attempts,
        finished_at=calendar.now(),
    )


def progress_of(row: Job) -> tuple[int, int]:
    """How far a job is: live from the cache while it runs, else from the row."""
    if row.state == Job.State.RUNNING:
        live = kept.get(_progress_key(row))
        if live:
            return int(live[0]), int(live[1])
    return row.progress, row.total


def _progress_key(row: Job) -> str:
    """Of one attempt: a new one does not begin with the bar of the one before."""
    return f"job-progress:{row.uuid}:{row.attempts}"
