"""Pages of documents and registers inside the house."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from offices.documents import kinds, selectors, services
from offices.documents.filters import DocumentFilter
from offices.documents.forms import LetterheadForm, OpeningForm, RegisterForm
from offices.documents.policies import kept_offices, register_keepers
from offices.models import Document, Register
from offices.policies import central_admin, directory_readers
from offices.views import columns as shared
from portal.actors import Actor
from portal.calendar import be_year
from portal.screens import (
    Action,
    Change,
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
from portal.words import word

KIND = Column("kind", _("ประเภทเอกสาร"), value=lambda row: kinds.kind_of(row.kind).label, sort="kind")
STATE = Column("state", _("สถานะ"), kind="state", group="document", sort="state")
ISSUER = Column(
    "issuer", _("ออกโดย"), value=lambda row: row.issuer or row.office.name_th, sort=thai_order("issuer")
)


def _of_document(row: Document) -> str:
    return reverse("offices:document-detail", args=[row.uuid])


def _signer(row: Document) -> str:
    said = row.signatory
    return " ".join([said["name"], said["position"], *said["capacity"]]) if said else ""


class DocumentList(ListScreen):
    policy = directory_readers
    title = _("เอกสาร")
    lead = _("เอกสารที่ออกเลขแล้ว และเอกสารจากภายนอกที่บันทึกไว้ ไม่มีการแก้ มีแต่ฉบับที่ยกเลิกหรือแทนที่")
    columns = (
        Column("reference", _("เลขที่เอกสาร"), sort="number", link=_of_document),
        Column("signed_on", _("ลงวันที่"), kind="date", sort="signed_on"),
        Column("subject", _("ชื่อเรื่อง"), sort=thai_order("subject")),
        KIND,
        ISSUER,
        shared.OFFICE,
        STATE,
    )
    order = ("-signed_on", "-number")
    search = ("reference", "subject", "issuer")
    search_hint = _("เลขที่ เรื่อง หรือผู้ออก")
    filterset_class = DocumentFilter
    empty_hint = _("เอกสารเกิดเมื่อมีการลงนามเรื่องที่ต้องออกเลข")

    def rows(self) -> QuerySet[Any]:
        return selectors.documents(self.actor.as_of, self.actor)

    def buttons(self) -> Sequence[Action]:
        return (Action(_("ทะเบียน"), self.here(reverse("offices:register-list"))),)


class DocumentDetail(DetailScreen):
    policy = directory_readers
    help_title = _("ข้อมูลเอกสาร")
    help_words = ("document",)
    groups = (
        Fields(
            _("เอกสาร"),
            (
                Column("reference", _("เลขที่เอกสาร")),
                Column("signed_on", _("ลงวันที่"), kind="date"),
                Column("subject", _("ชื่อเรื่อง")),
                Column("kind", _("ประเภทเอกสาร"), value=KIND.value),
                Column("issuer", _("ออกโดย"), value=ISSUER.value),
                Column("signatory", _("ผู้ลงนาม"), value=_signer),
                Column("authority", _("อำนาจตาม"), value=lambda row: row.signatory.get("authority", "")),
                Column("back_dated", _("เหตุที่ลงวันที่ย้อนหลัง")),
                Column("made_as", _("บันทึกโดย")),
                Column("made_at", _("บันทึกเมื่อ"), kind="time"),
            ),
        ),
        Fields(
            _("หลักฐาน"),
            (
                Column("file_sha256", _("SHA-256 ของไฟล์"), kind="code"),
                Column("content_sha256", _("SHA-256 ของเนื้อหา"), kind="code"),
                Column(
                    "check",
                    _("หน้าตรวจสอบสาธารณะ"),
                    value=lambda row: gettext("เปิดหน้าตรวจสอบ") if row.token else "",
                    link=lambda row: (
                        reverse("check:document-detail", args=[row.token]) if row.token else None
                    ),
                ),
            ),
        ),
    )
    related = (
        Related(
            _("สิ้นผลโดย"),
            (
                Column("how", _("สถานะ"), kind="state", group="document"),
                Column("by", _("เลขที่เอกสาร"), value="by.reference", link=lambda row: _of_document(row.by)),
                Column("since", _("มีผลตั้งแต่"), kind="date"),
                Column("reason", _("เหตุผล")),
            ),
            lambda row: [row.end] if hasattr(row, "end") else [],
            empty=_("ไม่มีฉบับใดยกเลิกหรือแทนที่"),
        ),
        Related(
            _("ฉบับที่เอกสารนี้ยกเลิกหรือแทนที่"),
            (
                Column(
                    "document",
                    _("เลขที่เอกสาร"),
                    value="document.reference",
                    link=lambda row: _of_document(row.document),
                ),
                Column("how", _("สถานะ"), kind="state", group="document"),
                Column("since", _("มีผลตั้งแต่"), kind="date"),
            ),
            lambda row: row.ended.select_related("document").order_by("id"),
            empty=_("ไม่มี"),
        ),
    )

    def rows(self) -> QuerySet[Any]:
        return selectors.documents(self.actor.as_of, self.actor)

    def states(self, row: Any) -> Sequence[Any]:
        return (word("document", row.state),)

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(DocumentList.title, self.here(reverse("offices:document-list")))]

    def actions(self, row: Any) -> Sequence[Action]:
        label = _("ดาวน์โหลดไฟล์สแกน") if row.issuer else _("ดาวน์โหลด PDF")
        return (Action(label, reverse("portal:storedfile-download", args=[row.file.uuid]), primary=True),)


# --- Registers ---


def _of_register(row: Register) -> str:
    asked = urlencode({"kind": row.kind, "year": row.year_be, "source": "ours", "office": row.office.code})
    return f"{reverse('offices:document-list')}?{asked}"


class RegisterList(ListScreen):
    policy = directory_readers
    title = _("ทะเบียนเลขที่เอกสาร")
    order = ("-year_be", "office__code", "kind")
    search = ("office__short_th",)
    search_hint = _("ชื่อสำนักงาน")
    empty_hint = _("ทะเบียนเปิดเองเมื่อออกเลขแรกของปี สำนักงานที่เปลี่ยนจากกระดาษกลางปีกำหนดเลขเริ่มต้นก่อน")

    @property
    def lead(self) -> Any:
        said = gettext("เลขเรียงต่อกันไม่มีข้าม ตามสำนักงาน ประเภทเอกสาร และปีปฏิทินของวันที่ลงนาม")
        if selectors.has_letterhead(self.actor.as_of):
            return said
        return said + " · " + gettext("ยังไม่มีไฟล์ตราครุฑ เอกสารจึงเว้นช่องว่างไว้ที่หัวกระดาษ ผู้ดูแลระบบส่วนกลางเพิ่มได้")

    @property
    def columns(self) -> Sequence[Column]:  # type: ignore[override]
        return (
            shared.OFFICE,
            KIND,
            Column("year_be", _("ปี พ.ศ."), kind="code", sort="year_be"),
            Column("opening", _("เลขเริ่มต้น"), kind="integer", sort="opening"),
            Column("last_number", _("เลขล่าสุด"), kind="integer", sort="last_number", link=self._documents),
            Column("last_on", _("ลงวันที่ล่าสุด"), kind="date", sort="last_on"),
            Column("set", _("ดำเนินการ"), value=self._settable, link=self._setting),
        )

    def rows(self) -> QuerySet[Any]:
        return selectors.registers()

    def _documents(self, row: Any) -> str | None:
        return _of_register(row) if row.last_number is not None else None

    def _may_set(self, row: Any) -> bool:
        return row.last_number is None and row.office_id in kept_offices(self.actor)

    def _settable(self, row: Any) -> Any:
        return gettext("กำหนดเลขเริ่มต้น") if self._may_set(row) else ""

    def _setting(self, row: Any) -> str | None:
        return reverse("offices:register-edit", args=[row.uuid]) if self._may_set(row) else None

    def buttons(self) -> Sequence[Action]:
        found = []
        if register_keepers.test(self.actor):
            found.append(Action(_("เปิดทะเบียน"), self.here(reverse("offices:register-add")), primary=True))
        if central_admin.test(self.actor):
            found.append(Action(_("ตราที่หัวกระดาษ"), reverse("offices:letterhead-add")))
        return found


class RegisterAdd(EditScreen):
    policy = register_keepers
    title = _("เปิดทะเบียน")
    lead = _("สำหรับสำนักงานที่เปลี่ยนจากทะเบียนกระดาษกลางปี ปีอื่นทะเบียนเปิดเองที่เลข 1")
    form_class = RegisterForm
    confirm = True
    done = _("กำหนดเลขเริ่มต้นแล้ว")

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(RegisterList.title, self.here(reverse("offices:register-list")))]

    def form_kwargs(self) -> dict[str, Any]:
        return {"offices": kept_offices(self.actor)}

    def initial(self) -> dict[str, Any]:
        return {"year_be": be_year(self.actor.as_of)}

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        register = f"{kinds.kind_of(data['kind']).label} {data['year_be']} {data['office']}"
        return [Change(_("ทะเบียน"), register), Change(_("เลขแรกที่ระบบจะออก"), data["opening"])]

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        services.set_opening(actor=actor, **data)
        return reverse("offices:register-list")


class RegisterEdit(EditScreen):
    policy = register_keepers
    title = _("กำหนดเลขเริ่มต้น")
    form_class = OpeningForm
    confirm = True
    done = _("กำหนดเลขเริ่มต้นแล้ว")

    @cached_property
    def register(self) -> Any:
        rows = selectors.registers().filter(office__in=kept_offices(self.actor))
        return found(rows.filter(uuid=self.kwargs["uuid"]).first())

    def get_title(self) -> Any:
        return f"{self.title}: {self.register}"

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(RegisterList.title, self.here(reverse("offices:register-list")))]

    def initial(self) -> dict[str, Any]:
        return {"opening": self.register.opening}

    def changes(self, data: dict[str, Any]) -> Sequence[Change]:
        return [Change(_("เลขแรกที่ระบบจะออก"), data["opening"], self.register.opening)]

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        row = self.register
        services.set_opening(
            actor=actor, office=row.office, kind=row.kind, year_be=row.year_be, opening=data["opening"]
        )
        return reverse("offices:register-list")


class LetterheadAdd(EditScreen):
    policy = central_admin
    title = _("ตราที่หัวกระดาษ")
    lead = _("ตราครุฑไม่อยู่ในชุดโปรแกรม ผู้ดูแลระบบเพิ่มไฟล์ของหน่วยงาน เอกสารที่ออกไปแล้วไม่เปลี่ยน")
    form_class = LetterheadForm
    done = _("เพิ่มตราแล้ว")

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(RegisterList.title, self.here(reverse("offices:register-list")))]

    def initial(self) -> dict[str, Any]:
        return {"since": self.actor.as_of}

    def save(self, data: dict[str, Any], actor: Actor) -> str:
        image = data["image"]
        services.add_letterhead(actor=actor, since=data["since"], image=(image.name, image))
        return reverse("offices:register-list")
