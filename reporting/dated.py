"""Dated settings of the figures' spine that belong to no single form file."""

from __future__ import annotations

from datetime import date

from portal import dated

CERTIFY, FOLLOW_UP = "certify", "follow_up"
PACKAGE_GROUP = "reporting.package_group"


def declare() -> None:
    """Make the settings known; called when the app is ready."""
    dated.declare(
        dated.Declared(
            key="reporting.office_role:PROD-M",
            label="หน้าที่ของสำนักงานต่อรายงานผลผลิตรายเดือน: รับรอง (certify) หรือติดตามอย่างเดียว (follow_up)",
            default=CERTIFY,
            source="ไม่พบเอกสารที่ระบุว่าสำนักงานอุตสาหกรรมจังหวัดรับรองข้อมูลหรือติดตามเท่านั้น จึงตั้งไว้ก่อน",
        )
    )
    for code in ("CHEM", "WASTE-G"):
        dated.declare(
            dated.Declared(
                key=f"reporting.office_role:{code}",
                label=f"หน้าที่ของสำนักงานต่อรายงาน {code}: รับรอง (certify) หรือติดตามอย่างเดียว (follow_up)",
                default=FOLLOW_UP,
                source="ข้อสมมติของระบบ: สำนักงานเห็นเพียงสถานะการรายงาน ไม่มีตัวเลขให้รับรอง",
            )
        )
    dated.declare(
        dated.Declared(
            key=PACKAGE_GROUP,
            label="กลุ่มเจ้าของชุดรายงาน",
            default="FACTORY",
            source="ข้อสมมติของระบบ: กลุ่มโรงงานอุตสาหกรรมเป็นผู้รวบรวมรายงานของโรงงาน",
        )
    )


def certifies(form: str, period: date, office_code: str = "") -> bool:
    """Whether offices (or this one) certify a form's figures of a month; if not, they only follow up."""
    place = f"office:{office_code}" if office_code else ""
    return bool(dated.on(f"reporting.office_role:{form}", period, place=place).value == CERTIFY)


def package_group(office_code: str, day: date) -> str:
    """The code of the group that owns an office's packages on a day."""
    return str(dated.on(PACKAGE_GROUP, day, place=f"office:{office_code}").value)
