"""Help: what each page shows, takes and means; the list of all helps the reader may open."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import help
from portal.access import signed_in
from portal.screens import Crumb, Screen
from portal.screens.base import found


class HelpList(Screen):
    """The helps of every page this reader may open, by the rooms of the rail."""

    policy = signed_in
    title = gettext_lazy("วิธีใช้")
    lead = gettext_lazy("แต่ละหน้าแสดงอะไร กรอกอะไรได้ และคำบอกสถานะแต่ละคำหมายถึงอะไร")
    template_name = "portal/help_list.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render(rooms=help.rooms(self.actor), place_query=self.here("/").removeprefix("/"))


class HelpPage(Screen):
    """The help of one page; 404 for a page that its reader may not open, as for one that is not."""

    policy = signed_in
    help_title = gettext_lazy("วิธีใช้ของหน้าหนึ่ง")
    template_name = "portal/help_detail.html"

    @property
    def page(self) -> help.Page:
        page = found(help.pages().get(self.kwargs["view_name"]))
        return found(page if page.opens_to(self.actor) else None)

    def get_title(self) -> str:
        return _("วิธีใช้หน้า %s") % self.page.title

    def crumbs(self) -> tuple[Crumb, ...]:
        return (Crumb(HelpList.title, self.here(reverse("portal:help-list"))),)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        page = self.page
        return self.render(
            page=page,
            sections=[
                replace(one, links=[(label, self.here(url)) for label, url in one.links])
                for one in help.sections(page, request, request.GET.get(help.ABOUT, ""))
            ],
            page_url=self.here(page.path) if "<" not in page.path else "",
        )
