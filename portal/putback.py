"""Putting back what one line of a row's history changed, by the ordinary service, as a new event.

History is never unwritten. An app registers for each model how its rows are changed; the page shows
exactly what would change, because the change is rehearsed in a transaction that is rolled back. What
was changed again since is never overwritten: the whole is refused, and the page says which and why.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, ClassVar

import pghistory
from django import forms
from django.db import IntegrityError, connection, models, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import history
from portal.actors import Actor
from portal.problems import Conflict, Invalid, Problem

Values = dict[str, Any]  # by column: "district_id"


class PutBackForm(forms.Form):
    """Why, and the version that the page showed."""

    version = forms.IntegerField(widget=forms.HiddenInput())
    reason = forms.CharField(
        label=gettext_lazy("เหตุผล"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


class Revertible(ABC):
    """How rows of one model are put back. Instances hold no state."""

    model: ClassVar[type[models.Model]]
    fields: ClassVar[frozenset[str]]  # columns that its service writes
    derived: ClassVar[frozenset[str]] = frozenset()  # columns that follow from those
    form_class: ClassVar[type[forms.Form]] = PutBackForm

    @abstractmethod
    def rows(self) -> QuerySet[Any]:
        """The rows of the active scope."""

    @abstractmethod
    def demand(self, actor: Actor, row: Any) -> None:
        """Raise NotAllowed unless the actor may edit this row."""

    @abstractmethod
    def version(self, row: Any) -> int:
        """The version that the service checks."""

    @abstractmethod
    def write(self, *, actor: Actor, row: Any, changes: Values, data: Mapping[str, Any]) -> None:
        """Call the model's ordinary service; ``data`` holds the form's values, with reason and version."""

    def initial(self, actor: Actor) -> dict[str, Any]:
        """Values of the form's own fields."""
        return {}

    def line(self, row: Any, line: int) -> tuple[Values, Values] | None:
        """The values before and after one line of history; None for no such line, and for the first."""
        (events,) = pghistory.core.event_models(tracks_model=self.model)
        mine = events._default_manager.filter(pgh_obj=row.pk)
        after = mine.filter(pk=line).first()
        before = mine.filter(pk__lt=line).order_by("-pk").first() if after is not None else None
        if after is None or before is None:
            return None
        names = [c.attname for c in self.model._meta.concrete_fields if hasattr(after, c.attname)]
        return {name: getattr(before, name) for name in names}, {name: getattr(after, name) for name in names}


_kinds: dict[str, Revertible] = {}


def register(kind: Revertible, name: str = "") -> None:
    """Add a model (or, under a name of its own, another kind of line); call from ``AppConfig.ready``."""
    _kinds[name or kind.model._meta.label_lower] = kind


def kind_of(name: str) -> Revertible | None:
    """How rows of "factories.factory" are put back; None where they are not."""
    return _kinds.get(name)


@dataclass
class Proposal:
    """What putting a line back would do now. With ``refused`` nothing can be done, and these say why."""

    values: Values = field(default_factory=dict)  # what the service will be given
    lines: list[history.Change] = field(default_factory=list)  # exactly what will change, as text
    left: list[tuple[str, str]] = field(default_factory=list)  # (field, why it stays)
    refused: list[str] = field(default_factory=list)


def propose(kind: Revertible, row: Any, line: int) -> Proposal | None:
    """The values that go back, and what stands in the way; None when there is no such line."""
    both = kind.line(row, line)
    if both is None:
        return None
    before, after = both
    proposal = Proposal()
    now = {column.attname: getattr(row, column.attname) for column in kind.model._meta.concrete_fields}
    left = SimpleNamespace(**now | after)
    since = {one.name: one for one in history.between(kind.model, left, row)}
    for column in kind.model._meta.concrete_fields:
        name, label = column.attname, str(column.verbose_name)
        if name not in before or before[name] == after[name] or name in kind.derived:
            continue
        if name not in kind.fields:
            proposal.left.append((label, _("แก้ด้วยมือไม่ได้ มาจากแหล่งข้อมูลหรือทำด้วยคำสั่งอื่น")))
        elif getattr(row, name) == before[name]:
            proposal.left.append((label, _("เป็นค่าเดิมอยู่แล้ว")))
        elif column.name in since:
            said = _("%(label)s ถูกแก้ไขอีกหลังจากนั้น ปัจจุบันเป็น “%(now)s” จึงไม่คืนค่าทับ")
            proposal.refused.append(said % {"label": label, "now": since[column.name].after})
        else:
            proposal.values[name] = before[name]
    if not proposal.values and not proposal.refused:
        proposal.refused.append(_("ไม่มีค่าใดในรายการนี้ที่คืนได้"))
    return proposal


def rehearse(
    kind: Revertible, row: Any, proposal: Proposal, *, actor: Actor, data: Mapping[str, Any]
) -> None:
    """Write, look, and roll back: fills in exactly what would change, or why the service refuses."""
    if proposal.refused:
        return
    try:
        with transaction.atomic():
            kind.write(actor=actor, row=row, changes=proposal.values, data=data)
            connection.check_constraints()
            proposal.lines = history.between(kind.model, row, kind.rows().get(pk=row.pk))
            transaction.set_rollback(True)
    except Problem as problem:
        proposal.refused.append(" ".join(filter(None, (problem.message, problem.mend))))
    except IntegrityError:
        proposal.refused.append(_("ค่าเดิมขัดกับข้อมูลปัจจุบัน เช่น เลขซ้ำกับรายการอื่น จึงคืนไม่ได้"))


def carry_out(kind: Revertible, *, actor: Actor, pk: int, line: int, data: Mapping[str, Any]) -> None:
    """Put one line back. Raises NotAllowed, Conflict (the row changed since the page), Invalid (refused)."""
    with transaction.atomic():
        row = kind.rows().get(pk=pk)
        kind.demand(actor, row)
        if kind.version(row) != data["version"]:
            raise Conflict(
                _("มีผู้แก้ไขรายการนี้หลังจากที่ท่านเปิดหน้า จึงยังไม่ได้คืนค่า"), mend=_("เปิดหน้านี้ใหม่แล้วดูค่าที่จะคืนอีกครั้ง")
            )
        proposal = propose(kind, row, line)
        if proposal is None or proposal.refused:
            raise Invalid(" ".join(proposal.refused) if proposal else _("ไม่มีรายการนี้ในประวัติ"))
        kind.write(actor=actor, row=row, changes=proposal.values, data=data)
