"""The dashboard of an office, an inspector or the centre; its PDF; and the rows behind a total."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices import policies
from portal import audit, calendar, charts, dated, scope
from portal.pdf import render_pdf
from portal.screens import Column, Crumb, Screen, Table
from reporting import dashboards
from reporting.dated import CERTIFY, role_and_group
from reporting.selectors import standing
from reporting.views.whose import OfOwners

FORM = "PROD-M"
MONTHS_OFFERED = 25
ROWS_PER_PAGE = 50

# On paper the tiles stand in one row, and captions that only screen readers need are left out.
PAPER_CSS = """
.tiles { display: flex; gap: 3mm; list-style: none; padding: 0; margin: 0 0 4mm }
.tile { flex: 1; border: .4pt solid #c3ccd3; border-radius: 1mm; padding: 2mm 3mm }
.tile h2 { font-size: 10pt; margin: 0 }
.figure { font-size: 12pt; margin: 0 }
.figure small { font-size: 9pt }
.hint, .as-of { font-size: 8pt; color: #5b6670; margin: 0 }
.charts { display: flex; flex-wrap: wrap; gap: 4mm } .charts section { width: 48% } svg.chart { width: 100% }
.hidden { display: none }
.num { text-align: right }
.related { break-inside: avoid }
.badge { border: .4pt solid #b7791f; border-radius: 1mm; padding: 0 1mm; font-size: 8pt }
"""


def _short(month: date) -> str:
    """A month on an axis: 'ต.ค. 69'."""
    return f"{calendar.short_month(month)} {calendar.be_year(month) % 100:02}"


class FiguresScreen(Screen):
    """What the pages about figures share: the month, the zone and the product in the address."""

    policy = policies.figure_readers

    @cached_property
    def months(self) -> list[date]:
        """The months offered, newest first; the newest is the last one that is over."""
        return calendar.months_over(self.actor.as_of, MONTHS_OFFERED)

    @cached_property
    def period(self) -> date:
        text = self.request.GET.get("period", "")
        if not text:
            return self.months[0]
        try:
            return date.fromisoformat(f"{text}-01")
        except ValueError:
            raise Http404 from None

    def address(self, name: str, *args: Any, **changes: Any) -> str:
        """Another page about the same month and place."""
        query = {} if args else {"period": f"{self.period:%Y-%m}"}
        query |= {key: str(value) for key, value in changes.items() if value}
        return self.here(f"{reverse(name, args=args)}?{urlencode(query)}")

    def factories(self, **changes: Any) -> str:
        """The list of who reported and who did not."""
        return self.address("reporting:obligation-list", FORM, self.period, **changes)

    def place_label(self) -> str:
        place = getattr(self.request, "place", None)
        if place is not None:
            return str(place.label)
        now = scope.current()
        if now.is_nation:
            return _("ทั้งประเทศ")
        if now.offices is not None and len(now.offices) == 1:
            for held in self.actor.capacities:
                if held.office_id in now.offices:
                    return held.place
        places: Sequence[Any] = getattr(self.request, "places", ())
        if len(places) == 1:
            return str(places[0].label)
        labels = {c.label for c in self.actor.capacities}
        return ", ".join(sorted(labels))


class DashboardScreen(OfOwners, FiguresScreen):
    help_words = ("figure", "step")
    title = gettext_lazy("ภาพรวมรายงานการผลิตรายเดือน")
    template_name = "reporting/dashboard.html"
    starts_from_own = True

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.render()

    def context(self, **extra: Any) -> dict[str, Any]:
        whose, late_of = self.share
        shown = dashboards.dashboard(
            form=FORM, period=self.period, product=self.request.GET.get("product", ""), late_of=late_of
        )
        does = self._settings[0]
        return super().context(
            board=shown,
            place_label=self.place_label(),
            standing=standing.of_month(form=FORM, period=self.period, actor=self.actor),
            certifies=does.value == CERTIFY,
            role_setting=does,
            tiles=self._tiles(shown),
            charts=self._charts(shown),
            months=self.months,
            provinces=self._provinces(shown) if len(shown.by_province) > 1 else None,
            missing_url=self.factories(state="missing", whose=whose),
            whose_links=self.whose_links(),
            pdf_url=self.address(
                "reporting:dashboard-export", product=shown.product and shown.product["product"]
            ),
            **extra,
        )

    @cached_property
    def _settings(self) -> tuple[dated.Value, str]:
        return role_and_group(FORM, self.period, self.actor.as_of)

    @cached_property
    def whose_group(self) -> str:
        return self._settings[1]

    @property
    def shown_whose(self) -> str:
        return self.share[0]

    def _tiles(self, board: dashboards.Dashboard) -> list[dict[str, Any]]:
        now, money = board.now, board.money_now
        behind = self.address("reporting:figure-list", measure="shipped_value")
        return [
            {
                "label": _("ความครบถ้วน"),
                "value": now.complete_percent,
                "kind": "percent",
                "detail": _("รายงานแล้ว %(reported)s จาก %(owed)s โรงงาน")
                % {"reported": now.reported, "owed": now.owed},
                "url": self.factories(),
            },
            {
                "label": _("ส่งตรงเวลา"),
                "value": now.on_time_percent,
                "kind": "percent",
                "detail": _("ภายในกำหนด %(on_time)s จาก %(owed)s โรงงาน")
                % {"on_time": now.on_time, "owed": now.owed},
                "url": self.factories(state="late"),
            },
            {
                "label": _("มูลค่าการส่งสินค้า"),
                "value": money.value,
                "certified": money.value_certified,
                "kind": "baht",
                "unit": _("บาท"),
                "url": behind,
            },
            {
                "label": _("อัตราการใช้กำลังการผลิต"),
                "value": money.capacity_use,
                "certified": money.capacity_use_certified,
                "kind": "percent",
                "detail": _("ถ่วงน้ำหนักด้วยมูลค่าการส่งสินค้า"),
                "url": behind,
            },
        ]

    def _charts(self, board: dashboards.Dashboard) -> list[dict[str, Any]]:
        """Each chart with its table twin: the same rows, drawn and written."""
        months = calendar.month_range(calendar.add_months(board.period, 1 - dashboards.MONTHS), board.period)

        def certified(day: date) -> bool:
            """A month of which nothing is certified has a gap in its line, not a nought."""
            return board.standing.get(day, dashboards.Standing()).certified > 0

        sure, provisional = _("ตัวเลขรับรอง"), _("ตัวเลขเบื้องต้น")
        month = Column("month", _("เดือน"), kind="month")
        standing = [
            {
                "month": day,
                "complete": board.standing.get(day, dashboards.Standing()).complete_percent,
                "on_time": board.standing.get(day, dashboards.Standing()).on_time_percent,
            }
            for day in months
        ]
        value = [
            {
                "month": day,
                "provisional": board.money[day].value if day in board.money else None,
                "certified": board.money.get(day, dashboards.Money()).value_certified
                if certified(day)
                else None,
            }
            for day in months
        ]
        by_month = {row.period: row for row in board.output}
        output = [
            {
                "month": day,
                "provisional": by_month[day].produced if day in by_month else None,
                "certified": by_month[day].produced_certified if day in by_month and certified(day) else None,
            }
            for day in months
        ]
        both = {"provisional": provisional, "certified": sure}
        unit = board.product["unit"] if board.product else ""
        shown = [
            self._chart(
                _("ความครบถ้วนและการส่งตรงเวลา (ร้อยละ)"),
                standing,
                {"complete": _("รายงานแล้ว"), "on_time": _("ส่งตรงเวลา")},
                [
                    month,
                    Column("complete", _("รายงานแล้ว"), kind="percent"),
                    Column("on_time", _("ส่งตรงเวลา"), kind="percent"),
                ],
            ),
            self._chart(
                _("มูลค่าการส่งสินค้า (บาท)"),
                value,
                both,
                [
                    month,
                    Column("provisional", provisional, kind="baht"),
                    Column("certified", sure, kind="baht"),
                ],
            ),
        ]
        if board.product:
            shown.append(
                self._chart(
                    _("ผลผลิต %(product)s (%(unit)s)") % {"product": board.product["name_th"], "unit": unit},
                    output,
                    both,
                    [
                        month,
                        Column("provisional", provisional, kind="number", unit=unit),
                        Column("certified", sure, kind="number", unit=unit),
                    ],
                )
            )
        return shown

    def _chart(
        self, title: str, rows: list[dict[str, Any]], series: dict[str, str], columns: list[Column]
    ) -> dict[str, Any]:
        points = [
            {
                "month": _short(row["month"]),
                "series": label,
                "value": row[key],
            }
            for row in rows
            for key, label in series.items()
        ]
        spec = charts.line_spec(
            points, "month", "value", x_title="", y_title="", series="series", width=420, height=240
        )
        return {
            "title": title,
            "svg": charts.chart_svg(spec, label=title),
            "table": Table(columns, rows, caption=title),
        }

    def _provinces(self, board: dashboards.Dashboard) -> Table:
        rows = [
            {"code": code, "name": name, "standing": standing} for code, name, standing in board.by_province
        ]

        def of(attribute: str) -> Any:
            return lambda row: getattr(row["standing"], attribute)

        return Table(
            [
                Column(
                    "name",
                    _("จังหวัด"),
                    link=lambda row: (
                        f"{self.request.path}?"
                        + urlencode({"office": row["code"], "period": f"{self.period:%Y-%m}"})
                    ),
                ),
                Column("owed", _("ต้องรายงาน"), of("owed"), kind="integer"),
                Column("reported", _("รายงานแล้ว"), of("reported"), kind="integer"),
                Column("missing", _("ยังไม่รายงาน"), of("missing"), kind="integer"),
                Column("complete", _("ครบถ้วน"), of("complete_percent"), kind="percent"),
                Column("on_time", _("ตรงเวลา"), of("on_time_percent"), kind="percent"),
                Column("certified", _("รับรองแล้ว"), of("certified_percent"), kind="percent"),
            ],
            rows,
            caption=_("แยกตามจังหวัด"),
        )


class DashboardPdf(DashboardScreen):
    """The same page on paper, which is the office's and nobody's own."""

    help_title = gettext_lazy("พิมพ์ภาพรวม (PDF)")

    starts_from_own = False

    def get(self, request: HttpRequest) -> HttpResponse:
        context = self.context()
        html = render_to_string("reporting/dashboard_pdf.html", context, request=request)
        paper = render_pdf(html, title=str(self.title), base_css=PAPER_CSS)
        audit.record(self.actor, "dashboard.printed", period=f"{self.period:%Y-%m}")
        return HttpResponse(
            paper,
            content_type="application/pdf",
            headers={"Content-Disposition": f'attachment; filename="dashboard-{self.period:%Y-%m}.pdf"'},
        )


class FigureRowsScreen(FiguresScreen):
    """The single reports behind a total, with their own sum beside the figure's."""

    help_title = gettext_lazy("ที่มาของตัวเลข")
    template_name = "reporting/figure_rows.html"

    @cached_property
    def measure(self) -> str:
        wanted = self.request.GET.get("measure", "shipped_value")
        if wanted not in dashboards.PAYLOAD:
            raise Http404
        return wanted

    def get_title(self) -> str:
        names = {"shipped_value": _("มูลค่าการส่งสินค้ารายโรงงาน"), "produced": _("ผลผลิตรายโรงงาน")}
        return names[self.measure]

    def crumbs(self) -> list[Crumb]:
        return [Crumb(DashboardScreen.title, self.address("reporting:dashboard-detail"))]

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.render()

    def context(self, **extra: Any) -> dict[str, Any]:
        number = self.request.GET.get("page", "1")
        page = max(1, int(number)) if number.isdecimal() and len(number) < 7 else 1
        product = self.request.GET.get("product", "")
        behind = dashboards.rows_behind(
            form=FORM,
            period=self.period,
            measure=self.measure,
            product=product,
            limit=ROWS_PER_PAGE,
            offset=(page - 1) * ROWS_PER_PAGE,
        )
        figure = dashboards.figure_total(form=FORM, period=self.period, measure=self.measure, product=product)
        kind = "baht" if self.measure == "shipped_value" else "number"
        table = Table(
            [
                Column(
                    "factory",
                    _("โรงงาน"),
                    lambda row: row["name"] or row["operator_name"] or row["activity"],
                    link=lambda row: self.here(reverse("factories:factory-detail", args=[row["uuid"]])),
                ),
                Column(
                    "number14", _("เลขทะเบียน"), lambda row: row["number14"] or row["old_number"], kind="code"
                ),
                Column("province", _("จังหวัด")),
                Column("version", _("ฉบับที่"), kind="integer"),
                Column("certified", _("รับรองแล้ว"), kind="bool"),
                Column("value", self.get_title(), kind=kind),  # type: ignore[arg-type]
            ],
            behind.rows,
            caption=self.get_title(),
            sums={"value": behind.total} if behind.rows else {},
            sums_label=_("รวมทุกโรงงาน"),
        )
        more = page * ROWS_PER_PAGE < behind.count
        go = {"measure": self.measure, "product": product}
        return super().context(
            table=table,
            behind=behind,
            figure=figure,
            kind=kind,
            agrees=figure == behind.total,
            previous_url=self.address("reporting:figure-list", page=page - 1, **go) if page > 1 else "",
            next_url=self.address("reporting:figure-list", page=page + 1, **go) if more else "",
            **extra,
        )
