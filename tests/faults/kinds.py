"""Jobs that exist only here: they take too long, each in its own way, unless they were tried before."""

from __future__ import annotations

import os
import time
from typing import Any

from django.db import connection

from portal import audit
from portal.jobs import JobContext, job


@job("tests.slow")
def slow(context: JobContext) -> dict[str, Any]:
    """``how``: python or database, for a minute in the first attempt; at once in the next."""
    audit.record(None, "tests.slow", context.job, pid=os.getpid())
    if context.job.attempts == 1 and context.args["how"] == "python":
        time.sleep(60)
    if context.job.attempts == 1 and context.args["how"] == "database":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(60)")
    return {"attempt": context.job.attempts}
