"""English texts compiled without GNU gettext: read back by Python's own gettext, nothing lost, nothing invented."""

import gettext
import io
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.run import translations

PO = """
# the head
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"

#: a place
msgid "ใช่"
msgstr "Yes"

msgid ""
"สองบรรทัด\\n"
"\\"ต่อกัน\\""
msgstr "two lines\\n"
"\\"joined\\""

#, python-format, fuzzy
msgid "เดา %s"
msgstr "guessed %s"

msgid "ว่าง"
msgstr ""
"""


def read_back(pairs: dict[str, str]) -> gettext.GNUTranslations:
    return gettext.GNUTranslations(io.BytesIO(translations.mo_bytes(pairs)))


def test_pairs_are_read_and_the_uncertain_left_out() -> None:
    pairs = translations.read_po(PO)
    assert pairs == {
        "": "Content-Type: text/plain; charset=UTF-8\n",
        "ใช่": "Yes",
        'สองบรรทัด\n"ต่อกัน"': 'two lines\n"joined"',
    }


@given(st.dictionaries(st.text(min_size=1).filter(lambda t: "\0" not in t), st.text(min_size=1), max_size=8))
def test_gettext_reads_back_what_was_written(pairs: dict[str, str]) -> None:
    pairs = {thai: english.replace("\0", " ") for thai, english in pairs.items()}
    charset = {"": "Content-Type: text/plain; charset=UTF-8\n"}
    read = read_back(charset | pairs)
    assert {thai: read.gettext(thai) for thai in pairs} == pairs


@pytest.mark.parametrize(
    "extra", ['msgctxt "x"\nmsgid "a"\nmsgstr "b"', 'msgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"']
)
def test_what_it_does_not_know_is_refused(extra: str) -> None:
    with pytest.raises(ValueError, match="not a plain msgid"):
        translations.read_po(f"{PO}\n{extra}\n")


def test_only_what_changed_is_compiled(tmp_path: Path) -> None:
    folder = tmp_path / "portal/locale/en/LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(PO, encoding="utf-8")
    compiled = folder / "django.mo"
    translations.compile_all(tmp_path)
    assert read_back(translations.read_po(PO)).gettext("ใช่") == "Yes"
    assert compiled.read_bytes() == translations.mo_bytes(translations.read_po(PO))

    compiled.write_bytes(b"newer")
    translations.compile_all(tmp_path)
    assert compiled.read_bytes() == b"newer"
    os.utime(compiled, (0, 0))
    translations.compile_all(tmp_path)
    assert compiled.read_bytes() != b"newer"


def test_every_text_of_the_project_can_be_compiled() -> None:
    sources = list(translations.ROOT.glob("*/locale/*/LC_MESSAGES/django.po"))
    assert sources
    for source in sources:
        pairs = translations.read_po(source.read_text(encoding="utf-8"))
        read = read_back(pairs)
        assert {thai: read.gettext(thai) for thai in pairs} == pairs
