"""Reference data that comes with the project: each app registers what loads its own rows.

Loaders are idempotent: they may run at every start and change only what differs.
"""

from __future__ import annotations

from collections.abc import Callable

Loader = Callable[[], int]
_loaders: dict[str, Loader] = {}


def register_loader(name: str, function: Loader) -> None:
    """Add a loader; it gives how many rows it wrote. They run in the order of registration."""
    if _loaders.setdefault(name, function) is not function:
        raise ValueError(f"loader {name} registered twice")


def load_all() -> dict[str, int]:
    """Run every loader; give rows written by name."""
    return {name: function() for name, function in _loaders.items()}
