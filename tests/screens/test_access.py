"""Who gets in, who is told why not, and who is told nothing."""

import uuid

import pytest
from django.test import Client

from offices.models import Office
from portal.models import Job
from tests.offices import make
from tests.screens import urls
from tests.screens.conftest import factory

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.screens.urls")]


def test_a_stranger_is_led_to_the_door(client):
    response = client.get("/t/factories/?q=1")
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/?next=/t/factories/")


def test_no_assignment_no_page_but_a_reason(sign_in):
    response = sign_in().get("/t/factories/")
    assert response.status_code == 403
    page = response.content.decode()
    assert "ผู้ที่มีคำสั่งแต่งตั้งที่มีผล" in page and "ยังไม่มีคำสั่งแต่งตั้งที่มีผล" in page


def test_the_refusal_names_the_assignment_that_would_open_it(sign_in, prachin):
    page = sign_in("OFFICER", place=prachin).get("/t/stop/").content.decode()
    assert "หน้านี้เปิดให้" in page and "<b>อุตสาหกรรมจังหวัด</b>" in page
    assert "เจ้าหน้าที่กลุ่มโรงงานอุตสาหกรรม" in page and "คำสั่ง" in page


def test_a_row_of_another_office_looks_like_no_row_at_all(sign_in, prachin, sakaeo):
    reader = sign_in("CHIEF", place=prachin)
    theirs, ours = factory("ของเขา", sakaeo, 1), factory("ของเรา", prachin, 2)
    assert reader.get(f"/t/factories/{ours.uuid}/").status_code == 200
    foreign = reader.get(f"/t/factories/{theirs.uuid}/")
    nowhere = reader.get(f"/t/factories/{uuid.uuid4()}/")
    assert foreign.status_code == nowhere.status_code == 404

    def text(response) -> str:
        body = response.content.decode()
        for changing in (response["X-Request-ID"], response.wsgi_request.path):
            body = body.replace(changing, "")
        return body.split("<main")[1]

    assert text(foreign) == text(nowhere)
    assert "ของเขา" not in foreign.content.decode()


def test_the_office_filter_narrows_and_never_widens(sign_in, prachin, sakaeo):
    factory("หนึ่ง", prachin, 1)
    factory("สอง", sakaeo, 2)
    centre = sign_in("CENTRAL_ADMIN")
    assert centre.get("/t/factories/").context["total"] == 2
    narrowed = centre.get("/t/factories/?office=27")
    assert [row.name for row in narrowed.context["page"].object_list] == ["สอง"]
    page = narrowed.content.decode()
    assert '<option value="27" selected>' in page and '<option value="25">' in page
    assert "office=27" in narrowed.context["table"].body()[0][0].url, "links keep the filter"
    assert "/?office=27" in page.split("</nav>")[0], "so does the rail"
    assert narrowed.wsgi_request.actor.scope.is_nation, "what is read narrows, authority does not"
    assert centre.get("/t/factories/").context["total"] == 2, "nothing is remembered"
    local = sign_in("CHIEF", place=prachin)
    assert local.get("/t/factories/?office=27").status_code == 404
    assert local.get("/t/factories/?office=xx").status_code == 404
    assert local.get("/t/factories/?office=25").context["total"] == 1


def test_a_screen_without_policy_stops_start_up():
    from django.urls import path

    from portal.checks import policy_of
    from portal.screens import Screen

    class Forgotten(Screen):
        pass

    assert policy_of(path("x/", Forgotten.as_view())) is None
    assert policy_of(path("x/", urls.FactoryList.as_view())) is urls.FactoryList.policy


def test_a_job_is_seen_by_its_asker_and_its_office(sign_in, prachin, sakaeo):
    asker, colleague = sign_in("OFFICER", place=prachin), sign_in("CHIEF", place=prachin)
    foreigner, centre = sign_in("CHIEF", place=sakaeo), sign_in("CENTRAL_ADMIN")
    job = Job.objects.create(kind="x", key="1", label="งานหนึ่ง", requested_by=asker.user, office_id=prachin.pk)
    mine = Job.objects.create(kind="x", key="2", label="งานสอง", requested_by=asker.user)
    seen = {
        who: [client.get(f"/jobs/{one.uuid}/").status_code for one in (job, mine)]
        for who, client in {
            "asker": asker,
            "colleague": colleague,
            "foreigner": foreigner,
            "centre": centre,
        }.items()
    }
    assert seen == {
        "asker": [200, 200],
        "colleague": [200, 404],
        "foreigner": [404, 404],
        "centre": [200, 200],
    }
    assert foreigner.get("/jobs/").context["total"] == 0
    assert foreigner.post(f"/jobs/{job.uuid}/retry/").status_code == 404


def test_retry_is_a_post_and_puts_a_failed_job_back(sign_in, prachin, django_capture_on_commit_callbacks):
    reader = sign_in("OFFICER", place=prachin)
    job = Job.objects.create(kind="x", key="1", state="failed", error="แย่", requested_by=reader.user)
    assert reader.get(f"/jobs/{job.uuid}/retry/").status_code == 405
    response = reader.post(f"/jobs/{job.uuid}/retry/")
    assert response["Location"] == f"/jobs/{job.uuid}/"
    job.refresh_from_db()
    assert (job.state, job.error) == ("queued", "")


def test_progress_comes_alone_when_the_page_asks_again(sign_in, prachin):
    reader = sign_in("OFFICER", place=prachin)
    job = Job.objects.create(
        kind="x", key="1", label="นำเข้า", state="running", progress=25, total=100, requested_by=reader.user
    )
    part = reader.get(f"/jobs/{job.uuid}/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part and 'value="25" max="100"' in part and "hx-get" in part
    whole = reader.get(f"/jobs/{job.uuid}/").content.decode()
    assert part.strip()[:60] in whole and "ดูความคืบหน้าล่าสุด" in whole, "the link is for pages without script"
    Job.objects.filter(pk=job.pk).update(state="done", result_url="/x/")
    done = reader.get(f"/jobs/{job.uuid}/", headers={"HX-Request": "true"}).content.decode()
    assert "hx-get" not in done and 'href="/x/"' in done


def test_places_are_offered_only_where_there_is_a_choice(sign_in, prachin: Office, sakaeo: Office):
    make.office("25", "ปราจีนบุรี")
    assert 'name="office"' not in sign_in("CHIEF", place=prachin).get("/").content.decode()
    assert 'name="office"' in sign_in("CENTRAL_ADMIN").get("/").content.decode()


def test_anonymous_pages_ask_for_no_assignment():
    assert Client().get("/healthz").status_code == 200
