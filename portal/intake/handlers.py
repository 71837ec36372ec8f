"""What an app declares about one kind of sheet. The engine does the rest.

A handler works on a batch whose rows stand in the temporary table ``stage`` and writes the plan
into ``portal_batchrow``. Apply reads the plan and nothing else, so that what a person saw in the
preview is what is written.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet

from portal.access import Policy
from portal.actors import Actor
from portal.models import Batch
from portal.problems import Problem
from portal.sheets.spec import SheetSpec


class IntakeError(Problem):
    """The act cannot be done; the message is Thai and meant for the person who asked."""


class AlreadyDone(IntakeError):
    """Somebody was first; nothing was done this time."""

    status = 409


class StalePlan(IntakeError):
    """The data changed since the preview; the plan no longer says what would happen."""

    status = 409


class NoParams(forms.Form):
    """A sheet that needs nothing beside the file."""


class IntakeHandler(ABC):
    """One kind of sheet. Instances hold no state; several threads may use one.

    ``stage`` (``row_no`` and the spec's columns) and ``stage_finding`` exist only inside the
    preview's transaction, which runs in nation scope: ``batch.office_id`` bounds what the rows
    may touch, and keeping to it is the handler's duty. None means the whole nation.
    """

    code: ClassVar[str]  # "factories.feed", "PROD-M"; also Batch.spec_code
    title: ClassVar[Any]
    help: ClassVar[Any] = ""  # one or two Thai sentences on the upload page
    policy: ClassVar[Policy]  # who may upload, apply and undo
    params_form: ClassVar[type[forms.Form]] = NoParams  # what the upload page asks beside the file
    # Columns whose unreadable cells count as empty, with a warning, because the sender of the file
    # cannot mend them. Elsewhere an unreadable cell refuses its row.
    lenient: ClassVar[frozenset[str]] = frozenset()
    can_undo: ClassVar[bool] = True
    # Its file belongs to something that is open on another page, so it is sent from there only.
    sent_from_elsewhere: ClassVar[bool] = False
    # The nation's whole register comes in one file of this sheet: the centre may send a larger one.
    whole_register: ClassVar[bool] = False
    # How the preview names fields of the plan and their coded values; else the sheet's headings.
    field_labels: ClassVar[Mapping[str, Any]] = {}
    value_labels: ClassVar[Mapping[str, Mapping[str, Any]]] = {}

    @abstractmethod
    def spec(self, params: Mapping[str, Any]) -> SheetSpec:
        """The sheet for these parameters (a form's version depends on the period)."""

    def clean_params(
        self, *, actor: Actor, office_id: int | None, params: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Params as they will be stored (plain JSON). Raises IntakeError for what cannot be taken."""
        return dict(params)

    def lock_key(self, batch: Batch) -> str:
        """Name of the lock under which batches of this kind are applied one after another."""
        return self.code

    def get_ready(self, batch: Batch) -> None:  # noqa: B027
        """Bring up to date what the plan is compared with, in a transaction of its own.

        Called before ``plan``, while the file is still being read; may be repeated.
        """

    @abstractmethod
    def plan(self, batch: Batch) -> None:
        """Insert one BatchRow for each row of ``stage``, and findings through ``stage.find``.

        By set SQL. Rows without a BatchRow, and rows with a blocking finding, become refused.
        """

    @abstractmethod
    def apply(self, batch: Batch, actor: Actor) -> dict[str, int]:
        """Write what BatchRow says, by set SQL; give counts. Raises StalePlan, having written nothing."""

    def undo_plan(self, batch: Batch) -> tuple[int, int]:
        """How many rows would go back, and how many stay because somebody has changed them since.

        Inserts a BatchFinding ``undo_kept`` for each row that stays; writes nothing else. The page
        asks and rolls back, ``undo`` asks again in its own transaction: one rule, two uses.
        """
        raise IntakeError("undo")

    def undo(self, batch: Batch, actor: Actor) -> None:
        """Put back what ``undo_plan``, called just before, did not name."""
        raise IntakeError("undo")

    def export_rows(
        self, actor: Actor, params: Mapping[str, Any], only: QuerySet[Any] | None = None
    ) -> Iterable[Mapping[str, Any]]:
        """Rows of what is in the active scope now, in the spec's columns; they import unchanged.

        ``only``: the rows of this list (of the model that the sheet's own list shows) and no others.
        """
        return ()

    @property
    def can_export(self) -> bool:
        """Whether this sheet can be taken out as well."""
        return type(self).export_rows is not IntakeHandler.export_rows


_handlers: dict[str, IntakeHandler] = {}


def register_handler(handler: IntakeHandler) -> IntakeHandler:
    """Add a handler; apps call this in ``AppConfig.ready()``. Twice the same class is once."""
    known = _handlers.get(handler.code)
    if known is not None and type(known) is not type(handler):
        raise ValueError(f"two handlers are called {handler.code}")
    _handlers[handler.code] = handler
    return handler


def get_handler(code: str) -> IntakeHandler:
    """The handler of that code; KeyError when there is none."""
    return _handlers[code]


def handlers_for(actor: Actor) -> list[IntakeHandler]:
    """The sheets this actor may send in, in the order they were registered."""
    return [handler for handler in _handlers.values() if handler.policy.test(actor)]
