"""What every page of the house knows."""

from typing import Any

from django.conf import settings

from portal import logs, navigation, places, worklist


def house(request: Any) -> dict[str, Any]:
    """Rail, top bar and footer. What costs a query is asked only when the page shows it."""
    actor = getattr(request, "actor", None)
    signed_in = actor is not None and actor.user is not None
    return {
        "actor": actor if signed_in else None,
        "rail": navigation.rail(actor, request.path, lambda url: places.with_place(url, request)),
        "place": getattr(request, "place", None),
        "places": getattr(request, "places", ()),
        "place_carried": [
            (key, value)
            for key, values in request.GET.lists()
            for value in values
            if key not in (places.PARAMETER, "page")
        ],
        "work_count": (lambda: worklist.count(actor)) if signed_in else None,
        "search_url": navigation.search_url() if signed_in else "",
        "request_id": logs.request_id.get(),
        "demonstration": settings.DEMO,
    }
