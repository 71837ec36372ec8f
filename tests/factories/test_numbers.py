"""The database reads factory numbers exactly as ``portal.identifiers`` does."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from factories.category_rules import case_sql, to_sql
from factories.models import FactoryType
from factories.numbers_sql import check_digit_ok
from factories.reference import load_factory_types
from portal import identifiers, sql
from portal.scope import nation

_LETTERS = "กจขศสอนปชมวฮ"
written = st.builds(
    lambda prefix, cat, kind, sub, run, year, tail, spaces: (
        f"{prefix}{cat}-{kind}{sub}{spaces}-{run}/{year}{tail}"
    ),
    st.sampled_from(["", "จ", "จ.", "ข", "อ.", "ขจ", "น."]),
    st.sampled_from(["1", "2", "3", "๓", "4", ""]),
    st.integers(0, 1200).map(str),
    st.sampled_from(["", "(1)", "(06)", "(0)", "（๒）", "(123)"]),
    st.one_of(st.integers(0, 2_000_000).map(str), st.just("007")),
    st.sampled_from(["51", "๕๑", "2551", "2481", "2482", "2699", "2700", "2008", "251"]),
    st.one_of(
        st.sampled_from(["", "ปจ", "ป.จ.", "กท", "ก.ท.", "-ญนอ.", " ปจ", "ปจก"]),
        st.text(_LETTERS, max_size=3),
    ),
    st.sampled_from(["", " ", "\u00a0"]),
)
anything = st.text(st.sampled_from("จ.ขกทปน123456789๐๕-–/\\()=\"' \u00a0"), max_size=24)


class ReadingsAgree(TestCase):
    @settings(max_examples=400, deadline=None)
    @given(st.one_of(written, anything))
    @example('="จ3-9(6)-100/51ปจ"')
    @example("น.71(66)-90015/2559-ญนอ.")
    @example("จ 3–9(6)–100／51 ปจ")
    @example("'3-1-2/17ลป")
    def test_old_numbers(self, text: str) -> None:
        try:
            expected: str | None = identifiers.normalise_old_number(text)
        except identifiers.IdentifierError:
            expected = None
        with nation("test"):
            ((key, kind),) = sql.rows(
                "SELECT factories_old_number_key(%(t)s), factories_class_of_key(factories_old_number_key(%(t)s))",
                {"t": text},
            )
        assert key == expected
        if expected:
            assert kind == identifiers.parse_old_number(text).class_code[-5:] or len(kind) > 5

    @settings(max_examples=100, deadline=None)
    @given(st.text("0123456789", min_size=14, max_size=14))
    def test_check_digits(self, number: str) -> None:
        with nation("test"):
            ((right,),) = sql.rows(f"SELECT {check_digit_ok('%(n)s::text')}", {"n": number})
        assert right == identifiers.check_factory_number(number)


def told(rule: str, horsepower: int | None, workers: int | None) -> bool | None:
    """The rule language read once more, in Python and three-valued."""
    if rule in ("ALL", "NONE"):
        return rule == "ALL"
    if rule in ("", "BY_SUBTYPE"):
        return None
    joint = " OR " if " OR " in rule else " AND "
    values: list[bool | None] = []
    for term in rule.split(joint):
        negated = term.startswith("NOT ")
        name = term.removeprefix("NOT ")
        value: bool | None = None
        for measure, number in (("HP", horsepower), ("WORKERS", workers)):
            if name.startswith(measure + "<=") and number is not None:
                value = number <= int(name.split("<=")[1])
            elif name.startswith(measure + ">") and number is not None:
                value = number > int(name.split(">")[1])
        values.append(None if value is None else value != negated)
    decisive = joint == " OR "
    if decisive in values:
        return decisive
    return None if None in values else not decisive


@pytest.mark.django_db
def test_every_rule_of_the_list_is_read() -> None:
    with nation("test"):
        load_factory_types()
        for number in (1, 2, 3):
            rules = sorted(set(FactoryType.objects.values_list(f"category{number}_rule", flat=True)))
            assert len(rules) > 2 or number == 1
            condition = case_sql(rules, rule="r", horsepower="h", workers="w")
            for horsepower in (None, 0, 75, 76):
                for workers in (None, 0, 75, 76):
                    found = sql.rows(
                        f"SELECT r, {condition} FROM unnest(%(rules)s::text[]) r, "
                        f"(SELECT %(h)s::numeric AS h, %(w)s::integer AS w) x",
                        {"rules": rules, "h": horsepower, "w": workers},
                    )
                    assert found == [(rule, told(rule, horsepower, workers)) for rule in rules]


@pytest.mark.parametrize(
    "rule", ["HP=75", "HP<=75 AND HP>3 OR ALL", "hp<=75", "HP<=75; DROP", "NOT", "WORKERS"]
)
def test_what_is_no_rule(rule: str) -> None:
    if rule == "WORKERS":  # a name by itself is a circumstance
        assert to_sql(rule, horsepower="h", workers="w") == "NULL::boolean"
        return
    with pytest.raises(ValueError):
        to_sql(rule, horsepower="h", workers="w")
