"""What people do, as commands over standard input and output: one JSON line each way.

Every command may be given again after a death in its middle, as a person would do it again.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
from collections import Counter
from datetime import date, timedelta
from typing import Any

from django.core.management import call_command
from django.db import connection

from offices.models import Case, Office
from portal import calendar, jobs
from portal.intake import services as intake
from portal.models import AuditEvent, Batch, Job, StoredFile
from portal.scope import nation
from portal.tasks import run_job
from reporting.compile import full
from reporting.models import Edition, EditionFile, OfficePackage
from reporting.services import packages
from tests.faults.world import FORM, actor, check, jobs_left, settle, sheet


def serve() -> None:
    """Answer commands until the input ends."""
    for line in sys.stdin:
        asked = json.loads(line)
        number = asked.pop("number")
        try:
            with nation("driver"):
                done = {"done": COMMANDS[asked.pop("do")](**asked)}
        except Exception as error:
            done = {"error": f"{type(error).__name__}: {error}"}
            connection.close()
        answer(done | {"number": number})


def answer(value: dict[str, Any]) -> None:
    """One line, whole."""
    sys.__stdout__.write(json.dumps(value) + "\n")
    sys.__stdout__.flush()


def prepare() -> None:
    """An empty database, migrated, with the small world in it."""
    call_command("migrate", verbosity=0)
    settle()


def _batch(office: str, month: str, revision: int) -> Batch | None:
    place = Office.objects.get(code=office).pk
    digest = hashlib.sha256(sheet(office, month, revision).encode()).hexdigest()
    found = list(Batch.objects.filter(office_id=place, params__period=month, sha256=digest))
    if len(found) > 1:
        raise AssertionError("one upload, two batches")
    return found[0] if found else None


def upload(office: str, month: str, revision: int = 0) -> str:
    """Send the file in, unless it is there; gives the batch."""
    batch = _batch(office, month, revision)
    if batch is None:
        officer = actor(office)
        with officer.scope.active():
            batch = intake.receive(
                actor=officer,
                handler_code=FORM,
                upload=intake.Upload("เดือน.csv", io.BytesIO(sheet(office, month, revision).encode())),
                office_id=Office.objects.get(code=office).pk,
                params={"period": month},
            )
    return str(batch.uuid)


def look(batch: str) -> dict[str, Any]:
    """How far a batch is; ``live`` and ``failed`` are its jobs."""
    row = Batch.objects.get(uuid=batch)
    states = Counter(Job.objects.filter(key=batch).values_list("state", flat=True))
    return {
        "state": row.state,
        "counts": row.counts,
        "live": states["queued"] + states["running"],
        "unsent": Job.objects.filter(key=batch, state="queued", sent_at=None).count(),
        "failed": states["failed"],
    }


def confirm(office: str, batch: str) -> str:
    """Press the button under the preview; gives the state seen. Pressing again does no harm."""
    row = Batch.objects.get(uuid=batch)
    if row.state == Batch.State.PREVIEWED:
        officer = actor(office)
        with officer.scope.active():
            intake.apply(actor=officer, batch_uuid=batch, plan_sha256=row.plan_sha256)
    return row.state


def tick() -> list[int]:
    """What the clock asks for every few seconds, without its patience."""
    return [jobs.reap(), jobs.dispatch(older_than=timedelta(0))]


def retry(office: str, batch: str) -> int:
    """A person presses "try again" on the batch's failed jobs; gives how many."""
    failed = list(Job.objects.filter(state=Job.State.FAILED, key=batch))
    for row in failed:
        jobs.retry(actor=actor(office), row=row)
    return len(failed)


def review(office: str, month: str) -> str:
    """Lead the month's package to the chief; gives its state."""
    officer, head = actor(office), actor(office, "GROUP_HEAD")
    package = packages.open_package(
        actor=officer, form=FORM, period=date.fromisoformat(month), office=Office.objects.get(code=office)
    )
    for who, state, name in (
        (officer, "collecting", "submit"),
        (head, "group_review", "endorse_to_chief"),
    ):
        case = Case.objects.get(pk=package.case_id)
        if case.state == state:
            packages.act(actor=who, package=package.uuid, name=name, expected_version=case.version)
    return str(Case.objects.get(pk=package.case_id).state)


def certify(office: str, month: str) -> str:
    """The chief's act, unless it is done; gives the state."""
    package = OfficePackage.objects.get(period=month, office__code=office)
    case = Case.objects.get(pk=package.case_id)
    if case.state == "with_chief":
        case = packages.act(
            actor=actor(office, "CHIEF"), package=package.uuid, name="certify", expected_version=case.version
        )
    return str(case.state)


def edition_files(office: str, month: str) -> dict[str, Any]:
    """What an interrupted certification left: editions, files, the package's certified round, live jobs."""
    package = OfficePackage.objects.get(period=month, office__code=office)
    editions = Edition.objects.filter(package=package)
    keys = [str(uuid) for uuid in editions.values_list("uuid", flat=True)]
    return {
        "state": Case.objects.get(pk=package.case_id).state,
        "round": package.certified_round,
        "editions": editions.count(),
        "files": sorted(EditionFile.objects.filter(edition__in=editions).values_list("kind", flat=True)),
        "stored": StoredFile.objects.filter(
            purpose="edition", pk__in=EditionFile.objects.filter(edition__in=editions).values("file_id")
        ).count(),
        "live": Job.objects.filter(key__in=keys, state__in=["queued", "running"]).count(),
    }


def ask_slow(how: str, limit: float | None = None) -> int:
    """Send a job of ``kinds`` to the pool's own queue; ``limit`` in seconds instead of the usual one."""
    row = Job.objects.create(kind="tests.slow", key=how, args={"how": how}, sent_at=calendar.now())
    run_job.apply_async((row.pk,), queue="pool", soft_time_limit=limit)
    return row.pk


def look_slow(job: int) -> dict[str, Any]:
    """What became of it; ``pids`` are the processes that began it."""
    row = Job.objects.get(pk=job)
    begun = AuditEvent.objects.filter(verb="tests.slow", object_id=str(row.uuid)).order_by("id")
    return {
        "state": row.state,
        "result": row.result,
        "error": row.error,
        "pids": [event.data["pid"] for event in begun],
    }


def compile_all() -> int:
    """Recompute every figure; gives how many cells were not as the refreshes had left them."""
    return int(full(form=FORM, cause="test").inputs["changed"])


COMMANDS = {
    f.__name__: f
    for f in (
        prepare, upload, look, confirm, tick, retry, review, certify, edition_files, ask_slow, look_slow,
        check, jobs_left, compile_all,
    )
}  # fmt: skip
