"""Celery's side of this app."""

from celery import shared_task

from offices.private import retention
from offices.private.clearance import everybody
from portal import calendar


@shared_task(name="offices.tasks.propose_erasure")
def propose_erasure() -> int:
    """Propose what the rules of retention say is due; nothing is erased."""
    with everybody("propose erasures by the rules of retention"):
        return len(retention.propose(calendar.today()))
