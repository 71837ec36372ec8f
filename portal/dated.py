"""Dated settings: facts that may change or are not verified yet, never constants.

An app declares a key with its default, source and whether the source was verified; a row in
``DatedSetting`` for the date and place wins over the default.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.models import DatedSetting


@dataclass(frozen=True)
class Declared:
    """A setting as code declares it. ``label`` and ``source`` are Thai sentences."""

    key: str
    label: str
    default: Any
    source: str
    verified: bool = False


@dataclass(frozen=True)
class Value:
    """What holds on a date: the value, where it comes from, and whether that was verified."""

    value: Any
    source: str
    verified: bool


_declared: dict[str, Declared] = {}


def declare(setting: Declared) -> Declared:
    """Make a key known; the same key twice with other content is a programming error."""
    known = _declared.setdefault(setting.key, setting)
    if known != setting:
        raise ValueError(f"setting {setting.key} declared twice")
    return setting


def declared() -> tuple[Declared, ...]:
    """Every declared setting, by key."""
    return tuple(_declared[key] for key in sorted(_declared))


def on(key: str, day: date, *, place: str = "") -> Value:
    """The value of a setting on a day, for a place first and then for the nation.

    Raises KeyError when no app declared the key.
    """
    known = _declared[key]
    rows = DatedSetting.objects.filter(key=key, place__in={place, ""}, valid__contains=day)
    best = max(rows, key=lambda row: row.place != "", default=None)
    if best is None:
        return Value(known.default, known.source, known.verified)
    return Value(best.value, best.source, best.verified)
