"""Which column of a file is which column of the spec."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from portal.sheets.spec import Column, SheetSpec

SEARCH_ROWS = 20
_CUT = 10  # the department's export cuts column names to ten letters
_IGNORED = re.compile(r"[\s\u00ad\u00a0\u200b-\u200f\u2060\ufeff*:._\-\"'’“”()\[\]/\\]")
_UNIT = re.compile(r"\s*[(\[][^)\]]*[)\]]\s*\*?\s*$")
_TWO_PART_AM = re.compile("\u0e4d([\u0e48-\u0e4b]?)\u0e32")


@dataclass(slots=True)
class Match:
    """``columns``: position in the file → key. The rest are headings as they stand in the file."""

    columns: dict[int, str] = field(default_factory=dict)
    unknown: dict[int, str] = field(default_factory=dict)
    doubled: dict[int, str] = field(default_factory=dict)


def fold_header(text: str) -> str:
    """A heading without case, white space, marks and punctuation."""
    return _TWO_PART_AM.sub("\\1ำ", _IGNORED.sub("", text)).casefold()


def match_headers(spec: SheetSpec, cells: Sequence[str]) -> Match:
    """Match by heading, alias or key; then without a unit in brackets; then cut to ten letters.

    A heading that stands twice is matched at neither place: nobody can say which one counts.
    """
    match = Match()
    exact = _names(spec.columns, fold_header)
    cut = _names(spec.columns, lambda name: fold_header(name[:_CUT]) if len(name) > _CUT else "")
    keys: dict[int, str] = {}
    for position, cell in enumerate(cells):
        heading = cell.strip()
        if not heading:
            continue
        key = exact.get(fold_header(heading)) or exact.get(fold_header(_UNIT.sub("", heading)))
        if key is None and len(heading) in (_CUT - 1, _CUT):
            key = cut.get(fold_header(heading))
        if key is None:
            match.unknown[position] = heading
        else:
            keys[position] = key
    count = Counter(keys.values())
    for position, key in keys.items():
        target = match.columns if count[key] == 1 else match.doubled
        target[position] = key
    return match


def _names(columns: Sequence[Column], form: Callable[[str], str]) -> dict[str, str]:
    """Folded name → key, without names that two columns share; a column's own heading and key go
    before the aliases of others."""
    own: dict[str, set[str]] = {}
    other: dict[str, set[str]] = {}
    for column in columns:
        for name in (str(column.header), column.key):
            own.setdefault(form(name), set()).add(column.key)
        for name in column.aliases:
            other.setdefault(form(str(name)), set()).add(column.key)
    names = {name: keys for name, keys in (other | own).items() if name}
    return {name: next(iter(keys)) for name, keys in names.items() if len(keys) == 1}


def find_header(spec: SheetSpec, rows: Sequence[Sequence[str]]) -> tuple[int, Match] | None:
    """The row, of the first twenty, with most matching headings; None when there is none to speak of.

    One heading alone proves nothing unless the spec has but one column.
    """
    best: tuple[int, Match] | None = None
    for index, cells in enumerate(rows[:SEARCH_ROWS]):
        match = match_headers(spec, cells)
        if best is None or _score(match) > _score(best[1]):
            best = (index, match)
    if best is None or _score(best[1]) < min(2, len(spec.columns)):
        return None
    return best


def _score(match: Match) -> int:
    return len(match.columns) + len(set(match.doubled.values()))
