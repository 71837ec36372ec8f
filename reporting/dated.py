"""Dated settings of the figures' spine that belong to no single form file."""

from __future__ import annotations

from datetime import date

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from offices.models import Group
from portal import dated
from portal.dated import place_of

CERTIFY, FOLLOW_UP = "certify", "follow_up"
PACKAGE_GROUP = "reporting.package_group"
_ROLES = ((CERTIFY, _("รับรองตัวเลข")), (FOLLOW_UP, _("ติดตามอย่างเดียว")))
FOLLOW_UP_DAYS = "reporting.follow_up_days"
AGAIN = {
    "will_report": (_("จะรายงาน"), 7),
    "no_answer": (_("ไม่รับสาย"), 1),
    "wrong_number": (_("เลขผิด และยังมีเลขอื่น"), 0),
    "already_reported": (_("แจ้งว่ารายงานแล้ว"), 30),
}


def declare() -> None:
    """Make the settings known; called when the app is ready."""
    dated.declare(
        dated.Declared(
            key=role_key("PROD-M"),
            label=_("หน้าที่ของสำนักงานต่อรายงานผลผลิตรายเดือน"),
            default=CERTIFY,
            source="ไม่พบเอกสารที่ระบุว่าสำนักงานอุตสาหกรรมจังหวัดรับรองข้อมูลหรือติดตามเท่านั้น จึงตั้งไว้ก่อน",
            blocks=_("ภาพรวมและชุดรายงานแสดงป้าย “ยังไม่ยืนยัน”"),
            owner=_("สำนักงานปลัดกระทรวงอุตสาหกรรม ร่วมกับสำนักงานเศรษฐกิจอุตสาหกรรม"),
            choices=_ROLES,
            by_office=True,
        )
    )
    for code in ("CHEM", "WASTE-G"):
        dated.declare(
            dated.Declared(
                key=role_key(code),
                label=format_lazy(_("หน้าที่ของสำนักงานต่อรายงาน {code}"), code=code),
                default=FOLLOW_UP,
                owner=_("กรมโรงงานอุตสาหกรรม"),
                choices=_ROLES,
                by_office=True,
                source="ข้อสมมติของระบบ: สำนักงานเห็นเพียงสถานะการรายงาน ไม่มีตัวเลขให้รับรอง",
            )
        )
    assumed = "ข้อสมมติของระบบ ไม่มีระเบียบกำหนด"
    dated.declare(
        dated.Declared(
            key=FOLLOW_UP_DAYS,
            label=_("ติดตามรายงานที่ค้างไม่เกินกี่วันหลังครบกำหนด"),
            default=400,
            minimum=1,
            maximum=3660,
            source=assumed,
            owner=_("ผู้ดูแลระบบส่วนกลาง"),
        )
    )
    for outcome, (label, days) in AGAIN.items():
        dated.declare(
            dated.Declared(
                key=f"reporting.call_again_days:{outcome}",
                label=format_lazy(_("โทรซ้ำหลังจากกี่วัน เมื่อผลการโทรคือ “{outcome}”"), outcome=label),
                default=days,
                minimum=0,
                maximum=366,
                source=assumed,
                owner=_("ผู้ดูแลระบบส่วนกลาง"),
            )
        )
    dated.declare(
        dated.Declared(
            key=PACKAGE_GROUP,
            label=_("กลุ่มเจ้าของชุดรายงาน"),
            default="FACTORY",
            source="ข้อสมมติของระบบ: กลุ่มโรงงานอุตสาหกรรมเป็นผู้รวบรวมรายงานของโรงงาน",
            owner=_("อุตสาหกรรมจังหวัดของแต่ละสำนักงาน"),
            choices=tuple(Group.Code.choices),
            by_office=True,
        )
    )


def again_days(outcome: str, day: date) -> int:
    """After how many days a factory is called again, by what the last call came to."""
    return int(dated.on(f"reporting.call_again_days:{outcome}", day).value)


def certifies(form: str, period: date, office_code: str = "") -> bool:
    """Whether offices (or this one) certify a form's figures of a month; if not, they only follow up."""
    return bool(role(form, period, office_code).value == CERTIFY)


def role(form: str, period: date, office_code: str = "") -> dated.Value:
    """What offices (or this one) do with a form's figures of a month, and whether that is verified."""
    place = place_of(office_code) if office_code else ""
    return dated.on(role_key(form), period, place=place)


def role_and_group(form: str, period: date, day: date) -> tuple[dated.Value, str]:
    """What offices do with a form's figures of a month, and the group that owns the packages on a day,
    both for the nation: one query."""
    does, group = dated.each((role_key(form), period), (PACKAGE_GROUP, day))
    return does, str(group.value)


def role_key(form: str) -> str:
    """The setting that says what offices do with a form."""
    return f"reporting.office_role:{form}"


def package_group(office_code: str, day: date) -> str:
    """The code of the group that owns an office's packages on a day."""
    return str(dated.on(PACKAGE_GROUP, day, place=place_of(office_code)).value)
