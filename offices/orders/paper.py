"""The words of an order's paper: grounds, what it orders, line by line or as an annex."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from offices.models import LineKind, OrderLine, OrderProposal
from offices.orders import powers
from offices.selectors.titles import post_titles
from portal.calendar import format_date_th

MANY = 5  # lines; more of them stand in an annex


def content(proposal: OrderProposal, lines: Sequence[OrderLine], day: date) -> dict[str, Any]:
    """``offices.documents`` draws this: paragraphs, and an annex where there are many lines.

    People are called by the posts they hold on the day of signing.
    """
    titles = post_titles([line.person_id for line in lines], day)
    grounds = [part.strip() for part in proposal.grounds.splitlines() if part.strip()]
    period = f"ทั้งนี้ ตั้งแต่วันที่ {_day(proposal.starts_on)}"
    period += f" ถึงวันที่ {_day(proposal.last_day)}" if proposal.last_day else " เป็นต้นไป"
    ending = []
    if proposal.revokes is not None:
        ending.append(f"ให้ยกเลิก{proposal.revokes.reference}")
    if len(lines) > MANY:
        return {
            "paragraphs": [*grounds, *ending, "ให้บุคลากรตามบัญชีแนบท้ายคำสั่งนี้เป็นไปตามที่ระบุไว้ในบัญชี", period],
            "annex": {
                "title": "บัญชีรายชื่อ",
                "columns": ["ที่", "ชื่อ", "ตำแหน่ง", "ให้", "ตั้งแต่วันที่", "ถึงวันที่"],
                "rows": [
                    [
                        str(number),
                        line.person.name,
                        titles[line.person_id],
                        _what(line),
                        format_date_th(line.starts_on),
                        format_date_th(line.last_day) if line.last_day else "",
                    ]
                    for number, line in enumerate(lines, start=1)
                ],
            },
        }
    sentences = []
    for number, line in enumerate(lines, start=1):
        head = f"{number}. " if len(lines) > 1 else "ให้ "
        said = f"{head}{line.person.name} {titles[line.person_id]} {_what(line)}"
        if (line.starts_on, line.last_day) != (proposal.starts_on, proposal.last_day):
            said += f" ตั้งแต่วันที่ {_day(line.starts_on)}"
            said += f" ถึงวันที่ {_day(line.last_day)}" if line.last_day else ""
        sentences.append(" ".join(said.split()))
    return {"paragraphs": [*grounds, *ending, *sentences, period]}


def _day(day: Any) -> str:
    return format_date_th(day, "long")


def _what(line: OrderLine) -> str:
    """What a line makes of its person, as the paper says it."""
    group = f"{line.group.name_th} " if line.group else ""
    office = line.office.name_th
    province = line.office.province.name_th if line.office.province else ""
    rank = f"ลำดับที่ {line.rank} " if line.rank > 1 else ""
    standing = "ในกรณีที่ไม่มีผู้ดำรงตำแหน่งหรือมีแต่ไม่อาจปฏิบัติราชการได้" if line.standing else ""
    post = f"{line.post.name} ตำแหน่งเลขที่ {line.post.number}" if line.post else ""
    words = {
        LineKind.APPOINT: f"ดำรงตำแหน่ง{post} {office}",
        LineKind.TRANSFER: f"ย้ายไปดำรงตำแหน่ง{post} {office}",
        LineKind.CHIEF: f"ดำรงตำแหน่งอุตสาหกรรมจังหวัด{province}",
        LineKind.GROUP_HEAD: f"ปฏิบัติหน้าที่หัวหน้า{group}{office}",
        LineKind.ASSISTANT: (
            f"ปฏิบัติหน้าที่ผู้ช่วยอุตสาหกรรมจังหวัด{province} ประจำ{group}มีหน้าที่กลั่นกรอง ให้ข้อคิดเห็น และตรวจสอบงานของสำนักงาน"
        ),
        LineKind.OFFICER: f"ปฏิบัติหน้าที่ใน{group}{office}",
        LineKind.ACTING_CHIEF: f"รักษาราชการแทนอุตสาหกรรมจังหวัด{province} {rank}{standing}",
        LineKind.ACTING_IN: f"รักษาการในตำแหน่งหัวหน้า{group}{office} {rank}{standing}",
        LineKind.DELEGATED: (
            f"ปฏิบัติราชการแทนอุตสาหกรรมจังหวัด{province} "
            f"ในเรื่อง {', '.join(str(powers.power_of(code).label) for code in line.powers)}"
        ),
        LineKind.DUTY: f"มีหน้าที่ {line.text}",
        LineKind.SECONDMENT: f"ไปช่วยราชการ{group}{office}",
        LineKind.ROTATION: f"หมุนเวียนไปปฏิบัติงานใน{group}{office}",
        LineKind.SHADOW: f"เรียนรู้งานใน{group}{office}",
        LineKind.CARD: f"เป็นพนักงานเจ้าหน้าที่ตาม{line.get_act_display()} บัตรเลขที่ {line.card_number}",
        LineKind.END: f"พ้นจากหน้าที่{line.get_ends_display()}{' ใน' + group if group else 'ใน'}{office}",
    }
    said = words.get(LineKind(line.kind), f"{line.get_kind_display()} {line.inspection_group or ''}")
    return " ".join(f"{said} {line.text if line.kind not in ('DUTY',) else ''}".split())
