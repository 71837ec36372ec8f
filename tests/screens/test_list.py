"""The list screen: what it finds, in which order, how much of it, and what it costs."""

import csv
import io
import re
from decimal import Decimal

import openpyxl
import pytest

from factories.models import Factory
from portal.models import AuditEvent
from portal.scope import nation
from tests.screens.conftest import factory

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.screens.urls")]


def names(response) -> list[str]:
    return [row.name for row in response.context["page"].object_list]


@pytest.fixture
def reader(sign_in, prachin):
    return sign_in("OFFICER", place=prachin)


def test_count_sums_and_pages_cover_every_row_once(reader, sixty):
    first = reader.get("/t/factories/")
    second = reader.get(first.context["page_urls"]["next"])
    assert len(names(first)) == 50 and len(names(second)) == 10
    assert len(set(names(first) + names(second))) == 60
    page = first.content.decode()
    assert "แถว 1–50 จาก <b>60</b>" in page
    assert "แถว 51–60 จาก <b>60</b>" in second.content.decode()
    assert "1,830" in page, "the sum is of all rows found, not of the page"


def test_default_order_is_thai(reader, sixty):
    shown = names(reader.get("/t/factories/"))
    with nation("test"):
        assert shown == [row.name for row in Factory.objects.order_by("sort_key")][:50]
    assert shown[0].startswith("กระดาษไทย"), "ก before เก, whatever the code points say"


@pytest.mark.parametrize("sort, first", [("horsepower", 1), ("-horsepower", 60)])
def test_sorting(reader, sixty, sort, first):
    response = reader.get(f"/t/factories/?sort={sort}")
    assert response.context["page"].object_list[0].horsepower == first
    order = "descending" if sort.startswith("-") else "ascending"
    assert f'aria-sort="{order}"' in response.content.decode()


def test_unknown_rows_sort_last_both_ways(reader, sixty, prachin):
    factory("ไม่ทราบกำลัง", prachin, 99, horsepower=None)
    for sort in ("horsepower", "-horsepower"):
        assert names(reader.get(f"/t/factories/?sort={sort}&last=1"))[-1] == "ไม่ทราบกำลัง"


def test_sorting_by_a_thai_column_without_stored_key(reader, prachin):
    for number, operator in enumerate(("เชียงใหม่", "พะเยา", "กรุงเทพ"), start=1):
        factory(f"ก{number}", prachin, number, operator_name=operator)
    shown = [
        row.operator_name for row in reader.get("/t/factories/?sort=operator").context["page"].object_list
    ]
    assert shown == ["กรุงเทพ", "เชียงใหม่", "พะเยา"]


def test_a_column_that_does_not_sort_is_ignored(reader, sixty):
    assert reader.get("/t/factories/?sort=status").status_code == 200
    assert reader.get("/t/factories/?sort=province__name_th").status_code == 200
    assert "aria-sort" in reader.get("/t/factories/?sort=--x").content.decode()


def test_filter_search_and_their_chips(reader, sixty):
    response = reader.get("/t/factories/?status=operating&q=น้าแข็ง&horsepower_min=20")
    assert names(response) == [] and response.context["total"] == 0, "นํ้า without its am is another word"
    response = reader.get("/t/factories/?status=operating&q=แป้งมัน&horsepower_min=20")
    assert {row.status for row in response.context["page"].object_list} == {"operating"}
    assert all("แป้งมัน" in name for name in names(response))
    labels = [chip["label"] for chip in response.context["filters"]]
    assert labels == ["ค้นหา", "สถานะ", "แรงม้า"]
    without_status = next(chip for chip in response.context["filters"] if chip["label"] == "สถานะ")
    assert without_status["value"] == "ประกอบกิจการ"
    assert "status=" not in without_status["url"] and "q=" in without_status["url"]


def test_search_without_tone_marks_and_by_number(reader, sixty):
    assert all("แป้งมัน" in name for name in names(reader.get("/t/factories/?q=แปงมัน")))
    assert len(names(reader.get(f"/t/factories/?q={7:014}"))) == 1
    assert reader.get("/t/factories/?q=!!!").context["total"] == 0, "nothing but marks finds nothing"


def test_a_wrong_filter_shows_its_error_and_no_rows(reader, sixty):
    response = reader.get("/t/factories/?status=ไม่มี")
    assert response.context["total"] == 0
    assert "errorlist" in response.content.decode()


def test_empty_list_says_what_to_do_next(reader):
    page = reader.get("/t/factories/").content.decode()
    assert "ยังไม่มีโรงงาน" in page and "นำเข้าทะเบียนก่อน" in page


def test_columns_of_the_readers_choice(reader, sixty):
    page = reader.get("/t/factories/?col=name&col=horsepower").content.decode()
    assert page.count('role="columnheader"') == 2 and "1,830" in page


def test_states_are_word_shape_and_colour(reader, sixty):
    page = reader.get("/t/factories/").content.decode()
    assert re.search(
        r'class="state tone-green"[^>]*><svg class="shape".*?</svg><span>ประกอบกิจการ</span>', page
    )


def test_only_rows_of_the_readers_scope_are_counted_summed_and_exported(reader, sixty, sakaeo):
    factory("ของจังหวัดอื่น", sakaeo, 500, horsepower=Decimal(100000))
    response = reader.get("/t/factories/")
    assert response.context["total"] == 60 and "101,830" not in response.content.decode()
    exported = b"".join(reader.get("/t/factories/?export=csv").streaming_content).decode()
    assert "ของจังหวัดอื่น" not in exported


def test_csv_has_every_row_found_and_runs_nothing(reader, sixty, prachin):
    factory('=HYPERLINK("http://x")', prachin, 600, horsepower=Decimal("-1.50"))
    response = reader.get("/t/factories/?export=csv")
    assert "attachment" in response["Content-Disposition"]
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text)))
    assert lines[0] == ["ชื่อ", "ผู้ประกอบการ", "เลขทะเบียน", "จังหวัด", "สถานะ", "กำลัง (แรงม้า)"]
    assert len(lines) == 62
    assert lines[1][0].startswith("'=")
    assert lines[1][2] == f"{600:014}" and Decimal(lines[1][5]) == Decimal("-1.5")
    event = AuditEvent.objects.get(verb="list.exported")
    assert event.data == {"screen": "FactoryList", "rows": 61, "kind": "csv"}


def test_xlsx_keeps_identifiers_text_and_numbers_numbers(reader, sixty):
    response = reader.get("/t/factories/?export=xlsx&status=operating")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 41
    assert all(len(row[2]) == 14 for row in rows[1:]), "leading zeros stay"
    assert sum(row[5] for row in rows[1:]) == sum(n for n in range(1, 61) if n % 3)
    assert {row[4] for row in rows[1:]} == {"ประกอบกิจการ"}


def test_the_cost_of_a_list_does_not_grow_with_its_rows(reader, sixty, django_assert_max_num_queries):
    reader.get("/t/factories/")
    with django_assert_max_num_queries(9) as all_of_it:
        reader.get("/t/factories/?status=operating&q=แป้ง&sort=horsepower")
    # session, user, person, assignments; session saved inside a savepoint of the test
    own = [q for q in all_of_it.captured_queries if "factories_factory" in q["sql"]]
    assert len(own) == 2, "one for count and sums, one for the page"
