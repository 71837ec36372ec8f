"""The map: every factory stands once, and page, table, list and paper agree about it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from factories.map import areas, drawing, selectors, shapes
from factories.map.shapes import Box
from factories.models import Factory, FactoryStatus
from portal import calendar
from portal.actors import Actor
from portal.scope import nation
from reporting.models import Obligation
from tests.factories.test_map_shapes import distance
from tests.factories.world import TODAY, People, number14

pytestmark = pytest.mark.django_db
SignIn = Callable[[Actor], Client]
KABIN = (101.8843, 13.61891)  # in Prachin Buri (25)
BANGKOK = (100.5, 13.75)


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(f"{TODAY}T05:00:00+00:00", tick=True):
        yield


@pytest.fixture
def sign_in(settings: Any) -> SignIn:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

    def enter(actor: Actor) -> Client:
        client = Client()
        assert actor.user is not None
        Authenticator.objects.get_or_create(
            user=actor.user, type=Authenticator.Type.TOTP, defaults={"data": {}}
        )
        client.force_login(actor.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return enter


def plant(running: int, at: tuple[float, float] | None = KABIN, province: str = "25", **values: Any) -> Any:
    lng, lat = (Decimal(str(round(part, 7))) for part in at) if at else (None, None)
    with nation("test"):
        return Factory.objects.create(
            province_id=province,
            number14=number14(running, province=province),
            name=f"โรงงานสมมติ {running}",
            lng=lng,
            lat=lat,
            **values,
        )


def owes(factory: Factory, due: datetime, **values: Any) -> None:
    with nation("test"):
        Obligation.objects.create(
            form_id="PROD-M",
            factory=factory,
            province_id=factory.province_id,
            period=calendar.month_start(calendar.local_date(due)),
            due_at=due,
            **values,
        )


@pytest.fixture
def world(people: People) -> dict[str, Factory]:
    """Four near one another, one apart, one without coordinates, one in the wrong province; elsewhere one."""
    made = {
        "a": plant(1, (101.8843, 13.6189)),
        "b": plant(2, (101.8853, 13.6199), status=FactoryStatus.STOPPED_TEMPORARILY),
        "c": plant(3, (101.8853, 13.6199)),
        "d": plant(4, (101.8953, 13.6299)),
        "apart": plant(5, (101.37, 14.05), category=3),
        "nowhere": plant(6, None),
        "wrong": plant(7, BANGKOK),
        "foreign": plant(8, (102.0, 14.9), province="30"),
    }
    owes(made["a"], calendar.end_of_day(datetime(2026, 11, 21).date()))
    owes(made["d"], calendar.end_of_day(datetime(2026, 11, 22).date()))  # due today: not late yet
    owes(made["apart"], calendar.end_of_day(datetime(2026, 10, 10).date()), owed=False)
    return made


def page(client: Client, **query: str) -> str:
    answer = client.get(reverse("factories:map-detail"), query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def notes(html: str) -> list[str]:
    listed = re.search(r'<ul class="map-notes">(.*?)</ul>', html, re.S)
    assert listed
    return [re.sub(r"<[^>]+>", "", one).strip() for one in re.findall(r"<li>(.*?)</li>", listed[1], re.S)]


def sums(html: str) -> list[int]:
    """The numbers of the table's last line."""
    foot = re.search(r"<tfoot.*?</tfoot>", html, re.S)
    assert foot
    return [
        int(n.replace(",", ""))
        for n in re.findall(r'<td role="cell" class="num"[^>]*>([\d,]+)</td>', foot[0])
    ]


def marks(html: str) -> list[tuple[str, str]]:
    """(address, words) of every link of the picture."""
    picture = re.search(r'<svg [^>]*class="map".*?</svg>', html, re.S)
    assert picture
    return [
        (url.replace("&amp;", "&"), label)
        for url, label in re.findall(r'<a href="([^"]*)" aria-label="([^"]*)"', picture[0])
    ]


def test_a_province_counts_everyone_once(world: dict[str, Factory], people: People, sign_in: SignIn) -> None:
    html = page(sign_in(people.officer))
    assert notes(html) == [
        "ในทะเบียนตามตัวกรอง 7 แห่ง", "บนแผนที่ 5 แห่ง", "ไม่มีพิกัด 1 แห่ง", "พิกัดอยู่นอกจังหวัด 1 แห่ง",
        "ค้างส่งรายงาน 1 แห่ง",
    ]  # fmt: skip
    assert sums(html) == [5, 1]
    links = marks(html)
    assert sorted(label for _url, label in links) == [
        "โรงงานสมมติ 5 (ประกอบกิจการ)",
        "ใกล้ อ.กบินทร์บุรี: 4 โรงงาน ค้างส่งรายงาน 1",
    ]
    assert reverse("factories:factory-detail", args=[world["apart"].uuid]) in dict(links)
    assert "จังหวัดปราจีนบุรี" in html and "CC BY 4.0" in html and "ยังไม่ยืนยัน" in html
    assert 'style="' not in html


def test_coming_closer_ends_at_single_factories_or_at_the_list(
    world: dict[str, Factory], people: People, sign_in: SignIn
) -> None:
    """By the links of clusters alone, every factory of a cluster is reached, and nothing else."""
    client = sign_in(people.officer)
    waiting, seen, reached, stacked = [reverse("factories:map-detail")], set(), set(), 0
    while waiting:
        address = waiting.pop()
        seen.add(address)
        html = client.get(address).content.decode()
        for url, label in marks(html):
            if url.startswith(reverse("factories:map-detail")):
                if url not in seen:
                    waiting.append(url)
            elif "area=" in url:
                stacked += 1
                found = client.get(url).context["page"].object_list
                assert f"{len(found)} โรงงาน" in label
                reached |= {row.pk for row in found}
            else:
                reached |= {row.pk for row in world.values() if str(row.uuid) in url}
        assert len(seen) < 20
    assert reached == {world[name].pk for name in ("a", "b", "c", "d", "apart")}
    assert stacked == 1


def test_filters_narrow_map_and_list_alike(
    world: dict[str, Factory], people: People, sign_in: SignIn
) -> None:
    client = sign_in(people.officer)
    for query, names in (
        ({"late": "yes"}, {"a"}),
        ({"status": "stopped_temporarily"}, {"b"}),
        ({"category": "3"}, {"apart"}),
    ):
        html = page(client, **query)
        assert notes(html)[0] == "ในทะเบียนตามตัวกรอง 1 แห่ง"
        listed = client.get(reverse("factories:factory-list"), query).context["page"].object_list
        assert {row.pk for row in listed} == {world[name].pk for name in names}
        assert (
            f"{reverse('factories:factory-list')}?{'&amp;'.join(f'{k}={v}' for k, v in query.items())}"
            in html
        )
    for wanted, names in (("none", {"nowhere"}), ("outside", {"wrong"})):
        listed = client.get(reverse("factories:factory-list"), {"coordinates": wanted}).context["page"]
        assert {row.pk for row in listed.object_list} == {world[name].pk for name in names}
    assert "นอกกรอบที่ขยายอยู่ 4 แห่ง" in notes(page(client, box="101.3,14.0,101.5,14.1"))


def test_the_nation_by_province(world: dict[str, Factory], people: People, sign_in: SignIn) -> None:
    client = sign_in(people.centre)
    html = page(client)
    assert notes(html)[:3] == ["ในทะเบียนตามตัวกรอง 8 แห่ง", "ค้างส่งรายงาน 1 แห่ง", "ไม่มีพิกัด 1 แห่ง"]
    assert sums(html) == [8, 1, 1]
    named = {label: url for url, label in marks(html)}
    assert len(named) == 76  # Bangkok has no office to look at
    assert named["ปราจีนบุรี: 7 โรงงาน ค้างส่งรายงาน 1"] == reverse("factories:map-detail") + "?office=25"
    assert "นครราชสีมา: 1 โรงงาน" in named
    closer = page(client, office="25")
    assert sums(closer) == [5, 1] and "แผนที่ทุกจังหวัด" in closer
    assert sums(page(client, office="zone-9"))[0] in range(9)


def test_a_stranger_sees_nothing_of_it(world: dict[str, Factory], people: People, sign_in: SignIn) -> None:
    client = sign_in(people.stranger)
    html = page(client)
    assert "ยังไม่มีโรงงานในทะเบียน" in html and "โรงงานสมมติ" not in html
    for name in ("map-detail", "map-export"):
        assert client.get(reverse(f"factories:{name}"), {"office": "25"}).status_code == 404


@pytest.mark.parametrize("box", ["x", "1,2,3", "102,14,101,13", "101,13,102", "nan,1,2,3", "1e9,1,2,3"])
def test_an_address_with_no_rectangle_is_no_page(people: People, sign_in: SignIn, box: str) -> None:
    plant(1)
    assert sign_in(people.officer).get(reverse("factories:map-detail"), {"box": box}).status_code == 404


def test_a_rectangle_elsewhere_shows_the_province(
    world: dict[str, Factory], people: People, sign_in: SignIn
) -> None:
    client = sign_in(people.officer)
    assert sums(page(client, box="98.9,18.7,99.1,18.9")) == [5, 1]


def test_on_paper_the_same_with_its_credit(
    world: dict[str, Factory], people: People, sign_in: SignIn
) -> None:
    answer = sign_in(people.officer).get(reverse("factories:map-export"), {"status": "operating"})
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    text = " ".join(one.extract_text() for one in PdfReader(BytesIO(answer.content)).pages)
    for part in (
        "จังหวัดปราจีนบุรี",
        "22 พ.ย. 2569",
        "MapSVG",
        "creativecommons.org/licenses/by/4.0",
        "โรงงานสมมติ 5",
    ):
        assert part in text, part


def test_without_the_shapes_the_table_stays(
    world: dict[str, Factory], people: People, sign_in: SignIn, settings: Any, tmp_path: Any
) -> None:
    settings.BASE_DIR = tmp_path
    for actor, total in ((people.officer, 6), (people.centre, 8)):
        html = page(sign_in(actor))
        assert "make setup" in html and "<svg xmlns" not in html
        assert sums(html)[0] == total  # nobody is known to stand in the wrong province
    listed = sign_in(people.officer).get(reverse("factories:factory-list"), {"coordinates": "outside"})
    assert listed.context["total"] == 0


coordinates = st.one_of(
    st.none(),
    st.tuples(st.floats(101.0, 102.2), st.floats(13.5, 14.5)),
    st.sampled_from([KABIN, BANGKOK, (101.0, 13.5), (102.0, 14.0)]),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(coordinates, max_size=25),
    st.sampled_from([(101.0, 13.5, 102.0, 14.0), (101.2, 13.7, 101.5, 13.9)]),
)
def test_standing_is_what_counting_by_hand_gives(
    reference: None, everywhere: None, found: list[tuple[float, float] | None], edges: tuple[float, ...]
) -> None:
    """Against the rules written again in Python, one factory at a time."""
    Factory.objects.all().delete()
    west, south, east, north = edges
    frame = Box(west, north, east, south)
    for running, at in enumerate(found, 1):
        plant(running, at)
    country = shapes.country()
    shape, tolerance = country.shapes["25"], 5.0

    def kind(at: tuple[float, float] | None) -> str:
        if at is None:
            return "without"
        point = country.projection.to_map(*at)
        degrees = distance(shape, point) / country.projection.scale
        if not shape.holds(point) and degrees > tolerance / areas.KM_PER_DEGREE:
            return "far"
        inside = west <= round(at[0], 7) <= east and south <= round(at[1], 7) <= north
        return "drawn" if inside else "elsewhere"

    kinds = [kind(at) for at in found]
    standing = selectors.standing(
        Factory.objects.all(), frame, 10, 8, areas.FarFromProvince(country, ["25"], tolerance), TODAY
    )
    assert standing.total == len(found)
    for name in ("drawn", "without", "elsewhere"):
        assert getattr(standing, name) == kinds.count(name), name
    assert standing.far == kinds.count("far")
    cells = {(one.column, one.row) for one in standing.clusters}
    assert len(cells) == len(standing.clusters)
    for one in standing.clusters:
        assert 0 <= one.column < 10 and 0 <= one.row < 8
        assert (one.factory is not None) == (one.count == 1)
        near = 1e-6
        assert one.area.left >= west + one.column * (east - west) / 10 - near
        assert one.area.right <= west + (one.column + 1) * (east - west) / 10 + near
        assert one.area.top <= north - one.row * (north - south) / 8 + near
        assert one.area.bottom >= north - (one.row + 1) * (north - south) / 8 - near


def test_no_two_marks_meet(world: dict[str, Factory], people: People, sign_in: SignIn) -> None:
    """Marks keep to their cells, wherever in them their factories stand."""
    grid = [
        drawing.Mark((x + dx, y + dy), x, y, count, 1, "", "/")
        for x in range(10)
        for y in range(10)
        for dx, dy, count in [((x * 7 + y) % 10 / 10, (x + 3 * y) % 10 / 10, 10 ** (y % 5))]
    ]
    picture = drawing.Picture(Box(0, 0, 10, 10), "x", marks=grid)
    svg = drawing.draw(picture, shapes.country())
    circles = [
        tuple(map(float, found))
        for found in re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"[^>]*class="mark"', svg)
    ]
    assert len(circles) == 100
    for n, (x, y, r) in enumerate(circles):
        for other_x, other_y, other_r in circles[:n]:
            assert (x - other_x) ** 2 + (y - other_y) ** 2 >= (r + other_r) ** 2 * 0.98
