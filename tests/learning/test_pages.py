"""Pages of learning: what each role sees and may do there; what a foreign row answers."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from offices.models import Assignment
from offices.models.learning import (
    Assessment,
    Attendance,
    DevelopmentItem,
    DevelopmentPlan,
    RecordRequest,
    Stint,
    StintDay,
    SubjectLevel,
    TrainingCourse,
    TrainingSession,
)
from portal.scope import nation
from tests.learning import world as small
from tests.learning.world import YEAR, World

pytestmark = pytest.mark.django_db


def text(answer: Any) -> str:
    return str(answer.content.decode())


def fetched(client: Client, url: str) -> int:
    """How a file is answered; what is sent is read to its end, and so closed."""
    answer = client.get(url)
    if answer.streaming:
        assert b"".join(answer.streaming_content).startswith(b"%PDF")
    return int(answer.status_code)


def of(name: str, row: Any) -> str:
    return reverse(f"offices:{name}", args=[row.uuid])


LISTS = (
    "readiness-list", "subjectlevel-list", "leveldescriptor-list", "learner-list", "developmentplan-list",
    "trainingsession-list", "trainingcourse-list", "attendance-list", "stint-list", "recordrequest-list",
)  # fmt: skip


@pytest.mark.parametrize("who", ["officer", "chief", "inspector", "admin"])
def test_lists_open_and_take_no_more_queries_for_many(world: World, who: str) -> None:
    client, urls = world.client(who), [reverse(f"offices:{name}") for name in LISTS]
    host = world.person("head")

    def learns(name: str) -> None:
        person = world.person(name)
        small.level(person, "factories", 3, host)
        small.item(small.plan(person))
        small.attend(person, small.session(world.here))
        small.day(small.stint(person, host, world.here))

    def queries() -> list[int]:
        found = []
        for url in urls:
            assert client.get(url).status_code == 200
            with CaptureQueriesContext(connection) as caught:
                client.get(url)
            found.append(len(caught.captured_queries))
        return found

    with nation("test"):
        learns("officer")
    few = queries()
    with nation("test"):
        learns("second")
        learns("miner")
    assert queries() == few


def test_lists_sort_filter_search_and_export(world: World) -> None:
    client = world.client("chief")
    officer, host = world.person("officer"), world.person("head")
    with nation("test"):
        small.level(officer, "factories", 3, host)
        small.item(small.plan(officer, "draft"))
        small.attend(officer, small.session(world.here, "ตรวจโรงงาน"))
        small.day(small.stint(officer, host, world.here), state="certified")
    for name in LISTS[1:]:
        url = reverse(f"offices:{name}")
        page = client.get(url)
        for column in page.context["screen"].columns:
            if column.sort:
                assert client.get(url, {"sort": f"-{column.key}"}).status_code == 200, (name, column.key)
        for kind in ("csv", "xlsx"):
            assert client.get(url, {"export": kind}).status_code == 200
        assert client.get(url, {"q": "ไม่มี"}).status_code == 200
    said = {
        "subjectlevel-list?subject=factories&level=3": True,
        "subjectlevel-list?subject=factories&level=4": False,
        "subjectlevel-list?level=3": True,
        "subjectlevel-list?level=5": False,
        "subjectlevel-list?group=FACTORY": True,
        "subjectlevel-list?group=MINING": False,
        "developmentplan-list?state=draft": True,
        "developmentplan-list?standing=yes": False,
        "developmentplan-list?standing=no": True,
        f"developmentplan-list?fiscal_year={YEAR}": True,
        "learner-list?state=on_track": True,
        "learner-list?state=none": False,
        "learner-list?state=met": False,
        "learner-list?state=behind": False,
        "stint-list?subject=mining": True,
        "stint-list?state=closed": False,
        "attendance-list?state=attended": True,
        "attendance-list?state=enrolled": False,
    }
    for address, there in said.items():
        name, _mark, query = address.partition("?")
        assert ("คนofficer" in text(client.get(f"{reverse(f'offices:{name}')}?{query}"))) is there, address


def test_the_board_names_people_only_to_those_who_may_see_levels(world: World) -> None:
    officer = world.person("officer")
    with nation("test"):
        small.level(officer, "factories", 4, world.person("head"))
    board = reverse("offices:readiness-list")
    for who, named in (("chief", True), ("inspector", True), ("admin", True), ("head", True), ("officer", True),
                       ("second", False), ("admin_head", False)):  # fmt: skip
        said = text(world.client(who).get(board))
        assert "มีคนเดียว" in said and "สอจ.ปราจีนบุรี" in said
        assert ("คนofficer" in said) is named, who
    assert "สระบุรี" not in text(world.client("chief").get(board))
    assert "สระบุรี" in text(world.client("admin").get(board))
    assert "ปราจีนบุรี" not in text(world.client("there").get(board))
    for query in ("show=gaps", "show=single", "sort=worst", "on=1/10/2568"):
        assert world.client("admin").get(f"{board}?{query}").status_code == 200
    assert world.client("admin").get(f"{board}?on=x").status_code == 422
    for kind in ("csv", "xlsx"):
        assert world.client("chief").get(board, {"export": kind}).status_code == 200
    exported = b"".join(world.client("chief").get(board, {"export": "csv"}).streaming_content).decode()
    assert "มีคนเดียว นายคนofficer" in exported


def test_a_move_is_tried_and_nothing_written(world: World) -> None:
    """By an address that can be kept; only with people whose levels the reader sees, in offices he sees."""
    officer, page = world.person("officer"), reverse("offices:readiness-try")
    with nation("test"):
        small.level(officer, "factories", 3, world.person("head"))
        there = world.there.groups.get(code="FACTORY")
        before = list(Assignment.objects.order_by("pk").values_list())
    assert page in text(world.client("chief").get(reverse("offices:readiness-list")))
    assert world.client("chief").get(page).context["table"] is None

    def rows(who: str, **asked: Any) -> list[tuple[str, str, str]]:
        answer = world.client(who).get(page, {"person": officer.uuid, "on": "1/12/2569", **asked})
        assert answer.status_code == 200, text(answer)
        table = answer.context["table"]
        return [
            (row.office.code, row.before.code, row.after.code)
            for row in (table.rows if table else ())
            if row.before != row.after
        ]

    leaves, comes = ("25", "single", "nobody"), ("19", "nobody", "single")
    assert rows("admin", group=there.uuid) == [comes, leaves]
    for who in ("chief", "head", "inspector"):
        assert rows(who) == [leaves], who
    here = world.rows["officer"].group
    assert rows("chief", group=here.uuid) == []
    # neither other offices nor people whose levels he does not see
    for who, asked in (("chief", {"group": there.uuid}), ("inspector", {"group": there.uuid}), ("there", {}),
                       ("second", {}), ("admin_head", {})):  # fmt: skip
        answer = world.client(who).get(page, {"person": officer.uuid, **asked})
        assert answer.status_code == 422 and answer.context["table"] is None, who
        assert "คนofficer" not in text(answer) or who in ("chief", "inspector"), who
    assert world.client("chief").get(page, {"person": "x", "on": "x"}).status_code == 422
    said = text(world.client("chief").get(page, {"person": officer.uuid, "on": "1/1/2560"}))
    assert "จึงไม่มีสิ่งใดเปลี่ยน" in said
    with nation("test"):
        assert list(Assignment.objects.order_by("pk").values_list()) == before


def test_an_office_says_what_is_behind_a_cell(world: World) -> None:
    officer, page = world.person("officer"), of("readiness-detail", world.here)
    with nation("test"):
        small.level(officer, "factories", 3, world.person("head"))
        small.level(world.person("miner"), "mining", 2, world.person("chief"))
        small.plan(officer, "approved")
    said = text(world.client("chief").get(page))
    for part in ("คนofficer", "ไม่มีผู้ทำด้านโรงงานแทน", "ด้านส่งเสริมไม่มีผู้ใดในสำนักงานทำได้", "อนุมัติ"):
        assert part in said, part
    rows = world.client("chief").get(page, {"subject": "mining"}).context["table"].rows
    assert rows[0].name.startswith("นายคนminer") and rows[0].levels["mining"] == 2
    assert world.client("chief").get(page, {"show": "plans"}).context["table"] is not None
    shown = world.client("inspector").get(page, {"show": "hours"})
    assert shown.context["table"] is None and shown.context["hidden"] == 6
    assert "คนofficer" in text(world.client("inspector").get(page, {"subject": "factories"}))
    assert world.client("inspector").get(page).context["table"].columns[-1].key == "since"
    assert [row.name for row in world.client("second").get(page).context["table"].rows] == [
        world.person("second").name
    ]
    assert world.client("there").get(page).status_code == 404
    for query in ("subject=x", "show=assistants", "show=x", "on=1/1/2560"):
        assert world.client("chief").get(f"{page}?{query}").status_code == 200


def test_a_person_is_seen_by_himself_his_superiors_and_personnel(world: World) -> None:
    officer, page = world.person("officer"), of("learner-detail", world.person("officer"))
    with nation("test"):
        small.level(officer, "factories", 3, world.person("head"))
        small.plan(officer)
    for who, status in (("officer", 200), ("head", 200), ("chief", 200), ("admin", 200), ("inspector", 200),
                        ("second", 404), ("admin_head", 404), ("there", 404), ("stranger", 404)):  # fmt: skip
        answer = world.client(who).get(page)
        assert answer.status_code == status, who
        if status == 200:
            assert ("แผนพัฒนารายบุคคล</h2>" in text(answer)) is (who != "inspector"), who
    assert world.client("officer").get(reverse("offices:learner-mine")).url == page
    assert "กำหนดระดับ" not in text(world.client("officer").get(page)).partition("<main")[2]
    add = of("subjectlevel-add", officer)
    assert world.client("inspector").get(add).status_code == 403
    assert world.client("officer").get(add).status_code == 403
    assert world.client("there").get(add).status_code == 404


def test_a_superior_sets_a_level_after_a_look_at_what_changes(world: World) -> None:
    officer, add = world.person("officer"), of("subjectlevel-add", world.person("officer"))
    sent = {
        "subject": "factories",
        "level": "3",
        "since": "1/11/2569",
        "basis": "work",
        "evidence": "ทำเอง 6 เรื่อง",
    }
    client = world.client("head")
    assert "ทำได้เอง" in text(client.post(add, sent))
    assert not SubjectLevel.objects.exists()
    assert client.post(add, sent | {"confirmed": "1"}).url == of("learner-detail", officer)
    row = SubjectLevel.objects.get()
    assert (row.level, row.set_by, row.person) == (3, world.person("head"), officer)
    wrong = client.post(add, sent | {"since": "1/10/2569", "confirmed": "1"})
    assert wrong.status_code == 422 and "ต้องไม่ก่อนวันนั้น" in text(wrong)
    wrong = client.post(add, sent | {"since": "1/1/2570", "confirmed": "1"})
    assert wrong.status_code == 422 and "อยู่ในอนาคต" in text(wrong)


def test_ratings_are_given_by_oneself_and_by_a_superior(world: World) -> None:
    officer, add = world.person("officer"), of("assessment-add", world.person("officer"))
    codes = ("ACHIEVE", "SERVICE", "EXPERTISE", "INTEGRITY", "TEAM")
    sent = {"round": f"{YEAR}-1", "note": "ดี", **{f"level_{code}": "2" for code in codes}}
    assert world.client("officer").post(add, sent).status_code == 302
    assert world.client("head").post(add, sent | {"level_TEAM": "4"}).status_code == 302
    assert sorted(Assessment.objects.values_list("kind", flat=True)) == ["self", "supervisor"]
    said = text(world.client("officer").get(of("learner-detail", officer)))
    assert "การทำงานเป็นทีม" in said
    wrong = world.client("head").post(add, sent | {"level_TEAM": ""})
    assert wrong.status_code == 422
    assert world.client("second").get(add).status_code == 404
    assert world.client("inspector").get(add).status_code == 404


def test_the_way_of_a_plan(world: World) -> None:
    officer, client = world.person("officer"), world.client("officer")
    add = of("developmentplan-add", officer)
    assert client.post(add, {"fiscal_year": "๒๕๗๐", "goal": "ทำงานเหมืองได้"}).status_code == 302
    row = DevelopmentPlan.objects.get()
    page = of("developmentplan-detail", row)
    assert "แผนยังไม่มีรายการ" in text(client.get(page))
    again = client.post(add, {"fiscal_year": "2570", "goal": "อีก"})
    assert again.status_code == 422 and "มีแผนพัฒนาของปีงบประมาณนี้อยู่แล้ว" in text(again)
    sent = {
        "aim": "subject:mining", "topic": "ตรวจเหมือง", "method": "shadowing", "target_level": "2",
        "starts_on": "1/1/2570", "ends_on": "31/3/2570", "planned_hours": "18",
    }  # fmt: skip
    assert client.post(of("developmentitem-add", row), sent).status_code == 302
    assert client.post(of("developmentitem-add", row), sent | {"aim": "core:TEAM"}).status_code == 302
    wrong = client.post(of("developmentitem-add", row), sent | {"ends_on": "1/10/2570", "planned_hours": "0"})
    assert wrong.status_code == 422 and "ปีงบประมาณ 2570" in text(wrong) and "ต้องมากกว่า 0" in text(wrong)
    first, second = DevelopmentItem.objects.order_by("id")
    assert "ตรวจเหมือง" in text(client.get(of("developmentitem-edit", first)))
    assert client.post(of("developmentitem-edit", first), sent | {"topic": "ตรวจเหมืองหิน"}).status_code == 302
    assert client.post(of("developmentitem-remove", second)).status_code == 302
    assert DevelopmentItem.objects.get().topic == "ตรวจเหมืองหิน"

    def step(who: str, name: str, **values: str) -> int:
        row.refresh_from_db()
        return (
            world.client(who)
            .post(of(f"developmentplan-{name}", row), {"version": row.version, **values})
            .status_code
        )

    assert step("head", "approve") == 409  # not yet proposed
    assert step("officer", "propose") == 302
    assert "แผนพัฒนารายบุคคลที่รอท่านอนุมัติ" in text(world.client("head").get("/"))
    assert "แผนพัฒนารายบุคคลที่รอท่านอนุมัติ" not in text(world.client("chief").get("/"))
    assert step("officer", "approve") == 403
    assert client.post(of("developmentitem-edit", first), sent).status_code == 409
    assert step("head", "send_back") == 422
    assert step("head", "send_back", note="เพิ่มชั่วโมง") == 302
    assert step("officer", "propose") == 302
    assert step("chief", "approve") == 302
    assert step("officer", "start") == 302
    progress = of("developmentitem-progress", first)
    assert client.post(progress, {"done_hours": "6", "evidence": ""}).status_code == 422
    assert client.post(progress, {"done_hours": "6", "evidence": "ไปกับวิศวกร"}).status_code == 302
    assert step("head", "review", note="ดี") == 302
    stale = world.client("head").post(of("developmentplan-close", row), {"version": 1, "note": "x"})
    assert stale.status_code == 409
    assert step("head", "close", note="ทำได้ครบ") == 302
    row.refresh_from_db()
    assert row.state == "closed"
    said = text(client.get(page))
    for part in ("เพิ่มชั่วโมง", "ทำได้ครบ", "ไปกับวิศวกร", "ปิด"):
        assert part in said, part
    assert "คนofficer" not in text(world.client("second").get(reverse("offices:developmentplan-list")))
    assert world.client("second").get(page).status_code == 404
    assert world.client("inspector").get(page).status_code == 404
    assert client.get(of("developmentplan-history", row)).status_code == 200


def test_the_way_of_training(world: World) -> None:
    keeper, officer = world.client("admin_head"), world.person("officer")
    assert world.client("officer").get(reverse("offices:trainingcourse-add")).status_code == 403
    add = reverse("offices:trainingcourse-add")
    sent = {"office": world.here.pk, "name_th": "ตรวจโรงงาน", "kind": "course", "subject": "factories"}
    assert keeper.post(add, sent).status_code == 302
    assert keeper.post(add, sent).status_code == 422
    assert keeper.post(add, sent | {"office": world.there.pk}).status_code == 422
    course = TrainingCourse.objects.get()
    sent = {
        "course": course.pk, "office": world.here.pk, "starts_on": "2/11/2569", "ends_on": "3/11/2569",
        "hours": "12", "place": "ห้องประชุม", "trainer": "วิทยากร",
    }  # fmt: skip
    add = reverse("offices:trainingsession-add")
    wrong = keeper.post(add, sent | {"starts_on": "30/9/2569", "ends_on": "1/10/2569", "hours": "0"})
    assert wrong.status_code == 422 and "ปีงบประมาณเดียว" in text(wrong) and "มากกว่า 0" in text(wrong)
    assert keeper.post(add, sent).status_code == 302
    row = TrainingSession.objects.get()
    page, enrol = of("trainingsession-detail", row), of("attendance-add", row)
    over = world.client("officer").post(enrol, {"person": officer.pk, "role": "attendee"})
    assert over.status_code == 422 and "ให้ผู้จัดเป็นผู้บันทึก" in text(over)
    assert keeper.post(enrol, {"person": officer.pk, "role": "attendee"}).status_code == 302
    assert keeper.post(enrol, {"person": world.person("stranger").pk, "role": "attendee"}).status_code == 422
    attendance = Attendance.objects.get()
    edit = of("attendance-edit", attendance)
    told = {"version": 1, "state": "attended", "hours": "13", "role": "attendee", "result": ""}
    wrong = keeper.post(edit, told)
    assert wrong.status_code == 422 and "12 ชั่วโมง" in text(wrong)
    assert keeper.post(edit, told | {"hours": "12"}).status_code == 302
    assert keeper.post(edit, told | {"hours": "6"}).status_code == 409
    assert keeper.post(of("trainingsession-edit", row), sent | {"hours": "6"}).status_code == 422
    assert keeper.post(of("trainingsession-edit", row), sent | {"hours": "18"}).status_code == 302
    assert "คนofficer" in text(world.client("head").get(page))
    assert "คนofficer" not in text(world.client("second").get(page))
    assert world.client("there").get(page).status_code == 404
    assert keeper.post(of("attendance-remove", attendance)).status_code == 409
    listed = text(world.client("officer").get(reverse("offices:learner-list")))
    assert "12" in listed and "ทันตามเวลา" in listed
    with nation("test"):
        central = small.session(
            world.centre, "ปฐมนิเทศ", starts_on=small.date(2026, 12, 1), ends_on=small.date(2026, 12, 1)
        )
    assert (
        world.client("officer")
        .post(of("attendance-add", central), {"person": officer.pk, "role": "attendee"})
        .status_code
        == 302
    )
    mine = Attendance.objects.get(session=central)
    assert world.client("second").get(of("attendance-remove", mine)).status_code == 404
    assert world.client("officer").post(of("attendance-remove", mine)).status_code == 302
    assert keeper.get(of("trainingsession-history", row)).status_code == 200


def test_the_way_of_a_stint(world: World) -> None:
    officer, client = world.person("officer"), world.client("officer")
    with nation("test"):
        host = small.make.assign(
            small.make.person("วิศวกร", user=small.make.user()), "OFFICER", world.there
        ).person
    sent = {
        "kind": "shadow", "subject": "mining", "host_office": world.there.pk, "host": "วิศวกร แบบอย่าง",
        "starts_on": "1/11/2569", "ends_on": "30/11/2569", "planned_days": "3", "purpose": "ตรวจเหมือง",
    }  # fmt: skip
    add = of("stint-add", officer)
    wrong = client.post(add, sent | {"host": "คนใด ไม่รู้"})
    assert wrong.status_code == 422 and "ไม่พบผู้ปฏิบัติหน้าที่" in text(wrong)
    wrong = client.post(add, sent | {"planned_days": "99"})
    assert wrong.status_code == 422 and "มากกว่าที่มีในช่วงเวลา" in text(wrong)
    assert client.post(add, sent).status_code == 302
    row = Stint.objects.get()
    page, log = of("stint-detail", row), of("stintday-add", row)
    told = {"day": "5/11/2569", "hours": "6", "activities": "ตามไปตรวจ", "reflection": "ได้รู้"}
    assert client.post(log, told).status_code == 409
    assert client.post(of("stint-agree", row), {"version": 1}).status_code == 403
    assert world.client("head").post(of("stint-agree", row), {"version": 1}).status_code == 302
    assert client.post(log, told).status_code == 302
    for values, said in (({}, "วันนี้บันทึกไว้แล้ว"), ({"day": "25/11/2569"}, "อยู่ในอนาคต"),
                         ({"day": "1/12/2569"}, "ต้องอยู่ระหว่าง"), ({"hours": "13"}, "ไม่เกิน 12")):  # fmt: skip
        wrong = client.post(log, told | values)
        assert wrong.status_code == 422 and said in text(wrong), said
    row_day = StintDay.objects.get()
    sign = of("stintday-sign", row_day)
    assert client.post(sign, {"certified": "yes"}).status_code == 403
    assert world.client("second").get(sign).status_code == 404
    hosts = world._clients.setdefault("host", small.signed_in(host.user))
    assert "วันเรียนรู้งานที่รอท่านรับรอง" in text(hosts.get("/"))
    assert "ตามไปตรวจ" in text(hosts.get(sign))
    assert (
        world.client("head").post(of("stint-close", row), {"version": 2, "note": "ได้ผล"}).status_code == 409
    )
    assert hosts.post(sign, {"certified": "no"}).status_code == 422
    assert hosts.post(sign, {"certified": "yes"}).status_code == 302
    assert hosts.post(sign, {"certified": "yes"}).status_code == 409
    assert "รับรองแล้ว" in text(client.get(page))
    assert (
        world.client("head").post(of("stint-close", row), {"version": 2, "note": "ได้ผล"}).status_code == 302
    )
    assert world.client("there").get(page).status_code == 200  # his office received it
    assert world.client("stranger").get(page).status_code == 404
    assert client.get(of("stint-history", row)).status_code == 200


def test_the_way_of_a_work_record(world: World) -> None:
    officer, client = world.person("officer"), world.client("officer")
    with nation("test"):
        small.level(officer, "factories", 3, world.person("head"))
        small.attend(officer, small.session(world.here, "ตรวจโรงงาน"))
    sent = {"since": "1/10/2568", "until": "20/11/2569", "purpose": "ประกอบการเลื่อนระดับ"}
    add = of("recordrequest-add", officer)
    wrong = client.post(add, sent | {"since": "1/12/2569", "until": "30/11/2569", "purpose": " "})
    assert wrong.status_code == 422
    assert world.client("head").post(add, sent).status_code == 403
    assert client.post(add, sent).status_code == 302
    assert client.post(add, sent).status_code == 422
    row = RecordRequest.objects.get()
    page = of("recordrequest-detail", row)
    assert "แฟ้มผลงานที่รอท่านรับรอง" in text(world.client("chief").get("/"))
    assert client.post(of("recordrequest-issue", row)).status_code == 403
    assert world.client("there").get(page).status_code == 404
    assert world.client("chief").post(of("recordrequest-issue", row)).status_code == 302
    assert world.client("chief").post(of("recordrequest-issue", row)).status_code == 409
    row.refresh_from_db()
    with nation("test"):
        document = row.document
        file = reverse("portal:storedfile-download", args=[document.file.uuid])
    assert "ที่ 1/2569" in text(client.get(page))
    check = reverse("check:document-detail", args=[document.token])
    assert "เอกสารฉบับจริง" in text(Client().get(check))
    assert "คนofficer" not in text(Client().get(check))
    detail = reverse("offices:document-detail", args=[document.uuid])
    for who, status in (("officer", 200), ("head", 200), ("chief", 200), ("admin", 200),
                        ("second", 404), ("admin_head", 404), ("there", 404), ("inspector", 404)):  # fmt: skip
        assert fetched(world.client(who), file) == status, who
        assert world.client(who).get(detail).status_code == status, who
        listed = text(world.client(who).get(reverse("offices:document-list")))
        assert ("รับรองผลการปฏิบัติงาน" in listed) is (status == 200), who
    assert client.get(of("recordrequest-history", row)).status_code == 200


def test_a_chiefs_record_is_certified_by_the_centre(world: World) -> None:
    chief, client = world.person("chief"), world.client("chief")
    sent = {"since": "1/10/2568", "until": "20/11/2569", "purpose": "เลื่อนระดับ"}
    assert client.post(of("recordrequest-add", chief), sent).status_code == 302
    row = RecordRequest.objects.get()
    assert row.office == world.centre
    assert client.post(of("recordrequest-issue", row)).status_code == 403
    assert world.client("admin").post(of("recordrequest-decline", row)).status_code == 422
    assert (
        world.client("admin").post(of("recordrequest-decline", row), {"reason": "ช่วงยาวไป"}).status_code
        == 302
    )
    assert client.post(of("recordrequest-add", chief), sent).status_code == 302
    again = RecordRequest.objects.get(state="asked")
    assert client.post(of("recordrequest-withdraw", again)).status_code == 302
    assert client.post(of("recordrequest-add", chief), sent).status_code == 302
    last = RecordRequest.objects.get(state="asked")
    assert world.client("admin").post(of("recordrequest-issue", last)).status_code == 302
    last.refresh_from_db()
    with nation("test"):
        file = reverse("portal:storedfile-download", args=[last.document.file.uuid])
    assert fetched(client, file) == 200, "his own, though the centre issued it"
    assert fetched(world.client("head"), file) == 404
