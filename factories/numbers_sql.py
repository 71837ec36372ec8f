"""The database's own reading of factory numbers, the same as ``portal.identifiers`` gives.

A feed of a hundred thousand rows is matched in one statement, so the key is made there. A test
holds both readings equal.
"""

_THAI = "๐๑๒๓๔๕๖๗๘๙"
_FROM = _THAI + "‐‑–—−－／（）\\"
_TO = "0123456789" + "------" + "/()/"
_SPACE = r"[\s\u00a0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\u0085\u00ad\ufeff]"
# The shapes are only recognised by patterns; what they hold is cut out by position, because patterns that
# capture take ten times as long.
_LETTER = r"[\u0E01-\u0E2E]\.?"
_MIDDLE = r"[0-9]{1,3}(?:\([0-9]{1,2}\))?-[0-9]{1,6}/(?:[0-9]{4}|[0-9]{2})"
_COMMON = rf"^(?:{_LETTER}){{0,2}}[123]-{_MIDDLE}(?:(?:{_LETTER}){{2}})?$"
# Most numbers are written as their key is.
_CLASS = r"[1-9][0-9]{0,2}(?:\([1-9][0-9]?\))?"
_KEY = rf"^[\u0E01-\u0E2E]{{0,2}}[123]-{_CLASS}-[1-9][0-9]{{0,5}}/[0-9]{{2}}(?:[\u0E01-\u0E2E]{{2}})?$"
_ESTATE = rf"^\u0E19\.?{_MIDDLE}-?(?:{_LETTER}){{2,6}}$"

OLD_NUMBER_KEY_SQL = rf"""
CREATE OR REPLACE FUNCTION factories_old_number_key(raw text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $body$
DECLARE
    t text;
    estate boolean;
    head text;  -- letters, and the category of a common number
    class text;  -- 9(6)
    tail text;  -- 100/51ปจ
    year text;
    letters text;
BEGIN
    IF raw ~ '{_KEY}' AND right(raw, 2) <> 'กท' THEN RETURN raw; END IF;
    t := regexp_replace(translate(raw, '{_FROM}', '{_TO}'), '{_SPACE}', '', 'g');
    IF left(t, 2) = '="' AND right(t, 1) = '"' THEN t := substr(t, 3, length(t) - 3); END IF;
    IF left(t, 1) = '''' THEN t := substr(t, 2); END IF;
    estate := t ~ '{_ESTATE}';
    IF NOT estate AND t !~ '{_COMMON}' THEN RETURN NULL; END IF;
    t := replace(t, '.', '');
    IF estate THEN
        head := 'น';
        class := substr(split_part(t, '-', 1), 2);
        tail := substr(t, length(split_part(t, '-', 1)) + 2);
    ELSE
        head := split_part(t, '-', 1) || '-';
        class := split_part(t, '-', 2);
        tail := split_part(t, '-', 3);
    END IF;
    letters := ltrim(split_part(tail, '/', 2), '0123456789');
    year := left(split_part(tail, '/', 2), length(split_part(tail, '/', 2)) - length(letters));
    IF length(year) = 4 AND (year < '2482' OR year >= '2700') THEN RETURN NULL; END IF;
    RETURN head || split_part(class, '(', 1)::integer
        || coalesce('(' || nullif(rtrim(split_part(class, '(', 2), ')'), '')::integer || ')', '')
        || '-' || split_part(tail, '/', 1)::integer || '/' || right(year, 2)
        || CASE WHEN estate THEN '-' || ltrim(letters, '-') ELSE coalesce(nullif(letters, 'กท'), '') END;
END
$body$;
"""

# The five-digit class inside a key: "จ3-9(6)-100/51ปจ" → "00906". Estates write it before the first hyphen.
CLASS_OF_KEY_SQL = r"""
CREATE OR REPLACE FUNCTION factories_class_of_key(key text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
    SELECT lpad(split_part(class, '(', 1), 3, '0')
           || lpad(coalesce(nullif(rtrim(split_part(class, '(', 2), ')'), ''), '0'), 2, '0')
    FROM (SELECT CASE WHEN split_part(key, '-', 2) LIKE '%/%' THEN substr(split_part(key, '-', 1), 2)
                      ELSE split_part(key, '-', 2) END AS class OFFSET 0) AS cut
);
"""


def check_digit_ok(number: str) -> str:
    """SQL condition: the Luhn sum over the 14 digits of ``number`` (an SQL expression) is right. For a
    statement with parameters: the modulo sign is doubled."""
    digit = "substr({number}, {position}, 1)::integer"
    parts = []
    for position in range(1, 15):
        value = digit.format(number=number, position=position)
        doubled = f"2 * {value} - CASE WHEN {value} > 4 THEN 9 ELSE 0 END"
        parts.append(f"({doubled if position % 2 else value})")
    return f"(({' + '.join(parts)}) %% 10 = 0)"
