"""Help, asked for every screen of the URLconf: it answers, and says what the screen declares."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.http import Http404
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from offices.demo import DOMAIN
from portal import calendar, help, words
from portal.access import Policy
from portal.actors import Actor, actor_of
from portal.help.pages import SOURCES
from portal.intake.handlers import handlers_for
from portal.models import User
from portal.scope import nation
from portal.screens import Column, DetailScreen, EditScreen, ListScreen
from reporting import forms
from reporting import help as reporting_help
from reporting.rules import rules_of

pytestmark = pytest.mark.django_db

READERS = ("admin.1", "officer.25", "head.policy.25", "chief.25", "inspector.1")
BUDGET = 12  # signing in, the place filter, "my work"; the help itself asks for a form's products only

# Screens whose columns or fields only their row can say.
OF_THEIR_ROW = {
    "intake:batch-import": "form_class",
    "intake:batch-mapping": "form_class",
    "portal:fact-detail": "groups",
}


@pytest.fixture(scope="module", autouse=True)
def world(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Offices and people of the demonstration, without reports; rolled back at the end of the file."""
    with django_db_blocker.unblock(), transaction.atomic():
        out = io.StringIO()
        call_command("load_reference", stdout=out)
        call_command("load_demo", scale="tiny", months=1, stdout=out)
        yield
        transaction.set_rollback(True)


def signed_in(name: str) -> Client:
    client = Client()
    client.user = User.objects.get(email=f"{name}@{DOMAIN}")  # type: ignore[attr-defined]
    client.force_login(client.user)  # type: ignore[attr-defined]
    session = client.session
    session["second_factor"] = True
    session.save()
    return client


def known(user: User) -> Actor:
    return actor_of(user, calendar.today())


def opener(policy: Policy) -> str:
    for name in READERS:
        if policy.test(known(User.objects.get(email=f"{name}@{DOMAIN}"))):
            return name
    raise AssertionError(f"nobody of the test may open a page of policy {policy.name}")


def text(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    body = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", body)))


@nation("test")
def declared(page: help.Page) -> tuple[list[Column], list[str]]:
    """The columns of a screen, and the labels of what is filled in, read without the help's own code."""
    screen = page.screen()
    request = RequestFactory().get("/")
    request.user = User.objects.get(email=f"{opener(page.policy)}@{DOMAIN}")
    request.actor = known(request.user)  # type: ignore[attr-defined]
    request.places = ()  # type: ignore[attr-defined]
    screen.setup(request)
    columns: list[Column] = []
    labels: list[str] = []
    try:
        if isinstance(screen, ListScreen):
            columns += screen.columns
            if screen.filterset_class is not None:
                made: Any = screen.filterset_class
                filters = made({}, queryset=made._meta.model.objects.none(), request=request).form.fields
                assert filters
                labels += [str(field.label) for field in filters.values()]
        if isinstance(screen, DetailScreen):
            columns += [column for group in screen.groups for column in group.fields]
            columns += [column for one in screen.related for column in one.columns]
        if isinstance(screen, EditScreen):
            shown = screen.form_class.base_fields.values()  # type: ignore[attr-defined]
            labels += [str(field.label) for field in shown if field.label and not field.widget.is_hidden]
    except (KeyError, Http404):
        assert page.view_name in OF_THEIR_ROW, f"{page.view_name} says nothing without a row"
    return columns, labels


def test_every_screen_has_a_help_that_says_what_it_declares() -> None:
    clients = {name: signed_in(name) for name in READERS}
    assert len(help.pages()) > 80
    for page in help.pages().values():
        assert str(page.title), f"{page.view_name} has no name without its row: set help_title"
        said = text(clients[opener(page.policy)], page.url)
        assert str(page.title) in said
        assert str(page.policy.label) in said and str(page.lead) in said
        columns, labels = declared(page)
        missing = [label for label in (*(str(c.label) for c in columns), *labels) if label not in said]
        assert not missing, (page.view_name, missing)
        for column in columns:
            if column.kind == "state":
                assert column.group, f"{page.view_name}: state column {column.key} names no group of words"
                for word in words.GROUPS[column.group]:
                    assert word.th in said and word.meaning in said, (page.view_name, word.code)


def test_words_and_sources_name_what_there_is() -> None:
    for page in help.pages().values():
        assert set(page.screen.help_words) <= set(words.GROUPS), page.view_name
    assert set(SOURCES) <= set(help.pages())


def test_sheets_are_told_column_by_column() -> None:
    client = signed_in("admin.1")
    handlers = handlers_for(known(client.user))  # type: ignore[attr-defined]
    assert len(handlers) > 3
    for handler in handlers:
        said = text(client, help.sheet_help(handler.code))
        for column in handler.spec({}).columns:
            for part in (column.header, column.unit, column.help, column.example):
                assert re.sub(r"\s+", " ", str(part)) in said, (handler.code, column.key)


def test_the_rules_of_a_form_are_told_with_their_examples() -> None:
    client = signed_in("officer.25")
    for code in forms.codes():
        form = forms.versions(code)[-1]
        said = text(client, f"{help.pages()['reporting:form-detail'].url}?about={code}")
        assert form.name_th in said
        for rule in rules_of(form):
            for part in (rule.code, rule.message, rule.why, rule.mend, words.word("finding", rule.level).th):
                assert re.sub(r"\s+", " ", str(part)) in said, (code, rule.name)
            for example in rule.examples:
                assert reporting_help.in_words(form, example.fails) in said, (code, rule.name)
                assert reporting_help.in_words(form, example.passes) in said, (code, rule.name)


def test_what_a_reader_may_not_open_and_what_is_not_answer_404() -> None:
    officer = signed_in("officer.25")
    actor = known(officer.user)  # type: ignore[attr-defined]
    closed = [page for page in help.pages().values() if not page.opens_to(actor)]
    assert closed
    for page in closed:
        assert officer.get(page.url).status_code == 404, page.view_name
    for url in (
        "/help/nothing:at-all/",
        "/help/home/",
        f"{help.pages()['intake:batch-import'].url}?about=nothing",
        f"{help.pages()['reporting:form-detail'].url}?about=nothing",
    ):
        assert officer.get(url).status_code == 404, url


def test_the_index_lists_exactly_what_the_reader_may_open() -> None:
    for name in READERS:
        client = signed_in(name)
        body = client.get(reverse("portal:help-list")).content.decode()
        actor = known(client.user)  # type: ignore[attr-defined]
        listed = re.findall(r'<li><a href="(/help/[^"]+)"', body)
        assert sorted(listed) == sorted(p.url for p in help.pages().values() if p.opens_to(actor))


def test_the_top_bar_leads_to_the_help_of_the_page_and_keeps_the_place() -> None:
    client = signed_in("admin.1")

    def link(url: str) -> str:
        found = re.search(r'class="help-link" href="([^"]+)"', client.get(url).content.decode())
        assert found, url
        return html.unescape(found[1])

    assert link(reverse("factories:factory-list")) == "/help/factories:factory-list/"
    assert link(f"{reverse('factories:factory-list')}?office=25") == "/help/factories:factory-list/?office=25"
    assert link(reverse("intake:batch-import", args=["PROD-M"])) == "/help/intake:batch-import/?about=PROD-M"
    assert link(reverse("home")) == "/help/"
    assert link("/help/factories:factory-list/?office=25") == "/help/?office=25"
    body = client.get("/help/?office=25").content.decode()
    assert 'href="/help/factories:factory-list/?office=25"' in body
    body = client.get("/help/intake:batch-list/?office=25").content.decode()
    assert "/help/intake:batch-import/?about=PROD-M&amp;office=25" in body
    assert "help-link" not in Client().get(reverse("account_login")).content.decode()


@pytest.mark.parametrize(
    "url",
    [
        "/help/",
        "/help/factories:factory-list/",
        "/help/factories:factory-detail/",
        "/help/intake:batch-import/?about=PROD-M",
        "/help/reporting:form-detail/?about=PROD-M",
    ],
)
def test_query_budget(url: str) -> None:
    client = signed_in("officer.25")
    client.get(url)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    asked = [q["sql"] for q in caught.captured_queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(asked) <= BUDGET, "\n".join(sql[:160] for sql in asked)
