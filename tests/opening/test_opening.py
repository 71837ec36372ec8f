"""Opening an office: red until each thing is there, few queries for the nation, nothing of a foreign office."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from offices.documents.kinds import APPOINTMENT_ORDER, kind_of
from offices.models import Office, Register
from offices.opening import lines
from portal import dated
from portal.scope import nation
from tests.offices import make

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 22)


@pytest.fixture
def signed_in():
    def sign_in(person) -> Client:
        client = Client()
        client.force_login(person.user)
        session = client.session
        session["second_factor"] = True
        session.save()
        return client

    return sign_in


def told(office: Office) -> dict[str, lines.Answer]:
    with nation("test"):
        return {one.line.code: one.answer for one in lines.of_offices([office], DAY)[office.pk]}


def test_an_office_with_nothing_is_red_in_every_line_of_its_own():
    answers = told(make.office())
    assert {code for code, answer in answers.items() if answer.ok} == set()
    assert set(answers) == {
        *("groups", "posts", "people", "orders", "letterhead", "prefix", "registers", "invitations"),
        *("registry", "modules", "obliged"),
    }


def test_each_thing_that_comes_turns_its_line_green():
    office = make.office()
    group = make.group(office)
    assert told(office)["groups"].ok
    chief, head, deputy = (make.person() for _each in range(3))
    make.assign(chief, "CHIEF", office)
    assert "หัวหน้ากลุ่ม 0 จาก 1" in told(office)["orders"].found
    make.assign(head, "GROUP_HEAD", office, group=group)
    assert told(office)["orders"].found == "ไม่มีคำสั่งรักษาราชการแทน"
    make.assign(deputy, "ACTING_CHIEF", office, standing=True)
    answers = told(office)
    assert answers["orders"].ok and answers["people"].ok
    assert not answers["invitations"].ok and "2 จาก 2" in answers["invitations"].found
    for one in (chief, head, deputy):
        one.user = make.user()
        one.save()
    assert told(office)["invitations"].ok
    with nation("test"):
        Register.objects.create(office=office, kind=APPOINTMENT_ORDER, year_be=2569, opening=41)
    assert told(office)["registers"] == lines.Answer(True, "เริ่มที่เลข 41")
    dated.decide(
        actor=None, key=kind_of(APPOINTMENT_ORDER).prefix_key, value="ปจ", since=DAY, source="หนังสือ",
        place=dated.place_of(office.code),
    )  # fmt: skip
    assert told(office)["prefix"] == lines.Answer(True, "ปจ")


def test_a_chief_who_is_standing_in_only_is_no_chief():
    office = make.office()
    make.assign(make.person(), "ACTING_CHIEF", office, standing=True)
    assert "ไม่มีอุตสาหกรรมจังหวัด" in told(office)["orders"].found


def test_last_years_register_is_not_this_years():
    office = make.office()
    with nation("test"):
        Register.objects.create(office=office, kind=APPOINTMENT_ORDER, year_be=2568)
    assert not told(office)["registers"].ok


def test_the_nation_costs_no_more_queries_than_one_office():
    places = [make.office(str(code), f"จังหวัด{code}") for code in range(11, 87)]
    with nation("test"), CaptureQueriesContext(connection) as seen:
        assert len(lines.of_offices(places, DAY)) == 76
    assert len(seen) <= 12, [query["sql"][:90] for query in seen]


def test_the_chief_sees_his_own_and_no_other(signed_in):
    here, there = make.office(), make.office("19", "สระบุรี")
    chief, officer = make.person(user=make.user()), make.person(user=make.user())
    make.assign(chief, "CHIEF", here)
    make.assign(officer, "OFFICER", here)
    client = signed_in(chief)
    page = client.get(reverse("offices:opening-list")).content.decode()
    assert here.short_th in page and there.short_th not in page
    own = client.get(reverse("offices:opening-detail", args=[here.uuid]))
    assert own.status_code == 200
    assert "/facts/offices.assistant_enabled/?office=25" in own.content.decode()
    assert "offices.invitations" not in own.content.decode(), "a chief keeps no accounts"
    assert client.get(reverse("offices:opening-detail", args=[there.uuid])).status_code == 404
    assert signed_in(officer).get(reverse("offices:opening-list")).status_code == 403


def test_who_keeps_accounts_goes_from_there_to_the_list_of_who_has_none(signed_in):
    here, there = make.office(), make.office("19", "สระบุรี")
    keeper = make.person(user=make.user())
    make.assign(keeper, "CENTRAL_ADMIN", make.centre())
    for first, place in (("กมล", here), ("ขวัญ", there)):
        make.assign(make.person(first), "OFFICER", place)
    client = signed_in(keeper)
    page = client.get(reverse("offices:opening-detail", args=[here.uuid])).content.decode()
    address = reverse("intake:batch-import", args=["offices.invitations"]) + "?office=25"
    assert f'href="{address}"' in page
    form = client.get(address).content.decode()
    assert re.search(rf'<option value="{here.pk}" selected', form), "the office is chosen already"
    [export] = re.findall(r'href="([^"]*export\.csv[^"]*)"', form)
    listed = b"".join(client.get(export).streaming_content).decode()
    assert "กมล" in listed and "ขวัญ" not in listed
