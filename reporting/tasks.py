"""Celery's side of reporting: what the calendar asks for."""

from celery import shared_task

from portal import calendar, jobs
from portal.scope import nation


@shared_task(name="reporting.tasks.obligations")
def obligations() -> None:
    """Once a day: make the obligations of the months agree with the lists and the registry."""
    with nation("daily obligations"):
        jobs.enqueue("reporting.obligations", key=calendar.today().isoformat(), actor=None)
