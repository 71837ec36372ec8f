"""Pages of access: why somebody can or cannot, the matrix of roles and powers, and support access."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from offices.access import explain, matrix
from offices.access.forms import AccessForm
from offices.models import Person
from offices.policies import central_admin
from offices.selectors import people
from offices.selectors.titles import titled
from portal.access import signed_in
from portal.pdf import render_pdf
from portal.screens import (
    Action,
    Crumb,
    Screen,
)
from portal.screens.base import found

PEOPLE = 20  # offered for a name


class EffectiveAccess(Screen):
    """For a person, a day, and an address or what it is about: why he can or cannot."""

    policy = signed_in
    title = _("สิทธิเข้าถึง")
    lead = _("บอกว่าทำไมเห็นหรือทำได้ หรือทำไมไม่ได้ จากคำสั่ง ขอบเขต และนโยบายของหน้าในวันนั้น")
    template_name = "offices/access/effective.html"

    @property
    def of_anybody(self) -> bool:
        """Whether the reader may ask about others; without that, about himself only."""
        return central_admin.test(self.actor)

    @cached_property
    def form(self) -> AccessForm:
        return AccessForm(self.request.GET or None, anybody=self.of_anybody, initial={"on": self.actor.as_of})

    @cached_property
    def asked(self) -> dict[str, Any]:
        return self.form.cleaned_data if self.form.is_bound and self.form.is_valid() else {}

    @property
    def day(self) -> date:
        return self.asked.get("on") or self.actor.as_of

    @cached_property
    def people(self) -> list[Person]:
        """Whom the name may mean."""
        if not self.of_anybody or not self.asked.get("who"):
            return []
        ids = people.find_people(self.asked["who"])
        rows = titled(Person.objects.filter(pk__in=ids).select_related("user"), self.day)
        rows = rows.order_by("first_th", "last_th", "pk")
        return list(rows[: PEOPLE + 1])

    @cached_property
    def person(self) -> Person | None:
        """Whose access: the one chosen, the only one of the name, else the reader himself."""
        rows = Person.objects.select_related("user")
        if self.of_anybody and self.request.GET.get("person"):
            return found(rows.filter(uuid=_uuid(self.request.GET["person"])).first())
        if self.people or (self.of_anybody and self.asked.get("who")):
            return self.people[0] if len(self.people) == 1 else None
        return rows.filter(pk=self.actor.person_id or 0).first()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render(status=422 if self.form.is_bound and not self.form.is_valid() else 200)

    def context(self, **extra: Any) -> dict[str, Any]:
        what = self.asked.get("what", "")
        path = explain.path_of(what)
        choices = [] if path or not what else explain.candidates(self.actor, what)
        if len(choices) == 1:
            path, choices = choices[0][1], []
        parts: Sequence[explain.Part] = ()
        verdict = None
        if self.person is not None:
            parts = explain.explain(self.person, self.day, path)
            verdict = explain.verdict(self.person, self.day, path) if path else None
        return super().context(
            form=self.form,
            person=self.person,
            day=self.day,
            people=[(one, self._asking(person=one.uuid)) for one in self.people[:PEOPLE]]
            if self.person is None
            else (),
            more=_("มีผู้ที่ชื่อตรงเกิน %d คน พิมพ์ทั้งชื่อและนามสกุลเพื่อให้เหลือน้อยลง") % PEOPLE
            if len(self.people) > PEOPLE
            else "",
            nobody=self.of_anybody and bool(self.asked.get("who")) and not self.people,
            choices=[(name, self._asking(what=url)) for name, url in choices],
            nothing=bool(what) and not path and not choices,
            parts=parts,
            verdict=verdict,
            chosen=self.request.GET.get("person", ""),
            matrix_url=self.here(reverse("offices:access-matrix")),
            **extra,
        )

    def _asking(self, **changes: Any) -> str:
        query = {
            key: value for key, value in self.request.GET.items() if key in ("who", "on", "what", "person")
        }
        if "person" in changes:
            query.pop("who", None)
        query |= {key: str(value) for key, value in changes.items()}
        return self.here(f"{self.request.path}?{urlencode(query)}")


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


class Matrix(Screen):
    """Roles × powers, drawn from the code; on paper as a PDF."""

    policy = signed_in
    title = _("ตารางสิทธิ")
    lead = _("ฐานะใดเปิดหน้าใดและดำเนินการใดได้ อ่านจากนโยบายและขั้นตอนในระบบ จึงตรงกับที่ระบบทำเสมอ")
    template_name = "offices/access/matrix.html"

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb(EffectiveAccess.title, self.here(reverse("offices:access-detail")))]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render()

    def context(self, **extra: Any) -> dict[str, Any]:
        blocks = [
            (block.title, [(line, [matrix.word(cell) for cell in line.cells]) for line in block.lines])
            for block in matrix.blocks()
        ]
        return super().context(
            roles=[name for _code, name in matrix.roles()],
            blocks=blocks,
            actions=(Action(_("พิมพ์ PDF"), reverse("offices:access-matrix-print"), primary=True),),
            **extra,
        )


PAPER = """
@page { size: A4 landscape; margin: 14mm 12mm 14mm 12mm }
html { font-size: 8.5pt } table { font-size: 7.5pt } th, td { padding: .6mm 1mm } td { text-align: center }
.opens { font-size: 7.5pt } h2 { font-size: 11pt }
"""


class MatrixPrint(Matrix):
    policy = signed_in
    help_title = _("ตารางสิทธิเป็น PDF")
    template_name = "pdf/access_matrix.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        html = render_to_string(self.template_name, self.context(day=self.actor.as_of))
        paper = render_pdf(html, title=str(Matrix.title), base_css=PAPER)
        response = HttpResponse(paper, content_type="application/pdf")
        response["Content-Disposition"] = 'attachment; filename="access-matrix.pdf"'
        return response
