"""What other apps show on the page of a factory, added in ``AppConfig.ready``: imports run one way."""

from __future__ import annotations

from portal.screens import Related

_panels: list[Related] = []


def register(panel: Related) -> None:
    """Add rows that hang on a factory (``panel.rows`` is asked with the factory); twice the same is once."""
    if panel not in _panels:
        _panels.append(panel)


def registered() -> tuple[Related, ...]:
    """Every panel, in the order in which it was added."""
    return tuple(_panels)
