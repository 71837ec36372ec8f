"""What opening an office asks of reports: which forms it certifies or follows up, and who owes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.models import Office
from offices.opening import lines
from offices.opening.lines import Answer, Line
from portal.dated import place_of
from portal.models import DatedSetting
from reporting import dated, forms
from reporting.models import ObligedFactory


def _modules(offices: Sequence[Office], day: date) -> Mapping[int, Answer]:
    """The office decided itself, for at least one form, whether it certifies or only follows up."""
    places = {place_of(office.code): office.pk for office in offices}
    keys = [dated.role_key(code) for code in forms.codes()]
    rows = DatedSetting.objects.filter(key__in=keys, place__in=places, valid__contains=day).order_by()
    return {
        places[place]: Answer(True, _("%s แบบ") % count)
        for place, count in rows.values("place").annotate(n=Count("pk")).values_list("place", "n")
    }


def _obliged(offices: Sequence[Office], day: date) -> Mapping[int, Answer]:
    of = {office.province_id: office.pk for office in offices}
    rows = ObligedFactory.objects.filter(province__in=of, valid__contains=day).order_by()
    return {
        of[province]: Answer(True, f"{count:,} {_('โรงงาน')}")
        for province, count in rows.values("province")
        .annotate(n=Count("factory", distinct=True))
        .values_list("province", "n")
    }


def register() -> None:
    first = forms.codes()[0]
    lines.register(
        Line(
            "modules",
            gettext_lazy("แบบรายงานที่สำนักงานทำ"),
            gettext_lazy("กำหนดว่ารับรองตัวเลข หรือติดตามอย่างเดียว"),
            _modules,
            lambda office: (
                f"{reverse('portal:fact-detail', args=[dated.role_key(first)])}?office={office.code}"
            ),
        )
    )
    lines.register(
        Line(
            "obliged",
            gettext_lazy("บัญชีผู้มีหน้าที่รายงาน"),
            gettext_lazy("นำเข้าบัญชีของจังหวัดแล้ว"),
            _obliged,
            lambda office: f"{reverse('intake:batch-list')}?office={office.code}",
        )
    )
