"""The place filter of the top bar: ``?office=25`` or ``?office=zone-8`` narrows a page, never widens it.

It stands in the address, so that two tabs may look at two offices and a link shows its receiver
the same rows. The app that owns offices registers who may choose what.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.http import Http404, HttpRequest

from portal.actors import Actor
from portal.scope import Scope

PARAMETER = "office"


@dataclass(frozen=True)
class Place:
    """An office, or an inspection zone, as the filter offers it. ``code`` stands in the address."""

    code: str
    label: str
    offices: frozenset[int]
    provinces: frozenset[str]
    zone: bool = False

    @property
    def office_id(self) -> int | None:
        """The office, when the place is a single one and no zone."""
        return next(iter(self.offices)) if len(self.offices) == 1 and not self.zone else None

    def narrow(self, scope: Scope) -> Scope:
        """The part of a scope that lies in this place."""
        return Scope(
            provinces=frozenset(code for code in self.provinces if scope.has_province(code)),
            offices=frozenset(office for office in self.offices if scope.has_office(office)),
            subjects=scope.subjects,
            clearance=scope.clearance,
            person=scope.person,
        )


Resolver = Callable[[Actor], Sequence[Place]]
_resolver: list[Resolver] = []


def register_places(resolver: Resolver) -> None:
    """Called once, by the app that owns offices; gives the offices an actor may look at."""
    _resolver[:] = [resolver]


def places_of(actor: Actor) -> Sequence[Place]:
    """The offices this actor may choose among, in Thai order."""
    return _resolver[0](actor) if _resolver else ()


def chosen(request: Any) -> Place | None:
    """The place the address names; 404 when there is none or it is not the reader's to see."""
    code = request.GET.get(PARAMETER, "")
    if not code:
        return None
    for place in request.places:
        if place.code == code:
            return place
    raise Http404


def with_place(url: str, request: HttpRequest) -> str:
    """The address with this page's office filter, when it has one."""
    place: Place | None = getattr(request, "place", None)
    if place is None or not url.startswith("/"):
        return url
    parts = urlsplit(url)
    query = [(key, value) for key, value in parse_qsl(parts.query) if key != PARAMETER]
    return urlunsplit(parts._replace(query=urlencode([*query, (PARAMETER, place.code)])))
