"""The chain of seals: nothing finished is missed, nothing sealed is changed without being named."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from portal import audit, seals, tasks
from portal.models import AuditEvent, Seal, SealPart
from portal.scope import nation
from portal.seals import chain
from tests.concurrency.threads import in_threads

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.real, pytest.mark.alone]


@pytest.fixture(autouse=True)
def everywhere() -> Iterator[None]:
    with nation("test"):
        yield


def note(count: int = 1) -> AuditEvent:
    return [audit.record(None, "test.noted", n=n) for n in range(count)][-1]


def by_force(statement: str, *values: object) -> None:
    """As somebody who owns the server: no trigger and no foreign key looks."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET LOCAL session_replication_role = origin")


def faults(*heads: str) -> list[tuple[str, str, int | None]]:
    return [(fault.kind, fault.table, fault.row or fault.seal) for fault in seals.verify(heads=heads).faults]


def sealed_ids() -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT generate_series(lower(r), upper(r) - 1) FROM portal_sealpart p, unnest(p.ids) r
               WHERE p.table_name = 'portal_auditevent'"""
        )
        found = [row[0] for row in cursor.fetchall()]
    assert len(found) == len(set(found)), "a row sealed twice"
    return set(found)


def floor() -> int:
    last = seals.latest()
    return last.tables["portal_auditevent"]["floor"] if last else 0


class Elsewhere:
    """A transaction of another connection that stays open until it is told to end."""

    def __init__(self) -> None:
        self._wrote, self._go, self.row = threading.Event(), threading.Event(), 0
        self._commit = True
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        assert self._wrote.wait(10)

    def _run(self) -> None:
        try:
            with nation("test"), transaction.atomic():
                self.row = note().pk
                self._wrote.set()
                self._go.wait(30)
                transaction.set_rollback(not self._commit)
        finally:
            connection.close()

    def end(self, *, commit: bool = True) -> int:
        self._commit = commit
        self._go.set()
        self._thread.join()
        return self.row


# --- sealing ---


def test_links_follow_one_another_and_hold():
    note(3)
    first = seals.seal()
    note(2)
    second = seals.seal()
    assert first and second
    assert (first.seq, first.previous, first.row_count) == (1, "", 3)
    assert (second.seq, second.previous, second.row_count) == (2, first.hash, 2)
    assert faults(first.hash, second.short) == []
    assert seals.seal() is None, "nothing new, no seal"


def test_an_open_transaction_is_sealed_by_the_next_seal_and_never_missed():
    before = note()
    late = Elsewhere()
    after = note()
    seals.seal()
    assert before.pk < late.row < after.pk
    assert sealed_ids() == {before.pk, after.pk}
    for _round in range(4):  # however many seals go by while it is open
        note()
        seals.seal()
        assert floor() < late.row
    late.end()
    seals.seal()
    assert late.row in sealed_ids()
    assert sealed_ids() == set(AuditEvent.objects.values_list("pk", flat=True))
    assert faults() == []


def test_the_floor_passes_what_was_rolled_back_but_only_with_grace():
    note()
    gone = Elsewhere()
    note()
    seals.seal()
    gone.end(commit=False)
    heights = []
    for _round in range(3):
        note()
        seals.seal()
        heights.append(floor() > gone.row)
    assert heights == [False, True, True]


def test_after_a_restore_on_another_server_no_transaction_is_waited_for():
    note()
    seals.seal()
    by_force("UPDATE portal_seal SET to_xid = 9000000000000000000, cluster = 'another'")
    note()
    seals.seal()
    seals.seal()
    note()
    seals.seal()
    assert floor() > 0


def test_what_the_session_prefers_changes_no_hash_and_is_left_as_it_was():
    with connection.cursor() as cursor:
        try:
            cursor.execute("SET TimeZone = 'Asia/Tokyo'")
            note()
            seals.seal()
            cursor.execute("SHOW TimeZone")
            assert cursor.fetchone()[0] == "Asia/Tokyo"
            cursor.execute("SET TimeZone = 'UTC'")
            assert faults() == []
        finally:
            cursor.execute("SET TimeZone = 'UTC'")


def test_two_at_once_make_one_seal():
    note(5)
    made = in_threads([seals.seal] * 4)
    assert sum(isinstance(one, Seal) for one in made) == 1 and made.count(None) == 3
    assert Seal.objects.count() == 1 and faults() == []


def test_a_death_in_the_middle_leaves_nothing(monkeypatch: pytest.MonkeyPatch):
    note(5)

    def dies(*args: object) -> str:
        assert SealPart.objects.exists()  # the parts are there already
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(chain, "link_hash", dies)
        with pytest.raises(SystemExit):
            seals.seal()
    assert not Seal.objects.exists() and not SealPart.objects.exists()
    assert seals.seal() is not None and faults() == []


def test_many_rows_are_cut_into_parts(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(chain, "PART_ROWS", 3)
    note(8)
    seals.seal()
    assert sorted(SealPart.objects.values_list("row_count", flat=True)) == [2, 3, 3]
    assert faults() == []


@hypothesis_settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(["open", "commit", "roll back", "note", "seal"]), min_size=3, max_size=14))
def test_whatever_commits_when_everything_is_sealed_once(acts: list[str]):
    waiting: list[Elsewhere] = []
    try:
        for act in acts:
            if act == "open" and len(waiting) < 3:
                waiting.append(Elsewhere())
            elif act in ("commit", "roll back") and waiting:
                waiting.pop(0).end(commit=act == "commit")
            elif act == "note":
                note()
            elif act == "seal":
                seals.seal()
                assert faults() == []
    finally:
        for one in waiting:
            one.end()
    seals.seal()
    assert sealed_ids() == set(AuditEvent.objects.values_list("pk", flat=True))
    report = seals.verify()
    assert (report.faults, report.unsealed) == ([], 0)


# --- what is found ---


@pytest.fixture
def three() -> list[Seal]:
    """Three seals with three events each; the ids of the first are settled."""
    made = []
    for _round in range(3):
        note(3)
        made.append(seals.seal())
    assert floor() > 0
    return made  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE portal_seal SET at = at + interval '1 hour' WHERE seq = 2", ("seal", "", 2)),
        ("UPDATE portal_seal SET tables = '{}' WHERE seq = 2", ("seal", "", 2)),
        ("UPDATE portal_seal SET row_count = row_count + 1 WHERE seq = 1", ("seal", "", 1)),
        ("UPDATE portal_seal SET hash = repeat('a', 64) WHERE seq = 1", ("seal", "", 1)),
        ("UPDATE portal_seal SET previous = repeat('a', 64) WHERE seq = 3", ("seal", "", 3)),
        ("DELETE FROM portal_seal WHERE seq = 1", ("seal", "", 1)),
        ("DELETE FROM portal_sealpart WHERE seal_id = 2", ("seal", "", 2)),
        ("UPDATE portal_sealpart SET hashes = '\\x00' WHERE seal_id = 2", ("seal", "", 2)),
        ("UPDATE portal_sealpart SET ids = '{}' WHERE seal_id = 2", ("seal", "", 2)),
        ("UPDATE portal_sealpart SET columns = '{id}' WHERE seal_id = 2", ("seal", "", 2)),
        ("UPDATE portal_sealpart SET table_name = 'portal_job' WHERE seal_id = 2", ("seal", "", 2)),
    ],
)
def test_a_change_of_the_chain_is_named(three, statement: str, fault: tuple):
    by_force(statement)
    assert fault in faults()


def test_seals_cut_off_the_end_are_found_with_a_head_from_outside(three):
    by_force("DELETE FROM portal_sealpart WHERE seal_id > 1")
    by_force("DELETE FROM portal_seal WHERE seq > 1")
    by_force("DELETE FROM portal_auditevent WHERE id > %s", max(sealed_ids()))
    assert faults() == [], "by itself the rest is a chain"
    assert [kind for kind, _table, _row in faults(three[2].hash)] == ["head"]
    assert [kind for kind, _table, _row in faults(three[2].short)] == ["head"]
    assert faults(three[0].hash) == []
    assert [kind for kind, _table, _row in faults("12")] == ["head"], "too short to say anything"


def test_a_chain_made_anew_is_found_with_a_head_from_outside(three):
    by_force("DELETE FROM portal_sealpart")
    by_force("DELETE FROM portal_seal")
    by_force("UPDATE portal_auditevent SET actor_name = 'ผู้อื่น'")
    seals.seal()
    assert faults() == []
    assert [kind for kind, _table, _row in faults(three[1].hash)] == ["head"]


def test_who_made_a_change_is_sealed_with_the_change():
    from offices.models import Person

    with audit.context(None, batch="a"):
        Person.objects.create(title_th="นาย", first_th="ก", last_th="ข", employment="contract")
    seals.seal()
    by_force('UPDATE pghistory_context SET metadata = metadata || \'{"name": "ผู้อื่น"}\'')
    assert [(kind, table) for kind, table, _row in faults()] == [("changed", "offices_personevent")]


def test_vacuum_and_new_columns_change_nothing(three):
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (FREEZE, FULL) portal_auditevent")
        cursor.execute("ALTER TABLE portal_auditevent ADD COLUMN later text NOT NULL DEFAULT 'x'")
        try:
            assert faults() == []
        finally:
            cursor.execute("ALTER TABLE portal_auditevent DROP COLUMN later")


def test_a_column_that_is_gone_is_named(three):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE portal_auditevent RENAME COLUMN actor_name TO who")
        try:
            found = seals.verify().faults
        finally:
            cursor.execute("ALTER TABLE portal_auditevent RENAME COLUMN who TO actor_name")
    assert [(fault.kind, fault.table) for fault in found] == [("schema", "portal_auditevent")]
    assert "actor_name" in found[0].text


def test_the_command_says_what_is_wrong_and_ends_with_one(three):
    out = io.StringIO()
    call_command("verify_audit", head=[three[2].hash], stdout=out)
    assert "ถูกต้องครบถ้วน" in out.getvalue() and three[2].hash in out.getvalue()
    row = min(sealed_ids())
    by_force("UPDATE portal_auditevent SET verb = 'x' WHERE id = %s", row)
    with pytest.raises(CommandError) as error:
        call_command("verify_audit", stdout=out)
    assert error.value.returncode == 1
    assert f"ตาราง portal_auditevent แถว {row} ถูกแก้ไขหลังผนึกลำดับที่ 1" in out.getvalue()


# --- the world outside ---


def test_the_head_is_mailed_outside(settings):
    settings.SEAL_MAIL_TO = ["keeper@example.org"]
    note()
    assert tasks.seal_audit() == 1
    head = Seal.objects.get().hash
    assert [letter.to for letter in mail.outbox] == [["keeper@example.org"]] and head in mail.outbox[0].body
    assert tasks.seal_audit() == 0 and len(mail.outbox) == 1


def test_a_post_office_that_is_away_stops_no_seal(settings, caplog):
    settings.SEAL_MAIL_TO = ["keeper@example.org"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    note()
    assert tasks.seal_audit() == 1
    assert Seal.objects.count() == 1 and "was not mailed" in caplog.text
