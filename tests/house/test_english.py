"""English is complete: every Thai text has one English text, and the pages of an English reader show no Thai.

What is data stays Thai: names of places, people, products and forms, words of the register, dates with Thai
month names, and examples of numbers written with Thai letters.
"""

from __future__ import annotations

import ast
import html
import re
from collections import defaultdict
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.utils.translation import trans_real
from django.utils.translation.template import templatize

from offices.models import Person
from portal import calendar
from portal.actors import actor_of
from portal.checks import views
from portal.dated import declared
from portal.intake.handlers import handlers_for
from portal.models import User
from portal.run import translations
from portal.scope import nation
from reporting import forms
from tests.house.lint import APPS, ROOT
from tests.screens.conftest import account

CALLS = {"_", "gettext", "gettext_lazy", "gettext_noop"}
UNSUPPORTED = {"ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy"}
THAI = re.compile(r"[\u0e00-\u0e7f]")
OLD_NUMBER = re.compile(r"[ก-ฮ]{1,2}\d-[0-9()]+-\d+/\d+[ก-ฮ]{2}")
"""An example of an old registration number, which has Thai letters in any language."""
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z%]|\{\w*\}|</?[a-z]+[^>]*>")


def in_python(text: str) -> Iterator[str]:
    """The texts of gettext calls; a call whose text is not written out raises ValueError.

    ``_(name)`` of a text that stands in gettext_noop elsewhere is allowed.
    """
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name in UNSUPPORTED:
            raise ValueError(
                f"line {node.lineno}: {name}: the compiler knows neither contexts nor plural forms"
            )
        if name not in CALLS or not node.args:
            continue
        said = node.args[0]
        if isinstance(said, ast.Constant) and isinstance(said.value, str):
            yield said.value
        elif not isinstance(said, ast.Name):
            raise ValueError(f"line {node.lineno}: not a text written out: {ast.unparse(said)}")


def in_template(text: str) -> Iterator[str]:
    """The texts of translate and blocktranslate tags and of ``_("…")`` in any tag."""
    code = templatize(text)
    for found in re.finditer(r"""(?:gettext|\b_)\(u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\)""", code):
        yield ast.literal_eval(found.group(1))


def asked() -> dict[str, list[str]]:
    """Thai text → the files that say it."""
    places: dict[str, list[str]] = defaultdict(list)
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            try:
                for thai in in_python(path.read_text(encoding="utf-8")):
                    places[thai].append(str(path.relative_to(ROOT)))
            except ValueError as error:
                raise ValueError(f"{path.relative_to(ROOT)}: {error}") from None
    for path in sorted((ROOT / "templates").rglob("*.*")):
        for thai in in_template(path.read_text(encoding="utf-8")):
            places[thai].append(str(path.relative_to(ROOT)))
    return places


def catalogues() -> dict[str, dict[str, str]]:
    """Name of the app → its Thai and English texts."""
    found = {}
    for path in sorted(ROOT.glob("*/locale/en/LC_MESSAGES/django.po")):
        pairs = translations.read_po(path.read_text(encoding="utf-8"))
        found[path.relative_to(ROOT).parts[0]] = {thai: english for thai, english in pairs.items() if thai}
    return found


@pytest.fixture(scope="module")
def places() -> dict[str, list[str]]:
    return asked()


@pytest.fixture(scope="module")
def english() -> dict[str, dict[str, str]]:
    return catalogues()


def faults_of(thai: str, english: str) -> list[str]:
    """What is wrong with one translation."""
    found = []
    if sorted(PLACEHOLDER.findall(thai)) != sorted(PLACEHOLDER.findall(english)):
        found.append("placeholders differ")
    if THAI.search(OLD_NUMBER.sub("", english)):
        found.append("Thai letters in the English")
    return found


def test_every_text_has_english(places: dict[str, list[str]], english: dict[str, dict[str, str]]) -> None:
    known = {thai for pairs in english.values() for thai in pairs}
    missing = {thai: where[0] for thai, where in places.items() if THAI.search(thai) and thai not in known}
    assert missing == {}


def test_no_catalogue_keeps_what_nobody_says(
    places: dict[str, list[str]], english: dict[str, dict[str, str]]
) -> None:
    assert {
        app: sorted(set(pairs) - set(places)) for app, pairs in english.items() if set(pairs) - set(places)
    } == {}


def test_each_translation_keeps_what_it_must(english: dict[str, dict[str, str]]) -> None:
    found = {
        (app, thai): faults
        for app, pairs in english.items()
        for thai, said in pairs.items()
        if (faults := faults_of(thai, said))
    }
    assert found == {}


def test_one_text_has_one_translation(english: dict[str, dict[str, str]]) -> None:
    """Django merges the catalogues, and which one wins depends on the order of the apps."""
    said: dict[str, dict[str, str]] = defaultdict(dict)
    for app, pairs in english.items():
        for thai, text in pairs.items():
            said[thai][app] = text
    assert {thai: texts for thai, texts in said.items() if len(set(texts.values())) > 1} == {}


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        ("_('ก')\ngettext_lazy('ข' 'ค')\ntranslation.gettext('ง')", ["ก", "ขค", "ง"]),
        ("_(what)\nother('ก')\nx = 'ข'", []),
    ],
)
def test_texts_of_python_are_found(code: str, texts: list[str]) -> None:
    assert list(in_python(code)) == texts


@pytest.mark.parametrize("code", ["_(f'ก {x}')", "_('ก' + x)", "ngettext('ก', 'ข', 2)", "pgettext('x', 'ก')"])
def test_texts_that_nobody_could_translate_are_refused(code: str) -> None:
    with pytest.raises(ValueError, match="line 1"):
        list(in_python(code))


def test_texts_of_templates_are_found() -> None:
    source = (
        '{% load i18n %}{% translate "ก" %}{% translate "ข" as x %}{{ x|default:_("ค") }}'
        "{% blocktranslate with n=x %}มี {{ n }} ใบ{% endblocktranslate %}{# translate ง #}"
        "{% blocktranslate trimmed %}\n  จ\n  ฉ\n{% endblocktranslate %}"
    )
    assert sorted(in_template(source)) == sorted(["ก", "ข", "ค", "มี %(n)s ใบ", "จ ฉ"])


@pytest.mark.parametrize(
    ("thai", "said", "fault"),
    [
        ("มี %(n)s", "has %(m)s", "placeholders differ"),
        ("<b>ก</b>", "<i>a</i>", "placeholders differ"),
        ("%s แถว", "rows", "placeholders differ"),
        ("ก", "กa", "Thai letters in the English"),
    ],
)
def test_a_bad_translation_is_found(thai: str, said: str, fault: str) -> None:
    assert faults_of(thai, said) == [fault]


def test_a_good_translation_is_left_alone() -> None:
    assert faults_of("%(a)s กับ %(b)s เช่น จ3-9(6)-100/51ปจ", "%(b)s and %(a)s, such as จ3-9(6)-100/51ปจ") == []


# --- Pages -----------------------------------------------------------------------------------------


@pytest.fixture
def compiled() -> None:
    """The catalogues as they are now; Django keeps what it has read of a language."""
    translations.compile_all()
    trans_real._translations.pop("en", None)


def strings_in(value: object) -> Iterator[str]:
    """The texts of a value of a row, JSON included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from strings_in(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from strings_in(one)


def data(user: User) -> list[str]:
    """Thai that a page shows as it is, longest first: rows, names of forms and sheets, sources and values of
    settings, and capacities, which stand in Thai as under a signature."""
    actor = actor_of(user, calendar.today())
    found = {text for one in declared() for text in (one.source, *strings_in((one.default,)))}
    found |= {", ".join(one.default) for one in declared() if isinstance(one.default, list | tuple)
              and all(isinstance(part, str) for part in one.default)}  # fmt: skip
    found |= {str(one.title) for one in handlers_for(actor)}
    found |= {form.name_th for code in forms.codes() for form in forms.versions(code)}
    with nation("test"):
        for model in apps.get_models():
            names = [
                field.attname
                for field in model._meta.concrete_fields
                if isinstance(field, models.CharField | models.TextField | models.JSONField)
            ]
            if names and model._meta.managed and model._meta.app_label in APPS:
                found.update(
                    text for row in model._default_manager.values_list(*names) for text in strings_in(row)
                )
        found.update(person.name for person in Person.objects.all())
        for capacity in actor.capacities:
            found |= {capacity.label, capacity.order_ref}
    return sorted(filter(THAI.search, found), key=len, reverse=True)


def thai_of(page: str, known: list[str]) -> list[str]:
    """The Thai of a page that is not data. What a state means is told in Thai, in the title of its word."""
    text = re.sub(r'<button class="plain" name="language".*?</button>', "", page, flags=re.S)
    text = html.unescape(re.sub(r'(<span class="state [^>]*?) title="[^"]*"', r"\1", text))
    for one in known:
        text = text.replace(one, "")
    return [run.strip() for run in re.findall(r"[^<>\"\n]*[\u0e00-\u0e7f][^<>\"\n]*", text)]


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["OFFICER", "CHIEF", "CENTRAL_ADMIN"])
def test_pages_of_an_english_reader_show_no_thai(kind: str, compiled: None) -> None:
    reader, user = Client(), account(kind)
    reader.force_login(user)
    found, seen = pages_of(reader, data(user))
    assert found == {}
    assert seen > 20


@pytest.mark.django_db
def test_pages_before_signing_in_show_no_thai(compiled: None) -> None:
    found, seen = pages_of(Client(), [])
    assert found == {}
    assert seen > 3


def pages_of(reader: Client, known: list[str]) -> tuple[dict[str, list[str]], int]:
    """Every address without a parameter, in English: the Thai left on each page, and how many pages there were."""
    reader.cookies["django_language"] = "en"
    found, seen = {}, 0
    for path, _pattern in views():
        if "<" in path or "(?P" in path:
            continue
        response = reader.get(f"/{path}")
        if response.status_code in (301, 302, 404) or not response.get("Content-Type", "").startswith(
            "text/html"
        ):
            continue
        seen += 1
        if left := thai_of(response.content.decode(), known):
            found[f"{response.status_code} /{path}"] = left
    return found, seen


def test_thai_outside_data_is_found() -> None:
    page = '<p title="ชื่อ">บริษัท ก</p><span class="state x" title="คำอธิบาย">Done</span>'
    assert thai_of(page, ["บริษัท ก"]) == ["ชื่อ"]
