"""The user's own workbook, written afresh, with what must be mended marked and listed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from portal import practice
from portal.sheets.findings import Finding
from portal.sheets.spec import Column, SheetSpec
from portal.sheets.writer.common import (
    EXACT_DIGITS,
    OPTIONS,
    Formats,
    column_letters,
    safe,
    write_meta,
    write_text,
)

_COMMENT_LIMIT = 5_000


def write_marked_workbook(
    spec: SheetSpec,
    rows: Iterable[tuple[int, Sequence[str | None]]],
    findings: Sequence[Finding],
    path: str | Path,
    *,
    headings: Sequence[str] = (),
    positions: Mapping[str, int] | None = None,
) -> None:
    """The user's own values, written afresh, with the bad cells coloured and explained, and a first
    sheet that lists every finding with a link to its cell.

    ``rows`` are (row number in his file, cells as they stood there); ``headings`` and ``positions``
    are those of ``ReadTable`` (by default the spec's own). What he mends here he can send again.
    """
    if positions is None:
        positions = {key: index for index, key in enumerate(spec.keys)}
    headings = list(headings) or [str(column.header) for column in spec.columns]
    kinds = {position: spec.column(key) for key, position in positions.items()}
    at: dict[tuple[int, int], list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.row_no is not None:
            at[finding.row_no, positions.get(finding.column or "", 0)].append(finding)
    # The list goes first, but where a row lands is known only after the data is written.
    placed: dict[int, int] = {}
    with xlsxwriter.Workbook(path, OPTIONS | {"constant_memory": False}) as book:
        formats = Formats(book)
        todo = book.add_worksheet(_("ข้อที่ต้องแก้")[:31])
        sheet = book.add_worksheet(spec.tab)
        for index, heading in enumerate(headings):
            sheet.write_string(0, index, safe(heading), formats.heading)
            sheet.set_column(index, index, 18, formats.plain)
        sheet.freeze_panes(1, 0)
        comments = 0
        for target, (row_no, cells) in enumerate(rows, start=1):
            placed[row_no] = target
            for index, text in enumerate(cells):
                found = at.get((row_no, index), [])
                form = formats.marked(found) if found else formats.plain
                _write_raw(sheet, target, index, kinds.get(index), text, form)
                if found and comments < _COMMENT_LIMIT:
                    note = "\n\n".join(f"{f.message}\n{f.mend}".strip() for f in found)
                    sheet.write_comment(target, index, note[:1000], {"x_scale": 2, "y_scale": 1.5})
                    comments += 1
        _write_list(spec, todo, findings, placed, positions, formats)
        write_meta(spec, book, {})
        practice.mark_workbook(book)


def _write_list(
    spec: SheetSpec,
    sheet: Any,
    findings: Sequence[Finding],
    placed: Mapping[int, int],
    positions: Mapping[str, int],
    formats: Formats,
) -> None:
    titles = (
        (_("ที่"), 10),
        (_("แถวในไฟล์เดิม"), 12),
        (_("คอลัมน์"), 24),
        (_("ที่พบ"), 24),
        (_("ที่ควรเป็น"), 32),
        (_("เพราะ"), 44),
        (_("วิธีแก้"), 44),
    )
    for index, (title, width) in enumerate(titles):
        sheet.write_string(0, index, title, formats.heading)
        sheet.set_column(index, index, width, formats.wrapped)
    sheet.freeze_panes(1, 0)
    first = min(placed, default=0)
    for row, finding in enumerate(findings, start=1):
        # What concerns the file or its headings points to the heading row.
        above = finding.row_no is None or finding.row_no < first
        target = 0 if above else placed.get(finding.row_no or 0)
        column = positions.get(finding.column or "", 0)
        cell = f"{column_letters(column)}{(target or 0) + 1}"
        form = formats.fill(finding.level)
        if target is None or row > 60_000:  # Excel holds at most 65,530 links a sheet
            sheet.write_string(row, 0, "–", form)
        else:
            sheet.write_url(row, 0, f"internal:'{spec.tab}'!{cell}", form, string=cell)
        if finding.row_no is None:
            sheet.write_string(row, 1, _("ทั้งไฟล์"), formats.wrapped)
        else:
            sheet.write_number(row, 1, finding.row_no, formats.wrapped)
        texts = (finding.column_header, finding.found, finding.expected, finding.message, finding.mend)
        for index, text in enumerate(texts, start=2):
            sheet.write_string(row, index, safe(text)[:32_000], formats.wrapped)


def _write_raw(sheet: Any, row: int, index: int, column: Column | None, text: str | None, form: Any) -> None:
    """A cell as it stood; a plain number stays one, so that sums over it still work."""
    if text is None or text == "":
        sheet.write_blank(row, index, None, form)
        return
    if column is not None and column.kind in ("integer", "decimal") and len(text) <= EXACT_DIGITS:
        try:
            sheet.write_number(row, index, float(Decimal(text)), form)
            return
        except (ArithmeticError, ValueError, TypeError):
            pass
    write_text(sheet, row, index, text[:32_000], form)
