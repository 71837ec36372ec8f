"""Reading reports: who owes and who gave what in a month, and one version with its lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from portal import calendar, sql
from portal.models import BatchFinding, BatchRow
from portal.words import StateWord, word
from reporting import forms
from reporting.models import Obligation, ObligedFactory, Product, Submission
from reporting.selectors.sheets import from_json


def obligations(*, form: str, period: date) -> QuerySet[Any]:
    """Who owes or gave a report of a month, in the active scope."""
    return Obligation.objects.filter(form_id=form, period=period).select_related(
        "factory__district", "factory__main_type", "current", "province"
    )


def late_factories(day: date) -> QuerySet[Any]:
    """Ids of the factories of the active scope that owe a report, of any form, due before a day."""
    return Obligation.objects.filter(
        owed=True, current__isnull=True, due_at__lt=calendar.start_of_day(day)
    ).values("factory_id")


def obliged(*, form: str) -> QuerySet[Any]:
    """The list of obliged factories in the active scope."""
    return ObligedFactory.objects.filter(form_id=form).select_related("factory", "province")


def state_of(obligation: Any, now: datetime) -> StateWord:
    """How one obligation stands: certified is the package's to say."""
    if obligation.current_id is not None:
        in_time = obligation.first_submitted_at <= obligation.due_at
        return word("obligation", "reported" if in_time else "late")
    if not obligation.owed:
        return word("obligation", "exempt")
    if now > obligation.due_at:
        return word("obligation", "overdue")
    form = forms.declaration(obligation.form_id, obligation.period)
    over = calendar.local_date(now) > form.end(obligation.period)
    return word("obligation", "missing" if over else "not_due")


@dataclass(frozen=True)
class Line:
    """One line of a version; numbers as Decimal."""

    section: str
    key: str
    name: str  # of the product
    unit: str
    standard_unit: str
    payload: dict[str, Any]


def lines_of(submission: Submission) -> list[Line]:
    """The lines of a version the reader may see, header first."""
    names = {product.code: product for product in Product.objects.all()}
    rows = sql.rows(
        f"""SELECT l.section, l.line_key, l.unit, l.payload FROM reporting_submissionline l
            JOIN reporting_submission s ON s.id = l.submission_id
            WHERE s.id = %(id)s AND {sql.in_scope("s.province_id")}
            ORDER BY l.section <> 'header', l.line_key""",
        {"id": submission.pk},
    )
    return [
        Line(
            section, key, names[key].name_th if key in names else key, unit,
            names[key].unit if key in names else "", from_json(payload),
        )
        for section, key, unit, payload in rows
    ]  # fmt: skip


def versions_of(submission: Submission) -> QuerySet[Any]:
    """Every version of the same report, newest first."""
    return Submission.objects.filter(
        form_id=submission.form_id, factory_id=submission.factory_id, period=submission.period
    ).order_by("-version")


def findings_of(submission: Submission) -> list[BatchFinding]:
    """What the rules said of this report when its version came in."""
    if submission.batch_id is None:
        return []
    rows = BatchRow.objects.filter(batch_id=submission.batch_id, target_id=submission.factory_id)
    return list(
        BatchFinding.objects.filter(
            batch_id=submission.batch_id, row_no__in=list(rows.values_list("row_no", flat=True))
        ).order_by("row_no", "id")
    )


def changes_between(old: Iterable[Line], new: Iterable[Line]) -> list[tuple[str, str, Any, Any]]:
    """(line's name, column key, before, after) for every value that differs."""
    before = {(line.section, line.key): line for line in old}
    after = {(line.section, line.key): line for line in new}
    changes = []
    for place in before.keys() | after.keys():
        was, now = before.get(place), after.get(place)
        one = now or was
        assert one is not None
        values = (was.payload if was else {}), (now.payload if now else {})
        for key in sorted(values[0].keys() | values[1].keys()):
            pair = values[0].get(key), values[1].get(key)
            if pair[0] != pair[1]:
                changes.append((one.name, key, *pair))
    return sorted(changes, key=lambda change: change[:2])
