"""Every bad file through the real upload page: a clear Thai sentence, and nothing written."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from factories.models import Factory
from factories.sheets import REGISTER
from portal.intake import services
from portal.intake.handlers import IntakeError
from portal.models import Batch, BatchFinding, StoredFile
from portal.scope import nation
from portal.sheets.spec import SheetSpec
from portal.sheets.writer import write_template, write_xlsx
from tests.factories.test_pages import SignIn, page, upload
from tests.factories.world import People, as_csv, codes, feed_row
from tests.sheets import zoo

pytestmark = pytest.mark.django_db


def _bomb(folder: Path) -> bytes:
    path = zoo.package(
        folder / "b", zoo.parts(zoo.sheet("<row/>")) | {"xl/media/a.xml": b"<a>" + b" " * 300_000_000}
    )
    return path.read_bytes()


def _macro(folder: Path) -> bytes:
    more = {"xl/vbaProject.bin": zoo.OLE + b"x"}
    return zoo.package(folder / "m", zoo.parts(zoo.sheet("<row/>")) | more).read_bytes()


def _far(folder: Path) -> bytes:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    return zoo.workbook(folder / "far", zoo.sheet(rows)).read_bytes()


REFUSED: dict[str, tuple[Callable[[Path], bytes], str, str]] = {
    "empty": (lambda folder: b"", "f.csv", "ว่าง"),
    "picture": (lambda folder: b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "f.csv", "รูปภาพ"),
    "renamed pdf": (lambda folder: b"%PDF-1.7 ...", "f.xlsx", "PDF"),
    "web page": (lambda folder: b"<html><table></table></html>", "f.csv", "HTML"),
    "encrypted": (lambda folder: zoo.encrypted_ole(folder / "e").read_bytes(), "f.xlsx", "รหัสผ่าน"),
    "macro": (_macro, "f.xlsx", "มาโคร"),
    "bomb": (_bomb, "f.xlsx", ""),
    "far cell": (_far, "f.xlsx", "ไกลเกิน"),
    "binary": (lambda folder: b"a,b\n\x00\x01\n", "f.csv", "CSV"),
    "broken bytes": (
        lambda folder: "ชื่อ,ข\n".encode() + b"\xff\xfe\xfd\n" + "ก,ข\n".encode(),
        "f.csv",
        "UTF-8",
    ),
    "no table": (lambda folder: "วันที่,ยอด\n".encode(), "f.csv", "หัวตาราง"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_file_that_cannot_be_taken(people: People, sign_in: SignIn, tmp_path: Path, what: str) -> None:
    make, name, says = REFUSED[what]
    client = sign_in(people.officer)
    batch = upload(client, "factories.feed", make(tmp_path), name)
    assert batch.state == Batch.State.REFUSED
    html = page(client, "intake:batch-detail", batch.uuid)
    assert says in batch.refusal and batch.refusal.split("\n")[0].split(" ")[0] in html
    assert any("\u0e01" <= letter <= "\u0e5b" for letter in batch.refusal)
    with nation("test"):
        assert Factory.objects.count() == 0
        assert StoredFile.objects.get(pk=batch.file_id).state == StoredFile.State.REFUSED
    assert client.post(reverse("intake:batch-apply", args=[batch.uuid]), {"plan": ""}).status_code == 422


@pytest.mark.parametrize("encoding", ["cp874", "utf-16", "utf-8", "utf-8-sig"])
def test_thai_in_every_encoding(people: People, sign_in: SignIn, encoding: str) -> None:
    data = as_csv(feed_row(1)).decode("utf-8-sig").encode(encoding)
    batch = upload(sign_in(people.officer), "factories.feed", data)
    assert (batch.state, batch.counts["new"]) == (Batch.State.PREVIEWED, 1)
    assert batch.rows.get().data["name"] == "ลานมันสมมติ 1"


def test_a_renamed_workbook_is_read_by_its_content(people: People, sign_in: SignIn, tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    write_xlsx(REGISTER, [{"old_number": "จ3-9(6)-901/69ปจ", "province": "ปราจีนบุรี", "name": "ก"}], path)
    batch = upload(sign_in(people.officer), "factories.register", path.read_bytes(), "t.csv")
    assert batch.counts["new"] == 1
    assert any("เนื้อหาเป็น" in note for note in batch.notes)


def test_a_stale_template_is_refused_with_everything_else_found(
    people: People, sign_in: SignIn, tmp_path: Path
) -> None:
    old = SheetSpec(
        **{f: getattr(REGISTER, f) for f in ("code", "title", "columns", "sheet_name", "sections")}, version=7
    )
    path = tmp_path / "t.xlsx"
    write_template(old, path, prefilled_rows=[{"old_number": "x", "workers": 1}])
    batch = upload(sign_in(people.officer), "factories.register", path.read_bytes(), "t.xlsx")
    assert batch.state == Batch.State.REFUSED
    assert {"stale_template", "required"} <= set(codes(batch))


def test_all_findings_at_once_and_their_true_number(
    people: People, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from portal.intake import stage

    monkeypatch.setattr(stage, "FINDINGS_KEPT", 5)
    rows = [feed_row(n, HP="มาก", FAMPNAME="ไม่มี", FNAME=" ") for n in range(1, 31)]
    client = sign_in(people.officer)
    batch = upload(client, "factories.feed", as_csv(*rows))
    assert {code: codes(batch)[code] for code in ("not_number", "district_unknown", "no_name")} == {
        "not_number": 30, "district_unknown": 30, "no_name": 30,
    }  # fmt: skip
    assert BatchFinding.objects.filter(batch=batch, code="no_name").count() == 5
    html = page(client, "intake:batch-detail", batch.uuid)
    assert "30 แห่ง" in html and "และอีก 25 แห่ง" in html


def test_more_bad_cells_than_can_be_handed_over_refuse_the_file(
    people: People, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from portal.intake import reading

    monkeypatch.setattr(reading, "FINDINGS_READ", 3)
    rows = [feed_row(n, DISPFACREG="1.23E+12") for n in range(1, 9)]
    batch = upload(sign_in(people.officer), "factories.feed", as_csv(*rows))
    assert batch.state == Batch.State.REFUSED
    assert "too_many_findings" in codes(batch)


def test_the_same_file_twice_says_so_whatever_its_name(people: People, sign_in: SignIn) -> None:
    client = sign_in(people.officer)
    first = upload(client, "factories.feed", as_csv(feed_row(1)), "ก.csv")
    second = upload(client, "factories.feed", as_csv(feed_row(1)), "ข.csv")
    assert first.notes == []
    assert "เคยส่งแล้ว" in page(client, "intake:batch-detail", second.uuid)
    third = upload(sign_in(people.stranger), "factories.feed", as_csv(feed_row(1)))
    assert third.notes == []  # what another office sends is not ours to know


def test_too_large_a_file_is_refused_at_the_door(people: People, sign_in: SignIn, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 100
    url = reverse("intake:batch-import", args=["factories.feed"])
    file = SimpleUploadedFile("f.csv", as_csv(feed_row(1)))
    answer = sign_in(people.officer).post(url, {"file": file, "office": str(people.office.pk)})
    assert answer.status_code == 422 and "เกินที่รับได้" in answer.content.decode()


def test_the_whole_register_may_be_larger_for_the_centre_only(people: People, settings: Any) -> None:
    data = as_csv(feed_row(1))
    settings.UPLOAD_MAX_BYTES = 100
    settings.UPLOAD_MAX_BYTES_OF_REGISTER = len(data)

    def send(handler: str, office: int | None, more: bytes = b"") -> Batch:
        with nation("test"):
            return services.receive(
                actor=people.centre,
                handler_code=handler,
                upload=services.Upload("f.csv", BytesIO(data + more)),
                office_id=office,
            )

    assert send("factories.feed", None).state == Batch.State.RECEIVED
    for handler, office, more in (
        ("factories.feed", None, b"\n"),
        ("factories.feed", people.office.pk, b""),
        ("factories.export", None, b""),
    ):
        with pytest.raises(IntakeError, match="เกินที่รับได้"):
            send(handler, office, more)


@pytest.mark.parametrize("who", ["inspector", "officer"])
def test_for_another_office_or_without_authority(people: People, sign_in: SignIn, who: str) -> None:
    url = reverse("intake:batch-import", args=["factories.feed"])
    client = sign_in(getattr(people, who))
    office = people.office if who == "inspector" else people.other
    answer = client.post(
        url, {"file": SimpleUploadedFile("f.csv", as_csv(feed_row(1))), "office": str(office.pk)}
    )
    assert answer.status_code == (403 if who == "inspector" else 422)
    with nation("test"):
        assert Batch.objects.count() == 0


def test_the_file_lies_in_the_private_storage(people: People, sign_in: SignIn) -> None:
    batch = upload(sign_in(people.officer), "factories.feed", as_csv(feed_row(1)), "../../ชื่อ.csv")
    assert batch.file is not None
    assert batch.file.name == "ชื่อ.csv"
    assert Path(batch.file.file.path).is_relative_to(project.DATA_DIR)
