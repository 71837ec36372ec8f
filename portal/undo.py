"""Taking a bulk act back as one: what would be undone, what cannot be and why, in one transaction.

An act over many rows declares an ``Undo``. Its page (``portal.screens.UndoScreen``) shows the plan
before the button; ``carry_out`` makes the plan again under lock, refuses when it is no longer the one
that was shown, and only then writes. The rule is the same everywhere: a row goes back while nobody
has touched it since, and every row that stays is named with its reason.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db import models, transaction
from django.utils.translation import gettext as _

from portal import audit
from portal.actors import Actor
from portal.problems import Conflict


@dataclass(frozen=True)
class Line:
    """One line of what goes back: ``before`` is how it is now, ``after`` how it will be."""

    label: Any
    after: Any
    before: Any = ""


@dataclass(frozen=True)
class Left:
    """One row that stays as it is: which, why, and what can be done instead."""

    what: str
    why: str
    mend: str = ""


@dataclass(frozen=True)
class Plan:
    """What an undo would do now. ``lines`` and ``left`` may be the first of many; the counts are true."""

    count: int
    lines: Sequence[Line] = ()
    left: Sequence[Left] = ()
    left_count: int = 0
    mark: str = ""  # anything else that must not have changed since the plan was shown

    @property
    def seal(self) -> str:
        """Two plans with the same seal do the same."""
        said = repr((self.count, self.left_count, self.mark, [(one.what, one.why) for one in self.left]))
        return hashlib.sha256(said.encode()).hexdigest()


class Undo(ABC):
    """One bulk act that can be taken back. ``row`` is what stands for it (a batch, a re-assignment)."""

    verb: ClassVar[str]  # of the event, "<noun>.<past tense>"
    row: models.Model

    def lock(self) -> None:
        """Lock what decides, before the plan is made for good; inside the transaction."""
        return None

    @abstractmethod
    def demand(self, actor: Actor) -> None:
        """Raise Problem unless this actor may take it back: NotAllowed, or why nobody can any more."""

    @abstractmethod
    def plan(self) -> Plan:
        """What would be undone, and what not, as things are now. Writes nothing that lasts."""

    @abstractmethod
    def put_back(self, actor: Actor) -> None:
        """Write what ``plan`` said, inside the caller's transaction."""


def carry_out(act: Undo, *, actor: Actor, seal: str | None, reason: str = "") -> Plan:
    """Undo the act as the plan with this seal said, in one transaction; give the plan that was done.

    Without a seal (a job, which comes later than the page) whatever the plan is now is done. Raises
    what ``demand`` raises, and Conflict when the plan changed since it was shown or nothing is left
    that goes back.
    """
    with audit.context(actor, **audit.bulk(act.verb, act.row)), transaction.atomic():
        act.lock()
        act.demand(actor)
        plan = act.plan()
        if seal is not None:
            demand_seen(plan, seal)
        if not plan.count:
            raise Conflict(_("ไม่มีรายการใดที่ถอนคืนได้แล้ว ทุกรายการคงเดิม"))
        act.put_back(actor)
        audit.record(actor, act.verb, act.row, undone=plan.count, kept=plan.left_count, reason=reason.strip())
    return plan


def demand_seen(plan: Plan, seal: str) -> None:
    """Raise Conflict when a plan is not the one that was shown."""
    if plan.seal != seal:
        raise Conflict(
            _("สิ่งที่จะถอนคืนเปลี่ยนไปหลังจากที่ท่านเปิดหน้านี้ จึงยังไม่ได้ถอนคืน"),
            mend=_("ดูรายการอีกครั้ง แล้วยืนยัน"),
        )
