"""Who owes a form by the registry's facts of one day: dated settings, and the SQL that asks them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from factories.models import FactoryStatus
from portal import dated
from reporting.forms.base import FormDeclaration

_ASSUMED = "ข้อสมมติของระบบ ยังไม่พบประกาศที่กำหนดข้อนี้"
_GENERATORS = (
    "ข้อสมมติของระบบ: จำนวนผู้ก่อกำเนิดที่กระทรวงแถลง (60,638 ราย กลางปี 2566) เท่ากับจำนวนโรงงานจำพวกที่ 3 พอดี "
    "ยังไม่พบประกาศที่ระบุจำพวก"
)
_CATEGORY_3 = "ข่าวประชาสัมพันธ์ของกระทรวงอุตสาหกรรม: โรงงานจำพวกที่ 3 ทุกแห่งต้องรายงานข้อมูลสารเคมี รวมทั้งที่ไม่มีการใช้"

# What may be chosen among: the categories of the law, the states of a factory.
_CHOICES: dict[str, tuple[tuple[Any, Any], ...]] = {
    "categories": ((1, _("จำพวกที่ 1")), (2, _("จำพวกที่ 2")), (3, _("จำพวกที่ 3"))),
    "statuses": tuple(FactoryStatus.choices),
}
NAMES = ("day", "categories", "statuses", "in_estate", "before_known")


def key(name: str, code: str) -> str:
    """The name of one of the settings of a form (its code)."""
    return f"reporting.owed_{name}:{code}"


def declare() -> None:
    """Make the settings known; called when the app is ready."""
    for code, categories, verified in (("CHEM", _CATEGORY_3, True), ("WASTE-G", _GENERATORS, False)):
        for name, label, default, source, sure in (
            ("day", _("วันของปีที่รายงานซึ่งใช้ดูข้อเท็จจริงในทะเบียน"), "12-31", _ASSUMED, False),
            ("categories", _("จำพวกโรงงานที่มีหน้าที่รายงาน"), [3], categories, verified),
            (
                "statuses",
                _("สถานะโรงงานที่มีหน้าที่รายงาน"),
                [FactoryStatus.OPERATING.value, FactoryStatus.STOPPED_TEMPORARILY.value],
                _ASSUMED,
                False,
            ),
            ("in_estate", _("นับโรงงานในนิคมอุตสาหกรรมเป็นหน้าที่ติดตามของสำนักงาน"), False, _ASSUMED, False),
            (
                "before_known",
                _("โรงงานที่ทะเบียนในระบบเริ่มหลังวันนั้น ใช้ข้อเท็จจริงแรกที่รู้ (ยกเว้นใบอนุญาตออกหลังวันนั้น)"),
                True,
                _ASSUMED,
                False,
            ),
        ):
            dated.declare(
                dated.Declared(
                    key=key(name, code),
                    label=format_lazy("{code}: {label}", code=code, label=label),
                    default=default,
                    source=source,
                    verified=sure,
                    owner=_("กรมโรงงานอุตสาหกรรม"),
                    kind="month_day" if name == "day" else "",
                    choices=_CHOICES.get(name, ()),
                )
            )


@dataclass(frozen=True)
class Criteria:
    """What makes a factory owe: its facts on ``day``. ``before_known``: a factory that our registry
    learnt of later is taken as it was first known."""

    day: date
    categories: list[int]
    statuses: list[str]
    in_estate: bool
    before_known: bool

    def params(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in NAMES}


def settings_of(form: FormDeclaration, period: date) -> dict[str, dated.Value]:
    """The settings that hold at the end of a period, by their name."""
    return {name: dated.on(key(name, form.code), form.end(period)) for name in NAMES}


def criteria(form: FormDeclaration, period: date) -> Criteria:
    """The settings of a period as one question to the registry."""
    values = {name: setting.value for name, setting in settings_of(form, period).items()}
    day = date.fromisoformat(f"{period.year}-{values.pop('day')}")
    return Criteria(day=day, **values)


# States do not overlap, so the one that holds on the day comes before every later one. The registry may
# have begun after the day: then the first thing known of the factory speaks for it.
SQL = """
    SELECT f.id AS factory_id, f.province_id, true AS owed,
           CASE WHEN st.valid @> %(day)s::date THEN %(on_day)s::text ELSE %(first_known)s::text END AS reason
    FROM factories_factory f
    JOIN LATERAL (
        SELECT s.valid, s.category, s.status, s.in_estate FROM factories_factorystate s
        WHERE s.factory_id = f.id AND (upper_inf(s.valid) OR upper(s.valid) > %(day)s::date)
        ORDER BY lower(s.valid) NULLS FIRST LIMIT 1
    ) st ON st.category = ANY (%(categories)s::int[]) AND st.status = ANY (%(statuses)s::text[])
        AND (%(in_estate)s OR NOT st.in_estate)
    WHERE st.valid @> %(day)s::date
       OR (%(before_known)s AND (f.licensed_on IS NULL OR f.licensed_on <= %(day)s::date))
"""
