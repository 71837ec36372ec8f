"""A copy of a person's own data: asked for by himself, made by a job, taken by nobody else."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import xlsxwriter
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from offices.models import OwnCopy, Person, PrivateReading
from offices.policies import demand as demand_policy
from offices.private import boxes, dated, own, policies
from offices.private.clearance import everybody
from offices.private.fields import FIELDS
from offices.private.services import live_or_new, log
from portal import audit, calendar, jobs, practice, secretbox
from portal import dated as settings
from portal.actors import Actor
from portal.models import Job
from portal.problems import Conflict, NotAllowed

JOB = "privacy.own_copy"
NAME = "own-data"  # of the files inside


def ask(*, actor: Actor) -> tuple[OwnCopy, Job]:
    """Ask for a copy of one's own data; the job that makes it may be watched. While one is being made,
    asking again gives the same. Raises NotAllowed for a reader who is no person."""
    if actor.person_id is None or actor.user is None:
        raise NotAllowed(_("บัญชีนี้ยังไม่ผูกกับบุคลากร จึงไม่มีข้อมูลของบุคคลให้ทำสำเนา"))
    with transaction.atomic():
        private = live_or_new(Person.objects.get(pk=actor.person_id))
        copy = OwnCopy.objects.filter(
            person_id=actor.person_id, private=private, made_at__isnull=True, removed_at__isnull=True
        ).first()
        if copy is None:
            copy = OwnCopy.objects.create(person_id=actor.person_id, private=private, asked_at=calendar.now())
            audit.record(actor, "own_copy.asked", copy)
        job = jobs.enqueue(
            JOB,
            key=str(copy.uuid),
            actor=actor,
            args={"copy": str(copy.uuid), "language": translation.get_language() or "th"},
            label=_("สำเนาข้อมูลของตนเอง"),
        )
    return copy, job


@jobs.job(JOB)
def run(context: jobs.JobContext) -> dict[str, Any]:
    """The job: reads every section, logs each personal field as read, seals the file with his key."""
    actor = context.actor
    if actor is None or actor.person_id is None:
        raise jobs.JobError(_("งานนี้ไม่มีผู้สั่ง"))
    with everybody("a copy of a person's own data"), transaction.atomic():
        copy = (
            OwnCopy.objects.select_for_update(of=("self",))
            .select_related("private", "person")
            .get(uuid=context.args["copy"])
        )
        if copy.person_id != actor.person_id:
            raise jobs.JobError(_("สำเนานี้เป็นของบุคคลอื่น"))
        url = reverse("offices:owncopy-list")
        if copy.made_at is not None:
            return {"url": url}
        known = [name for name in FIELDS if getattr(copy.private, name) is not None]
        log(actor, copy.person, known, act=PrivateReading.Act.EXPORTED, reason=_("เจ้าของข้อมูลขอสำเนา"))
        with translation.override(context.args["language"]):
            content, rows = packed(copy.person, context.progress)
        copy.made_at = calendar.now()
        days = int(settings.on(dated.COPY_DAYS.key, calendar.local_date(copy.made_at)).value)
        copy.expires_on = calendar.local_date(copy.made_at) + timedelta(days=days)
        copy.size, copy.sha256 = len(content), hashlib.sha256(content).hexdigest()
        boxes.seal_copy(copy, content)
        copy.save()
        audit.record(actor, "own_copy.made", copy, rows=rows)
    return {"url": url, "rows": rows}


def packed(person: Person, said: Any = None) -> tuple[bytes, int]:
    """A zip of the same sections as JSON and as a workbook, and how many rows they hold."""
    tables = []
    known = own.sections()
    for number, section in enumerate(known, 1):
        tables.append((section, [_plain(section, row) for row in section.rows(person)]))
        if said is not None:
            said(number, len(known))
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(practice.file_name(f"{NAME}.json"), _json(tables))
        archive.writestr(practice.file_name(f"{NAME}.xlsx"), _workbook(tables))
    return made.getvalue(), sum(len(rows) for _section, rows in tables)


def _plain(section: own.Section, row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _text(row.get(key)) for key, _label in section.columns}


def _text(value: Any) -> Any:
    """A value as both files hold it: dates as ISO text in Bangkok's time."""
    if isinstance(value, datetime):
        return value.astimezone(calendar.BANGKOK).isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else value


def _json(tables: list[tuple[own.Section, list[dict[str, Any]]]]) -> str:
    said = {
        section.key: {
            "label": str(section.label),
            "columns": {key: str(label) for key, label in section.columns},
            "rows": rows,
        }
        for section, rows in tables
    }
    return json.dumps(said, ensure_ascii=False, indent=1)


def _workbook(tables: list[tuple[own.Section, list[dict[str, Any]]]]) -> bytes:
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    bold = book.add_format({"bold": True, "bottom": 1})
    for section, rows in tables:
        sheet = book.add_worksheet(str(section.label)[:31])
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(section.columns) - 1, 24)
        for at, (_key, label) in enumerate(section.columns):
            sheet.write_string(0, at, str(label), bold)
        for line, row in enumerate(rows, 1):
            for at, value in enumerate(row.values()):
                if value not in (None, ""):
                    sheet.write_string(line, at, str(value)[:32_000])  # never a formula
    practice.mark_workbook(book)
    book.close()
    return made.getvalue()


def take(*, actor: Actor, copy: UUID) -> bytes:
    """The file, for its person only; each taking is recorded.

    Raises OwnCopy.DoesNotExist for everybody else, Conflict when its days are over or its key is gone.
    """
    with transaction.atomic():
        row = (
            OwnCopy.objects.select_for_update(of=("self",))
            .select_related("private")
            .get(uuid=copy, person__pk=actor.person_id or 0, made_at__isnull=False)
        )
        if row.box is None or row.expires_on is None or row.expires_on < actor.as_of:
            raise Conflict(_("สำเนานี้หมดอายุแล้ว"), mend=_("ขอสำเนาใหม่ได้จากหน้าข้อมูลของฉัน"))
        try:
            content = boxes.open_copy(row)
        except secretbox.Unreadable:
            raise Conflict(_("สำเนานี้เปิดไม่ได้อีก เพราะข้อมูลส่วนบุคคลถูกลบแล้ว")) from None
        row.taken_at = calendar.now()
        row.save(update_fields=["taken_at"])
        audit.record(actor, "own_copy.taken", row)
    return content


def remove_expired(*, actor: Actor) -> int:
    """Remove the copies whose days are over, asked for by a keeper; give how many. Raises NotAllowed."""
    demand_policy(policies.keepers, actor)
    with transaction.atomic():
        rows = OwnCopy.objects.filter(box__isnull=False, expires_on__lt=actor.as_of)
        removed = rows.update(box=None, removed_at=calendar.now())
        if removed:
            audit.record(actor, "own_copy.removed", rows=removed)
    return removed


def mine(person_id: int | None) -> Any:
    """The copies a person asked for, newest first; nobody's for nobody."""
    rows = OwnCopy.objects.defer("box").order_by("-pk")
    return rows.filter(person_id=person_id) if person_id is not None else rows.none()


def expired(day: date) -> bool:
    """Whether copies are kept whose days are over."""
    return OwnCopy.objects.filter(box__isnull=False, expires_on__lt=day).exists()
