"""The sheets of staffing: the personnel list, and the lines of an order.

Headings stay Thai in every language, so that a file fits wherever it is opened.
"""

from __future__ import annotations

from typing import Any

from offices.models import Group, LineKind, Person, PositionLine, Post, StatutoryCard
from portal.sheets.spec import Column, Section, SheetSpec


def _choices(of: Any) -> tuple[tuple[str, Any], ...]:
    return tuple((str(value), label) for value, label in of.choices if value)


_NAME = (
    Column("first_th", "ชื่อ", max_length=80, required=True, section="person",
           help="ไม่รวมคำนำหน้า", example="กมล"),
    Column("last_th", "นามสกุล", max_length=80, required=True, section="person", example="ตัวอย่าง"),
    Column("email", "อีเมลบัญชีผู้ใช้", ("อีเมล",), kind="identifier", max_length=254, section="person",
           help="ใส่เมื่อมีหลายคนชื่อเดียวกัน"),
)  # fmt: skip

PERSONNEL = SheetSpec(
    code="offices.personnel",
    title="บัญชีบุคลากรและตำแหน่ง",
    sheet_name="บุคลากร",
    help="หนึ่งแถวต่อหนึ่งคน คนและตำแหน่งที่ยังไม่มีในระบบจะเพิ่มให้ คำสั่งที่ยังไม่มีจะบันทึกไว้รอคนที่สองยืนยัน",
    sections=(
        Section("person", "บุคลากร"),
        Section("post", "ตำแหน่ง"),
        Section("order", "คำสั่ง"),
    ),
    columns=(
        Column("title_th", "คำนำหน้า", ("คำนำหน้าชื่อ",), max_length=30, required=True, section="person",
               example="นาย"),
        *_NAME,
        Column("employment", "ประเภทบุคลากร", kind="choice", choices=_choices(Person.Employment),
               required=True, section="person", example="ข้าราชการ"),
        Column("post_number", "เลขที่ตำแหน่ง", ("ตำแหน่งเลขที่", "อัตราเลขที่"), kind="identifier", max_length=20,
               expected=True, section="post", example="1234", help="เว้นว่างได้เฉพาะผู้ที่ไม่ใช่ข้าราชการ"),
        Column("line", "สายงาน", ("ตำแหน่งในสายงาน", "ชื่อตำแหน่งในสายงาน"), max_length=120, expected=True,
               section="post", example="วิศวกร", help="ชื่อสายงานหรือรหัสตามบัญชีสายงาน"),
        Column("type", "ประเภทตำแหน่ง", kind="choice", choices=_choices(PositionLine.Type), section="post"),
        Column("level", "ระดับ", max_length=30, expected=True, section="post", example="ชำนาญการ"),
        Column("post_title", "ชื่อตำแหน่งในการบริหาร", ("ตำแหน่งบริหาร",), max_length=120, section="post"),
        Column("leads", "เป็นหัวหน้า", kind="choice", choices=_choices(Post.Leads), section="post",
               help="เว้นว่างเมื่อไม่เป็นหัวหน้า"),
        Column("office", "สำนักงาน", ("หน่วยงาน", "จังหวัด"), max_length=120, required=True, section="post",
               example="สอจ.ปราจีนบุรี", help="ชื่อ ชื่อย่อ รหัส หรือชื่อจังหวัด"),
        Column("group", "กลุ่ม", ("กลุ่มงาน", "ฝ่าย"), kind="choice",
               choices=_choices(Group.Code), section="post"),
        Column("works_at", "ปฏิบัติงานที่", ("ที่ปฏิบัติงาน",), max_length=120, section="post",
               help="เว้นว่างเมื่อปฏิบัติงานที่สำนักงานของตำแหน่ง"),
        Column("since", "ตั้งแต่วันที่", ("วันเริ่ม", "วันที่ดำรงตำแหน่ง"), kind="date", required=True,
               section="order", example="01/10/2568"),
        Column("order_issuer", "ผู้ออกคำสั่ง", max_length=200, required=True, section="order",
               example="สำนักงานปลัดกระทรวงอุตสาหกรรม"),
        Column("order_number", "เลขที่คำสั่ง", ("คำสั่งที่",), kind="identifier", max_length=40, required=True,
               section="order", example="123", help="ไม่รวมปี"),
        Column("order_year", "ปีของคำสั่ง", ("ปี พ.ศ. ของคำสั่ง",), kind="integer", digits=4, required=True,
               section="order", example="2568", help="พ.ศ."),
        Column("order_date", "ลงวันที่", ("วันที่ลงนามคำสั่ง",), kind="date", required=True, section="order",
               example="20/09/2568"),
        Column("retires", "เกษียณสิ้นปีงบประมาณ", ("ปีที่เกษียณ",), kind="integer", digits=4, section="person",
               help="ปี พ.ศ. เว้นว่างเมื่อไม่ทราบ"),
    ),
)  # fmt: skip

_LINES = (
    Column("kind", "ให้", ("รายการ", "ประเภทรายการ"), kind="choice", choices=_choices(LineKind), required=True,
           section="line", example="แต่งตั้งให้ดำรงตำแหน่ง"),
    *_NAME,
    Column("office", "สำนักงาน", ("หน่วยงาน", "จังหวัด"), max_length=120, section="line",
           help="เว้นว่างเมื่อเป็นสำนักงานของตำแหน่งหรือของคำสั่ง"),
    Column("group", "กลุ่ม", ("กลุ่มงาน", "ฝ่าย"), kind="choice", choices=_choices(Group.Code), section="line"),
    Column("inspection_group", "กลุ่มตรวจราชการ", max_length=80, section="line"),
    Column("post_number", "เลขที่ตำแหน่ง", ("ตำแหน่งเลขที่",), kind="identifier", max_length=20, section="line"),
    Column("starts_on", "ตั้งแต่วันที่", ("วันเริ่ม",), kind="date", required=True, section="line",
           example="01/10/2569"),
    Column("last_day", "ถึงวันที่", ("วันสิ้นสุด",), kind="date", section="line"),
    Column("rank", "ลำดับที่", kind="integer", digits=2, min=1, max=20, section="line",
           help="ของผู้รักษาการ เว้นว่างคือ 1"),
    Column("standing", "เฉพาะวันที่ไม่อยู่หรือว่าง", kind="bool", section="line"),
    Column("powers", "อำนาจที่มอบ", max_length=500, section="line", help="หลายอำนาจคั่นด้วยเครื่องหมาย ;"),
    Column("act", "ตามกฎหมาย", kind="choice", choices=_choices(StatutoryCard.Act), section="line"),
    Column("card_number", "เลขที่บัตร", kind="identifier", max_length=40, section="line"),
    Column("text", "รายละเอียด", max_length=500, section="line"),
)  # fmt: skip


def _lines(code: str, title: str, help_text: str) -> SheetSpec:
    return SheetSpec(
        code=code,
        title=title,
        sheet_name="รายการ",
        help=help_text,
        sections=(Section("person", "บุคลากร"), Section("line", "รายการ")),
        columns=_LINES,
    )


EARLIER_ORDER = _lines("offices.earlier_order", "คำสั่งเดิมพร้อมรายการ", "หนึ่งไฟล์ต่อหนึ่งคำสั่ง หนึ่งแถวต่อหนึ่งรายการ")
ANNEX = _lines("offices.order_annex", "บัญชีแนบท้ายคำสั่ง", "หนึ่งแถวต่อหนึ่งรายการ เพิ่มต่อท้ายรายการของร่างคำสั่ง")
