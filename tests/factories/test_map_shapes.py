"""The shapes and their projection against places whose coordinates are known, and the steps of the colours."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from factories.map import drawing, projection, shapes, steps
from factories.map.projection import Projection
from factories.map.shapes import Box, Country, Shape, ShapesMissing

# District centres that fall outside the shape of their province, and by how many km: small islands that the
# drawing leaves out, and places on a shore or a border within its error.
OUTSIDE = {
    "2008": 9.2,  # Ko Sichang, an island that is not drawn
    "2302": 0.9,  # Khlong Yai, on a strip of coast
    "2306": 4.6,  # Ko Kut, an island
    "5708": 1.6,  # Chiang Saen, on the border
    "8301": 0.0,  # Mueang Phuket, on the shore
    "8505": 5.1,  # Suk Samran, on the shore
    "9202": 0.1,  # Kantang, on the shore
    "9210": 3.8,  # Hat Samran, on the shore
    "9408": 0.2,  # Mai Kaen, on the shore
}
# The ends of the country as geographies give them
NORTH, SOUTH, WEST, EAST = 20.465, 5.613, 97.343, 105.637


@pytest.fixture(scope="module")
def country() -> Country:
    return shapes.country()


def districts() -> list[shapes.Centre]:
    return [one for code in shapes.province_names() for one in shapes.district_centres(code)]


def distance(shape: Shape, at: tuple[float, float]) -> float:
    """Map units from a point to the nearest edge of a shape."""
    return min(
        _to_edge(at, a, b) for ring in shape.rings for a, b in zip(ring, (*ring[1:], ring[0]), strict=True)
    )


def _to_edge(at: tuple[float, float], a: tuple[float, float], b: tuple[float, float]) -> float:
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = dx * dx + dy * dy
    along = 0.0 if not length else ((at[0] - a[0]) * dx + (at[1] - a[1]) * dy) / length
    along = min(1.0, max(0.0, along))
    return math.dist(at, (a[0] + along * dx, a[1] + along * dy))


def test_every_province_has_its_shape(country: Country) -> None:
    assert sorted(country.shapes) == sorted(shapes.province_names())
    assert all(shape.rings and shape.box.width > 0 for shape in country.shapes.values())


def test_district_centres_lie_in_the_shape_of_their_province(country: Country) -> None:
    """864 of 873 (99.0 %); the others are known one by one, with their distances."""
    outside = {}
    for one in districts():
        at = country.projection.to_map(one.lng, one.lat)
        shape = country.shapes[one.code[:2]]
        if not shape.holds(at):
            outside[one.code] = country.projection.km(distance(shape, at), one.lat)
    assert len(districts()) == 873
    assert outside.keys() == OUTSIDE.keys()
    assert outside == pytest.approx(OUTSIDE, abs=0.06)


def test_the_ends_of_the_country_are_where_they_are_known_to_be(country: Country) -> None:
    """An independent check: nothing of these was fitted."""
    box = shapes.around([point for shape in country.shapes.values() for r in shape.rings for point in r])
    west, north = country.projection.to_earth(box.left, box.top)
    east, south = country.projection.to_earth(box.right, box.bottom)
    for found, known in ((north, NORTH), (south, SOUTH), (west, WEST), (east, EAST)):
        assert abs(found - known) * projection.KM_PER_DEGREE < 3


def test_residuals_of_the_fit_are_bounded(country: Country) -> None:
    """The mean of a province's districts is not its centre of mass: ten km apart is what these differ by."""
    fit = country.fit
    assert fit.rms_km < 10.5
    assert fit.left_out == {"51", "61", "71"}  # districts bunched on one side
    assert max(km for code, km in fit.residuals.items() if code not in fit.left_out) < 27


places = st.tuples(st.floats(97, 106), st.floats(5, 21))
projections = st.builds(Projection, st.floats(-9000, 9000), st.floats(-9000, 9000), st.floats(0.5, 500))


@given(projections, places)
def test_there_and_back(one: Projection, place: tuple[float, float]) -> None:
    assert one.to_earth(*one.to_map(*place)) == pytest.approx(place, abs=1e-6)


@given(projections, st.lists(places, min_size=3, max_size=30, unique=True))
def test_a_fit_finds_the_projection_it_was_drawn_with(
    one: Projection, known: list[tuple[float, float]]
) -> None:
    box = shapes.around(known)
    if max(box.width, box.height) < 0.01:
        return
    fit = projection.fit({str(n): (place, one.to_map(*place)) for n, place in enumerate(known)})
    assert fit.projection.scale == pytest.approx(one.scale, rel=1e-4)
    for place in known:
        assert fit.projection.to_map(*place) == pytest.approx(one.to_map(*place), abs=0.01)


def test_a_fit_needs_places() -> None:
    with pytest.raises(ValueError):
        projection.fit({})
    with pytest.raises(ValueError):
        projection.fit({"a": ((100, 13), (0, 0)), "b": ((100, 13), (5, 5))})


def test_a_path_is_read_as_the_pen_moves() -> None:
    first, second = shapes.rings("m 10,10 5,0 0,5 z m 20,0 1.5,-1 1,1 z")
    assert first == ((10, 10), (15, 10), (15, 15))
    assert second == ((30, 10), (31.5, 9), (32.5, 10))  # from where the first ring began
    for other in ("M 1,1 2,2 z", "m 1,1 c 2,2 3,3 4,4 z", "m 1,1 2,2", ""):
        with pytest.raises(ValueError):
            shapes.rings(other)


def test_centre_and_inside_of_a_shape_with_an_island() -> None:
    shape = Shape((((0, 0), (4, 0), (4, 4), (0, 4)), ((10, 0), (12, 0), (12, 2), (10, 2))))
    assert shape.centre == pytest.approx(((16 * 2 + 4 * 11) / 20, (16 * 2 + 4 * 1) / 20))
    assert shape.holds((1, 1)) and shape.holds((11, 1))
    assert not shape.holds((7, 1)) and not shape.holds((11, 3))


@pytest.mark.parametrize("content", [b"", b"<svg", b'<svg viewBox="0 0 1 1"/>', b"<svg/>"])
def test_a_drawing_that_is_none_is_said_to_be_missing(content: bytes) -> None:
    with pytest.raises(ShapesMissing):
        shapes.read(content)


def test_the_licence_lies_beside_the_drawing_and_the_credit_names_it() -> None:
    folder = settings.BASE_DIR / "static" / "vendor" / "thailand"
    assert "Attribution 4.0" in (folder / "LICENSE.md").read_text()
    assert "MapSVG" in str(shapes.CREDIT) and "CC BY 4.0" in str(shapes.CREDIT)


@given(st.lists(st.integers(0, 8000), max_size=80))
def test_steps_hold_every_number_once_and_none_is_empty(values: Sequence[int]) -> None:
    bounds = steps.bins(values)
    assert list(bounds) == sorted(set(bounds)) and len(bounds) <= steps.LOOKS == len(drawing.TINTS)
    found = [steps.step_of(value, bounds) for value in values]
    for value, step in zip(values, found, strict=True):
        assert (step == 0) == (value == 0)
        if step:
            assert bounds[step - 1] <= value and (step == len(bounds) or value < bounds[step])
    assert {step for step in found if step} == set(range(1, len(bounds) + 1))


@given(st.floats(0, 500), st.floats(0, 1000), st.floats(0.01, 560), st.floats(0.01, 1025), st.floats(0, 0.2))
def test_a_frame_holds_its_box_in_whole_cells(x: float, y: float, w: float, h: float, margin: float) -> None:
    box = Box(x, y, x + w, y + h)
    frame = drawing.frame_of(box, margin)
    near = 1e-6
    assert frame.left <= box.left + near and frame.right >= box.right - near
    assert frame.top <= box.top + near and frame.bottom >= box.bottom - near
    lines = drawing.lines_of(frame)
    assert frame.height / lines == pytest.approx(frame.width / drawing.COLUMNS)
    assert drawing.FLATTEST - near <= frame.height / frame.width <= drawing.TALLEST + 0.1 + near
