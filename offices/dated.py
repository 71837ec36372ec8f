"""Dated settings of this app: what is not verified or differs by office and day."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from portal import dated
from portal.dated import place_of

__all__ = ["ASSISTANT_ENABLED", "assistant_enabled", "place_of"]

ASSISTANT_ENABLED = dated.declare(
    dated.Declared(
        key="offices.assistant_enabled",
        label=_("ใช้ตำแหน่งผู้ช่วยอุตสาหกรรมจังหวัด"),
        default=False,
        source="ข่าวกระทรวงอุตสาหกรรม 12 พฤษภาคม 2566: สำนักงานนำร่อง 11 จังหวัด",
        verified=True,
        blocks=_("การแต่งตั้งผู้ช่วยอุตสาหกรรมจังหวัด และขั้นกลั่นกรองของชุดรายงาน"),
        owner=_("สำนักงานปลัดกระทรวงอุตสาหกรรม"),
        by_office=True,
    )
)


def assistant_enabled(office_code: str, day: date) -> bool:
    """Whether the office has the assistant's post on that day."""
    return bool(dated.on(ASSISTANT_ENABLED.key, day, place=place_of(office_code)).value)
