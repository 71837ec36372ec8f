"""Background work as rows: enqueue, run once, reap what died.

A job is committed with the change that asks for it and only then sent to the broker. The worker
holds a PostgreSQL advisory lock for as long as it runs; a lock dies with its connection, so the
reaper knows a dead worker from a slow one without a clock. A job's function must be idempotent:
it may start again after a kill, and its own transaction decides what was done.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from portal import audit, calendar, logs
from portal.actors import Actor
from portal.models import Job
from portal.scope import nation

logger = logging.getLogger(__name__)

LOCK_SPACE = 7_410_001  # first half of the advisory lock's key; the second is the job's id


@dataclass
class JobContext:
    """What a running job's function gets: the row, its arguments, and a way to say how far it is."""

    job: Job
    actor: Actor | None

    @property
    def args(self) -> dict[str, Any]:
        return dict(self.job.args)

    def progress(self, done: int, total: int) -> None:
        """Live progress goes through the cache, so that it is seen before the transaction ends."""
        cache.set(_progress_key(self.job.uuid), (done, total), 3600)


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
    transaction.on_commit(lambda: send(row.pk))
    return row


def send(job_id: int) -> None:
    """Hand a job to the broker; an unreachable broker is logged and left to the dispatcher."""
    from portal.tasks import run_job

    try:
        run_job.delay(job_id)
    except Exception:  # the broker's client raises many kinds; the row is safe in the database
        logger.warning("broker unreachable, job %s waits for the dispatcher", job_id)
        return
    Job.objects.filter(pk=job_id).update(sent_at=calendar.now())


def _try_lock(job_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_SPACE, job_id % 2**31])
        return bool(cursor.fetchone()[0])


def _unlock(job_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_SPACE, job_id % 2**31])


def _claim(job_id: int) -> Job | None:
    now = calendar.now()
    claimed = Job.objects.filter(pk=job_id, state=Job.State.QUEUED).update(
        state=Job.State.RUNNING, attempts=F("attempts") + 1, started_at=now, heartbeat_at=now, error=""
    )
    return Job.objects.get(pk=job_id) if claimed else None


def run(job_id: int) -> None:
    """Run one job to its end, if nobody else does and it still waits."""
    if not _try_lock(job_id):
        return
    try:
        row = _claim(job_id)
        if row is not None:
            _perform(row)
    finally:
        if connection.connection is not None and connection.is_usable():
            _unlock(job_id)


def _perform(row: Job) -> None:
    from portal.actors import actor_of

    token = logs.job_id.set(str(row.uuid))
    actor = actor_of(row.requested_by, calendar.today()) if row.requested_by else None
    try:
        with nation(f"job {row.kind}"), audit.context(actor, job_id=str(row.uuid)):
            result = _kinds[row.kind](JobContext(row, actor))
        _finish(row, Job.State.DONE, result=dict(result or {}))
    except JobError as error:
        _finish(row, Job.State.FAILED, error=str(error))
    except Exception as error:
        logger.exception("job %s %s failed", row.kind, row.uuid)
        if row.attempts >= row.max_attempts:
            _finish(row, Job.State.FAILED, error=_("เกิดข้อผิดพลาดในระบบ รหัส %s") % type(error).__name__)
        else:
            Job.objects.filter(pk=row.pk).update(state=Job.State.QUEUED, sent_at=None)
    finally:
        logs.job_id.reset(token)


def _finish(row: Job, state: str, *, result: dict[str, Any] | None = None, error: str = "") -> None:
    changes: dict[str, Any] = {"state": state, "finished_at": calendar.now(), "error": error}
    if result is not None:
        changes["result"] = result
        if "url" in result:
            changes["result_url"] = result.pop("url")
    Job.objects.filter(pk=row.pk, state=Job.State.RUNNING).update(**changes)
    cache.delete(_progress_key(row.uuid))


def retry(*, actor: Actor, row: Job) -> Job:
    """Start a failed job again at the request of a person; attempts count from nought."""
    with transaction.atomic():
        changed = Job.objects.filter(pk=row.pk, state=Job.State.FAILED).update(
            state=Job.State.QUEUED, attempts=0, error="", sent_at=None, finished_at=None
        )
        if changed:
            audit.record(actor, "job.retried", row)
            transaction.on_commit(lambda: send(row.pk))
    row.refresh_from_db()
    return row


def dispatch(*, older_than: timedelta = timedelta(seconds=15)) -> int:
    """Send again whatever was committed but never ran; give how many were sent."""
    edge = calendar.now() - older_than
    lost = Job.objects.filter(state=Job.State.QUEUED).filter(
        Q(sent_at__isnull=True, created_at__lt=edge) | Q(sent_at__lt=edge - 20 * older_than)
    )
    ids = list(lost.order_by("id").values_list("pk", flat=True)[:1000])
    for job_id in ids:
        send(job_id)
    return len(ids)


def reap() -> int:
    """Put jobs whose worker died back into the queue, or fail them after their last attempt."""
    reaped = 0
    for row in Job.objects.filter(state=Job.State.RUNNING).order_by("id")[:1000]:
        if not _try_lock(row.pk):
            continue  # somebody is alive and working on it
        try:
            if row.attempts >= row.max_attempts:
                changes = {
                    "state": Job.State.FAILED,
                    "error": _("งานหยุดกลางคันครบ %d ครั้ง กรุณากดลองใหม่หรือแจ้งผู้ดูแลระบบ") % row.max_attempts,
                    "finished_at": calendar.now(),
                }
            else:
                changes = {"state": Job.State.QUEUED, "sent_at": None}
            reaped += Job.objects.filter(
                pk=row.pk, state=Job.State.RUNNING, attempts=row.attempts
            ).update(**changes)
        finally:
            _unlock(row.pk)
        if changes["state"] == Job.State.QUEUED:
            send(row.pk)
    return reaped


def progress_of(row: Job) -> tuple[int, int]:
    """How far a job is: live from the cache while it runs, else from the row."""
    live = cache.get(_progress_key(row.uuid)) if row.state == Job.State.RUNNING else None
    return (int(live[0]), int(live[1])) if live else (row.progress, row.total)


def _progress_key(uuid: object) -> str:
    return f"job-progress:{uuid}"
