"""The personnel list: every fault of a file at once, preview, apply, a second person, undo, out again."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from offices.models import (
    AppointmentOrder,
    Assignment,
    Incumbency,
    OrderLine,
    OrderProposal,
    Person,
    Placement,
    Post,
    Retirement,
)
from offices.orders import services as orders
from offices.services.people import edit_person
from offices.staffing.lists.personnel import PersonnelHandler
from offices.staffing.lists.sheets import PERSONNEL
from portal.intake import services, undo
from portal.intake.handlers import StalePlan
from portal.intake.mapping import services as mapping
from portal.intake.services import Upload
from portal.models import Batch, BatchFinding, BatchRow
from portal.problems import Conflict, Invalid, NotAllowed
from portal.scope import nation
from tests.offices import make
from tests.staffing.world import SINCE, World, hold, post, retires

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]
HEADS = {column.key: column.header for column in PERSONNEL.columns}


def row(**changes: str) -> dict[str, str]:
    """A row of somebody new under an order that nobody knows yet."""
    given = dict.fromkeys(HEADS, "") | {
        "title_th": "นาย", "first_th": "ใหม่", "last_th": "สมมติ", "employment": "ข้าราชการ", "post_number": "501",
        "line": "วิศวกร", "level": "ชำนาญการ", "office": "ปราจีนบุรี", "group": "กลุ่มโรงงานอุตสาหกรรม",
        "since": "1/10/2568", "order_issuer": "สปอ.", "order_number": "12", "order_year": "2568",
        "order_date": "20/9/2568",
    } | changes  # fmt: skip
    return {HEADS[key]: value for key, value in given.items()}


def known(**changes: str) -> dict[str, str]:
    """A row under the order that the world knows."""
    return row(
        **{"order_issuer": "สำนักงานปลัดกระทรวงอุตสาหกรรม", "order_number": "77", "order_date": "1/10/2568"}
        | changes
    )


def as_csv(*rows: dict[str, str]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def send(world: World, *rows: dict[str, str], office: int | None = None) -> Batch:
    batch = services.receive(
        actor=world.actor("admin"),
        handler_code=PERSONNEL.code,
        upload=Upload("บุคลากร.csv", io.BytesIO(as_csv(*rows))),
        office_id=office,
    )
    services.preview(batch_uuid=batch.uuid)
    batch.refresh_from_db()
    assert batch.state == Batch.State.PREVIEWED, batch.refusal
    return batch


def carry_out(world: World, batch: Batch) -> Batch:
    services.carry_out(actor=world.actor("admin"), batch_uuid=batch.uuid, plan_sha256=batch.plan_sha256)
    batch.refresh_from_db()
    return batch


def codes(batch: Batch) -> dict[str, int]:
    return {rule["code"]: rule["total"] for rule in batch.counts["rules"]}


def actions(batch: Batch) -> list[str]:
    return list(BatchRow.objects.filter(batch=batch).order_by("row_no").values_list("action", flat=True))


def snapshot() -> list[Any]:
    return [
        sorted(Person.objects.values_list("title_th", "first_th", "last_th", "employment")),
        sorted(Post.objects.values_list("number", "office_id", "group_id", "level", "title_th", "leads")),
        sorted(Incumbency.objects.values_list("person_id", "post_id", "order_id", "valid")),
        sorted(Placement.objects.values_list("person_id", "office_id", "kind", "order_id", "valid")),
        sorted(Assignment.objects.values_list("person_id", "kind", "valid")),
        sorted(Retirement.objects.values_list("person_id", "fiscal_year")),
        OrderLine.objects.count(),
    ]


def confirm(world: World, proposal: OrderProposal) -> None:
    proposal = OrderProposal.objects.select_related("case").get(pk=proposal.pk)
    orders.act(
        actor=world.actor("other_admin"), proposal=proposal, name="confirm",
        expected_version=proposal.case.version,
    )  # fmt: skip


# --- Bad input ---

BAD: list[tuple[dict[str, str], str, str]] = [
    ({"office": "สอจ.แห่งหนึ่ง"}, "PER01", "office"),
    ({"line": "นักบิน"}, "PER03", "line"),
    ({"line": ""}, "PER03", "line"),
    ({"level": "ทรงคุณวุฒิ"}, "PER04", "level"),
    ({"type": "ทั่วไป"}, "PER05", "type"),
    ({"group": "กลุ่มอุตสาหกรรมพื้นฐานและการเหมืองแร่", "office": "สระบุรี"}, "PER06", "group"),
    ({"email": "nobody@demo.invalid"}, "PER08", "email"),
    ({"post_number": "103", "office": "สระบุรี", "group": ""}, "PER10", "post_number"),
    ({"post_number": "105", "group": "กลุ่มโรงงานอุตสาหกรรม"}, "PER11", "group"),
    ({"order_year": "2025"}, "PER14", "order_year"),
    ({"order_year": "2567"}, "PER15", "order_year"),
    ({"order_date": "21/11/2569", "order_year": "2569"}, "PER16", "order_date"),
    ({"retires": "2560"}, "PER17", "retires"),
    ({"leads": "หัวหน้ากลุ่ม", "group": ""}, "PER20", "group"),
    ({"leads": "หัวหน้าสำนักงาน", "employment": "พนักงานราชการ", "office": "สระบุรี"}, "PER21", "employment"),
    ({"works_at": "สระบุรี"}, "PER22", "works_at"),
    ({"post_number": ""}, "PER27", "post_number"),
    ({"post_number": "", "employment": "พนักงานราชการ", "group": ""}, "PER28", "group"),
    ({"first_th": "คนofficer", "last_th": "แบบอย่าง"}, "PER29", "since"),
    ({"post_number": "103"}, "PER30", "post_number"),
    ({"since": "31/2/2568"}, "no_such_day", "since"),
    ({"since": "1/10/68"}, "two_digit_year", "since"),
    ({"since": ""}, "required", "since"),
    ({"employment": "ทหาร"}, "not_choice", "employment"),
    ({"order_year": "ปีนี้"}, "not_number", "order_year"),
]


@pytest.mark.parametrize(
    ("changes", "code", "column"), BAD, ids=[f"{code}-{column}" for _c, code, column in BAD]
)
def test_bad_rows_are_told_by_cell_and_write_nothing(
    world: World, changes: dict[str, str], code: str, column: str
) -> None:
    before = snapshot()
    batch = send(world, row(**changes))
    found = BatchFinding.objects.filter(batch=batch, level="block").order_by("pk")
    told = [(one.code, one.column) for one in found]
    assert (code, column) in told, told
    for one in found:
        assert one.row_no == 2 and one.message and one.mend and one.header, one.code
    assert actions(batch) == ["refused"]
    assert snapshot() == before


def test_a_former_name_is_told_and_makes_no_second_person(world: World) -> None:
    """Who was renamed since is found by the new name; the old one says who it is."""
    who = world.person("officer")
    edit_person(
        actor=world.actor("admin"), person=who, title_th="นาง", first_th=who.first_th, last_th="สกุลใหม่",
        reason="จดทะเบียนสมรส",
    )  # fmt: skip
    before = Person.objects.count()
    listed = {"title_th": "นาง", "first_th": who.first_th, "post_number": "103"}
    batch = send(world, known(last_th="แบบอย่าง", **listed))
    found = BatchFinding.objects.get(batch=batch, code="PER31")
    assert found.expected == f"นาง{who.first_th} สกุลใหม่" and actions(batch) == ["refused"]
    assert actions(send(world, known(last_th="สกุลใหม่", **listed))) == ["same"]
    assert Person.objects.count() == before


def test_all_faults_of_a_file_at_once(world: World) -> None:
    make.person("คนofficer")
    batch = send(
        world,
        row(first_th="คนofficer", last_th="แบบอย่าง", post_number="601"),
        row(first_th="ก", post_number="602"),
        row(first_th="ก", post_number="603"),
        row(first_th="ข", post_number="604"),
        row(first_th="ค", post_number="๖๐๔"),
        row(first_th="ง", post_number="605", order_date="21/9/2568"),
        row(first_th="จ", post_number="606", office="19", leads="หัวหน้าสำนักงาน", group=""),
        row(first_th="ฉ", post_number="607", office="สอจ.สระบุรี", leads="หัวหน้าสำนักงาน", group=""),
        known(first_th="ช", post_number="608", since="1/9/2568"),
        known(first_th="ซ", post_number="609", order_date="2/10/2568"),
        row(first_th="ฌ", post_number="610", leads="หัวหน้าสำนักงาน", group=""),
    )
    found = codes(batch)
    expected = {
        "PER07": 1, "PER09": 1, "PER13": 1, "PER24": 2, "PER23": 1, "PER19": 1, "PER18": 1, "PER40": 1,
    }  # fmt: skip
    assert {code: found.get(code) for code in expected} == expected, found
    assert "new" in actions(batch)  # rows without a fault stay takeable


def test_a_cell_that_cannot_be_read_hides_no_other_fault(world: World) -> None:
    """Bad dates, digits and words beside offices, posts and people that are unknown or named twice: one answer."""
    batch = send(
        world,
        row(since="31/2/2568", office="สอจ.แห่งหนึ่ง", line="นักบิน", order_year="2567"),
        row(post_number="๕๐๑", order_year="ปีนี้", first_th="อีก", level="ทรงคุณวุฒิ"),
        row(post_number="503", since="๑/๑๐/๖๘", order_date="20/9/2025", order_year="๒๕๖๗", group=""),
        row(post_number="103", first_th="คนที่สาม", employment="ทหาร", leads="หัวหน้าสำนักงาน", group="ไม่มีกลุ่มนี้"),
        row(post_number="", first_th="คนที่สี่", order_date="", office="สระบุรี", works_at="ปราจีนบุรี"),
        row(post_number="103", first_th="คนofficer", last_th="แบบอย่าง", order_year="", retires="2699"),
    )
    told = BatchFinding.objects.filter(batch=batch, level="block")
    assert sorted(told.values_list("row_no", "column", "code")) == [
        (2, "line", "PER03"),
        (2, "office", "PER01"),
        (2, "order_year", "PER15"),
        (2, "since", "no_such_day"),
        (3, "level", "PER04"),
        (3, "order_year", "not_number"),
        (3, "post_number", "PER13"),
        (4, "first_th", "PER09"),
        (4, "order_year", "PER15"),
        (4, "since", "two_digit_year"),
        (5, "employment", "not_choice"),
        (5, "group", "not_choice"),
        (5, "post_number", "PER30"),
        (6, "order_date", "required"),
        (6, "post_number", "PER27"),
        (6, "works_at", "PER22"),
        (7, "order_year", "required"),
        (7, "post_number", "PER13"),
        (7, "retires", "PER17"),
    ]
    for one in told:
        assert (one.header, bool(one.message), bool(one.mend)) == (HEADS[one.column], True, True), one.code
    assert actions(batch) == ["refused"] * 6


def test_a_number_that_cannot_be_read_is_not_called_missing(world: World) -> None:
    batch = send(world, row(post_number="1" * 30, line="นักบิน"))
    assert codes(batch) == {"too_long": 1, "PER03": 1}


def receive(world: World, text: dict[str, str]) -> Batch:
    batch = services.receive(
        actor=world.actor("admin"), handler_code=PERSONNEL.code,
        upload=Upload("หัวผิด.csv", io.BytesIO(as_csv(text))),
    )  # fmt: skip
    services.preview(batch_uuid=batch.uuid)
    batch.refresh_from_db()
    return batch


def headed(key: str, heading: str) -> dict[str, str]:
    return {heading if name == HEADS[key] else name: value for name, value in row().items()}


def test_a_heading_that_is_spelt_wrong_is_named(world: World) -> None:
    aside = receive(world, headed("retires", "จะพ้นเมื่อ"))
    assert aside.state == Batch.State.PREVIEWED
    told = BatchFinding.objects.filter(batch=aside, code="unknown_column")
    assert [one.header for one in told] == ["จะพ้นเมื่อ"]
    needed = receive(world, headed("office", "อยู่ไหน"))
    assert needed.state == Batch.State.MAPPING
    columns = {nth: key for nth, key in enumerate(HEADS) if key != "office"}
    with pytest.raises(Invalid) as refused:
        mapping.agree(
            actor=world.actor("admin"),
            batch_uuid=needed.uuid,
            choice=mapping.Choice(sheet="", row=0, columns=columns, name="แบบของเรา"),
        )
    assert "“สำนักงาน”" in " ".join(refused.value.fields[""])
    page = world.client("admin").get(reverse("intake:batch-mapping", args=[needed.uuid]))
    assert "อยู่ไหน" in page.content.decode()


def test_wrong_columns_ask_which_is_which(world: World) -> None:
    batch = services.receive(
        actor=world.actor("admin"), handler_code=PERSONNEL.code,
        upload=Upload("ผิด.csv", io.BytesIO("ก,ข\n1,2\n".encode())),
    )  # fmt: skip
    services.preview(batch_uuid=batch.uuid)
    batch.refresh_from_db()
    assert batch.state in (Batch.State.MAPPING, Batch.State.REFUSED)
    assert not BatchRow.objects.filter(batch=batch).exists()


def test_thai_digits_and_both_eras_mean_the_same(world: World) -> None:
    batch = send(
        world,
        row(
            post_number="๕๐๑", since="๑/๑๐/๒๕๖๘", order_date="20/9/2025", order_number="๑๒", order_year="๒๕๖๘"
        ),
    )
    data = BatchRow.objects.get(batch=batch).data
    assert (data["since"], data["order_date"], data["order_year"]) == ("2025-10-01", "2025-09-20", 2568)
    assert actions(batch) == ["new"], codes(batch)


def test_an_office_keeps_to_itself(world: World) -> None:
    batch = send(world, row(office="สระบุรี"), office=world.here.pk)
    assert codes(batch)["PER02"] == 1
    for who in ("chief", "officer", "inspector"):
        with pytest.raises(NotAllowed):
            services.receive(
                actor=world.actor(who), handler_code=PERSONNEL.code,
                upload=Upload("x.csv", io.BytesIO(as_csv(row()))), office_id=world.here.pk,
            )  # fmt: skip


# --- What it writes ---


def test_an_unknown_order_waits_for_a_second_person(world: World) -> None:
    batch = carry_out(world, send(world, row(retires="2590"), row(first_th="อีก", post_number="502")))
    assert batch.counts["applied"] == {"new": 2, "changed": 0, "people": 2, "posts": 2, "orders": 1}
    (proposal,) = OrderProposal.objects.all()
    assert (proposal.case.state, proposal.number, proposal.office) == ("proposed", "12", world.here)
    people = list(Person.objects.filter(last_th="สมมติ"))
    assert not Assignment.objects.filter(person__in=people).exists()
    assert not Incumbency.objects.filter(person__in=people).exists()
    assert Retirement.objects.get(person=people[0]).fiscal_year == 2590
    with pytest.raises(Conflict):  # who entered it does not confirm it
        orders.act(
            actor=world.actor("admin"), proposal=proposal, name="confirm",
            expected_version=proposal.case.version,
        )  # fmt: skip
    confirm(world, proposal)
    assert Incumbency.objects.filter(person__in=people).count() == 2
    assert set(Assignment.objects.filter(person__in=people).values_list("kind", flat=True)) == {"OFFICER"}
    order = AppointmentOrder.objects.get(number="12")
    assert order.year_be == 2568 and order.scan is not None
    with order.scan.file.open("rb") as kept:
        assert kept.read() == as_csv(row(retires="2590"), row(first_th="อีก", post_number="502"))
    assert actions(send(world, row(retires="2590"), row(first_th="อีก", post_number="502"))) == [
        "same",
        "same",
    ]


def test_a_known_order_gives_posts_and_places_but_no_authority(world: World) -> None:
    carry_out(world, send(world, known()))
    person = Person.objects.get(last_th="สมมติ")
    held, home = Incumbency.objects.get(person=person), Placement.objects.get(person=person)
    assert (held.order, home.order, home.office, held.valid.lower) == (
        world.order,
        world.order,
        world.here,
        SINCE,
    )
    assert not Assignment.objects.filter(person=person).exists() and not OrderProposal.objects.exists()


def test_the_same_file_while_it_waits_is_the_same(world: World) -> None:
    carry_out(world, send(world, row()))
    assert actions(send(world, row())) == ["same"]
    more = send(world, row(), row(first_th="อีก", post_number="502"))
    assert codes(more)["PER25"] == 1


def test_changed_fields_and_their_undo(world: World) -> None:
    person = world.person("officer")
    batch = send(
        world,
        known(first_th="คนofficer", last_th="แบบอย่าง", post_number="103", title_th="นาง", level="ชำนาญการพิเศษ",
              retires="2580"),
    )  # fmt: skip
    assert actions(batch) == ["changed"], codes(batch)
    before = snapshot()
    assert BatchRow.objects.get(batch=batch).diff == {
        "title_th": ["นาย", "นาง"], "level": ["ชำนาญการ", "ชำนาญการพิเศษ"], "retires": [None, 2580],
    }  # fmt: skip
    carry_out(world, batch)
    person.refresh_from_db()
    assert person.title_th == "นาง" and Post.objects.get(number="103").level == "ชำนาญการพิเศษ"
    assert undo.take_back(actor=world.actor("admin"), batch_uuid=batch.uuid) == {"undone": 1, "kept": 0}
    assert snapshot() == before


def test_undo_takes_back_people_posts_and_waiting_orders(world: World) -> None:
    before = snapshot()
    batch = carry_out(
        world, send(world, row(retires="2590"), known(first_th="อีก", post_number="502"), known(
            first_th="จ้าง", post_number="", employment="พนักงานราชการ", line="", level=""))
    )  # fmt: skip
    assert snapshot() != before
    assert undo.take_back(actor=world.actor("admin"), batch_uuid=batch.uuid) == {"undone": 3, "kept": 0}
    assert snapshot() == before
    assert OrderProposal.objects.get().case.state == "cancelled"
    assert actions(send(world, row())) == ["new"]  # and may come again


def test_undo_keeps_what_was_built_upon(world: World) -> None:
    batch = carry_out(world, send(world, row(), known(first_th="อีก", post_number="502")))
    confirm(world, OrderProposal.objects.get())
    make.assign(Person.objects.get(first_th="อีก"), "OFFICER", world.here)
    with pytest.raises(Conflict):  # nothing goes back
        undo.take_back(actor=world.actor("admin"), batch_uuid=batch.uuid)
    assert Person.objects.filter(last_th="สมมติ").count() == 2


def test_a_plan_gone_stale_writes_nothing(world: World) -> None:
    batch = send(world, known())
    hold(world.person("miner"), post("501", world.here, group=make.group(world.here)), world.order)
    before = snapshot()
    with pytest.raises(StalePlan):
        carry_out(world, batch)
    assert snapshot() == before


def test_what_is_exported_imports_unchanged(world: World) -> None:
    retires(world.person("officer"), 2580)
    make.person("คนofficer", user=make.user())  # a namesake: the address tells them apart
    carry_out(
        world,
        send(world, known(first_th="จ้าง", post_number="", employment="พนักงานราชการ", line="", level="")),
    )
    before = snapshot()
    exported = list(PersonnelHandler().export_rows(world.actor("admin"), {}))
    assert len(exported) == 5
    text = [
        {
            HEADS[key]: value.strftime("%d/%m/") + str(value.year + 543)
            if isinstance(value, date)
            else str(value or "")
            for key, value in one.items()
        }
        for one in exported
    ]
    batch = send(world, *text)
    assert actions(batch) == ["same"] * 5, codes(batch)
    carry_out(world, batch)
    assert snapshot() == before


def test_the_pages_of_the_import(world: World) -> None:
    url = reverse("intake:batch-import", args=[PERSONNEL.code])
    assert world.client("admin").get(url).status_code == 200
    assert world.client("chief").get(url).status_code == 403
    with nation("test"):
        batch = send(world, row(), row(first_th="ข", office="ไม่มี"))
    page = world.client("admin").get(reverse("intake:batch-detail", args=[batch.uuid]))
    assert page.status_code == 200 and "ไม่พบสำนักงานนี้" in page.content.decode()
    assert world.client("chief").get(reverse("intake:batch-detail", args=[batch.uuid])).status_code == 404


PEOPLE = st.lists(
    st.fixed_dictionaries(
        {
            "title_th": st.sampled_from(["นาย", "นาง", "นางสาว", "ว่าที่ร้อยตรี"]),
            "first_th": st.text("กขคงจฉชซ", min_size=1, max_size=6),
            "civil": st.booleans(),
            "leads": st.sampled_from(["", "หัวหน้ากลุ่ม"]),
            "level": st.sampled_from(["ปฏิบัติการ", "ชำนาญการ", "ชำนาญการพิเศษ"]),
            "post_title": st.sampled_from(["", "หัวหน้า  งาน", "'=1+1"]),
            "retires": st.sampled_from(["", "2570", "๒๕๙๙"]),
            "since": st.dates(date(2025, 10, 1), date(2027, 1, 1)),
        }
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda one: one["first_th"],
)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=PEOPLE)
def test_whatever_was_imported_exports_and_imports_unchanged(
    world: World, people: list[dict[str, Any]]
) -> None:
    rows = [
        known(
            title_th=one["title_th"], first_th=one["first_th"], last_th="สุ่ม", since=one["since"].isoformat(),
            retires=one["retires"], group="กลุ่มโรงงานอุตสาหกรรม",
            **{"post_number": f"7{nth:02d}", "level": one["level"], "leads": one["leads"], "post_title": one["post_title"]}
            if one["civil"] else {"post_number": "", "employment": "พนักงานราชการ", "line": "", "level": ""},
        )
        for nth, one in enumerate(people)
    ]  # fmt: skip
    with transaction.atomic():
        carry_out(world, send(world, *rows))
        before = snapshot()
        day = date(2027, 6, 1)
        exported = [
            {
                HEADS[key]: value.isoformat() if isinstance(value, date) else str(value or "")
                for key, value in one.items()
            }
            for one in PersonnelHandler().export_rows(world.actor("admin", day), {})
        ]
        assert len(exported) == len(people) + 4
        batch = send(world, *exported)
        assert set(actions(batch)) == {"same"}, codes(batch)
        carry_out(world, batch)
        assert snapshot() == before
        transaction.set_rollback(True)
