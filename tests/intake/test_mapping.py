"""A file of another layout: guessed, mapped by a person, kept, and known again next month."""

import csv
import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from factories.models import Factory
from factories.sheets import FEED
from portal.intake import services
from portal.intake.mapping import services as mapping
from portal.models import Batch, BatchFinding, BatchLayout, ColumnMapping, MappingVersion
from portal.problems import Invalid, NotAllowed, Problem
from portal.scope import nation
from tests.factories.test_pages import SignIn, page, run_jobs, upload
from tests.factories.world import People, as_csv, feed_row, fresh, number14

pytestmark = pytest.mark.django_db

# Other words, another order, columns of their own: heading → column of the feed.
FOREIGN = {
    "ลำดับ": "",
    "จังหวัดที่ตั้ง": "FPROVNAME",
    "อำเภอ/เขต": "FAMPNAME",
    "ตำบล/แขวง": "FTUMNAME",
    "ชื่อสถานประกอบการ": "FNAME",
    "ผู้รับใบอนุญาต": "ONAME",
    "เลขโรงงาน (ใหม่)": "FID",
    "ทะเบียนโรงงานเลขที่": "DISPFACREG",
    "ลักษณะกิจการ": "OBJECT",
    "จำพวกที่": "FACTYPE",
    "แรงม้ารวม": "HP",
    "จำนวนคนงาน": "TOTAL_WORKER",
    "วันที่ปรับปรุง": "LAST_UPDATE",
    "ผู้บันทึก": "",
}
KEYS = {str(column.header): column.key for column in FEED.columns}


def foreign(*rows: dict[str, str], words: dict[str, str] = FOREIGN, title: str = "") -> bytes:
    """Rows of the feed in another layout."""
    text = io.StringIO()
    writer = csv.writer(text)
    if title:
        writer.writerow([title])
    writer.writerow(words)
    for index, row in enumerate(rows, start=1):
        writer.writerow([row.get(column, str(index)) for column in words.values()])
    return text.getvalue().encode()


def like_the_template(*rows: dict[str, str]) -> bytes:
    """The same facts under the feed's own headings."""
    wanted = [column for column in FOREIGN.values() if column]
    return as_csv(*({column: row[column] for column in wanted} for row in rows))


def right(words: dict[str, str] = FOREIGN) -> dict[str, str]:
    """The form's fields with the right choices."""
    return {f"c{at}": KEYS.get(column, "") for at, column in enumerate(words.values())}


def say(client: Client, batch: Batch, follow: bool = True, **fields: str) -> Any:
    given = {"sheet": "", "row": "0", "name": "ไฟล์จาก i-Single Form"} | right() | fields
    answer = client.post(reverse("intake:batch-mapping", args=[batch.uuid]), given)
    if follow and answer.status_code == 302:
        run_jobs()
    return answer


def chosen_in(html: str) -> dict[str, str]:
    """What stands chosen on the page: field → key, without columns that are not used."""
    fields = re.findall(r'<select name="(c\d+)"(.*?)</select>', html, re.S)
    found = {name: re.search(r'value="(\w+)" selected', options) for name, options in fields}
    return {name: match[1] for name, match in found.items() if match}


def plan_of(batch: Batch) -> list[tuple[Any, ...]]:
    rows = batch.rows.order_by("row_no")
    return [(row.key, row.action, row.data, row.diff, row.target_id) for row in rows]


def findings_of(batch: Batch) -> set[tuple[Any, ...]]:
    found = BatchFinding.objects.filter(batch=batch).exclude(row_no=None)
    return {(f.row_no, f.column, f.code, f.found, f.message) for f in found}


def test_a_foreign_layout_is_asked_about_mapped_and_known_next_month(people: People, sign_in: SignIn) -> None:
    client = sign_in(people.officer)
    rows = [feed_row(1), feed_row(2, FAMPNAME="ไม่มี"), feed_row(3, FPROVNAME="กาญจนบุรี")]
    batch = upload(client, "factories.feed", foreign(*rows))
    assert (batch.state, batch.rows.count()) == (Batch.State.MAPPING, 0)
    assert "จับคู่คอลัมน์" in page(client, "intake:batch-detail", batch.uuid)
    assert "ไฟล์ที่รอท่านยืนยันหรือจับคู่คอลัมน์" in client.get("/").content.decode()

    html = page(client, "intake:batch-mapping", batch.uuid)
    assert chosen_in(html) == {name: key for name, key in right().items() if key}, "every one guessed aright"
    assert "เป็นเลขทะเบียน 14 หลักที่ถูกหลัก" in html and "หัวคอลัมน์ตรงกับ" in html
    assert "→ 13 ส.ค. 2569" in html, "a date as it will be understood"
    assert "ผู้บันทึก" in html

    answer = say(client, batch)
    assert answer.status_code == 302
    batch = fresh(batch)
    assert batch.state == Batch.State.PREVIEWED
    plain = upload(client, "factories.feed", like_the_template(*rows))
    assert plan_of(batch) == plan_of(plain) and findings_of(batch) == findings_of(plain)
    assert BatchFinding.objects.get(batch=batch, code="district_unknown").header == "อำเภอ/เขต (FAMPNAME)"
    html = page(client, "intake:batch-detail", batch.uuid)
    assert "ไฟล์จาก i-Single Form" in html and "รุ่นที่ 1" in html and "ไม่ใช้ 2 คอลัมน์: ลำดับ, ผู้บันทึก" in html
    marked = client.get(reverse("intake:batch-marked", args=[batch.uuid]))
    assert marked.status_code == 200 and b"".join(marked.streaming_content)[:2] == b"PK"

    turned = {heading: FOREIGN[heading] for heading in reversed(FOREIGN)}
    again = upload(client, "factories.feed", foreign(*rows, words=turned, title="รายงานเดือนถัดไป"))
    assert (again.state, again.mapping_id) == (Batch.State.PREVIEWED, batch.mapping_id)
    assert [row[1:] for row in plan_of(again)] == [row[1:] for row in plan_of(batch)]
    assert any("อ่านตามการจับคู่คอลัมน์" in note for note in again.notes)


def test_every_reason_at_once_and_nothing_half_done(people: People, sign_in: SignIn) -> None:
    client = sign_in(people.officer)
    batch = upload(client, "factories.register", foreign(feed_row(1)))
    assert batch.state == Batch.State.MAPPING
    answer = say(client, batch, c1="", c4="name", c5="name", c6="", c7="", c12="", name=" ")
    html = answer.content.decode()
    assert answer.status_code == 422
    for said in (
        "ยังไม่มีคอลัมน์ใดเป็น “จังหวัด”",
        "“เลขทะเบียน 14 หลัก” หรือ “เลขทะเบียนเดิม”",
        "“ชื่อโรงงาน” ถูกเลือกให้คอลัมน์ E “ชื่อสถานประกอบการ” แล้ว",
        "โปรดตั้งชื่อ",
    ):
        assert said in html, said
    assert chosen_in(html)["c5"] == "name", "the choices are still there"
    assert fresh(batch).state == Batch.State.MAPPING
    with nation("test"):
        assert not ColumnMapping.objects.exists() and not MappingVersion.objects.exists()
    answer = say(client, batch, c2="no_such_field")
    assert answer.status_code == 422 and fresh(batch).state == Batch.State.MAPPING
    answer = say(client, batch, row="19")
    assert answer.status_code == 422


def test_what_is_chosen_so_far_is_kept_and_shown_as_it_will_be_read(people: People, sign_in: SignIn) -> None:
    client = sign_in(people.officer)
    batch = upload(client, "factories.feed", foreign(feed_row(1, HP="มาก")))
    answer = say(client, batch, look="1", c13="activity", c8="", c1="horsepower", c10="")
    html = answer.content.decode()
    assert answer.status_code == 200 and fresh(batch).state == Batch.State.MAPPING
    assert "อ่านไม่ได้" in html and "ไม่ใช่ตัวเลข" in html, "a province is no horsepower"
    html = page(client, "intake:batch-mapping", batch.uuid)
    assert chosen_in(html)["c13"] == "activity" and "c8" not in chosen_in(html)
    assert 'value="ไฟล์จาก i-Single Form"' in html


def test_changed_headings_are_shown_and_asked_about(people: People, sign_in: SignIn) -> None:
    client = sign_in(people.officer)
    first = upload(client, "factories.register", foreign(feed_row(1)))
    assert say(client, first, c12="").status_code == 302
    words = {
        "จังหวัดของโรงงานในทะเบียน" if heading == "จังหวัดที่ตั้ง" else heading: column
        for heading, column in FOREIGN.items()
    }
    batch = upload(client, "factories.register", foreign(feed_row(2), words=words))
    assert batch.state == Batch.State.MAPPING
    html = page(client, "intake:batch-mapping", batch.uuid)
    assert "แต่หัวคอลัมน์เปลี่ยนไป" in html
    assert "เพิ่มมา: จังหวัดของโรงงานในทะเบียน" in html and "หายไป: จังหวัดที่ตั้ง (จังหวัด)" in html
    assert 'value="ไฟล์จาก i-Single Form"' in html, "saved as the next version of the same"
    answer = say(client, batch, c1="", c12="")
    assert "ครั้งก่อนมาจากคอลัมน์ “จังหวัดที่ตั้ง” ซึ่งไม่มีในไฟล์นี้" in answer.content.decode()
    assert say(client, batch, c12="").status_code == 302
    with nation("test"):
        kept = ColumnMapping.objects.get()
        assert [v.number for v in kept.versions.order_by("number")] == [1, 2]
    old = upload(client, "factories.register", foreign(feed_row(3)))
    new = upload(client, "factories.register", foreign(feed_row(4), words=words))
    with nation("test"):
        numbers = [Batch.objects.get(pk=b.pk).mapping.number for b in (old, new)]
    assert numbers == [1, 2], "either layout is known by the version that was made for it"


def test_sheet_and_heading_row_are_chosen(people: People, sign_in: SignIn, tmp_path: Path) -> None:
    """Two sheets of one layout: the portal does not pick one by itself, not even when it knows them."""
    client = sign_in(people.officer)
    path = tmp_path / "months.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for at, name in enumerate(("ก.ย.", "ต.ค."), start=1):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["รายงานโรงงาน", name])
            sheet.write_row(2, 0, list(FOREIGN))
            row = feed_row(at)
            sheet.write_row(3, 0, [row.get(column, "x") for column in FOREIGN.values()])
        book.add_worksheet("หมายเหตุ").write(0, 0, "ไม่มีอะไร")
    batch = upload(client, "factories.feed", path.read_bytes(), "f.xlsx")
    assert batch.state == Batch.State.MAPPING
    html = page(client, "intake:batch-mapping", batch.uuid, sheet="ต.ค.")
    assert 'value="2" selected' in html and number14(2) in html and number14(1) not in html
    assert say(client, batch, sheet="ต.ค.", row="2").status_code == 302
    batch = fresh(batch)
    assert (batch.state, batch.rows.get().data["number14"]) == (Batch.State.PREVIEWED, number14(2))
    again = upload(client, "factories.feed", path.read_bytes(), "f.xlsx")
    assert again.state == Batch.State.MAPPING
    html = page(client, "intake:batch-mapping", again.uuid)
    assert "มีหลายแผ่นงานที่หัวคอลัมน์เป็นแบบเดียวกัน" in html and "ตามที่จับคู่ไว้ครั้งก่อน" in html
    assert say(client, again, sheet="ก.ย.", row="2").status_code == 302
    with nation("test"):
        assert MappingVersion.objects.count() == 1, "nothing new was said"
    assert fresh(again).rows.get().data["number14"] == number14(1)


def test_doubled_headings_and_columns_without_one(people: People, sign_in: SignIn) -> None:
    client = sign_in(people.officer)
    row = feed_row(1)
    table = [["DISPFACREG", "FPROVNAME", "FNAME", "HP", "HP", "", "FAMPNAME"],
             [row["DISPFACREG"], "ปราจีนบุรี", "ก", "290", "310", row["FID"], "กบินทร์บุรี"]]  # fmt: skip
    data = "\n".join(",".join(line) for line in table).encode()
    batch = upload(client, "factories.feed", data)
    assert batch.state == Batch.State.MAPPING
    html = page(client, "intake:batch-mapping", batch.uuid)
    assert "หัวคอลัมน์ซ้ำกัน" in html and "HP (2)" in html and "คอลัมน์ F" in html
    keys = ["old_number", "province", "name", "", "horsepower", "number14", "district"]
    answer = say(client, batch, **{f"c{at}": key for at, key in enumerate(keys)})
    assert answer.status_code == 302
    data = fresh(batch).rows.get().data
    assert (data["horsepower"], data["number14"]) == (310, row["FID"])


def test_the_mapping_is_changed_from_the_preview(people: People, sign_in: SignIn) -> None:
    client = sign_in(people.officer)
    batch = upload(client, "factories.feed", foreign(feed_row(1)))
    say(client, batch, c4="operator_name", c5="name")
    batch = fresh(batch)
    assert batch.rows.get().data["name"] == "บริษัท สมมติ 1 จำกัด"
    answer = client.post(reverse("intake:batch-remap", args=[batch.uuid]))
    assert answer["Location"].endswith(reverse("intake:batch-mapping", args=[batch.uuid]))
    assert say(client, batch).status_code == 302
    batch = fresh(batch)
    assert (batch.rows.get().data["name"], batch.mapping.number) == ("ลานมันสมมติ 1", 2)
    plain = upload(client, "factories.feed", as_csv(feed_row(2)))
    client.post(reverse("intake:batch-remap", args=[plain.uuid]))
    run_jobs()
    assert fresh(plain).state == Batch.State.MAPPING
    assert "ผู้ส่งไฟล์ขอจับคู่คอลัมน์เอง" in page(client, "intake:batch-mapping", plain.uuid)


def test_saying_it_twice_is_once(people: People, sign_in: SignIn) -> None:
    client = sign_in(people.officer)
    batch = upload(client, "factories.feed", foreign(feed_row(1)))
    assert say(client, batch, follow=False).status_code == 302
    assert say(client, batch, follow=False).status_code == 302
    run_jobs()
    assert say(client, batch).status_code == 302
    with nation("test"):
        assert MappingVersion.objects.count() == 1
    assert fresh(batch).state == Batch.State.PREVIEWED
    late = say(client, batch, name="อื่น")
    assert late.status_code == 400 and "จับคู่คอลัมน์ไปแล้ว" in late.content.decode()


def test_retired_it_asks_again_and_old_batches_stay_explained(people: People, sign_in: SignIn) -> None:
    client = sign_in(people.officer)
    batch = upload(client, "factories.feed", foreign(feed_row(1)))
    say(client, batch)
    with nation("test"):
        kept = ColumnMapping.objects.get()
    assert "ไฟล์จาก i-Single Form" in page(client, "intake:mapping-list")
    html = page(client, "intake:mapping-detail", kept.uuid)
    assert "ชื่อสถานประกอบการ" in html and "feed.csv" in html
    assert client.post(reverse("intake:mapping-retire", args=[kept.uuid])).status_code == 302
    again = upload(client, "factories.feed", foreign(feed_row(2)))
    assert again.state == Batch.State.MAPPING
    assert "ไฟล์จาก i-Single Form" in page(client, "intake:batch-detail", batch.uuid)
    assert client.post(reverse("intake:mapping-retire", args=[kept.uuid])).status_code == 422
    say(client, again)
    with nation("test"):
        assert list(kept.versions.order_by("number").values_list("number", flat=True)) == [1, 2, 3]


def test_a_mapping_belongs_to_its_office_and_the_centres_to_all(people: People, sign_in: SignIn) -> None:
    officer = sign_in(people.officer)
    batch = upload(officer, "factories.feed", foreign(feed_row(1)))
    say(officer, batch)
    with nation("test"):
        kept = ColumnMapping.objects.get()
    stranger = sign_in(people.stranger)
    theirs = upload(stranger, "factories.feed", foreign(feed_row(2)))
    assert theirs.state == Batch.State.MAPPING, "what another office agreed upon is not ours"
    for name in ("mapping-detail", "mapping-retire"):
        assert stranger.get(reverse(f"intake:{name}", args=[kept.uuid])).status_code == 404
    assert stranger.get(reverse("intake:batch-mapping", args=[batch.uuid])).status_code == 404
    assert "i-Single" not in page(stranger, "intake:mapping-list")
    with nation("test"), pytest.raises(IntegrityError), transaction.atomic():
        Batch.objects.filter(pk=theirs.pk).update(mapping=kept.versions.get())
    for who in (people.stranger, replace(people.officer, capacities=())):
        with who.scope.active(), pytest.raises((NotAllowed, Batch.DoesNotExist, ColumnMapping.DoesNotExist)):
            mapping.retire(actor=who, mapping_uuid=kept.uuid)
        with who.scope.active(), pytest.raises((NotAllowed, Batch.DoesNotExist)):
            mapping.ask_again(actor=who, batch_uuid=batch.uuid)

    centre = sign_in(people.centre)
    national = upload(centre, "factories.feed", foreign(feed_row(3)))
    assert national.state == Batch.State.MAPPING, "an office's mapping does not bind the centre"
    say(centre, national, name="แบบของส่วนกลาง")
    known = upload(stranger, "factories.feed", foreign(feed_row(4)))
    assert known.state == Batch.State.PREVIEWED
    assert any("แบบของส่วนกลาง" in note for note in known.notes)
    ours = upload(officer, "factories.feed", foreign(feed_row(5)))
    assert any("ไฟล์จาก i-Single Form" in note for note in ours.notes), "the office's own goes first"


def test_versions_are_never_changed(people: People, sign_in: SignIn) -> None:
    client = sign_in(people.officer)
    batch = upload(client, "factories.feed", foreign(feed_row(1)))
    say(client, batch)
    with nation("test"):
        for rows in (ColumnMapping.objects.all(), MappingVersion.objects.all()):
            with pytest.raises(Exception, match="Cannot update or delete"), transaction.atomic():
                rows.update(**({"name": "x"} if rows.model is ColumnMapping else {"columns": {}}))
            with pytest.raises(Exception, match="Cannot update or delete"), transaction.atomic():
                rows._raw_delete(rows.db)


def test_a_unit_of_money_is_not_converted_in_silence(people: People, sign_in: SignIn) -> None:
    client = sign_in(people.officer)
    words = FOREIGN | {"เงินลงทุน (พันบาท)": "TOTAL_CAP"}
    batch = upload(client, "factories.feed", foreign(feed_row(1), words=words))
    html = page(client, "intake:batch-mapping", batch.uuid)
    assert "หัวคอลัมน์บอกหน่วยเป็น พันบาท แต่ช่องนี้เก็บเป็น บาท" in html


def test_discarded_while_waiting_and_the_layout_goes(people: People, sign_in: SignIn) -> None:
    client = sign_in(people.officer)
    batch = upload(client, "factories.feed", foreign(feed_row(1)))
    with people.officer.scope.active():
        services.discard(actor=people.officer, batch_uuid=batch.uuid)
    assert not BatchLayout.objects.exists()
    answer = client.get(reverse("intake:batch-mapping", args=[batch.uuid]))
    assert answer.status_code == 400
    with people.officer.scope.active(), pytest.raises(Problem):
        mapping.agree(
            actor=people.officer,
            batch_uuid=batch.uuid,
            choice=mapping.Choice("", 0, {}, "x"),
        )
    with nation("test"):
        assert Factory.objects.count() == 0


def test_a_file_that_fits_is_not_asked_about(people: People, sign_in: SignIn) -> None:
    client = sign_in(people.officer)
    extra = feed_row(1) | {"บันทึกของสำนักงาน": "x"}
    assert upload(client, "factories.feed", as_csv(extra)).state == Batch.State.PREVIEWED
    some = {key: feed_row(1)[key] for key in ("FID", "FPROVNAME", "FNAME", "HP")} | {"หมายเลขแฟ้ม": "1"}
    assert upload(client, "factories.feed", as_csv(some)).state == Batch.State.PREVIEWED
    typo = {("TOTAL_WORKERS" if key == "TOTAL_WORKER" else key): text for key, text in feed_row(1).items()}
    slipped = upload(client, "factories.feed", as_csv(typo))
    assert slipped.state == Batch.State.MAPPING
    assert "อาจเป็น “TOTAL_WORKER”" in page(client, "intake:batch-detail", slipped.uuid)


def test_bad_choices_through_the_service_name_every_reason(people: People, sign_in: SignIn) -> None:
    client = sign_in(people.officer)
    batch = upload(client, "factories.feed", foreign(feed_row(1)))
    choice = mapping.Choice("", 0, {0: "nothing", 1: "name", 2: "name"}, "ก" * 121)
    with people.officer.scope.active(), pytest.raises(Invalid) as caught:
        mapping.agree(actor=people.officer, batch_uuid=batch.uuid, choice=choice)
    assert set(caught.value.fields) == {"", "c0", "c2", "name"}


def test_without_authority_the_page_is_closed(people: People, sign_in: SignIn) -> None:
    batch = upload(sign_in(people.officer), "factories.feed", foreign(feed_row(1)))
    client = sign_in(people.inspector)
    url = reverse("intake:batch-mapping", args=[batch.uuid])
    assert client.get(url).status_code == 403
    assert client.post(url, {"row": "0", "sheet": ""}).status_code == 403
    file = SimpleUploadedFile("f.csv", foreign(feed_row(1)))
    assert (
        client.post(reverse("intake:batch-import", args=["factories.feed"]), {"file": file}).status_code
        == 403
    )
