"""Filters and tags of the house; built in to every template."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from html import escape
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from portal import calendar, thai, words

register = template.Library()

NOTHING = "–"

# Drawn in a 12 by 12 box with the colour of the text around them.
SHAPES: dict[str, str] = {
    "ring": '<circle cx="6" cy="6" r="4.25" fill="none" stroke="currentColor" stroke-width="1.5"/>',
    "circle": '<circle cx="6" cy="6" r="5" fill="currentColor"/>',
    "half": '<circle cx="6" cy="6" r="4.25" fill="none" stroke="currentColor" stroke-width="1.5"/>'
    '<path d="M6 1.75a4.25 4.25 0 0 1 0 8.5z" fill="currentColor"/>',
    "square": '<rect x="1.5" y="1.5" width="9" height="9" rx="1" fill="currentColor"/>',
    "triangle": '<path d="M6 1 11.5 11H.5z" fill="currentColor"/>',
    "diamond": '<path d="M6 .5 11.5 6 6 11.5.5 6z" fill="currentColor"/>',
    "check": '<path d="m1.5 6.5 3 3 6-7" fill="none" stroke="currentColor" stroke-width="2"/>',
    "cross": '<path d="m2 2 8 8m0-8-8 8" fill="none" stroke="currentColor" stroke-width="2"/>',
    "dash": '<path d="M2 6h8" fill="none" stroke="currentColor" stroke-width="2"/>',
    "arrow": '<path d="M11 6H2m4-4L2 6l4 4" fill="none" stroke="currentColor" stroke-width="1.75"/>',
}


@register.simple_tag
def shape(name: str) -> SafeString:
    """One of the shapes that stand before a state word."""
    return mark_safe(f'<svg class="shape" viewBox="0 0 12 12" aria-hidden="true">{SHAPES[name]}</svg>')


@register.simple_tag
def state(what: Any, name: str = "state") -> SafeString:
    """A state as word, shape and colour.

    ``{% state job %}``, ``{% state factory "status" %}``, ``{% state "reported" "obligation" %}``
    (code and group), or a StateWord.
    """
    if isinstance(what, words.StateWord):
        found = what
    elif isinstance(what, str):
        found = words.word(name, what)
    else:
        found = words.word_of(what, name)
    return format_html(
        '<span class="state tone-{}" title="{}">{}<span>{}</span></span>',
        found.colour,
        found.meaning,
        shape(found.shape),
        found.label,
    )


@register.filter
def options(groups: Any) -> SafeString:
    """The options of a select, from the groups that its widget made."""
    lines = [""]
    for name, choices, _index in groups:
        if name:
            lines.append(f'<optgroup label="{escaped(name)}">')
        for option in choices:
            attributes = "".join(
                f" {key}" if value is True else f' {key}="{escaped(value)}"'
                for key, value in option["attrs"].items()
                if value is not False
            )
            value, label = escaped(option["value"]), escaped(option["label"])
            lines.append(f'<option value="{value}"{attributes}>{label}</option>')
        if name:
            lines.append("</optgroup>")
    return mark_safe("\n  ".join(lines))


def escaped(value: Any) -> str:
    """A value as text between tags or in quotes; what is marked as safe is left as it is. Django's own does
    the same and takes three times as long, which a page with thousands of them feels."""
    return str(value) if hasattr(value, "__html__") else escape(str(value))


@register.simple_tag
def identity_providers() -> list[Any]:
    """The providers through which one may sign in, besides a password and a passkey."""
    from portal.accounts_oidc import providers  # allauth's models; these tags are loaded before them

    return providers()


@register.simple_tag
def provider_codes(accounts: Any) -> set[str]:
    """Through which providers an account can be entered already."""
    return {account.provider for account in accounts}


@register.filter
def provider_name(code: str) -> str:
    """What a provider is called."""
    from portal.accounts_oidc import provider_name as name_of

    return name_of(code)


@register.simple_tag
def putback_url(screen: Any, line: int) -> str:
    """Where a line of the history of a screen's row is put back; '' where this reader may not."""
    return str(screen.putback_url(line))


@register.filter
def number(value: Any, places: int | None = None) -> str:
    """Grouped by thousands; nothing is a dash. ``{{ 1234.5|number:2 }}`` → 1,234.50."""
    if value is None or value == "":
        return NOTHING
    return thai.format_number(value if isinstance(value, int) else Decimal(str(value)), places)


@register.filter
def baht(value: Any) -> str:
    """Money with two places, without the unit: the column says it."""
    return number(value, 2)


@register.filter
def percent(value: Any) -> str:
    """A share of one hundred with one place: 98.5 → '98.5 %'. Nothing is a dash, never 0 %."""
    return NOTHING if value is None else f"{number(value, 1)} %"


@register.filter
def thai_date(value: date | datetime | None, style: str = "short") -> str:
    """'22 พ.ย. 2569', in the reader's language; styles as in ``portal.calendar.format_date_th``."""
    return calendar.format_date(value, style) if value else NOTHING  # type: ignore[arg-type]


@register.filter
def thai_time(value: datetime | None) -> str:
    """'22 พ.ย. 2569 14:05 น.' in Bangkok, in the reader's language."""
    return calendar.format_time(value) if value else NOTHING


@register.filter
def thai_month(value: date | None) -> str:
    """'พ.ย. 2569', in the reader's language."""
    return calendar.format_date(value, "month_short") if value else NOTHING
