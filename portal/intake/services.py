"""Receive, preview, apply, undo, discard. Each is one transaction or none.

Preview and apply share one plan: preview writes it into BatchRow and seals it with a hash, apply
is asked for that hash and reads BatchRow only. Everything that decides is locked first: batches of
one kind by the handler's lock, then the batch itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import IO, Any
from uuid import UUID

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from portal import audit, calendar, jobs, sql
from portal.access import Policy
from portal.actors import Actor
from portal.drafts import BIN_DAYS
from portal.intake import stage
from portal.intake.handlers import AlreadyDone, IntakeError, IntakeHandler, StalePlan, get_handler
from portal.intake.mapping import asking
from portal.intake.reading import read_stored
from portal.intake.selectors import history_of_file
from portal.models import Batch, BatchFinding, BatchLayout, Job, StoredFile
from portal.problems import NotAllowed
from portal.scope import nation
from portal.sheets.findings import RefusedFile
from portal.sheets.reader import ReadTable, UnknownLayout

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Upload:
    """A file as it comes: the name its sender gave it, and its bytes."""

    name: str
    file: IO[bytes]


def may(actor: Actor, policy: Policy, office_id: int | None) -> bool:
    """Whether an assignment opens ``policy`` for this office; None asks for the whole nation.

    A capacity in one office says nothing about another, whatever else its holder may read.
    """
    if actor.scope.is_nation:
        return policy.test(actor)
    if office_id is None or not actor.scope.has_office(office_id):
        return False
    here = tuple(capacity for capacity in actor.capacities if capacity.office_id == office_id)
    return policy.test(replace(actor, capacities=here))


def demand(actor: Actor, handler: IntakeHandler, office_id: int | None) -> None:
    """Raises NotAllowed, in Thai, unless the actor may send in this sheet for this office."""
    if not may(actor, handler.policy, office_id):
        raise NotAllowed(
            _("ท่านไม่มีคำสั่งแต่งตั้งให้นำเข้า “%(title)s” ของหน่วยงานนี้ ผู้ที่ทำได้: %(who)s")
            % {"title": handler.title, "who": handler.policy.label}
        )


def receive(
    *,
    actor: Actor,
    handler_code: str,
    upload: Upload,
    office_id: int | None = None,
    params: Mapping[str, Any] | None = None,
) -> Batch:
    """Keep the bytes as they came and ask for a preview.

    ``office_id`` bounds what the rows may touch; None is the nation and needs an assignment of the
    centre. Raises NotAllowed, IntakeError.
    """
    handler = get_handler(handler_code)
    demand(actor, handler, office_id)
    clean = handler.clean_params(actor=actor, office_id=office_id, params=params or {})
    spec = handler.spec(clean)
    digest, size = _digest(upload.file)
    register = handler.whole_register and office_id is None
    largest = settings.UPLOAD_MAX_BYTES_OF_REGISTER if register else settings.UPLOAD_MAX_BYTES
    if size > largest:
        raise IntakeError(
            _("ไฟล์มีขนาด %(size)s MB เกินที่รับได้ (%(max)s MB) โปรดแบ่งเป็นหลายไฟล์")
            % {"size": f"{size / 2**20:,.1f}", "max": largest // 2**20}
        )
    name = upload.name.replace("\\", "/").rpartition("/")[2][-200:] or "file"
    with transaction.atomic(), audit.context(actor):
        stored = StoredFile(
            name=name,
            content_type="application/octet-stream",
            size=size,
            sha256=digest,
            purpose=f"intake:{handler.code}",
            office_id=office_id,
            created_by=actor.user,
        )
        stored.file.save(digest, File(upload.file), save=True)
        batch = Batch.objects.create(
            spec_code=spec.code,
            spec_version=spec.version,
            params=clean | {"handler": handler.code},
            file=stored,
            sha256=digest,
            office_id=office_id,
            created_by=actor.user,
            notes=history_of_file(handler.code, digest, office_id),
        )
        audit.record(actor, "batch.received", batch, handler=handler.code, sha256=digest, size=size)
        ask_for_preview(actor, batch, handler)
    return batch


def preview(*, batch_uuid: UUID | str, progress: Progress | None = None) -> dict[str, Any]:
    """Read the file and write the plan, in one transaction; give the counts.

    Run by the job ``intake.preview`` in nothing's name: authority was checked by ``receive``, and
    the batch's office bounds the rows. A second run finds the work done and changes nothing.
    """
    with nation("intake: preview"):
        batch = Batch.objects.select_related("file").get(uuid=batch_uuid)
        if batch.state != Batch.State.RECEIVED:
            return dict(batch.counts)
        assert batch.file is not None
        handler = handler_of(batch)
        spec = handler.spec(batch.params)
        say = progress or (lambda done, total: None)
        say(0, 4)
        try:
            reading, ready = asking.reading_of(batch, spec), partial(handler.get_ready, batch)
            with read_stored(batch.file, spec, reading=reading, meanwhile=ready) as result:
                why = asking.question(spec, result)
                with transaction.atomic():
                    say(1, 4)
                    batch = _locked(batch.pk)
                    if batch.state != Batch.State.RECEIVED:
                        return dict(batch.counts)
                    if why:
                        asking.ask(batch, spec, result.layout, why)
                        return dict(batch.counts)
                    stage.create(spec)
                    stage.load(result, spec, lenient=handler.lenient)
                    asking.told(batch, result)
                    say(2, 4)
                    _plan(batch, handler, result)
                    say(4, 4)
        except RefusedFile as refusal:
            with transaction.atomic():
                batch = _locked(batch.pk)
                if batch.state != Batch.State.RECEIVED:
                    return dict(batch.counts)
                if isinstance(refusal, UnknownLayout):
                    asking.ask(batch, spec, refusal.layout, asking.why(spec, refusal))
                else:
                    _refuse(batch, refusal)
        return dict(batch.counts)


def _plan(batch: Batch, handler: IntakeHandler, table: ReadTable) -> None:
    blocks = stage.file_level_blocks()
    if blocks:
        batch.counts = stage.keep_findings(batch)
        _close_refused(batch, "\n".join(blocks))
        return
    handler.plan(batch)
    if batch.mapping is not None:
        stage.say_headings({key: table.raw_headings[at] for key, at in table.positions.items()})
    stage.refuse_rows(batch)
    counts, batch.plan_sha256 = stage.seal(batch)
    batch.counts = counts | stage.keep_findings(batch)
    batch.state = Batch.State.PREVIEWED
    batch.previewed_at = calendar.now()
    batch.save()
    _close_file(batch, StoredFile.State.ACCEPTED)


def _refuse(batch: Batch, refusal: RefusedFile) -> None:
    BatchFinding.objects.create(
        batch=batch, code=refusal.code, level="block", message=refusal.message, mend=refusal.mend
    )
    batch.counts = {
        "findings": {"block": 1, "warn": 0, "info": 0},
        "rules": [{"code": refusal.code, "level": "block", "column": "", "header": "", "total": 1}],
    }
    _close_refused(batch, f"{refusal.message} {refusal.mend}".strip())


def _close_refused(batch: Batch, why: str) -> None:
    batch.state = Batch.State.REFUSED
    batch.refusal = why
    batch.previewed_at = calendar.now()
    batch.save()
    _close_file(batch, StoredFile.State.REFUSED, why)


def _close_file(batch: Batch, state: str, refusal: str = "") -> None:
    if batch.file is not None:
        StoredFile.objects.filter(uuid=batch.file.uuid).update(state=state, refusal=refusal)


def apply(*, actor: Actor, batch_uuid: UUID | str, plan_sha256: str) -> Job:
    """Ask for the plan with this hash to be carried out; give the job that will do it.

    Asking twice gives the same job. Raises NotAllowed, AlreadyDone, StalePlan, IntakeError.
    """
    with transaction.atomic():
        batch = mine(actor, batch_uuid)
        _demand_plan(batch, plan_sha256)
        return jobs.enqueue(
            "intake.apply",
            key=str(batch.uuid),
            actor=actor,
            args={"batch": str(batch.uuid), "plan_sha256": plan_sha256},
            label=_("นำเข้า %s") % handler_of(batch).title,
            office_id=batch.office_id,
        )


def carry_out(*, actor: Actor, batch_uuid: UUID | str, plan_sha256: str) -> dict[str, Any]:
    """Write the plan, in one transaction; give the counts. However many ask at once, one does it.

    Raises AlreadyDone (a plan is carried out once), StalePlan (with nothing written), NotAllowed,
    IntakeError.
    """
    with nation("intake: apply"):
        seen = find(actor, batch_uuid)
        handler = handler_of(seen)
    with (
        nation("intake: apply"),
        audit.context(actor, **audit.bulk("batch.applied", seen)),
        transaction.atomic(),
    ):
        sql.lock("intake", handler.lock_key(seen))
        batch = _locked(seen.pk)
        demand(actor, handler, batch.office_id)
        _demand_plan(batch, plan_sha256)
        stage.prepare()
        applied = handler.apply(batch, actor)
        BatchLayout.objects.filter(batch=batch).delete()
        batch.counts = batch.counts | {"applied": applied}
        batch.state = Batch.State.APPLIED
        batch.applied_by = actor.user
        batch.applied_at = calendar.now()
        batch.save()
        audit.record(actor, "batch.applied", batch, handler=handler.code, sha256=batch.sha256, **applied)
    return dict(applied)


def preview_again(*, actor: Actor, batch_uuid: UUID | str, why: str = "") -> Job:
    """Throw the plan away and make it anew from the same bytes, against today's data."""
    with transaction.atomic(), audit.context(actor):
        batch = mine(actor, batch_uuid)
        if batch.state != Batch.State.PREVIEWED:
            raise wrong_state(batch)
        clear(batch)
        batch.state = Batch.State.RECEIVED
        batch.plan_sha256 = ""
        batch.counts = {}
        batch.notes = [*history_of_file(handler_of(batch).code, batch.sha256, batch.office_id, but=batch.pk)]
        if why:
            batch.notes.append(why)
        batch.save()
        audit.record(actor, "batch.previewed_again", batch)
        return ask_for_preview(actor, batch, handler_of(batch))


def discard(*, actor: Actor, batch_uuid: UUID | str) -> Batch:
    """Give up a batch that was not applied. File and audit stay, the plan goes."""
    with transaction.atomic(), audit.context(actor):
        batch = mine(actor, batch_uuid)
        if batch.state not in (Batch.State.RECEIVED, Batch.State.MAPPING, Batch.State.PREVIEWED):
            raise wrong_state(batch)
        clear(batch)
        BatchLayout.objects.filter(batch=batch).delete()
        batch.state = Batch.State.DISCARDED
        batch.discarded_at = calendar.now()
        batch.save()
        audit.record(actor, "batch.discarded", batch)
    return batch


def restore(*, actor: Actor, batch_uuid: UUID | str) -> Job:
    """Take a discarded batch out of the bin and preview its file again, against today's data.

    Raises NotAllowed; IntakeError when it was not discarded, lay there too long, or its file is gone.
    """
    with transaction.atomic(), audit.context(actor):
        batch = mine(actor, batch_uuid)
        if batch.state != Batch.State.DISCARDED:
            raise wrong_state(batch)
        why = lost(batch, actor.as_of)
        if why:
            raise IntakeError(why, mend=_("ส่งไฟล์เข้าใหม่"))
        batch.state = Batch.State.RECEIVED
        batch.discarded_at = None
        batch.plan_sha256 = ""
        batch.counts = {}
        batch.save()
        audit.record(actor, "batch.restored", batch)
        return ask_for_preview(actor, batch, handler_of(batch))


def lost(batch: Batch, today: date) -> str:
    """Why a discarded batch cannot be had back any more; '' while it can."""
    if bin_days_left(batch, today) < 0:
        return _("ยกเลิกเกิน %d วันแล้ว จึงกู้คืนไม่ได้") % BIN_DAYS
    if batch.file is None or not batch.file.file.storage.exists(batch.file.file.name or ""):
        return _("ไม่มีไฟล์ต้นฉบับเก็บไว้แล้ว จึงกู้คืนไม่ได้")
    return ""


def bin_days_left(batch: Batch, today: date) -> int:
    """For how many days more a discarded batch can be had back; less than nought when no more."""
    assert batch.discarded_at is not None
    return BIN_DAYS - (today - calendar.local_date(batch.discarded_at)).days


def handler_of(batch: Batch) -> IntakeHandler:
    """The handler that received this batch."""
    return get_handler(batch.params["handler"])


# --- inside --------------------------------------------------------------------------------------


def _digest(file: IO[bytes]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    while block := file.read(1 << 20):
        digest.update(block)
        size += len(block)
    file.seek(0)
    return digest.hexdigest(), size


def ask_for_preview(actor: Actor, batch: Batch, handler: IntakeHandler) -> Job:
    """The job that previews the batch, in the caller's transaction."""
    return jobs.enqueue(
        "intake.preview",
        key=str(batch.uuid),
        actor=actor,
        args={"batch": str(batch.uuid)},
        label=_("ตรวจไฟล์ %s") % handler.title,
        office_id=batch.office_id,
    )


def find(actor: Actor, batch_uuid: UUID | str) -> Batch:
    """The batch, if it lies in the actor's scope; else as if it were not there."""
    batch = Batch.objects.filter(uuid=batch_uuid).first()
    inside = batch is not None and (
        actor.scope.is_nation or (batch.office_id is not None and actor.scope.has_office(batch.office_id))
    )
    if batch is None or not inside:
        raise Batch.DoesNotExist
    return batch


def _locked(pk: int) -> Batch:
    return Batch.objects.select_for_update().get(pk=pk)


def mine(actor: Actor, batch_uuid: UUID | str) -> Batch:
    """The batch under lock, after the policy was asked for its office."""
    batch = _locked(find(actor, batch_uuid).pk)
    demand(actor, handler_of(batch), batch.office_id)
    return batch


def clear(batch: Batch) -> None:
    """Throw away what a preview wrote."""
    batch.rows.all().delete()
    batch.findings.all().delete()


def _demand_plan(batch: Batch, plan_sha256: str) -> None:
    if batch.state != Batch.State.PREVIEWED:
        raise wrong_state(batch)
    if batch.plan_sha256 != plan_sha256:
        raise StalePlan(_("ผลการตรวจเปลี่ยนไปแล้วหลังจากที่ท่านเปิดหน้านี้ โปรดดูผลการตรวจใหม่ก่อนยืนยัน"))


def wrong_state(batch: Batch) -> IntakeError:
    """The refusal of an act that the batch's state does not allow."""
    if batch.state == Batch.State.APPLIED:
        assert batch.applied_at is not None
        return AlreadyDone(
            _("ไฟล์นี้นำเข้าแล้วเมื่อ %s ครั้งนี้จึงไม่ได้เขียนอะไรเพิ่ม") % calendar.format_time(batch.applied_at)
        )
    return IntakeError(_("ทำไม่ได้ เพราะไฟล์นี้อยู่ในสถานะ “%s”") % batch.get_state_display())
