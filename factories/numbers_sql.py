"""The database's own reading of factory numbers, the same as ``portal.identifiers`` gives.

A feed of a hundred thousand rows is matched in one statement, so the key is made there. A test
holds both readings equal.
"""

_THAI = "๐๑๒๓๔๕๖๗๘๙"
_FROM = _THAI + "‐‑–—−－／（）\\"
_TO = "0123456789" + "------" + "/()/"
_SPACE = r"[\s\u00a0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\u0085\u00ad\ufeff]"
_LETTER = r"[\u0E01-\u0E2E]\.?"
_MIDDLE = r"([0-9]{1,3})(?:\(([0-9]{1,2})\))?-([0-9]{1,6})/([0-9]{4}|[0-9]{2})"
_COMMON = rf"^((?:{_LETTER}){{0,2}})([123])-{_MIDDLE}((?:{_LETTER}){{2}})?$"
_ESTATE = rf"^(\u0E19\.?){_MIDDLE}-?((?:{_LETTER}){{2,6}})$"

OLD_NUMBER_KEY_SQL = rf"""
CREATE OR REPLACE FUNCTION factories_old_number_key(raw text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $body$
DECLARE
    t text := regexp_replace(translate(raw, '{_FROM}', '{_TO}'), '{_SPACE}', '', 'g');
    m text[];
    y integer;
BEGIN
    IF left(t, 2) = '="' AND right(t, 1) = '"' THEN t := substr(t, 3, length(t) - 3); END IF;
    IF left(t, 1) = '''' THEN t := substr(t, 2); END IF;
    m := regexp_match(t, '{_COMMON}');
    IF m IS NOT NULL THEN
        y := m[6]::integer;
        IF length(m[6]) = 4 AND (y < 2482 OR y >= 2700) THEN RETURN NULL; END IF;
        RETURN replace(m[1], '.', '') || m[2] || '-' || m[3]::integer
            || coalesce('(' || m[4]::integer || ')', '') || '-' || m[5]::integer
            || '/' || lpad((y % 100)::text, 2, '0')
            || coalesce(nullif(replace(m[7], '.', ''), 'กท'), '');
    END IF;
    m := regexp_match(t, '{_ESTATE}');
    IF m IS NULL THEN RETURN NULL; END IF;
    y := m[5]::integer;
    IF length(m[5]) = 4 AND (y < 2482 OR y >= 2700) THEN RETURN NULL; END IF;
    RETURN replace(m[1], '.', '') || m[2]::integer || coalesce('(' || m[3]::integer || ')', '')
        || '-' || m[4]::integer || '/' || lpad((y % 100)::text, 2, '0') || '-' || replace(m[6], '.', '');
END
$body$;
"""

# The five-digit class inside a key: "จ3-9(6)-100/51ปจ" → "00906".
CLASS_OF_KEY_SQL = r"""
CREATE OR REPLACE FUNCTION factories_class_of_key(key text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
    SELECT lpad(m[1], 3, '0') || lpad(coalesce(m[2], '0'), 2, '0')
    FROM regexp_match(key, '^(?:[^0-9]*[123]-|[^0-9]+)([0-9]{1,3})(?:\(([0-9]{1,2})\))?-[0-9]') AS m
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
