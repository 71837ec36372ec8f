"""Dated settings of this app: what is not verified or differs by office and day."""

from __future__ import annotations

from datetime import date

from portal import dated

ASSISTANT_ENABLED = dated.declare(
    dated.Declared(
        key="offices.assistant_enabled",
        label="ใช้ตำแหน่งผู้ช่วยอุตสาหกรรมจังหวัด",
        default=False,
        source="ข่าวกระทรวงอุตสาหกรรม 12 พฤษภาคม 2566: สำนักงานนำร่อง 11 จังหวัด",
        verified=True,
    )
)


def place_of(office_code: str) -> str:
    """The ``place`` of a dated setting of one office: 'office:25'."""
    return f"office:{office_code}"


def assistant_enabled(office_code: str, day: date) -> bool:
    """Whether the office has the assistant's post on that day."""
    return bool(dated.on(ASSISTANT_ENABLED.key, day, place=place_of(office_code)).value)
