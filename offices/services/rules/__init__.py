"""The rules of orders, assignments and documents as sentences.

The database enforces them by constraints; here they are asked first, so that everything wrong is
said at once, and what only the database saw (two people at the same moment) gets the same words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from offices.dated import assistant_enabled
from offices.models import (
    Assignment,
    AssignmentKind,
    Group,
    LineKind,
    Office,
    OrderLine,
    Person,
    Post,
)
from offices.models.people import CENTRAL_KINDS
from offices.services.rules.sentences import SENTENCES
from portal.calendar import format_date
from portal.problems import Invalid

ASSISTANT_GROUPS = (Group.Code.POLICY, Group.Code.FACTORY)  # the two groups in which assistants sit


def period(first: date, last: date | None) -> DateRange:
    """The half-open range of a period whose last day belongs to it."""
    return DateRange(first, None if last is None else last + timedelta(days=1))


def last_day(valid: DateRange) -> date | None:
    """The last day that belongs to a half-open range; None when it is open."""
    return None if valid.upper is None else valid.upper - timedelta(days=1)


Fault = tuple[str, str]  # (field, Thai sentence)


def ending_faults(valid: DateRange, last: date, reason: str) -> Iterator[Fault]:
    """What is wrong with a last day and its reason for what exists in a period."""
    if not reason.strip():
        yield "reason", _("ต้องระบุเหตุผล")
    if valid.lower is not None and last < valid.lower:
        yield "last_day_on", _("วันสุดท้ายต้องไม่ก่อนวันเริ่ม คือ %s") % format_date(valid.lower)
    until = last_day(valid)
    if until is not None and last >= until:
        yield "last_day_on", _("สิ้นสุดอยู่แล้วเมื่อ %s") % format_date(until)


def refuse(faults: list[Fault]) -> None:
    """Raise Invalid with every fault at its field; nothing when there is none."""
    if not faults:
        return
    fields: dict[str, Sequence[str]] = {}
    for field, sentence in dict.fromkeys(faults):
        fields[field] = [*fields.get(field, ()), sentence]
    raise Invalid(
        " ".join(sentence for sentences in fields.values() for sentence in sentences), fields=fields
    )


def explained(error: IntegrityError) -> Invalid:
    """The refusal in words for a constraint the database found broken; other errors are raised again."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
    if name not in SENTENCES:
        raise error
    field, sentence = SENTENCES[name]
    return Invalid(str(sentence), fields={field: [str(sentence)]}, code=name)


def broken(constraint: str) -> Fault:
    """The field and sentence of a constraint."""
    field, sentence = SENTENCES[constraint]
    return field, str(sentence)


def outlived(constraint: str, what: Any, life: DateRange, asked: DateRange) -> Fault:
    """A period that does not lie inside the life of a group or a post: which one, and both periods."""
    field, sentence = broken(constraint)
    return field, _("%(sentence)s: %(what)s มีอยู่ %(life)s แต่ช่วงที่ขอคือ %(asked)s") % {
        "sentence": sentence,
        "what": what,
        "life": in_words(life),
        "asked": in_words(asked),
    }


def outside_order(order_valid: DateRange, asked: DateRange) -> Fault:
    """A period that does not lie inside its order's, with both."""
    return "starts_on", _("ช่วงเวลาต้องอยู่ภายในช่วงที่คำสั่งมีผล คือ %(period)s แต่ช่วงที่ขอคือ %(asked)s") % {
        "period": in_words(order_valid),
        "asked": in_words(asked),
    }


# Which fields a line of an order needs; what is not named must be empty.
_GROUP_LINES = (LineKind.GROUP_HEAD, LineKind.ASSISTANT, LineKind.OFFICER, LineKind.ACTING_IN)
_GROUP_MAY = (LineKind.SECONDMENT, LineKind.ROTATION, LineKind.SHADOW, LineKind.DUTY, LineKind.END)
_POST_LINES = (LineKind.APPOINT, LineKind.TRANSFER)
_ACTING_LINES = (LineKind.ACTING_CHIEF, LineKind.ACTING_IN)
_CIVIL_SERVANT_LINES = (
    *(LineKind.CHIEF, LineKind.ASSISTANT, LineKind.ACTING_CHIEF, LineKind.ACTING_IN, LineKind.DELEGATED),
    *(LineKind.CARD, LineKind.INSPECTOR, LineKind.HEAD_INSPECTOR),
)


def line_faults(line: OrderLine, order_valid: DateRange, *, outside: bool, office: Office) -> Iterator[Fault]:
    """Everything wrong with a line of an order by itself, each as (field, sentence).

    ``order_valid`` is the order's period, ``office`` the one whose order it is; an order of the office's
    own reaches nobody elsewhere, one from ``outside`` may.
    """
    from offices.orders import powers

    kind = LineKind(line.kind)
    if kind in _GROUP_LINES and line.group is None:
        yield "group", _("“%(kind)s” ต้องระบุกลุ่ม") % {"kind": kind.label}
    elif line.group is not None and kind not in (*_GROUP_LINES, *_GROUP_MAY):
        yield "group", _("“%(kind)s” ไม่ระบุกลุ่ม") % {"kind": kind.label}
    if line.group is not None and line.group.office_id != line.office_id:
        yield broken("assignment_group_of_office")
    asked = period(line.starts_on, line.last_day)
    if line.group is not None and not inside(asked, line.group.valid):
        yield outlived("assignment_inside_group", line.group, line.group.valid, asked)
    if (kind in (LineKind.INSPECTOR, LineKind.INSPECTOR_STAFF)) != (line.inspection_group is not None):
        yield broken("assignment_inspection_group_by_kind")
    if (kind in _POST_LINES) != (line.post is not None):
        yield (
            "post",
            (_("“%(kind)s” ต้องระบุเลขที่ตำแหน่ง") if line.post is None else _("“%(kind)s” ไม่ระบุเลขที่ตำแหน่ง"))
            % {"kind": kind.label},
        )
    if line.post is not None and line.post.office_id != line.office_id:
        owner = {"number": line.post.number, "office": line.post.office.name_th}
        yield "post", _("ตำแหน่งเลขที่ %(number)s เป็นของ%(office)s") % owner
    if kind in CENTRAL_KINDS and line.office.kind != Office.Kind.CENTRAL:
        yield broken("assignment_office_by_kind")
    if (
        kind not in (*CENTRAL_KINDS, LineKind.END, *_POST_LINES)
        and line.office.kind != Office.Kind.PROVINCIAL
    ):
        yield broken("assignment_office_by_kind")
    known = {code for code, _label in powers.choices()}
    if (kind == LineKind.DELEGATED) != bool(line.powers) or not set(line.powers) <= known:
        yield broken("assignment_powers_by_kind")
    if kind == LineKind.DUTY and not line.text.strip():
        yield "text", _("การมอบหมายหน้าที่ต้องระบุหน้าที่")
    if kind == LineKind.CARD:
        for name, value in (("act", line.act), ("card_number", line.card_number.strip())):
            if not value:
                yield name, _("บัตรพนักงานเจ้าหน้าที่ต้องระบุกฎหมายและเลขที่บัตร")
    if line.standing and kind not in _ACTING_LINES:
        yield broken("assignment_standing_acts")
    civil = kind in _CIVIL_SERVANT_LINES or (line.post is not None and line.post.leads == Post.Leads.OFFICE)
    if civil and line.person.employment != Person.Employment.CIVIL_SERVANT:
        yield (
            "person",
            _("%(who)sเป็น%(employment)s “%(kind)s” ต้องเป็นข้าราชการ")
            % {
                "who": f"{line.person.name} ",
                "employment": line.person.get_employment_display(),
                "kind": kind.label,
            },
        )
    if not inside(asked, order_valid):
        yield outside_order(order_valid, asked)
    if not outside and office.pk not in {
        line.office_id,
        line.post.office_id if line.post else line.office_id,
    }:
        yield "office", _("คำสั่งของ%(office)sมีผลเฉพาะในสำนักงานของตน") % {"office": office.name_th}
    if kind == LineKind.ASSISTANT:
        if line.group is not None and line.group.code not in ASSISTANT_GROUPS:
            yield "group", _("ผู้ช่วยอุตสาหกรรมจังหวัดประจำกลุ่มนโยบายและแผนงานหรือกลุ่มโรงงานอุตสาหกรรม")
        if not assistant_enabled(line.office.code, line.starts_on):
            yield _not_enabled(line.office, line.starts_on)


def _not_enabled(office: Office, day: date) -> Fault:
    return "kind", _("%(office)sยังไม่ได้เปิดใช้ตำแหน่งผู้ช่วยอุตสาหกรรมจังหวัดในวันที่ %(day)s") % {
        "office": office.name_th,
        "day": format_date(day),
    }


def worded(row: Assignment) -> str:
    """What an assignment makes of somebody, in Thai, without the office."""
    what = str(AssignmentKind(row.kind).label)
    if row.kind == AssignmentKind.GROUP_HEAD and row.acting_rank:
        what = _("รักษาการในตำแหน่งหัวหน้ากลุ่ม")
    if row.kind == AssignmentKind.DELEGATED:
        from offices.orders import powers

        what = f"{what}: {', '.join(str(powers.power_of(code).label) for code in row.powers)}"
    place = row.group or row.inspection_group
    parts = [what, str(place) if place else "", row.text]
    if row.acting_rank:
        parts.append(_("ลำดับที่ %(rank)s") % {"rank": row.acting_rank})
    if row.standing:
        parts.append(_("(เฉพาะวันที่ไม่อยู่หรือว่าง)"))
    return " ".join(filter(None, parts))


def inside(inner: DateRange, outer: DateRange) -> bool:
    """Whether every day of one half-open range lies in another."""
    begins = outer.lower is None or (inner.lower is not None and inner.lower >= outer.lower)
    ends = outer.upper is None or (inner.upper is not None and inner.upper <= outer.upper)
    return begins and ends


def in_words(valid: DateRange) -> str:
    """'1 ต.ค. 2568 – 30 ก.ย. 2569', 'ตั้งแต่ 1 ต.ค. 2568', 'ถึง 30 ก.ย. 2569' or 'ไม่กำหนด'."""
    first, last = valid.lower, last_day(valid)
    if first is not None and last is not None:
        return f"{format_date(first)} – {format_date(last)}"
    if first is not None:
        return _("ตั้งแต่ %(day)s") % {"day": format_date(first)}
    return _("ถึง %(day)s") % {"day": format_date(last)} if last is not None else _("ไม่กำหนด")
