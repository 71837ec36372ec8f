"""Edit and act screens: all errors at once, exactly what will change, one press."""

import re

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.scope import nation
from tests.offices import make
from tests.screens import urls
from tests.screens.conftest import factory

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.screens.urls")]


@pytest.fixture(autouse=True)
def nothing_saved():
    urls.saved.clear()


@pytest.fixture
def address(prachin):
    return f"/t/factories/{factory('โรงงาน', prachin, 1).uuid}/edit/"


@pytest.fixture
def writer(sign_in, prachin):
    return sign_in("CHIEF", place=prachin)


def test_all_errors_at_once_each_leading_to_its_field(writer, address):
    response = writer.post(address, {"name": "", "workers": "-1"})
    page = response.content.decode()
    assert response.status_code == 422 and "มี 2 เรื่องที่ต้องแก้" in page
    assert 'href="#id_name"' in page and 'href="#id_workers"' in page
    assert page.count('aria-invalid="true"') == 2
    assert urls.saved == []


def test_the_first_press_shows_the_second_writes(writer, address):
    first = writer.post(address, {"name": "ชื่อใหม่", "workers": "5"})
    page = first.content.decode()
    assert urls.saved == [] and "สิ่งที่จะเปลี่ยน" in page and "ชื่อใหม่" in page
    assert '<input type="hidden" name="workers" value="5">' in page
    second = writer.post(address, {"name": "ชื่อใหม่", "workers": "5", "confirmed": "1"})
    assert second["Location"] == "/t/factories/"
    assert urls.saved == [({"name": "ชื่อใหม่", "workers": 5}, "อุตสาหกรรมจังหวัดปราจีนบุรี")]
    assert "บันทึกแล้ว" in writer.get("/t/factories/").content.decode()


@pytest.mark.parametrize("name, sentence", [("ซ้ำ", "ชื่อซ้ำกับโรงงานอื่น"), ("ผิดทั้งใบ", "ใช้ไม่ได้ทั้งใบ")])
def test_what_the_service_refuses_stands_at_its_field(writer, address, name, sentence):
    response = writer.post(address, {"name": name, "workers": "1", "confirmed": "1"})
    assert response.status_code == 422 and sentence in response.content.decode()
    assert 'name="confirmed"' not in response.content.decode(), "back to the form, not to the confirmation"


def test_a_conflict_is_a_page_of_its_own(writer, address):
    response = writer.post(address, {"name": "ชน", "workers": "1", "confirmed": "1"})
    assert response.status_code == 409
    assert "มีผู้แก้ไขก่อนท่าน" in response.content.decode() and "โปรดเปิดหน้าใหม่" in response.content.decode()


def test_with_two_capacities_the_page_asks_which(sign_in, prachin, address):
    writer = sign_in("GROUP_HEAD", "OFFICER", place=prachin)
    form = {"name": "ใหม่", "workers": "1", "confirmed": "1"}
    page = writer.get(address).content.decode()
    assert page.count('name="capacity"') == 2 and "ปฏิบัติในฐานะ" in page
    assert writer.post(address, form).status_code == 422 and urls.saved == []
    with nation("test"):
        key = writer.user.person.assignments.get(kind="GROUP_HEAD").uuid
    assert writer.post(address, form | {"capacity": str(key)}).status_code == 302
    assert urls.saved[0][1].startswith("หัวหน้ากลุ่ม")


def test_a_capacity_of_somebody_else_is_no_capacity(sign_in, prachin, address):
    writer = sign_in("GROUP_HEAD", "OFFICER", place=prachin)
    with nation("test"):
        other = make.assign(make.person(), "CHIEF", prachin)
    form = {"name": "ใหม่", "workers": "1", "confirmed": "1", "capacity": str(other.uuid)}
    assert writer.post(address, form).status_code == 422 and urls.saved == []


def test_an_act_shows_what_will_change_before_the_button(writer):
    page = writer.get("/t/stop/").content.decode()
    assert page.index("สิ่งที่จะเปลี่ยน") < page.index("ยืนยัน</button>")
    assert "ประกอบกิจการ" in page and "หยุดชั่วคราว" in page
    assert writer.post("/t/stop/").status_code == 302 and urls.saved == [({}, "stopped")]


def test_detail_shows_fields_actions_with_reasons_and_history(writer, prachin):
    row = factory("เดิม", prachin, 7)
    with nation("test"):
        row.name = "ใหม่"
        row.save()
    page = writer.get(f"/t/factories/{row.uuid}/").content.decode()
    assert "00000000000007" in page and "ยังไม่แจ้งประกอบกิจการ" not in page and "ประกอบกิจการ" in page
    assert "<button disabled" in page and "ต้องเป็นอุตสาหกรรมจังหวัด" in page
    assert "<del>เดิม</del>" in page and "<ins>ใหม่</ins>" in page and "บันทึกครั้งแรก" in page
    assert "ยังไม่มี</p>" in page


def test_a_form_without_its_token_is_told_so(prachin, sign_in, address):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(sign_in("CHIEF", place=prachin).user)
    response = strict.post(address, {"name": "x"})
    assert response.status_code == 403 and "เปิดค้างไว้นานเกินไป" in response.content.decode()


class Every(forms.Form):
    missing = forms.CharField()
    long = forms.CharField(max_length=3)
    short = forms.CharField(min_length=3)
    null = forms.CharField()
    digits = forms.DecimalField(max_digits=3, decimal_places=2)
    places = forms.DecimalField(max_digits=9, decimal_places=1)
    whole = forms.DecimalField(max_digits=3, decimal_places=2)
    most = forms.IntegerField(max_value=3)
    file = forms.FileField(max_length=3)


def test_what_a_field_refuses_is_said_in_thai():
    data = {
        "long": "ยาวไป",
        "short": "ก",
        "null": "ก\0",
        "digits": "1.2345",
        "places": "1.23",
        "whole": "12",
        "most": "4",
    }
    form = Every(data, {"file": SimpleUploadedFile("long.txt", b"x")})
    said = {name: errors[0] for name, errors in form.errors.items()}
    assert set(said) == set(form.fields)
    assert [text for text in said.values() if re.search("[A-Za-z]", text)] == []
    assert said["places"] == "มีทศนิยมเกิน 1 ตำแหน่ง"
