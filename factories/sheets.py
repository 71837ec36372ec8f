"""The three sheets in which factories come: the ministry's feed, the department's export, our own.

Column names are the files' own and stay Thai in every language, so that a file fits wherever it
is opened. Neither FACREG nor the running FID of the export
stands here: both are not numbers of a factory.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_noop as _

from factories.hints import with_hints
from factories.models import FactoryStatus
from portal.sheets.spec import Column, Section, SheetSpec

_QUANTITY: dict[str, Any] = {"kind": "decimal", "digits": 20, "places": 6, "min": 0}
_BAHT: dict[str, Any] = {"kind": "decimal", "digits": 18, "places": 2, "min": 0, "unit": "บาท"}
_WHOLE: dict[str, Any] = {"kind": "integer", "digits": 9, "min": 0}
_DEGREES: dict[str, Any] = {"kind": "decimal", "digits": 16, "places": 7}

FEED = SheetSpec(
    code="factories.feed",
    title=_("ข้อมูลโรงงานของกระทรวง (Factory_Data)"),
    sheet_name="Factory_Data",
    help=_("ไฟล์ CSV ของชุดข้อมูลเปิด Factory_Data ตามที่ดาวน์โหลดมา ไม่ต้องแก้หัวคอลัมน์"),
    columns=(
        Column("old_number", "DISPFACREG", kind="identifier", max_length=60, example="จ3-9(6)-900/69สบ"),
        Column("number14", "FID", kind="identifier", max_length=60),
        Column("category", "FACTYPE", kind="integer", min=1, max=3, digits=1),
        Column("name", "FNAME", max_length=300),
        Column("operator_name", "ONAME", max_length=300),
        Column("activity", "OBJECT"),
        Column("house_no", "FADDR", max_length=120),
        Column("moo", "FMOO", max_length=60),
        Column("soi", "FSOI", max_length=120),
        Column("road", "FROAD", max_length=120),
        Column("subdistrict", "FTUMNAME", max_length=120),
        Column("district", "FAMPNAME", max_length=120),
        Column("province", "FPROVNAME", max_length=120),
        Column("postcode", "FZIPCODE", kind="identifier", max_length=20),
        Column("capital_baht", "TOTAL_CAP", **_BAHT),
        Column("workers", "TOTAL_WORKER", **_WHOLE),
        Column("horsepower", "HP", **_QUANTITY),
        Column("lat", "LAT", **_DEGREES),
        Column("lng", "LNG", **_DEGREES),
        Column("tsic", "ISIC_CODE", kind="identifier", max_length=20),
        Column("estate", "ESTATE", max_length=60),
        Column("estate_name", "ESTATE_NAME_TH", max_length=200),
        Column("zone_name", "INDUSTRIAL_ZONE_NAME", max_length=200),
        Column("flag", "FFLAG", kind="identifier", max_length=20),
        Column("updated_on", "LAST_UPDATE", kind="date"),
    ),
)

EXPORT = SheetSpec(
    code="factories.export",
    title=_("ไฟล์ส่งออกทะเบียนโรงงานของกรมโรงงานอุตสาหกรรม"),
    sheet_name="โรงงาน",
    help=_("ไฟล์ที่ดาวน์โหลดจากระบบของกรม ชื่อคอลัมน์ที่ถูกตัดเหลือสิบตัวอักษรใช้ได้"),
    columns=(
        Column("old_number", "เลขทะเบียน", kind="identifier", max_length=60, required=True),
        Column("main_type", "ประเภท", kind="identifier", max_length=20),
        Column("tsic", "ISIC", kind="identifier", max_length=20),
        Column("category", "จำพวก", kind="integer", min=1, max=3, digits=1),
        Column("name", "ชื่อโรงงาน", max_length=300),
        Column("operator_name", "ผู้ประกอบกิจการ", aliases=("ผู้ประกอบก",), max_length=300),
        Column("activity", "ประกอบกิจการ", aliases=("ประกอบกิจก",)),
        Column("licensed_capacity", "กำลังผลิต", **_QUANTITY),
        Column("licensed_capacity_unit", "หน่วย", max_length=60),
        Column("house_no", "เลขที่", max_length=120),
        Column("moo", "หมู่", max_length=60),
        Column("soi", "ซอย", max_length=120),
        Column("road", "ถนน", max_length=120),
        Column("subdistrict", "ตำบล", max_length=120),
        Column("district", "อำเภอ", max_length=120),
        Column("province", "จังหวัด", max_length=120),
        Column("postcode", "ไปรษณีย์", kind="identifier", max_length=20),
        Column("telephone", "โทรศัพท์", max_length=120),
        Column("horsepower", "แรงม้า", **_QUANTITY),
        Column("capital_land_baht", "เงินลงทุนค่าที่ดิน", aliases=("เงินลงทุนค",), **_BAHT),
        Column("capital_building_baht", "ค่าอาคาร", **_BAHT),
        Column("capital_machine_baht", "ค่าเครื่องจักร", aliases=("ค่าเครื่อง",), **_BAHT),
        Column("capital_working_baht", "ทุนหมุนเวียน", aliases=("ทุนหมุนเวี",), **_BAHT),
        Column("skilled_men", "ช่างฝีมือชาย", aliases=("ช่างฝีมือช",), **_WHOLE),
        Column("men", "คนงานชาย", **_WHOLE),
        Column("skilled_women", "ช่างฝีมือหญิง", aliases=("ช่างฝีมือห",), **_WHOLE),
        Column("women", "คนงานหญิง", **_WHOLE),
        Column("licensed_on", "วันที่ใบอนุญาต", aliases=("วันที่ใบอน",), kind="date"),
        Column("site_sqm", "พื้นที่โรงงาน", aliases=("พื้นที่โรง",), **_QUANTITY),
        Column("building_sqm", "พื้นที่อาคาร", aliases=("พื้นที่อาค",), **_QUANTITY),
        Column("lat", "ละติจูด", **_DEGREES),
        Column("lng", "ลองจิจูด", aliases=("ลองติจูด",), **_DEGREES),
    ),
)

_STATUS: tuple[tuple[str, Any], ...] = tuple((str(value), label) for value, label in FactoryStatus.choices)

REGISTER = SheetSpec(
    code="factories.register",
    title=_("ทะเบียนโรงงานของสำนักงาน"),
    sheet_name="ทะเบียนโรงงาน",
    help=_(
        "ส่งออกทะเบียน แก้ในตาราง แล้วนำเข้ากลับ ช่องที่เว้นว่างไม่เปลี่ยนค่าเดิม "
        "โรงงานหนึ่งแห่งหนึ่งแถว ระบุด้วยเลข 14 หลักหรือเลขทะเบียนเดิม"
    ),
    sections=(
        Section("who", _("เลขทะเบียนและชื่อ")),
        Section("facts", _("ข้อเท็จจริงที่เปลี่ยนตามเวลา")),
        Section("where", _("ที่ตั้ง")),
        Section("more", _("เงินทุน กำลังผลิต และพื้นที่")),
        Section("system", _("สำหรับระบบ")),
    ),
    columns=(
        Column("number14", _("เลขทะเบียน 14 หลัก"), kind="identifier", max_length=60, section="who"),
        Column("old_number", _("เลขทะเบียนเดิม"), kind="identifier", max_length=60, section="who"),
        Column("name", _("ชื่อโรงงาน"), max_length=300, section="who"),
        Column("operator_name", _("ผู้ประกอบกิจการ"), max_length=300, section="who"),
        Column("activity", _("ประกอบกิจการ"), section="facts"),
        Column("category", _("จำพวก"), kind="integer", min=1, max=3, digits=1, section="facts"),
        Column("main_type", _("รหัสประเภทโรงงาน"), kind="identifier", max_length=5, section="facts",
               help=_("ห้าหลัก เช่น 00906 คือลำดับที่ 9(6)")),
        Column("tsic", _("รหัส TSIC"), kind="identifier", max_length=5, section="facts"),
        Column("status", _("สถานะ"), kind="choice", choices=_STATUS, section="facts"),
        Column("horsepower", _("แรงม้า"), section="facts", **_QUANTITY),
        Column("workers", _("คนงาน"), section="facts", **_WHOLE),
        Column("in_estate", _("อยู่ในนิคมอุตสาหกรรม"), kind="bool", section="facts"),
        Column("estate_name", _("นิคมหรือเขตประกอบการ"), max_length=200, section="facts"),
        Column("house_no", _("เลขที่"), max_length=120, section="where"),
        Column("moo", _("หมู่"), max_length=60, section="where"),
        Column("soi", _("ซอย"), max_length=120, section="where"),
        Column("road", _("ถนน"), max_length=120, section="where"),
        Column("subdistrict", _("ตำบล"), max_length=120, section="where"),
        Column("district", _("อำเภอ"), max_length=120, section="where"),
        Column("province", _("จังหวัด"), max_length=120, required=True, section="where"),
        Column("postcode", _("รหัสไปรษณีย์"), kind="identifier", max_length=5, section="where"),
        Column("telephone", _("โทรศัพท์"), kind="identifier", max_length=120, section="where"),
        Column("lat", _("ละติจูด"), section="where", **_DEGREES),
        Column("lng", _("ลองจิจูด"), section="where", **_DEGREES),
        Column("capital_baht", _("เงินทุนรวม"), section="more", **_BAHT),
        Column("capital_land_baht", _("ค่าที่ดิน"), section="more", **_BAHT),
        Column("capital_building_baht", _("ค่าอาคาร"), section="more", **_BAHT),
        Column("capital_machine_baht", _("ค่าเครื่องจักร"), section="more", **_BAHT),
        Column("capital_working_baht", _("ทุนหมุนเวียน"), section="more", **_BAHT),
        Column("licensed_capacity", _("กำลังผลิต"), section="more", **_QUANTITY),
        Column("licensed_capacity_unit", _("หน่วยกำลังผลิต"), max_length=60, section="more"),
        Column("licensed_on", _("วันที่ใบอนุญาต"), kind="date", section="more"),
        Column("site_sqm", _("พื้นที่โรงงาน"), section="more", unit=_("ตร.ม."), **_QUANTITY),
        Column("building_sqm", _("พื้นที่อาคาร"), section="more", unit=_("ตร.ม."), **_QUANTITY),
        Column("version", _("รุ่นข้อมูล"), section="system", **_WHOLE,
               help=_("ระบบใส่ให้เมื่อส่งออก ใช้ตรวจว่ามีผู้แก้ไขระหว่างนั้นหรือไม่ อย่าแก้")),
    ),
)  # fmt: skip

FEED = with_hints(FEED, expected=("name", "province"))
EXPORT = with_hints(EXPORT, expected=("name", "province"))
REGISTER = with_hints(REGISTER)
