"""A practice portal cannot be mistaken for the real one, nor reach it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.http import FileResponse, HttpResponse
from django.test import Client
from pypdf import PdfReader

from offices.documents.kinds import APPOINTMENT_ORDER, kind_of
from portal import dated, practice
from portal.pdf import render_pdf
from portal.screens.columns import Column as Shown
from portal.screens.export import rows_answer
from portal.sheets.guard import inspect_upload
from portal.sheets.reader import copy_rows, read_table
from portal.sheets.spec import Column, SheetSpec
from portal.sheets.writer import write_marked_workbook, write_template, write_xlsx
from tests.screens.conftest import account

APART = {
    "DJANGO_SETTINGS_MODULE": "portal.settings.practice",
    "PORTAL_DATABASE_URL": "postgresql://a@db:5432/portal",
    "PORTAL_SECRET_KEY": "r" * 60,
    "PORTAL_PRACTICE_DATABASE_URL": "postgresql://a@db:5432/practice",
    "PORTAL_PRACTICE_SECRET_KEY": "p" * 60,
    "PORTAL_PRACTICE_REDIS_URL": "redis://redis:6379/1",
}


def check(code: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    program = (
        f"import django; from django.conf import settings; settings.SECRET_KEY\n{code}\ndjango.setup()\n"
        "from portal.startup import demand_checks; demand_checks(); print('starts')"
    )
    env = {"PATH": "/usr/bin:/bin", **APART, **environment}
    return subprocess.run(
        [sys.executable, "-c", program], env=env, capture_output=True, text=True, timeout=60
    )


def test_one_that_is_apart_starts():
    result = check()
    assert "starts" in result.stdout, result.stderr


@pytest.mark.parametrize(
    ("environment", "error"),
    [
        ({"PORTAL_PRACTICE_DATABASE_URL": APART["PORTAL_DATABASE_URL"]}, "portal.E020"),
        ({"PORTAL_PRACTICE_DATABASE_URL": "postgresql://other:x@db:5432/portal"}, "portal.E020"),
        ({"PORTAL_PRACTICE_SECRET_KEY": APART["PORTAL_SECRET_KEY"]}, "portal.E021"),
    ],
)
def test_what_is_shared_with_the_real_one_stops_it(environment, error):
    result = check(**environment)
    assert result.returncode != 0 and error in result.stderr


def test_mail_that_would_leave_stops_it():
    result = check("settings.EMAIL_BACKEND = 'django.core.mail.backends.smtp.EmailBackend'")
    assert result.returncode != 0 and "portal.E022" in result.stderr


def test_behind_the_proxy_forms_are_sent_and_cookies_are_kept_as_in_production():
    result = check(
        "assert settings.SECURE_PROXY_SSL_HEADER == ('HTTP_X_FORWARDED_PROTO', 'https')\n"
        "assert settings.CSRF_TRUSTED_ORIGINS == ['https://practice.example.go.th']\n"
        "assert settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE",
        PORTAL_PRACTICE_HOSTS="practice.example.go.th",
    )
    assert "starts" in result.stdout, result.stderr


@pytest.mark.django_db
def test_only_a_practice_database_is_emptied():
    with pytest.raises(CommandError, match="ไม่ใช่ระบบฝึกปฏิบัติ"):
        call_command("practice_reset")


@pytest.mark.django_db
def test_not_even_in_practice_when_the_database_is_the_real_one(settings, monkeypatch):
    settings.PRACTICE = True
    monkeypatch.setenv("PORTAL_PRACTICE_DATABASE_URL", os.environ["PORTAL_DATABASE_URL"])
    with pytest.raises(CommandError, match=r"E020|database of the real one"):
        call_command("practice_reset")


def test_every_page_of_a_paper_says_so(settings):
    html = "<p>หนึ่ง</p><p style='break-before: page'>สอง</p>"
    assert practice.MARK not in text(render_pdf(html, title="x"))[0]
    settings.PRACTICE = True
    pages = text(render_pdf(html, title="x"))
    assert len(pages) == 2 and all("ฝึกปฏิบัติ" in page for page in pages)


def text(paper: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(paper)).pages]


@pytest.mark.django_db
def test_numbers_of_practice_are_no_numbers_of_a_register(settings):
    from datetime import date

    kind, day = kind_of(APPOINTMENT_ORDER), date(2026, 11, 22)
    assert kind.printed(7, 2569, office_code="25", day=day) == "ที่ 7/2569"
    settings.PRACTICE = True
    assert kind.printed(7, 2569, office_code="25", day=day) == "ฝึกที่ 7/2569"
    said = [*dated.declaration(kind.prefix_key).faults("ฝึกที่")]
    assert said and "สงวนไว้" in said[0]


@pytest.mark.django_db
def test_every_page_says_so(settings):
    address = "/accounts/login/"
    assert "ระบบฝึกปฏิบัติ" not in Client().get(address).content.decode()
    settings.PRACTICE = True
    assert "ระบบฝึกปฏิบัติ" in Client().get(address).content.decode()


# --- Files that leave ---

SPEC = SheetSpec(
    code="practice",
    title="ฝึก",
    columns=(Column("name", "ชื่อ", required=True), Column("amount", "จำนวน", kind="decimal")),
)
ROOT = Path(__file__).resolve().parents[2]


def test_every_workbook_bears_the_mark_and_imports_as_before(settings, tmp_path):
    rows = [("กมล", Decimal("1.5")), ("ขวัญ", None)]

    def made(name):
        paths = [tmp_path / f"{name}-{nth}.xlsx" for nth in range(4)]
        write_xlsx(SPEC, rows, paths[0])
        write_template(SPEC, paths[1], prefilled_rows=rows)
        write_marked_workbook(SPEC, [(2, ["กมล", "1.5"]), (3, ["ขวัญ", None])], [], paths[2])
        answer = rows_answer("รายการ", "xlsx", [Shown("name", "ชื่อ")], [{"name": "กมล"}])
        paths[3].write_bytes(b"".join(answer.streaming_content))
        return paths

    for path in made("real"):
        assert practice.MARK not in str(openpyxl.load_workbook(path).properties.description)
    settings.PRACTICE = True
    for path in made("practice"):
        book = openpyxl.load_workbook(path)
        assert book.properties.description == practice.MARK
        assert all(sheet.oddHeader.center.text == practice.MARK for sheet in book.worksheets)
    for path in (tmp_path / f"practice-{nth}.xlsx" for nth in range(3)):
        out = tmp_path / path.stem
        out.mkdir()
        read = read_table(path, kind=inspect_upload(path, path.name), spec=SPEC, out_dir=out)
        assert [row[1:] for row in copy_rows(read.path)] == [["กมล", "1.5"], ["ขวัญ", None]], path.name
        assert read.findings == ()


def test_no_writer_of_workbooks_forgets_the_mark():
    ours = ("portal", "offices", "factories", "mining", "promotion", "reporting")
    sources = [path for app in ours for path in (ROOT / app).rglob("*.py")]
    writers = [path for path in sources if re.search(r"xlsxwriter\.Workbook\(", path.read_text())]
    assert len(writers) >= 6
    assert [path for path in writers if "practice.mark_workbook(" not in path.read_text()] == []


def test_every_file_that_leaves_is_called_practice(settings):
    def called(response):
        practice.mark_download(response)
        return response.headers.get("Content-Disposition", "")

    def named(name):
        return FileResponse(BytesIO(b"x"), as_attachment=True, filename=name)

    assert "seal-7.pdf" in called(named("seal-7.pdf")) and "%E0%B8%9D" not in called(named("seal-7.pdf"))
    settings.PRACTICE = True
    thai = "attachment; filename*=utf-8''%E0%B8%9D%E0%B8%B6%E0%B8%81-"
    assert called(named("seal-7.pdf")) == f"{thai}seal-7.pdf"
    assert called(named("บัญชี 1.csv")) == f"{thai}%E0%B8%9A%E0%B8%B1%E0%B8%8D%E0%B8%8A%E0%B8%B5%201.csv"
    twice = named("บัญชี 1.csv")
    assert called(twice) == called(twice), "the mark stands once"
    assert called(HttpResponse("page")) == ""
    inline = HttpResponse("x", headers={"Content-Disposition": 'inline; filename="a.svg"'})
    assert called(inline) == 'inline; filename="a.svg"'


@pytest.mark.django_db
def test_an_export_of_a_page_is_called_practice(settings):
    client, address = Client(), "/offices/people/?export=xlsx"
    client.force_login(account("CENTRAL_ADMIN"))
    assert "%E0%B8%9D%E0%B8%B6%E0%B8%81-" not in client.get(address).headers["Content-Disposition"]
    settings.PRACTICE = True
    assert "%E0%B8%9D%E0%B8%B6%E0%B8%81-" in client.get(address).headers["Content-Disposition"]
