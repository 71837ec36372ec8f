"""Reference data that comes with the project: each app registers what loads its own rows.

Loaders are idempotent: they may run at every start and change only what differs.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from django.db import models

Loader = Callable[[], int]
_loaders: dict[str, Loader] = {}


def register_loader(name: str, function: Loader) -> None:
    """Add a loader; it gives how many rows it wrote. They run in the order of registration."""
    if _loaders.setdefault(name, function) is not function:
        raise ValueError(f"loader {name} registered twice")


def load_all(report: Callable[[str, int], None] | None = None) -> dict[str, int]:
    """Run every loader; give rows written by name, and tell ``report`` after each."""
    written = {}
    for name, function in _loaders.items():
        written[name] = function()
        if report is not None:
            report(name, written[name])
    return written


def write_changed(
    model: type[models.Model], rows: Iterable[models.Model], *, key: str, fields: Sequence[str]
) -> int:
    """Insert what is missing and update what differs in ``fields``, compared by the unique field ``key``.

    Gives how many rows that were: none on most starts, so that nothing is written for nothing.
    """
    columns = [column for column in model._meta.concrete_fields if column.name in fields]
    known = {
        found: values
        for found, *values in model._default_manager.values_list(key, *(c.attname for c in columns))
    }
    differing = [
        row
        for row in rows
        if known.get(getattr(row, key))
        != [column.to_python(getattr(row, column.attname)) for column in columns]
    ]
    model._default_manager.bulk_create(
        differing, update_conflicts=True, unique_fields=[key], update_fields=fields
    )
    return len(differing)


def read_csv(path: Path) -> list[dict[str, str]]:
    """The rows of one of the project's own data files, by column name."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
