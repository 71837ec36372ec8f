"""People: who they are, what they were, are and will be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from offices.forms import PersonForm, PersonNameForm
from offices.learning.policies import levels_seen
from offices.models import Person
from offices.policies import central_admin, directory_readers, is_central_admin, name_keepers
from offices.private.policies import readers, reading
from offices.selectors import people
from offices.selectors.titles import titled
from offices.services import people as services
from offices.views import columns
from portal.actors import Actor
from portal.screens import (
    Action,
    Column,
    Crumb,
    DetailScreen,
    EditScreen,
    Fields,
    ListScreen,
    Related,
    thai_order,
)
from portal.screens.base import found


class PersonFilter(django_filters.FilterSet):
    employment = django_filters.ChoiceFilter(label=_("ประเภทบุคลากร"), choices=Person.Employment.choices)
    assigned = django_filters.ChoiceFilter(
        label=_("คำสั่งวันนี้"), choices=(("True", _("มีผล")), ("False", _("ไม่มี")))
    )

    class Meta:
        model = Person
        fields = ["employment"]


class PersonList(ListScreen):
    policy = directory_readers
    title = _("บุคลากร")
    columns = (
        Column(
            "name",
            _("ชื่อ"),
            sort=thai_order("first_th"),
            link=lambda row: reverse("offices:person-detail", args=[row.uuid]),
        ),
        Column("post_title", _("ตำแหน่ง"), sort=thai_order("post_title")),
        Column("employment", _("ประเภทบุคลากร"), value=lambda row: row.get_employment_display()),
        Column("assigned", _("มีคำสั่งที่มีผลวันนี้"), kind="bool", sort="assigned"),
    )
    order = (thai_order("first_th"), thai_order("last_th"))
    search = ("first_th", "last_th", "post_title")
    filterset_class = PersonFilter
    empty_hint = _("ผู้ดูแลระบบส่วนกลางเพิ่มบุคลากร อำนาจมาจากคำสั่งที่ลงนามหรือที่คนที่สองยืนยัน")

    def rows(self) -> QuerySet[Person]:
        return people.people_list(self.actor.as_of)

    def buttons(self) -> Sequence[Action]:
        if not is_central_admin(self.actor):
            return ()
        return (Action(_("เพิ่มบุคลากร"), self.here(reverse("offices:person-add")), primary=True),)


class PersonDetail(DetailScreen):
    policy = directory_readers
    help_title = _("ข้อมูลบุคลากร")
    groups = (
        Fields(
            _("บุคลากร"),
            (
                Column("name", _("ชื่อ")),
                Column("post_title", _("ตำแหน่ง")),
                Column("employment", _("ประเภทบุคลากร"), value=lambda row: row.get_employment_display()),
                Column(
                    "user", _("บัญชีผู้ใช้"), value=lambda row: gettext("มี") if row.user_id else gettext("ไม่มี")
                ),
            ),
        ),
    )

    def rows(self) -> QuerySet[Person]:
        return titled(people.visible_people(), self.actor.as_of)

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(PersonList.title, self.here(reverse("offices:person-list")))]

    @property
    def related(self) -> Sequence[Related]:  # type: ignore[override]
        day = self.actor.as_of
        shown = [columns.KIND, columns.OFFICE, columns.GROUP, columns.PERIOD, columns.STATE, columns.ORDER]
        return (
            Related(
                _("การแต่งตั้ง"),
                shown,
                lambda row: people.with_state(people.visible_assignments().filter(person=row), day).order_by(
                    "-valid", "-id"
                ),
                limit=100,
                empty=_("ยังไม่มีการแต่งตั้ง จึงยังไม่มีอำนาจใดในระบบ"),
            ),
        )

    def actions(self, row: Person) -> Sequence[Action]:
        edit: tuple[Action, ...] = ()
        if services.may_rename(self.actor, row):
            edit = (Action(_("แก้ไขชื่อ"), self.here(reverse("offices:person-edit", args=[row.uuid]))),)
        past = Action(_("ประวัติ"), self.here(reverse("offices:personhistory-detail", args=[row.uuid])))
        private = Action(_("ข้อมูลส่วนบุคคล"), self.here(reverse("offices:private-detail", args=[row.uuid])))
        learning: tuple[Action, ...] = ()
        if levels_seen(self.actor).filter(pk=row.pk).exists():
            url = self.here(reverse("offices:learner-detail", args=[row.uuid]))
            learning = (Action(_("ระดับและการเรียนรู้"), url),)
        if not is_central_admin(self.actor):
            shown = (private,) if reading(self.actor, row) and readers.test(self.actor) else ()
            return (past, *shown, *learning, *edit)
        return (
            past,
            private,
            *learning,
            *edit,
            Action(_("บันทึกคำสั่งจากภายนอก"), self.here(reverse("offices:orderproposal-outside"))),
            Action(
                _("รหัสตั้งรหัสผ่านใหม่") if row.user_id else _("เชิญด้วยรหัสครั้งเดียว"),
                self.here(reverse("offices:person-invite", args=[row.uuid])),
            ),
            Action(
                _("ขอล้างการยืนยันสองขั้นตอน"),
                self.here(reverse("offices:secondfactorreset-add", args=[row.uuid])),
                refused="" if row.user_id else gettext("ยังไม่มีบัญชีผู้ใช้"),
            ),
        )


class PersonAdd(EditScreen):
    policy = central_admin
    title = _("เพิ่มบุคลากร")
    form_class = PersonForm
    done = _("เพิ่มบุคลากรแล้ว")

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(PersonList.title, self.here(reverse("offices:person-list")))]

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        person = services.add_person(actor=actor, **data)
        return reverse("offices:person-detail", args=[person.uuid])


class PersonEdit(EditScreen):
    policy = name_keepers
    title = _("แก้ไขชื่อ")
    lead = _("เอกสารที่ลงนามแล้วคงชื่อเดิม บัญชีบุคลากรที่นำเข้าครั้งต่อไปต้องใช้ชื่อใหม่")
    form_class = PersonNameForm
    done = _("แก้ไขชื่อแล้ว")

    @cached_property
    def person(self) -> Person:
        return found(people.visible_people().filter(uuid=self.kwargs["uuid"]).first())

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        _person = self.person  # 404 before a form is shown
        return super().get(request, *args, **kwargs)

    def get_title(self) -> Any:
        return f"{self.title}: {self.person.name}"

    def crumbs(self) -> Sequence[Crumb]:
        return [
            Crumb(PersonList.title, self.here(reverse("offices:person-list"))),
            Crumb(self.person.name, self.here(reverse("offices:person-detail", args=[self.person.uuid]))),
        ]

    def initial(self) -> dict[str, Any]:
        return {
            name: getattr(self.person, name) for name in ("title_th", "first_th", "last_th", "position_th")
        }

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        services.edit_person(actor=actor, person=self.person, **data)
        return reverse("offices:person-detail", args=[self.person.uuid])
