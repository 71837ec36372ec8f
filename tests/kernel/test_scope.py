"""Whose rows: nothing without a scope, no more than the scope, and no write beyond it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db.models import F, Value
from django_scopes.exceptions import ScopeError
from hypothesis import given
from hypothesis import strategies as st

from factories.models import Factory
from offices.models import Province
from portal import scope
from portal.models import Batch, StoredFile
from portal.scope import NATION, NOTHING, OutOfScope, Scope
from tests.offices import make

PRACHIN, BANGKOK = "25", "10"


def parts(values: st.SearchStrategy) -> st.SearchStrategy:
    return st.none() | st.frozensets(values, max_size=3)


scopes = st.builds(
    Scope,
    provinces=parts(st.sampled_from(["10", "25", "71"])),
    offices=parts(st.integers(1, 3)),
    subjects=parts(st.sampled_from(["factories", "mining"])),
    clearance=st.frozensets(st.sampled_from(["personal", "accident"])),
)


@given(scopes, scopes)
def test_who_holds_two_scopes_has_what_either_has_and_nothing_more(one: Scope, two: Scope) -> None:
    both = one.union(two)
    for code in ("10", "25", "71", "99"):
        assert both.has_province(code) == (one.has_province(code) or two.has_province(code))
    for office in (1, 2, 3, 9):
        assert both.has_office(office) == (one.has_office(office) or two.has_office(office))
    assert both.clearance == one.clearance | two.clearance
    assert both == two.union(one)
    assert one.union(NOTHING) == one


def test_the_whole_nation_is_both_all_provinces_and_all_offices() -> None:
    assert NATION.is_nation and not NOTHING.is_nation
    assert not Scope(provinces=None).is_nation and not Scope(offices=None).is_nation
    assert NATION.clearance == frozenset()  # never implied


def test_the_nation_is_opened_for_a_reason_only() -> None:
    with pytest.raises(ValueError, match="reason"), scope.nation(""):
        pass
    assert scope.current() is NOTHING


def test_a_scope_ends_with_its_block_and_when_it_breaks() -> None:
    outer, inner = Scope(provinces=frozenset({PRACHIN})), Scope(provinces=frozenset({BANGKOK}))
    with outer.active():
        with pytest.raises(ZeroDivisionError), inner.active():
            assert scope.current() is inner
            raise ZeroDivisionError
        assert scope.current() is outer
    assert scope.current() is NOTHING


@pytest.mark.parametrize("model", [Factory, Batch, StoredFile])
def test_without_a_scope_nothing_is_read_and_nothing_written(model: type) -> None:
    with pytest.raises(ScopeError):
        model.objects.count()
    with pytest.raises(OutOfScope, match="ไม่มีขอบเขต"):
        model().save()
    with pytest.raises(OutOfScope, match="ไม่มีขอบเขต"):
        model().delete()


def file(office: int | None) -> StoredFile:
    return StoredFile(name="a.csv", content_type="text/csv", size=1, purpose="test", office_id=office)


class TestWrites:
    """One writer of Prachin Buri: his own rows, and no others by any way of writing."""

    @pytest.fixture(autouse=True)
    def writer(self, db: None) -> Iterator[None]:
        with scope.nation("test"):
            self.ours, self.theirs = make.office().pk, make.office(BANGKOK, "กรุงเทพ").pk
            self.foreign = file(self.theirs)
            self.foreign.save()
        with Scope(provinces=frozenset({PRACHIN}), offices=frozenset({self.ours})).active():
            yield

    def test_own_rows_are_written_and_read(self) -> None:
        file(self.ours).save()
        StoredFile.objects.bulk_create([file(self.ours)])
        assert StoredFile.objects.count() == 2
        StoredFile.objects.first().delete()
        assert StoredFile.objects.count() == 1

    def test_foreign_rows_are_not_seen(self) -> None:
        assert not StoredFile.objects.exists()
        assert not StoredFile.objects.filter(pk=self.foreign.pk).update(name="b")

    def test_foreign_rows_are_not_written(self) -> None:
        with pytest.raises(OutOfScope, match="นอกขอบเขต"):
            file(self.theirs).save()
        with pytest.raises(OutOfScope, match="นอกขอบเขต"):
            StoredFile.objects.bulk_create(iter([file(self.ours), file(self.theirs)]))
        with pytest.raises(OutOfScope, match="นอกขอบเขต"):
            self.foreign.delete()
        with pytest.raises(OutOfScope, match="นอกขอบเขต"):
            Factory(province_id=BANGKOK).save()
        assert not StoredFile.objects.exists()

    def test_a_row_cannot_be_carried_away(self) -> None:
        mine = file(self.ours)
        mine.save()
        mine.office_id = self.theirs
        with pytest.raises(OutOfScope, match="นอกขอบเขต"):
            mine.save()

    def test_rows_are_not_changed_in_bulk_by_a_query_of_a_wider_scope(self) -> None:
        mine = file(self.ours)
        mine.save()
        with scope.nation("test"):
            everywhere = StoredFile.objects.all()
        for write in (lambda: everywhere.update(name="b"), everywhere.delete):
            with pytest.raises(OutOfScope, match="นอกขอบเขต"):
                write()
        assert everywhere.filter(pk=mine.pk).update(name="b") == 1, "a row of one's own, found widely"
        with scope.nation("test"):
            assert StoredFile.objects.get(pk=self.foreign.pk).name == "a.csv"

    def test_rows_are_not_carried_away_in_bulk(self) -> None:
        mine = file(self.ours)
        mine.save()
        rows = StoredFile.objects.filter(pk=mine.pk)
        for wrong in (self.theirs, Value(self.theirs), F("office_id") + 0):
            with pytest.raises(OutOfScope, match="นอกขอบเขต"):
                rows.update(office_id=wrong)
        with scope.nation("test"):
            factories = Factory.objects.all()
            bangkok = Province.objects.get(code=BANGKOK)
        with pytest.raises(OutOfScope, match="นอกขอบเขต"):
            factories.update(province=bangkok)
        assert rows.update(office_id=self.ours, name="b") == 1
        assert rows.update(office_id=None) == 1, "nobody's file is allowed to be nobody's"

    def test_bulk_update_is_guarded_row_by_row(self) -> None:
        mine = file(self.ours)
        mine.save()
        mine.name = "b"
        assert StoredFile.objects.bulk_update(iter([mine]), ["name"]) == 1
        with pytest.raises(OutOfScope, match="นอกขอบเขต"):
            StoredFile.objects.bulk_update([mine, self.foreign], ["name"])
        mine.office_id = self.theirs
        with pytest.raises(OutOfScope, match="นอกขอบเขต"):
            StoredFile.objects.bulk_update([mine], ["office_id"])
        with scope.nation("test"):
            assert sorted(StoredFile.objects.values_list("name", flat=True)) == ["a.csv", "b"]
            assert StoredFile.objects.bulk_update([mine], ["office_id"]) == 1
            assert StoredFile.objects.filter(office_id=self.theirs).count() == 2

    def test_a_row_that_is_nobodys_and_may_not_be_is_not_changed(self) -> None:
        with scope.nation("test"):
            Batch(spec_code="x").save()
            rows = Batch.objects.all()
        with pytest.raises(OutOfScope, match="นอกขอบเขต"):
            rows.update(spec_code="y")

    def test_nobodys_row_is_the_nations_unless_the_model_says_otherwise(self) -> None:
        file(None).save()
        with pytest.raises(OutOfScope, match="นอกขอบเขต"):
            Batch(spec_code="x").save()
        with scope.nation("test"):
            Batch(spec_code="x").save()
            assert Batch.objects.get().office_id is None


def test_a_query_kept_beyond_its_scope_writes_nothing(db: None) -> None:
    with scope.nation("test"):
        rows = StoredFile.objects.all()
    for write in (lambda: rows.update(name="b"), rows.delete):
        with pytest.raises(OutOfScope, match="ไม่มีขอบเขต"):
            write()
    with scope.nation("test"):
        assert rows.update(name="b") == 0 and rows.delete()[0] == 0


def test_a_province_writes_where_no_office_is_named(db: None) -> None:
    with scope.nation("test"):
        make.office()
    with Scope(provinces=frozenset({PRACHIN})).active():
        Factory(province_id=PRACHIN, number14="20250900125694", name="สมมติ").save()
        assert Factory.objects.get().province_id == PRACHIN
    with Scope(provinces=frozenset({BANGKOK})).active():
        assert not Factory.objects.exists()
