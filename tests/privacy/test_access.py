"""Effective access says what the house does, and the matrix is what its policies and workflows are."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils.translation import override
from pypdf import PdfReader

from offices.access import explain, matrix
from offices.access.views import PEOPLE
from offices.models import AssignmentKind
from offices.policies import central_admin
from offices.selectors import cases
from offices.services.cases import open_case
from offices.workflow import workflows
from portal.checks import policy_of
from portal.scope import nation
from tests.offices import make
from tests.offices.flow import FLOW, ready
from tests.orders.world import away
from tests.privacy.conftest import DAY

pytestmark = pytest.mark.django_db


def lines(parts) -> list[tuple[str, bool | None]]:
    return [(line.text, line.ok) for part in parts for line in part.lines]


def why(parts) -> str:
    return " ".join(reason for part in parts for line in part.lines for reason in line.why)


# --- The explanation equals what the page answers ---


@pytest.fixture
def addresses(house) -> list[str]:
    with nation("test"):
        order = house.officer.assignments.get().order
        foreign = house.stranger.assignments.get().order
    return [
        "/",
        reverse("offices:person-list"),
        reverse("offices:person-add"),
        reverse("offices:seal-list"),
        reverse("offices:auditevent-list"),
        reverse("offices:privatereading-list"),
        reverse("offices:register-add"),
        *(reverse(f"offices:{name}-detail", args=[row.uuid]) for name, row in (
            ("office", house.here), ("office", house.there), ("person", house.officer), ("person", house.stranger),
            ("person", house.leaver), ("order", order), ("order", foreign),
        )),
        reverse("offices:person-history", args=[house.stranger.uuid]),
        reverse("offices:person-invite", args=[house.officer.uuid]),
        reverse("offices:orderproposal-outside"),
        reverse("offices:private-edit", args=[house.officer.uuid]),
    ]  # fmt: skip


@pytest.mark.parametrize("who", ["keeper", "chief", "clerk", "officer", "stranger", "leaver"])
def test_the_verdict_is_what_the_page_answers(house, addresses, sign_in, who):
    person = getattr(house, who)
    client = sign_in(person)
    wrong = []
    for address in addresses:
        with nation("test"):
            said = explain.verdict(person, DAY, address).ok
        opened = client.get(address).status_code == 200
        if said != opened:
            wrong.append((address, said, opened))
    assert wrong == []


def test_a_day_in_the_past_and_one_to_come(house):
    address = reverse("offices:person-detail", args=[house.officer.uuid])
    with nation("test"):
        before = explain.verdict(house.leaver, date(2024, 9, 30), address)
        after = explain.verdict(house.leaver, date(2024, 10, 1), address)
        parts = explain.explain(house.leaver, date(2024, 10, 1), address)
    assert before.ok and not after.ok and "1 ต.ค. 2567" in after.text
    assert "สิ้นสุดวันที่ 30 ก.ย. 2567" in why(parts)
    assert ("ไม่มีคำสั่งแต่งตั้งที่มีผลในวันนั้น จึงไม่มีอำนาจใด", False) in lines(parts)


def test_why_an_assignment_does_not_count(house):
    with nation("test"):
        late = make.order(make.span(date(2026, 1, 1)), signed_on=DAY + timedelta(days=3))
        make.assign(
            house.officer, "CHIEF", make.office("20", "ชลบุรี"), order=late, valid=make.span(date(2026, 1, 1))
        )
        make.assign(house.officer, "ASSISTANT", house.here, group=make.group(house.here, "POLICY"))
        future = make.span(date(2027, 10, 1))
        make.assign(
            house.officer, "GROUP_HEAD", house.here, group=make.group(house.here, "PROMO"), valid=future
        )
        parts = explain.explain(house.officer, DAY)
    said = why(parts)
    assert "คำสั่งลงนามวันที่ 23 พ.ย. 2569" in said
    assert "เฉพาะเมื่อสำนักงานเปิดใช้ตำแหน่งนี้" in said
    assert "การแต่งตั้งเริ่มวันที่ 1 ต.ค. 2570" in said
    counted = [text for text, ok in lines(parts[1:2]) if ok]
    assert len(counted) == 1 and "เจ้าหน้าที่" in counted[0]
    with nation("test"):
        make.assistants_on(house.here)
        again = [text for text, ok in lines(explain.explain(house.officer, DAY)[1:2]) if ok]
    assert len(again) == 2


def test_without_an_account_and_with_a_closed_one(house):
    with nation("test"):
        nobody = make.person("คนไม่มีบัญชี")
        make.assign(nobody, "OFFICER", house.here)
        page = reverse("offices:person-list")
        assert not explain.verdict(nobody, DAY, page).ok
        assert "ไม่มีบัญชีผู้ใช้" in str(lines(explain.explain(nobody, DAY)))
        house.chief.user.is_active = False
        house.chief.user.save()
        assert not explain.verdict(house.chief, DAY, page).ok
        assert "บัญชีถูกปิด" in str(lines(explain.explain(house.chief, DAY)))


def test_of_a_row_every_address_and_whose_it_is(house):
    address = reverse("offices:order-detail", args=[house.stranger.assignments.get().order.uuid])
    with nation("test"):
        parts = explain.explain(house.chief, DAY, address)
    text = str(lines(parts))
    assert "อยู่นอกขอบเขตข้อมูล" in text and "รายการนี้เป็นของ" not in text, "an order of no single office"
    with nation("test"):
        parts = explain.explain(
            house.chief, DAY, reverse("offices:person-detail", args=[house.stranger.uuid])
        )
    assert ("“ออกรหัสครั้งเดียว” เปิดให้ผู้ดูแลระบบส่วนกลาง", False) in lines(parts)
    with nation("test"):
        parts = explain.explain(house.chief, DAY, reverse("offices:office-detail", args=[house.there.uuid]))
    assert ("รายการนี้เป็นของ สอจ.สระบุรี", None) in lines(parts)


def test_the_acts_of_a_case_are_what_the_engine_says(house, acts):
    ready()
    officer = acts(house.officer)
    with officer.scope.active():
        case = open_case(
            actor=officer, case_type=FLOW.case_type, office=house.here, group=make.group(house.here),
            title="เรื่องสมมติ",
        )  # fmt: skip
    for who in ("officer", "chief", "stranger"):
        with nation("test"):
            actor = explain.actor_on(getattr(house, who), DAY)
            part = explain.case_part(case, actor)
            answers = [one for one in cases.explain(case, actor) if one.fits]
        assert part is not None
        assert [(line.text, line.ok) for line in part.lines] == [
            (str(one.transition.label), one.allowed) for one in answers
        ]
        assert all(line.why for line in part.lines if not line.ok)
        assert any(line.ok for line in part.lines) == (who == "officer")
    assert explain.case_part(house.here, actor) is None


def test_the_acts_of_support_stand_there_too(house, acts):
    from offices.access import support

    keeper = acts(house.keeper)
    with keeper.scope.active():
        support.ask(actor=keeper, office=house.here, kind="CHIEF", minutes=10, reason="ช่วยดู")
        assert "ช่วยดู" in str(lines(explain.explain(house.keeper, DAY)))
        assert "ช่วยดู" not in str(lines(explain.explain(house.keeper, DAY - timedelta(days=1))))


def test_every_detail_page_knows_its_rows():
    known = explain.detail_pages()
    names = {page.view_name for page in known.values()}
    assert {
        "offices:person-detail",
        "offices:document-detail",
        "factories:factory-detail",
        "reporting:package-detail",
    } <= names


# --- The page ---


def ask(client, **query) -> str:
    answer = client.get(reverse("offices:access-detail"), query)
    assert answer.status_code == 200
    return answer.content.decode().partition("<main")[2]


def test_the_centre_asks_about_anybody_and_anything(house, sign_in):
    client = sign_in(house.keeper)
    text = ask(client, who="คนofficer", what=reverse("offices:person-detail", args=[house.stranger.uuid]))
    assert house.officer.name in text and "เปิดหน้านี้ไม่ได้" in text
    text = ask(client, person=house.leaver.uuid, on="1 มีนาคม 2567", what="/offices/people/")
    assert "เปิดหน้านี้ได้ในวันที่ 1 มี.ค. 2567" in text
    assert "หมายถึงใคร" in ask(client, who="แบบอย่าง")
    assert "ไม่พบบุคลากรชื่อนี้" in ask(client, who="ไม่มีผู้นี้")
    found = ask(client, who="คนofficer", what="คนstranger")  # one hit: explained at once
    assert "เปิดหน้านี้ไม่ได้" in found
    assert "หมายถึงสิ่งใด" in ask(client, what="แบบอย่าง")
    assert "ไม่มีหน้านี้ในระบบ" in ask(client, what="/no/such/")


def test_a_name_of_too_many_says_that_there_are_more(house, sign_in):
    client = sign_in(house.keeper)
    with nation("test"):
        for nth in range(PEOPLE + 1):
            make.work_in(make.person(f"ชื่อซ้ำ{nth:02}"), house.here)
    few, many = ask(client, who="ชื่อซ้ำ1"), ask(client, who="ชื่อซ้ำ")
    assert few.count("ชื่อซ้ำ") == 10 + 1 and "เกิน 20 คน" not in few
    assert many.count("ชื่อซ้ำ") == PEOPLE + 1 and "เกิน 20 คน" in many


def test_others_ask_about_themselves_and_learn_nothing_of_foreign_rows(house, sign_in):
    client = sign_in(house.officer)
    text = ask(client, who="คนchief", person=str(house.chief.uuid), what="คนstranger")
    assert house.officer.name in text and house.chief.name not in text
    assert "ไม่พบสิ่งนี้ในขอบเขต" in text and house.stranger.name not in text
    foreign = ask(client, what=reverse("offices:person-detail", args=[house.stranger.uuid]))
    missing = ask(client, what=reverse("offices:person-detail", args=[house.here.uuid]))
    assert house.stranger.name not in foreign and "สระบุรี" not in foreign
    import re

    def plain(page: str) -> str:
        return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", page)

    assert plain(foreign) == plain(missing), "a foreign row and no row are told apart"


def test_a_former_office_is_not_opened_by_asking_of_the_past(house, sign_in):
    client = sign_in(house.leaver)
    text = ask(client, on="1/9/2567", what=reverse("offices:person-detail", args=[house.officer.uuid]))
    assert house.officer.name not in text


def test_a_bad_date_is_said(house, sign_in):
    answer = sign_in(house.keeper).get(reverse("offices:access-detail"), {"on": "32/1/2567"})
    assert answer.status_code == 422


# --- The matrix ---


def test_the_document_is_current():
    with override("th"):
        assert matrix.FILE.read_text("utf-8") == matrix.markdown(), "run manage.py access_matrix"


def test_no_page_of_the_matrix_goes_by_its_code_name():
    assert [
        page for line in matrix.policies().lines for page in line.opens if re.search("[a-z]+[_:-]", page)
    ] == []


def test_the_matrix_says_what_the_policies_say():
    block = matrix.policies()
    shown = {
        line.code: dict(zip((kind for kind, _n in matrix.roles()), line.cells, strict=True))
        for line in block.lines
    }
    assert {kind for kind, cell in shown["central_admin"].items() if cell == "yes"} == {"CENTRAL_ADMIN"}
    assert shown["private_readers"]["GROUP_HEAD"] == "ฝ่ายบริหารทั่วไป"
    assert shown["private_readers"]["OFFICER"] == "no" and shown["private_readers"]["CHIEF"] == "yes"
    stated = {policy_of(pattern).name for _name, _path, pattern in explain.named_views()}
    assert set(shown) == stated and central_admin.name in stated


def test_every_act_of_every_workflow_is_in_it():
    known = [one for one in workflows() if not one.case_type.startswith("tests.")]
    blocks = matrix.blocks()[1:]
    assert [len(block.lines) for block in blocks] == [len(flow.transitions) for flow in known]
    for flow, block in zip(known, blocks, strict=True):
        for act, line in zip(flow.transitions, block.lines, strict=True):
            held = {kind for (kind, _n), cell in zip(matrix.roles(), line.cells, strict=True) if cell != "no"}
            delegated = {AssignmentKind.DELEGATED} if act.power else set()
            assert held == set(act.roles or act.capacities) | delegated


def test_the_page_and_its_paper(house, sign_in):
    client = sign_in(house.officer)
    text = client.get(reverse("offices:access-matrix")).content.decode()
    answer = client.get(reverse("offices:access-matrix-print"))
    assert answer["Content-Type"] == "application/pdf"
    paper = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    for word in ("ตารางสิทธิ", "ต้องถือพร้อมกัน", "20 พฤศจิกายน 2569"):
        assert word in paper
    for block in matrix.blocks():
        assert block.title in text


def test_the_command_checks(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(matrix, "FILE", tmp_path / "x.md")
    with pytest.raises(CommandError, match="access_matrix"):
        call_command("access_matrix", "--check")
    call_command("access_matrix")
    call_command("access_matrix", "--check")
    assert "x.md" in capsys.readouterr().out


# --- Standing orders: who is there, who comes first, who is away ---


@pytest.fixture
def deputies(house):
    """Two who stand by for the chief, in this order."""
    with nation("test"):
        return [
            make.assign(who, "ACTING_CHIEF", house.here, acting_rank=rank, standing=True)
            for rank, who in enumerate((house.clerk, house.officer), start=1)
        ]


def told(person) -> list[str]:
    """What is said of an order to act that does not count on the day."""
    with nation("test"):
        (part,) = [one for one in explain.explain(person, DAY) if one.title == "การแต่งตั้งในวันนั้น"]
    (line,) = [one for one in part.lines if one.text.startswith("รักษาราชการแทน") and one.ok is False]
    return list(line.why)


def test_who_stands_by_is_told_who_holds_the_post_and_by_which_order(house, deputies):
    order = house.chief.assignments.get().order.reference
    (said,) = told(house.clerk)
    assert house.chief.name in said and order in said and "อยู่ที่ตำแหน่งในวันนั้น" in said


def test_who_stands_by_is_told_who_comes_first_in_line(house, deputies):
    away(house.chief, DAY)
    (said,) = told(house.officer)
    assert house.clerk.name in said and deputies[0].order.reference in said and "มาก่อนในลำดับ" in said
    with nation("test"):
        assert ("รักษาราชการแทนอุตสาหกรรมจังหวัดปราจีนบุรี", True) in [
            (text.partition(" ตาม")[0], ok) for text, ok in lines(explain.explain(house.clerk, DAY))
        ]


def test_who_stands_by_is_told_of_his_own_absence_without_its_kind(house, deputies):
    away(house.chief, DAY)
    row = away(house.clerk, DAY, kind="sick")
    (said,) = told(house.clerk)
    assert said.startswith("เจ้าตัวไม่อยู่ทั้งวันในวันนั้น") and str(row.get_kind_display()) not in said


def test_of_an_order_that_is_over_only_that_is_said(house):
    with nation("test"):
        over = make.span(date(2026, 1, 1), date(2026, 2, 1))
        make.assign(house.officer, "ACTING_CHIEF", house.here, acting_rank=1, standing=True, valid=over)
    assert told(house.officer) == ["การแต่งตั้งสิ้นสุดวันที่ 31 ม.ค. 2569", "คำสั่งสิ้นสุดวันที่ 31 ม.ค. 2569"]


def test_the_assistants_switch_is_named_only_where_it_is_off(house):
    with nation("test"):
        make.assistants_on(house.here)
        late = make.order(make.span(date(2026, 1, 1)), signed_on=DAY + timedelta(days=3))
        make.assign(
            house.officer, "ASSISTANT", house.here, group=make.group(house.here, "POLICY"), order=late,
            valid=make.span(date(2026, 1, 1)),
        )  # fmt: skip
        said = why(explain.explain(house.officer, DAY))
    assert "คำสั่งลงนามวันที่ 23 พ.ย. 2569" in said and "เปิดใช้ตำแหน่งนี้" not in said
