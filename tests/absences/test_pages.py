"""Pages of absences: what each role sees and may do there; what a foreign row answers."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from offices.absences import cover
from offices.models import Absence, Assignment
from portal.calendar import format_date_th
from tests.absences.world import DAY, World, on
from tests.offices import make

pytestmark = pytest.mark.django_db
LIST, ADD = reverse("offices:absence-list"), reverse("offices:absence-add")


def main(answer: Any) -> str:
    return str(answer.content.decode().partition("<main")[2])


def of(name: str, row: Any) -> str:
    return reverse(f"offices:{name}", args=[row.uuid])


def form(**values: Any) -> dict[str, Any]:
    return {
        "kind": "sick", "starts_on": format_date_th(DAY, "numeric"), "last_day": "", "reason": "", **values
    }  # fmt: skip


def test_an_officer_enters_his_sick_leave_of_today_in_two_presses(world: World) -> None:
    client = world.client("officer")
    page = main(client.get(ADD))
    assert 'name="person"' not in page and 'name="reason"' not in page
    assert format_date_th(DAY, "numeric") in page
    preview = client.post(ADD, form())
    assert preview.status_code == 200 and not Absence.objects.exists()
    assert "ไม่มีอำนาจที่ต้องให้ผู้อื่นใช้แทน" in main(preview)
    done = client.post(ADD, form(confirmed="1"))
    absence = Absence.objects.get()
    assert done.status_code == 302 and done.url == of("absence-detail", absence)
    assert (absence.person, absence.valid.lower, absence.last_day) == (world.person("officer"), DAY, DAY)
    assert "ลาป่วย" in main(client.get(done.url))


def test_the_preview_shows_who_acts_and_a_red_line_with_the_way_to_an_order(world: World) -> None:
    page = main(world.client("chief").post(ADD, form(person=world.person("miner").pk)))
    assert "message error" in page and reverse("offices:orderproposal-add") in page
    assert "หัวหน้ากลุ่มอุตสาหกรรมพื้นฐานและการเหมืองแร่" in page
    page = main(world.client("chief").post(ADD, form(person=world.person("chief").pk)))
    assert "message error" not in page and "นายคนhead แบบอย่าง" in page
    assert world.rows["acting 1"].order.reference in page


def test_faults_are_told_at_the_first_press(world: World) -> None:
    world.away("officer", 0, 3)
    answer = world.client("officer").post(ADD, form(from_noon="on", until_noon="on"))
    page = main(answer)
    assert answer.status_code == 422 and "อย่างใดอย่างหนึ่ง" in page
    answer = world.client("officer").post(ADD, form())
    assert answer.status_code == 422 and "อยู่แล้ว" in main(answer)
    assert Absence.objects.count() == 1


def test_nobody_enters_for_whom_the_form_does_not_offer(world: World) -> None:
    for who, whom in (("chief", "stranger"), ("clerk", "there"), ("there", "officer")):
        answer = world.client(who).post(ADD, form(person=world.person(whom).pk, confirmed="1"))
        assert answer.status_code == 422, who
    # a field that his page does not have is not read
    world.client("officer").post(ADD, form(person=world.person("head").pk, confirmed="1"))
    assert set(Absence.objects.values_list("person", flat=True)) == {world.person("officer").pk}


def test_the_person_of_the_address_is_chosen(world: World) -> None:
    chosen = f'<option value="{world.person("miner").pk}" selected'
    assert chosen in main(world.client("clerk").get(f"{ADD}?person={world.person('miner').uuid}"))
    assert chosen not in main(world.client("clerk").get(f"{ADD}?person=x"))


@pytest.mark.parametrize(
    ("who", "page", "kind"),
    [
        ("head", 200, True),
        ("chief", 200, True),
        ("clerk", 200, True),
        ("admin", 200, True),
        ("officer", 404, False),
        ("inspector", 404, False),
        ("stranger", 404, None),
        ("there", 404, None),
    ],
)
def test_why_somebody_is_away_is_his_superiors_and_personnels_business(
    world: World, who: str, page: int, kind: bool | None
) -> None:
    """That he is away, and who acts, is known in his office and to its inspector; ``kind`` None: nothing is."""
    absence = world.away("head", 0, 2, kind="sick")
    client = world.client(who)
    for name in ("absence-detail", "absence-history", "absence-edit", "absence-cancel"):
        opens = 200 if (who, name) == ("inspector", "absence-detail") else page
        assert client.get(of(name, absence)).status_code == opens, name
    answers = [client.get(LIST), client.get(f"{LIST}?export=csv")]
    office = client.get(of("absence-office", world.here))
    assert office.status_code == (404 if kind is None else 200)
    texts = [main(answers[0]), b"".join(answers[1]).decode()]
    if kind is not None:
        texts.append(main(office))
    for text in texts:
        assert ("นายคนhead แบบอย่าง" in text) == (kind is not None)
        assert ("ลาป่วย" in text) == bool(kind)
    if kind is not None:
        assert "นายคนofficer แบบอย่าง" in texts[0]  # who acts


def test_an_inspector_sees_who_acts_for_which_work_and_not_why(world: World) -> None:
    absence = world.away("chief", -1, 2, kind="sick", reason="ป่วยกะทันหัน")
    mine = main(world.client("admin").get(of("absence-detail", absence)))
    seen = main(world.client("inspector").get(of("absence-detail", absence)))
    lines = cover.lines(absence.person_id, absence.valid)
    assert len(lines) > 2
    for line in lines:
        assert line.what in seen and line.who in seen and line.order in seen
    for secret in ("ลาป่วย", "ป่วยกะทันหัน"):
        assert secret in mine and secret not in seen
    assert "ประวัติ" in mine and "ประวัติ" not in seen
    assert of("absence-detail", absence) in main(world.client("inspector").get(LIST))
    assert of("absence-detail", absence) not in main(world.client("officer").get(LIST))


def test_the_resolver_does_not_say_of_what_somebody_is_ill(world: World) -> None:
    world.away("chief", 0, kind="sick")
    page = main(world.client("officer").get(of("absence-office", world.here)))
    assert "ไม่อยู่ทั้งวัน" in page and "ลาป่วย" not in page


def test_the_audit_log_does_not_say_of_what_somebody_is_ill(world: World) -> None:
    world.client("officer").post(ADD, form(confirmed="1"))
    page = main(world.client("inspector").get(reverse("offices:auditevent-list")))
    assert "บันทึกการลาหรือไปราชการ" in page and "ลาป่วย" not in page


def test_the_list_shows_sixty_days_and_on_demand_everything(world: World) -> None:
    far, past = world.away("head", 60), world.away("officer", -5, -4)
    gone = world.away("miner", 2)
    near, today = world.away("chief", 59), world.away("clerk", -1, 0)
    cancel = of("absence-cancel", gone)
    assert world.client("clerk").post(cancel, {"reason": ""}).status_code == 422
    assert world.client("clerk").post(cancel, {"reason": "งดเดินทาง"}).status_code == 302
    client = world.client("chief")
    rows = {row.pk for row in client.get(LIST).context["page"].object_list}
    assert rows == {near.pk, today.pk}
    rows = {row.pk for row in client.get(f"{LIST}?when=all").context["page"].object_list}
    assert rows == {far.pk, past.pk, gone.pk, near.pk, today.pk}
    page = main(client.get(of("absence-detail", gone)))
    assert "งดเดินทาง" in page and "ยกเลิกแล้ว" in page and of("absence-edit", gone) not in page


def test_an_absence_of_another_office_stays_that_offices(world: World) -> None:
    """Who has moved takes later absences with him."""
    mover = world.person("officer")
    Assignment.objects.filter(person=mover).update(valid=make.span(make.EVER.lower, on(10)))
    make.assign(mover, "OFFICER", world.there, valid=make.span(on(10)))
    before, later = world.away("officer", 3), world.away("officer", 20)
    for who, seen, hidden in (("chief", before, later), ("there", later, before)):
        client = world.client(who)
        assert client.get(of("absence-detail", seen)).status_code == 200
        assert client.get(of("absence-detail", hidden)).status_code == 404
        assert {row.pk for row in client.get(LIST).context["page"].object_list} == {seen.pk}


def test_changing_shows_before_and_after_and_keeps_both(world: World) -> None:
    absence = world.away("chief", 1, 5)
    url, client = of("absence-edit", absence), world.client("chief")
    assert format_date_th(on(5), "numeric") in main(client.get(url))
    values = form(
        kind="duty", starts_on=format_date_th(on(1), "numeric"), last_day=format_date_th(on(2), "numeric"),
        why="ประชุมสั้นลง",
    )  # fmt: skip
    page = main(client.post(url, values))
    assert "25 พ.ย. 2569" in page and "22 พ.ย. 2569" in page and "นายคนhead แบบอย่าง" in page
    assert client.post(url, values | {"confirmed": "1"}).status_code == 302
    assert [row.cancelled_why for row in Absence.objects.order_by("id")] == ["ประชุมสั้นลง", ""]
    assert client.get(url).status_code == 409


def test_mine_are_mine(world: World) -> None:
    mine, _other = world.away("officer", 1), world.away("head", 1)
    client = world.client("officer")
    rows = client.get(reverse("offices:absence-mine")).context["page"].object_list
    assert [row.pk for row in rows] == [mine.pk]


def test_the_office_page_names_who_acts_today_and_what_nobody_does(world: World) -> None:
    page = main(world.client("officer").get(of("absence-office", world.here)))
    assert "นายคนchief แบบอย่าง" in page and "ไม่มีผู้ปฏิบัติแทน" in page  # the clerks have no head
    world.away("chief", 0)
    page = main(world.client("officer").get(of("absence-office", world.here)))
    assert "รักษาราชการแทนอุตสาหกรรมจังหวัด" in page
    assert world.rows["acting 1"].order.reference in page
    assert of("absence-office", world.here) in main(
        world.client("officer").get(of("office-detail", world.here))
    )


def test_who_acts_has_the_chiefs_pages_that_day(world: World) -> None:
    world.away("chief", 0)
    assert "ACTING_CHIEF" in world.actor("head").kinds()
    assert "ACTING_CHIEF" not in world.actor("head", on(1)).kinds()


def test_who_acts_does_not_read_why_the_chief_is_away_nor_enter_it(world: World) -> None:
    absence, other = world.away("chief", 0, kind="sick"), world.away("miner", 1, kind="sick")
    client = world.client("head")
    assert client.get(of("absence-detail", absence)).status_code == 404
    assert client.get(of("absence-detail", other)).status_code == 200
    rows = {row.pk: row.told for row in client.get(LIST).context["page"].object_list}
    assert rows == {absence.pk: False, other.pk: True}
    choices = client.get(ADD).context["form"].fields["person"].queryset
    assert {world.person("miner"), world.person("head")} <= set(choices)
    assert world.person("chief") not in choices


@pytest.mark.parametrize("who", ["officer", "chief", "inspector", "admin"])
def test_lists_take_no_more_queries_for_many(world: World, who: str) -> None:
    urls = [LIST, f"{LIST}?when=all", reverse("offices:absence-mine"), of("absence-office", world.here)]
    client = world.client(who)

    def queries() -> list[int]:
        found = []
        for url in urls:
            assert client.get(url).status_code == 200
            with CaptureQueriesContext(connection) as caught:
                client.get(url)
            found.append(len(caught))
        return found

    world.away("chief", 1)
    world.away(who if who in ("officer", "admin") else "miner", 3)
    few = queries()
    for day in range(4, 10, 2):
        for name in ("chief", "head", "officer"):
            world.away(name, day)
    assert queries() == few
    assert max(few) <= 32
