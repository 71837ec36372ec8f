"""Dated settings: one value a day, a place before the nation, decisions that do not rewrite history."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from portal import dated
from portal.models import AuditEvent, DatedSetting
from portal.problems import Invalid

pytestmark = [pytest.mark.django_db, pytest.mark.real]

KEY = "tests.a_day"
DAY = date(2026, 1, 10)


@pytest.fixture(autouse=True)
def declared(monkeypatch):
    monkeypatch.setattr(dated, "_declared", dict(dated._declared))
    dated.declare(dated.Declared(KEY, "วันครบกำหนดในการทดสอบ", 10, "ค่าเริ่มต้น", by_office=True))


def decide(value=15, since=DAY, **changes):
    return dated.decide(actor=None, key=KEY, value=value, since=since, **{"source": "หนังสือทดสอบ", **changes})


def test_without_a_decision_the_default_holds_and_is_not_verified():
    assert dated.on(KEY, DAY) == dated.Value(10, "ค่าเริ่มต้น", False)


def test_a_decision_holds_from_its_day_until_the_next_one():
    decide(15)
    decide(20, since=DAY + timedelta(days=30), verified=True)
    assert [dated.on(KEY, DAY + timedelta(days=n)).value for n in (-1, 0, 29, 30)] == [10, 15, 15, 20]
    assert dated.on(KEY, DAY + timedelta(days=30)).verified
    assert AuditEvent.objects.filter(verb="setting.decided").count() == 2


def test_a_place_comes_before_the_nation():
    decide(15)
    decide(25, place="office:25")
    assert dated.on(KEY, DAY, place="office:25").value == 25
    assert dated.on(KEY, DAY, place="office:19").value == 15


@pytest.mark.parametrize(
    "changes",
    [{"value": "15"}, {"value": True}, {"source": " "}, {"since": DAY}, {"since": DAY - timedelta(days=1)}],
)
def test_a_bad_decision_changes_nothing(changes):
    decide(15)
    with pytest.raises(Invalid):
        decide(**{"value": 20, "since": DAY + timedelta(days=1), **changes})
    assert DatedSetting.objects.filter(key=KEY).count() == 1


def test_an_unknown_key_is_refused_and_the_known_are_named():
    with pytest.raises(Invalid, match=KEY):
        dated.decide(actor=None, key="tests.typo", value=1, since=DAY, source="x")


def test_the_database_holds_one_value_a_day():
    decide(15)
    with pytest.raises(IntegrityError, match="datedsetting_one_value_a_day"), transaction.atomic():
        DatedSetting.objects.create(key=KEY, value=1, valid=DateRange(DAY, None), source="x")
    with pytest.raises(IntegrityError, match="datedsetting_has_source"), transaction.atomic():
        DatedSetting.objects.create(key=KEY, value=1, valid=DateRange(None, DAY), source="")


def test_the_same_key_declared_otherwise_is_a_programming_error():
    with pytest.raises(ValueError, match=KEY):
        dated.declare(dated.Declared(KEY, "อื่น", 11, "x"))


def test_the_command_shows_and_decides():
    out = StringIO()
    call_command("dated_setting", KEY, "12", since="1/2/2569", source="หนังสือทดสอบ", stdout=out)
    assert dated.on(KEY, date(2026, 2, 1)).value == 12
    call_command("dated_setting", KEY, stdout=out)
    assert "tests.a_day = 12 [ยังไม่ยืนยัน]" in out.getvalue() and "หนังสือทดสอบ" in out.getvalue()
    for value, since in (("twelve", "1/2/2569"), ("13", "1/2/69"), ("13", "1/2/2569")):
        with pytest.raises(CommandError):
            call_command("dated_setting", KEY, value, since=since, source="x", stdout=out)
