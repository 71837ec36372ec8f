"""Earlier orders and annexes from files: lines told by row, a second person, undo while unconfirmed."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from offices.models import Assignment, Incumbency, OrderLine, OrderProposal
from offices.orders import services as orders
from offices.staffing.lists.sheets import ANNEX, EARLIER_ORDER
from portal.intake import services, undo
from portal.intake.handlers import IntakeError
from portal.intake.services import Upload
from portal.models import Batch, BatchFinding, BatchRow
from portal.problems import Conflict
from tests.staffing.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]
HEADS = {column.key: column.header for column in EARLIER_ORDER.columns}
HEAD = {
    "issuer": "สปอ.", "number": "9", "signed_on": "2025-09-20", "title": "แต่งตั้ง", "starts_on": "2025-10-01",
    "last_day": None, "reason": "",
}  # fmt: skip


def row(**changes: str) -> dict[str, str]:
    given = dict.fromkeys(HEADS, "") | {
        "kind": "แต่งตั้งให้ดำรงตำแหน่ง", "first_th": "คนminer", "last_th": "แบบอย่าง", "post_number": "105",
        "starts_on": "1/10/2568",
    } | changes  # fmt: skip
    return {HEADS[key]: value for key, value in given.items()}


def as_csv(*rows: dict[str, str]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def send(world: World, *rows: dict[str, str], who: str = "admin", code: str = EARLIER_ORDER.code,
         office: int | None = None, **params: Any) -> Batch:  # fmt: skip
    batch = services.receive(
        actor=world.actor(who), handler_code=code, upload=Upload("คำสั่ง.csv", io.BytesIO(as_csv(*rows))),
        office_id=office, params=params or HEAD,
    )  # fmt: skip
    services.preview(batch_uuid=batch.uuid)
    batch.refresh_from_db()
    assert batch.state == Batch.State.PREVIEWED, batch.refusal
    return batch


def carry_out(world: World, batch: Batch, who: str = "admin") -> None:
    services.carry_out(actor=world.actor(who), batch_uuid=batch.uuid, plan_sha256=batch.plan_sha256)


def told(batch: Batch) -> set[tuple[int, str, str]]:
    return {(one.row_no, one.code, one.column) for one in BatchFinding.objects.filter(batch=batch)}


def test_faults_are_told_by_row(world: World) -> None:
    batch = send(
        world,
        row(first_th="ไม่มี"),
        row(post_number="999"),
        row(post_number="103"),
        row(kind="ให้ช่วยราชการ", post_number="", office="ที่ใด"),
        row(kind="แต่งตั้งหัวหน้ากลุ่ม", post_number=""),
        row(kind="มอบอำนาจให้ปฏิบัติราชการแทน", post_number="", powers="บินได้"),
        row(last_day="1/9/2568"),
        row(starts_on="1/9/2568"),
        row(),
    )
    found = told(batch)
    assert {
        (2, "LIN01", "first_th"), (3, "LIN03", "post_number"), (4, "LIN10", "post_number"), (5, "LIN04", "office"),
        (6, "LIN10", "group"), (7, "LIN08", "powers"), (8, "LIN07", "last_day"), (9, "LIN10", "starts_on"),
    } <= found, found  # fmt: skip
    for one in BatchFinding.objects.filter(batch=batch):
        assert one.message and one.mend and one.header
    assert not OrderProposal.objects.exists()


def test_a_row_that_is_half_read_is_told_everything_else_at_once(world: World) -> None:
    """And no check goes by a cell that was not read: without its first day nobody can say which group."""
    batch = send(
        world,
        row(first_th="ไม่มี", starts_on="32/10/2568", office="ที่ใด", group="กลุ่มใด", powers="บินได้"),
        row(first_th="", kind="สิ่งใด", post_number="999"),
        row(),
    )
    found = told(batch)
    blind = {(row_no, column) for row_no, code, column in found if not code.startswith("LIN")}
    assert {(2, "starts_on"), (3, "first_th"), (3, "kind")} <= blind
    assert {one for one in found if one[1].startswith("LIN")} == {
        (2, "LIN01", "first_th"), (2, "LIN04", "office"), (2, "LIN08", "powers"), (3, "LIN03", "post_number"),
    }, found  # fmt: skip
    assert batch.counts["refused"] == 2 and batch.counts["new"] == 1
    carry_out(world, batch)
    assert OrderProposal.objects.get().lines.count() == 1


def test_a_chain_in_one_file_waits_and_is_undone(world: World) -> None:
    batch = send(
        world,
        row(),
        row(first_th="คนofficer", post_number="104"),
        row(first_th="คนsecond", post_number="103"),
    )
    assert told(batch) == set()
    before = list(Incumbency.objects.values_list("person", "post", "valid").order_by("pk"))
    carry_out(world, batch)
    proposal = OrderProposal.objects.select_related("case").get()
    assert proposal.case.state == "proposed" and proposal.lines.count() == 3
    assert list(Incumbency.objects.values_list("person", "post", "valid").order_by("pk")) == before
    assert undo.take_back(actor=world.actor("admin"), batch_uuid=batch.uuid) == {"undone": 3, "kept": 0}
    proposal.case.refresh_from_db()
    assert proposal.case.state == "cancelled"
    again = send(world, row())
    carry_out(world, again)
    waiting = OrderProposal.objects.select_related("case").get(case__state="proposed")
    orders.act(
        actor=world.actor("other_admin"),
        proposal=waiting,
        name="confirm",
        expected_version=waiting.case.version,
    )
    assert Incumbency.objects.filter(person=world.person("miner"), post=world.post("empty")).exists()
    with pytest.raises(Conflict):
        undo.take_back(actor=world.actor("admin"), batch_uuid=again.uuid)


def test_the_head_is_asked_at_once(world: World) -> None:
    with pytest.raises(IntakeError) as refused:
        send(world, row(), **HEAD | {"signed_on": "2027-01-01", "last_day": "2025-01-01"})
    assert "อนาคต" in refused.value.message and "วันสิ้นสุด" in refused.value.message
    known = {"issuer": world.order.issuer, "number": "77", "signed_on": "2025-10-01"}
    with pytest.raises(IntakeError, match="มีในระบบแล้ว"):
        send(world, row(), **HEAD | known)
    carry_out(world, send(world, row()))
    with pytest.raises(IntakeError, match="รอคนที่สอง"):
        send(world, row())


def test_an_annex_joins_a_draft_and_leaves_it(world: World) -> None:
    proposal = orders.draft(
        actor=world.actor("admin_head"), office=world.here, head=orders.Head("จัดคน", date(2026, 12, 1))
    )
    duty = {"kind": "มอบหมายหน้าที่", "post_number": "", "text": "ดูแลห้องเอกสาร", "starts_on": "1/12/2569"}
    given = {"who": "admin_head", "code": ANNEX.code, "office": world.here.pk, "proposal": str(proposal.uuid)}
    assert told(send(world, row(**duty | {"first_th": "คนstranger"}), **given)) == {(2, "LIN01", "first_th")}
    batch = send(world, row(**duty), row(**duty | {"first_th": "คนofficer"}), **given)
    assert told(batch) == set()
    carry_out(world, batch, "admin_head")
    assert OrderLine.objects.filter(proposal=proposal).count() == 2
    assert not Assignment.objects.filter(kind="DUTY").exists()
    orders.remove_line(
        actor=world.actor("admin_head"), proposal=proposal, nth=1, expected_version=proposal.case.__class__.objects.get(
            pk=proposal.case_id).version,
    )  # fmt: skip
    assert undo.take_back(actor=world.actor("admin_head"), batch_uuid=batch.uuid) == {"undone": 1, "kept": 1}
    assert not OrderLine.objects.filter(proposal=proposal).exists()
    assert BatchRow.objects.filter(batch=batch).count() == 2
    with pytest.raises(IntakeError):
        send(world, row(**duty), **given | {"proposal": ""})


def test_the_pages(world: World) -> None:
    earlier = reverse("intake:batch-import", args=[EARLIER_ORDER.code])
    assert world.client("admin").get(earlier).status_code == 200
    assert world.client("inspector").get(earlier).status_code == 403
    proposal = orders.draft(
        actor=world.actor("admin_head"), office=world.here, head=orders.Head("จัดคน", date(2026, 12, 1))
    )
    client = world.client("admin_head")
    annex = reverse("intake:batch-import", args=[ANNEX.code])
    page = client.get(reverse("offices:orderproposal-detail", args=[proposal.uuid]))
    assert f"{annex}?proposal={proposal.uuid}" in page.content.decode()
    assert str(proposal.uuid) in client.get(f"{annex}?proposal={proposal.uuid}").content.decode()
    listed = world.client("admin").get(reverse("intake:batch-list")).content.decode()
    assert earlier in listed and annex not in listed, "an annex is sent from its draft"
