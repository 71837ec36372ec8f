"""Which pages have a help, where it is, and what apps add to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import NoReverseMatch, URLResolver, get_resolver, reverse
from django.utils.translation import gettext as _

from portal import navigation, words
from portal.access import Policy
from portal.actors import Actor
from portal.places import with_place
from portal.screens import Screen, Table

ABOUT = "about"  # parameter: of which form or sheet the page is, where one page serves several


@dataclass(frozen=True)
class Entry:
    """One thing explained in several lines (label, text)."""

    title: Any
    lines: Sequence[tuple[Any, Any]]
    code: str = ""
    state: words.StateWord | None = None


@dataclass(frozen=True)
class Section:
    """A titled part of a help page: sentences, a table, things explained one by one, ways on."""

    title: Any
    lines: Sequence[Any] = ()
    table: Table | None = None
    entries: Sequence[Entry] = ()
    links: Sequence[tuple[Any, str]] = ()


@dataclass(frozen=True)
class Page:
    """A screen of the URLconf. ``path`` is the address with its parameters in angle brackets."""

    view_name: str
    path: str
    screen: type[Screen]

    @property
    def policy(self) -> Policy:
        return self.screen.policy

    @property
    def title(self) -> Any:
        return self.screen.help_title or self.screen.title

    @property
    def lead(self) -> Any:
        """The sentence under its title; none where an address decides it."""
        return "" if isinstance(self.screen.lead, property) else self.screen.lead

    @property
    def url(self) -> str:
        """Where its help is."""
        return reverse("portal:help", args=[self.view_name])

    def opens_to(self, actor: Actor) -> bool:
        return self.policy.public or self.policy.test(actor)


Source = Callable[[Actor, str], Iterable[Section]]
"""What an app tells of a page: given the reader, and the form or sheet the page is about ('' for all).
It raises Http404 for one that does not exist or is not the reader's."""

SOURCES: dict[str, Source] = {}


def register(view_name: str, source: Source) -> None:
    """What else the help of a page tells; one source for each page."""
    SOURCES[view_name] = source


@lru_cache(maxsize=4)
def _pages(resolver: URLResolver) -> dict[str, Page]:
    return {page.view_name: page for page in _walk(resolver, "/", "")}


def _walk(resolver: URLResolver, path: str, space: str) -> Iterator[Page]:
    for pattern in resolver.url_patterns:
        here = path + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, here, f"{space}{pattern.namespace}:" if pattern.namespace else space)
            continue
        view = getattr(pattern.callback, "view_class", None)
        if pattern.name and view is not None and issubclass(view, Screen):
            yield Page(space + pattern.name, here, view)


def pages() -> dict[str, Page]:
    """Every screen of the URLconf by the name of its address."""
    return _pages(get_resolver())


def url_of(request: HttpRequest) -> str:
    """The help of the page that is asked for, else of all pages; '' where the house has no help."""
    match = request.resolver_match
    try:
        if match is None or match.view_name not in pages() or match.view_name == "portal:help":
            return with_place(reverse("portal:help-list"), request)
        url = pages()[match.view_name].url
    except NoReverseMatch:
        return ""
    about = match.kwargs.get("code", "") if match.view_name in SOURCES else ""
    return with_place(f"{url}?{urlencode({ABOUT: about})}" if about else url, request)


@dataclass(frozen=True)
class Room:
    """The helps of a room, under the links of its rail."""

    label: Any
    links: Sequence[tuple[Any, Sequence[Page]]]


def rooms(actor: Actor) -> list[Room]:
    """The pages this reader may open, by the rooms of the rail; those under no link of it come last."""
    rail = navigation.rail(actor, "")
    under: dict[str, list[Page]] = {link["url"]: [] for room in rail for link in room["links"]}
    others: list[Page] = []
    for page in pages().values():
        if page.opens_to(actor):
            nearest = [url for url in under if page.path.startswith(url) and url != "/"]
            (under[max(nearest, key=len)] if nearest else others).append(page)
    found = []
    for room in rail:
        # An address in two rooms stands in the first.
        links = [(link["label"], under.pop(link["url"], [])) for link in room["links"]]
        if any(listed for _label, listed in links):
            found.append(Room(room["label"], [(label, listed) for label, listed in links if listed]))
    return [*found, Room(_("หน้าอื่น"), [("", others)])] if others else found
