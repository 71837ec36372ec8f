"""The demonstration staff: complete, the same each time, refused outside the demonstration."""

import random
from datetime import date
from io import StringIO

import pytest
from django.contrib.auth.hashers import check_password
from django.core.management import CommandError, call_command
from django.db import transaction

from offices import demo
from offices.models import Person
from offices.selectors.actors import in_force, resolve
from offices.staffing.selectors import board
from portal.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]
TODAY = date(2026, 11, 22)


@pytest.fixture
def staff():
    call_command("load_reference", stdout=StringIO())
    return demo.create_staff(rng=random.Random(7), today=TODAY)


def actor(email: str):
    return resolve(User.objects.get(email=f"{email}@demo.invalid"), TODAY)


def test_every_pilot_is_staffed_and_the_review_paths_differ(staff):
    for code in demo.PILOTS:
        kinds = list(in_force(TODAY).filter(office__code=code).values_list("kind", "group__code"))
        assert ("CHIEF", None) in kinds and ("ASSISTANT", "POLICY") in kinds
        assert (("ASSISTANT", "FACTORY") in kinds) is (code != "19")
        assert kinds.count(("OFFICER", "FACTORY")) in (2, 3)
    assert actor("head.factory.25").kinds() == {"GROUP_HEAD", "ASSISTANT"}
    assert actor("head.factory.19").kinds() == {"GROUP_HEAD"}
    assert actor("head.promo.73").kinds() == set()  # retired on 30 September
    assert len(staff) == Person.objects.filter(user__isnull=False).count() > 150


def test_staff_hold_numbered_posts_one_is_vacant_and_one_has_acted_for_long(staff):
    rows = {row.code: row for row in board.board(TODAY).rows}
    for code in demo.PILOTS:
        assert rows[code].posts > rows[code].filled > 0 and rows[code].signs
    assert rows["26"].long_acting == 1 and not rows["26"].posts
    assert sum(row.retiring for row in rows.values()) > 0
    zones = set()
    for number in range(1, 6):
        zones |= actor(f"inspector.{number}").scope.provinces
    assert len(zones) == 77
    assert actor("admin.1").scope.is_nation and actor("admin.2").scope.is_nation
    assert actor("chief.71").scope.provinces == {"71"}


def test_the_same_seed_makes_the_same_people():
    call_command("load_reference", stdout=StringIO())
    runs = []
    for seed in (7, 7, 8):
        before = transaction.savepoint()
        runs.append(
            [(entry.email, entry.name) for entry in demo.create_staff(rng=random.Random(seed), today=TODAY)]
        )
        transaction.savepoint_rollback(before)
    assert runs[0] == runs[1] != runs[2]


def test_signing_in_needs_the_printed_secret(staff, client):
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import (
        TOTP,
        format_hotp_value,
        hotp_value,
        yield_hotp_counters_from_time,
    )

    user = User.objects.get(email="officer.25@demo.invalid")
    assert check_password(demo.PASSWORD, user.password)
    counter = next(iter(yield_hotp_counters_from_time()))
    code = format_hotp_value(hotp_value(demo.totp_secret(user.email), counter))
    assert TOTP(Authenticator.objects.get(user=user)).validate_code(code)


def test_the_command_prints_one_account_for_each_role(staff, settings):
    said = StringIO()
    call_command("demo_signins", stdout=said)
    lines = said.getvalue().splitlines()
    assert demo.PASSWORD in lines[0] and len(lines) == 11
    assert all(demo.totp_secret(line.split()[0]) in line for line in lines[1:])
    said = StringIO()
    call_command("demo_signins", "--all", stdout=said)
    assert len(said.getvalue().splitlines()) == len(staff) + 1
    settings.DEMO = False
    with pytest.raises(CommandError):
        call_command("demo_signins")


def test_without_staff_the_command_says_so():
    said = StringIO()
    call_command("demo_signins", stdout=said)
    assert "ยังไม่มี" in said.getvalue()
