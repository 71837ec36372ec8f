"""An applied batch as an act that can be taken back (``portal.undo``)."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portal import calendar, jobs, sql, undo
from portal.actors import Actor
from portal.intake import services, stage
from portal.models import Batch, BatchFinding, Job
from portal.scope import nation

SHOWN = 50


class BatchUndo(undo.Undo):
    """What going back means is the handler's: ``undo_plan`` and ``undo``."""

    verb = "batch.undone"

    def __init__(self, batch: Batch) -> None:
        self.row: Batch = batch

    def lock(self) -> None:
        sql.lock("intake", services.handler_of(self.row).lock_key(self.row))
        self.row = Batch.objects.select_for_update().get(pk=self.row.pk)

    def demand(self, actor: Actor) -> None:
        handler = services.handler_of(self.row)
        services.demand(actor, handler, self.row.office_id)
        if self.row.state != Batch.State.APPLIED or not handler.can_undo:
            raise services.wrong_state(self.row)

    def plan(self) -> undo.Plan:
        """Asked in a transaction that is rolled back: the findings of what stays are read, not kept."""
        with nation("intake: plan of an undo"), transaction.atomic():
            stage.prepare()
            count, kept = services.handler_of(self.row).undo_plan(self.row)
            findings = BatchFinding.objects.filter(batch=self.row, code="undo_kept").order_by("row_no")
            left = tuple(
                undo.Left(
                    _("แถว %(row)s: %(key)s") % {"row": one.row_no, "key": one.found}, one.message, one.mend
                )
                for one in findings[:SHOWN]
            )
            transaction.set_rollback(True)
        return undo.Plan(count=count, left=left, left_count=kept)

    def put_back(self, actor: Actor) -> None:
        handler = services.handler_of(self.row)
        stage.prepare()
        undone, kept = handler.undo_plan(self.row)
        handler.undo(self.row, actor)
        self.row.counts = self.row.counts | {"undone": {"undone": undone, "kept": kept}}
        self.row.state = Batch.State.UNDONE
        self.row.undone_by = actor.user
        self.row.undone_at = calendar.now()
        self.row.save()


def _left(kept: BatchFinding) -> undo.Left:
    what = _("แถว %(row)s: %(key)s") % {"row": kept.row_no, "key": kept.found}
    return undo.Left(what, kept.message, kept.mend)


def take_back(*, actor: Actor, batch_uuid: UUID | str) -> dict[str, int]:
    """Put back what nobody has changed since, in one transaction; give the counts.

    Rows that were changed since stay as they are, each named by a finding ``undo_kept``. Raises
    Batch.DoesNotExist, NotAllowed, IntakeError, Conflict when nothing goes back.
    """
    with nation("intake: undo"):
        plan = undo.carry_out(BatchUndo(services.find(actor, batch_uuid)), actor=actor, seal=None)
    return {"undone": plan.count, "kept": plan.left_count}


def ask(*, actor: Actor, batch_uuid: UUID | str) -> Job:
    """Ask for an applied batch to be taken back; give the job. Raises NotAllowed, IntakeError."""
    with transaction.atomic():
        act = BatchUndo(services.find(actor, batch_uuid))
        act.demand(actor)
        return jobs.enqueue(
            "intake.undo",
            key=str(act.row.uuid),
            actor=actor,
            args={"batch": str(act.row.uuid)},
            label=_("ถอนคืน %s") % services.handler_of(act.row).title,
            office_id=act.row.office_id,
        )
