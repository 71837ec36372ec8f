import json
import logging
import sys

import pytest

from portal import logs
from portal.logs import JsonFormatter, redact


def line(message, *args, exc_info=None):
    record = logging.LogRecord("portal.test", logging.WARNING, __file__, 1, message, args, exc_info)
    text = JsonFormatter().format(record)
    assert "\n" not in text
    return json.loads(text)


def test_one_object_per_line_with_request_and_job():
    request, job = logs.request_id.set("r-1"), logs.job_id.set("j-2")
    try:
        entry = line("อ่านไฟล์ %s\nแล้ว", "ม.ค.")
    finally:
        logs.request_id.reset(request)
        logs.job_id.reset(job)
    assert entry.pop("ts").endswith("+00:00")
    assert entry == {
        "level": "WARNING", "logger": "portal.test", "message": "อ่านไฟล์ ม.ค.\nแล้ว", "request_id": "r-1",
        "job_id": "j-2",
    }  # fmt: skip
    assert line("x")["request_id"] is None


def test_exceptions_are_told_and_redacted():
    try:
        raise ValueError("เลข 9123456789012 ของ somchai@example.go.th")
    except ValueError:
        entry = line("ผิดพลาด", exc_info=sys.exc_info())
    assert "ValueError" in entry["exception"]
    assert "test_logs.py" in entry["exception"]
    assert "9123456789012" not in entry["exception"]
    assert "somchai" not in entry["exception"]


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("เลข 9123456789012 ซ้ำ", "9123456789012"), ("9-1234-56789-01-2", "56789"),
        ("9 1234 56789 01 2", "56789"), ("๙๑๒๓๔๕๖๗๘๙๐๑๒", "๙๑๒๓"),
        ("Key (national_id)=(9123456789012) already exists", "9123456789012"), ("a.b+c@moi.go.th", "moi"),
        ("อีเมล <x_y@example.com>", "x_y"),
        ("password=hunter2 next", "hunter2"), ('{"password": "hun\\"ter2", "a": 1}', "ter2"),
        ("{'new_password1': 'hunter 2'}", "hunter"),
        ("Key (password)=(hunter2)", "hunter2"), ("PASSWORD : hunter2", "hunter2"),
        ("password => hunter2", "hunter2"), ("รหัสผ่าน: hunter2", "hunter2"),
        ("Authorization: Bearer abc.def-ghi123", "abc.def"), ("sent Bearer abcdefgh12345678", "abcdefgh"),
        ("Cookie: sessionid=abcdef123", "abcdef"),
        ("csrfmiddlewaretoken=abc123", "abc123"), ("postgresql://portal:hunter2@db/portal", "hunter2"),
        ("redis://:hunter2@cache:6379/0", "hunter2"),
        ("SECRET_KEY='hunter2'", "hunter2"), ("<QueryDict: {'password': ['hunter2']}>", "hunter2"),
        ("otp=123456", "123456"),
    ],
)  # fmt: skip
def test_secrets_never_reach_a_log(text, secret):
    assert secret not in redact(text)
    assert secret not in json.dumps(line("%s", text), ensure_ascii=False)


@pytest.mark.parametrize(
    "text",
    [
        "โรงงาน 20259000125516 เดือน 2569-01", "2-0-25-90001-2551-6", "อ่าน 100,000 แถวใน 1.25 วินาที",
        "จ3-9(6)-100/51ปจ", "2026-11-22T09:30:00+00:00",
        "GET /factories/?page=2", "0b7f9b7e-64a4-4c4e-9a37-6f1a8c2d1e11",
    ],
)  # fmt: skip
def test_ordinary_lines_stay(text):
    assert redact(text) == text
