"""A change of rules as the house takes acts back."""

from __future__ import annotations

from factories.models import ResponsibilityChange
from factories.services import responsibility
from portal import sql
from portal.actors import Actor
from portal.problems import Invalid
from portal.undo import Left, Line, Plan, Undo


class RulesUndo(Undo):
    """A change set as the house takes acts back: all of it, or none and why."""

    verb = "responsibility.undone"

    def __init__(self, change: ResponsibilityChange, actor: Actor) -> None:
        self.row = self.change = change
        self.actor = actor

    def lock(self) -> None:
        sql.lock("responsibility", self.change.group_id)

    def demand(self, actor: Actor) -> None:
        responsibility.demand_setter(actor, self.change.group)

    def plan(self) -> Plan:
        seen = responsibility.newest_change(self.change.group)
        try:
            outcome = responsibility.undo(actor=self.actor, change=self.change, seen=seen, dry_run=True)
        except Invalid as problem:
            what = str(self.change.get_act_display())
            said = [str(one) for several in problem.fields.values() for one in several]
            left = [Left(what, one, problem.mend) for one in said or [problem.message]]
            return Plan(0, left=left, left_count=len(left), mark=str(seen))
        lines = [Line(*one) for one in outcome.said()]
        return Plan(len(outcome.lines), lines=lines, mark=str(seen))

    def put_back(self, actor: Actor) -> None:
        seen = responsibility.newest_change(self.change.group)
        responsibility.undo(actor=actor, change=self.change, seen=seen)
