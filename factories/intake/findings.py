"""What is worth saying about a sheet of factories: every rule in one pass over all rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from factories.category_rules import case_sql
from factories.intake.facts import FIELDS, Mapping
from factories.models import FactoryStatus, FactoryType
from factories.numbers_sql import check_digit_ok
from offices.models import Province
from portal.intake import stage
from portal.intake.stage import Rule
from portal.models import Batch
from portal.sheets.spec import SheetSpec


def report(batch: Batch, spec: SheetSpec, mapping: Mapping, params: dict[str, Any]) -> None:
    """Write every finding of a planned sheet into ``stage_finding``."""
    _refusals(spec, params)
    good = [*_numbers(spec), *_places(), *_facts(spec, mapping)]
    stage.find_all(good, spec=spec, source=_GOOD)
    own = [
        Rule(
            code=check.code, level=check.level, column=check.column, where=check.where, message=check.message,
            found=check.found or f"s.{check.column}", expected=check.expected, mend=check.mend,
        )
        for check in mapping.findings
    ]  # fmt: skip
    stage.find_all(own, spec=spec)


def _refusals(spec: SheetSpec, params: dict[str, Any]) -> None:
    """Rows that mean no factory, two, or one that is not ours to touch."""
    number = "number14" if "number14" in spec.keys else "old_number"
    shown = "concat_ws(' / ', n.number14, n.old_number)"
    ours = Province.objects.filter(code=params["province"]).values_list("name_th", flat=True).first() or ""
    source = (
        "stage_match s JOIN stage_factory n USING (row_no) "
        "LEFT JOIN offices_province tp ON tp.code = s.target_province WHERE s.problem IS NOT NULL"
    )
    problems: list[tuple[str, str, str, str, str, str]] = [
        (
            "no_number", number, "concat_ws(' / ', n.raw14, n.raw_old)",
            _("ไม่มีเลขทะเบียนที่ใช้ได้ จึงไม่รู้ว่าเป็นโรงงานใด"),
            _("เลข 14 หลัก หรือเลขทะเบียนเดิม เช่น จ3-9(6)-100/51ปจ"),
            _("ใส่เลขทะเบียนให้ถูกรูปแบบ แล้วส่งใหม่"),
        ),
        (
            "province_unknown", "province", "n.raw_province",
            _("ไม่พบชื่อจังหวัดนี้"), _("ชื่อจังหวัดภาษาไทย เช่น สระบุรี"), _("แก้ชื่อจังหวัดในแถวนี้"),
        ),
        (
            "outside_province", "province", "coalesce(tp.name_th, n.raw_province)",
            _("โรงงานนี้อยู่นอกจังหวัดของสำนักงานที่นำเข้า จึงไม่รับแถวนี้"),
            _("เฉพาะโรงงานในจังหวัด%s") % ours,
            _("ให้สำนักงานของจังหวัดนั้นหรือส่วนกลางเป็นผู้นำเข้า แถวอื่นนำเข้าได้ตามปกติ"),
        ),
        (
            "two_factories", number, shown,
            _("เลข 14 หลักกับเลขทะเบียนเดิมชี้ไปคนละโรงงาน"),
            _("สองเลขของโรงงานเดียวกัน"),
            _("ตรวจทั้งสองเลขกับใบอนุญาต แล้วแก้เลขที่ผิด"),
        ),
        (
            "other_number", number, shown,
            _("เลขทะเบียนเดิมนี้มีเลข 14 หลักอื่นอยู่ในทะเบียนแล้ว"),
            _("เลข 14 หลักเดียวกับในทะเบียน"),
            _("ตรวจเลข 14 หลักกับใบอนุญาต ถ้าทะเบียนผิดให้แก้ที่หน้าโรงงาน"),
        ),
        (
            "province_differs", "province", "n.raw_province",
            _("จังหวัดในแถวนี้ไม่ตรงกับจังหวัดของโรงงานในทะเบียน"),
            _("จังหวัดเดียวกับในทะเบียน"),
            _("ตรวจเลขทะเบียนและจังหวัด"),
        ),
        (
            "repeated_factory", number, f"{shown} || ' = แถวที่ ' || s.first_row",
            _("โรงงานนี้มีอยู่แล้วในแถวก่อนหน้าของไฟล์เดียวกัน ระบบใช้แถวแรก"),
            _("โรงงานหนึ่งแห่งหนึ่งแถว"), _("ลบแถวที่ซ้ำ"),
        ),
    ]  # fmt: skip
    named = {"outside_province": "outside", "province_differs": "moved", "repeated_factory": "repeated"}
    rules = [
        Rule(
            code=code, level="block", column=column, message=message, found=found, expected=expected,
            mend=mend, where=f"s.problem = '{named.get(code, code)}'",
        )
        for code, column, found, message, expected, mend in problems
    ]  # fmt: skip
    stage.find_all(rules, spec=spec, source=source)


# Good rows with what the registry holds of their factory.
_GOOD = (
    "stage_change s JOIN stage_factory n USING (row_no) LEFT JOIN factories_factory f ON f.id = s.target_id "
    "LEFT JOIN factories_factorytype y ON y.code = coalesce(s.main_type_id, f.main_type_id)"
)


def _numbers(spec: SheetSpec) -> Iterator[Rule]:
    if "number14" in spec.keys:
        yield Rule(
            code="number14_shape", level="warn", column="number14", found="n.raw14",
            where="n.raw14 IS NOT NULL AND n.number14 IS NULL",
            message=_("ไม่ใช่เลข 14 หลัก ระบบไม่ใช้เลขนี้และจับคู่ด้วยเลขทะเบียนเดิมแทน"),
            expected=_("ตัวเลข 14 หลัก"), mend=_("ตรวจเลขกับใบอนุญาต"),
        )  # fmt: skip
        yield Rule(
            code="number14_check_digit", level="warn", column="number14", found="n.number14",
            where=f"n.number14 IS NOT NULL AND NOT {check_digit_ok('n.number14')}",
            message=_("เลข 14 หลักไม่ผ่านการตรวจหลักสุดท้าย อาจพิมพ์ผิดหรือสลับหลัก"),
            expected=_("เลขที่ผลรวมตรวจสอบถูกต้อง"), mend=_("ตรวจเลขกับใบอนุญาต"),
        )  # fmt: skip
    yield Rule(
        code="old_number_shape", level="warn", column="old_number", found="n.raw_old",
        where="n.raw_old IS NOT NULL AND n.old_key IS NULL",
        message=_("รูปแบบเลขทะเบียนเดิมไม่ถูกต้อง ระบบเก็บข้อความไว้แต่ใช้จับคู่ไม่ได้"),
        expected=_("เช่น จ3-9(6)-100/51ปจ"), mend=_("ตรวจเลขกับใบอนุญาต"),
    )  # fmt: skip
    yield Rule(
        code="old_number_differs", level="warn", column="old_number",
        found="n.raw_old || ' ≠ ' || f.old_number",
        where="n.old_key IS NOT NULL AND f.old_key IS NOT NULL AND n.old_key <> f.old_key",
        message=_("เลขทะเบียนเดิมไม่ตรงกับในทะเบียน ระบบคงเลขในทะเบียนไว้"),
        expected=_("เลขเดียวกับในทะเบียน"), mend=_("ถ้าทะเบียนผิด แก้ที่หน้าโรงงาน"),
    )  # fmt: skip


def _places() -> Iterator[Rule]:
    yield Rule(
        code="district_unknown", level="warn", column="district", found="n.raw_district",
        where="n.raw_district IS NOT NULL AND n.district_id IS NULL",
        message=_("ไม่พบอำเภอนี้ในจังหวัด ระบบเว้นอำเภอไว้"),
        expected=_("ชื่ออำเภอในจังหวัดเดียวกัน"), mend=_("แก้ชื่ออำเภอ หรือเลือกอำเภอที่หน้าโรงงาน"),
    )  # fmt: skip
    pair = "concat_ws(', ', trim_scale(n.raw_lat), trim_scale(n.raw_lng))"
    kept = _("ระบบเว้นพิกัดไว้และไม่แตะพิกัดเดิม")
    expected = _("ละติจูด 5–21 และลองจิจูด 95–106 องศา")
    mend = _("ตรวจตำแหน่งจริง แล้วแก้ที่หน้าโรงงาน")
    for place, level, message in (
        ("swapped", "info", _("ละติจูดกับลองจิจูดสลับกัน ระบบสลับกลับให้แล้ว")),
        ("half", "warn", _("มีพิกัดเพียงค่าเดียว %s") % kept),
        ("zero", "warn", _("พิกัด 0, 0 ไม่ใช่ที่ตั้งโรงงาน %s") % kept),
        ("utm", "warn", _("พิกัดเป็นเมตร (UTM) ไม่ใช่องศา %s") % kept),
        ("abroad", "warn", _("พิกัดอยู่นอกประเทศไทย %s") % kept),
    ):
        yield Rule(
            code=f"coordinates_{place}", level=level, column="lat", found=pair,
            where=f"n.place = '{place}'", message=message, expected=expected,
            mend="" if place == "swapped" else mend,
        )  # fmt: skip
    yield Rule(
        code="coordinates_of_officer", level="info", column="lat", found=pair,
        where="s.lat IS NULL AND f.coordinate_source = 'officer' AND n.place IN ('right', 'swapped') "
        "AND (n.raw_lat, n.raw_lng) IS DISTINCT FROM (f.lat, f.lng)",
        message=_("พิกัดที่เจ้าหน้าที่ตรวจไว้ต่างจากในไฟล์ ระบบคงพิกัดของเจ้าหน้าที่"),
    )  # fmt: skip


def _facts(spec: SheetSpec, mapping: Mapping) -> Iterator[Rule]:
    shown = "coalesce(nullif(s.name, ''), nullif(f.name, ''))"
    yield Rule(
        code="no_name", level="warn", column="name",
        found="coalesce(n.operator_name, n.activity)", where=f"{shown} IS NULL",
        message=_("ไม่มีชื่อโรงงาน ระบบแสดงชื่อผู้ประกอบกิจการหรือกิจการแทน"),
        expected=_("ชื่อโรงงาน"), mend=_("ใส่ชื่อที่หน้าโรงงานเมื่อทราบ"),
    )  # fmt: skip
    if "main_type" in spec.keys:
        yield Rule(
            code="type_unknown", level="warn", column="main_type", found="n.raw_type",
            where="n.raw_type IS NOT NULL AND n.main_type_id IS NULL",
            message=_("ไม่มีรหัสประเภทโรงงานนี้ในบัญชีท้ายกฎกระทรวง พ.ศ. 2563"),
            expected=_("รหัสห้าหลัก เช่น 00906"), mend=_("ตรวจประเภทกับใบอนุญาต"),
        )  # fmt: skip
    yield from _category()
    if not mapping.trusted:
        yield Rule(
            code="status_proposed", level="info", column="flag" if "flag" in spec.keys else "",
            found=f"{_status('n.source_status')} || ' ≠ ' || {_status('f.status')}",
            where="n.source_status IS NOT NULL AND n.source_status <> f.status",
            message=_("ข้อเสนอ: สถานะตามข้อมูลกรมต่างจากสถานะของสำนักงาน ระบบไม่เปลี่ยนให้"),
            mend=_("ถ้าเห็นด้วย แก้สถานะที่หน้าโรงงาน"),
        )  # fmt: skip
    yield Rule(
        code="older_than_known", level="info", found="n.as_of",
        where="s.open_since > s.as_of AND num_nonnulls(n.name, n.horsepower, n.workers) > 0",
        message=_("ข้อมูลในแถวนี้เก่ากว่าที่มีในทะเบียน ระบบใช้เติมเฉพาะช่องที่ยังว่าง"),
    )  # fmt: skip
    if "version" in spec.keys:
        yield Rule(
            code="edited_since", level="block", column="version",
            found="n.sheet_version",
            where=f"n.sheet_version <> f.version AND num_nonnulls({', '.join(f's.{n}' for n in FIELDS)}) > 0",
            message=_("มีผู้แก้ไขโรงงานนี้หลังจากที่ส่งออกตารางนี้ ระบบไม่เขียนทับ"),
            expected=_("รุ่นข้อมูลปัจจุบัน"), mend=_("ส่งออกใหม่ แล้วแก้ในไฟล์ใหม่"),
        )  # fmt: skip


def _status(expression: str) -> str:
    """SQL: the Thai word of a status."""
    words = " ".join(f"WHEN '{value}' THEN '{label}'" for value, label in FactoryStatus.choices)
    return f"CASE {expression} {words} END"


def _category() -> Iterator[Rule]:
    """Rows whose category today's rules exclude with certainty."""
    category = "coalesce(s.category, f.category)"
    measures = {
        "horsepower": "coalesce(s.horsepower, f.horsepower)",
        "workers": "coalesce(s.workers, f.workers)",
    }
    for number in (1, 2, 3):
        rules = list(FactoryType.objects.values_list(f"category{number}_rule", flat=True).distinct())
        condition = case_sql(rules, rule=f"y.category{number}_rule", **measures)
        yield Rule(
            code="category_contradicts", level="warn", column="category",
            found=f"concat_ws(' · ', 'จำพวก ' || {category}, 'ลำดับ ' || y.display_no, "
            f"trim_scale({measures['horsepower']}) || ' แรงม้า', {measures['workers']} || ' คน')",
            where=f"y.code IS NOT NULL AND {category} = {number} AND ({condition}) IS FALSE",
            message=_("จำพวกไม่ตรงกับเกณฑ์ของประเภทนี้ตามกฎกระทรวง พ.ศ. 2563"),
            expected=_("จำพวกตามแรงม้าและคนงาน"), mend=_("ตรวจกับใบอนุญาต ใบอนุญาตเดิมอาจใช้เกณฑ์เก่า"),
        )  # fmt: skip
