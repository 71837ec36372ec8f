"""Rows that come with the project: forms and their versions, products and their units."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from portal import sql
from portal.scope import nation
from reporting import forms
from reporting.forms import FormDeclaration
from reporting.models import Form, FormVersion, Measure, Product, ProductUnit, Submission

DATA = Path(__file__).resolve().parents[1] / "data"
SOURCE = "บัญชีเบื้องต้นของระบบ รวมจากชื่อผลิตภัณฑ์ที่ใช้ทั่วไป ยังไม่ได้เทียบกับบัญชีของสำนักงานเศรษฐกิจอุตสาหกรรม"


class ChangedDeclaration(Exception):
    """A version under which reports were made was edited in place; add a version instead."""


def sync_forms() -> int:
    """Make Form and FormVersion rows agree with the declarations; give how many rows changed.

    Raises ChangedDeclaration when a version that reports already use no longer has their hash.
    """
    with nation("forms and their versions"), transaction.atomic():
        return sum(_sync_form(code) for code in forms.codes())


def _sync_form(code: str) -> int:
    declared = forms.versions(code)
    names = {"name_th": declared[-1].name_th, "name_en": declared[-1].name_en}
    form, created = Form.objects.get_or_create(code=code, defaults=names)
    written = int(created)
    if not created and (form.name_th, form.name_en) != (names["name_th"], names["name_en"]):
        written += Form.objects.filter(code=code).update(**names)
    written += _sync_measures(code, [measure.name for one in declared for measure in one.measures])
    # Oldest first: a version's end is moved back before the next one begins there.
    ends = [*(version.valid_from for version in declared[1:]), None]
    return written + sum(_sync_version(one, end) for one, end in zip(declared, ends, strict=True))


# A cell has a sum for every measure: nought where no report gave it.
_LENGTHEN = """
UPDATE reporting_cell
SET provisional = provisional || array_fill(0::numeric, ARRAY[%(added)s]),
    certified = certified || array_fill(0::numeric, ARRAY[%(added)s]),
    reports = reports || array_fill(0, ARRAY[%(added)s]),
    reports_certified = reports_certified || array_fill(0, ARRAY[%(added)s])
WHERE form_id = %(form)s
"""


def _sync_measures(form: str, names: list[str]) -> int:
    """Give every measure a position behind those that are known; give how many were added."""
    known = set(Measure.objects.filter(form_id=form).values_list("name", flat=True))
    new = [name for name in dict.fromkeys(names) if name not in known]
    Measure.objects.bulk_create(
        Measure(form_id=form, name=name, position=position)
        for position, name in enumerate(new, start=len(known) + 1)
    )
    if new and known:
        sql.execute(_LENGTHEN, {"form": form, "added": len(new)})
    return len(new)


def _sync_version(declared: FormDeclaration, end: Any) -> int:
    valid = DateRange(declared.valid_from, end)
    row = FormVersion.objects.filter(form_id=declared.code, version=declared.version).first()
    if row is None:
        FormVersion.objects.create(
            form_id=declared.code,
            version=declared.version,
            valid=valid,
            declaration_sha256=declared.sha256(),
        )
        return 1
    if row.declaration_sha256 != declared.sha256() and Submission.objects.filter(form_version=row).exists():
        raise ChangedDeclaration(f"{declared.code} version {declared.version}")
    if (row.valid, row.declaration_sha256) == (valid, declared.sha256()):
        return 0
    return FormVersion.objects.filter(pk=row.pk).update(valid=valid, declaration_sha256=declared.sha256())


def _read(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def load_products() -> int:
    """Add the products and unit conversions of the list that are not there yet; rows that an
    administrator changed stay as they are. Give how many were added."""
    products, units = _read("products.csv"), _read("product_units.csv")
    with transaction.atomic():
        before = Product.objects.count() + ProductUnit.objects.count()
        Product.objects.bulk_create(
            [Product(**row, valid=DateRange(None, None), source=SOURCE) for row in products],
            ignore_conflicts=True,
        )
        ProductUnit.objects.bulk_create(
            [
                ProductUnit(
                    product_id=product["code"], unit=unit["unit"], factor=unit["factor"], source=unit["note"]
                )
                for product in products
                for unit in units
                if unit["standard"] in (product["unit"], product["code"])
            ],
            ignore_conflicts=True,
        )
        return Product.objects.count() + ProductUnit.objects.count() - before
