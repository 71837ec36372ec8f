"""Sheets in words: every column of a file, and where its template is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.actors import Actor
from portal.help.fields import between, field_table, one_of, told
from portal.help.pages import ABOUT, Section
from portal.intake.handlers import IntakeHandler, get_handler, handlers_for
from portal.screens import Column, Table
from portal.sheets.spec import Column as SheetColumn
from portal.sheets.spec import Section as Band
from portal.sheets.spec import SheetSpec


def sheets(actor: Actor, about: str) -> Iterator[Section]:
    """The sheet a page takes in; without one, the sheets this reader may send."""
    if not about:
        links = [(handler.title, sheet_help(handler.code)) for handler in handlers_for(actor)]
        if links:
            yield Section(_("คอลัมน์ของแต่ละตาราง"), links=links)
        return
    try:
        handler = get_handler(about)
    except KeyError:
        raise Http404 from None
    if not handler.policy.test(actor):
        raise Http404
    yield from of_sheet(handler, actor)


def sheet_help(code: str) -> str:
    """The address of the help of one sheet."""
    return f"{reverse('portal:help', args=['intake:batch-import'])}?{urlencode({ABOUT: code})}"


def of_sheet(handler: IntakeHandler, actor: Actor) -> Iterator[Section]:
    """What a sheet holds, column by column; where its template is, for who may send it."""
    spec = handler.spec({})
    asked = {
        name: field for name, field in handler.params_form.base_fields.items() if not field.widget.is_hidden
    }
    if asked:
        yield Section(_("สิ่งที่ถามพร้อมไฟล์"), table=field_table(asked, _("สิ่งที่ถามพร้อมไฟล์")))
    links = [
        (_("ดาวน์โหลดแบบฟอร์มเปล่า"), reverse("intake:sheet-template", args=[handler.code])),
        (_("ส่งไฟล์ไปตรวจ"), reverse("intake:batch-import", args=[handler.code])),
    ]
    key = ", ".join(str(spec.column(name).header) for name in spec.natural_key)
    lines = (
        handler.help,
        spec.help if spec.help != handler.help else "",
        _("แถวซ้ำกันไม่ได้ใน: %s") % key if key else "",
        _("นำเข้าแล้วถอนคืนได้") if handler.can_undo else _("นำเข้าแล้วถอนคืนไม่ได้"),
        _("ส่งออกข้อมูลปัจจุบันในตารางนี้แล้วนำเข้ากลับได้") if handler.can_export else "",
    )
    may_send = handler.policy.test(actor)
    yield Section(
        _("ไฟล์ %s") % handler.title, [line for line in lines if line], links=links if may_send else ()
    )
    bands = spec.sections or (Band("", _("คอลัมน์ของไฟล์")),)
    for band in bands:
        columns = [column for column in spec.columns if column.section in (band.code, "")]
        if columns:
            yield Section(
                band.title, [band.help] if band.help else (), table=_sheet_table(spec, columns, band.title)
            )


def _sheet_table(spec: SheetSpec, columns: Sequence[SheetColumn], caption: Any) -> Table:
    grouped = {key for group in spec.one_of for key in group}

    def asked(column: SheetColumn) -> str:
        if column.required:
            return _("จำเป็น")
        return _("อย่างน้อยหนึ่งในกลุ่ม") if column.key in grouped else _("ควรมี") if column.expected else ""

    return told(
        (
            Column("header", _("หัวคอลัมน์")),
            Column("required", _("ต้องกรอก"), asked),
            Column("kind", _("รับอะไร"), read_as),
            Column("unit", _("หน่วย")),
            Column("help", _("คำอธิบาย")),
            Column("example", _("ตัวอย่าง")),
        ),
        columns,
        caption,
    )


def read_as(column: SheetColumn) -> str:
    """What a cell of a sheet's column may hold, in words."""
    match column.kind:
        case "choice":
            return one_of([label for _code, label in column.choices])
        case "bool":
            return one_of([_("ใช่"), _("ไม่ใช่")])
        case "date":
            return " ".join(filter(None, (_("วันที่"), between(column.min, column.max))))
        case "period":
            return _("เดือนและปี")
        case "integer":
            return " ".join(filter(None, (_("จำนวนเต็ม"), between(column.min, column.max))))
        case "decimal":
            return " ".join(filter(None, (_("ตัวเลข"), between(column.min, column.max))))
        case "identifier":
            return _("เลขอ้างอิง เก็บเลขศูนย์นำหน้าไว้")
    return _("ข้อความไม่เกิน %d ตัวอักษร") % column.max_length if column.max_length else _("ข้อความ")
