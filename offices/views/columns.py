"""Columns that several pages of this app share."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from offices.services.rules import in_words
from portal.screens import Column, thai_order

PERSON = Column(
    "person",
    _("ชื่อ"),
    value="person.name",
    sort=thai_order("person__first_th"),
    link=lambda row: reverse("offices:person-detail", args=[row.person.uuid]),
)
KIND = Column("kind", _("ฐานะ"), value=lambda row: row.get_kind_display(), sort="kind")
GROUP = Column("group", _("กลุ่ม"), value=lambda row: row.group or row.inspection_group, sort="group__code")
OFFICE = Column(
    "office",
    _("สำนักงาน"),
    value="office.short_th",
    sort="office__code",
    link=lambda row: reverse("offices:office-detail", args=[row.office.uuid]),
)
PERIOD = Column("valid", _("ช่วงเวลา"), value=lambda row: in_words(row.valid), kind="period", sort="valid")
ORDER = Column(
    "order",
    _("คำสั่ง"),
    value="order.reference",
    link=lambda row: reverse("offices:order-detail", args=[row.order.uuid]),
)
STATE = Column("state", _("สถานะ"), kind="state", group="assignment")
