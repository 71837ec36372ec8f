"""What a row of the personnel list means, and everything wrong with it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from offices.models import Group, Office, Person, PositionLine, Post
from offices.services.rules import in_words, inside, period
from offices.staffing.lists.known import Known, known
from offices.staffing.lists.row import NAME, ORDER, OrderKey, Row
from offices.staffing.lists.sheets import PERSONNEL
from offices.staffing.lists.standing import standing
from portal.calendar import be_year, fiscal_year, format_date
from portal.sheets.cells import fold

LONGEST_SERVICE = 50  # years: a year of retirement further away is a slip of the pen


def judge(
    rows: Sequence[Mapping[str, Any]],
    *,
    office: Office | None,
    as_of: date,
    unread: Mapping[int, Collection[str]] | None = None,
) -> list[Row]:
    """Every row with what it means and everything wrong with it. ``rows`` have ``row_no`` and the sheet's
    columns (dates as dates); ``office`` bounds them; ``unread`` are the columns of each row whose cells
    could not be read, for which a check that needs one is left out, and no other."""
    judged = [_row(row, (unread or {}).get(int(row["row_no"]), ())) for row in rows]
    words = known(
        names={(row.text("first_th"), row.text("last_th")) for row in judged if row.read(*NAME)},
        numbers={row.number for row in judged if row.number},
        years={int(row.raw["order_year"]) for row in judged if row.read("order_year")},
    )
    for row in judged:
        _places(row, words, office)
        _people_and_posts(row, words)
        _orders(row, words, as_of)
    _twins(judged)
    standing(judged)
    for row in judged:
        _outcome(row)
    return judged


def _row(raw: Mapping[str, Any], unread: Collection[str]) -> Row:
    missing = {one.key for one in PERSONNEL.columns if one.required and raw.get(one.key) in (None, "")}
    return Row(int(raw["row_no"]), raw, frozenset({*unread, *missing}))


def _places(row: Row, words: Known, bound: Office | None) -> None:
    """Office, group, position line and level."""
    if row.read("office"):
        said = row.text("office")
        row.office = words.offices.get(fold(said))
        if row.office is None:
            row.say(
                "PER01",
                "office",
                _("ไม่พบสำนักงานนี้"),
                expected=words.near(said, {one.short_th for one in words.offices.values()}),
                mend=_("ใส่ชื่อ ชื่อย่อ รหัส หรือชื่อจังหวัดของสำนักงาน"),
            )
    if row.office is not None:
        _of_the_office(row, row.office, words, bound)
    if (row.number or not row.read("post_number")) and row.read("line"):
        _line(row, words)


def _of_the_office(row: Row, office: Office, words: Known, bound: Office | None) -> None:
    if bound is not None and office != bound:
        row.say(
            "PER02",
            "office",
            _("แถวนี้เป็นของสำนักงานอื่น"),
            expected=bound.short_th,
            mend=_("ลบแถวนี้ หรือนำเข้าในนามของทั้งประเทศ"),
        )
    code = row.text("group")
    if code and row.read("since"):
        row.group = words.group(office, code, row.since)
        if row.group is None:
            row.say(
                "PER06",
                "group",
                _("สำนักงานนี้ไม่มีกลุ่มนี้ในวันเริ่ม"),
                found=str(Group.Code(code).label),
                mend=_("ตรวจกลุ่มและวันเริ่ม"),
            )
    elsewhere = row.text("works_at")
    if elsewhere and words.offices.get(fold(elsewhere)) != office:
        row.say(
            "PER22",
            "works_at",
            _("ปฏิบัติงานนอกสำนักงานของตำแหน่งต้องมีคำสั่งให้ช่วยราชการของตนเอง"),
            expected=office.short_th,
            mend=_("เว้นช่องนี้ว่าง แล้วนำเข้าคำสั่งให้ช่วยราชการเป็น “คำสั่งเดิมพร้อมรายการ”"),
        )


def _line(row: Row, words: Known) -> None:
    said = row.text("line")
    row.line = words.lines.get(fold(said)) if said else None
    if row.line is None:
        row.say(
            "PER03",
            "line",
            _("ไม่พบสายงานนี้") if said else _("ตำแหน่งเลขที่ต้องมีสายงาน"),
            expected=words.near(said, {one.name_th for one in words.lines.values()}),
            mend=_("ใส่ชื่อสายงานโดยไม่รวมระดับ หรือรหัสสายงาน"),
        )
        return
    if row.read("level") and row.text("level") not in row.line.levels:
        row.say(
            "PER04",
            "level",
            _("สายงานนี้ไม่มีระดับนี้"),
            expected=", ".join(row.line.levels),
            mend=_("แก้ระดับ หรือแก้สายงาน"),
        )
    kind = row.text("type")
    if kind and kind != row.line.type:
        row.say(
            "PER05",
            "type",
            _("ประเภทตำแหน่งไม่ตรงกับสายงาน"),
            found=str(PositionLine.Type(kind).label),
            expected=str(PositionLine.Type(row.line.type).label),
            mend=_("แก้ประเภท หรือแก้สายงาน"),
        )


def _people_and_posts(row: Row, words: Known) -> None:
    if row.read(*NAME, "email"):
        _person(row, words)
    if not row.read("post_number"):
        return
    civil = row.text("employment") == Person.Employment.CIVIL_SERVANT
    groupless = row.read("group") and not row.text("group")
    if not row.number:
        if civil:
            row.say("PER27", "post_number", _("ข้าราชการต้องมีเลขที่ตำแหน่ง"), mend=_("ใส่เลขที่ตำแหน่ง"))
        elif groupless and row.read("employment"):
            row.say("PER28", "group", _("ผู้ที่ไม่มีเลขที่ตำแหน่งต้องระบุกลุ่มที่ปฏิบัติงาน"), mend=_("ใส่กลุ่ม"))
        return
    leads = row.text("leads")
    if leads == Post.Leads.GROUP and groupless:
        row.say("PER20", "group", _("ตำแหน่งหัวหน้ากลุ่มต้องระบุกลุ่ม"), mend=_("ใส่กลุ่ม"))
    if leads == Post.Leads.OFFICE and row.read("employment") and not civil:
        row.say(
            "PER21",
            "employment",
            _("หัวหน้าสำนักงานต้องเป็นข้าราชการ"),
            found=str(Person.Employment(row.text("employment")).label),
            mend=_("แก้ประเภทบุคลากร"),
        )
    if row.read("since"):
        row.post = words.post(row.number, row.since)
    if row.post is not None:
        _known_post(row, row.post, groupless)


def _person(row: Row, words: Known) -> None:
    found = words.called(row.text("first_th"), row.text("last_th"), row.text("email"))
    row.known = len(found) < 2
    if len(found) > 1:
        row.say("PER07", "first_th", _("มีหลายคนชื่อนี้"), found=row.name, mend=_("ใส่อีเมลบัญชีผู้ใช้ของคนที่หมายถึง"))
    elif found:
        row.person = found[0]
    elif row.text("email"):
        row.say("PER08", "email", _("ไม่พบบุคคลชื่อนี้ที่มีอีเมลนี้"), mend=_("เว้นอีเมลว่างเพื่อเพิ่มเป็นคนใหม่ หรือแก้ชื่อให้ตรง"))
    elif (former := words.once_called(row.text("first_th"), row.text("last_th"))) is not None:
        row.say(
            "PER31",
            "first_th",
            _("ชื่อนี้เป็นชื่อเดิมของบุคลากรที่เปลี่ยนชื่อแล้ว"),
            found=row.name,
            expected=former.name,
            mend=_("ใช้ชื่อปัจจุบันในไฟล์ หากเป็นคนละคน ให้เพิ่มบุคลากรจากหน้าบุคลากรก่อน"),
        )


def _known_post(row: Row, post: Post, groupless: bool) -> None:
    if row.office is not None and post.office_id != row.office.pk:
        row.say(
            "PER10",
            "post_number",
            _("เลขที่ตำแหน่งนี้เป็นของสำนักงานอื่น"),
            found=f"{row.number} {row.office}",
            expected=post.office.short_th,
            mend=_("ตรวจเลขที่ตำแหน่งและสำนักงาน"),
        )
    elif row.office is not None and row.group != post.group and (row.group is not None or groupless):
        row.say(
            "PER11",
            "group",
            _("เลขที่ตำแหน่งนี้เป็นของกลุ่มอื่น"),
            found=str(row.group or "–"),
            expected=str(post.group or "–"),
            mend=_("ตรวจเลขที่ตำแหน่งและกลุ่ม"),
        )
    if not inside(period(row.since, None), post.valid):
        row.say(
            "PER12",
            "since",
            _("ตำแหน่งเลขที่นี้ไม่ได้มีอยู่ตลอดช่วงเวลา"),
            found=format_date(row.since),
            expected=in_words(post.valid),
            mend=_("แก้วันเริ่ม หรือตรวจเลขที่ตำแหน่ง"),
        )


def _orders(row: Row, words: Known, as_of: date) -> None:
    signed = row.order_date if row.read("order_date") else None
    year = int(row.raw["order_year"]) if row.read("order_year") else None
    if year is not None and year < 2400:
        row.say("PER14", "order_year", _("ปีของคำสั่งต้องเป็น พ.ศ."), expected=str(year + 543), mend=_("บวก 543"))
    elif year is not None and signed is not None and year != be_year(signed):
        row.say(
            "PER15",
            "order_year",
            _("ปีของคำสั่งไม่ตรงกับวันที่ลงนาม"),
            expected=str(be_year(signed)),
            mend=_("แก้ปีหรือวันที่ลงนาม (พ.ศ. หรือ ค.ศ.)"),
        )
    if signed is not None and signed > as_of:
        row.say(
            "PER16",
            "order_date",
            _("คำสั่งยังไม่ได้ลงนาม: วันที่ลงนามอยู่ในอนาคต"),
            found=format_date(signed),
            mend=_("แก้วันที่ลงนาม"),
        )
    retires = row.raw.get("retires")
    if retires is not None and (
        (row.read("since") and int(retires) < fiscal_year(row.since))
        or int(retires) > fiscal_year(as_of) + LONGEST_SERVICE
    ):
        row.say(
            "PER17",
            "retires",
            _("ปีเกษียณอยู่ก่อนวันเริ่มหรือไกลเกินไป"),
            mend=_("ใส่ปี พ.ศ. ของปีงบประมาณสุดท้ายที่รับราชการ"),
        )
    if year is not None and row.read(*ORDER):
        row.order = words.order(row.text("order_issuer"), row.text("order_number"), year)
    if row.order is None:
        return
    if signed is not None and row.order.signed_on != signed:
        row.say(
            "PER18",
            "order_date",
            _("คำสั่งนี้มีในระบบแล้วด้วยวันที่ลงนามอื่น"),
            found=format_date(signed),
            expected=format_date(row.order.signed_on),
            mend=_("แก้วันที่ให้ตรง หรือตรวจเลขที่คำสั่ง"),
        )
    stands = row.order.valid if row.order.revoked_from is None else None
    if row.read("since") and (stands is None or row.since not in stands):
        row.say(
            "PER19",
            "since",
            _("วันเริ่มอยู่นอกช่วงที่คำสั่งมีผล"),
            found=format_date(row.since),
            expected=in_words(row.order.valid) if stands else _("คำสั่งถูกยกเลิกแล้ว"),
            mend=_("แก้วันเริ่ม หรือระบุคำสั่งอื่น"),
        )


def _twins(rows: Sequence[Row]) -> None:
    """Rows that speak of one person, one post, one chief, or of one order in two ways."""
    people: dict[Any, Row] = {}
    posts: dict[str, Row] = {}
    chiefs: dict[int, Row] = {}
    dates: dict[OrderKey, Row] = {}
    for row in rows:
        name = (fold(row.text("first_th")), fold(row.text("last_th"))) if row.read(*NAME) else None
        who = row.person.pk if row.person else name
        twin = people.setdefault(who, row) if who else row
        if twin is not row:
            row.say(
                "PER09",
                "first_th",
                _("คนนี้อยู่ในไฟล์แล้วที่แถว %s") % twin.row_no,
                found=row.name,
                mend=_("ลบแถวที่ซ้ำ"),
            )
        if row.number:
            twin = posts.setdefault(fold(row.number), row)
            if twin is not row:
                row.say(
                    "PER13",
                    "post_number",
                    _("เลขที่ตำแหน่งนี้อยู่ในไฟล์แล้วที่แถว %s") % twin.row_no,
                    mend=_("ตำแหน่งหนึ่งมีผู้ดำรงคนเดียว แก้เลขที่ตำแหน่ง"),
                )
        if row.text("leads") == Post.Leads.OFFICE and row.office is not None:
            twin = chiefs.setdefault(row.office.pk, row)
            if twin is not row:
                row.say(
                    "PER23",
                    "leads",
                    _("สำนักงานนี้มีหัวหน้าสำนักงานในไฟล์แล้วที่แถว %s") % twin.row_no,
                    mend=_("แก้แถวที่ผิด"),
                )
        twin = dates.setdefault(row.key, row) if row.read(*ORDER, "order_date") else row
        if twin is not row and twin.order_date != row.order_date:
            row.say(
                "PER24",
                "order_date",
                _("คำสั่งเดียวกันมีวันที่ลงนามอื่นที่แถว %s") % twin.row_no,
                found=format_date(row.order_date),
                expected=format_date(twin.order_date),
                mend=_("แก้ให้ตรงกันทุกแถวของคำสั่ง"),
            )


def _outcome(row: Row) -> None:
    """New, changed or the same, with what changes; of a row that was read in part nothing is said."""
    if row.unread:
        return
    diff: dict[str, list[Any]] = {}
    if row.person is not None:
        for name in ("title_th", "employment"):
            if getattr(row.person, name) != row.text(name):
                diff[name] = [getattr(row.person, name), row.text(name)]
    if row.post is not None and row.line is not None:
        for name, now, new in (
            ("line", row.post.line.name_th, row.line.name_th),
            ("level", row.post.level, row.text("level")),
            ("post_title", row.post.title_th, row.text("post_title")),
            ("leads", row.post.leads, row.text("leads")),
        ):
            if now != new:
                diff[name] = [now, new]
    retires = row.raw.get("retires")
    if retires is not None and (row.retirement.fiscal_year if row.retirement else None) != int(retires):
        diff["retires"] = [row.retirement.fiscal_year if row.retirement else None, int(retires)]
    row.diff = diff
    row.action = "new" if row.gives else "changed" if diff else "same"
