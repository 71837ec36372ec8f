"""When a file must be mapped before it can be previewed, and by what it is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from django.utils.translation import gettext as _

from portal.intake.mapping import selectors
from portal.models import Batch, BatchLayout, MappingVersion
from portal.sheets.guess import LIKELY, FileColumn, best_sheet, file_columns, guesses, heading_row
from portal.sheets.layout import Head, Place, Reading
from portal.sheets.reader import ReadTable, UnknownLayout
from portal.sheets.spec import Column, SheetSpec


def reading_of(batch: Batch, spec: SheetSpec) -> Reading:
    """How the preview reads a batch: as a person chose, else by whatever its source is known by."""
    if batch.reading.get("ask"):
        return Reading(ask=True)
    if batch.reading and batch.mapping is not None:
        return as_read(batch)
    return Reading(agreed=selectors.agreed(batch, spec))


def as_read(batch: Batch) -> Reading:
    """How a batch was read, for reading it once more."""
    if batch.mapping is None:
        return Reading()
    place = Place(batch.reading["sheet"], batch.reading["row"]) if "row" in batch.reading else None
    return Reading(agreed=(selectors.as_agreed(batch.mapping),), place=place)


def question(spec: SheetSpec, table: ReadTable) -> str:
    """Why a person must say which column is which, in Thai; '' when the headings say it themselves."""
    codes = {finding.code for finding in table.findings}
    if not table.layout or "stale_template" in codes:
        return ""
    if "duplicate_header" in codes:
        return _("หัวคอลัมน์ซ้ำกัน ไม่รู้ว่าจะใช้คอลัมน์ใด")
    if not table.unknown:
        return ""
    missing = lacking_words(spec, table.found)
    missing += [str(column.header) for column in spec.expected_but(table.found)]
    if missing:
        return _("ยังไม่รู้ว่าคอลัมน์ใดคือ: %s") % ", ".join(missing)
    likely = _likely(spec, table)
    if likely:
        return _("หัวคอลัมน์ “%(heading)s” อาจเป็น “%(column)s”") % likely[0]
    return ""


def why(spec: SheetSpec, refusal: UnknownLayout) -> str:
    """Why a file that could not be read as it stands is asked about, in Thai."""
    if refusal.code == "no_header":
        return _("หัวคอลัมน์ของไฟล์ไม่ตรงกับ “%s”") % spec.title
    return refusal.message


def lacking_words(spec: SheetSpec, present: Sequence[str]) -> list[str]:
    """The columns that a file cannot do without and that are not among these, by their headings."""
    return [_(" หรือ ").join(str(column.header) for column in group) for group in spec.lacking(present)]


def _likely(spec: SheetSpec, table: ReadTable) -> list[dict[str, str]]:
    head = next(head for head in table.layout if head.name == table.sheet)
    columns = file_columns(head, table.header_row - 1)
    known, missing = set(table.positions.values()), set(table.missing)
    rest = _without(spec, missing)
    found = guesses(rest, [column for column in columns if column.position not in known])
    by_position: dict[int, FileColumn] = {column.position: column for column in columns}
    return [
        {"heading": by_position[position].label, "column": str(spec.column(guess.key).header)}
        for position, guess in sorted(found.items())
        if guess.score >= LIKELY
    ]


def _without(spec: SheetSpec, keys: set[str]) -> SheetSpec:
    wanted: tuple[Column, ...] = tuple(column for column in spec.columns if column.key in keys)
    return SheetSpec(spec.code, spec.title, wanted, sections=spec.sections)


def ask(batch: Batch, spec: SheetSpec, layout: Sequence[Head], why: str) -> None:
    """Let the batch wait until a person has said which column is which. The caller holds its lock."""
    head = best_sheet(spec, layout)
    BatchLayout.objects.update_or_create(
        batch=batch,
        defaults={
            "sheets": [asdict(head) for head in layout],
            "start": {"sheet": head.name, "row": heading_row(spec, head)},
            "why": why,
        },
    )
    batch.state = Batch.State.MAPPING
    batch.mapping, batch.reading = None, {}
    batch.save()


def told(batch: Batch, table: ReadTable) -> None:
    """Keep with the batch by what it was read, and say so in its notes. The caller saves it."""
    said = []
    batch.mapping = None
    if table.agreed is not None:
        batch.mapping = MappingVersion.objects.select_related("mapping").get(pk=table.agreed)
        said = [note(batch.mapping)]
    batch.notes = [*batch.notes, *said, *table.notes]


def note(version: MappingVersion) -> str:
    """The sentence on a batch that was read by a mapping."""
    unused = [label for label in version.headings if not version.columns.get(label)]
    said = _("อ่านตามการจับคู่คอลัมน์ “%(name)s” รุ่นที่ %(number)s") % {
        "name": version.mapping.name,
        "number": version.number,
    }
    if unused:
        said += " " + _("ไม่ใช้ %(count)s คอลัมน์: %(names)s") % {
            "count": len(unused),
            "names": ", ".join(unused)[:500],
        }
    return said
