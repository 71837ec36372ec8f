"""Acts on one batch, each with its page: apply, undo, discard, preview again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import words
from portal.access import anybody_assigned
from portal.actors import Actor
from portal.intake import selectors, services, undo
from portal.intake.handlers import IntakeError
from portal.intake.views import ACTIONS, list_crumb, title_of
from portal.models import Batch
from portal.problems import Invalid
from portal.screens import ActScreen, Change, Crumb, UndoScreen
from portal.screens.base import found
from portal.undo import demand_seen


class PlanForm(forms.Form):
    """The plan that the page showed."""

    plan = forms.CharField(widget=forms.HiddenInput())


class BatchAct(ActScreen):
    """An act on one batch."""

    policy = anybody_assigned

    @cached_property
    def row(self) -> Batch:
        return found(selectors.batches().filter(uuid=self.kwargs["uuid"]).first())

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.kwargs = kwargs
        if request.user.is_authenticated:
            self.policy = services.handler_of(self.row).policy
        return super().dispatch(request, *args, **kwargs)

    def crumbs(self) -> tuple[Crumb, ...]:
        url = self.here(reverse("intake:batch-detail", args=[self.row.uuid]))
        return (list_crumb(), Crumb(title_of(self.row), url))

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        try:
            self.act(data, actor)
        except IntakeError as error:
            raise Invalid(error.message, mend=error.mend) from error
        return reverse("intake:batch-detail", args=[self.row.uuid])

    def act(self, data: dict[str, Any], actor: Actor) -> None:
        raise NotImplementedError


class BatchApply(BatchAct):
    title = gettext_lazy("ยืนยันนำเข้า")
    submit = gettext_lazy("นำเข้าตามนี้")
    done = gettext_lazy("สั่งนำเข้าแล้ว")
    form_class = PlanForm

    def initial(self) -> dict[str, Any]:
        return {"plan": self.row.plan_sha256}

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        return [
            Change(words.word("row", action).label, _("%s แถว") % f"{self.row.counts.get(action, 0):,}")
            for action in ACTIONS
        ]

    def act(self, data: dict[str, Any], actor: Actor) -> None:
        services.apply(actor=actor, batch_uuid=self.row.uuid, plan_sha256=data["plan"])


class BatchUndo(UndoScreen, BatchAct):
    """The page is the house's (``UndoScreen``); policy, row and way back are the batch's."""

    title = gettext_lazy("ถอนคืนการนำเข้า")
    done = gettext_lazy("สั่งถอนคืนแล้ว")

    @property
    def undoing(self) -> undo.BatchUndo:
        return undo.BatchUndo(self.row)

    def address(self) -> str:
        return reverse("intake:batch-detail", args=[self.row.uuid])

    def carry_out(self, actor: Actor, data: dict[str, Any]) -> None:
        """The job makes the plan again; rows touched until then stay and are named."""
        demand_seen(self.plan, data["seal"])
        undo.ask(actor=actor, batch_uuid=self.row.uuid)


class BatchDiscard(BatchAct):
    title = gettext_lazy("ยกเลิกไฟล์นี้")
    lead = gettext_lazy("ทิ้งผลการตรวจโดยไม่เขียนอะไรลงระบบ ไฟล์ต้นฉบับยังเก็บไว้ กู้คืนได้ภายใน 30 วัน")
    submit = gettext_lazy("ยกเลิกไฟล์นี้")
    done = gettext_lazy("ยกเลิกแล้ว")

    def act(self, data: dict[str, Any], actor: Actor) -> None:
        services.discard(actor=actor, batch_uuid=self.row.uuid)


class BatchRestore(BatchAct):
    title = gettext_lazy("กู้คืนไฟล์นี้")
    lead = gettext_lazy("นำไฟล์ที่ยกเลิกไว้กลับมาตรวจอีกครั้งกับข้อมูลปัจจุบัน ยังไม่เขียนอะไรลงระบบ")
    submit = gettext_lazy("กู้คืน")
    done = gettext_lazy("กู้คืนแล้ว กำลังตรวจไฟล์")

    def act(self, data: dict[str, Any], actor: Actor) -> None:
        services.restore(actor=actor, batch_uuid=self.row.uuid)


class BatchAgain(BatchAct):
    title = gettext_lazy("ตรวจใหม่")
    lead = gettext_lazy("ตรวจไฟล์เดิมอีกครั้งกับข้อมูลปัจจุบัน")
    submit = gettext_lazy("ตรวจใหม่")
    done = gettext_lazy("กำลังตรวจใหม่")

    def act(self, data: dict[str, Any], actor: Actor) -> None:
        services.preview_again(actor=actor, batch_uuid=self.row.uuid)
