"""How a factory's address is written."""

from __future__ import annotations

from factories.models import Factory


def address_of(factory: Factory) -> str:
    """The address in one line, as on an envelope."""
    parts = (
        ("", factory.house_no),
        ("หมู่ ", factory.moo),
        ("ซอย", factory.soi),
        ("ถนน", factory.road),
        ("ต.", factory.subdistrict),
        ("อ.", factory.district.name_th if factory.district else ""),
        ("จ.", factory.province.name_th),
        ("", factory.postcode),
    )
    return " ".join(prefix + value for prefix, value in parts if value)
