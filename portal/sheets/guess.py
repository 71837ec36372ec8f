"""Which column of a foreign file is probably which column of the spec, and why.

A guess only fills in a page that a person answers for. Two things count: how near the heading is to
a name of the column, and whether the sample values are such as the column takes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portal import identifiers
from portal.sheets import cells
from portal.sheets.headers import SEARCH_ROWS, find_header
from portal.sheets.layout import Head, labels
from portal.sheets.spec import Column, SheetSpec
from portal.thai import InputError, search_key

SURE, LIKELY, POSSIBLE = 0.9, 0.75, 0.55
SAMPLES = 30
Sureness = Literal["sure", "likely", "weak"]

_NUMBERED = re.compile(r"^\s*[(\[]?(?:[0-9๐-๙]{1,2}|[ก-ฮ])[)\].]\s*")
_UNIT = re.compile(r"[(\[]([^)\]]*)[)\]]")
_PLAIN_NUMBER = re.compile(r"[-+]?[0-9๐-๙][0-9๐-๙,]*(?:\.[0-9๐-๙]+)?")


@dataclass(frozen=True, slots=True)
class FileColumn:
    """One column of the file: its place, its heading made unique, and values that stand under it."""

    position: int
    label: str
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Guess:
    """``score`` runs from 0 to 1; ``why`` are sentences in Thai."""

    key: str
    score: float
    why: tuple[str, ...]

    @property
    def sureness(self) -> Sureness:
        return "sure" if self.score >= SURE else "likely" if self.score >= LIKELY else "weak"


def file_columns(head: Head, row: int) -> list[FileColumn]:
    """The columns under the headings in ``row`` (from 0), with the values of the first rows below."""
    below = head.rows[row + 1 :]
    return [
        FileColumn(
            position,
            label,
            tuple(
                text
                for cells_ in below
                if position < len(cells_) and (text := cells.tidy(cells_[position])) is not None
            ),
        )
        for position, label in enumerate(labels(head.rows[row]))
    ]


def heading_row(spec: SheetSpec, head: Head) -> int:
    """Where the headings probably stand: the row that explains most columns, else the first that is as
    wide as any."""
    found = find_header(spec, head.rows)
    if found is not None:
        return found[0]
    rows = head.rows[:SEARCH_ROWS]
    likely = [_likely_headings(spec, row) for row in rows]
    widest = max((len(row) for row in rows), default=0)
    first = next((index for index, row in enumerate(rows) if len(row) == widest), 0)
    best = max(range(len(rows)), key=lambda index: (likely[index], index == first), default=0)
    return best if rows and likely[best] > 1 else first


def _likely_headings(spec: SheetSpec, row: Sequence[str]) -> int:
    """How many cells look like headings of the sheet."""
    texts = [text for cell in row if (text := cell.strip()) and not _PLAIN_NUMBER.fullmatch(text)]
    if len(texts) < 2:
        return 0
    return sum(1 for text in texts if any(_nearest(column, text)[0] >= POSSIBLE for column in spec.columns))


def best_sheet(spec: SheetSpec, heads: Sequence[Head]) -> Head:
    """The sheet whose columns can be guessed best."""

    def worth(head: Head) -> float:
        found = guesses(spec, file_columns(head, heading_row(spec, head)))
        return sum(guess.score for guess in found.values())

    return max(heads, key=worth) if len(heads) > 1 else heads[0]


def guesses(spec: SheetSpec, columns: Sequence[FileColumn]) -> dict[int, Guess]:
    """Position in the file → the guess for it; no column of the spec is guessed twice."""
    scored = [
        (guess, column.position)
        for column in columns
        for wanted in spec.columns
        if (guess := _guess(wanted, column)).score >= POSSIBLE
    ]
    order = {key: index for index, key in enumerate(spec.keys)}
    scored.sort(key=lambda pair: (-pair[0].score, order[pair[0].key], pair[1]))
    chosen: dict[int, Guess] = {}
    for guess, position in scored:
        if position not in chosen and all(other.key != guess.key for other in chosen.values()):
            chosen[position] = guess
    return chosen


def unit_of(heading: str) -> str:
    """What stands in brackets in a heading: "มูลค่า (พันบาท)" gives "พันบาท"."""
    found = _UNIT.findall(heading)
    return found[-1].strip() if found else ""


def unit_warning(column: Column, heading: str) -> str:
    """A sentence when the heading names another unit of money than the column's, else ''."""
    unit, ours = unit_of(heading), str(column.unit)
    if not unit or not ours or column.kind not in ("decimal", "integer"):
        return ""
    if "บาท" in ours and "บาท" in unit and search_key(unit) != search_key(ours):
        return _("หัวคอลัมน์บอกหน่วยเป็น %(unit)s แต่ช่องนี้เก็บเป็น %(ours)s ระบบไม่แปลงหน่วยให้ โปรดแปลงในไฟล์ก่อน") % {
            "unit": unit,
            "ours": ours,
        }
    return ""


def _guess(column: Column, given: FileColumn) -> Guess:
    near, name = _nearest(column, given.label)
    score = near
    why = []
    if near == 1:
        why.append(_("หัวคอลัมน์ตรงกับ “%s”") % name)
    elif near >= 0.5:
        why.append(_("หัวคอลัมน์คล้าย “%(name)s” (%(share)s %%)") % {"name": name, "share": round(near * 100)})
    unit, ours = unit_of(given.label), str(column.unit)
    if unit and ours and near < 1:
        money = "บาท" in unit
        if money != ("บาท" in ours):
            score *= 0.6
        elif money:
            score += (1 - score) * 0.2
            why.append(_("หน่วยเป็น %s") % unit)
    samples = given.samples[:SAMPLES]
    if len(samples) >= 2 and (score >= 0.35 or _proves(column)):
        fits, total, proof, what = _content(column, samples)
        share = fits / total
        told = _("ค่าตัวอย่าง %(fits)s จาก %(total)s ค่า%(what)s") % {"fits": fits, "total": total, "what": what}
        if proof == "strong" and share >= 0.8:
            score = max(score, 0.62) + (1 - max(score, 0.62)) * 0.5
            why.append(told)
        elif proof == "words":
            score *= 1 if near == 1 or share >= 0.5 else 0.85
        elif share < 0.5:
            score *= 0.6
            why.append(told)
        elif share >= 0.8 and proof == "some" and score >= 0.35:
            score += (1 - score) * 0.25
            why.append(told)
        elif share >= 0.8 and proof == "weak" and score >= 0.5:
            score += (1 - score) * 0.08
            why.append(told)
    return Guess(column.key, round(min(score, 1.0), 4), tuple(why))


# --- Headings ------------------------------------------------------------------------------------


def _nearest(column: Column, heading: str) -> tuple[float, str]:
    """How near the heading is to the nearest name of a column, and that name."""
    plain = _plain(heading)
    best, name = 0.0, ""
    for text in _names(column):
        near = _near(plain, _plain(text))
        if near > best:
            best, name = near, text
    return best, name


@lru_cache(maxsize=2_048)
def _names(column: Column) -> tuple[str, ...]:
    aliases = (*column.aliases, *column.hints.synonyms)
    return (str(column.header), *(str(alias) for alias in aliases), column.key.replace("_", " "))


@lru_cache(maxsize=16_384)
def _plain(heading: str) -> str:
    """A heading without its number, its unit, marks and spaces."""
    text = _UNIT.sub("", _NUMBERED.sub("", heading)).replace("*", "").replace("_", " ")
    return search_key(text) or search_key(heading)


@lru_cache(maxsize=65_536)
def _near(one: str, other: str) -> float:
    """1 for the same, else below: pairs of letters they share (order of words does not matter), or
    letters in the same order (a slip of the finger costs little)."""
    if not one or not other:
        return 0.0
    if one == other:
        return 1.0
    first, second = _pairs(one), _pairs(other)
    shared = 2 * len(first & second) / (len(first) + len(second)) if first and second else 0.0
    if shared < 0.4 and max(len(one), len(other)) > 6:
        return shared
    return min(max(shared, SequenceMatcher(None, one, other, autojunk=False).ratio()), 0.97)


@lru_cache(maxsize=8_192)
def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[index : index + 2] for index in range(len(text) - 1))


# --- Values --------------------------------------------------------------------------------------


def _number14(text: str) -> bool:
    return identifiers.check_factory_number(identifiers.clean_factory_number(text))


def _old_number(text: str) -> bool:
    return bool(identifiers.normalise_old_number(text))


def _any_number(text: str) -> bool:
    try:
        return _number14(text)
    except identifiers.IdentifierError:
        return _old_number(text)


SHAPES: dict[str, tuple[Callable[[str], bool], str]] = {
    "factory_number": (_any_number, gettext_noop("เป็นเลขทะเบียนโรงงานที่ถูกหลัก")),
    "number14": (_number14, gettext_noop("เป็นเลขทะเบียน 14 หลักที่ถูกหลัก")),
    "old_number": (_old_number, gettext_noop("เป็นเลขทะเบียนเดิม")),
    "five_digits": (lambda text: re.fullmatch(r"[0-9]{5}", text) is not None, gettext_noop("เป็นรหัสห้าหลัก")),
}
"""Tests that ``Hints.shape`` names, each with what its values are."""


def _proves(column: Column) -> bool:
    """Whether values alone tell the column."""
    return bool(column.hints.values or column.hints.shape or column.kind == "choice")


def _content(column: Column, samples: Sequence[str]) -> tuple[int, int, str, str]:
    """How many samples suit, of how many, how much that proves, and what they then are."""
    total = len(samples)
    if column.hints.shape:
        test, what = SHAPES[column.hints.shape]
        proof = "some" if column.hints.shape == "five_digits" else "strong"
        return _count(test, samples), total, proof, _(what)
    if column.hints.values:
        known = {search_key(value) for value in column.hints.values}
        return _count(lambda text: search_key(text) in known, samples), total, "strong", _("เป็นค่าที่รู้จักของช่องนี้")
    fits = _count(lambda text: _readable(column, text), samples)
    numbers = sum(1 for text in samples if _PLAIN_NUMBER.fullmatch(text))
    match column.kind:
        case "choice":
            # Codes that are mere numbers also stand for amounts.
            return fits, total, "strong" if numbers < total else "some", _("อยู่ในตัวเลือกของช่องนี้")
        case "date" | "period":
            words = _("อ่านเป็นเดือนได้") if column.kind == "period" else _("อ่านเป็นวันที่ได้")
            return fits, total, "some" if numbers < total else "none", words
        case "bool":
            return fits, total, "some" if numbers < total else "none", _("อ่านเป็น ใช่/ไม่ใช่ ได้")
        case "decimal" | "integer":
            return fits, total, "weak", _("อ่านเป็นตัวเลขได้")
        case "identifier":
            return fits, total, "none", _("ใช้ได้")
    return total - numbers, total, "words", ""


def _count(test: Callable[[str], bool], samples: Sequence[str]) -> int:
    return sum(1 for text in samples if _passes(test, text))


def _passes(test: Callable[[str], bool], text: str) -> bool:
    try:
        return test(text)
    except InputError:
        return False


def _readable(column: Column, text: str) -> bool:
    try:
        cells.normalise(column, text)
    except cells.CellError:
        return False
    except cells.Rounded:
        return True
    return True
