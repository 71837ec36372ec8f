"""What the scheme's constraints say when the database finds one broken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy

SENTENCES: Mapping[str, tuple[str, Any]] = {
    "nomination_days_in_order": ("last_day", gettext_lazy("วันสิ้นสุดต้องไม่ก่อนวันเริ่ม")),
    "nomination_has_reasons": ("reasons", gettext_lazy("การเสนอชื่อต้องมีเหตุผล")),
    "nomination_group_with_assistants": (
        "group",
        gettext_lazy("ผู้ช่วยอุตสาหกรรมจังหวัดประจำกลุ่มนโยบายและแผนงานหรือกลุ่มโรงงานอุตสาหกรรม"),
    ),
    "nomination_order_was_agreed": (
        "opinion",
        gettext_lazy("ร่างคำสั่งแต่งตั้งผู้ช่วยฯ ได้เมื่อผู้ตรวจราชการเห็นชอบแล้วเท่านั้น"),
    ),
    "nomination_opinion_whole": (
        "reason",
        gettext_lazy("ความเห็นที่มีข้อสังเกตหรือไม่เห็นชอบต้องมีข้อความ"),
    ),
    "nominationcheck_passed_or_overridden": (
        "overrides",
        gettext_lazy("เกณฑ์ที่ไม่ผ่านต้องมีเหตุผลที่ยกเว้น และกฎของฐานข้อมูลยกเว้นไม่ได้"),
    ),
    "assistantreview_once": ("nth", gettext_lazy("รอบนี้มีการประเมินแล้ว โปรดเปิดหน้าใหม่")),
    "orderline_ends_by_kind": ("ends", gettext_lazy("ระบุฐานะที่พ้นได้เฉพาะรายการให้พ้นจากหน้าที่")),
}
