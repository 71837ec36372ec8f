"""Dated settings of the registry."""

from __future__ import annotations

from datetime import date

from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from portal import dated

SIZE_WORKERS = dated.Declared(
    key="factories.size_workers",
    label=_("จำนวนคนงานมากที่สุดของโรงงานขนาดเล็กและขนาดกลาง ใช้กับกฎผู้รับผิดชอบเท่านั้น"),
    owner=_("กรมโรงงานอุตสาหกรรม"),
    blocks=_("หน้ากฎผู้รับผิดชอบแสดงป้าย “ยังไม่ยืนยัน”"),
    default=[50, 200],
    source="ข้อสมมติของระบบ: ยังไม่ยืนยันว่าสำนักงานแบ่งขนาดโรงงานด้วยเกณฑ์ใด จึงตั้งไว้ก่อน",
)


def size_bounds(day: date) -> Coalesce:
    """The largest number of workers of a small and of a medium factory on a day, read beside the rules."""
    return dated.beside(SIZE_WORKERS.key, day)
