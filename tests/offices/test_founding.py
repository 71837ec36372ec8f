"""The founding act: once, whatever happens at the same moment; its passwords stay on the terminal."""

import threading
from datetime import date
from io import BytesIO, StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from offices.models import AppointmentOrder, Assignment, Person
from offices.selectors.actors import resolve
from offices.services.founding import Founder, found_centre
from portal.models import AuditEvent, StoredFile, User
from portal.problems import Conflict, Invalid
from portal.scope import nation
from tests.offices import make

TODAY = date(2026, 11, 22)


@pytest.fixture
def scan(tmp_path):
    path = tmp_path / "order.pdf"
    path.write_bytes(b"%PDF-1.4 order")
    return path


PAIR = ("นาย|ทดสอบ|สมมติ|first@demo.invalid", "นาง|ดารา|สมมติ|second@demo.invalid")


def run(scan, *people, day="20/11/2569"):
    said = StringIO()
    words = ["--issuer", "สำนักงานปลัดกระทรวงอุตสาหกรรม", "--number", "7", "--date", day, "--scan", str(scan)]
    for text in people or PAIR:
        words += ["--person", text]
    call_command("found_centre", *words, stdout=said)
    return said.getvalue()


@pytest.mark.django_db
def test_founding(scan, caplog):
    with nation("test"):
        make.centre()
    said = run(scan)
    assert Assignment.objects.count() == 2
    order = AppointmentOrder.objects.get()
    assert (order.signed_on, order.year_be, order.number) == (date(2026, 11, 20), 2569, "7")
    with nation("test"):
        assert StoredFile.objects.get().sha256 == AuditEvent.objects.earliest("id").data["scan_sha256"]
    assert AuditEvent.objects.earliest("id").verb == "centre.founded"
    user = User.objects.get(email="first@demo.invalid")
    line = next(line for line in said.splitlines() if user.email in line)
    password = line.split()[-1]
    assert user.check_password(password) and "TOTP" in said
    assert password not in caplog.text and password not in str(list(AuditEvent.objects.values()))
    actor = resolve(user, date(2026, 11, 22))
    assert actor.scope.is_nation and actor.kinds() == {"CENTRAL_ADMIN"}
    with pytest.raises(CommandError, match="ใช้ได้ครั้งเดียว"):
        run(scan)
    assert Person.objects.count() == 2


@pytest.mark.django_db
def test_even_an_ended_assignment_closes_the_door(scan):
    with nation("test"):
        make.centre()
        valid = make.span(date(2020, 1, 1), date(2021, 1, 1))
        make.assign(make.person(), "CHIEF", make.office(), valid=valid)
    with pytest.raises(CommandError, match="ใช้ได้ครั้งเดียว"):
        run(scan)


@pytest.mark.django_db
def test_what_the_command_cannot_take(scan, tmp_path):
    with pytest.raises(CommandError, match="load_reference"):
        run(scan)
    with nation("test"):
        make.centre()
    with pytest.raises(CommandError, match="4 ส่วน"):
        run(scan, "นาย|ทดสอบ")
    with pytest.raises(CommandError, match="ปีเพียงสองหลัก"):
        run(scan, day="20/11/69")
    with pytest.raises(CommandError, match="อนาคต"):
        run(scan, day="31/12/2650")
    with pytest.raises(CommandError, match="เปิดไฟล์สแกนไม่ได้"):
        run(tmp_path / "none.pdf")
    other = tmp_path / "order.doc"
    other.write_bytes(b"not a scan")
    with pytest.raises(CommandError, match="PDF"):
        run(other)
    with pytest.raises(CommandError) as caught:
        run(scan, "|ก|ข|x@demo.invalid", "นาย|ก|ข|X@demo.invalid", "นาย|ก|ข|nobody")
    assert all(part in str(caught.value) for part in ("คำนำหน้า", "ซ้ำกัน", "nobody"))
    assert not Person.objects.exists() and not AppointmentOrder.objects.exists()


@pytest.mark.django_db
def test_nobody_at_all():
    with nation("test"):
        make.centre()
    with pytest.raises(Invalid) as caught:
        found_centre(
            issuer=" ",
            number="",
            signed_on=TODAY,
            scan=("a.pdf", BytesIO(b"%PDF-")),
            founders=[],
            today=TODAY,
        )
    assert set(caught.value.fields) == {"issuer", "number", "person"}


@pytest.mark.django_db
def test_one_alone_founds_nothing(scan):
    """He could enter the next order, and nobody could confirm it."""
    with nation("test"):
        make.centre()
    with pytest.raises(CommandError, match="อย่างน้อย 2 คน"):
        run(scan, PAIR[0])
    assert not Assignment.objects.exists() and not User.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_ten_at_the_same_moment_found_one_centre():
    with nation("test"):
        make.centre()
    start, results = threading.Barrier(10), []

    def attempt(number: int) -> None:
        try:
            start.wait()
            found_centre(
                issuer="สปอ.",
                number=str(number),
                signed_on=TODAY,
                scan=("a.pdf", BytesIO(b"%PDF-")),
                founders=[
                    Founder("นาย", "ทดสอบ", "สมมติ", f"{which}{number}@demo.invalid")
                    for which in ("first", "second")
                ],
                today=TODAY,
            )
            results.append("founded")
        except Conflict:
            results.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["founded"] + ["refused"] * 9
    assert (Assignment.objects.count(), Person.objects.count(), AppointmentOrder.objects.count()) == (2, 2, 1)
