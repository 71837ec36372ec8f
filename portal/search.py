"""One search box: every app says what of its own it finds for a few words, inside the active scope.

Words are compared by ``thai.search_key``: without tone marks, spaces, case and punctuation. Where they
are found little, what is spelt nearly so is looked for: cut into more pieces than letters may be wrong,
the words must have some piece unspoilt, which a trigram index finds; what it finds is compared letter
by letter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any, NamedTuple

from django.db.models import Func, Q, QuerySet, TextField

from portal import thai
from portal.access import Policy
from portal.actors import Actor
from portal.words import StateWord

SHOWN = 8  # hits of one kind on the page
FEW = 3  # with fewer, what is spelt nearly so is looked for, too
RANKED = 100  # of very many exact hits the first so many, in the list's order, are ranked
COMPARED = 1_000  # rows that may be near and are compared letter by letter


class ThaiKey(Func):
    """The search key of one or more text columns, as the indexes on it are written."""

    function = "portal_thai_search_key"
    arg_joiner = " || ' ' || "
    output_field = TextField()


@dataclass(frozen=True)
class Asked:
    """What somebody typed."""

    text: str

    @property
    def words(self) -> tuple[str, ...]:
        """The search keys of the words; those of nothing but marks fall away."""
        return tuple(key for word in self.text.split() if (key := thai.search_key(word)))

    @property
    def whole(self) -> str:
        """The search key of all of it."""
        return thai.search_key(self.text)

    @property
    def errors(self) -> int:
        """How many letters may be wrong."""
        return 0 if len(self.whole) < 4 else 1 if len(self.whole) < 12 else 2

    @property
    def pieces(self) -> tuple[str, ...]:
        """Pieces of three letters or more, most of which are right when no more than ``errors`` letters
        are wrong; of short words, which have no two such pieces, the two ends."""
        whole = self.whole
        if not self.errors:
            return ()
        if len(whole) < 6:
            return whole[:3], whole[-3:]
        count = min(len(whole) // 3, self.errors + 2)
        ends = [len(whole) * n // count for n in range(count + 1)]
        return tuple(whole[start:end] for start, end in pairwise(ends))

    @property
    def unspoilt(self) -> int:
        """How many of the pieces are right at least."""
        return max(len(self.pieces) - self.errors, 1)


class Part(NamedTuple):
    """A part of a text; ``hit`` when it is what was looked for."""

    text: str
    hit: bool


@dataclass(frozen=True)
class Hit:
    """One row found. ``near``: spelt nearly so."""

    title: Sequence[Part]
    url: str
    detail: Sequence[Part] = ()
    state: StateWord | None = None
    near: bool = False


@dataclass(frozen=True)
class Source:
    """What an app can find. ``find`` gives no more than so many hits, the best first, at most two
    queries; ``more`` is the list in which all of them stand."""

    key: str
    label: Any
    policy: Policy
    find: Callable[[Asked, int], Sequence[Hit]]
    more: Callable[[str], str] | None = None


@dataclass(frozen=True)
class Group:
    """The hits of one source; ``more_url`` when there are, or may be, others."""

    source: Source
    hits: Sequence[Hit]
    more_url: str


# One letter; two of them are sometimes typed as two or three.
_LETTER = re.compile("เเ|\u0e4d[\u0e48-\u0e4b]?\u0e32|.", re.DOTALL)
_sources: dict[str, Source] = {}


def register_source(source: Source) -> None:
    """Add a source; apps call this in ``AppConfig.ready``. The page keeps the order of registration."""
    _sources[source.key] = source


def find(actor: Actor, text: str) -> list[Group]:
    """What the actor's scope holds for these words, by kind; kinds with nothing are left out."""
    asked = Asked(text)
    if not asked.words:
        return []
    groups = []
    for source in _sources.values():
        if not source.policy.test(actor):
            continue
        hits = source.find(asked, SHOWN + 1)
        exact = any(not hit.near for hit in hits)
        if hits:
            more = source.more(text) if source.more and exact and len(hits) > SHOWN else ""
            groups.append(Group(source, hits[:SHOWN], more))
    return groups


# --- For the sources -----------------------------------------------------------------------------


def rows(found: QuerySet[Any], key: str, asked: Asked, limit: int, *, also: Q | None = None) -> list[Any]:
    """Rows whose search key, a field or annotation, holds every word; with few, those nearly so besides.

    Rows come with ``near``. Those that hold the words early come first, then in the order of ``found``.
    ``also``: rows that count as found, whatever their key (a number in another spelling). One query,
    and two more for what is near.
    """
    holds = Q()
    for word in asked.words:
        holds &= Q(**{f"{key}__contains": word})
    if also is not None:
        holds |= also
    exact = sorted(found.filter(holds)[:RANKED], key=lambda row: getattr(row, key).find(asked.words[0]))
    for row in exact:
        row.near = False
    if len(exact) >= FEW or not asked.errors:
        return exact[:limit]
    return exact + _near(found, key, asked, limit - len(exact), but={row.pk for row in exact})


def _near(found: QuerySet[Any], key: str, asked: Asked, limit: int, *, but: set[Any]) -> list[Any]:
    holds = Q()
    for pieces in combinations(asked.pieces, asked.unspoilt):
        holds |= Q(*(Q(**{f"{key}__contains": piece}) for piece in pieces))
    compared = found.filter(holds).order_by().values_list("pk", key)[:COMPARED]
    errors = {pk: distance(asked.whole, text, asked.errors) for pk, text in compared if pk not in but}
    close = sorted((count, pk) for pk, count in errors.items() if count is not None)[:limit]
    by_pk = found.in_bulk([pk for _count, pk in close]) if close else {}
    near = [by_pk[pk] for _count, pk in close]
    for row in near:
        row.near = True
    return near


def distance(word: str, text: str, limit: int) -> int | None:
    """How many letters of ``word`` must be changed, left out or put in until ``text`` holds it; None
    when it takes more than ``limit``.

    Wu and Manber's way: one number for each count of errors, whose bits are the beginnings of the word
    that end at this letter of the text.
    """
    letters: dict[str, int] = {}
    for at, letter in enumerate(word):
        letters[letter] = letters.get(letter, 0) | 1 << at
    whole, best = 1 << len(word) - 1, None
    ends = [(1 << errors) - 1 for errors in range(limit + 1)]
    for letter in text:
        here = letters.get(letter, 0)
        before = 0
        for errors in range(limit + 1):
            was = ends[errors]
            now = (was << 1 | 1) & here
            if errors:  # put in, changed, left out
                now |= before | before << 1 | ends[errors - 1] << 1 | 1
            before, ends[errors] = was, now
            if now & whole:
                best, limit = errors, errors - 1
                break
        if limit < 0:
            break
    return best


def parts(text: str, asked: Asked) -> list[Part]:
    """A text with the words in it marked, tone marks and all; without any of them, their pieces."""
    key, places = _places(text)
    hit = [False] * len(text)
    words: Iterable[str] = asked.words
    if not any(word in key for word in words):
        words = asked.pieces
    for word in words:
        start = key.find(word)
        while word and start >= 0:
            first, last = places[start][0], places[start + len(word) - 1][1]
            hit[first:last] = [True] * (last - first)
            start = key.find(word, start + len(word))
    found: list[Part] = []
    for letter, marked in zip(text, hit, strict=True):
        if found and found[-1].hit == marked:
            found[-1] = Part(found[-1].text + letter, marked)
        else:
            found.append(Part(letter, marked))
    return found


def _places(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The search key of a text and, for each letter of it, from where to where it stands in the text.
    A mark belongs to the letter before it."""
    key, places = "", []
    for found in _LETTER.finditer(text):
        letters = thai.search_key(found.group())
        key += letters
        places += [found.span()] * len(letters)
        if not letters and places and unicodedata.category(found.group()) == "Mn":
            places[-1] = (places[-1][0], found.end())
    return key, places
