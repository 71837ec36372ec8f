"""Declarations, their rows, products; and that a further version needs no migration."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from portal.scope import nation
from portal.sheets.spec import Column
from reporting import forms
from reporting.compile import full
from reporting.forms import FormDeclaration, Measure
from reporting.models import Cell, Fact, FormVersion, Product, ProductUnit, Submission, SubmissionLine
from reporting.services.reference import ChangedDeclaration, load_products, sync_forms
from tests.reporting.world import FORM, MONTH, World, line

V1 = forms.versions(FORM)[0]


def second_version() -> FormDeclaration:
    """The same form from 2026 on with energy in the header, and one more measure."""
    header, lines = V1.sections
    energy = Column("energy", "ไฟฟ้าที่ใช้", kind="decimal", required=True, unit="กิโลวัตต์-ชั่วโมง")
    return replace(
        V1,
        version=2,
        valid_from=date(2026, 1, 1),
        sections=(replace(header, columns=(*header.columns, energy)), lines),
        measures=(*V1.measures, Measure("energy", "header", ("energy",), "กิโลวัตต์-ชั่วโมง")),
    )


@pytest.fixture
def v2() -> Iterator[FormDeclaration]:
    form = forms.register(second_version())
    yield form
    forms.unregister(form)


def test_the_hash_is_of_the_content() -> None:
    assert V1.sha256() == replace(V1).sha256() != replace(V1, help="อื่น").sha256()
    assert len(V1.sha256()) == 64


def test_measures_may_read_only_columns_of_their_section() -> None:
    with pytest.raises(ValueError, match="unknown columns"):
        replace(V1, measures=(Measure("x", "header", ("produced",), ""),))


def test_two_columns_may_not_share_a_key() -> None:
    header, lines = V1.sections
    with pytest.raises(ValueError, match="one key"):
        replace(V1, sections=(header, replace(lines, columns=(*lines.columns, header.columns[0]))))


def test_the_version_of_a_month(v2: FormDeclaration) -> None:
    assert forms.declaration(FORM, date(2025, 12, 1)) == V1
    assert forms.declaration(FORM, date(2026, 1, 1)) == v2
    with pytest.raises(forms.NoForm):
        forms.declaration(FORM, date(2019, 12, 1))


@pytest.mark.django_db
def test_rows_follow_the_declarations(world: World) -> None:
    assert sync_forms() == 0
    form = forms.register(second_version())
    try:
        assert sync_forms() == 3  # the old version ends, the new one begins with one more measure
        old, new = FormVersion.objects.filter(form_id=FORM).order_by("version")
        assert (old.valid.upper, new.valid.lower, new.valid.upper) == (
            date(2026, 1, 1),
            date(2026, 1, 1),
            None,
        )
        assert new.declaration_sha256 == form.sha256()
        assert sync_forms() == 0
    finally:
        forms.unregister(form)


@pytest.mark.django_db
def test_a_new_version_needs_no_migration(world: World, v2: FormDeclaration) -> None:
    """Template, parser, rules, facts and entry come from the declaration alone."""
    sync_forms()
    call_command("makemigrations", "--check", "--dry-run", stdout=StringIO())
    a, b = world.factory(), world.factory()
    with nation("test"):
        old = world.report([line(a)], period=date(2025, 12, 1))
        batch = world.send([line(a, energy="1,234.5"), line(b)])
        assert (old.spec_version, batch.spec_version) == (1, 2)
        assert (batch.counts["new"], batch.counts["refused"]) == (1, 1)
        assert batch.findings.get(level="block").column == "energy"
        world.apply(batch)
        cells = Cell.objects.filter(form_id=FORM)
        assert {len(cell.provisional) for cell in cells} == {len(V1.measures) + 1}  # also of the old month
        assert full(form=FORM, cause="ทดสอบ").inputs["changed"] == 0
        assert Fact.objects.get(measure="energy").value == 1234.5
        report = Submission.objects.get(period=MONTH)
        assert report.form_version.version == 2
        assert SubmissionLine.objects.get(submission=report, section="header").payload["energy"] == 1234.5


@pytest.mark.django_db
def test_a_version_in_use_may_not_be_edited(world: World) -> None:
    with nation("test"):
        world.report([line(world.factory())])
    FormVersion.objects.filter(form_id=FORM).update(declaration_sha256="0" * 64)
    with pytest.raises(ChangedDeclaration):
        sync_forms()


@pytest.mark.django_db
def test_products_are_not_verified_and_keep_what_an_administrator_changed(world: World) -> None:
    assert Product.objects.count() >= 40
    assert not Product.objects.filter(verified=True).exists()
    assert all(Product.objects.values_list("source", flat=True))
    Product.objects.filter(code="CEMENT").update(unit="พันตัน", verified=True)
    assert load_products() == 0
    assert Product.objects.get(code="CEMENT").unit == "พันตัน"


@pytest.mark.django_db
def test_no_conversion_leads_to_the_standard_unit_itself(world: World) -> None:
    for row in ProductUnit.objects.select_related("product"):
        assert row.unit != row.product.unit


def test_the_sheet_says_what_is_required_and_offers_products() -> None:
    spec = V1.sheet([("CEMENT", "ปูนซีเมนต์")])
    assert spec.column("product").choices == (("CEMENT", "ปูนซีเมนต์"),)
    assert "(จำเป็น)" in spec.column("produced").help and not spec.column("produced").required
    assert spec.keys[:3] == ("factory_no", "factory_name", "period")
