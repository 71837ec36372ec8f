"""One person's levels, ratings and evidence; the list of levels; setting a level; rating."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.learning import boards, dated, evidence, policies
from offices.learning.dated import CORE_LEVEL
from offices.learning.evidence import Count
from offices.learning.filters import LevelFilter
from offices.learning.forms import AssessmentForm, LevelForm
from offices.learning.rounds import round_of
from offices.learning.selectors import levels, plans
from offices.learning.services import levels as services
from offices.models import Person
from offices.models.learning import Attendance, Competency, LevelDescriptor, Stint, Subject
from offices.policies import directory_readers, is_central_admin
from offices.selectors.placements import seats
from offices.selectors.titles import post_title
from portal import calendar
from portal.actors import Actor
from portal.calendar import fiscal_year, fiscal_year_range
from portal.screens import Action, Change, Column, Crumb, EditScreen, ListScreen, Screen, Table, thai_order
from portal.screens.base import found
from portal.templatetags import portal as show
from portal.words import word

SHOWN = 10


def learner_url(person: Any) -> str:
    return reverse("offices:learner-detail", args=[person.uuid])


class LevelList(ListScreen):
    """People and their level in every subject."""

    policy = directory_readers
    title = gettext_lazy("ระดับความสามารถ")
    lead = gettext_lazy("ระดับ 0–5 ของแต่ละคนในแต่ละด้าน เห็นเฉพาะของตนเอง ผู้ใต้บังคับบัญชา หรือสำนักงานในเขตตรวจราชการ")
    columns = (
        Column("name", gettext_lazy("ชื่อ"), sort=thai_order("first_th"), link=learner_url),
        Column("office", gettext_lazy("สำนักงาน"), "office_name", sort="office_code"),
        Column("group", gettext_lazy("กลุ่ม"), "group_name", sort="group_code"),
        *(
            Column(f"level_{subject.value}", subject.label, kind="integer", sort=f"level_{subject.value}")
            for subject in Subject
        ),
    )
    default_columns = ("name", "office", "group", *(f"level_{one}" for one in dated.MAIN))
    order = ("office_code", thai_order("first_th"))
    search = ("first_th", "last_th")
    search_hint = gettext_lazy("ชื่อหรือนามสกุล")
    filterset_class = LevelFilter
    empty_hint = gettext_lazy("ผู้บังคับบัญชาเป็นผู้กำหนดระดับ จากหน้าของแต่ละคน")

    def rows(self) -> QuerySet[Any]:
        return levels.people_with_levels(self.actor)

    def buttons(self) -> Sequence[Action]:
        return (Action(_("ระดับหมายความว่าอะไร"), reverse("offices:leveldescriptor-list")),)


class DescriptorList(ListScreen):
    """What each level means."""

    policy = directory_readers
    title = gettext_lazy("ความหมายของระดับ")
    columns = (
        Column(
            "of",
            gettext_lazy("ของ"),
            lambda row: row.competency.name_th if row.competency else _("ทุกด้าน"),
            sort="competency__position",
        ),
        Column("level", gettext_lazy("ระดับ"), kind="integer", sort="level"),
        Column("title_th", gettext_lazy("ชื่อระดับ")),
        Column("text_th", gettext_lazy("ความหมาย")),
        Column("source", gettext_lazy("ที่มา")),
    )
    order = ("competency__position", "level")
    search = ("title_th", "text_th")

    def rows(self) -> QuerySet[Any]:
        return LevelDescriptor.objects.select_related("competency")

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(LevelList.title, self.here(reverse("offices:subjectlevel-list")))]


class LearnerMine(Screen):
    """The reader's own page."""

    policy = policies.learners
    help_title = gettext_lazy("การเรียนรู้ของฉัน")

    def get(self, request: HttpRequest) -> HttpResponse:
        own = found(policies.people_seen(self.actor).filter(pk=self.actor.person_id or 0).first())
        return redirect(learner_url(own))


class OfPerson(Screen):
    """What the pages about one person share: the person, within the reader's sight."""

    policy = policies.learners

    @cached_property
    def person(self) -> Person:
        return found(policies.people_seen(self.actor).filter(uuid=self.kwargs["uuid"]).first())

    def crumbs(self) -> Sequence[Crumb]:
        return [
            Crumb(LevelList.title, self.here(reverse("offices:subjectlevel-list"))),
            Crumb(self.person.name, self.here(learner_url(self.person))),
        ]


def _defects(one: Count) -> str:
    """What the check of results found; of matters only, and not known where no check is."""
    if one.deed not in evidence.MATTERS:
        return ""
    return _("ไม่มีข้อมูล") if one.defects is None else f"{one.defects:,}"


_DONE = (
    Column("deed", gettext_lazy("การกระทำ"), lambda one: one.deed.label),
    Column("amount", gettext_lazy("จำนวน"), lambda one: f"{one.amount:,} {one.deed.unit}"),
    Column(
        "subject", gettext_lazy("ด้าน"), lambda one: Subject(one.subject).label if one.subject else _("ทั่วไป")
    ),
    Column("returned", gettext_lazy("อัตราส่งกลับ"), lambda one: one.return_rate, kind="percent"),
    Column(
        "defects",
        gettext_lazy("ข้อบกพร่องที่ตรวจพบ"),
        lambda one: _defects(one),
    ),
)
_SET = (
    Column("subject", gettext_lazy("ด้าน"), lambda row: row.get_subject_display()),
    Column("level", gettext_lazy("ระดับ"), kind="integer"),
    Column("since", gettext_lazy("ตั้งแต่"), kind="date"),
    Column("basis", gettext_lazy("หลักฐานจาก"), lambda row: row.get_basis_display()),
    Column("evidence", gettext_lazy("หลักฐาน")),
    Column("set_by", gettext_lazy("ผู้กำหนด"), lambda row: f"{row.set_by_name} {row.set_as}"),
)
_RATED = (
    Column("competency", gettext_lazy("สมรรถนะหลัก"), lambda one: one.competency.name_th),
    Column("round", gettext_lazy("รอบ"), lambda one: str(one.round), kind="code"),
    Column("own", gettext_lazy("ประเมินตนเอง"), kind="integer"),
    Column("superior", gettext_lazy("ผู้บังคับบัญชาประเมิน"), kind="integer"),
    Column("expected", gettext_lazy("คาดหวัง"), kind="integer"),
    Column("gap", gettext_lazy("ส่วนที่ขาด"), kind="integer"),
)
_PLANS = (
    Column(
        "fiscal_year",
        gettext_lazy("ปีงบประมาณ"),
        lambda row: str(row.fiscal_year),
        link=lambda row: reverse("offices:developmentplan-detail", args=[row.uuid]),
    ),
    Column("goal", gettext_lazy("เป้าหมายของปี")),
    Column("state", gettext_lazy("สถานะ"), kind="state", group="development_plan"),
)
_STINTS = (
    Column(
        "kind",
        gettext_lazy("วิธี"),
        lambda row: row.get_kind_display(),
        link=lambda row: reverse("offices:stint-detail", args=[row.uuid]),
    ),
    Column("subject", gettext_lazy("ด้าน"), lambda row: row.get_subject_display()),
    Column("host_office", gettext_lazy("สำนักงานที่รับ"), "host_office.short_th"),
    Column("starts_on", gettext_lazy("ตั้งแต่วันที่"), kind="date"),
    Column("ends_on", gettext_lazy("ถึงวันที่"), kind="date"),
    Column("state", gettext_lazy("สถานะ"), kind="state", group="stint"),
)
_TRAINED = (
    Column("course", gettext_lazy("หลักสูตร"), "session.course.name_th"),
    Column("ends_on", gettext_lazy("ถึงวันที่"), "session.ends_on", kind="date"),
    Column("role", gettext_lazy("ฐานะ"), lambda row: row.get_role_display()),
    Column("state", gettext_lazy("สถานะ"), kind="state", group="attendance"),
    Column("hours", gettext_lazy("ชั่วโมง"), kind="number"),
    Column("result", gettext_lazy("ผลหรือวุฒิบัตร")),
)


class LearnerDetail(OfPerson):
    """Everything about one person's learning, as far as the reader may see it: an inspector sees the levels
    only."""

    policy = directory_readers
    help_title = gettext_lazy("การเรียนรู้ของบุคลากร")
    help_words = ("development_plan", "stint", "attendance", "hours")
    template_name = "offices/learning/learner.html"

    @cached_property
    def person(self) -> Person:
        return found(policies.levels_seen(self.actor).filter(uuid=self.kwargs["uuid"]).first())

    @cached_property
    def wholly(self) -> bool:
        """Whether the reader sees more than levels."""
        return policies.people_seen(self.actor).filter(pk=self.person.pk).exists()

    def get_title(self) -> Any:
        return self.person.name

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(LevelList.title, self.here(reverse("offices:subjectlevel-list")))]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        _person = self.person
        return self.render()

    @cached_property
    def counts(self) -> list[Count]:
        """What he did in the last years that are counted."""
        since = calendar.add_months(self.actor.as_of, -12 * services.YEARS_COUNTED)
        return evidence.counts([self.person.pk], since, self.actor.as_of)[self.person.pk]

    def actions(self) -> Sequence[Action]:
        me = self.actor.person_id == self.person.pk
        above = policies.deciding(self.actor, self.person.pk) is not None
        superior = not me and policies.superior(self.actor, self.person.pk, self._seats) is not None
        uuid = self.person.uuid
        found = []
        if above:
            found.append(
                Action(
                    _("กำหนดระดับ"), self.here(reverse("offices:subjectlevel-add", args=[uuid])), primary=True
                )
            )
        if me or superior:
            found.append(
                Action(_("ประเมินสมรรถนะหลัก"), self.here(reverse("offices:assessment-add", args=[uuid])))
            )
        if me or above:
            found += [
                Action(_("เปิดแผนพัฒนา"), self.here(reverse("offices:developmentplan-add", args=[uuid]))),
                Action(_("เสนอแผนเรียนรู้งาน"), self.here(reverse("offices:stint-add", args=[uuid]))),
            ]
        if me or is_central_admin(self.actor):
            found.append(
                Action(_("ขอแฟ้มผลงานรับรอง"), self.here(reverse("offices:recordrequest-add", args=[uuid])))
            )
        return found

    @cached_property
    def _seats(self) -> Sequence[Any]:
        return seats(self.actor.as_of, people=[self.person.pk])

    def context(self, **extra: Any) -> dict[str, Any]:
        person, day = self.person, self.actor.as_of
        settings = dated.every(day)
        standings = levels.standings(person, day, settings, self.counts if self.wholly else ())
        return super().context(
            person=person,
            post_title=post_title(person.pk, day),
            wholly=self.wholly,
            actions=self.actions(),
            standings=standings,
            descriptors=levels.descriptors(),
            set_table=self._table(_SET, levels.history(person)[:SHOWN], _("ระดับที่กำหนดไว้")),
            **(self._rest(settings, day) if self.wholly else {}),
            unverified=settings.unverified()[:1],
            **extra,
        )

    def _rest(self, settings: dated.Settings, day: date) -> dict[str, Any]:
        """What only those who see the person whole are shown."""
        person, year = self.person, fiscal_year(day)
        this_year = evidence.counts([person.pk], fiscal_year_range(year)[0], day)[person.pk]
        hours = levels.hours_of(this_year)
        done = [one for one in self.counts if one.deed != evidence.Deed.ASSESSED]  # they stand above
        attended = Attendance.objects.filter(person=person).select_related("session__course")
        return {
            "done_table": self._table(_DONE, done, _("หลักฐานจากงาน")),
            "years": services.YEARS_COUNTED,
            "rated_table": self._table(
                _RATED, levels.ratings(person, day, int(settings.of(CORE_LEVEL).value)), _("สมรรถนะหลัก")
            ),
            "plans_table": self._table(
                _PLANS, person.development_plans.order_by("-fiscal_year")[:SHOWN], _("แผนพัฒนารายบุคคล")
            ),
            "stints_table": self._table(
                _STINTS,
                Stint.objects.filter(person=person)
                .select_related("host_office")
                .order_by("-starts_on")[:SHOWN],
                _("หมุนเวียนและเรียนรู้งาน"),
            ),
            "trained_table": self._table(
                _TRAINED, attended.order_by("-session__ends_on")[:SHOWN], _("การอบรม")
            ),
            "year": year,
            "hours": hours,
            "target": settings.target_hours,
            "hours_word": word("hours", boards.hours_state(settings, day, hours.total)),
            "plan": plans.of_person(person, year),
        }

    def _table(self, columns: Sequence[Column], rows: Any, caption: str) -> Table | None:
        rows = list(rows)
        return Table(columns, rows, caption=caption, here=self.here) if rows else None


class LevelAdd(OfPerson, EditScreen):
    """Setting somebody's level in a subject."""

    policy = policies.superiors
    title = gettext_lazy("กำหนดระดับ")
    lead = gettext_lazy("ระดับที่กำหนดแล้วไม่แก้ ถ้าเปลี่ยนให้กำหนดใหม่ ครั้งล่าสุดเป็นผู้ชี้")
    form_class = LevelForm
    confirm = True
    done = gettext_lazy("กำหนดระดับแล้ว")

    def get_title(self) -> Any:
        return f"{self.title}: {self.person.name}"

    def initial(self) -> dict[str, Any]:
        asked = self.request.GET.get("subject", "")
        return {"since": self.actor.as_of, "subject": asked if asked in Subject.values else ""}

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        rows = levels.levels_on(self.person, self.actor.as_of)
        before = rows.get(data["subject"])
        told = levels.descriptors()
        said = f"{data['level']} {told[data['level']].title_th if data['level'] in told else ''}"
        return [
            Change(_("บุคลากร"), self.person.name),
            Change(_("ด้าน"), Subject(data["subject"]).label),
            Change(_("ระดับ"), said, before.level if before else ""),
            Change(_("ตั้งแต่"), show.thai_date(data["since"])),
            Change(_("หลักฐาน"), data["evidence"]),
        ]

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        services.set_level(actor=actor, person=self.person, evidence_text=data.pop("evidence"), **data)
        return learner_url(self.person)


class AssessmentAdd(OfPerson, EditScreen):
    """Rating the core competencies: one's own, or of somebody below."""

    title = gettext_lazy("ประเมินสมรรถนะหลัก")
    form_class = AssessmentForm
    done = gettext_lazy("บันทึกการประเมินแล้ว")

    def get_title(self) -> Any:
        return f"{self.title}: {self.person.name}"

    def form_kwargs(self) -> dict[str, Any]:
        now = round_of(self.actor.as_of)
        rounds = [(f"{one.fiscal_year}-{one.half}", _("รอบที่ %s") % one) for one in (now, now.before)]
        return {"rounds": rounds}

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        year, _dash, half = data["round"].partition("-")
        codes = Competency.objects.values_list("code", flat=True)
        services.assess(
            actor=actor,
            person=self.person,
            fiscal_year=int(year),
            half=int(half),
            levels={code: level for code in codes if (level := data[f"level_{code}"]) is not None},
            evidence_texts={code: data[f"evidence_{code}"] for code in codes},
            note=data["note"],
        )
        return learner_url(self.person)
