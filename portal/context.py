"""What every page of the house knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from portal.navigation import rail


def house(request: HttpRequest) -> dict[str, Any]:
    actor = getattr(request, "actor", None)
    return {"actor": actor, "rail": rail(actor, request.path), "demonstration": settings.DEMO}
