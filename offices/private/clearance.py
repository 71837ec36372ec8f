"""The clearance for personal data of people: the coarse lock that the database knows, too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from offices.models import AssignmentKind, Group
from offices.policies import CHIEF_KINDS
from portal.actors import Capacity
from portal.scope import NATION, Scope, nation

CLEARANCE = "personnel"  # of portal.scope


def reaches_people(capacity: Capacity) -> bool:
    """Whether a capacity must be able to reach the people of its office: its chief, and the head of its
    general administration. Access lent for support is none."""
    if capacity.support:
        return False
    if capacity.kind in CHIEF_KINDS:
        return True
    return capacity.kind == AssignmentKind.GROUP_HEAD and capacity.group_code == Group.Code.ADMIN


def clearances(capacities: Iterable[Capacity]) -> frozenset[str]:
    """The clearances that capacities give."""
    held = any(
        reaches_people(capacity) or (capacity.kind == AssignmentKind.CENTRAL_ADMIN and not capacity.support)
        for capacity in capacities
    )
    return frozenset({CLEARANCE}) if held else frozenset()


@contextmanager
def everybody(reason: str) -> Iterator[Scope]:
    """Open the personal rows of the whole nation for work that is no reader's (jobs, commands, matching a
    sign-in); the reason is logged."""
    with nation(reason), replace(NATION, clearance=frozenset({CLEARANCE})).active() as scope:
        yield scope
