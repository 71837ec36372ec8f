"""Invitations from a file: every fault at its row and column, invited at once, taken back, out again to fill in."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.urls import reverse

from offices.accounts import invitations
from offices.accounts.lists import INVITED, InvitationsHandler
from offices.models import Invitation
from portal import calendar, jobs
from portal.intake import services, undo
from portal.intake.handlers import IntakeError, StalePlan
from portal.intake.services import Upload
from portal.models import AuditEvent, Batch, BatchFinding, BatchRow, Job
from portal.problems import NotAllowed
from portal.sheets.writer import write_xlsx
from tests.offices import make
from tests.signin.conftest import entered
from tests.signin.test_invitations import accept, code_of, invited, named, until

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]
Row = tuple[str, str, str]


def as_csv(*rows: Row) -> Upload:
    out = io.StringIO()
    csv.writer(out).writerows([tuple(column.header for column in INVITED.columns), *rows])
    return Upload("เชิญ.csv", io.BytesIO(out.getvalue().encode()))


def as_xlsx(*rows: Row) -> Upload:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in (tuple(column.header for column in INVITED.columns), *rows):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return Upload("เชิญ.xlsx", out)


def send(
    keeper: Any, upload: Upload, *, office: int | None = None, way: str = "paper", days: int = 14
) -> Batch:
    batch = services.receive(
        actor=keeper,
        handler_code=INVITED.code,
        upload=upload,
        office_id=office,
        params={"way": way, "until": until(days).isoformat()},
    )
    services.preview(batch_uuid=batch.uuid)
    batch.refresh_from_db()
    return batch


def carry_out(keeper: Any, batch: Batch) -> dict[str, Any]:
    done = services.carry_out(actor=keeper, batch_uuid=batch.uuid, plan_sha256=batch.plan_sha256)
    batch.refresh_from_db()
    return done


def told(batch: Batch) -> set[tuple[int | None, str, str]]:
    rows = BatchFinding.objects.filter(batch=batch)
    return {(row.row_no, row.column, row.message.split()[0]) for row in rows}


@pytest.mark.parametrize("made", [as_csv, as_xlsx])
def test_the_clear_rows_are_invited_and_every_other_is_told_at_its_cell(keeper, made):
    kamol, khwan = named("กมล", "ทองสมมติ"), named("ขวัญ", "แก้วสมมติ")
    named("จิรา", "ศรีสมมติ"), named("จิรา", "ศรีสมมติ")
    named("ดารา", "ฟ้าสมมติ", user=make.user("dara@example.go.th"))
    invited(keeper, named("ทิพา", "ดาวสมมติ"), "tipa@example.go.th")
    named("เอก", "ซ้ำสมมติ"), named("โท", "ซ้ำสมมติ"), named("ตรี", "ว่างสมมติ")
    batch = send(
        keeper,
        made(
            ("กมล", "ทองสมมติ", "Kamol@Example.go.th"),
            ("น.ส.ขวัญ", " แก้วสมมติ", "khwan@example.go.th"),
            ("ไม่มีใคร", "ชื่อนี้", "x@example.go.th"),
            ("จิรา", "ศรีสมมติ", "jira@example.go.th"),
            ("ดารา", "ฟ้าสมมติ", "d@example.go.th"),
            ("ทิพา", "ดาวสมมติ", "t@example.go.th"),
            ("เอก", "ซ้ำสมมติ", "same@example.go.th"),
            ("โท", "ซ้ำสมมติ", "same@example.go.th"),
            ("ตรี", "ว่างสมมติ", ""),
            ("ตรี", "", "tri@example.go.th"),
            ("ตรี", "ว่างสมมติ", "dara@example.go.th"),
            ("ตรี", "ว่างสมมติ", "ไม่ใช่อีเมล"),
        ),
    )
    assert batch.state == Batch.State.PREVIEWED, batch.refusal
    assert [batch.counts[name] for name in ("new", "same", "refused")] == [2, 1, 9]
    assert told(batch) == {
        (4, "first_th", "ไม่พบชื่อนี้ในรายชื่อบุคลากร"),
        (5, "first_th", "มีผู้ใช้ชื่อนี้"),
        (6, "first_th", "มีบัญชีผู้ใช้อยู่แล้ว"),
        (7, "first_th", "มีคำเชิญที่ยังใช้ได้อยู่แล้ว"),
        (8, "email", "อีเมลนี้อยู่ในรายการมากกว่าหนึ่งบรรทัด"),
        (9, "email", "อีเมลนี้อยู่ในรายการมากกว่าหนึ่งบรรทัด"),
        (10, "email", "ยังไม่มีอีเมล"),
        (11, "last_th", "ไม่ได้กรอก"),
        (12, "email", "อีเมล"),
        (13, "email", "ต้องมีอีเมลหนึ่งแห่งในบรรทัด"),
    }
    assert Invitation.objects.count() == 1, "a preview writes nothing"
    assert carry_out(keeper, batch) == {"new": 2}
    made_rows = Invitation.objects.exclude(email="tipa@example.go.th")
    assert {(row.person, row.email, row.way, row.until) for row in made_rows} == {
        (kamol, "kamol@example.go.th", "paper", until()), (khwan, "khwan@example.go.th", "paper", until()),
    }  # fmt: skip
    assert accept(code_of(keeper, Invitation.objects.get(person=kamol))).email == "kamol@example.go.th"


def test_by_mail_each_gets_his_own(keeper, mailoutbox):
    named("กมล", "ทองสมมติ"), named("ขวัญ", "แก้วสมมติ")
    rows = (("กมล", "ทองสมมติ", "a@example.go.th"), ("ขวัญ", "แก้วสมมติ", "b@example.go.th"))
    carry_out(keeper, send(keeper, as_xlsx(*rows), way="mail"))
    for job in Job.objects.filter(kind=invitations.JOB):
        jobs.run(job.pk)
    assert sorted(one.to for one in mailoutbox) == [["a@example.go.th"], ["b@example.go.th"]]


def test_taking_back_ends_what_nobody_has_used(keeper):
    kamol, khwan, jira = named("กมล", "ทองสมมติ"), named("ขวัญ", "แก้วสมมติ"), named("จิรา", "ศรีสมมติ")
    before = invited(keeper, named("ดารา", "ฟ้าสมมติ"), "dara@example.go.th")
    rows = [(one.first_th, one.last_th, f"p{one.pk}@example.go.th") for one in (kamol, khwan, jira)]
    batch = send(keeper, as_csv(*rows))
    carry_out(keeper, batch)
    used, ended, still = (Invitation.objects.get(person=one) for one in (kamol, khwan, jira))
    accept(code_of(keeper, used))
    invitations.withdraw(actor=keeper, invitation=ended)
    later = invited(keeper, khwan, f"p{khwan.pk}@example.go.th")
    assert undo.take_back(actor=keeper, batch_uuid=batch.uuid) == {"undone": 1, "kept": 2}
    still.refresh_from_db(), later.refresh_from_db(), before.refresh_from_db()
    assert still.withdrawn_at and not later.withdrawn_at and not before.withdrawn_at
    kept = BatchFinding.objects.filter(batch=batch, code="undo_kept")
    assert {row.found for row in kept} == {"กมล ทองสมมติ", "ขวัญ แก้วสมมติ"}
    assert AuditEvent.objects.filter(verb="invitation.withdrawn").count() == 2


def test_what_changed_since_the_preview_invites_nobody(keeper):
    kamol, _khwan = named("กมล", "ทองสมมติ"), named("ขวัญ", "แก้วสมมติ")
    rows = (("กมล", "ทองสมมติ", "a@example.go.th"), ("ขวัญ", "แก้วสมมติ", "b@example.go.th"))
    batch = send(keeper, as_csv(*rows))
    invited(keeper, kamol, "other@example.go.th")
    with pytest.raises(StalePlan, match="เปลี่ยนไปหลังการตรวจไฟล์"):
        carry_out(keeper, batch)
    assert Invitation.objects.count() == 1


def test_a_file_of_an_office_invites_its_own_people_only(keeper, prachin, owner):
    mine, other = named("กมล", "ทองสมมติ"), named("ขวัญ", "แก้วสมมติ")
    make.assign(mine, "OFFICER", prachin)
    rows = [(one.first_th, one.last_th, f"p{one.pk}@example.go.th") for one in (mine, other)]
    batch = send(keeper, as_csv(*rows), office=prachin.pk)
    assert told(batch) == {(3, "first_th", "บุคคลนี้ไม่ใช่บุคลากรของสำนักงานที่เลือก")}
    assert carry_out(keeper, batch) == {"new": 1}
    assert Invitation.objects.get().person == mine


def test_the_list_to_fill_in_names_who_has_neither_account_nor_invitation(keeper, prachin, owner, tmp_path):
    mine, asked, _elsewhere = named("กมล", "ทองสมมติ"), named("ขวัญ", "แก้วสมมติ"), named("จิรา", "ศรีสมมติ")
    for person in (mine, asked):
        make.assign(person, "OFFICER", prachin)
    invited(keeper, asked, "khwan@example.go.th")
    listed = list(InvitationsHandler().export_rows(keeper, {}))
    assert listed == [{"first_th": "กมล", "last_th": "ทองสมมติ", "email": ""}]
    write_xlsx(INVITED, listed, tmp_path / "list.xlsx")
    batch = send(keeper, Upload("list.xlsx", io.BytesIO((tmp_path / "list.xlsx").read_bytes())))
    assert [batch.counts[name] for name in ("new", "same", "refused")] == [0, 1, 0], "as it went out"
    with pytest.raises(IntakeError, match="ไม่มีผู้ที่เชิญได้"):
        carry_out(keeper, batch)
    listed[0]["email"] = "kamol@example.go.th"
    write_xlsx(INVITED, listed, tmp_path / "filled.xlsx")
    batch = send(keeper, Upload("filled.xlsx", io.BytesIO((tmp_path / "filled.xlsx").read_bytes())))
    assert carry_out(keeper, batch) == {"new": 1} and Invitation.objects.filter(person=mine).exists()


def test_a_bad_last_day_and_a_stranger_are_refused_before_anything_is_kept(keeper, owner):
    from portal.actors import actor_of

    upload = as_csv(("กมล", "ทองสมมติ", "a@example.go.th"))
    for days in (-1, 61):
        with pytest.raises(IntakeError, match="รหัส"):
            send(keeper, upload, days=days)
    with pytest.raises(NotAllowed):
        send(actor_of(owner.user, calendar.today()), upload, office=owner.assignments.get().office_id)
    assert not Batch.objects.exists()


def test_a_last_day_that_passed_while_the_file_waited_invites_nobody(keeper):
    from dataclasses import replace

    named("กมล", "ทองสมมติ")
    batch = send(keeper, as_csv(("กมล", "ทองสมมติ", "a@example.go.th")), days=1)
    later = replace(keeper, as_of=keeper.as_of + timedelta(days=2))
    with pytest.raises(IntakeError, match="ต้องไม่ก่อนวันนี้"):
        carry_out(later, batch)
    assert not Invitation.objects.exists()


def test_more_than_one_file_may_hold_is_told(keeper, monkeypatch):
    monkeypatch.setattr("offices.accounts.lists.MOST_LINES", 1)
    named("กมล", "ทองสมมติ"), named("ขวัญ", "แก้วสมมติ")
    rows = (("กมล", "ทองสมมติ", "a@example.go.th"), ("ขวัญ", "แก้วสมมติ", "b@example.go.th"))
    batch = send(keeper, as_csv(*rows))
    assert told(batch) == {(3, "email", "เกิน")} and batch.counts["new"] == 1


def test_through_the_pages(keeper):
    named("กมล", "ทองสมมติ")
    client = entered(keeper.user)
    address = reverse("intake:batch-import", args=[INVITED.code])
    assert f'href="{address}"' in client.get("/offices/invitations/").content.decode()
    page = client.get(address).content.decode()
    assert f'value="{until():%-d/%-m}/{until().year + 543}"' in page, "the usual last day is filled in"
    upload = as_xlsx(("กมล", "ทองสมมติ", "a@example.go.th"))
    upload.file.seek(0)
    upload.file.name = upload.name  # type: ignore[misc]
    sent = client.post(
        address, {"office": "", "way": "mail", "until": f"{until():%Y-%m-%d}", "file": upload.file}
    )
    batch = Batch.objects.get()
    assert sent["Location"] == reverse("intake:batch-detail", args=[batch.uuid])
    services.preview(batch_uuid=batch.uuid)
    row = BatchRow.objects.get(batch=batch)
    assert (row.key, row.action, row.data["email"]) == ("กมล ทองสมมติ", "new", "a@example.go.th")
    for kind in ("xlsx", "csv"):
        out = client.get(f"/intake/sheets/{INVITED.code}/export.{kind}")
        assert out.status_code == 200 and b"".join(out.streaming_content)
