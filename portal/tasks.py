"""Celery's side of the jobs: three lines each, everything else is in ``portal.jobs``."""

from celery import shared_task

from portal import jobs
from portal.scope import nation


@shared_task(name="portal.tasks.run_job", acks_late=True)
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
