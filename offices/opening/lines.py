"""The lines of an office's opening. Each is asked once for all offices; apps above add theirs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.documents.kinds import APPOINTMENT_ORDER, kind_of
from offices.models import Assignment, AssignmentKind, Group, Letterhead, Office, Person, Post, Register
from offices.policies import CHIEF_KINDS
from offices.selectors.actors import in_force
from portal.calendar import be_year
from portal.dated import place_of
from portal.models import DatedSetting


@dataclass(frozen=True)
class Answer:
    """Whether a line is done for an office, and what was found, in words."""

    ok: bool
    found: str


Asked = Callable[[Sequence[Office], date], Mapping[int, Answer]]


@dataclass(frozen=True)
class Line:
    """One thing an office needs. ``ask`` answers for many offices in one query, by office id, an office that
    it leaves out has nothing; ``mend`` gives the page on which it is put right."""

    code: str
    label: Any
    needed: Any
    ask: Asked
    mend: Callable[[Office], str]


_lines: dict[str, Line] = {}


def register(line: Line) -> None:
    """Add a line; twice the same code is a programming error unless it is the same line."""
    if _lines.setdefault(line.code, line).ask is not line.ask:
        raise ValueError(f"opening line {line.code} registered twice")


def lines() -> Sequence[Line]:
    return tuple(_lines.values())


@dataclass(frozen=True)
class Told:
    """A line with its answer for one office."""

    line: Line
    office: Office
    answer: Answer

    @property
    def state(self) -> str:
        return "done" if self.answer.ok else "missing"

    @property
    def url(self) -> str:
        return self.line.mend(self.office)


def of_offices(offices: Sequence[Office], day: date) -> dict[int, list[Told]]:
    """Every line of every office, one query a line."""
    nothing = Answer(False, _("ไม่มี"))
    answers = [(line, line.ask(offices, day)) for line in lines()]
    return {
        office.pk: [Told(line, office, found.get(office.pk, nothing)) for line, found in answers]
        for office in offices
    }


# --- What this app knows ---


def _counted(counts: Mapping[int, int], unit: str) -> dict[int, Answer]:
    return {pk: Answer(count > 0, f"{count:,} {unit}") for pk, count in counts.items()}


def _people(offices: Sequence[Office], day: date) -> Mapping[int, Answer]:
    rows = in_force(day).filter(office__in=offices).order_by().values("office")
    return _counted(dict(rows.values_list("office", Count("person", distinct=True))), _("คน"))


def _posts(offices: Sequence[Office], day: date) -> Mapping[int, Answer]:
    rows = Post.objects.filter(office__in=offices, valid__contains=day).order_by().values("office")
    return _counted(dict(rows.values_list("office", Count("pk"))), _("ตำแหน่ง"))


def _orders(offices: Sequence[Office], day: date) -> Mapping[int, Answer]:
    """A chief in office, a head of each group, and somebody who acts when the chief is away."""
    signed = Assignment.objects.filter(
        office__in=offices, valid__contains=day, order__valid__contains=day, order__signed_on__lte=day
    )
    counts: Counter[tuple[int, str]] = Counter()
    for office, kind, standing, rank in signed.values_list("office", "kind", "standing", "acting_rank"):
        if kind in CHIEF_KINDS and not standing:
            counts[office, "chief"] += 1
        if kind == AssignmentKind.ACTING_CHIEF:
            counts[office, "acting"] += 1
        if kind == AssignmentKind.GROUP_HEAD and not rank:
            counts[office, "head"] += 1
    groups = Group.objects.filter(office__in=offices, valid__contains=day).order_by().values("office")
    wanted = dict(groups.values_list("office", Count("pk")))
    found = {}
    for place in offices:
        heads, needed = counts[place.pk, "head"], wanted.get(place.pk, 0)
        lacking = [
            *([] if counts[place.pk, "chief"] else [_("ไม่มีอุตสาหกรรมจังหวัด")]),
            *([] if counts[place.pk, "acting"] else [_("ไม่มีคำสั่งรักษาราชการแทน")]),
            *(
                []
                if heads >= needed > 0
                else [_("หัวหน้ากลุ่ม %(heads)s จาก %(needed)s") % {"heads": heads, "needed": needed}]
            ),
        ]
        found[place.pk] = Answer(not lacking, " · ".join(lacking) or _("ครบ"))
    return found


def _groups(offices: Sequence[Office], day: date) -> Mapping[int, Answer]:
    rows = Group.objects.filter(office__in=offices, valid__contains=day).order_by().values("office")
    return _counted(dict(rows.values_list("office", Count("pk"))), _("กลุ่ม"))


def _letterhead(offices: Sequence[Office], day: date) -> Mapping[int, Answer]:
    """The emblem is the state's, one for all."""
    known = Letterhead.objects.filter(since__lte=day).exists()
    answer = Answer(known, _("มีตราแล้ว") if known else _("ยังไม่มีตราที่หัวกระดาษ"))
    return {office.pk: answer for office in offices}


def _prefix(offices: Sequence[Office], day: date) -> Mapping[int, Answer]:
    """The office's own prefix, verified; the default of the nation is not."""
    places = {place_of(office.code): office.pk for office in offices}
    rows = DatedSetting.objects.filter(
        key=kind_of(APPOINTMENT_ORDER).prefix_key, valid__contains=day, place__in=places
    ).values_list("place", "value")
    return {places[place]: Answer(True, str(value)) for place, value in rows}


def _registers(offices: Sequence[Office], day: date) -> Mapping[int, Answer]:
    """This year's register of orders is opened, so that it goes on where the paper book stopped."""
    rows = Register.objects.filter(office__in=offices, kind=APPOINTMENT_ORDER, year_be=be_year(day))
    return {
        office: Answer(True, _("เริ่มที่เลข %s") % opening)
        for office, opening in rows.values_list("office", "opening")
    }


def _invitations(offices: Sequence[Office], day: date) -> Mapping[int, Answer]:
    """Everybody assigned has an account."""
    rows = (
        Person.objects.filter(assignments__in=in_force(day).filter(office__in=offices))
        .order_by()
        .values("assignments__office")
        .annotate(
            all=Count("pk", distinct=True), without=Count("pk", distinct=True, filter=Q(user__isnull=True))
        )
        .values_list("assignments__office", "all", "without")
    )
    return {
        office: Answer(
            without == 0,
            _("ยังไม่มีบัญชี %(without)s จาก %(all)s คน") % {"without": without, "all": total}
            if without
            else _("มีบัญชีครบ %(all)s คน") % {"all": total},
        )
        for office, total, without in rows
    }


def _to(name: str, *, of_office: bool = False) -> Callable[[Office], str]:
    def url(office: Office) -> str:
        return reverse(name, args=[office.uuid]) if of_office else f"{reverse(name)}?office={office.code}"

    return url


def _fact(key: str) -> Callable[[Office], str]:
    return lambda office: f"{reverse('portal:fact-detail', args=[key])}?office={office.code}"


def declare() -> None:
    """The lines of this app."""
    for line in (
        Line("groups", gettext_lazy("กลุ่มงาน"), gettext_lazy("มีกลุ่มงานที่ใช้อยู่วันนี้"), _groups,
             _to("offices:group-list")),
        Line("posts", gettext_lazy("ตำแหน่ง"), gettext_lazy("มีตำแหน่งของสำนักงาน"), _posts,
             _to("offices:staffing-detail", of_office=True)),
        Line("people", gettext_lazy("บุคลากร"), gettext_lazy("มีผู้ได้รับแต่งตั้งวันนี้"),
             _people, _to("offices:person-list")),
        Line("orders", gettext_lazy("คำสั่ง"),
             gettext_lazy("อุตสาหกรรมจังหวัด หัวหน้าทุกกลุ่ม และคำสั่งรักษาราชการแทน"), _orders,
             _to("offices:orderproposal-list")),
        Line("letterhead", gettext_lazy("ตราที่หัวกระดาษ"), gettext_lazy("ตราของทางราชการ ใช้ร่วมกันทุกสำนักงาน"),
             _letterhead, _to("offices:register-list")),
        Line("prefix", gettext_lazy("คำนำหน้าเลขที่เอกสาร"), gettext_lazy("ค่าของสำนักงานเอง"), _prefix,
             _fact(kind_of(APPOINTMENT_ORDER).prefix_key)),
        Line("registers", gettext_lazy("เลขเริ่มต้นของทะเบียน"), gettext_lazy("ทะเบียนคำสั่งของปีนี้เปิดแล้ว"),
             _registers, _to("offices:register-list")),
        Line("invitations", gettext_lazy("บัญชีผู้ใช้"), gettext_lazy("ทุกคนที่ได้รับแต่งตั้งมีบัญชี"), _invitations,
             _to("offices:person-list")),
    ):  # fmt: skip
        register(line)
