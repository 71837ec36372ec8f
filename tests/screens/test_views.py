"""Views kept of a list: what they show, to whom, and that they never show more than the reader may see."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from offices.models import Office
from portal.models import SavedView
from portal.saved_views import kept_part
from portal.scope import nation
from tests.screens.conftest import SignIn, factory

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.screens.urls")]
LIST = "/t/factories/"
ADD = "/views/add/"


@pytest.fixture
def reader(sign_in: SignIn, prachin: Office) -> Client:
    return sign_in("OFFICER", place=prachin)


def keep(client: Client, name: str, query: str, **more: str) -> SavedView:
    response = client.post(ADD, {"path": LIST, "query": query, "name": name, **more})
    assert response.status_code == 302, response.content.decode()
    view = SavedView.objects.get(name=name, owner=client.user)  # type: ignore[attr-defined]
    assert response["Location"] == f"{LIST}?view={view.uuid}"
    return view


def names(response) -> list[str]:
    return [row.name for row in response.context["page"].object_list]


def test_a_view_keeps_filter_search_order_and_columns(reader, sixty):
    query = "status=operating&q=แป้ง&sort=-horsepower&col=horsepower&col=name&after=x&office=&view="
    view = keep(reader, "แป้งกำลังสูง", query)
    shown, asked = reader.get(f"{LIST}?view={view.uuid}"), reader.get(f"{LIST}?{query}")
    assert names(shown) == names(asked) != []
    assert [column.key for column in shown.context["table"].columns] == ["horsepower", "name"]
    page = shown.content.decode()
    assert f'href="{LIST}?view={view.uuid}" aria-current="page"' in page
    assert "บันทึกทับ" not in page, "nothing to replace yet"
    further = reader.get(shown.context["table"].heads()[0].url)
    assert names(further) == names(shown)[::-1] and further.context["screen"].view == view
    assert "บันทึกทับ" in further.content.decode()


def test_a_changed_view_is_replaced(reader, sixty):
    view = keep(reader, "ก", "status=operating")
    target = reverse("portal:savedview-replace", args=[view.uuid])
    reader.post(target, {"path": LIST, "query": "sort=-horsepower&after=x"})
    view.refresh_from_db()
    assert view.query == "sort=-horsepower"
    assert names(reader.get(f"{LIST}?view={view.uuid}"))[0].endswith("60")


def test_the_default_opens_first_and_the_plain_list_stays_in_reach(reader, sixty):
    keep(reader, "ก", "status=operating", is_default="on")
    view = keep(reader, "ข", "status=stopped_temporarily", is_default="on")
    assert SavedView.objects.get(is_default=True) == view, "one default a list"
    first = reader.get(LIST)
    assert first.context["total"] == 20 and first.context["screen"].view == view
    assert reader.get(first.context["plain_url"]).context["total"] == 60
    assert reader.get(first.context["clear_url"]).context["total"] == 60
    assert reader.get(f"{LIST}?sort=name").context["total"] == 60, "an address that asks is answered"
    exported = b"".join(reader.get(f"{LIST}?export=csv").streaming_content).decode()
    assert exported.count("\n") == 61


def test_the_office_shares_and_a_stranger_does_not(reader, sign_in, sixty, prachin, sakaeo):
    factory("ของสระแก้ว", sakaeo, 500, status="operating")
    mine = keep(reader, "เฉพาะตัว ก", "status=operating")
    ours = keep(reader, "ร่วมกัน ข", "status=operating&sort=name", shared="on")
    colleague, stranger = sign_in("OFFICER", place=prachin), sign_in("OFFICER", place=sakaeo)
    page = colleague.get(LIST)
    assert [view for view, _url, _own in page.context["view_links"]] == [ours]
    assert names(colleague.get(f"{LIST}?view={ours.uuid}")) == names(reader.get(f"{LIST}?view={ours.uuid}"))
    for client, view in ((colleague, mine), (stranger, mine), (stranger, ours)):
        lost = client.get(f"{LIST}?view={view.uuid}")
        assert "ไม่พบมุมมองนี้" in lost.content.decode() and view.name not in lost.content.decode()
    assert names(stranger.get(f"{LIST}?view={ours.uuid}")) == ["ของสระแก้ว"]
    for name in ("edit", "delete", "replace"):
        for client in (colleague, stranger):
            assert client.post(reverse(f"portal:savedview-{name}", args=[ours.uuid])).status_code == 404


def test_a_shared_view_never_widens_what_its_reader_sees(sign_in, sixty, prachin, sakaeo):
    """The centre shares a view of everything; a colleague of its office inspects some of it only."""
    factory("ของสระแก้ว", sakaeo, 500, horsepower=1000)
    centre, inspector = sign_in("CENTRAL_ADMIN"), sign_in("OFFICER", place=prachin)
    everything = keep(centre, "ทั้งประเทศ", "sort=-horsepower", shared="on")
    with nation("test"):
        SavedView.objects.filter(pk=everything.pk).update(office_id=prachin.pk)
    assert names(centre.get(f"{LIST}?view={everything.uuid}"))[0] == "ของสระแก้ว"
    seen = inspector.get(f"{LIST}?view={everything.uuid}")
    assert seen.context["screen"].view == everything
    assert seen.context["total"] == 60 and "ของสระแก้ว" not in seen.content.decode()


def test_what_a_list_no_longer_knows_is_told_and_left_out(reader, sixty):
    view = keep(reader, "เก่า", "status=operating")
    query = "col=name&col=gone&sort=lost&status=burnt&horsepower_min=20&colour=red&horsepower_max=x"
    SavedView.objects.filter(pk=view.pk).update(query=query)
    shown = reader.get(f"{LIST}?view={view.uuid}")
    assert shown.status_code == 200 and shown.context["total"] == 60
    assert list(shown.context["screen"].forgotten) == ["gone", "lost", "สถานะ", "แรงม้า", "colour"]
    assert "gone, lost, สถานะ, แรงม้า, colour" in shown.content.decode()
    assert [column.key for column in shown.context["table"].columns] == ["name"]
    SavedView.objects.filter(pk=view.pk).update(query="horsepower_min=20&status=operating")
    assert reader.get(f"{LIST}?view={view.uuid}").context["total"] == 27, "a range is known by its ends"


def test_a_view_is_renamed_shared_taken_back_and_deleted(reader, sixty, prachin):
    view = keep(reader, "ก", "status=operating")
    edit = reverse("portal:savedview-edit", args=[view.uuid]) + f"?path={LIST}"
    assert 'value="ก"' in reader.get(edit).content.decode()
    answer = reader.post(edit, {"name": " ข   ค ", "shared": "on"})
    assert answer["Location"] == f"{LIST}?view={view.uuid}"
    view.refresh_from_db()
    assert (view.name, view.office_id) == ("ข ค", prachin.pk)
    reader.post(edit, {"name": "ข"})
    view.refresh_from_db()
    assert view.office_id is None
    delete = reverse("portal:savedview-delete", args=[view.uuid]) + f"?path={LIST}"
    assert "ข" in reader.get(delete).content.decode() and SavedView.objects.exists()
    assert reader.post(delete)["Location"] == f"{LIST}?view=" and not SavedView.objects.exists()


def test_what_cannot_be_kept(reader, sign_in, sixty):
    keep(reader, "ก", "")
    again = reader.post(ADD, {"path": LIST, "query": "", "name": "ก"})
    assert again.status_code == 422 and "ชื่อนี้ใช้แล้ว" in again.content.decode()
    long = reader.post(ADD, {"path": LIST, "query": f"q={'x' * 3000}", "name": "ข"})
    assert long.status_code == 422 and "ยาวเกิน" in long.content.decode()
    for path in ("/", "/nowhere/", "https://example.org/t/factories/", ""):
        assert reader.post(ADD, {"path": path, "query": "", "name": "ค"}).status_code in (404, 422)
    nobody = sign_in()
    assert nobody.post(ADD, {"path": LIST, "query": "", "name": "ก", "shared": "on"}).status_code == 422
    assert SavedView.objects.count() == 1


def test_the_database_keeps_one_name_and_one_default_a_list(reader):
    view = keep(reader, "ก", "", is_default="on")
    for wrong in ({"name": "ก"}, {"name": "ข", "is_default": True}, {"name": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SavedView.objects.create(owner=view.owner, list_name=view.list_name, **wrong)


def test_a_view_is_written_one_way():
    asked = QueryDict("b=2&a=&view=x&after=y&col=x&col=y&office=25&page=3")
    assert kept_part(asked) == "b=2&col=x&col=y"
