"""Pages of packages and editions, driven as the people who use them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from portal import calendar
from portal.actors import Actor
from portal.models import Batch, BatchFinding, BatchRow, Job
from portal.scope import nation
from reporting.models import Edition, OfficePackage
from reporting.selectors import packages as selectors
from reporting.services import editions
from reporting.workflow import CERTIFY_REPORTS
from tests.review.builders import FORM, MONTH, World, build, enable_assistants

pytestmark = pytest.mark.django_db
RICE = {"P-RICE": {"produced": 10, "shipped_value": 1000}}


@pytest.fixture
def world() -> Any:
    cache.clear()
    with time_machine.travel("2026-11-22 10:00+07:00", tick=False):
        yield build()


def enter(actor: Actor) -> Client:
    with nation("test"):
        Authenticator.objects.get_or_create(
            user=actor.user,
            type="totp",
            defaults={"data": {"secret": "x"}, "created_at": calendar.now() - timedelta(days=30)},
        )
    client = Client()
    client.force_login(actor.user)
    return client


def text(response: Any) -> str:
    return str(response.content.decode())


def press(actor: Actor, package: OfficePackage, name: str, **data: Any) -> Any:
    """Open the act's page and press its button with the version it showed."""
    client, url = enter(actor), reverse("reporting:package-edit", args=[package.uuid, name])
    page = client.get(url)
    assert page.status_code == 200, text(page)
    version = page.context["form"].initial["version"]
    return client.post(url, {"version": version, "reason": "", **data})


def opened(world: World, officer: Actor) -> OfficePackage:
    response = enter(officer).post(
        reverse("reporting:package-add"),
        {"office": world.places["25"].office.pk, "period": MONTH.isoformat()},
    )
    assert response.status_code == 302, text(response)
    with nation("test"):
        package = OfficePackage.objects.get()
    assert response["Location"].endswith(reverse("reporting:package-detail", args=[package.uuid]))
    return package


def test_a_month_goes_through_the_pages_as_the_pilots_do_it(world: World) -> None:
    enable_assistants("25")
    officer = world.assign("OFFICER", group="FACTORY")
    person = world.person()
    world.assign("GROUP_HEAD", group="FACTORY", person=person)
    head = world.assign("ASSISTANT", group="FACTORY", person=person)
    chief = world.assign("CHIEF")
    world.report(world.factory(), RICE)
    package = opened(world, officer)
    detail = reverse("reporting:package-detail", args=[package.uuid])
    with chief.scope.active():
        assert not any(waiting.count for waiting in selectors.work(chief))
    assert press(officer, package, "submit").status_code == 302
    with head.scope.active():
        assert [waiting.count for waiting in selectors.work(head)] == [1]
    shown = text(enter(head).get(detail))
    assert f"{package.uuid}/endorse_and_screen/" in shown and f"{package.uuid}/endorse/" not in shown
    assert "เสนอผู้ช่วยฯ กลั่นกรอง</button>" not in shown  # it is of another path, and told among the reasons
    assert press(head, package, "endorse_and_screen", opinion="agree").status_code == 302
    shown = text(enter(chief).get(detail))
    assert "สอบทานและกลั่นกรองโดยบุคคลเดียวกัน" in shown
    assert "เห็นชอบ" in shown
    page = text(enter(chief).get(reverse("reporting:package-edit", args=[package.uuid, "certify"])))
    assert "ตัวเลขรับรอง ข้าวสาร ผลผลิต (ตัน)" in page and "1,000" in page
    refused = press(chief, package, "certify")
    assert refused.status_code == 422 and "seen_one_person" in text(refused)
    assert press(chief, package, "certify", seen_one_person="on").status_code == 302
    shown = text(enter(officer).get(detail))
    assert "รับรองแล้ว" in shown and "ฉบับที่ 1" in shown
    with chief.scope.active():
        assert selectors.work(chief)[0].count == 0


def test_a_refused_act_says_why_and_a_reader_sees_no_buttons(world: World) -> None:
    officer = world.assign("OFFICER", group="FACTORY")
    world.owe(world.factory())
    package = opened(world, officer)
    detail = reverse("reporting:package-detail", args=[package.uuid])
    shown = text(enter(officer).get(detail))
    assert "ชุดนี้ยังไม่มีรายงาน" in shown and "disabled" in shown
    centre = world.assign("CENTRAL_ADMIN", "OPS")
    assert "disabled" not in text(enter(centre).get(detail))
    foreign = enter(world.assign("CHIEF", "19"))
    assert foreign.get(detail).status_code == 404
    url = reverse("reporting:package-edit", args=[package.uuid, "certify"])
    assert foreign.get(url).status_code == 404
    assert foreign.post(url, {"version": 1}).status_code == 404
    assert (
        enter(officer).get(reverse("reporting:package-edit", args=[package.uuid, "nothing"])).status_code
        == 404
    )
    assert enter(centre).get(reverse("reporting:package-add")).status_code == 403


def test_a_deputy_certifies_on_the_page_and_one_without_that_power_does_not_come_in(world: World) -> None:
    officer, head = world.assign("OFFICER", group="FACTORY"), world.assign("GROUP_HEAD", group="FACTORY")
    deputy = world.assign("DELEGATED", powers=[CERTIFY_REPORTS.code])
    other = world.assign("DELEGATED", powers=["sign_orders"])
    world.report(world.factory(), RICE)
    package = opened(world, officer)
    press(officer, package, "submit")
    press(head, package, "endorse_to_chief")
    url = reverse("reporting:package-edit", args=[package.uuid, "certify"])
    assert enter(other).get(url).status_code == 403
    assert enter(other).post(url, {}).status_code == 403
    page = enter(deputy).get(reverse("reporting:package-detail", args=[package.uuid]))
    assert url in text(page)
    assert press(deputy, package, "certify").status_code == 302
    assert "ปฏิบัติราชการแทน" in text(
        enter(deputy).get(reverse("reporting:package-detail", args=[package.uuid]))
    )


def test_returning_needs_a_reason_and_comments_stand_in_the_history(world: World) -> None:
    officer = world.assign("OFFICER", group="FACTORY")
    head = world.assign("GROUP_HEAD", group="FACTORY")
    world.report(world.factory(), RICE)
    package = opened(world, officer)
    press(officer, package, "submit")
    assert press(head, package, "comment_group_review", reason="โปรดดูยอดส่งออก").status_code == 302
    assert press(head, package, "return_by_head").status_code == 422
    assert press(head, package, "return_by_head", reason="ยอดส่งออกหาย").status_code == 302
    shown = text(enter(officer).get(reverse("reporting:package-detail", args=[package.uuid])))
    assert "โปรดดูยอดส่งออก" in shown and "ยอดส่งออกหาย" in shown and "ส่งกลับแก้ไข" in shown


def test_a_second_press_of_the_same_page_meets_a_conflict(world: World) -> None:
    officer = world.assign("OFFICER", group="FACTORY")
    world.report(world.factory(), RICE)
    package = opened(world, officer)
    client, url = enter(officer), reverse("reporting:package-edit", args=[package.uuid, "submit"])
    version = client.get(url).context["form"].initial["version"]
    assert client.post(url, {"version": version}).status_code == 302
    again = client.post(url, {"version": version})
    assert again.status_code == 409 and "เสนอหัวหน้ากลุ่ม" in text(again)


def test_findings_stand_beside_the_reporters_reasons(world: World) -> None:
    officer = world.assign("OFFICER", group="FACTORY")
    factory = world.factory()
    with nation("test"):
        batch = Batch.objects.create(spec_code=FORM, office_id=world.places["25"].office.pk)
        BatchRow.objects.create(
            batch=batch, row_no=2, action="new", target_id=factory.pk, data={"product": "P-RICE"}
        )
        BatchFinding.objects.create(
            batch=batch, row_no=2, code="V10", level="warn", found="300", message="สูงกว่าเดือนก่อนมาก"
        )
    world.report(
        factory, {"": {"workers": 1}, "P-RICE": {"produced": 300}}, batch=batch, remark="เดินเครื่องสองกะ"
    )
    package = opened(world, officer)
    shown = text(enter(officer).get(reverse("reporting:package-detail", args=[package.uuid])))
    assert "สูงกว่าเดือนก่อนมาก" in shown and "เดินเครื่องสองกะ" in shown


def test_lists_open_for_every_reader_and_count_what_waits(world: World) -> None:
    officer = world.assign("OFFICER", group="FACTORY")
    world.report(world.factory(), RICE)
    with officer.scope.active():
        assert selectors.openable(officer, FORM, MONTH) == [("25", MONTH)]
    package = opened(world, officer)
    for name in ("reporting:package-list", "reporting:edition-list"):
        assert enter(officer).get(reverse(name)).status_code == 200
    assert package.case.title in text(enter(officer).get(reverse("reporting:package-list")))
    assert enter(officer).get(reverse("reporting:package-list"), {"export": "csv"}).status_code == 200
    with officer.scope.active():
        assert selectors.openable(officer, FORM, MONTH) == []
        assert selectors.work(officer)[0].count == 1
    inspector_like = world.assign("CENTRAL_ADMIN", "OPS")
    with inspector_like.scope.active():
        assert selectors.work(inspector_like) == []


def certify(world: World, code: str) -> Edition:
    from tests.review.test_editions import certify as through

    return through(world, code, RICE)


def test_the_centre_publishes_and_sees_who_has_not_certified(world: World) -> None:
    certify(world, "25")
    world.report(world.factory("19"), RICE)
    centre = world.assign("CENTRAL_ADMIN", "OPS")
    client, url = enter(centre), reverse("reporting:edition-add")
    asked = {"period": MONTH.isoformat(), "place": "nation"}
    confirm = client.post(url, asked)
    assert confirm.status_code == 200 and "สอจ.สระบุรี" in text(confirm)
    assert not Edition.objects.filter(level="nation").exists()
    done = client.post(url, {**asked, "confirmed": "1"})
    edition = Edition.objects.get(level="nation")
    assert done["Location"] == reverse("reporting:edition-detail", args=[edition.uuid])
    shown = text(client.get(done["Location"]))
    assert edition.rows_sha256 in shown and "สอจ.สระบุรี" in shown and "กำลังจัดทำไฟล์" in shown
    zone = client.post(url, {"period": MONTH.isoformat(), "place": "9", "confirmed": "1"})
    assert zone.status_code == 302
    assert client.post(url, {**asked, "place": "99"}).status_code == 422
    chief = world.assign("CHIEF", "19")
    assert enter(chief).get(url).status_code == 403
    assert enter(chief).get(done["Location"]).status_code == 404


def test_papers_are_served_to_those_who_may_see_the_edition(world: World) -> None:
    edition = certify(world, "25")
    reader = enter(world.assign("CHIEF", "19"))
    mine = enter(world.assign("OFFICER", "25", "FACTORY"))
    url = reverse("reporting:edition-export", args=[edition.uuid, "xlsx"])
    page = reverse("reporting:edition-detail", args=[edition.uuid])
    assert "กำลังจัดทำไฟล์" in mine.get(page).content.decode()
    with nation("test"):
        Job.objects.filter(kind=editions.FILES_JOB).delete()  # as if never asked for, or failed for good
    assert "กำลังจัดทำไฟล์" not in mine.get(page).content.decode()
    asked = mine.get(url)  # not drawn yet: asked for, and the job's page shows how far it is
    assert asked.status_code == 302 and mine.get(asked["Location"]).status_code == 200
    assert reader.get(url).status_code == 404
    with nation("test"):
        assert Job.objects.filter(kind=editions.FILES_JOB).count() == 1
    mine.get(url)
    with nation("test"):
        assert Job.objects.filter(kind=editions.FILES_JOB).count() == 1
    stored = editions.ensure_file(edition=edition, kind="xlsx")
    response = mine.get(url)
    assert response.status_code == 200
    assert b"".join(response.streaming_content)[:2] == b"PK"
    assert stored.file.name in response["Content-Disposition"]
    assert reader.get(url).status_code == 404
    with nation("test"):
        assert edition.office is not None


def test_a_zone_edition_is_for_those_whose_scope_holds_the_whole_zone(world: World) -> None:
    from offices.models import InspectionZone, ZoneProvince
    from tests.review.builders import ALWAYS
    from tests.review.test_editions import publish

    certify(world, "25")
    zone = InspectionZone.objects.get(number=9)
    edition = publish(world, "zone", zone)
    chief = enter(world.assign("ACTING_CHIEF", "25"))
    url = reverse("reporting:edition-detail", args=[edition.uuid])
    assert chief.get(url).status_code == 200  # the zone's only province is his
    ZoneProvince.objects.filter(province_id="19").delete()
    ZoneProvince.objects.create(zone=zone, province_id="19", valid=ALWAYS)
    assert chief.get(url).status_code == 404
