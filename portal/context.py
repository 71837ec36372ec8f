"""What every page of the house knows."""

from typing import Any

from django.conf import settings

from portal import help, logs, navigation, places, practice, worklist


def house(request: Any) -> dict[str, Any]:
    """Rail, top bar and footer. What costs a query is asked only when the page shows it."""
    actor = getattr(request, "actor", None)
    if actor is None or actor.user is None:
        actor = None
    # Who sees one office only has nothing to choose, and is not asked about.
    choice = actor is not None and (actor.scope.offices is None or len(actor.scope.offices) > 1)
    return {
        "actor": actor,
        "support": actor.support if actor is not None else None,
        "rail": navigation.rail(actor, request.path, lambda url: places.with_place(url, request)),
        "place": getattr(request, "place", None),
        "places": getattr(request, "places", ()) if choice else (),
        "place_carried": [
            (key, value)
            for key, values in request.GET.lists()
            for value in values
            if key not in (places.PARAMETER, "page")
        ],
        "work_count": (lambda: worklist.count(actor)) if actor else None,
        "search_url": navigation.search_url() if actor else "",
        "help_url": help.url_of(request) if actor else "",
        "request_id": logs.request_id.get(),
        "demonstration": settings.DEMO and not practice.on(),
        "practice": practice.on(),
    }
