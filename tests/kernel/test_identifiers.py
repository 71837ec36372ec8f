import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import identifiers as ids
from portal.identifiers import IdentifierError, normalise_old_number, parse_old_number
from portal.thai import clean_text, to_thai_digits

PAIRS = [  # public registry
    ("10520000225172", "3-1-2/17ลป"), ("10550000125197", "3-1-1/19นน"), ("10180000125417", "3-22(3)-1/41ชน"),
    ("10100008325355", "3-28(1)-83/35"), ("10110300125163", "3-30-1/16สป"),
    ("10730100125277", "3-10(1)-1/27นฐ"),
    ("20210013425617", "จ3-95(1)-134/61รย"), ("60380086325647", "อ2-63(2)-39/64บก"),
    ("00110000125317", "ส3-10(2)-1/31สป"),
]  # fmt: skip


@pytest.mark.parametrize(("number", "old"), PAIRS)
def test_registry_pairs(number, old):
    parsed = ids.parse_factory_number(number)
    assert ids.check_factory_number(number)
    assert "".join([*parsed[:4], str(parsed.year), parsed.check]) == number
    assert parsed.year == parse_old_number(old).year


def test_parts():
    assert ids.parse_factory_number("20210013425617") == ("2", "0", "21", "00134", 2561, "7")


@pytest.mark.parametrize(
    "cell",
    [
        "20259000125516", '="20259000125516"', " 20259000125516 ", "2-0-25-90001-2551-6",
        "๒๐๒๕๙๐๐๐๑๒๕๕๑๖", 20259000125516,
        20259000125516.0, "20259000125516.0", "20259 00012 5516", "'20259000125516", "20259000125516\u00a0",
    ],
    ids=repr,
)  # fmt: skip
def test_factory_number_out_of_any_cell(cell):
    assert ids.clean_factory_number(cell) == "20259000125516"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (None, "empty"), ("-", "empty"), ("2.0259E+13", "scientific"), (110000125317.0, "zeros_lost"),
        (110000125317, "zeros_lost"),
        ("110000125317.0", "zeros_lost"), ("110000125317", "not_14_digits"),
        ("2025900012551", "not_14_digits"), ("202590001255160", "not_14_digits"),
        ("2025900012551X", "not_14_digits"), ("20259000125517", "check_digit"), ("ไม่มี", "not_14_digits"),
        ("٢٠٢٥٩٠٠٠١٢٥٥١٦", "not_14_digits"),
    ],
    ids=repr,
)  # fmt: skip
def test_factory_number_errors(cell, code):
    with pytest.raises(IdentifierError) as caught:
        ids.parse_factory_number(cell)
    assert caught.value.code == code


@given(
    st.sampled_from([0, 1, 2, 6, 7]),
    st.integers(10, 96),
    st.integers(90000, 99999),
    st.integers(2500, 2599),
    st.integers(0, 3),
)
def test_made_numbers_check_and_every_wrong_digit_shows(issuer, province, running, year, place):
    number = ids.make_factory_number(
        issuer=issuer, province=f"{province}", running=running, year=year, place=place
    )
    assert ids.check_factory_number(number)
    assert ids.parse_factory_number(number)[:5] == (
        str(issuer),
        str(place),
        f"{province}",
        str(running),
        year,
    )
    for position in range(14):
        wrong = number[:position] + str((int(number[position]) + 1) % 10) + number[position + 1 :]
        assert not ids.check_factory_number(wrong)


@pytest.mark.parametrize("parts", [{"running": 100_000}, {"province": "1"}, {"year": 69}, {"issuer": 12}])
def test_making_refuses_parts_that_do_not_fit(parts):
    with pytest.raises(ValueError, match="13 digits"):
        ids.make_factory_number(**{"issuer": 1, "province": "25", "running": 90000, "year": 2569} | parts)


@pytest.mark.parametrize("text", ["", "2025900012551", "๒๐๒๕๙๐๐๐๑๒๕๕๑๖", "20259000125516\n"])
def test_check_takes_ascii_digits_only(text):
    assert not ids.check_factory_number(text)


SAME = [
    ["จ3-9(6)-100/51ปจ", "จ.3-9(6)-100/51ปจ", " จ 3-9(6)-100/51 ปจ ", "จ3-9(6)-๑๐๐/๕๑ปจ",
     "จ3-9(6)-100/2551ปจ", '="จ3-9(6)-100/51ปจ"',
     "จ3-09(06)-0100/51ปจ", "จ3–9(6)–100/51ปจ", "จ3-9 (6) - 100 / 51 ป.จ.", "จ3-9（6）-100／51ปจ",
     "จ3-9(6)-100/51ปจ\u200b"],
    ["3-101-1/39สป", "3-101-1/2539สป", "๓-๑๐๑-๑/๒๕๓๙สป", "3-101-01/39 สป."],
    ["3-28(1)-83/35", "3-28(1)-83/35กท", "3-28(1)-83/2535 กท."],
    ["1-10-1/2560", "1-10-1/60"],
    ["น.71(66)-90015/2559-ญนอ.", "น71(66)-90015/2559-ญนอ",
     "น. 71(66) - 90015/59 - ญนอ.", "น.71(66)-90015/2559-ญ.น.อ."],
]  # fmt: skip


@pytest.mark.parametrize("spellings", SAME, ids=lambda spellings: spellings[0])
def test_one_factory_has_one_key(spellings):
    assert {normalise_old_number(spelling) for spelling in spellings} == {normalise_old_number(spellings[0])}


def test_different_numbers_keep_different_keys():
    numbers = ["จ3-9(6)-100/51ปจ", "3-9(6)-100/51ปจ", "จ3-9(6)-100/52ปจ", "จ3-9-100/51ปจ",
               "จ3-9(6)-101/51ปจ", "จ3-9(6)-100/51กจ", "จ2-9(6)-100/51ปจ",
               "ศ3-9(6)-100/51ปจ", "3-9(6)-100/51", "น.9(6)-100/2551-ปจ.", "น3-9(6)-100/51ปจ"]  # fmt: skip
    assert len({normalise_old_number(number) for number in numbers}) == len(numbers)


def test_old_number_parts():
    number = parse_old_number("จ.3-9(6)-100/51ปจ")
    assert (number.prefix, number.category, number.factory_type, number.sub) == ("จ", 3, 9, 6)
    assert (number.running, number.year, number.province, number.estate) == (100, 2551, "ปจ", "")
    assert number.class_code == "00906"
    assert number.key == "จ3-9(6)-100/51ปจ"
    estate = parse_old_number("น.71(66)-90015/2559-ญนอ.")
    assert (estate.prefix, estate.category, estate.year, estate.estate, estate.key) == (
        "น",
        None,
        2559,
        "ญนอ",
        "น71(66)-90015/59-ญนอ",
    )
    assert parse_old_number("3-53-1/05ปจ").key == "3-53-1/05ปจ"


@given(
    st.sampled_from(["", "จ", "ข", "ศ", "อ", "ส"]), st.sampled_from([1, 2, 3]), st.integers(1, 107),
    st.one_of(st.none(), st.integers(1, 22)),
    st.integers(1, 99999), st.integers(2500, 2599), st.sampled_from(["ปจ", "สป", "กจ", ""]),
    st.randoms(use_true_random=False),
)  # fmt: skip
def test_key_survives_spelling_and_is_a_fixed_point(
    prefix, category, kind, sub, running, year, province, random
):
    plain = f"{prefix}{category}-{kind}{f'({sub})' if sub else ''}-{running}/{year % 100:02}{province}"
    dotted = prefix and prefix + "."
    messy = f"{dotted}{category}-{kind:03}{f'({sub:02})' if sub else ''}-{running}/{year}{province}"
    messy = "".join(character + (" " if random.random() < 0.2 else "") for character in messy)
    if random.random() < 0.5:
        messy = to_thai_digits(messy)
    assert normalise_old_number(messy) == plain == normalise_old_number(plain)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"), ("-", "empty"), (None, "empty"), ("จ4-9(6)-100/51ปจ", "old_number_shape"),
        ("จ3-9(6)-100/511ปจ", "old_number_shape"),
        ("20259000125516", "old_number_shape"), ("จ3-9(6)100/51ปจ", "old_number_shape"),
        ("00906310051ปจ", "old_number_shape"),
        ("จ3-9(6)-100/51ปจ extra", "old_number_shape"), ("1-10-1/2017", "old_number_year"),
        ("x" * 10_000, "old_number_shape"),
    ],
    ids=lambda value: repr(value)[:30],
)  # fmt: skip
def test_old_number_errors(text, code):
    with pytest.raises(IdentifierError) as caught:
        parse_old_number(text)
    assert caught.value.code == code


def test_thirteen_digits():
    twelve = "912345678901"  # no Thai number begins with 9
    good = twelve + ids.thirteenth_digit(twelve)
    assert ids.check_citizen_id(good)
    assert not ids.check_juristic_id(good)
    assert not ids.check_citizen_id(good[:-1])
    assert not ids.check_citizen_id(to_thai_digits(good))
    company = "099999999999"
    company += ids.thirteenth_digit(company)
    assert ids.check_juristic_id(company)
    assert ids.clean_thirteen(f"{good[0]}-{good[1:5]}-{good[5:10]}-{good[10:12]}-{good[12]}") == good
    assert ids.clean_thirteen(to_thai_digits(good)) == good
    assert ids.clean_thirteen(float(good)) == good


@pytest.mark.parametrize(("first", "digit"), [("010754400010", "8"), ("010753600037", "4")])
def test_thirteenth_digit_of_public_companies(first, digit):
    assert ids.thirteenth_digit(first) == digit


@given(st.from_regex(r"\A[0-9]{12}\Z"))
def test_every_wrong_digit_but_the_known_blind_spot_shows(first):
    number = first + ids.thirteenth_digit(first)
    assert ids.check_citizen_id(number)
    assert not ids.check_citizen_id(number[:12] + str((int(number[12]) + 1) % 10))


@pytest.mark.parametrize(
    ("value", "code"), [(None, "empty"), ("123", "not_13_digits"), ("12345678901234", "not_13_digits")]
)
def test_thirteen_errors_do_not_repeat_the_number(value, code):
    with pytest.raises(IdentifierError) as caught:
        ids.clean_thirteen(value)
    assert caught.value.code == code
    assert str(value) not in caught.value.message


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("1234567890121", "1-2345-XXXXX-XX-1"),
        ("1-2345-67890-12-1", "1-2345-XXXXX-XX-1"),
        ("123", "X-XXXX-XXXXX-XX-X"),
        (None, "X-XXXX-XXXXX-XX-X"),
    ],
)
def test_mask(value, shown):
    assert ids.mask_citizen_id(value) == shown


@pytest.mark.realfile
@pytest.mark.parametrize(
    ("name", "column"),
    [("prachinburi_diw_export.csv", "เลขทะเบียน"), ("prachinburi_factory_feed.csv", "DISPFACREG")]
)  # fmt: skip
def test_every_real_old_number_reads_and_keeps_its_spelling(real_files, name, column):
    with (real_files / name).open(encoding="utf-8-sig", newline="") as file:
        numbers = [row[column] for row in csv.DictReader(file)]
    assert len(numbers) == 632
    assert [normalise_old_number(number) for number in numbers] == numbers
    # The same rows, written as people and Excel would.
    for number in numbers:
        parts = parse_old_number(number)
        dotted = number.replace(parts.prefix, f" {parts.prefix}. ", 1) if parts.prefix else number
        full_year = dotted.replace(f"/{parts.year % 100:02}", f" / {parts.year}")
        assert normalise_old_number(f'="{to_thai_digits(full_year)}"') == number


@pytest.mark.realfile
def test_the_real_feeds_numbers_agree_with_each_other(real_files):
    with (real_files / "prachinburi_factory_feed.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        old = parse_old_number(row["DISPFACREG"])
        assert ids.parse_factory_number(row["FID"]).year == old.year
        # The internal number begins with the class (its sub-type may be finer than the one displayed).
        internal = clean_text(row["FACREG"])
        assert (int(internal[:3]), internal[-2:]) == (old.factory_type, old.province)
