"""load_reference: what it writes, that it may run again, and what it leaves alone."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from factories.models import FactoryType
from offices.dated import assistant_enabled
from offices.models import District, Group, InspectionZone, Office, Province, ZoneProvince
from portal.holidays import holidays
from portal.models import DatedSetting

pytestmark = pytest.mark.django_db


def load() -> str:
    said = StringIO()
    call_command("load_reference", stdout=said)
    return said.getvalue()


def test_counts_and_contents():
    said = load()
    assert "offices.districts" in said and "929" in said
    assert (Province.objects.count(), District.objects.count(), FactoryType.objects.count()) == (77, 929, 369)
    assert (
        Office.objects.filter(kind="provincial").count() == 76
        and not Office.objects.filter(code="10").exists()
    )
    assert Office.objects.get(code="OPS").name_th == "สำนักงานปลัดกระทรวงอุตสาหกรรม"
    assert Group.objects.count() == 76 * 5 - 4 + 1
    without = Office.objects.filter(kind="provincial").exclude(groups__code="MINING")
    assert set(without.values_list("code", flat=True)) == {"11", "12", "13", "74"}
    assert sorted(InspectionZone.objects.values_list("number", flat=True)) == list(range(19))
    assert ZoneProvince.objects.count() == 77
    member = ZoneProvince.objects.get(province="25")
    assert (member.zone.number, member.valid.lower) == (9, date(2019, 10, 1))
    assert District.objects.filter(source__contains="ไม่ใช่อำเภอ").count() == 2
    assert FactoryType.objects.filter(sub_no__isnull=True).count() == 107


def test_the_pilots_have_assistants_from_the_day_of_the_meeting():
    load()
    pilots = {"11", "12", "13", "14", "19", "20", "21", "24", "25", "73", "74"}
    for code in Province.objects.values_list("code", flat=True):
        assert assistant_enabled(code, date(2023, 5, 12)) is (code in pilots)
    assert not assistant_enabled("25", date(2023, 5, 11))


def test_holidays_are_known_and_not_verified():
    load()
    days = holidays(date(2025, 12, 1), date(2026, 1, 31), as_of=date(2026, 11, 22))
    assert {date(2025, 12, 5), date(2026, 1, 1), date(2025, 12, 31)} <= days
    assert {day.year for day in days} == {2025, 2026}
    assert not DatedSetting.objects.filter(key__startswith="calendar.", verified=True).exists()


def test_again_changes_nothing_and_keeps_what_people_changed():
    load()
    Office.objects.filter(code="25").update(short_th="ชื่อใหม่")
    setting = DatedSetting.objects.get(key="offices.assistant_enabled", place="office:25")
    DatedSetting.objects.filter(pk=setting.pk).update(value=False)
    Province.objects.filter(code="25").update(name_en="wrong")
    before = (Group.objects.count(), ZoneProvince.objects.count(), DatedSetting.objects.count())
    load()
    assert (Group.objects.count(), ZoneProvince.objects.count(), DatedSetting.objects.count()) == before
    assert Office.objects.get(code="25").short_th == "ชื่อใหม่"
    assert not assistant_enabled("25", date(2026, 1, 1))
    assert Province.objects.get(code="25").name_en == "Prachin Buri"


def test_a_second_loading_writes_only_what_differs():
    load()
    District.objects.filter(code="2501").update(name_th="-")
    FactoryType.objects.filter(sub_no=None, main_no=3).update(name_en="-")
    written = {line.split()[0]: int(line.split()[1]) for line in load().splitlines()}
    assert (written["offices.districts"], written["factories.types"]) == (1, 1)
    assert written["offices.provinces"] == written["offices.zones"] == 0
    assert District.objects.get(code="2501").name_th != "-"
