"""What the intake pages show."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from portal import calendar, words, worklist
from portal.actors import Actor
from portal.drafts import BIN_DAYS
from portal.intake.handlers import get_handler
from portal.models import AuditEvent, Batch, BatchFinding, BatchRow, Job
from portal.screens.findings import Group, grouped

WORK_SHOWN = 5


def batches(*, handler_code: str = "", state: str = "") -> QuerySet[Batch]:
    """Batches of the active scope, newest first."""
    rows = Batch.objects.select_related("file", "created_by", "applied_by", "mapping__mapping").order_by(
        "-id"
    )
    if handler_code:
        rows = rows.filter(params__handler=handler_code)
    if state:
        rows = rows.filter(state=state)
    return rows


def discarded(today: date) -> QuerySet[Batch]:
    """Discarded batches of the active scope that can still be had back."""
    edge = calendar.start_of_day(today - timedelta(days=BIN_DAYS))
    return batches(state=Batch.State.DISCARDED).filter(discarded_at__gte=edge).order_by("-discarded_at")


def history_of_file(handler_code: str, sha256: str, office_id: int | None, *, but: int = 0) -> list[str]:
    """Sentences saying when and by whom these very bytes were sent in before; the latest two."""
    earlier = (
        Batch.objects.filter(params__handler=handler_code, sha256=sha256, office_id=office_id)
        .exclude(pk=but)
        .order_by("-id")[:2]
    )
    return [_told_before(batch) for batch in earlier]


def _told_before(batch: Batch) -> str:
    names = dict(
        AuditEvent.objects.filter(object_type="portal.batch", object_id=str(batch.uuid))
        .exclude(actor_name="")
        .values_list("verb", "actor_name")
    )
    sent = _("ไฟล์นี้เคยส่งแล้วเมื่อ %(when)s โดย %(who)s") % {
        "when": calendar.format_time(batch.created_at),
        "who": names.get("batch.received", "–"),
    }
    if batch.state == Batch.State.APPLIED and batch.applied_at:
        return _("%(sent)s และนำเข้าเมื่อ %(when)s โดย %(who)s") % {
            "sent": sent,
            "when": calendar.format_time(batch.applied_at),
            "who": names.get("batch.applied", "–"),
        }
    return _("%(sent)s (สถานะ: %(state)s)") % {"sent": sent, "state": batch.get_state_display()}


def work(actor: Actor) -> list[worklist.Waiting]:
    """The source of "my work": files this person sent in that wait for his word."""
    states = (Batch.State.MAPPING, Batch.State.PREVIEWED)
    waiting = Batch.objects.filter(created_by_id=actor.user_id, state__in=states)

    def row(batch: Batch) -> worklist.Row:
        return worklist.Row(
            label=handler_title(batch),
            url=reverse("intake:batch-detail", args=[batch.uuid]),
            detail=batch.file.name if batch.file else "",
            due=_("ส่งเมื่อ %s") % calendar.format_time(batch.created_at),
            state=words.word_of(batch, "state"),
        )

    title, url = _("ไฟล์ที่รอท่านยืนยันหรือจับคู่คอลัมน์"), reverse("intake:batch-list")
    newest = waiting.select_related("file").order_by("-id")
    return [worklist.heap(title, newest, WORK_SHOWN, row, url=url)]


def handler_title(batch: Batch) -> str:
    """What kind of sheet a batch is, in words."""
    return str(get_handler(batch.params["handler"]).title)


def rows(batch: Batch, *, action: str = "", row_nos: Iterable[int] | None = None) -> QuerySet[BatchRow]:
    """The plan in row order, one action only when named."""
    found = BatchRow.objects.filter(batch=batch).order_by("row_no")
    if action:
        found = found.filter(action=action)
    if row_nos is not None:
        found = found.filter(row_no__in=list(row_nos))
    return found


def findings_by_rule(batch: Batch, *, shown: int = 20, level: str = "") -> list[Group]:
    """Every rule that found something, with its true total and its first ``shown`` findings."""
    groups: list[Group] = []
    for rule in batch.counts.get("rules", []):
        if level and rule["level"] != level:
            continue
        kept = BatchFinding.objects.filter(
            batch=batch, code=rule["code"], level=rule["level"], column=rule["column"]
        )
        first = list(kept.order_by("row_no", "id")[:shown])
        if first:
            word = words.word("finding", rule["level"])
            groups.append(Group(rule["code"], word, first[0].message, first[0].mend, rule["total"], first))
    return groups


def kept_after_undo(batch: Batch) -> list[Group]:
    """The rows that could not be taken back."""
    kept = BatchFinding.objects.filter(batch=batch, code="undo_kept").order_by("row_no")
    return grouped(kept[:1000])


def latest_job(batch_uuid: UUID) -> Job | None:
    """The newest background job of this batch."""
    return Job.objects.filter(kind__startswith="intake.", key=str(batch_uuid)).order_by("-id").first()
