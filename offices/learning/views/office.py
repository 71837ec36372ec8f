"""Readiness of one office: the people behind a cell of the board."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.learning import boards
from offices.learning.boards import Ground, Member, Row
from offices.learning.dated import ASSISTANT_LEVEL, ROTATION_YEARS
from offices.learning.selectors import readiness
from offices.learning.views.board import ReadinessBoard
from offices.learning.views.readiness import OnADay, StateCell
from offices.models import AssignmentKind, Group
from offices.models.learning import Subject
from offices.selectors.placements import Seat
from portal import calendar
from portal.screens import Column, Crumb, Table
from portal.screens.base import found
from portal.templatetags import portal as show
from portal.words import StateWord, word


class ReadinessOffice(OnADay):
    """One office: what is behind a cell of the board, and what would be without any one person."""

    help_title = gettext_lazy("ความพร้อมของสำนักงานหนึ่งแห่ง")
    template_name = "offices/learning/office.html"
    SHOWS = ("assistants", "plans", "hours")

    @cached_property
    def row(self) -> Row:
        office = found(readiness.office_of(self.kwargs["uuid"]))
        return found(next((row for row in boards.board(self._ground_of(office.pk))), None))

    def _ground_of(self, office: int) -> Ground:
        self.__dict__["_ground"] = readiness.ground(self.day, offices=[office])
        return self.__dict__["_ground"]

    @property
    def ground(self) -> Ground:
        _row = self.row
        return self.__dict__["_ground"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        _row = self.row  # 404 before anything is shown
        return super().get(request, *args, **kwargs)

    def get_title(self) -> Any:
        return _("ความพร้อม %s") % self.row.unit.name

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(ReadinessBoard.title, self.here(self.on_that_day(reverse("offices:readiness-list"))))]

    @cached_property
    def subject(self) -> Subject | None:
        """The one subject looked at; None for all."""
        asked = self.request.GET.get("subject", "")
        return next((one.subject for one in self.row.covers if one.subject == asked), None)

    @cached_property
    def shown(self) -> str:
        asked = self.request.GET.get("show", "")
        return asked if asked in self.SHOWS else ""

    @cached_property
    def seats_of(self) -> Mapping[int, list[Seat]]:
        held: dict[int, list[Seat]] = {}
        for seat in self.ground.seats:
            held.setdefault(seat.person, []).append(seat)
        return held

    @cached_property
    def members(self) -> list[Member]:
        """The people of the office that the reader may look at, for the question asked."""
        seen = self.wholly if self.shown in ("plans", "hours") else self.seen
        members = [self.ground.members[pk] for pk in self.row.people if pk in seen]
        if self.subject is not None:
            members.sort(key=lambda one: -one.level(self.subject or ""))
        elif self.shown == "assistants":
            members = [one for one in members if self._assistant_seats(one.pk)]
        return members

    def _assistant_seats(self, person: int) -> list[Seat]:
        return [seat for seat in self.seats_of[person] if seat.kind == AssignmentKind.ASSISTANT]

    def columns(self) -> list[Column]:
        subjects = [self.subject] if self.subject else list(self.ground.settings.subjects())
        columns: list[Column] = [
            Column(
                "name",
                _("ชื่อ"),
                link=lambda one: (
                    reverse("offices:learner-detail", args=[one.uuid]) if one.pk in self.seen else None
                ),
            ),
            Column("kind", _("ฐานะ"), self._kinds),
            Column("group", _("กลุ่ม"), self._groups),
        ]
        if self.shown in ("", "assistants"):
            columns += [self._level(subject) for subject in subjects]
        if self.subject is not None:
            columns.append(StateCell("cover", _("ต่อด้านนี้"), told=self._part))
        if self.shown == "assistants":
            columns.append(StateCell("assistant", _("ผู้ช่วยฯ"), told=self._assistant))
        if self.shown == "plans" or not (self.subject or self.shown):
            columns.append(StateCell("plan", _("แผนพัฒนา"), told=self._plan))
        if self.shown == "hours" or not (self.subject or self.shown):
            columns.append(StateCell("hours", _("ชั่วโมงพัฒนา"), told=self._hours))
        if not (self.subject or self.shown):
            columns.append(Column("since", _("อยู่กลุ่มนี้ตั้งแต่"), self._since))
        return columns

    def _level(self, subject: Subject) -> Column:
        return Column(subject.value, subject.label, lambda one: one.level(subject), kind="integer")

    def _kinds(self, one: Member) -> str:
        held = (str(AssignmentKind(seat.kind).label) for seat in self.seats_of[one.pk])
        return ", ".join(dict.fromkeys(held))

    def _groups(self, one: Member) -> str:
        held = (str(Group.Code(seat.group).label) for seat in self.seats_of[one.pk] if seat.group)
        return ", ".join(dict.fromkeys(held))

    def _since(self, one: Member) -> str:
        """Since when he sits in his group; with a word when that is long."""
        days = [seat.since for seat in self.seats_of[one.pk] if seat.group and seat.since]
        if not days:
            return ""
        years = int(self.ground.settings.of(ROTATION_YEARS).value)
        long = calendar.add_months(min(days), 12 * years) <= self.day
        text = calendar.format_date(min(days))
        return _("%s (ควรพิจารณาหมุนเวียน)") % text if long else text

    def _part(self, one: Member) -> tuple[StateWord | None, str, str]:
        """What this person is to the subject looked at."""
        cover = self.row.cover(self.subject or "")
        if one.pk == cover.single:
            return word("readiness", "single"), "", ""
        if one.pk in cover.holders:
            return word("readiness", "covered"), "", ""
        if one.pk in cover.near:
            return word("readiness", "gap"), "", _("ขาดอีกระดับเดียว")
        return None, "", ""

    def _assistant(self, one: Member) -> tuple[StateWord, str, str]:
        seat = self._assistant_seats(one.pk)[0]
        since = calendar.format_date(seat.since) if seat.since else ""
        return word("assistants", boards.assistant_state(self.ground, seat)), "", since

    def _plan(self, one: Member) -> tuple[StateWord | None, str, str]:
        if not one.plan or one.pk not in self.wholly:
            return None, "", ""
        return word("development_plan", one.plan), "", ""

    def _hours(self, one: Member) -> tuple[StateWord | None, str, str]:
        if one.pk not in self.wholly:
            return None, "", ""
        state = boards.hours_state(self.ground.settings, self.day, one.hours)
        return word("hours", state), "", _("%s ชั่วโมง") % show.number(one.hours)

    def away(self) -> list[dict[str, Any]]:
        """For each person without whom a subject is not covered: who, and which subjects; of those whose
        levels the reader sees."""
        lost: dict[int, list[Subject]] = {}
        for one in self.row.covers:
            if one.single is not None and one.single in self.seen:
                lost.setdefault(one.single, []).append(one.subject)
        return [
            {"name": self.ground.members[pk].name, "subjects": ", ".join(str(one.label) for one in subjects)}
            for pk, subjects in lost.items()
        ]

    def context(self, **extra: Any) -> dict[str, Any]:
        row, settings = self.row, self.ground.settings
        covers = [
            {
                "subject": one.subject,
                "label": one.subject.label,
                "word": word("readiness", one.state),
                "required": one.required,
                "holders": len(one.holders),
                "line": self.cover_line(one) if one.state in ("single", "gap") else "",
                "url": self.here(self.on_that_day(self.request.path, subject=one.subject.value)),
                "current": one.subject == self.subject,
            }
            for one in row.covers
        ]
        seen = self.wholly if self.shown in ("plans", "hours") else self.seen
        hidden = len(row.people) - len(set(row.people) & seen)
        return super().context(
            form=self.form,
            day=self.day,
            today=self.actor.as_of,
            row=row,
            covers=covers,
            assistants=word("assistants", row.assistants),
            plans=word("share", row.plans.state) if row.plans.state else None,
            hours=word("share", row.hours.state) if row.hours.state else None,
            assistant_level=settings.of(ASSISTANT_LEVEL).value,
            target=settings.target_hours,
            away=self.away(),
            unfillable=[str(one.subject.label) for one in row.covers if one.state == "nobody"],
            table=Table(self.columns(), self.members, caption=self.get_title(), here=self.here)
            if self.members
            else None,
            hidden=hidden,
            whole_url=self.here(self.on_that_day(self.request.path)) if self.subject or self.shown else "",
            shows=[(name, self.here(self.on_that_day(self.request.path, show=name))) for name in self.SHOWS],
            unverified=settings.unverified()[:1],
            **extra,
        )
