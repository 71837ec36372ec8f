"""Reference data that comes with the project: each app registers what loads its own rows.

Loaders are idempotent: they may run at every start and change only what differs.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

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


def read_csv(path: Path) -> list[dict[str, str]]:
    """The rows of one of the project's own data files, by column name."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
