"""Training in bulk: every fault of a file at once, preview, apply, undo, and out again unchanged."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.urls import reverse

from offices.learning.intake import TrainingHandler
from offices.learning.sheets import TRAINING
from offices.models.learning import Attendance, TrainingCourse, TrainingSession
from portal.intake import services, undo
from portal.intake.handlers import StalePlan
from portal.intake.services import Upload
from portal.models import Batch, BatchFinding, BatchRow
from portal.problems import NotAllowed
from portal.scope import nation
from portal.sheets.writer import write_xlsx
from tests.learning import world as small
from tests.learning.world import World
from tests.offices import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]
HEADS = {column.key: column.header for column in TRAINING.columns}


def row(**changes: str) -> dict[str, str]:
    given = {
        "course": "ตรวจโรงงาน", "subject": "โรงงาน", "kind": "", "starts_on": "2/11/2569", "ends_on": "3/11/2569",
        "session_hours": "12", "place": "ห้องประชุม", "trainer": "วิทยากร", "first_th": "คนofficer",
        "last_th": "แบบอย่าง", "email": "", "role": "", "hours": "12", "result": "",
    } | changes  # fmt: skip
    return {HEADS[key]: value for key, value in given.items()}


def as_csv(*rows: dict[str, str]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(HEADS.values()))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def send(world: World, *rows: dict[str, str], who: str = "admin_head", office: int | None = -1) -> Batch:
    actor = world.actor(who)
    batch = services.receive(
        actor=actor,
        handler_code=TRAINING.code,
        upload=Upload("อบรม.csv", io.BytesIO(as_csv(*rows))),
        office_id=world.here.pk if office == -1 else office,
    )
    services.preview(batch_uuid=batch.uuid)
    batch.refresh_from_db()
    assert batch.state == Batch.State.PREVIEWED, batch.refusal
    return batch


def carry_out(world: World, batch: Batch, who: str = "admin_head") -> Batch:
    services.carry_out(actor=world.actor(who), batch_uuid=batch.uuid, plan_sha256=batch.plan_sha256)
    batch.refresh_from_db()
    return batch


def codes(batch: Batch) -> dict[str, int]:
    return {rule["code"]: rule["total"] for rule in batch.counts["rules"]}


def actions(batch: Batch) -> list[str]:
    return list(BatchRow.objects.filter(batch=batch).order_by("row_no").values_list("action", flat=True))


def snapshot() -> list[Any]:
    return [
        list(TrainingCourse.objects.order_by("id").values("name_th", "kind", "subject", "office_id")),
        list(
            TrainingSession.objects.order_by("id").values(
                "course_id", "starts_on", "ends_on", "hours", "place"
            )
        ),
        list(
            Attendance.objects.order_by("id").values(
                "session_id", "person_id", "role", "state", "hours", "result"
            )
        ),
    ]


def test_every_fault_is_found_with_its_row(world: World) -> None:
    twin = make.person("คนminer")
    make.assign(twin, "OFFICER", world.here)
    batch = send(
        world,
        row(first_th="คนอื่น"),
        row(first_th="คนthere"),  # of another office
        row(first_th="คนminer"),
        row(ends_on="1/11/2569", course="ก"),
        row(starts_on="30/9/2569", ends_on="1/10/2569", course="ข"),
        row(session_hours="0", hours="", course="ค"),
        row(hours="13", course="ง"),
        row(course="จ"),
        row(course="จ"),
        row(course="ฉ", first_th="คนhead"),
        row(course="ฉ", first_th="คนsecond", session_hours="18"),
        row(course="ช", starts_on="1/12/2569", ends_on="1/12/2569"),
    )
    assert codes(batch) == {
        "TRN01": 2, "TRN02": 1, "TRN03": 1, "TRN04": 1, "TRN05": 1, "TRN06": 1, "TRN07": 2, "TRN08": 2, "TRN10": 1,
    }  # fmt: skip
    assert set(actions(batch)) == {"refused"} and not TrainingCourse.objects.exists()
    for finding in BatchFinding.objects.filter(batch=batch):
        assert finding.message and finding.mend and finding.row_no and finding.header, finding.code


def test_a_name_that_two_have_is_told_apart_by_the_account(world: World) -> None:
    twin = make.person("คนminer", user=make.user("twin@demo.invalid"))
    make.assign(twin, "OFFICER", world.here)
    carry_out(world, send(world, row(first_th=" คนminer ", email="TWIN@demo.invalid")))
    assert Attendance.objects.get().person == twin


def test_new_changed_same(world: World) -> None:
    first = carry_out(
        world,
        send(
            world, row(), row(first_th="คนhead", hours=""), row(first_th="คนsecond", hours="0", role="วิทยากร")
        ),
    )
    assert first.counts["applied"] == {"new": 3, "changed": 0, "courses": 1, "sessions": 1}
    rows = Attendance.objects.order_by("id").values_list("state", "hours", "role")
    assert list(rows) == [("attended", 12, "attendee"), ("enrolled", 0, "attendee"), ("absent", 0, "speaker")]
    (course,), (held,) = TrainingCourse.objects.all(), TrainingSession.objects.all()
    assert (course.office, course.subject, course.kind) == (world.here, "factories", "course")
    assert (held.fiscal_year, held.hours, held.place) == (2570, 12, "ห้องประชุม")
    again = send(
        world,
        row(),
        row(first_th="คนhead", hours="6", result="ผ่าน"),
        row(first_th="คนminer"),
        row(course="อื่น"),
    )
    assert actions(again) == ["same", "changed", "new", "new"]
    assert BatchRow.objects.get(batch=again, action="changed").diff == {
        "state": ["enrolled", "attended"], "hours": [0.0, 6.0], "result": ["", "ผ่าน"],
    }  # fmt: skip
    carry_out(world, again)
    assert Attendance.objects.get(person=world.person("head")).version == 2
    other = send(world, row(session_hours="18"), row(subject="เหมืองแร่", kind="สัมมนา", first_th="คนminer"))
    assert codes(other) == {"TRN09": 1, "TRN08": 2, "TRN11": 1}


def test_a_plan_that_was_overtaken_is_not_carried_out(world: World) -> None:
    batch = send(world, row())
    held = small.session(world.here, "ตรวจโรงงาน")
    small.attend(world.person("officer"), held)
    with pytest.raises(StalePlan):
        carry_out(world, batch)
    assert Attendance.objects.count() == 1


def test_taking_back_gives_what_was_before_and_leaves_what_was_touched(world: World) -> None:
    carry_out(world, send(world, row(first_th="คนhead", hours="3")))
    before = snapshot()
    batch = carry_out(
        world, send(world, row(), row(first_th="คนhead", hours="6", result="ผ่าน"), row(course="ใหม่"))
    )
    undo.take_back(actor=world.actor("admin_head"), batch_uuid=batch.uuid)
    assert snapshot() == before
    batch = carry_out(world, send(world, row(), row(course="ใหม่")))
    Attendance.objects.filter(person=world.person("officer"), session__course__name_th="ใหม่").update(hours=3)
    counts = undo.take_back(actor=world.actor("admin_head"), batch_uuid=batch.uuid)
    assert counts == {"undone": 1, "kept": 1}
    assert TrainingCourse.objects.filter(name_th="ใหม่").exists()
    assert not Attendance.objects.filter(
        person=world.person("officer"), session__course__name_th="ตรวจโรงงาน"
    ).exists()
    assert BatchFinding.objects.get(batch=batch, code="undo_kept").message


def test_whose_files_are_taken(world: World) -> None:
    for who, office in (
        ("officer", world.here.pk),
        ("head", world.here.pk),
        ("chief", world.there.pk),
        ("chief", None),
    ):
        with pytest.raises(NotAllowed):
            send(world, row(), who=who, office=office)
    batch = carry_out(world, send(world, row(first_th="คนthere"), row(), who="admin", office=None), "admin")
    assert batch.counts["applied"]["new"] == 2
    assert TrainingSession.objects.get().office == world.centre


def test_out_and_in_again_changes_nothing(world: World) -> None:
    carry_out(
        world, send(world, row(), row(first_th="คนhead", hours=""), row(first_th="คนsecond", hours="0"))
    )
    actor, handler = world.actor("admin_head"), TrainingHandler()
    with actor.scope.active():
        rows = list(handler.export_rows(actor, {}))
        one = list(handler.export_rows(actor, {}, Attendance.objects.filter(state="attended")))
    assert len(rows) == 3 and len(one) == 1
    out = io.BytesIO()
    write_xlsx(TRAINING, rows, out)
    batch = services.receive(
        actor=actor, handler_code=TRAINING.code, upload=Upload("x.xlsx", io.BytesIO(out.getvalue())),
        office_id=world.here.pk,
    )  # fmt: skip
    services.preview(batch_uuid=batch.uuid)
    assert actions(batch) == ["same", "same", "same"]


def test_the_list_offers_the_sheet_to_those_who_keep_training(world: World) -> None:
    carry_out(world, send(world, row()))
    url = reverse("offices:attendance-list")
    keeper = world.client("admin_head")
    assert "แก้แล้วนำเข้ากลับ" in keeper.get(url).content.decode()
    assert "แก้แล้วนำเข้ากลับ" not in world.client("officer").get(url).content.decode()
    taken = b"".join(keeper.get(url, {"export": "sheet-csv"}).streaming_content).decode("utf-8-sig")
    assert "คนofficer" in taken and "หลักสูตร" in taken
    page = keeper.get(reverse("intake:batch-import", args=[TRAINING.code]))
    assert page.status_code == 200
    assert (
        world.client("officer").get(reverse("intake:batch-import", args=[TRAINING.code])).status_code == 403
    )
    template = keeper.get(reverse("intake:sheet-template", args=[TRAINING.code]))
    assert b"".join(template.streaming_content).startswith(b"PK")
    with nation("test"):
        assert Batch.objects.count() == 1
