"""What a refusal or a finding says, in Thai: what and why, and how to mend it.

The reading child knows codes and parameters only; the words are put in here, by the parent,
so that they can be translated and the child needs no Django.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.calendar import format_date_th
from portal.sheets.findings import Finding, Level, RefusedFile

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")


class Words(NamedTuple):
    level: Level
    message: Any
    expected: Any
    mend: Any


_RESAVE = _("เปิดไฟล์ใน Excel แล้วเลือก บันทึกเป็น (Save As) ชนิด Excel Workbook (.xlsx) แล้วส่งใหม่")
_DOWNLOAD = _("ดาวน์โหลดแบบฟอร์มใหม่จากระบบ คัดลอกข้อมูลไปวาง แล้วส่งใหม่")

REFUSALS: dict[str, tuple[Any, Any]] = {
    "empty": (_("ไฟล์ว่างเปล่า (0 ไบต์)"), _("ตรวจว่าเลือกไฟล์ถูกต้องและบันทึกข้อมูลแล้ว จึงส่งใหม่")),
    "too_big": (
        _("ไฟล์มีขนาด %(size_mb)s MB เกินที่รับได้ %(max_mb)s MB"),
        _("ลบแผ่นงาน รูปภาพ และแถวที่ไม่ใช้ หรือแบ่งเป็นหลายไฟล์ แล้วส่งใหม่"),
    ),
    "not_table": (
        _("เนื้อหาของไฟล์เป็น%(what)s ไม่ใช่ตารางข้อมูล แม้ชื่อไฟล์จะเป็นอย่างอื่น"),
        _("ส่งไฟล์ Excel (.xlsx) หรือ CSV เท่านั้น"),
    ),
    "old_excel": (_("ไฟล์เป็น Excel รุ่นเก่า (.xls) ซึ่งระบบไม่รับ"), _RESAVE),
    "binary_excel": (_("ไฟล์เป็น Excel ชนิดไบนารี (.xlsb) ซึ่งระบบไม่รับ"), _RESAVE),
    "encrypted": (
        _("ไฟล์ตั้งรหัสผ่านไว้ ระบบจึงเปิดอ่านไม่ได้"),
        _("เอารหัสผ่านออก (แฟ้ม > ข้อมูล > ป้องกันสมุดงาน > เข้ารหัสลับด้วยรหัสผ่าน) บันทึก แล้วส่งใหม่"),
    ),
    "macro": (_("ไฟล์มีมาโคร (โปรแกรมฝังในไฟล์) ซึ่งไม่ปลอดภัยและระบบไม่รับ"), _RESAVE),
    "external": (
        _("ไฟล์ผูกกับแหล่งข้อมูลภายนอก (%(what)s) ตัวเลขจึงเปลี่ยนได้โดยไม่รู้ตัว"),
        _("ใช้เมนู ข้อมูล > แก้ไขการเชื่อมโยง > ตัดการเชื่อมโยง (Break Link) บันทึก แล้วส่งใหม่"),
    ),
    "embedded": (
        _("ไฟล์มีวัตถุฝังอยู่ (%(what)s) ซึ่งไม่ปลอดภัยและระบบไม่รับ"),
        _("ลบปุ่มและวัตถุที่ฝังออก หรือคัดลอกเฉพาะข้อมูลไปไว้ในไฟล์ใหม่ แล้วส่งใหม่"),
    ),
    "bomb": (
        _("ไฟล์คลายออกแล้วใหญ่ผิดปกติ (%(what)s) จึงไม่เปิดอ่าน"),
        _("คัดลอกเฉพาะข้อมูลไปไว้ในไฟล์ใหม่ บันทึก แล้วส่งใหม่"),
    ),
    "damaged": (
        _("ไฟล์เสียหายหรือไม่สมบูรณ์ (%(what)s)"),
        _("เปิดไฟล์ใน Excel เพื่อซ่อมแซม บันทึกใหม่ แล้วส่งใหม่ หากดาวน์โหลดมา ให้ดาวน์โหลดอีกครั้ง"),
    ),
    "unsafe_xml": (_("โครงสร้างภายในไฟล์ไม่ปลอดภัย (%(what)s)"), _RESAVE),
    "too_far": (
        _("มีเซลล์ที่ %(cell)s ในแผ่นงาน ไกลเกินที่รับได้ (%(rows)s แถว × %(columns)s คอลัมน์)"),
        _("ลบแถวและคอลัมน์ว่างที่อยู่ไกลออกไป (เลือกแล้วลบทั้งแถว/คอลัมน์) บันทึก แล้วส่งใหม่"),
    ),
    "too_many_cells": (
        _("ไฟล์มีมากกว่า %(cells)s เซลล์ เกินที่รับได้"),
        _("ลบแผ่นงานและคอลัมน์ที่ไม่ใช้ หรือแบ่งเป็นหลายไฟล์ แล้วส่งใหม่"),
    ),
    "too_many_errors": (
        _("ไฟล์มีเซลล์สูตรที่ผิดพลาด (เช่น #REF!) มากกว่า %(count)s เซลล์"),
        _("แก้สูตร หรือคัดลอกแล้ววางเป็นค่า (Paste Values) ให้ไม่มีค่าผิดพลาด แล้วส่งใหม่"),
    ),
    "too_complex": (_("ไฟล์ซับซ้อนจนตรวจไม่เสร็จในเวลาที่กำหนด"), _RESAVE),
    "unknown_encoding": (
        _("อ่านตัวอักษรในไฟล์ไม่ได้ (บรรทัดที่ %(line)s) รหัสอักขระไม่ใช่ UTF-8, UTF-16 หรือ TIS-620"),
        _("บันทึกใหม่เป็น CSV UTF-8 หรือ .xlsx แล้วส่งใหม่"),
    ),
    "binary": (
        _("ไฟล์มีข้อมูลที่ไม่ใช่ตัวอักษร จึงไม่ใช่ไฟล์ CSV"),
        _("ส่งไฟล์ Excel (.xlsx) หรือ CSV เท่านั้น"),
    ),
    "memory": (
        _("ไฟล์ใช้หน่วยความจำเกินกำหนดขณะอ่าน ระบบจึงหยุดอ่าน"),
        _("คัดลอกเฉพาะข้อมูลไปไว้ในไฟล์ใหม่ หรือแบ่งเป็นหลายไฟล์ แล้วส่งใหม่"),
    ),
    "time": (
        _("อ่านไฟล์ไม่เสร็จภายใน %(seconds)s วินาที ระบบจึงหยุดอ่าน"),
        _("คัดลอกเฉพาะข้อมูลไปไว้ในไฟล์ใหม่ หรือแบ่งเป็นหลายไฟล์ แล้วส่งใหม่"),
    ),
    "reader_died": (_("อ่านไฟล์ไม่ได้ ตัวอ่านหยุดทำงานกลางคัน"), _RESAVE),
    "no_header": (
        _("ไม่พบแถวหัวตารางของ “%(title)s” ใน %(rows)s แถวแรก พบเพียง %(seen)s"),
        _("ตรวจว่าหัวคอลัมน์ตรงกับแบบฟอร์ม หรือดาวน์โหลดแบบฟอร์มใหม่จากระบบแล้ววางข้อมูลลงไป"),
    ),
    "asked": (_("ผู้ส่งไฟล์ขอจับคู่คอลัมน์เอง"), _("เลือกว่าแต่ละคอลัมน์คือข้อมูลใด")),
    "which_sheet": (
        _("มีหลายแผ่นงานที่หัวคอลัมน์เป็นแบบเดียวกัน (%(sheets)s)"),
        _("เลือกแผ่นงานที่จะนำเข้า"),
    ),
    "wrong_template": (
        _("ไฟล์นี้เป็นแบบฟอร์ม %(found)s แต่หน้านี้รับแบบฟอร์ม %(expected)s"),
        _("ส่งที่หน้าของแบบฟอร์มนั้น หรือดาวน์โหลดแบบฟอร์มที่ถูกต้อง"),
    ),
}

_CELL_FORMAT = _("แก้ค่าในเซลล์นี้ แล้วส่งใหม่")

FINDINGS: dict[str, Words] = {
    "required": Words("block", _("ไม่ได้กรอก ทั้งที่จำเป็นต้องมี"), _("ต้องมีค่า"), _("กรอกค่าในเซลล์นี้")),
    "not_number": Words(
        "block",
        _("ไม่ใช่ตัวเลข จึงนำไปคำนวณไม่ได้"),
        _("ตัวเลข เช่น 1,234.50 ไม่มีหน่วยต่อท้าย"),
        _("พิมพ์เฉพาะตัวเลข จุลภาคใช้คั่นหลักพัน จุดใช้คั่นทศนิยม"),
    ),
    "not_integer": Words("block", _("ต้องเป็นจำนวนเต็ม"), _("จำนวนเต็ม เช่น 25"), _("ลบส่วนทศนิยมออก")),
    "too_many_digits": Words(
        "block",
        _("ตัวเลขมีหลักมากเกินที่เก็บได้"),
        _("ไม่เกิน %(limit)s หลักก่อนจุดทศนิยม"),
        _("ตรวจตัวเลขและหน่วย อาจพิมพ์เกินหรือใช้หน่วยเล็กเกินไป"),
    ),
    "rounded": Words(
        "warn",
        _("ทศนิยมเกิน %(limit)s ตำแหน่ง ระบบเก็บเป็น %(kept)s"),
        _("ทศนิยมไม่เกิน %(limit)s ตำแหน่ง"),
        _("ถ้าต้องการค่าอื่น ให้ปัดเศษในไฟล์แล้วส่งใหม่"),
    ),
    "too_small": Words("block", _("ค่าน้อยกว่าที่เป็นได้"), _("ไม่น้อยกว่า %(limit)s"), _CELL_FORMAT),
    "too_large": Words("block", _("ค่ามากกว่าที่เป็นได้"), _("ไม่มากกว่า %(limit)s"), _CELL_FORMAT),
    "not_date": Words(
        "block",
        _("ไม่ใช่วันที่ที่อ่านได้"),
        _("วัน/เดือน/ปี เช่น 31/1/2569 (พ.ศ.) หรือ 31/1/2026 (ค.ศ.)"),
        _("พิมพ์เป็น วัน/เดือน/ปีสี่หลัก"),
    ),
    "no_such_day": Words("block", _("ไม่มีวันนี้ในปฏิทิน"), _("วันที่ที่มีจริง"), _("ตรวจวัน เดือน และปี (พ.ศ. หรือ ค.ศ.)")),
    "year_out_of_range": Words("block", _("ปีอยู่นอกช่วงที่ใช้ได้"), _("พ.ศ. 2401–2700"), _("ตรวจปีที่พิมพ์")),
    "two_digit_year": Words(
        "block",
        _("ปีมีสองหลัก ไม่รู้ว่าเป็น พ.ศ. หรือ ค.ศ. ระบบจึงไม่เดา"),
        _("ปีสี่หลัก เช่น 2569 หรือ 2026"),
        _("พิมพ์ปีให้ครบสี่หลัก"),
    ),
    "not_period": Words(
        "block",
        _("ไม่ใช่เดือนที่อ่านได้"),
        _("เดือนและปี เช่น ม.ค. 2569, 01/2569 หรือ 2026-01"),
        _("พิมพ์เดือนและปีสี่หลัก"),
    ),
    "not_choice": Words(
        "block", _("ไม่อยู่ในตัวเลือก"), _("ค่าใดค่าหนึ่งใน: %(choices)s"), _("เลือกค่าจากรายการในแบบฟอร์ม")
    ),
    "not_bool": Words("block", _("ต้องตอบว่า ใช่ หรือ ไม่"), _("ใช่ / ไม่"), _("เลือก ใช่ หรือ ไม่")),
    "too_long": Words("block", _("ข้อความยาวเกินกำหนด"), _("ไม่เกิน %(limit)s ตัวอักษร"), _("ย่อข้อความให้สั้นลง")),
    "formula_error": Words(
        "block",
        _("สูตรในเซลล์นี้ผิดพลาด จึงไม่มีค่าให้อ่าน"),
        _("ค่าที่คำนวณได้"),
        _("แก้สูตร หรือพิมพ์ค่าลงไปแทนสูตร"),
    ),
    "digits_lost": Words(
        "block",
        _("Excel เก็บเลขนี้เป็นจำนวน ตัวเลขท้ายจึงหายหรือเป็นรูปย่อ เช่น 2.02E+13"),
        _("เลขครบทุกหลัก"),
        _("จัดรูปแบบคอลัมน์เป็น ข้อความ (Text) แล้วพิมพ์เลขใหม่ให้ครบ"),
    ),
    "date_in_text": Words(
        "block",
        _("Excel เปลี่ยนค่าในเซลล์นี้เป็นวันที่ ค่าที่พิมพ์ไว้เดิมจึงหายไป"),
        _("ข้อความหรือเลขตามที่ปรากฏในเอกสาร"),
        _("จัดรูปแบบคอลัมน์เป็น ข้อความ (Text) แล้วพิมพ์ใหม่"),
    ),
    "duplicate_key": Words(
        "block",
        _("ซ้ำกับแถวที่ %(other)s (%(columns)s เหมือนกัน)"),
        _("แต่ละรายการมีแถวเดียว"),
        _("ลบแถวที่ซ้ำ หรือแก้ค่าให้ต่างกัน"),
    ),
    "row_short": Words(
        "block",
        _("แถวมี %(cells)s ช่อง น้อยกว่าหัวตารางซึ่งมี %(expected)s ช่อง ค่าอาจเลื่อนคอลัมน์"),
        _("%(expected)s ช่อง"),
        _("ตรวจเครื่องหมายคั่นและเครื่องหมายคำพูดในแถวนี้"),
    ),
    "row_long": Words(
        "block",
        _("แถวมี %(cells)s ช่อง มากกว่าหัวตารางซึ่งมี %(expected)s ช่อง ค่าอาจเลื่อนคอลัมน์"),
        _("%(expected)s ช่อง"),
        _('ถ้าข้อความมีเครื่องหมายคั่นอยู่ภายใน ให้ครอบด้วยเครื่องหมายคำพูด (")'),
    ),
    "merged_cells": Words(
        "warn",
        _("มีเซลล์ที่ผสานกัน (%(found)s) ระบบอ่านค่าให้เซลล์ซ้ายบนเท่านั้น"),
        _("หนึ่งค่าต่อหนึ่งเซลล์"),
        _("ยกเลิกการผสานเซลล์ แล้วกรอกค่าให้ครบทุกเซลล์"),
    ),
    "missing_column": Words("block", _("ไม่พบคอลัมน์ที่จำเป็น"), _("คอลัมน์ “%(header)s”"), _DOWNLOAD),
    "unknown_column": Words(
        "info",
        _("คอลัมน์นี้ไม่อยู่ในแบบฟอร์ม ระบบไม่นำเข้า"),
        "",
        _("ถ้าเป็นข้อมูลที่ต้องการ ตรวจการสะกดหัวคอลัมน์"),
    ),
    "duplicate_header": Words(
        "block",
        _("หัวคอลัมน์ซ้ำกัน ไม่รู้ว่าจะใช้คอลัมน์ใด"),
        _("หัวคอลัมน์ละหนึ่งคอลัมน์"),
        _("ลบหรือเปลี่ยนชื่อคอลัมน์ที่ซ้ำ"),
    ),
    "stale_template": Words(
        "block",
        _("แบบฟอร์มเป็นรุ่น %(found)s แต่รุ่นที่ใช้คือ %(expected)s"),
        _("แบบฟอร์มรุ่น %(expected)s"),
        _DOWNLOAD,
    ),
    "no_rows": Words("block", _("มีหัวตารางแต่ไม่มีแถวข้อมูล"), _("อย่างน้อยหนึ่งแถว"), _("กรอกข้อมูล แล้วส่งใหม่")),
    "open_quote": Words(
        "block",
        _('เครื่องหมายคำพูด (") เปิดแล้วไม่ปิด แถวหลังจากนี้จึงอ่านไม่ได้'),
        _("เครื่องหมายคำพูดเป็นคู่"),
        _("ปิดเครื่องหมายคำพูด หรือบันทึกจาก Excel ใหม่"),
    ),
}

NOTES: dict[str, Any] = {
    "cp874": _("ไฟล์ใช้รหัสอักขระ TIS-620/Windows-874 ระบบแปลงเป็น UTF-8 ให้แล้ว"),
    "utf16": _("ไฟล์ใช้รหัสอักขระ UTF-16 ระบบแปลงเป็น UTF-8 ให้แล้ว"),
    "renamed": _("ชื่อไฟล์เป็น .%(suffix)s แต่เนื้อหาเป็น %(kind)s ระบบอ่านตามเนื้อหา"),
    "semicolon": _("ไฟล์คั่นด้วยเครื่องหมาย ; ระบบอ่านให้แล้ว"),
    "tab": _("ไฟล์คั่นด้วยแท็บ ระบบอ่านให้แล้ว"),
    "pipe": _("ไฟล์คั่นด้วยเครื่องหมาย | ระบบอ่านให้แล้ว"),
    "other_sheet": _("อ่านจากแผ่นงาน “%(sheet)s”"),
}


def refuse(code: str, /, **params: Any) -> RefusedFile:
    """The refusal of that code, worded."""
    message, mend = REFUSALS[code]
    return RefusedFile(code, str(message) % params, str(mend))


def note(code: str, /, **params: Any) -> str:
    """A remark on how the file was read, worded."""
    return str(NOTES[code]) % params


def word(raw: Mapping[str, Any], headers: Mapping[str, str]) -> Finding:
    """A raw finding of the child {code, row_no, column, header, found, params} with its words."""
    words = FINDINGS[raw["code"]]
    params = dict(raw.get("params") or {})
    column = raw.get("column")
    if isinstance(params.get("limit"), str) and _ISO.fullmatch(params["limit"]):
        params["limit"] = format_date_th(date.fromisoformat(params["limit"]))
    return Finding(
        code=raw["code"],
        level=raw.get("level") or words.level,
        message=str(words.message) % params,
        mend=str(words.mend),
        row_no=raw.get("row_no"),
        column=column,
        column_header=raw.get("header") or (headers.get(column, "") if column else ""),
        found=raw.get("found") or "",
        expected=str(words.expected) % params,
    )


def kind_name(kind: str) -> str:
    """What the content of a foreign file is, in Thai."""
    return {
        "pdf": gettext("เอกสาร PDF"),
        "image": gettext("รูปภาพ"),
        "program": gettext("โปรแกรม"),
        "word": gettext("เอกสาร Word หรือ PowerPoint"),
        "ods": gettext("ตาราง OpenDocument (.ods)"),
        "zip": gettext("ไฟล์บีบอัด"),
        "html": gettext("หน้าเว็บ (HTML)"),
        "xml": gettext("เอกสาร XML"),
        "rtf": gettext("เอกสาร RTF"),
        "other": gettext("ชนิดที่ระบบไม่รู้จัก"),
    }[kind]
