"""What the mapping page shows about a file: guesses, samples, and values as they will be understood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from portal import thai, words
from portal.calendar import format_date
from portal.intake.mapping import selectors
from portal.models import Batch, MappingVersion
from portal.sheets import cells, messages
from portal.sheets.guess import FileColumn, Guess, file_columns, guesses, heading_row, unit_warning
from portal.sheets.headers import SEARCH_ROWS, fold_header
from portal.sheets.layout import Head, column_name, fingerprint
from portal.sheets.spec import Column, SheetSpec

SHOWN = 3
ROWS = 5


@dataclass(frozen=True, slots=True)
class Reads:
    """A value as it stands and as it will be understood; ``wrong`` says why it cannot be."""

    found: str
    understood: str = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One column of the file on the page."""

    position: int
    letter: str
    label: str
    reads: tuple[Reads, ...]
    word: words.StateWord
    why: tuple[str, ...] = ()
    warning: str = ""


@dataclass(slots=True)
class Layout:
    """A file that is asked about: the sheet and row looked at, its columns, and what is proposed."""

    batch: Batch
    spec: SheetSpec
    heads: list[Head]
    head: Head
    row: int
    columns: list[FileColumn]
    before: MappingVersion | None
    changed: bool
    kept: dict[int, str]
    draft: dict[int, str] | None
    name: str
    guessed: dict[int, Guess] = field(default_factory=dict)

    @property
    def proposed(self) -> dict[int, str]:
        """Position → key, as the page first shows it: the choices made so far, else what was agreed
        before and guesses for the rest."""
        if self.draft is not None:
            return self.draft
        return self.kept | {position: guess.key for position, guess in self.guessed.items()}

    @property
    def added(self) -> list[str]:
        """Headings that the mapping before did not have."""
        once = {fold_header(label) for label in self.before.headings} if self.before else set()
        return [column.label for column in self.columns if fold_header(column.label) not in once]

    @property
    def removed(self) -> list[str]:
        """Headings of the mapping before that this file does not have."""
        here = {fold_header(column.label) for column in self.columns}
        labels = self.before.headings if self.before else []
        return [label for label in labels if fold_header(label) not in here]

    def removed_as(self) -> list[str]:
        """The removed headings with what they were."""
        assert self.before is not None
        said = []
        for label in self.removed:
            key = self.before.columns.get(label, "")
            named = key and key in self.spec.keys
            said.append(f"{label} ({self.spec.column(key).header})" if named else label)
        return said

    def rows_to_choose(self) -> list[tuple[int, str]]:
        """The rows that may be the heading row (from 0), each with the beginning of what it says."""
        return [
            (index, " · ".join(" ".join(cell.split()) for cell in row if cell.strip())[:70])
            for index, row in enumerate(self.head.rows[:SEARCH_ROWS])
            if any(cell.strip() for cell in row)
        ]

    def lines(self, chosen: Mapping[int, str]) -> list[Line]:
        """Every column with its samples as they would be understood under the chosen key."""
        return [self._line(column, chosen.get(column.position, "")) for column in self.columns]

    def _line(self, column: FileColumn, key: str) -> Line:
        wanted = self.spec.column(key) if key in self.spec.keys else None
        samples = list(dict.fromkeys(column.samples))[:SHOWN]
        guess = self.guessed.get(column.position)
        why: tuple[str, ...] = ()
        if key and self.kept.get(column.position) == key:
            code, why = "kept", (_("ตามที่จับคู่ไว้ครั้งก่อน"),)
        elif wanted is None:
            code = "unused"
            if self.kept.get(column.position) == "":
                why = (_("ครั้งก่อนไม่ใช้คอลัมน์นี้"),)
            elif guess is None:
                why = (_("ไม่พบข้อมูลของเราที่ใกล้เคียง"),)
        elif guess is not None and guess.key == key:
            code, why = guess.sureness, guess.why
        else:
            code = "chosen"
        return Line(
            column.position,
            column_name(column.position),
            column.label,
            tuple(understood(wanted, text) if wanted else Reads(text[:60]) for text in samples),
            words.word("guess", code),
            why,
            unit_warning(wanted, column.label) if wanted else "",
        )

    def lacking(self, chosen: Mapping[int, str]) -> list[tuple[Column, ...]]:
        """What the sheet cannot do without and nobody has chosen."""
        return self.spec.lacking(set(chosen.values()))

    def expected_but(self, chosen: Mapping[int, str]) -> list[Column]:
        """What belongs into every file and nobody has chosen."""
        return self.spec.expected_but(set(chosen.values()))

    def first_rows(self, chosen: Mapping[int, str]) -> tuple[list[Column], list[dict[str, Any]]]:
        """The chosen columns in the order of the sheet, and the first rows as they will be read."""
        at = {key: position for position, key in chosen.items() if key in self.spec.keys}
        columns = [column for column in self.spec.columns if column.key in at]
        rows = []
        for index, row in enumerate(self.head.rows[self.row + 1 :], start=self.row + 2):
            texts = {c.key: cells.tidy(row[at[c.key]]) if at[c.key] < len(row) else None for c in columns}
            if not any(texts.values()):
                continue
            rows.append(
                {"row_no": index}
                | {c.key: understood(c, text) if (text := texts[c.key]) else None for c in columns}
            )
            if len(rows) == ROWS:
                break
        return columns, rows


def layout_of(batch: Batch, spec: SheetSpec, *, sheet: str | None = None, row: int | None = None) -> Layout:
    """What is asked about a batch, for the sheet and row (from 0) that the reader looks at; without
    them those of his draft, else the ones that explain most."""
    kept = batch.layout
    heads = [Head(**one) for one in kept.sheets]
    draft = kept.draft
    start = draft or kept.start
    if sheet is None:
        sheet, row = start["sheet"], start["row"]
    head = next((head for head in heads if head.name == sheet), None)
    if head is None:
        head, row = next(head for head in heads if head.name == kept.start["sheet"]), kept.start["row"]
    if row is None or not 0 <= row < min(len(head.rows), SEARCH_ROWS):
        row = heading_row(spec, head)
    columns = file_columns(head, row)
    before = selectors.nearest(batch, [column.label for column in columns])
    known = _as_before(before, spec, columns)
    rest = [column for column in columns if column.position not in known]
    taken = set(known.values()) - {""}
    guessed = {p: guess for p, guess in guesses(spec, rest).items() if guess.key not in taken}
    mine = draft if draft and (draft["sheet"], draft["row"]) == (head.name, row) else None
    return Layout(
        batch=batch, spec=spec, heads=heads, head=head, row=row, columns=columns, before=before,
        changed=before is not None and before.fingerprint != fingerprint(head.rows[row]),
        kept=known, guessed=guessed,
        draft={int(position): key for position, key in mine["columns"].items()} if mine else None,
        name=mine["name"] if mine else before.mapping.name if before else _file_name(batch),
    )  # fmt: skip


def understood(column: Column, text: str) -> Reads:
    """A tidied cell as the column reads it: numbers with their unit, dates in Thai, choices by name."""
    try:
        value = cells.normalise(column, text)
    except cells.Rounded as rounded:
        return Reads(text[:60], _shown(column, rounded.value))
    except cells.CellError as error:
        said = messages.word({"code": error.code, "params": error.params}, {})
        return Reads(text[:60], wrong=" ".join(filter(None, (said.message, said.expected)))[:200])
    plain = value in (text, text.replace(",", "")) and column.kind in ("integer", "decimal", "identifier")
    return Reads(text[:60], "" if plain else _shown(column, value)[:80])


def _shown(column: Column, value: str) -> str:
    match column.kind:
        case "integer" | "decimal":
            return f"{thai.format_number(Decimal(value))} {column.unit}".strip()
        case "date":
            return format_date(date.fromisoformat(value))
        case "period":
            return format_date(date.fromisoformat(value), "month")
        case "choice":
            return next((str(label) for code, label in column.choices if code == value), value)
        case "bool":
            return _("ใช่") if value == "true" else _("ไม่ใช่")
    return value


def _as_before(
    before: MappingVersion | None, spec: SheetSpec, columns: Sequence[FileColumn]
) -> dict[int, str]:
    """Position → key as agreed before, '' where the column was not used."""
    if before is None:
        return {}
    known = {fold_header(label): key for label, key in before.columns.items() if not key or key in spec.keys}
    return {c.position: known[fold_header(c.label)] for c in columns if fold_header(c.label) in known}


def _file_name(batch: Batch) -> str:
    stem = batch.file.name.rpartition(".")[0] if batch.file else ""
    return _("ไฟล์แบบ %s") % stem[:80] if stem else ""
