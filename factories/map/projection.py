"""From longitude and latitude to the units of the drawn map and back.

The source of the shapes does not say how it was projected. The drawing agrees with Mercator's projection:
straight meridians and parallels, and one scale for longitude and for stretched latitude. Scale and origin
are found by least squares over the provinces: the mean of the district centres of each (known in degrees)
against the centre of its shape (known in map units). Districts bunch on one side of some provinces, so those
that miss by more than twice the mean are left out and the rest is fitted again.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

KM_PER_DEGREE = 111.32  # of longitude at the equator
LEFT_OUT_BEYOND = 2  # times the root mean square

Point = tuple[float, float]


def stretched(lat: float) -> float:
    """Mercator's latitude in degrees: grows faster than the latitude, so that angles stay true."""
    return math.degrees(math.asinh(math.tan(math.radians(lat))))


def unstretched(value: float) -> float:
    """The latitude in degrees of a stretched latitude."""
    return math.degrees(math.atan(math.sinh(math.radians(value))))


@dataclass(frozen=True)
class Projection:
    """``x = x0 + scale · longitude`` and ``y = y0 - scale · stretched latitude``; y grows downwards."""

    x0: float
    y0: float
    scale: float  # map units per degree of longitude

    def to_map(self, lng: float, lat: float) -> Point:
        """Map units of a place in degrees."""
        return self.x0 + self.scale * lng, self.y0 - self.scale * stretched(lat)

    def to_earth(self, x: float, y: float) -> Point:
        """(longitude, latitude) in degrees of a point in map units."""
        return (x - self.x0) / self.scale, unstretched((self.y0 - y) / self.scale)

    def km(self, units: float, lat: float) -> float:
        """Length on earth of so many map units near a latitude."""
        return units / self.scale * KM_PER_DEGREE * math.cos(math.radians(lat))


@dataclass(frozen=True)
class Fit:
    """A projection and how well it holds: residuals in km by key, and the keys left out of the fit."""

    projection: Projection
    residuals: Mapping[str, float]
    left_out: frozenset[str]

    @property
    def rms_km(self) -> float:
        """Root mean square of the residuals that were fitted."""
        used = [km for key, km in self.residuals.items() if key not in self.left_out]
        return math.sqrt(sum(km * km for km in used) / len(used))


def _fit(known: Mapping[str, tuple[Point, Point]], left_out: frozenset[str]) -> Fit:
    used = [pair for key, pair in known.items() if key not in left_out]
    count = len(used)
    degrees = [(lng, -stretched(lat)) for (lng, lat), _drawn in used]
    drawn = [drawn for _degrees, drawn in used]
    (u0, v0), (x0, y0) = (
        (sum(a for a, _b in points) / count, sum(b for _a, b in points) / count)
        for points in (degrees, drawn)
    )
    spread = sum((u - u0) ** 2 + (v - v0) ** 2 for u, v in degrees)
    if not spread:
        raise ValueError("the known places are all one place: no projection can be fitted")
    scale = (
        sum((u - u0) * (x - x0) + (v - v0) * (y - y0) for (u, v), (x, y) in zip(degrees, drawn, strict=True))
        / spread
    )
    projection = Projection(x0 - scale * u0, y0 - scale * v0, scale)
    residuals = {
        key: projection.km(math.dist(projection.to_map(lng, lat), at), lat)
        for key, ((lng, lat), at) in known.items()
    }
    return Fit(projection, residuals, left_out)


def fit(known: Mapping[str, tuple[Point, Point]]) -> Fit:
    """The projection of places known both as (longitude, latitude) and as (x, y) in map units, by key.

    Raises ValueError when they are fewer than two different places.
    """
    if not known:
        raise ValueError("no known place: no projection can be fitted")
    first = _fit(known, frozenset())
    far = frozenset(key for key, km in first.residuals.items() if km > LEFT_OUT_BEYOND * first.rms_km)
    return _fit(known, far)
