"""One list of state words; whoever invents a state elsewhere is refused here."""

import pytest
from django.apps import apps

from portal import words
from portal.checks import OUR_APPS
from portal.templatetags import portal as tags


def choice_fields():
    for model in apps.get_models():
        if model._meta.app_label in OUR_APPS and not hasattr(model, "pgh_tracked_model"):
            for field in model._meta.local_fields:
                if field.choices:
                    yield field


@pytest.mark.parametrize("field", list(choice_fields()), ids=words.field_path)
def test_every_choice_is_a_state_word_or_a_kind(field):
    path = words.field_path(field)
    if path in words.KIND_FIELDS:
        return
    assert path in words.STATE_FIELDS, (
        f"{path}: add its states to portal.words.GROUPS and the field to STATE_FIELDS, "
        "or, if its choices say what a thing is and not how far it is, to KIND_FIELDS"
    )
    group = words.STATE_FIELDS[path]
    for code, label in field.flatchoices:
        if code != "":
            assert words.word(group, code).th == str(label), f"{path}: {code}"


def test_fields_named_on_the_list_exist():
    known = {words.field_path(field) for field in choice_fields()}
    assert set(words.STATE_FIELDS) | words.KIND_FIELDS <= known


def test_a_word_is_said_once_in_its_group_and_is_whole():
    for group, listed in words.GROUPS.items():
        for attribute in ("code", "th", "en"):
            values = [getattr(word, attribute) for word in listed]
            assert len(values) == len(set(values)), f"{group}: {attribute} twice"
        for word in listed:
            assert word.meaning and word.shape in tags.SHAPES


def test_two_states_of_a_group_differ_in_more_than_colour():
    for group, listed in words.GROUPS.items():
        looks = [(word.shape, word.th) for word in listed]
        assert len(looks) == len(set(looks)), group


def test_states_of_registered_workflows_are_on_the_list():
    from offices import workflow

    for known in workflow.workflows():
        for state in known.states:
            assert words.word(known.words, state)


def test_tags_format_as_the_house_does():
    from datetime import UTC, date, datetime
    from decimal import Decimal

    assert tags.number(1234567) == "1,234,567" and tags.number(None) == "–" and tags.number(Decimal(0)) == "0"
    assert tags.baht(Decimal("1234.5")) == "1,234.50"
    assert (
        tags.percent(None) == "–"
        and tags.percent(Decimal("98.46")) == "98.5 %"
        and tags.percent(0) == "0.0 %"
    )
    assert tags.thai_date(date(2026, 11, 22)) == "22 พ.ย. 2569"
    assert tags.thai_time(datetime(2026, 11, 21, 18, 0, tzinfo=UTC)) == "22 พ.ย. 2569 01:00 น."
    with pytest.raises(KeyError):
        tags.state("invented", "job")
