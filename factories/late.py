"""Which factories owe a report that is overdue: told by the app that knows about reports.

Imports run one way, so the registry asks through here. Without a source nobody is late.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

Source = Callable[[date], "QuerySet[Any, Any]"]
_source: list[Source] = []


def register_late(source: Source) -> None:
    """Called once; gives the ids of the factories of the active scope that are overdue on a day."""
    _source[:] = [source]


def is_late(day: date) -> Q:
    """The condition on factories that owe a report whose due day lies before this day."""
    return Q(pk__in=_source[0](day)) if _source else Q(pk__in=[])
