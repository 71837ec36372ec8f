"""Old values of a factory, put back by the service that an officer's own changes go through."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from factories import selectors
from factories.intake.facts import DATED
from factories.models import Factory, FactoryState
from factories.services.factories import EDITABLE, demand, update_factory
from portal import putback
from portal.actors import Actor
from portal.fields import ThaiDateField


class FactoryPutBackForm(putback.PutBackForm):
    """From which day the old values hold again."""

    effective_on = ThaiDateField(
        label=_("มีผลตั้งแต่วันที่"),
        help_text=_("วัน/เดือน/ปี พ.ศ. เช่น 1/10/2569 ข้อเท็จจริงตามช่วงเวลาจะเป็นค่าเดิมตั้งแต่วันนี้"),
    )
    field_order = ("effective_on", "reason")


class FactoryPutBack(putback.Revertible):
    """A line of a factory's history. What the ministry's feed says of the status stays the feed's."""

    model = Factory
    fields = EDITABLE
    derived = frozenset({"version", "sort_key", "search_key", "old_key", "coordinate_source"})
    form_class = FactoryPutBackForm

    def rows(self) -> QuerySet[Factory]:
        return selectors.factories()

    def demand(self, actor: Actor, row: Factory) -> None:
        demand(actor, row)

    def version(self, row: Factory) -> int:
        return row.version

    def initial(self, actor: Actor) -> dict[str, Any]:
        return {"effective_on": actor.as_of}

    def write(self, *, actor: Actor, row: Factory, changes: putback.Values, data: Mapping[str, Any]) -> None:
        update_factory(
            actor=actor,
            factory_uuid=row.uuid,
            expected_version=data["version"],
            changes=changes,
            effective_on=data["effective_on"],
            reason=data["reason"],
            verb="factory.put_back",
        )


class StatePutBack(FactoryPutBack):
    """A state of the past: all its facts become the factory's again."""

    def line(self, row: Factory, line: int) -> tuple[putback.Values, putback.Values] | None:
        state = FactoryState.objects.filter(factory=row, pk=line).first()
        if state is None:
            return None
        names = frozenset(DATED) & EDITABLE
        return {name: getattr(state, name) for name in names}, {name: getattr(row, name) for name in names}
