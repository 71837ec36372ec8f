"""The page that takes a bulk act back: what goes back, what stays and why, one press."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import undo
from portal.actors import Actor
from portal.problems import Conflict, Invalid
from portal.screens.columns import Column, Table
from portal.screens.edit import ActScreen, Change
from portal.thai import format_number


class UndoForm(forms.Form):
    """The plan that the page showed."""

    seal = forms.CharField(widget=forms.HiddenInput())


class UndoScreen(ActScreen):
    """Subclasses give ``undoing`` (``portal.undo.Undo``) and ``address()``, where its reader goes then."""

    template_name = "screens/undo.html"
    title = gettext_lazy("ถอนคืน")
    lead = gettext_lazy("คืนค่าเดิมให้ทุกรายการที่ยังไม่มีผู้แก้ไขหลังจากนั้น พร้อมกันในครั้งเดียว รายการที่แก้ไปแล้วจะคงไว้")
    submit = gettext_lazy("ถอนคืน")
    done = gettext_lazy("ถอนคืนแล้ว")
    danger = True
    form_class: type[forms.BaseForm] = UndoForm

    @property
    def undoing(self) -> undo.Undo:
        """The act that this page takes back; 404 outside the scope."""
        raise NotImplementedError

    def address(self) -> str:
        """Where the page of the act is."""
        raise NotImplementedError

    @cached_property
    def plan(self) -> undo.Plan:
        self.undoing.demand(self.actor)
        return self.undoing.plan()

    def initial(self) -> dict[str, Any]:
        return {"seal": self.plan.seal}

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        counted = Change(_("รายการที่จะคืนค่าเดิม"), _("%s รายการ") % format_number(self.plan.count))
        return [counted, *(Change(line.label, line.after, line.before) for line in self.plan.lines)]

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        try:
            self.carry_out(actor, data)
        except Conflict as conflict:
            del self.plan  # shown again as it is now
            self.form.data = self.form.data | {"seal": self.plan.seal}
            raise Invalid(conflict.message) from conflict
        return self.address()

    def carry_out(self, actor: Actor, data: dict[str, Any]) -> None:
        undo.carry_out(self.undoing, actor=actor, seal=data["seal"], reason=data.get("reason", ""))

    def context(self, **extra: Any) -> dict[str, Any]:
        columns = (
            Column("what", _("รายการ")),
            Column("why", _("เหตุที่ถอนคืนไม่ได้")),
            Column("mend", _("ทำอะไรได้")),
        )
        left = Table(columns, self.plan.left, caption=_("รายการที่จะคงไว้")) if self.plan.left else None
        more = self.plan.left_count - len(self.plan.left)
        return super().context(left=left, left_count=self.plan.left_count, left_more=more, **extra)
