"""Dated settings of the figures' spine that belong to no single form file."""

from __future__ import annotations

from datetime import date

from portal import dated

CERTIFY, FOLLOW_UP = "certify", "follow_up"


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


def certifies(form: str, period: date) -> bool:
    """Whether offices certify a form's figures of a month; if not, they only follow up."""
    return bool(dated.on(f"reporting.office_role:{form}", period).value == CERTIFY)
