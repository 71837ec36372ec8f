"""Pages of the ways to reach a factory. Whoever opens the list has read it, and that is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from factories import policies, selectors
from factories.models import Factory, FactoryContact
from factories.services import contacts
from factories.services.factories import may_edit
from portal import audit, words
from portal.actors import Actor
from portal.screens import Action, Column, Crumb, EditScreen, ListScreen, Related
from portal.screens.base import found

State = FactoryContact.State


def _states(*offered: str) -> list[tuple[str, str]]:
    """What a form offers, in the words of the reader's language."""
    return [(code, words.word("contact", code).label) for code in offered]


def contacts_url(factory: Factory) -> str:
    return reverse("factories:factorycontact-list", args=[factory.uuid])


SHOWN = Related(
    gettext_lazy("ช่องทางติดต่อ"),
    (
        Column("value", gettext_lazy("เลขหรือที่อยู่"), "masked"),
        Column("kind", gettext_lazy("ช่องทาง"), lambda row: row.get_kind_display()),
        Column("role", gettext_lazy("หน้าที่ของผู้รับ")),
        Column("state", gettext_lazy("สถานะ"), kind="state", group="contact"),
        Column("state_on", gettext_lazy("ตั้งแต่"), kind="date"),
        Column("source", gettext_lazy("ที่มา")),
    ),
    rows=lambda factory: factory.contacts.order_by("state", "-id"),
    empty=gettext_lazy("ยังไม่มีช่องทางติดต่อ กด “ช่องทางติดต่อ” ด้านบนเพื่อเพิ่ม"),
)
"""On the factory's own page: a person's number without its middle."""


class OfFactory:
    """What the pages of one factory's contacts share."""

    kwargs: dict[str, Any]
    actor: Actor
    here: Any

    @cached_property
    def factory(self) -> Factory:
        return found(selectors.factories().filter(uuid=self.kwargs["uuid"]).first())

    def factory_crumbs(self) -> tuple[Crumb, ...]:
        url = reverse("factories:factory-detail", args=[self.factory.uuid])
        return (
            Crumb(_("ทะเบียนโรงงาน"), self.here(reverse("factories:factory-list"))),
            Crumb(self.factory.shown_name, self.here(url)),
        )


class ContactList(OfFactory, ListScreen):
    policy = policies.registry_writers
    title = gettext_lazy("ช่องทางติดต่อ")
    lead = gettext_lazy("เลขเดิมไม่ถูกเขียนทับ เลขใหม่เป็นรายการใหม่ การเปิดดูหน้านี้ถูกบันทึกไว้")
    order = ("state", "-id")
    empty = gettext_lazy("ยังไม่มีช่องทางติดต่อ")
    empty_hint = gettext_lazy("เพิ่มเบอร์โทรศัพท์ อีเมล หรือที่อยู่ทางไปรษณีย์")
    columns = (
        Column(
            "value",
            gettext_lazy("เลขหรือที่อยู่"),
            "value",
            link=lambda row: reverse("factories:factorycontact-edit", args=[row.uuid]),
        ),
        Column("kind", gettext_lazy("ช่องทาง"), lambda row: row.get_kind_display(), sort="kind"),
        Column("role", gettext_lazy("หน้าที่ของผู้รับ")),
        Column("personal", gettext_lazy("ของบุคคลธรรมดา"), kind="bool"),
        Column("state", gettext_lazy("สถานะ"), kind="state", sort="state", group="contact"),
        Column("state_on", gettext_lazy("ตั้งแต่"), kind="date"),
        Column("source", gettext_lazy("ที่มา")),
        Column("said_by", gettext_lazy("ผู้แจ้ง")),
        Column("noted_on", gettext_lazy("วันที่ได้มา"), kind="date", sort="noted_on"),
    )

    def crumbs(self) -> Sequence[Crumb]:
        return self.factory_crumbs()

    def rows(self) -> QuerySet[Any]:
        return FactoryContact.objects.filter(factory=self.factory)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = super().get(request, *args, **kwargs)
        audit.record(self.actor, "contact.read", factory=str(self.factory.uuid))
        return answer

    def buttons(self) -> Sequence[Action]:
        refused = ""
        if not may_edit(self.actor, self.factory):
            refused = _("แก้ได้เฉพาะ: %s ของจังหวัดนี้") % policies.registry_writers.label
        url = self.here(reverse("factories:factorycontact-add", args=[self.factory.uuid]))
        return (Action(_("เพิ่มช่องทาง"), url, primary=True, refused=refused),)


class ContactForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("ช่องทาง"), choices=FactoryContact.Kind.choices)
    value = forms.CharField(label=gettext_lazy("เลขหรือที่อยู่"), max_length=300)
    role = forms.CharField(
        label=gettext_lazy("หน้าที่ของผู้รับ"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("เช่น ผู้จัดการโรงงาน ฝ่ายสิ่งแวดล้อม ไม่ต้องใส่ชื่อบุคคล"),
    )
    personal = forms.BooleanField(
        label=gettext_lazy("เป็นเลขหรือที่อยู่ส่วนตัวของบุคคล"),
        required=False,
        help_text=gettext_lazy("หน้าโรงงานจะแสดงเพียงบางส่วน"),
    )
    source = forms.CharField(
        label=gettext_lazy("ที่มา"),
        max_length=200,
        help_text=gettext_lazy("เช่น โรงงานแจ้งทางโทรศัพท์ หนังสือโรงงาน"),
    )
    said_by = forms.CharField(
        label=gettext_lazy("ผู้แจ้ง"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("หน่วยงานหรือหน้าที่ ไม่ต้องใส่ชื่อบุคคล"),
    )
    state = forms.ChoiceField(
        label=gettext_lazy("สถานะ"),
        choices=lambda: _states(State.UNVERIFIED, State.VERIFIED),
    )


class ContactAdd(OfFactory, EditScreen):
    policy = policies.registry_writers
    title = gettext_lazy("เพิ่มช่องทางติดต่อ")
    form_class = ContactForm

    def crumbs(self) -> Sequence[Crumb]:
        return (
            *self.factory_crumbs(),
            Crumb(_("ช่องทางติดต่อ"), self.here(contacts_url(self.factory))),
        )

    def context(self, **extra: Any) -> dict[str, Any]:
        _known = self.factory  # 404 for a factory of another office, also when the form is wrong
        return super().context(**extra)

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        contacts.add(actor=actor, factory_uuid=self.factory.uuid, **data)
        return contacts_url(self.factory)


class StateForm(forms.Form):
    state = forms.ChoiceField(label=gettext_lazy("สถานะ"), choices=lambda: _states(*State.values))
    said_by = forms.CharField(
        label=gettext_lazy("ผู้แจ้ง"),
        max_length=120,
        help_text=gettext_lazy("หน่วยงานหรือหน้าที่ ไม่ต้องใส่ชื่อบุคคล"),
    )


class ContactEdit(EditScreen):
    """Whether a contact works, and who said so. Its value is never rewritten."""

    policy = policies.registry_writers
    title = gettext_lazy("สถานะของช่องทางติดต่อ")
    form_class = StateForm

    @cached_property
    def row(self) -> FactoryContact:
        rows = FactoryContact.objects.select_related("factory__province")
        return found(rows.filter(uuid=self.kwargs["uuid"]).first())

    def crumbs(self) -> Sequence[Crumb]:
        factory = self.row.factory
        url = reverse("factories:factory-detail", args=[factory.uuid])
        return (
            Crumb(factory.shown_name, self.here(url)),
            Crumb(_("ช่องทางติดต่อ"), self.here(contacts_url(factory))),
        )

    def get_title(self) -> Any:
        return f"{self.row.get_kind_display()} {self.row.masked}"

    def initial(self) -> dict[str, Any]:
        return {"state": self.row.state}

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        contacts.set_state(actor=actor, contact=self.row, on=actor.as_of, **data)
        return contacts_url(self.row.factory)
