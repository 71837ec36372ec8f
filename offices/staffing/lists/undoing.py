"""Taking a list back: what nobody has built upon since goes, the rest stays and says why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, Q
from django.utils.translation import gettext as _

from offices.models import (
    Assignment,
    Incumbency,
    ListedRow,
    OrderLine,
    OrderProposal,
    Person,
    Placement,
    Post,
    Retirement,
)
from offices.orders import services as orders
from offices.orders import workflow
from portal.actors import Actor
from portal.models import Batch, BatchFinding, BatchRow

UNCONFIRMED = (workflow.DRAFT, workflow.PROPOSED, workflow.CANCELLED)


class Stays(Exception):
    """A row that stays; the text says why."""


def plan(batch: Batch) -> tuple[int, int]:
    """How many rows would go back and how many stay; a finding for each that stays. In the caller's
    transaction, which rolls back whatever else is tried here."""
    with transaction.atomic():
        stays = _take(batch)
        transaction.set_rollback(True)
    rows = {row.row_no: row for row in BatchRow.objects.filter(batch=batch, action__in=["new", "changed"])}
    BatchFinding.objects.bulk_create(
        BatchFinding(
            batch=batch, row_no=row_no, code="undo_kept", level="warn", found=rows[row_no].key, message=why,
            mend=_("แก้ด้วยคำสั่งฉบับใหม่ หรือที่หน้าของบุคคลนั้น"),
        )
        for row_no, why in sorted(stays.items())
        if row_no in rows
    )  # fmt: skip
    return len(rows) - len(stays), len(stays)


def take_back(batch: Batch, actor: Actor) -> None:
    """Give up the orders that wait, and take back every row that can go."""
    ids = ListedRow.objects.filter(batch=batch, proposal__isnull=False).values_list("proposal", flat=True)
    cancel(ids.distinct(), actor)
    _take(batch)


def cancel(proposals: Iterable[int], actor: Actor) -> None:
    """Give up proposals that nobody has confirmed; those that are given up already stay as they are."""
    for proposal in (
        OrderProposal.objects.select_related("case").filter(pk__in=list(proposals)).order_by("pk")
    ):
        case = proposal.case
        if case.state == workflow.PROPOSED:
            case = orders.act(actor=actor, proposal=proposal, name="withdraw", expected_version=case.version)
        if case.state == workflow.DRAFT:
            orders.act(
                actor=actor,
                proposal=proposal,
                name="cancel",
                expected_version=case.version,
                reason=_("ถอนคืนบัญชีที่นำเข้า"),
            )


def _take(batch: Batch) -> dict[int, str]:
    """Take back row by row; give why a row stays."""
    plans = {row.row_no: row for row in BatchRow.objects.filter(batch=batch, action__in=["new", "changed"])}
    stays: dict[int, str] = {}
    for listed in ListedRow.objects.filter(batch=batch).select_related("proposal__case").order_by("-row_no"):
        try:
            with transaction.atomic():
                _take_row(listed, plans[listed.row_no])
        except Stays as why:
            stays[listed.row_no] = str(why)
        except (ProtectedError, IntegrityError):
            stays[listed.row_no] = _("มีข้อมูลอื่นที่อ้างถึงบุคคลหรือตำแหน่งนี้แล้ว")
    return stays


def _take_row(listed: ListedRow, row: BatchRow) -> None:
    if listed.proposal is not None:
        if listed.proposal.case.state not in UNCONFIRMED:
            raise Stays(_("คำสั่งที่นำเข้ายืนยันแล้ว จึงถอนคืนไม่ได้"))
        OrderLine.objects.filter(
            proposal=listed.proposal, person=listed.person_id or 0, post=listed.post_id
        ).delete()
    person_id, post_id = listed.person_id or 0, listed.post_id or 0
    incumbency, placement = listed.incumbency_id, listed.placement_id
    new_person, new_post = listed.new_person, listed.new_post
    listed.delete()
    for model, pk in ((Incumbency, incumbency), (Placement, placement)):
        if pk is not None:
            _untouched(model, pk, row.data["since"])
            model._default_manager.filter(pk=pk).delete()
    _put_back(row, person_id, post_id, new_post=new_post)
    if new_post:
        Post.objects.filter(pk=post_id).delete()
    if new_person:
        if (
            Assignment.objects.filter(person=person_id).exists()
            or Person.objects.filter(~Q(user=None), pk=person_id).exists()
        ):
            raise Stays(_("บุคคลนี้มีบัญชีผู้ใช้หรือการแต่งตั้งแล้ว"))
        Retirement.objects.filter(person=person_id).delete()
        Person.objects.filter(pk=person_id).delete()


def _untouched(model: Any, pk: int, since: str) -> None:
    found = model._default_manager.filter(pk=pk).first()
    if (
        found is None
        or found.valid.lower.isoformat() != since
        or found.valid.upper != found.order.valid.upper
    ):
        raise Stays(_("ช่วงเวลาของตำแหน่งหรือที่ปฏิบัติงานเปลี่ยนไปแล้วหลังการนำเข้า"))


def _put_back(row: BatchRow, person_id: int, post_id: int, *, new_post: bool) -> None:
    """Fields go back to what they were, where they still are what the list made them."""
    diff = dict(row.diff or {})
    person, post = Person.objects.filter(pk=person_id).first(), Post.objects.filter(pk=post_id).first()
    if person is not None:
        for name in {"title_th", "employment"} & diff.keys():
            if getattr(person, name) != diff[name][1]:
                raise Stays(_("ข้อมูลบุคคลเปลี่ยนไปแล้วหลังการนำเข้า"))
            setattr(person, name, diff[name][0])
        person.save()
        if "retires" in diff:
            _put_back_year(person, diff["retires"])
    if post is None or new_post:
        return
    fields = {"line": "line", "level": "level", "post_title": "title_th", "leads": "leads"}
    for name in fields.keys() & diff.keys():
        now = post.line.name_th if name == "line" else getattr(post, fields[name])
        if now != diff[name][1]:
            raise Stays(_("ข้อมูลตำแหน่งเปลี่ยนไปแล้วหลังการนำเข้า"))
        if name == "line":
            post.line = type(post.line).objects.get(name_th=diff[name][0])
        else:
            setattr(post, fields[name], diff[name][0])
    post.save()


def _put_back_year(person: Person, change: list[int | None]) -> None:
    known = Retirement.objects.filter(person=person).first()
    if known is None or known.fiscal_year != change[1]:
        raise Stays(_("ปีเกษียณเปลี่ยนไปแล้วหลังการนำเข้า"))
    if change[0] is None:
        known.delete()
    else:
        known.fiscal_year = change[0]
        known.save()
