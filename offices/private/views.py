"""Pages of personal data: covered until somebody says why, and what the person himself sees and has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from offices.models import Person, PersonPrivate
from offices.private import policies, selectors, services
from offices.private.fields import FIELDS
from offices.private.forms import CardForm, OwnReasonForm, PrivateForm, ReasonForm
from offices.selectors import people
from offices.views.people import PersonList
from portal.access import signed_in
from portal.actors import Actor
from portal.problems import Invalid, NotAllowed
from portal.screens import Action, Crumb, EditScreen, Screen
from portal.screens.base import found

READINGS = _("การอ่านข้อมูลส่วนบุคคลของบุคลากร")


class Covered(Screen):
    """A page with personal data on it: it is stored nowhere on the way."""

    def admitted(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        answer = super().admitted(request, *args, **kwargs)
        answer["Cache-Control"] = "private, no-store"
        return answer

    @cached_property
    def person(self) -> Person:
        """Whose data the page is about: somebody of the reader's scope."""
        return found(people.visible_people().filter(uuid=self.kwargs["uuid"]).first())

    @property
    def home(self) -> str:
        """The page of the covered fields."""
        return self.here(reverse("offices:private-detail", args=[self.person.uuid]))

    def reveal_url(self, name: str) -> str:
        return self.here(reverse("offices:private-reveal", args=[self.person.uuid, name]))

    def crumbs(self) -> Sequence[Crumb]:
        found_crumbs = [
            Crumb(PersonList.title, self.here(reverse("offices:person-list"))),
            Crumb(self.person.name, self.here(reverse("offices:person-detail", args=[self.person.uuid]))),
        ]
        if self.request.path != reverse("offices:private-detail", args=[self.person.uuid]):
            found_crumbs.append(Crumb(PrivateDetail.title, self.home))
        return found_crumbs


class Mine(Covered):
    """The same for the reader himself, wherever he works."""

    @cached_property
    def person(self) -> Person:
        return found(Person.objects.filter(pk=self.actor.person_id or 0).first())

    @property
    def home(self) -> str:
        return self.here(reverse("offices:private-mine"))

    def reveal_url(self, name: str) -> str:
        return self.here(reverse("offices:private-mine-reveal", args=[name]))

    def crumbs(self) -> Sequence[Crumb]:
        return (
            [] if self.request.path == reverse("offices:private-mine") else [Crumb(MyData.title, self.home)]
        )


class PrivateDetail(Covered):
    policy = policies.readers
    title = _("ข้อมูลส่วนบุคคล")
    lead = _("ปิดทับไว้ทุกช่อง เปิดดูทีละช่องโดยบอกเหตุผล เจ้าของข้อมูลเห็นว่าใครเปิดและเพราะอะไร")
    template_name = "offices/private/person.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not policies.reading(self.actor, self.person):
            raise NotAllowed(gettext("วันนี้บุคคลนี้ไม่ได้ปฏิบัติหน้าที่ในสำนักงานของท่าน จึงไม่มีข้อมูลที่เปิดให้ท่าน"))
        return self.render()

    def buttons(self, row: PersonPrivate | None) -> Sequence[Action]:
        """What may be done with the fields."""
        if not policies.is_keeper(self.actor):
            return ()
        log = reverse("offices:privatereading-list")
        return (
            Action(
                _("แก้ไข"), self.here(reverse("offices:private-edit", args=[self.person.uuid])), primary=True
            ),
            Action(_("ใครอ่าน"), self.here(f"{log}?subject={self.person.uuid}")),
            Action(
                _("ขอลบ"),
                self.here(reverse("offices:erasure-add", args=[self.person.uuid])),
                refused="" if row is not None else gettext("ไม่มีข้อมูลส่วนบุคคลที่เก็บไว้"),
            ),
        )

    def context(self, **extra: Any) -> dict[str, Any]:
        row = selectors.live_row(self.person)
        needs = policies.reading(self.actor, self.person)
        return super().context(
            person=self.person,
            fields=[
                (
                    shown,
                    self.reveal_url(shown.field.name) if shown.known and shown.field.need in needs else "",
                )
                for shown in selectors.covered(row)
                if shown.field.need in needs
            ],
            erased=selectors.erased_rows(self.person),
            actions=self.buttons(row),
            **extra,
        )


class MyData(Mine, PrivateDetail):
    """What the portal holds of its reader, who read it, and a copy for himself."""

    policy = signed_in
    title = _("ข้อมูลของฉัน")
    lead = _("ข้อมูลส่วนบุคคลของท่าน ผู้ที่เปิดดู และสำเนาข้อมูลทั้งหมดที่ระบบมี")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.actor.person_id is None:
            return self.render_nobody()
        return self.render()

    def render_nobody(self) -> HttpResponse:
        """The page of an account that belongs to no person yet."""
        self.template_name = "offices/private/nobody.html"
        return super(PrivateDetail, self).render()

    def buttons(self, row: PersonPrivate | None) -> Sequence[Action]:
        return (
            Action(_("แก้ช่องทางติดต่อ"), self.here(reverse("offices:private-mine-edit")), primary=True),
            Action(_("ใครอ่านข้อมูลของฉัน"), self.here(reverse("offices:reading-mine"))),
            Action(_("สำเนาข้อมูลของฉัน"), self.here(reverse("offices:owncopy-list"))),
        )

    def context(self, **extra: Any) -> dict[str, Any]:
        if self.actor.person_id is None:
            return super(PrivateDetail, self).context(**extra)
        return super().context(mine=True, **extra)


class PrivateReveal(Covered, EditScreen):
    """One field: first why, then its value in the answer to the press of the button and nowhere else."""

    policy = policies.readers
    help_title = _("เปิดดูข้อมูลส่วนบุคคลหนึ่งช่อง")
    form_class: type[forms.BaseForm] = ReasonForm
    keeps_drafts = False
    submit = _("เปิดดู")

    @cached_property
    def field(self) -> Any:
        return found(FIELDS.get(self.kwargs["field"]))

    def get_title(self) -> Any:
        return gettext("เปิดดู%(field)s") % {"field": self.field.label}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        policies.demand(policies.reading(self.actor, self.person), self.field)
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """No redirect: what must not be stored cannot be carried to another page."""
        policies.demand(policies.reading(self.actor, self.person), self.field)
        if not self.form.is_valid():
            return self.render(status=422)
        try:
            value = services.reveal(
                actor=self.actor,
                person=self.person,
                name=self.field.name,
                reason=self.form.cleaned_data["reason"],
            )
        except PersonPrivate.DoesNotExist:
            raise Http404 from None
        except Invalid as problem:
            self._add(problem)
            return self.render(status=422)
        self.template_name = "offices/private/revealed.html"
        return self.render(value=value, field=self.field, person=self.person, home=self.home)


class MyReveal(Mine, PrivateReveal):
    policy = signed_in
    form_class = OwnReasonForm
    help_title = _("เปิดดูข้อมูลของฉันหนึ่งช่อง")


class PrivateEdit(Covered, EditScreen):
    policy = policies.keepers
    title = _("แก้ไขข้อมูลส่วนบุคคล")
    lead = _("ค่าที่มีอยู่ไม่แสดงที่นี่ ช่องที่เว้นว่างคงไว้ตามเดิม สิ่งที่พิมพ์ไม่ถูกเก็บเป็นร่าง")
    form_class = PrivateForm
    keeps_drafts = False

    @cached_property
    def row(self) -> PersonPrivate | None:
        return selectors.live_row(self.person)

    def form_kwargs(self) -> dict[str, Any]:
        known = {name for name in FIELDS if self.row is not None and getattr(self.row, name) is not None}
        return {"needs": policies.writing(self.actor, self.person), "known": frozenset(known)}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        _person = self.person  # 404 before a form is shown
        return super().get(request, *args, **kwargs)

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        services.write(actor=actor, person=self.person, values=self.form.values())
        return self.home


class MyEdit(Mine, PrivateEdit):
    policy = signed_in
    title = _("แก้ช่องทางติดต่อ")


class PrivateFind(Covered, EditScreen):
    """Whose number is this: found or not, the looking up is logged."""

    policy = policies.keepers
    title = _("ค้นด้วยเลขประจำตัวประชาชน")
    lead = _("ระบบเทียบกับเลขที่เก็บไว้โดยไม่เปิดเลขของผู้ใด การค้นถูกบันทึกไว้ทั้งที่พบและไม่พบ")
    form_class = CardForm
    keeps_drafts = False
    submit = _("ค้น")

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(READINGS, self.here(reverse("offices:privatereading-list")))]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.form.is_valid():
            return self.render(status=422)
        try:
            person = services.find_by_card(actor=self.actor, **self.form.cleaned_data)
        except Invalid as problem:
            self._add(problem)
            return self.render(status=422)
        self.template_name = "offices/private/looked_up.html"
        url = self.here(reverse("offices:person-detail", args=[person.uuid])) if person else ""
        return self.render(person=person, person_url=url, again=self.here(request.path))
