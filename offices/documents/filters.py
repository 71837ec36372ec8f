"""Filters of the list of documents."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from offices.documents import kinds
from offices.models import Document
from portal.calendar import BE_OFFSET
from portal.words import GROUPS


class DocumentFilter(django_filters.FilterSet):
    """A register is a kind and a year, within the office of the page's place filter."""

    kind = django_filters.ChoiceFilter(label=_("ทะเบียน"), choices=kinds.choices())
    year = django_filters.NumberFilter(label=_("ปี พ.ศ."), method="of_year", min_value=2400, max_value=2700)
    state = django_filters.ChoiceFilter(
        label=_("สถานะ"), choices=[(word.code, word) for word in GROUPS["document"]]
    )
    source = django_filters.ChoiceFilter(
        label=_("ออกโดย"),
        choices=[("ours", _("สำนักงาน")), ("outside", _("หน่วยงานภายนอก"))],
        method="from_source",
    )

    class Meta:
        model = Document
        fields = ["kind"]

    def of_year(self, rows: QuerySet[Document], name: str, value: Any) -> QuerySet[Document]:
        return rows.filter(signed_on__year=int(value) - BE_OFFSET)

    def from_source(self, rows: QuerySet[Document], name: str, value: str) -> QuerySet[Document]:
        return rows.filter(register__isnull=value == "outside")
