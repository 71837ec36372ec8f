"""The Celery application; part of the composition root."""

import os
import signal

from celery import Celery
from celery.signals import worker_init, worker_process_init

from portal.run.child import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.local")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def start_only_when_safe(**kwargs: object) -> None:
    """A worker asks the same of the house as the web does."""
    from portal.startup import demand_checks

    demand_checks()


@worker_process_init.connect
def end_with_the_worker(**kwargs: object) -> None:
    """A pool process ends with its worker: otherwise a task could go on beside its own second attempt."""
    die_with_parent(signal.SIGKILL)()
