"""Open matters that hang on an assignment: what would lose its owner when it ends. Each app tells its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from offices.models import Assignment, AssignmentKind, Case
from offices.workflow import Transition, workflow_of, workflows
from portal import help
from portal.actors import Actor
from portal.thai import format_number

SHOWN = 20  # titles of each heap


@dataclass(frozen=True)
class Title:
    """One matter by name, and its page ('' where it has none)."""

    text: str
    url: str = ""


@dataclass(frozen=True)
class Matters:
    """A heap of like matters: what they are called, how many, and how the first of them are found by name:
    those that a reader may open, inside the active scope, in one query or two."""

    label: str
    count: int
    titles: Callable[[Actor], Sequence[Title]]

    def __str__(self) -> str:
        return f"{self.label} {format_number(self.count)}"


# Some assignments and a day: by assignment, the heaps that hang on it. One or two queries for all of them.
Source = Callable[[Sequence[Assignment], date], Mapping[int, Iterable[Matters]]]
_sources: list[Source] = []


def register(source: Source) -> Source:
    """Add a source; called when the app is ready."""
    if source not in _sources:
        _sources.append(source)
    return source


def of(assignments: Sequence[Assignment], day: date) -> dict[int, list[Matters]]:
    """What hangs on each of these assignments on a day, heaps with nothing in them left out."""
    found: dict[int, list[Matters]] = {row.pk: [] for row in assignments}
    for source in _sources:
        for pk, heaps in source(assignments, day).items():
            found[pk] += [heap for heap in heaps if heap.count]
    return found


def cases(assignments: Sequence[Assignment], day: date) -> dict[int, list[Matters]]:
    """Cases that wait for an act of this capacity: packages of reports, orders and every other kind."""
    offices = {row.office_id for row in assignments}
    known = [one.case_type for one in workflows()]
    counted: dict[tuple[int, str], list[tuple[str | None, str, int]]] = defaultdict(list)
    rows = Case.objects.filter(office__in=offices, case_type__in=known).order_by()
    for office, group, kind, state, n in rows.values_list(
        "office_id", "group__code", "case_type_id", "state"
    ).annotate(n=Count("id")):
        counted[office, kind].append((group, state, n))
    found: dict[int, list[Matters]] = {}
    for row in assignments:
        heaps = []
        for kind in known:
            waiting = [
                (group, state, n)
                for group, state, n in counted[row.office_id, kind]
                if state not in workflow_of(kind).final
                and any(_waits_for(one, row, group) for one in workflow_of(kind).leaving(state))
            ]
            places = frozenset((group, state) for group, state, _n in waiting)
            heaps.append(
                Matters(
                    workflow_of(kind).name_th,
                    sum(n for _group, _state, n in waiting),
                    partial(_titles, kind, row.office_id, places),
                )
            )
        found[row.pk] = heaps
    return found


def _titles(
    kind: str, office: int, places: Collection[tuple[str | None, str]], actor: Actor
) -> Sequence[Title]:
    """The cases of a kind that lie in these states of these groups, the oldest first."""
    there = Q()
    for group, state in places:
        there |= Q(group__code=group, state=state) if group else Q(group__isnull=True, state=state)
    rows = list(Case.objects.filter(there, office=office, case_type=kind).order_by("pk")[:SHOWN])
    urls = _pages_of(rows, actor)
    return [Title(row.title, urls[row.pk]) for row in rows if row.pk in urls]


def _pages_of(rows: Sequence[Case], actor: Actor) -> dict[int, str]:
    """The page of each case that this reader may open, '' where its kind has none."""
    urls: dict[int, str] = {}
    closed: set[int] = set()
    for relation in Case._meta.related_objects:
        if not relation.one_to_one:
            continue
        model: Any = relation.related_model
        name = f"{model._meta.app_label}:{model._meta.model_name}-detail"
        for pk, uuid in model.objects.filter(case__in=rows).values_list("case_id", "uuid"):
            if may_open(name, actor):
                urls[pk] = reverse(name, args=[uuid])
            else:
                closed.add(pk)
    return {row.pk: urls.get(row.pk, "") for row in rows if row.pk not in closed}


def may_open(name: str, actor: Actor) -> bool:
    """Whether the policy of a screen, called by the name of its address, lets the reader in."""
    page = help.pages().get(name)
    return page is not None and page.screen.policy.test(actor)


def _waits_for(transition: Transition, row: Assignment, group: str | None) -> bool:
    """Whether who holds this assignment may do this act on a case of this group of his office."""
    if row.kind not in (transition.capacities or transition.roles):
        return False
    if row.kind in (AssignmentKind.OFFICER, AssignmentKind.GROUP_HEAD) and not transition.any_group:
        return row.group is not None and row.group.code == group
    return True


def in_words(heaps: Iterable[Matters]) -> str:
    """For a list: every heap with its number."""
    return " · ".join(str(heap) for heap in heaps)
