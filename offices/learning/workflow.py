"""The states of plans and stints and the steps between them, as data; services and pages read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.problems import Invalid

OWNER, SUPERIOR = "owner", "superior"
_REASON = gettext_lazy("เหตุผล")


@dataclass(frozen=True)
class Step:
    """One act: what the button says, from where to where, and whose it is (owner, superior)."""

    name: str
    label: Any
    sources: tuple[str, ...]
    target: str
    by: tuple[str, ...]
    needs_note: bool = False
    note_label: Any = _REASON


PLAN = (
    Step("propose", gettext_lazy("เสนอผู้บังคับบัญชา"), ("draft",), "proposed", (OWNER,)),
    Step("take_back", gettext_lazy("ดึงกลับไปแก้"), ("proposed",), "draft", (OWNER,)),
    Step("send_back", gettext_lazy("ส่งกลับให้แก้"), ("proposed",), "draft", (SUPERIOR,), True),
    Step("approve", gettext_lazy("อนุมัติแผน"), ("proposed",), "approved", (SUPERIOR,)),
    Step("start", gettext_lazy("เริ่มดำเนินการ"), ("approved",), "under_way", (OWNER, SUPERIOR)),
    Step(
        "review",
        gettext_lazy("ทบทวนกลางปี"),
        ("under_way",),
        "mid_year",
        (SUPERIOR,),
        True,
        gettext_lazy("ผลการทบทวน"),
    ),
    Step(
        "close",
        gettext_lazy("สรุปผลและปิดแผน"),
        ("mid_year",),
        "closed",
        (SUPERIOR,),
        True,
        gettext_lazy("สรุปผล"),
    ),
    Step(
        "amend",
        gettext_lazy("ปรับแผน"),
        ("approved", "under_way", "mid_year"),
        "draft",
        (OWNER, SUPERIOR),
        True,
    ),
    Step("reopen", gettext_lazy("เปิดแผนที่ปิดแล้ว"), ("closed",), "mid_year", (SUPERIOR,), True),
)

STINT = (
    Step("agree", gettext_lazy("อนุมัติแผนเรียนรู้งาน"), ("proposed",), "agreed", (SUPERIOR,)),
    Step(
        "cancel",
        gettext_lazy("ยกเลิกแผนเรียนรู้งาน"),
        ("proposed", "agreed"),
        "cancelled",
        (OWNER, SUPERIOR),
        True,
    ),
    Step(
        "close",
        gettext_lazy("สรุปผลการเรียนรู้"),
        ("agreed",),
        "closed",
        (SUPERIOR,),
        True,
        gettext_lazy("ผลการเรียนรู้"),
    ),
)

# A plan counts as begun, or as standing, in these states.
STANDING = ("approved", "under_way", "mid_year", "closed")
RUNNING = ("under_way", "mid_year")
STARTED = ("under_way", "mid_year", "closed")


def step(steps: Sequence[Step], name: str) -> Step:
    """The act of this name. Raises Invalid when there is none."""
    for one in steps:
        if one.name == name:
            return one
    raise Invalid(_("ไม่มีการดำเนินการ “%(name)s” ในเรื่องประเภทนี้") % {"name": name[:40]})
