"""Orders issued before the portal with their lines, and the annex of a draft, through the house's intake.

Every line passes the rules of orders and a rehearsal of the whole order, so that what stands in its way is
told at its row. Nothing a file brings is in force: an order from elsewhere waits for a second person, and the
lines of a draft are signed with it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.models import (
    AppointmentOrder,
    Case,
    Group,
    LineKind,
    ListedRow,
    Office,
    OrderLine,
    OrderProposal,
    StatutoryCard,
)
from offices.orders import carry, services, workflow
from offices.policies import order_drafters
from offices.reference import CENTRE
from offices.staffing.lists import undoing
from offices.staffing.lists.known import people_of
from offices.staffing.lists.lines import Listed, as_line, as_row, fit, read
from offices.staffing.lists.sheets import ANNEX, EARLIER_ORDER
from offices.staffing.lists.writing import kept_file
from portal import audit, sql
from portal.actors import Actor
from portal.calendar import be_year
from portal.fields import ThaiDateField
from portal.intake import stage
from portal.intake.handlers import IntakeError, IntakeHandler, StalePlan
from portal.models import Batch, BatchFinding, BatchRow
from portal.sheets.spec import SheetSpec

_OPEN = (workflow.DRAFT, workflow.PROPOSED)


class EarlierOrderForm(forms.Form):
    """What the order says above its lines."""

    issuer = forms.CharField(label=gettext_lazy("ผู้ออกคำสั่ง"), max_length=200)
    number = forms.CharField(label=gettext_lazy("เลขที่คำสั่ง"), max_length=40, help_text=gettext_lazy("ไม่รวมปี"))
    signed_on = ThaiDateField(label=gettext_lazy("ลงวันที่"))
    title = forms.CharField(label=gettext_lazy("เรื่อง"), max_length=300)
    starts_on = ThaiDateField(label=gettext_lazy("มีผลตั้งแต่วันที่"))
    last_day = ThaiDateField(label=gettext_lazy("ถึงวันที่"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("เหตุผลที่มีผลย้อนหลัง"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("ต้องระบุเมื่อคำสั่งมีผลก่อนวันที่ลงนาม"),
    )


class AnnexForm(forms.Form):
    """Which draft the lines belong to; the draft's own page leads here."""

    proposal = forms.UUIDField(widget=forms.HiddenInput)


class LinesHandler(IntakeHandler):
    """What both kinds of files share."""

    policy = order_drafters
    sheet: ClassVar[SheetSpec]
    value_labels: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "kind": dict(LineKind.choices),
        "group": dict(Group.Code.choices),
        "act": dict(StatutoryCard.Act.choices),
    }

    def spec(self, params: Mapping[str, Any]) -> SheetSpec:
        return self.sheet

    def proposal(self, batch: Batch) -> OrderProposal:
        """The proposal that the lines are for, saved or not."""
        raise NotImplementedError

    def judged(
        self,
        batch: Batch,
        rows: Sequence[Mapping[str, Any]],
        unread: Mapping[int, Collection[str]] | None = None,
    ) -> tuple[OrderProposal, list[Listed]]:
        """The rows as lines of the proposal, each with everything wrong with it."""
        proposal = self.proposal(batch)
        there = list(carry.lines_of(proposal)) if proposal.pk else []
        listed = read(rows, proposal, self.sheet, people=people_of(batch.office_id), unread=unread)
        fit(listed, proposal, there, self.sheet, today=date.fromisoformat(batch.params["as_of"]))
        return proposal, listed

    def plan(self, batch: Batch) -> None:
        rows = sql.dicts("SELECT * FROM stage ORDER BY row_no")
        _proposal, listed = self.judged(batch, rows, stage.unread())
        stage.add([finding for one in listed for finding in one.findings])
        BatchRow.objects.bulk_create(
            BatchRow(batch=batch, row_no=one.row_no, key=one.key[:200], action="new", data=as_row(one.raw))
            for one in listed
        )

    def apply(self, batch: Batch, actor: Actor) -> dict[str, int]:
        kept = BatchRow.objects.filter(batch=batch).exclude(action="refused").order_by("row_no")
        rows = [_raw(row, self.sheet) for row in kept]
        proposal, listed = self.judged(batch, rows)
        if len(listed) != len(rows) or any(one.refused for one in listed):
            raise StalePlan(_("บุคลากร ตำแหน่ง หรือคำสั่งเปลี่ยนไปหลังการตรวจไฟล์ ระบบจึงตรวจไฟล์ให้ใหม่ โปรดดูผลก่อนยืนยัน"))
        written = self.write(batch, actor, proposal, [as_line(one.line) for one in listed if one.line])
        ListedRow.objects.bulk_create(
            ListedRow(batch=batch, row_no=one.row_no, person=one.line.person, proposal=written)
            for one in listed
            if one.line
        )
        audit.record(actor, "order_lines.imported", written, lines=len(listed))
        return {"new": len(listed), "changed": 0}

    def write(
        self, batch: Batch, actor: Actor, proposal: OrderProposal, lines: Sequence[services.Line]
    ) -> OrderProposal:
        raise NotImplementedError


class EarlierOrderHandler(LinesHandler):
    """One file, one order issued elsewhere."""

    code = EARLIER_ORDER.code
    title = EARLIER_ORDER.title
    help = gettext_lazy(
        "คำสั่งที่ออกก่อนมีระบบหรือออกจากภายนอก หนึ่งแถวต่อหนึ่งรายการ เมื่อนำเข้าแล้วรอคนที่สองยืนยันก่อนมีผลในระบบ"
    )
    params_form = EarlierOrderForm
    sheet = EARLIER_ORDER

    def clean_params(
        self, *, actor: Actor, office_id: int | None, params: Mapping[str, Any]
    ) -> dict[str, Any]:
        form = EarlierOrderForm(dict(params))
        if not form.is_valid():
            said = [
                f"{form.fields[name].label}: {' '.join(map(str, errors))}"
                for name, errors in form.errors.items()
            ]
            raise IntakeError(" ".join(said))
        given = form.cleaned_data
        faults = []
        if given["signed_on"] > actor.as_of:
            faults.append(_("คำสั่งยังไม่ได้ลงนาม: วันที่ลงนามอยู่ในอนาคต"))
        if given["last_day"] and given["last_day"] < given["starts_on"]:
            faults.append(_("วันสิ้นสุดต้องไม่ก่อนวันเริ่ม"))
        if given["starts_on"] < given["signed_on"] and not given["reason"].strip():
            faults.append(_("คำสั่งมีผลก่อนวันที่ลงนาม ต้องระบุเหตุผล"))
        faults += _known_already(given)
        if faults:
            raise IntakeError(" ".join(faults))
        kept = {
            name: value.isoformat() if isinstance(value, date) else value for name, value in given.items()
        }
        return kept | {"as_of": actor.as_of.isoformat()}

    def proposal(self, batch: Batch) -> OrderProposal:
        given = {**batch.params}
        days = {
            name: date.fromisoformat(given[name]) if given[name] else None
            for name in ("signed_on", "starts_on", "last_day")
        }
        return OrderProposal(
            office=_office(batch),
            outside=True,
            title=given["title"],
            issuer=given["issuer"],
            number=given["number"],
            reason=given["reason"],
            **days,
        )

    def write(
        self, batch: Batch, actor: Actor, proposal: OrderProposal, lines: Sequence[services.Line]
    ) -> OrderProposal:
        assert proposal.signed_on is not None
        made = services.draft(
            actor=actor,
            office=proposal.office,
            head=services.Head(proposal.title, proposal.starts_on, proposal.last_day, reason=proposal.reason),
            outside=services.Outside(
                proposal.issuer,
                proposal.number,
                proposal.signed_on,
                kept_file(batch, proposal.office, actor),
            ),
            lines=lines,
        )
        version = Case.objects.get(pk=made.case_id).version
        services.act(actor=actor, proposal=made, name="propose", expected_version=version)
        return made

    def undo_plan(self, batch: Batch) -> tuple[int, int]:
        rows = list(ListedRow.objects.filter(batch=batch).select_related("proposal__case"))
        confirmed = [
            row for row in rows if row.proposal and row.proposal.case.state not in undoing.UNCONFIRMED
        ]
        _keep(batch, confirmed, _("คำสั่งยืนยันแล้ว จึงถอนคืนไม่ได้"), _("ยกเลิกด้วยคำสั่งฉบับใหม่"))
        return len(rows) - len(confirmed), len(confirmed)

    def undo(self, batch: Batch, actor: Actor) -> None:
        rows = ListedRow.objects.filter(batch=batch, proposal__case__state__in=undoing.UNCONFIRMED)
        undoing.cancel(rows.values_list("proposal", flat=True).distinct(), actor)


class AnnexHandler(LinesHandler):
    """The annex of a draft: lines that are added to it."""

    code = ANNEX.code
    title = ANNEX.title
    help = gettext_lazy("เปิดจากหน้าของร่างคำสั่ง รายการในไฟล์ต่อท้ายรายการของร่าง และลงนามพร้อมกัน")
    params_form = AnnexForm
    sheet = ANNEX
    sent_from_elsewhere = True

    def clean_params(
        self, *, actor: Actor, office_id: int | None, params: Mapping[str, Any]
    ) -> dict[str, Any]:
        try:
            asked = UUID(str(params.get("proposal") or ""))
        except ValueError:
            raise IntakeError(_("โปรดเปิดหน้านี้จากร่างคำสั่งที่ต้องการเพิ่มรายการ")) from None
        found = OrderProposal.objects.select_related("case").filter(uuid=asked).first()
        if found is None or (office_id is not None and found.office_id != office_id):
            raise IntakeError(_("ไม่พบร่างคำสั่งนี้ในหน่วยงานที่เลือก"))
        if found.case.state != workflow.DRAFT:
            raise IntakeError(_("คำสั่งนี้ไม่ได้เป็นร่างแล้ว ดึงกลับมาแก้ก่อน"))
        return {"proposal": str(asked), "as_of": actor.as_of.isoformat()}

    def lock_key(self, batch: Batch) -> str:
        return f"{self.code}:{batch.params['proposal']}"

    def proposal(self, batch: Batch) -> OrderProposal:
        rows = OrderProposal.objects.select_related("case", "office__province", "revokes")
        return rows.get(uuid=batch.params["proposal"])

    def write(
        self, batch: Batch, actor: Actor, proposal: OrderProposal, lines: Sequence[services.Line]
    ) -> OrderProposal:
        services.add_lines(
            actor=actor, proposal=proposal, lines=lines, expected_version=proposal.case.version
        )
        return proposal

    def undo_plan(self, batch: Batch) -> tuple[int, int]:
        proposal = self.proposal(batch)
        rows = list(ListedRow.objects.filter(batch=batch).order_by("row_no"))
        gone = self._there(batch, proposal)
        stays = rows if proposal.case.state != workflow.DRAFT else [r for r in rows if r.row_no not in gone]
        _keep(batch, stays, _("คำสั่งไม่ได้เป็นร่างแล้ว หรือรายการนี้ถูกแก้ภายหลัง"), _("แก้ที่หน้าของร่างคำสั่ง"))
        return len(rows) - len(stays), len(stays)

    def undo(self, batch: Batch, actor: Actor) -> None:
        proposal = self.proposal(batch)
        there = self._there(batch, proposal)
        for line in sorted(there.values(), key=lambda one: -one.nth):
            version = Case.objects.get(pk=proposal.case_id).version
            services.remove_line(actor=actor, proposal=proposal, nth=line.nth, expected_version=version)

    def _there(self, batch: Batch, proposal: OrderProposal) -> dict[int, OrderLine]:
        """The lines of this file that still stand in the draft as they came, by row."""
        rows = [_raw(row, self.sheet) for row in BatchRow.objects.filter(batch=batch, action="new")]
        lines = list(carry.lines_of(proposal))
        found: dict[int, OrderLine] = {}
        for one in read(rows, proposal, self.sheet, people=None):
            if one.line is None:
                continue
            same = next((line for line in lines if as_line(line) == as_line(one.line)), None)
            if same is not None:
                lines.remove(same)
                found[one.row_no] = same
        return found


def _keep(batch: Batch, rows: Sequence[ListedRow], why: str, mend: str) -> None:
    BatchFinding.objects.bulk_create(
        BatchFinding(
            batch=batch, row_no=row.row_no, code="undo_kept", level="warn",
            found=str(row.person or ""), message=why, mend=mend,
        )
        for row in rows
    )  # fmt: skip


def _known_already(given: Mapping[str, Any]) -> list[str]:
    """Why an order of this number cannot come again."""
    issuer, number = " ".join(given["issuer"].split()), " ".join(given["number"].split())
    year = be_year(given["signed_on"])
    known = AppointmentOrder.objects.filter(issuer=issuer, number=number, year_be=year).first()
    if known is not None:
        return [_("%(order)s มีในระบบแล้ว") % {"order": known.reference}]
    waits = OrderProposal.objects.filter(
        outside=True, issuer=issuer, number=number, signed_on=given["signed_on"], case__state__in=_OPEN
    )
    return [_("คำสั่งเลขที่นี้บันทึกไว้แล้วและรอคนที่สองยืนยัน")] if waits.exists() else []


def _office(batch: Batch) -> Office:
    rows = Office.objects.select_related("province")
    return rows.get(pk=batch.office_id) if batch.office_id is not None else rows.get(code=CENTRE)


def _raw(row: BatchRow, sheet: SheetSpec) -> dict[str, Any]:
    given: dict[str, Any] = {column.key: row.data.get(column.key) for column in sheet.columns}
    for column in sheet.columns:
        if column.kind == "date" and given[column.key]:
            given[column.key] = date.fromisoformat(given[column.key])
    return given | {"row_no": row.row_no}
