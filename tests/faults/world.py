"""Two offices whose people send in months of reports, and what must be so afterwards."""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from factories.models import Factory
from offices.models import Office
from offices.selectors.actors import resolve
from offices.workflow import sync_workflows
from portal import audit, calendar
from portal.actors import Actor
from portal.models import AuditEvent, Batch, Job, User
from reporting.models import Fact, Figure, Obligation, Submission, SubmissionLine
from tests.offices import make
from tests.reporting.world import build

FORM = "PROD-M"
FACTORIES = 4  # of each office
PRODUCTS = {"CEMENT": "ตัน", "RICE": "ตัน"}


def settle() -> None:
    """Reference rows, two offices with their people and factories."""
    sync_workflows()
    world = build()
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
    return wrong


def jobs_left(office: str) -> dict[str, int]:
    """Jobs of an office's batches that are not done, by state."""
    left = Job.objects.filter(office_id=Office.objects.get(code=office).pk).exclude(state=Job.State.DONE)
    return dict(Counter(left.values_list("state", flat=True)))


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
