"""Celery's side of the jobs: three lines each, everything else is in ``portal.jobs``."""

from celery import shared_task

from portal import calendar, drafts, jobs, seals
from portal.scope import nation
from portal.sessions import SessionStore

_LIMIT = jobs.TIME_LIMIT.total_seconds()


# Asked to stop at the limit; killed when it does not, and then reaped as if it had crashed.
@shared_task(name="portal.tasks.run_job", acks_late=True, soft_time_limit=_LIMIT, time_limit=_LIMIT + 60)
def run_job(job_id: int) -> None:
    jobs.run(job_id)


@shared_task(name="portal.tasks.dispatch_jobs")
def dispatch_jobs() -> int:
    with nation("dispatch jobs"):
        return jobs.dispatch()


@shared_task(name="portal.tasks.reap_jobs")
def reap_jobs() -> int:
    with nation("reap jobs"):
        return jobs.reap()


@shared_task(name="portal.tasks.seal_audit")
def seal_audit() -> int:
    """Seal what was added since the last time, and mail the head; give how many rows."""
    made = seals.seal()
    if made is None:
        return 0
    seals.announce(made)
    return made.row_count


@shared_task(name="portal.tasks.purge_drafts")
def purge_drafts() -> int:
    return drafts.purge(today=calendar.today())


@shared_task(name="portal.tasks.purge_sessions")
def purge_sessions() -> None:
    """Remove the rows of sessions that have ended."""
    SessionStore.clear_expired()
