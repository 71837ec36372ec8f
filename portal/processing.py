"""The register of processing activities (PDPA s. 39): what is declared in code, so that it is not forgotten.

Each app declares in ``AppConfig.ready`` what personal data it holds, of whom, what for, on which legal basis
and how long. None of the legal bases is verified by a lawyer until its ``verified`` says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Activity:
    """One activity; every text is Thai and lazy. ``retention`` names a rule of ``portal.retention`` by its
    key, or says how long in words."""

    key: str
    name: Any
    whose: Any
    data: Any
    purpose: Any
    basis: Any
    readers: Any
    retention: Any
    safeguards: Any
    verified: bool = False


_activities: dict[str, Activity] = {}


def declare(activity: Activity) -> Activity:
    """Make an activity known; the same key with other content is a programming error."""
    if _activities.setdefault(activity.key, activity) != activity:
        raise ValueError(f"activity {activity.key} declared twice")
    return activity


def declared() -> tuple[Activity, ...]:
    """Every declared activity, in the order of declaring."""
    return tuple(_activities.values())
