"""The map of factories: provinces by how many, or one province with its factories; on page and on paper."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from factories import policies
from factories.filters import FactoryFilter
from factories.map import areas, drawing, frames, legend, selectors, shapes, steps
from factories.map.drawing import Area, Mark, Name, Picture
from factories.map.frames import Frame
from factories.map.selectors import Cluster, ProvinceCount, Standing
from factories.map.shapes import Box, Centre, Country
from factories.models import Factory
from portal import audit, dated, scope, words
from portal.pdf import render_pdf
from portal.places import PARAMETER
from portal.screens import Action, Column, Crumb, ListScreen, Screen, Table
from portal.templatetags import portal as show

PAPER_CSS = """
.map { display: block; margin: 0 auto; max-width: 150mm; max-height: 165mm }
.map-notes { list-style: none; padding: 0; margin: 0 }
.map-notes li { display: inline-block; margin-right: 5mm }
tfoot { display: table-row-group }
.shape, .swatch { width: 9pt; height: 9pt } .swatch { width: 14pt }
.legend { list-style: none; padding: 0; margin: 2mm 0 }
.legend li { display: inline-block; margin-right: 4mm }
.credit, .hint { font-size: 8pt; color: #5b6670 } .hidden { display: none } .num { text-align: right }
tfoot th, tfoot td { border-top: .8pt solid #0b5b5e; font-weight: 600 }
.tone-grey { color: #4d5651 } .tone-amber { color: #7d4e00 } .tone-green { color: #1d6136 }
"""


class MapFilter(FactoryFilter):
    """The filters of the list, less those that say where on the map a factory stands."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("coordinates", "area"):
            self.filters.pop(name)


class MapScreen(ListScreen):
    policy = policies.registry_readers
    help_words = ("factory",)
    title = gettext_lazy("แผนที่โรงงาน")
    template_name = "factories/map.html"
    filterset_class = MapFilter
    exports = ()
    linked = True  # False on paper

    def rows(self) -> QuerySet[Factory]:
        return Factory.objects.all()

    def crumbs(self) -> Sequence[Crumb]:
        steps = [Crumb(_("ทะเบียนโรงงาน"), self.here(reverse("factories:factory-list")))]
        if self.province is not None and len(self._open_provinces()) > 1:
            whole = dict.fromkeys((PARAMETER, "box"))
            steps.append(Crumb(_("แผนที่ทุกจังหวัด"), self.url(**whole)))
        return steps

    def get_title(self) -> Any:
        if self.province is None:
            return self.title
        return _("แผนที่โรงงาน จังหวัด%s") % shapes.province_names()[self.province]

    def _open_provinces(self) -> Sequence[Any]:
        return [place for place in getattr(self.request, "places", ()) if not place.zone]

    @property
    def lead(self) -> str:
        """The place chosen, and the day: on paper nothing else says them."""
        place = getattr(self.request, "place", None)
        day = _("ข้อมูล ณ วันที่ %s") % show.thai_date(self.actor.as_of)
        return f"{place.label} · {day}" if place is not None and place.zone else day

    # --- what is looked at ---

    @cached_property
    def country(self) -> Country | None:
        """The shapes; nothing where they are not installed: then there are tables only."""
        try:
            return shapes.country()
        except shapes.ShapesMissing:
            return None

    @cached_property
    def province(self) -> str | None:
        """The code of the only province of the active scope, or nothing where there are several."""
        provinces = scope.current().provinces
        if provinces is None or len(provinces) != 1:
            return None
        return next(iter(provinces))

    @cached_property
    def tolerance(self) -> dated.Value:
        return dated.on(areas.TOLERANCE.key, self.actor.as_of)

    def context(self, **extra: Any) -> dict[str, Any]:
        filters = self.active_filters()
        board = self._nation() if self.province is None else self._province(self.province)
        return Screen.context(
            self,
            filters=filters,
            filter_count=len(filters),
            filter_form=self.filterset.form,
            carried=[(key, value) for key in (PARAMETER, "box") if (value := self.request.GET.get(key))],
            clear_url=self.here(self.request.path),
            buttons=self._buttons(),
            shapes_missing=self.country is None,
            credit=shapes.CREDIT,
            credit_links=shapes.CREDIT_LINKS,
            late_sample=mark_safe(drawing.late_sample()),
            paper=not self.linked,
            **board,
            **extra,
        )

    def _buttons(self) -> list[Action]:
        query = self.request.GET.urlencode()
        paper = reverse("factories:map-export") + (f"?{query}" if query else "")
        return [Action(_("ดูเป็นรายการ"), self.list_url()), Action(_("พิมพ์เป็น PDF"), paper)]

    def list_url(self, **more: str) -> str:
        """The list of factories with the filters of this page."""
        kept = {
            name: value
            for name in self.filterset.form.fields
            if (value := self.request.GET.get(name)) and name not in more
        }
        query = urlencode(kept | more)
        return self.here(reverse("factories:factory-list") + (f"?{query}" if query else ""))

    # --- several provinces ---

    def _nation(self) -> dict[str, Any]:
        """The provinces of the active scope, coloured by how many factories they have."""
        named = scope.current().provinces
        counts = selectors.by_province(self.found, named, self.actor.as_of)
        bounds = steps.bins(row.count for row in counts)
        places = {
            code: place
            for place in getattr(self.request, "places", ())
            if not place.zone
            for code in place.provinces
        }

        def url(row: ProvinceCount) -> str:
            place = places.get(row.code)
            return self.url(**{PARAMETER: place.code, "box": None}) if place else ""

        total, late = sum(row.count for row in counts), sum(row.late for row in counts)
        without = sum(row.without for row in counts)
        svg = ""
        if self.country is not None:
            around = [Area(code) for code in self.country.shapes if named is not None and code not in named]
            shown = [
                Area(
                    row.code,
                    steps.step_of(row.count, bounds),
                    show.number(row.count) if row.count else "",
                    self.said(row.name, row.count, row.late),
                    url(row),
                )
                for row in counts
            ]
            inside = shapes.around(
                [corner for row in counts for corner in _corners(self.country.shapes[row.code].box)]
            )
            frame = drawing.frame_of(inside, 0.02) if named else _whole(self.country)
            label = _("แผนที่จังหวัดตามจำนวนโรงงาน รวม %s แห่ง") % show.number(total)
            picture = Picture(frame, label, [*around, *shown], fine=0.4)
            svg = drawing.draw(picture, self.country, steps=len(bounds), linked=self.linked)
        table = Table(
            [
                Column("name", _("จังหวัด"), link=url),
                Column("count", _("โรงงาน"), kind="integer"),
                Column("late", _("ค้างส่งรายงาน"), kind="integer"),
                Column("without", _("ไม่มีพิกัด"), kind="integer"),
            ],
            counts,
            caption=_("จำนวนโรงงานรายจังหวัด"),
            sums={"count": total, "late": late, "without": without},
            sums_label=_("รวมทั้งหมด %s จังหวัด") % show.number(len(counts)),
        )
        notes = [
            (_("ในทะเบียนตามตัวกรอง %s แห่ง") % show.number(total), self.list_url()),
            *self._late_note(late),
            *self._without_note(without),
        ]
        if self.linked:  # counting them for a whole nation takes longer than a page may
            notes.append((_("ตรวจพิกัดที่อยู่นอกจังหวัด"), self.list_url(coordinates="outside")))
        return {
            "svg": mark_safe(svg),
            "table": table,
            "notes": notes,
            "legend": legend.of_steps(bounds),
            "empty": not total,
        }

    def _late_note(self, late: int) -> list[tuple[str, str]]:
        text = _("ค้างส่งรายงาน %s แห่ง") % show.number(late)
        return [(text, self.list_url(late="yes"))] if late else []

    def _without_note(self, without: int) -> list[tuple[str, str]]:
        text = _("ไม่มีพิกัด %s แห่ง") % show.number(without)
        return [(text, self.list_url(coordinates="none"))] if without else []

    def said(self, name: str, count: int, late: int) -> str:
        """What a link of the map is called: its place, how many, how many late."""
        said = _("%(name)s: %(count)s โรงงาน") % {"name": name, "count": show.number(count)}
        return said + (_(" ค้างส่งรายงาน %s") % show.number(late) if late else "")

    # --- one province ---

    def _province(self, province: str) -> dict[str, Any]:
        """The factories of one province, alone or in clusters."""
        districts = shapes.district_centres(province)
        frame = self._frame(province)
        far = None
        if self.country is not None:
            far = areas.FarFromProvince(self.country, [province], float(self.tolerance.value))
        standing = selectors.standing(
            self.found, frame.degrees, drawing.COLUMNS, frame.lines, far, self.actor.as_of
        )
        lines = [_Line(self, cluster, frame, _nearest(cluster, districts)) for cluster in standing.clusters]
        svg = ""
        if self.country is not None and frame.units is not None:
            svg = drawing.draw(
                self._picture(province, frame, districts, lines), self.country, linked=self.linked
            )
        table = Table(
            [
                Column("name", _("โรงงานหรือกลุ่มโรงงาน"), link=lambda line: line.url),
                Column("state", _("สถานะ"), kind="state"),
                Column("count", _("โรงงาน"), kind="integer"),
                Column("late", _("ค้างส่งรายงาน"), kind="integer"),
            ],
            lines,
            caption=_("โรงงานบนแผนที่"),
            sums={"count": standing.drawn, "late": standing.late},
            sums_label=_("รวมบนแผนที่"),
        )
        return {
            "svg": mark_safe(svg),
            "table": table,
            "notes": self._notes(standing),
            "moves": self._moves(frame),
            "legend": legend.of_states(standing),
            "tolerance": self.tolerance if self.country is not None else None,
            "empty": not standing.total,
        }

    def _frame(self, province: str) -> Frame:
        """What the address asks to see, or the whole province with its margin of tolerance."""
        text = self.request.GET.get("box", "")
        asked = areas.area_of(text)
        if text and asked is None:
            raise Http404
        room = float(self.tolerance.value) / areas.KM_PER_DEGREE
        return frames.look(self.country, province, asked, room)

    def _picture(
        self, province: str, frame: Frame, districts: Sequence[Centre], lines: Sequence[_Line]
    ) -> Picture:
        assert self.country is not None and frame.units is not None
        to_map = self.country.projection.to_map
        middle = (frame.degrees.top + frame.degrees.bottom) / 2
        km = frames.scale_km(self.country.projection.km(frame.units.width, middle))
        count = sum(line.count for line in lines)
        return Picture(
            frame.units,
            _("แผนที่โรงงานในจังหวัด%(name)s %(count)s แห่ง")
            % {"name": shapes.province_names()[province], "count": show.number(count)},
            areas=[
                *(Area(code) for code in self.country.shapes if code != province),
                Area(province, 0),
            ],
            marks=[line.mark(to_map(line.cluster.lng, line.cluster.lat)) for line in lines],
            names=[Name(to_map(one.lng, one.lat), _("อ.%s") % one.name) for one in districts],
            scale_km=km,
            scale_units=km / self.country.projection.km(1, middle),
        )

    def _notes(self, standing: Standing) -> list[tuple[str, str]]:
        """Every factory of the province once: the parts add up to the first line."""
        notes = [
            (_("ในทะเบียนตามตัวกรอง %s แห่ง") % show.number(standing.total), self.list_url()),
            (_("บนแผนที่ %s แห่ง") % show.number(standing.drawn), ""),
        ]
        if standing.elsewhere:
            text = _("นอกกรอบที่ขยายอยู่ %s แห่ง") % show.number(standing.elsewhere)
            notes.append((text, self.url(box=None)))
        notes += self._without_note(standing.without)
        if standing.far:
            text = _("พิกัดอยู่นอกจังหวัด %s แห่ง") % show.number(standing.far)
            notes.append((text, self.list_url(coordinates="outside")))
        return [*notes, *self._late_note(standing.owing)]

    def _moves(self, frame: Frame) -> list[tuple[str, str]]:
        """Ways to look elsewhere: nearer, farther, to the sides, the whole province."""
        zoomed = bool(self.request.GET.get("box"))
        links = [(str(label), self.closer(box)) for label, box in frames.moves(frame, zoomed)]
        return [*links, (_("ทั้งจังหวัด"), self.url(box=None))] if zoomed else links

    def closer(self, box: Box) -> str:
        return self.url(box=areas.area_text(box))


class _Line:
    """A cluster or a factory as the map and the table beside it say it: the same words, the same link."""

    def __init__(self, screen: MapScreen, cluster: Cluster, frame: Frame, near: str) -> None:
        self.cluster, self.count, self.late = cluster, cluster.count, cluster.late
        factory = cluster.factory
        self.state = words.word("factory", factory.status) if factory else None
        if factory is not None:
            self.name = factory.shown_name
            self.url = screen.here(reverse("factories:factory-detail", args=[factory.uuid]))
            late = _(" ค้างส่งรายงาน") if cluster.late else ""
            self.label = f"{self.name} ({self.state}){late}"
            return
        self.name = _("%s โรงงาน") % show.number(cluster.count) + (f" {near}" if near else "")
        self.label = screen.said(near or _("กลุ่ม"), cluster.count, cluster.late)
        if (box := frames.around(cluster.area, frame)) is not None:
            self.url = screen.closer(box)
        else:
            self.url = screen.list_url(area=areas.area_text(_exactly(cluster.area), 6))

    def mark(self, at: tuple[float, float]) -> Mark:
        look = {"shape": self.state.shape, "tone": self.state.colour} if self.state else {}
        return Mark(
            at, self.cluster.column, self.cluster.row, self.count, self.late, self.label, self.url, **look
        )


def _corners(box: Box) -> list[tuple[float, float]]:
    return [(box.left, box.top), (box.right, box.bottom)]


def _whole(country: Country) -> Box:
    """The frame of the whole drawing."""
    return Box(0, 0, *country.size)


def _exactly(area: Box) -> Box:
    """The rectangle of a cluster as an address can say it, no factory lost by rounding."""
    return frames.grown(area, 1e-6, 1e-6)


def _nearest(cluster: Cluster, districts: Sequence[Centre]) -> str:
    """'ใกล้ อ.…': the district whose centre is nearest to the middle of a cluster."""
    place = (cluster.lng, cluster.lat)
    nearest = min(districts, key=lambda one: math.dist(place, (one.lng, one.lat)), default=None)
    return _("ใกล้ อ.%s") % nearest.name if nearest else ""


class MapPdf(MapScreen):
    """The same map and table on paper."""

    help_title = gettext_lazy("พิมพ์แผนที่ (PDF)")

    linked = False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        context = self.context()
        html = render_to_string("factories/map_pdf.html", context, request=request)
        paper = render_pdf(html, title=str(self.get_title()), base_css=PAPER_CSS)
        audit.record(self.actor, "map.printed", place=self.request.GET.get(PARAMETER, ""))
        return HttpResponse(
            paper,
            content_type="application/pdf",
            headers={"Content-Disposition": 'attachment; filename="factory-map.pdf"'},
        )
