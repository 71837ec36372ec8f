"""What people do, as commands over standard input and output: one JSON line each way.

Every command may be given again after a death in its middle, as a person would do it again.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.db.models import Sum

from factories.models import Factory
from offices.models import Case, Office
from offices.selectors.actors import resolve
from portal import audit, calendar, jobs
from portal.actors import Actor
from portal.intake import services as intake
from portal.models import AuditEvent, Batch, Job, StoredFile, User
from portal.scope import nation
from reporting.models import (
    Edition,
    EditionFile,
    Fact,
    Figure,
    Obligation,
    OfficePackage,
    Submission,
    SubmissionLine,
)
from reporting.services import packages

FORM = "PROD-M"
OFFICES = {"25": "ปราจีนบุรี", "19": "สระบุรี"}
FACTORIES = 4  # of each office
PRODUCTS = {"CEMENT": "ตัน", "RICE": "ตัน"}


def serve() -> None:
    """Answer commands until the input ends."""
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            with nation("driver"):
                done = {"done": COMMANDS[asked.pop("do")](**asked)}
        except Exception as error:
            done = {"error": f"{type(error).__name__}: {error}"}
            connection.close()
        answer(done)


def answer(value: dict[str, Any]) -> None:
    """One line, whole."""
    sys.__stdout__.write(json.dumps(value) + "\n")
    sys.__stdout__.flush()


# --- The world and its files --------------------------------------------------------------------


def prepare() -> None:
    """Tables, reference rows, two offices with their people and factories."""
    from offices.workflow import sync_workflows
    from tests.offices import make
    from tests.reporting.world import World, build

    call_command("migrate", verbosity=0)
    sync_workflows()
    world: World = build()
    for code, office in world.offices.items():
        group = make.group(office)
        for kind in ("OFFICER", "GROUP_HEAD", "CHIEF"):
            person = make.person(user=make.user(address(kind, code)))
            make.assign(person, kind, office, **({} if kind == "CHIEF" else {"group": group}))
        with audit.context(None):
            world.oblige(*[world.factory(code) for _ in range(FACTORIES)])


def address(kind: str, office: str) -> str:
    """By which a person of this little world signs in."""
    return f"{kind.lower()}@office{office}.invalid"


def actor(office: str, kind: str = "OFFICER") -> Actor:
    """Who he is today, as a page would find out."""
    return resolve(User.objects.get(email=address(kind, office)), calendar.today())


def sheet(office: str, month: str, revision: int = 0) -> str:
    """The file of an office's month: the same for the same arguments, another for others."""
    text = io.StringIO()
    writer: csv.DictWriter[str] | None = None
    factories = Factory.objects.filter(province_id=office).order_by("id")
    for place, factory in enumerate(factories):
        for product, unit in PRODUCTS.items():
            produced = 100 + 10 * place + int(month[5:7]) + revision + (product == "RICE")
            row = {
                "factory_no": factory.number14,
                "operating_state": "ดำเนินการ",
                "workers": 10 + place + revision,
                "work_days": 26,
                "product": product,
                "unit": unit,
                "capacity": 2 * produced,
                "produced": produced,
                "shipped_dom_qty": produced - 1,
                "shipped_dom_value": f"{produced * 1000 + place}.25",
                "shipped_exp_qty": 1,
                "shipped_exp_value": "1000.50",
                "stock_open": 500,
                "stock_close": 500,
            }
            writer = writer or csv.DictWriter(text, list(row))
            if place == 0 and product == "CEMENT":
                writer.writeheader()
            writer.writerow(row)
    return text.getvalue()


# --- Acts ---------------------------------------------------------------------------------------


def _batch(office: str, month: str, revision: int) -> Batch | None:
    place = Office.objects.get(code=office).pk
    digest = intake._digest(io.BytesIO(sheet(office, month, revision).encode()))[0]
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


def retry_failed(office: str) -> int:
    """A person presses "try again" on every failed job; gives how many."""
    failed = list(Job.objects.filter(state=Job.State.FAILED, office_id=Office.objects.get(code=office).pk))
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


# --- What must hold at the end ------------------------------------------------------------------


def check(office: str, month: str, revisions: list[int]) -> list[str]:
    """What is wrong with an office's month after these revisions were applied in this order.

    The expected sums come from the file by plain Python; an empty list means all is well.
    """
    wrong: list[str] = []

    def same(what: str, found: Any, expected: Any) -> None:
        if found != expected:
            wrong.append(f"{office} {month}: {what} is {found}, expected {expected}")

    rows = list(csv.DictReader(io.StringIO(sheet(office, month, revisions[-1]))))
    factories = list(Factory.objects.filter(province_id=office).order_by("id").values_list("id", flat=True))
    versions = Submission.objects.filter(form_id=FORM, period=month, province_id=office)
    numbers = defaultdict(list)
    for factory, version in versions.order_by("version").values_list("factory_id", "version"):
        numbers[factory].append(version)
    same(
        "versions", dict(numbers), {factory: [n + 1 for n in range(len(revisions))] for factory in factories}
    )

    current = list(versions.filter(version=len(revisions)).values_list("id", flat=True))
    same(
        "obligations' reports",
        sorted(Obligation.objects.filter(form_id=FORM, period=month, province_id=office)
               .values_list("current_id", flat=True), key=lambda pk: pk or 0),
        sorted(current),
    )  # fmt: skip
    lines = SubmissionLine.objects.filter(submission__in=current)
    same("lines", lines.count(), len(rows) + len(factories))
    expected = _sums(rows)
    facts = Fact.objects.filter(submission_id__in=current)
    same("facts", _by_measure(facts, "value"), expected)
    figures = Figure.objects.filter(form_id=FORM, period=month, province=office)
    same("figures", _by_measure(figures, "provisional"), expected)

    batches = list(Batch.objects.filter(params__period=month, office_id=Office.objects.get(code=office).pk))
    same("states", [batch.state for batch in batches], ["applied"] * len(revisions))
    keys = [str(batch.uuid) for batch in batches]
    applied = AuditEvent.objects.filter(verb="batch.applied", object_id__in=keys)
    same("applied events", applied.count(), len(revisions))
    states = Counter(Job.objects.filter(key__in=keys).values_list("state", flat=True))
    same("jobs", dict(states), {"done": 2 * len(revisions)})
    return wrong


def _sums(rows: list[dict[str, str]]) -> dict[str, str]:
    """measure and product → sum, out of the file alone."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    headers = {row["factory_no"]: row for row in rows}
    for row in headers.values():
        sums["workers "] += Decimal(row["workers"])
    for row in rows:
        sums[f"produced {row['product']}"] += Decimal(row["produced"])
        for column in ("shipped_dom_value", "shipped_exp_value"):
            sums[f"shipped_value {row['product']}"] += Decimal(row[column])
    return {key: f"{value:.6f}" for key, value in sorted(sums.items())}


def _by_measure(rows: Any, value: str) -> dict[str, str]:
    found = (
        rows.filter(measure__in=["workers", "produced", "shipped_value"])
        .values_list("measure", "product")
        .annotate(total=Sum(value))
    )
    return {f"{measure} {product}": f"{total:.6f}" for measure, product, total in sorted(found)}


def compile_all() -> int:
    """Recompute every figure; gives how many cells were not as the refreshes had left them."""
    from reporting.compile import full

    return int(full(form=FORM, cause="test").inputs["changed"])


COMMANDS = {
    f.__name__: f
    for f in (
        prepare, upload, look, confirm, tick, retry_failed, review, certify, edition_files, check, compile_all,
    )
}  # fmt: skip
