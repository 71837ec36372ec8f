"""Schema operations of a migration carried out together: the models are drawn once and not once an operation.

Django draws every related model anew after each operation, and here nearly every model is related to every
other: of the time to make a database nine tenths went there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import pgtrigger.migrations as triggers
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import operations as ops
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

_OF_A_TABLE = (ops.AddField, ops.AddIndex, ops.AddConstraint, ops.AlterField)
"""What a table made in the same group has from its making."""
SCHEMA = (
    ops.CreateModel, ops.DeleteModel, *_OF_A_TABLE, ops.RemoveField, ops.RemoveIndex, ops.RemoveConstraint,
    ops.AlterModelOptions, ops.AlterUniqueTogether, triggers.AddTrigger, triggers.RemoveTrigger,
)  # fmt: skip


def together(operations: Sequence[Operation]) -> list[Operation]:
    """A migration's operations, every run of schema operations as one; SQL and code stay where they are."""
    found: list[Operation] = []
    for schema, run in groupby(operations, lambda one: isinstance(one, SCHEMA)):
        of_a_kind = list(run)
        found += [Together(of_a_kind)] if schema else of_a_kind
    return found


class Together(Operation):
    """Schema operations between the models before all of them and the models after all of them.

    Raises ValueError where that is not the same as one after the other: a field touched twice.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, operations: list[Operation]) -> None:
        self.operations = operations
        fields = [
            (one.model_name_lower, one.name_lower)
            for one in operations
            if isinstance(one, (ops.AddField, ops.AlterField, ops.RemoveField))
        ]
        if twice := sorted({field for field in fields if fields.count(field) > 1}):
            raise ValueError(f"touched twice in one group of operations: {twice}")

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return self.__class__.__qualname__, [self.operations], {}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        state.__dict__.pop("apps", None)  # drawn once, when the database is asked
        for one in self.operations:
            one.state_forwards(app_label, state)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for one in self._of_the_database():
            one.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for one in reversed(list(self._of_the_database())):
            one.database_backwards(app_label, schema_editor, from_state, to_state)

    def _of_the_database(self) -> Iterator[Operation]:
        made: set[str] = set()
        for one in self.operations:
            if isinstance(one, ops.CreateModel):
                made.add(one.name_lower)
            elif isinstance(one, _OF_A_TABLE) and one.model_name_lower in made:
                continue
            yield one

    def describe(self) -> str:
        """Each operation in its own words."""
        return "; ".join(one.describe() for one in self.operations)
