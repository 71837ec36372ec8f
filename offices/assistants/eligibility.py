"""Whether somebody may be assistant of a group for a term: every criterion, met or not, with what was found.

Binding criteria are rules that the database keeps when the order is signed; nobody overrides them. The
others are dated settings that nobody has verified; the chief may override one with a reason that the
inspector reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.assistants import dated
from offices.dated import ASSISTANT_ENABLED
from offices.learning.selectors.plans import has_started
from offices.models import (
    Assignment,
    AssignmentKind,
    Group,
    Incumbency,
    Office,
    Person,
    Placement,
    PlacementKind,
    PositionLine,
    SubjectLevel,
)
from offices.models.learning import Subject
from offices.services.rules import in_words, period
from portal import calendar
from portal import dated as settings
from portal.dated import Value, place_of

OWN_SUBJECT = {Group.Code.POLICY: Subject.POLICY, Group.Code.FACTORY: Subject.FACTORIES}
LABELS: Mapping[str, Any] = {
    "scheme": gettext_lazy("สำนักงานเปิดใช้ตำแหน่งผู้ช่วยฯ"),
    "employment": gettext_lazy("ประเภทบุคลากร"),
    "placed": gettext_lazy("ปฏิบัติงานในสำนักงานทุกวันของวาระ"),
    "group": gettext_lazy("กลุ่มมีอยู่ตลอดวาระ"),
    "vacant": gettext_lazy("กลุ่มไม่มีผู้ช่วยฯ คนอื่นในวาระ"),
    "type": gettext_lazy("ประเภทตำแหน่ง"),
    "level": gettext_lazy("ระดับตำแหน่ง"),
    "line": gettext_lazy("สายงาน"),
    "subject": gettext_lazy("ระดับความสามารถในด้านของกลุ่ม"),
    "plan": gettext_lazy("แผนพัฒนารายบุคคล"),
}


@dataclass(frozen=True)
class Line:
    """One criterion: met or not, what was found, what is expected, and where that comes from. ``setting``
    is None for what the database keeps."""

    code: str
    passed: bool
    found: str
    expected: str
    source: str
    setting: Value | None = None

    @property
    def binding(self) -> bool:
        return self.setting is None

    @property
    def label(self) -> Any:
        return LABELS[self.code]

    @property
    def state(self) -> str:
        """A word of the group criterion."""
        return "passed" if self.passed else "failed"


@dataclass(frozen=True)
class Asked:
    """Who is to be assistant of which group, on which days; both days belong to the term."""

    person: Person
    office: Office
    group: Group
    starts_on: date
    last_day: date


def lines(asked: Asked, *, today: date) -> list[Line]:
    """Every criterion, binding ones first. Nine queries."""
    return [*_binding(asked), *_by_settings(asked, today)]


def _binding(asked: Asked) -> Iterator[Line]:
    term = period(asked.starts_on, asked.last_day)
    days = _("ทุกวันตั้งแต่ %s") % in_words(term)
    off = [day for day in (asked.starts_on, asked.last_day) if not _enabled(asked.office.code, day)]
    yield Line(
        "scheme",
        not off,
        _("ยังไม่เปิดใช้ในวันที่ %s") % calendar.format_date(off[0]) if off else _("เปิดใช้แล้ว"),
        days,
        settings.declaration(ASSISTANT_ENABLED.key).source,
    )
    civil = asked.person.employment == Person.Employment.CIVIL_SERVANT
    yield Line(
        "employment",
        civil,
        str(asked.person.get_employment_display()),
        str(Person.Employment.CIVIL_SERVANT.label),
        _("กฎของการแต่งตั้งในฐานข้อมูล"),
    )
    away = away_on(asked)
    yield Line(
        "placed",
        away is None,
        _("ปฏิบัติงานใน%s") % asked.office.name_th
        if away is None
        else _("ไม่ได้ปฏิบัติงานใน%(office)sในวันที่ %(day)s")
        % {"office": asked.office.name_th, "day": calendar.format_date(away)},
        days,
        _("กฎของการแต่งตั้งในฐานข้อมูล"),
    )
    lives = asked.group.valid
    inside = (lives.lower is None or lives.lower <= asked.starts_on) and (
        lives.upper is None or lives.upper > asked.last_day
    )
    yield Line("group", inside, in_words(lives), days, _("กฎของการแต่งตั้งในฐานข้อมูล"))
    other = (
        Assignment.objects.filter(kind=AssignmentKind.ASSISTANT, group=asked.group, valid__overlap=term)
        .select_related("person")
        .order_by("valid")
        .first()
    )
    yield Line(
        "vacant",
        other is None,
        _("%(who)s เป็นผู้ช่วยฯ %(period)s") % {"who": other.person.name, "period": in_words(other.valid)}
        if other
        else _("ว่าง"),
        _("ไม่มีผู้ช่วยฯ ในช่วงเวลาเดียวกัน"),
        _("กฎของการแต่งตั้งในฐานข้อมูล"),
    )


def _enabled(office_code: str, day: date) -> bool:
    return bool(settings.on(ASSISTANT_ENABLED.key, day, place=place_of(office_code)).value)


def away_on(asked: Asked) -> date | None:
    """The first day of the term on which the person does not work in the office; None where there is none.

    As the database asks it: he is placed there, and no secondment or rotation takes him elsewhere.
    """
    rows = list(Placement.objects.filter(person=asked.person).exclude(kind=PlacementKind.SHADOW))
    edges = {asked.starts_on}
    for row in rows:
        edges |= {day for day in (row.valid.lower, row.valid.upper) if day is not None}
    for day in sorted(day for day in edges if asked.starts_on <= day <= asked.last_day):
        there = [row for row in rows if day in row.valid]
        if not any(row.office_id == asked.office.pk for row in there) or any(
            row.office_id != asked.office.pk and row.kind != PlacementKind.HOME for row in there
        ):
            return day
    return None


def _by_settings(asked: Asked, today: date) -> Iterator[Line]:
    keys = (dated.TYPES, dated.LEVELS, dated.LINES, dated.SUBJECT_LEVEL, dated.PLAN_STARTED)
    known = dated.of(today, keys)
    held = (
        Incumbency.objects.filter(person=asked.person, valid__contains=asked.starts_on)
        .select_related("post__line")
        .first()
    )
    nothing = _("ไม่พบตำแหน่งที่ดำรงในวันเริ่มวาระ")
    types = dict(PositionLine.Type.choices)
    yield _of_setting(
        "type",
        known[dated.TYPES],
        held is not None and held.post.line.type in known[dated.TYPES].value,
        str(types[held.post.line.type]) if held else nothing,
        ", ".join(str(types[code]) for code in known[dated.TYPES].value),
    )
    yield _of_setting(
        "level",
        known[dated.LEVELS],
        held is not None and held.post.level in known[dated.LEVELS].value,
        held.post.level if held else nothing,
        ", ".join(known[dated.LEVELS].value),
    )
    codes: Sequence[str] = known[dated.LINES].value
    names = dict(PositionLine.objects.filter(code__in=codes).values_list("code", "name_th"))
    yield _of_setting(
        "line",
        known[dated.LINES],
        held is not None and held.post.line_id in codes,
        held.post.line.name_th if held else nothing,
        ", ".join(names.get(code, code) for code in codes),
    )
    subject = OWN_SUBJECT.get(Group.Code(asked.group.code), Subject.FACTORIES)
    newest = (
        SubjectLevel.objects.filter(person=asked.person, subject=subject, since__lte=today)
        .order_by("-since", "-id")
        .first()
    )
    reached = newest.level if newest else 0
    wanted = int(known[dated.SUBJECT_LEVEL].value)
    yield _of_setting(
        "subject",
        known[dated.SUBJECT_LEVEL],
        reached >= wanted,
        _("ระดับ %(level)s ด้าน%(subject)s") % {"level": reached, "subject": subject.label},
        _("ระดับ %s ขึ้นไป") % wanted,
    )
    year = calendar.fiscal_year(today)
    started = has_started(asked.person, today)
    yield _of_setting(
        "plan",
        known[dated.PLAN_STARTED],
        started or not known[dated.PLAN_STARTED].value,
        (_("แผนปีงบประมาณ %s เริ่มแล้ว") if started else _("แผนปีงบประมาณ %s ยังไม่เริ่ม")) % year,
        _("เริ่มแผนของปีแล้ว") if known[dated.PLAN_STARTED].value else _("ไม่กำหนด"),
    )


def _of_setting(code: str, value: Value, passed: bool, found: str, expected: str) -> Line:
    return Line(code, passed, found, expected, value.source, value)
