"""How long pages take over the nation's 72,000 factories and the 36 months of reports behind them.

Asked for as in ``tests.bench.pages``, by who reads one office, several or all: lists by each of their
filters and orders, words that stand in few names and in half of them, maps near and far.
"""

from __future__ import annotations

from urllib.parse import quote, unquote

from tests.bench import ground, nation_rows, pages
from tests.bench.ground import Result

TARGETS = {"list": 150, "search": 150, "detail": 250, "dashboard": 200, "map": 300}  # p95 in ms
BUDGETS = {"list": 13, "search": 12, "detail": 15, "dashboard": 12, "map": 11}  # queries, as tests.budgets
PEOPLE = {"office": ("officer.11",), "inspector": ("inspector.1",), "centre": ("admin.1",)}
PROVINCES = {"office": "11", "inspector": "11", "centre": "20"}  # one of each reader's
SORTED = (
    *("name", "number14", "old_number", "status", "category", "main_type", "district", "horsepower"),
    *("workers", "capital_baht"),
)
# In few names, in many, in nearly all; with a tone mark left out, a letter wrong, of a letter or two;
# numbers whole and in part.
WORDS = (
    *("สยามแก้ว", "น้ำแข็ง", "อุตสาหกรรม", "บริษัท", "บริษัท สยาม", "นำแขง", "รุงเจริญ", "ไพศาลเพชน", "ไม่มีที่ใด"),
    *("ก", "ชล", "30117", "จ3-12-9000/58สป"),
)


def addresses(kind: str, reader: str) -> list[str]:
    """What a reader asks for of one kind of page."""
    from factories.models import Factory

    province = PROVINCES[reader]
    if kind == "dashboard":
        narrowed = [] if reader == "office" else [f"/reports/dashboard/?office={province}"]
        return pages.addresses(kind) + narrowed
    if kind == "list":
        sorts = [f"?sort={'-' * (number % 2)}{key}" for number, key in enumerate(SORTED)]
        filters = ["", "?last=1", "?status=operating&sort=-name", "?late=yes", "?late=yes&sort=-horsepower",
                   f"?district={province}01", "?type=64", "?number14=no", "?coordinates=none"]  # fmt: skip
        if reader == "office":
            filters += ["?whose=mine", "?whose=group", "?whose=nobody"]
        return [f"/factories/{query}" for query in (*filters, *sorts)]
    if kind == "search":
        words = [quote(word) for word in WORDS]
        return [f"/search/?q={word}" for word in words] + [f"/factories/?q={word}" for word in words]
    if kind == "map":
        near = f"?box={_box(province)}" + ("" if reader == "office" else f"&office={province}")
        whole = [] if reader == "office" else [f"?office={province}", f"?office={province}&late=yes"]
        return [f"/factories/map/{query}" for query in ("", "?late=yes", "?status=operating", near, *whole)]
    uuids = Factory.objects.filter(province_id=province).order_by("id").values_list("uuid", flat=True)
    return [f"/factories/{uuid}/" for uuid in uuids[:500:100]]


def _box(province: str) -> str:
    """A piece of a province's map: about its first district."""
    from offices.models import District

    places = District.objects.filter(province_id=province, lat__isnull=False).order_by("code")
    lat, lng = map(float, places.values_list("lat", "lng")[0])
    return f"{lng - 0.1:.4f},{lat - 0.1:.4f},{lng + 0.1:.4f},{lat + 0.1:.4f}"


def measure(scale: str) -> list[Result]:
    """``scale`` is the demonstration's; this is the nation whatever it says."""
    with ground.database():
        nation_rows.fill(pages.TODAY)
        return over_the_nation()


def over_the_nation() -> list[Result]:
    """The pages over what ``nation_rows`` has put into the database this process is connected to."""
    from portal.scope import nation

    results: list[Result] = []
    people = {reader: [pages.cookie(name) for name in names] for reader, names in PEOPLE.items()}
    with pages.web_server() as port, nation("bench"):
        asked = {(kind, reader): addresses(kind, reader) for kind in TARGETS for reader in PEOPLE}
        for kind, target in TARGETS.items():
            made = pages.timed(port, people, lambda reader, k=kind: asked[k, reader])
            title = f"{pages.TITLES[kind]}, {nation_rows.FACTORIES:,} factories"
            results += pages.measured(title, made, target, readers=True)
    clients = {reader: pages.client_of(names[0]) for reader, names in PEOPLE.items()}
    for (kind, reader), paths in asked.items():
        counted = {path: pages.queries(path, clients[reader]) for path in paths}
        most = max(counted, key=lambda path: counted[path])
        what = f"{pages.TITLES[kind]} of {reader}, queries at most ({unquote(most)})"
        results.append(Result(what, counted[most], "number", BUDGETS[kind]))
    return results
