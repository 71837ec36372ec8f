"""What opening an office asks of the registry: its factories were brought in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from factories.models import Factory
from offices.models import Office
from offices.opening import lines
from offices.opening.lines import Answer, Line


def _registry(offices: Sequence[Office], day: date) -> Mapping[int, Answer]:
    of = {office.province_id: office.pk for office in offices}
    rows = Factory.objects.filter(province__in=of).order_by().values("province")
    return {
        of[province]: Answer(True, f"{count:,} {_('โรงงาน')}")
        for province, count in rows.values_list("province", Count("pk"))
    }


def register() -> None:
    lines.register(
        Line(
            "registry",
            gettext_lazy("ทะเบียนโรงงาน"),
            gettext_lazy("นำเข้าโรงงานของจังหวัดแล้ว"),
            _registry,
            lambda office: f"{reverse('intake:batch-list')}?office={office.code}",
        )
    )
