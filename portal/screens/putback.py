"""The page that puts a line of history back: exactly what changes, why, one press."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy

from portal import putback
from portal.actors import Actor
from portal.screens.base import found
from portal.screens.edit import ActScreen, Change


class PutBackScreen(ActScreen):
    """Subclasses state the policy of editing, ``kind`` (as registered), and ``address(row)``."""

    template_name = "screens/putback.html"
    title = gettext_lazy("คืนค่าเดิม")
    lead = gettext_lazy("เขียนค่าเดิมเป็นการแก้ไขครั้งใหม่ ประวัติเดิมยังอยู่ครบ")
    submit = gettext_lazy("คืนค่าเดิม")
    done = gettext_lazy("คืนค่าเดิมแล้ว")
    kind = ""

    @property
    def revertible(self) -> putback.Revertible:
        return found(putback.kind_of(self.kind))

    @property
    def form_class(self) -> Any:  # type: ignore[override]
        return self.revertible.form_class

    @cached_property
    def row(self) -> Any:
        return found(self.revertible.rows().filter(uuid=self.kwargs["uuid"]).first())

    def address(self, row: Any) -> str:
        """The page of the row."""
        raise NotImplementedError

    @cached_property
    def proposal(self) -> putback.Proposal:
        proposal = found(putback.propose(self.revertible, self.row, self.kwargs["line"]))
        self.revertible.demand(self.actor, self.row)
        data = {**self.initial(), "reason": "–"}
        putback.rehearse(self.revertible, self.row, proposal, actor=self.actor, data=data)
        return proposal

    def initial(self) -> dict[str, Any]:
        version = self.revertible.version(self.row)
        return {"version": version, **self.revertible.initial(self.actor)}

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        return [Change(one.label, one.after, one.before) for one in self.proposal.lines]

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        putback.carry_out(self.revertible, actor=actor, pk=self.row.pk, line=self.kwargs["line"], data=data)
        return self.address(self.row)

    def context(self, **extra: Any) -> dict[str, Any]:
        return super().context(proposal=self.proposal, **extra)
