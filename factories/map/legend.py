"""What the looks of the map mean: a sample and its words for each."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from factories.map import drawing
from factories.map.selectors import Standing
from portal import words
from portal.templatetags import portal as show


def of_states(standing: Standing) -> list[tuple[str, str]]:
    """(sample, words) of each state of the factories that stand alone, for the legend."""
    alone = {cluster.factory.status for cluster in standing.clusters if cluster.factory}
    return [
        (mark_safe(drawing.state_sample(word)), word.label)
        for word in words.GROUPS["factory"]
        if word.code in alone
    ]


def of_steps(bounds: Sequence[int]) -> list[tuple[str, str]]:
    """(sample, words) of each step of the colouring, nought first."""
    said = [_("ไม่มี")]
    for number, low in enumerate(bounds):
        if number + 1 == len(bounds):
            said.append(_("%s ขึ้นไป") % show.number(low))
        elif bounds[number + 1] - 1 == low:
            said.append(show.number(low))
        else:
            said.append(f"{show.number(low)}–{show.number(bounds[number + 1] - 1)}")
    return [(mark_safe(drawing.sample(step, len(bounds))), text) for step, text in enumerate(said)]
