"""One factory's report typed by an officer: a batch of one, through the same rules and the same plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from factories.models import Factory
from offices.models import Office
from portal import audit, calendar, sql
from portal.actors import Actor
from portal.intake import services as intake
from portal.intake import stage
from portal.intake.handlers import get_handler
from portal.models import Batch
from portal.problems import Invalid, Reason
from portal.scope import nation
from portal.sheets.cells import CellError, Rounded, normalise, tidy
from portal.sheets.findings import Finding
from portal.sheets.messages import word
from portal.sheets.spec import SheetSpec
from reporting.models import Obligation, Submission


@dataclass(frozen=True)
class Typed:
    """What stood in the fields: the header's and each line's, by column key, as text."""

    header: Mapping[str, str]
    lines: Sequence[Mapping[str, str]]


class Refused(Invalid):
    """Nothing was written. ``findings`` are all that the rules found, blocking or not; ``row_no`` 1
    is the first line. ``may_accept``: only warnings stand in the way."""

    def __init__(self, findings: Sequence[Finding], *, may_accept: bool) -> None:
        said = _("ตรวจข้อสังเกตแล้วยืนยันอีกครั้ง") if may_accept else _("มีข้อที่ต้องแก้ก่อน ยังไม่ได้บันทึก")
        super().__init__(
            said, reasons=[_reason(one) for one in findings if may_accept or one.level == "block"]
        )
        self.findings = findings
        self.may_accept = may_accept


def _reason(finding: Finding) -> Reason:
    """A finding as the reason it is: what is wrong, and how to mend it."""
    return Reason(" ".join(filter(None, (finding.message, finding.mend, f"({finding.code})"))))


def enter(
    *, actor: Actor, form: str, period: date, factory: Factory, typed: Typed, accept_warnings: bool
) -> Submission:
    """Check and write one report, or nothing; give the version that now holds.

    Raises Refused with every finding at once, NotAllowed outside the actor's office, StalePlan and
    IntakeError as a file would. The same values again write no further version.
    """
    handler = get_handler(form)
    office = Office.objects.get(province_id=factory.province_id)
    intake.demand(actor, handler, office.pk)
    given = {"period": period.isoformat(), "channel": Submission.Channel.OFFICER}
    params = handler.clean_params(actor=actor, office_id=office.pk, params=given)
    spec = handler.spec(params)
    rows, unread = _read(spec, factory, typed)
    batch = Batch(
        spec_code=spec.code,
        spec_version=spec.version,
        params=params | {"handler": handler.code},
        office_id=office.pk,
        created_by=actor.user,
    )
    handler.get_ready(batch)
    with nation("a report typed by an officer"), audit.context(actor), transaction.atomic():
        batch.save()
        sql.lock("intake", handler.lock_key(batch))
        stage.create(spec)
        _fill(spec, rows)
        stage.add(unread)
        handler.plan(batch)
        found = _findings()
        if any(f.level == "block" for f in found):
            raise Refused(found, may_accept=False)
        if any(f.level == "warn" for f in found) and not accept_warnings:
            raise Refused(found, may_accept=True)
        stage.refuse_rows(batch)
        counts, batch.plan_sha256 = stage.seal(batch)
        batch.counts = counts | stage.keep_findings(batch)
        applied = handler.apply(batch, actor)
        batch.counts = batch.counts | {"applied": applied}
        batch.state = Batch.State.APPLIED
        batch.applied_by = actor.user
        batch.previewed_at = batch.applied_at = calendar.now()
        batch.save()
        audit.record(actor, "report.entered", batch, factory=str(factory.uuid), **applied)
        obligation = Obligation.objects.get(form_id=form, factory=factory, period=period)
        assert obligation.current is not None
        return obligation.current


def _read(spec: SheetSpec, factory: Factory, typed: Typed) -> tuple[list[dict[str, Any]], list[Finding]]:
    """Values read as a sheet's cells are, and what could not be read."""
    number = factory.number14 or factory.old_number
    headers = {column.key: str(column.header) for column in spec.columns}
    rows: list[dict[str, Any]] = []
    unread: list[Finding] = []
    for row_no, line in enumerate(typed.lines or [{}], start=1):
        row: dict[str, Any] = {"row_no": row_no, "factory_no": number}
        written = {**(typed.header if row_no == 1 else {}), **line}
        for key, text in written.items():
            clean = tidy(text)
            if clean is None:
                continue
            try:
                row[key] = normalise(spec.column(key), clean)
            except Rounded as rounded:
                row[key] = rounded.value
            except CellError as error:
                raw = {
                    "code": error.code,
                    "row_no": row_no,
                    "column": key,
                    "found": clean,
                    "params": error.params,
                }
                unread.append(word(raw, headers))
        rows.append(row)
    return rows, unread


def _fill(spec: SheetSpec, rows: Sequence[Mapping[str, Any]]) -> None:
    columns = ", ".join(["row_no", *spec.keys])
    values = ", ".join(["%(row_no)s", *(f"%({key})s" for key in spec.keys)])
    for row in rows:
        sql.execute(f"INSERT INTO stage ({columns}) VALUES ({values})", {**dict.fromkeys(spec.keys), **row})


def _findings() -> list[Finding]:
    return [
        Finding(**row)
        for row in sql.dicts(
            'SELECT code, level, message, mend, row_no, "column", header AS column_header, found, expected '
            "FROM stage_finding WHERE code <> 'REPORT' "
            "ORDER BY array_position(ARRAY['block', 'warn', 'info'], level), row_no, code"
        )
    ]
