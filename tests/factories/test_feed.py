"""The feed and the export on invented factories with every quirk of the real ones."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from factories.models import Factory, FactoryState
from factories.selectors import projection_mismatches
from factories.services.factories import update_factory
from portal.actors import Actor
from portal.models import Batch
from portal.scope import nation
from tests.factories.world import (
    TODAY,
    as_csv,
    bring,
    codes,
    export_row,
    feed_row,
    finding,
    number14,
    old_number,
    send,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]
FEED, EXPORT = "factories.feed", "factories.export"


def the(running: int = 1) -> Factory:
    return Factory.objects.get(old_key=old_number(running))


def states(factory: Factory) -> list[tuple[date, date | None, str, str]]:
    rows = FactoryState.objects.filter(factory=factory).order_by("valid")
    return [(row.valid.lower, row.valid.upper, row.name, row.source) for row in rows]


def test_a_new_factory_has_its_facts_its_state_and_its_history(officer: Actor) -> None:
    batch = bring(officer, FEED, as_csv(feed_row()))
    factory = the()
    assert batch.counts["applied"] == {"new": 1, "changed": 0, "states": 1}
    assert (factory.number14, factory.province_id, factory.district.name_th) == (number14(1), "25", "กบินทร์บุรี")
    assert (factory.lat, factory.lng) == (Decimal("13.61891"), Decimal("101.8843"))
    assert (factory.status, factory.source_status, factory.main_type_id) == (
        "operating",
        "operating",
        "00906",
    )
    assert (factory.soi, factory.road, factory.workers, factory.in_estate) == ("", "", 12, False)
    assert factory.search_key and factory.sort_key
    assert states(factory) == [(date(2026, 8, 13), None, "ลานมันสมมติ 1", "feed")]
    event = factory.events.get()
    assert event.pgh_context.metadata["user"] == officer.user_id
    assert event.pgh_label == "insert"


def test_the_second_time_everything_is_the_same_and_says_so(officer: Actor) -> None:
    data = as_csv(feed_row(1), feed_row(2))
    bring(officer, FEED, data)
    again = bring(officer, FEED, data)
    assert again.counts["same"] == 2
    assert again.counts["applied"] == {"new": 0, "changed": 0, "states": 0}
    assert officer.name in again.notes[0] and "นำเข้าเมื่อ" in again.notes[0]
    assert the().version == 1


def test_export_and_feed_meet_by_the_old_number_in_any_spelling(officer: Actor) -> None:
    bring(officer, EXPORT, as_csv(export_row(1)))
    batch = bring(officer, FEED, as_csv(feed_row(1, DISPFACREG="จ.3-9(6)-901 / ๒๕๖๙ ปจ.")))
    assert (batch.counts["new"], batch.counts["changed"]) == (0, 1)
    factory = the()
    assert factory.number14 == number14(1)
    assert factory.old_number == old_number(1)
    assert factory.capital_land_baht == 500000
    assert factory.licensed_on == date(2008, 12, 15)


def test_neither_facreg_nor_the_running_fid_names_a_factory(officer: Actor) -> None:
    bring(officer, EXPORT, as_csv(export_row(1)))
    bring(officer, EXPORT, as_csv(export_row(2, FID="10001")))
    bring(officer, FEED, as_csv(feed_row(3, FACREG='="00906390169ปจ"')))
    assert Factory.objects.count() == 3


def test_a_factory_without_fourteen_digits_is_valid(officer: Actor) -> None:
    bring(officer, FEED, as_csv(feed_row(1, FID=" ")))
    assert the().number14 is None


@pytest.mark.parametrize("empty", [" ", "-", ""])
def test_nothing_never_overwrites_something(officer: Actor, empty: str) -> None:
    bring(officer, FEED, as_csv(feed_row(1)))
    before = Factory.objects.values().get()
    row = feed_row(1, LAST_UPDATE="2026-10-01")
    kept = ("DISPFACREG", "FPROVNAME", "LAST_UPDATE", "FID")
    bring(officer, FEED, as_csv({key: value if key in kept else empty for key, value in row.items()}))
    assert Factory.objects.values().get() == before


def test_a_changed_fact_closes_the_state_and_opens_the_next(officer: Actor) -> None:
    bring(officer, FEED, as_csv(feed_row(1)))
    bring(officer, FEED, as_csv(feed_row(1, FNAME="ชื่อใหม่", LAST_UPDATE="2026-10-01")))
    assert states(the()) == [
        (date(2026, 8, 13), date(2026, 10, 1), "ลานมันสมมติ 1", "feed"),
        (date(2026, 10, 1), None, "ชื่อใหม่", "feed"),
    ]
    assert the().version == 2
    assert projection_mismatches() == []


def test_a_change_of_the_same_day_replaces_and_a_fact_without_date_makes_no_state(officer: Actor) -> None:
    bring(officer, FEED, as_csv(feed_row(1)))
    bring(officer, FEED, as_csv(feed_row(1, FNAME="ชื่อใหม่")))
    assert states(the()) == [(date(2026, 8, 13), None, "ชื่อใหม่", "feed")]
    batch = bring(
        officer, FEED, as_csv(feed_row(1, FNAME="ชื่อใหม่", FZIPCODE="25140", LAST_UPDATE="2026-10-02"))
    )
    assert batch.counts["applied"]["states"] == 0
    assert the().postcode == "25140"


def test_older_news_fills_gaps_only(officer: Actor) -> None:
    bring(officer, EXPORT, as_csv(export_row(1, แรงม้า=" ")), as_of="2026-11-01")
    batch = bring(officer, FEED, as_csv(feed_row(1, FNAME="ชื่อเก่า")))
    assert the().name == "ลานมันสมมติ 1"
    assert the().horsepower == 290
    assert states(the()) == [(date(2026, 11, 1), None, "ลานมันสมมติ 1", "feed")]
    assert "older_than_known" in codes(batch)
    assert projection_mismatches() == []


def test_a_row_missing_from_a_feed_changes_nothing(officer: Actor) -> None:
    bring(officer, FEED, as_csv(feed_row(1), feed_row(2)))
    bring(officer, FEED, as_csv(feed_row(1, LAST_UPDATE="2026-10-01")))
    assert the(2).status == "operating"
    assert the(2).version == 1


def test_an_officers_coordinates_stay(officer: Actor) -> None:
    bring(officer, FEED, as_csv(feed_row(1)))
    update_factory(
        actor=officer, factory_uuid=the().uuid, expected_version=1, effective_on=TODAY,
        changes={"lat": Decimal("13.7"), "lng": Decimal("101.7")},
    )  # fmt: skip
    batch = bring(officer, FEED, as_csv(feed_row(1, LAST_UPDATE="2026-11-22")))
    assert (the().lat, the().coordinate_source) == (Decimal("13.7"), "officer")
    assert batch.counts["same"] == 1
    assert codes(batch)["coordinates_of_officer"] == 1


@pytest.mark.parametrize(
    ("lat", "lng", "code", "kept"),
    [
        ("101.8843", "13.61891", "coordinates_swapped", (Decimal("13.61891"), Decimal("101.8843"))),
        ("0", "0", "coordinates_zero", (None, None)),
        ("1507000.5", "739000.25", "coordinates_utm", (None, None)),
        ("13.6", "", "coordinates_half", (None, None)),
        ("48.1", "11.5", "coordinates_abroad", (None, None)),
        ("ไม่ทราบ", "ไม่ทราบ", "not_number", (None, None)),
    ],
)
def test_bad_coordinates(officer: Actor, lat: str, lng: str, code: str, kept: tuple[Any, Any]) -> None:
    batch = bring(officer, FEED, as_csv(feed_row(1, LAT=lat, LNG=lng)))
    assert code in codes(batch)
    assert codes(batch, "block") == {}
    assert (the().lat, the().lng) == kept
    bring(officer, FEED, as_csv(feed_row(1)))
    again = bring(officer, FEED, as_csv(feed_row(1, LAT=lat, LNG=lng, LAST_UPDATE="2026-11-01")))
    assert (the().lat, the().lng) == (Decimal("13.61891"), Decimal("101.8843"))
    assert again.counts["same"] == 1


def test_status_is_seeded_once_and_then_only_proposed(officer: Actor) -> None:
    bring(officer, FEED, as_csv(feed_row(1, FFLAG="3")))
    assert (the().status, the().source_status) == ("stopped_temporarily", "stopped_temporarily")
    batch = bring(officer, FEED, as_csv(feed_row(1, FFLAG="2", LAST_UPDATE="2026-10-01")))
    assert (the().status, the().source_status) == ("stopped_temporarily", "deregistered")
    assert codes(batch, "info")["status_proposed"] == 1
    assert "ข้อเสนอ" in finding(batch, "status_proposed").message


def test_rows_that_come_in_with_a_remark(officer: Actor) -> None:
    rows = [
        export_row(1, กำลังผลิต="0.0"),
        export_row(2, ชื่อโรงงาน=" "),
        export_row(3, ประเภท="99999", แรงม้า="60.0", จำพวก="3"),
        export_row(4, อำเภอ="ไม่มีอำเภอนี้"),
        export_row(5, แรงม้า="60.0", คนงานชาย="1.0"),
        export_row(6, อำเภอ="อำเภอ กบินทร์บุรี", จังหวัด="จ.ปราจีนบุรี"),
        export_row(7, อำเภอ="เมือง", วันที่ใบอน="239021.0"),
    ]
    batch = bring(officer, EXPORT, as_csv(*rows))
    assert batch.counts["new"] == 7
    assert codes(batch, "block") == {}
    warned = codes(batch, "warn")
    assert warned["capacity_unknown"] == 1 and the(1).licensed_capacity is None
    assert warned["no_name"] == 1 and the(2).shown_name == "บริษัท สมมติ 2 จำกัด"
    assert warned["type_unknown"] == 1
    assert warned["district_unknown"] == 1 and the(4).district is None
    assert the(6).district.name_th == "กบินทร์บุรี"
    assert the(7).district.name_th == "เมืองปราจีนบุรี"
    assert the(7).licensed_on == date(2011, 5, 31)  # a B.E. date that Excel counted as C.E.


def test_category_against_todays_rules(officer: Actor) -> None:
    # 3(2) without circumstances: up to 75 horsepower is category 2
    from factories.models import FactoryType

    plain = FactoryType.objects.filter(category3_rule="HP>75", category2_rule="HP<=75").first()
    assert plain is not None
    rows = [
        export_row(1, ประเภท=plain.code, แรงม้า="75.0", จำพวก="3"),
        export_row(2, ประเภท=plain.code, แรงม้า="75.5", จำพวก="3"),
        export_row(3, ประเภท=plain.code, แรงม้า="75.5", จำพวก="2"),
        export_row(4, ประเภท=plain.code, แรงม้า=" ", จำพวก="3"),
    ]
    batch = bring(officer, EXPORT, as_csv(*rows))
    assert codes(batch)["category_contradicts"] == 2
    found = finding(batch, "category_contradicts")
    assert found.row_no in (2, 4) and "75" in found.found


def test_what_is_refused(officer: Actor, centre: Actor) -> None:
    bring(centre, FEED, as_csv(feed_row(1), feed_row(2), feed_row(8, FPROVNAME="สระบุรี", FAMPNAME="มวกเหล็ก")))
    rows = [
        feed_row(1, FID=number14(2)),  # two factories
        feed_row(2, FID=number14(7)),  # the old number has another 14-digit number
        feed_row(3, FPROVNAME="กาญจนบุรี", FAMPNAME="เมืองกาญจนบุรี"),
        feed_row(4, FPROVNAME="นาร์เนีย"),
        feed_row(5, FID="", DISPFACREG="อะไร"),
        feed_row(6),
        feed_row(6, DISPFACREG=""),  # the same factory once more
        feed_row(8),  # ours by its row, another province's by the registry
    ]
    batch = bring(officer, FEED, as_csv(*rows))
    assert codes(batch, "block") == {
        "two_factories": 1,
        "other_number": 1,
        "outside_province": 2,
        "province_unknown": 1,
        "no_number": 1,
        "repeated_factory": 1,
    }
    assert (batch.counts["new"], batch.counts["refused"]) == (1, 7)
    by_centre = send(centre, FEED, as_csv(feed_row(8)))
    assert codes(by_centre, "block") == {"province_differs": 1}
    outside = finding(batch, "outside_province")
    assert outside.row_no == 4 and "ปราจีนบุรี" in outside.expected


def test_numbers_that_are_wrong_but_not_fatal(officer: Actor) -> None:
    wrong = number14(1)[:-1] + str((int(number14(1)[-1]) + 1) % 10)
    rows = [feed_row(1, FID=wrong), feed_row(2, FID="123"), feed_row(3, DISPFACREG="สปก. 12")]
    batch = bring(officer, FEED, as_csv(*rows))
    assert batch.counts["new"] == 3
    assert codes(batch, "warn") == {"number14_check_digit": 1, "number14_shape": 1, "old_number_shape": 1}
    assert the(1).number14 == wrong
    assert the(2).number14 is None


def test_the_database_refuses_a_district_of_another_province(officer: Actor) -> None:
    bring(officer, FEED, as_csv(feed_row(1)))
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE factories_factory SET district_id = '7101'")


def test_the_database_refuses_two_open_states(officer: Actor) -> None:
    bring(officer, FEED, as_csv(feed_row(1)))
    state = FactoryState.objects.get()
    state.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        state.save()


def test_a_plan_gone_stale_is_refused_and_made_anew(officer: Actor) -> None:
    from portal.intake import services
    from portal.intake.handlers import StalePlan

    bring(officer, FEED, as_csv(feed_row(1)))
    data = as_csv(feed_row(1, FNAME="ชื่อในไฟล์", LAST_UPDATE="2026-10-01"), feed_row(2))
    batch = send(officer, FEED, data)
    update_factory(
        actor=officer, factory_uuid=the().uuid, expected_version=1, effective_on=TODAY,
        changes={"name": "ชื่อของเจ้าหน้าที่"},
    )  # fmt: skip
    with pytest.raises(StalePlan, match="ทะเบียนเปลี่ยนไป"), transaction.atomic():
        services.carry_out(actor=officer, batch_uuid=batch.uuid, plan_sha256=batch.plan_sha256)
    assert Factory.objects.count() == 1
    services.preview_again(actor=officer, batch_uuid=batch.uuid, why="ตรวจใหม่")
    services.preview(batch_uuid=batch.uuid)
    anew = Batch.objects.get(pk=batch.pk)
    assert anew.plan_sha256 != batch.plan_sha256
    assert (anew.counts["new"], anew.counts["same"]) == (1, 1)  # older than the officer's change: kept
    assert "ตรวจใหม่" in anew.notes
    with nation("test"):
        services.carry_out(actor=officer, batch_uuid=batch.uuid, plan_sha256=anew.plan_sha256)
    assert the().name == "ชื่อของเจ้าหน้าที่"
