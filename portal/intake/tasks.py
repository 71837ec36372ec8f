"""The services as background jobs. A job may run twice; the batch's state decides what was done."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from portal.intake import services
from portal.intake.handlers import AlreadyDone, IntakeError, StalePlan
from portal.intake.undo import take_back
from portal.jobs import JobContext, JobError, job
from portal.problems import Conflict, NotAllowed


@job("intake.preview")
def preview(context: JobContext) -> dict[str, Any]:
    return services.preview(batch_uuid=context.args["batch"], progress=context.progress)


@job("intake.apply")
def apply(context: JobContext) -> dict[str, Any]:
    if context.actor is None:
        raise JobError(_("งานนี้ต้องมีผู้สั่ง"))
    uuid = context.args["batch"]
    try:
        return services.carry_out(
            actor=context.actor, batch_uuid=uuid, plan_sha256=context.args["plan_sha256"]
        )
    except AlreadyDone:
        # A worker died after the commit and before saying so, or somebody else was first: either
        # way what was asked for is done, once.
        return {"already": True}
    except StalePlan as stale:
        services.preview_again(actor=context.actor, batch_uuid=uuid, why=str(stale))
        raise JobError(str(stale)) from stale
    except (IntakeError, NotAllowed) as error:
        raise JobError(str(error)) from error


@job("intake.undo")
def undo(context: JobContext) -> dict[str, Any]:
    if context.actor is None:
        raise JobError(_("งานนี้ต้องมีผู้สั่ง"))
    try:
        return take_back(actor=context.actor, batch_uuid=context.args["batch"])
    except (IntakeError, Conflict, NotAllowed) as error:
        raise JobError(str(error)) from error
