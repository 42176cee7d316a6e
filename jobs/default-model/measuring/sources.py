"""Sources for measuring: finite rectangles and expanding discs, of a given half-width and number of fringes.

The half-width is that of the disc whose area is as large as where the displacement along the line of sight is at least
half of its peak; the number of fringes is the peak in cycles of phase. Lengths of an elastic half-space scale, so a shape is
drawn in units of its own and stretched to the half-width asked for.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

import disc
import rectangle

KINDS = ("disc", "rectangle")
REACH, POINTS = 4.0, 201  # of the field on which a shape is measured
TRIES = 40


@dataclass
class Shape:
    """A source in units of its own, and what is measured of its field."""

    name: str
    field: object  # (east, north) → displacement along the line of sight
    peak: float
    east: float  # where the peak is
    north: float
    half_width: float
    steepest: float  # greatest gradient of the field, a unit


def line_of_sight(rng):
    """The unit vector (east, north, up) towards a right-looking satellite; Sentinel-1's headings and incidences."""
    incidence = np.radians(rng.uniform(30, 45))
    heading = np.radians(rng.choice([-12, -168]) + rng.uniform(-4, 4))
    return np.array([-np.sin(incidence) * np.cos(heading), np.sin(incidence) * np.sin(heading), np.cos(incidence)])


def of_disc(east, north, look, depth):
    return np.tensordot(look, disc.displacement(east, north, depth), 1)


def of_rectangle(east, north, look, strike, length, width, top, dip):
    """An opening rectangle, its middle below the origin; `strike` turns x from east to north."""
    x = east * np.cos(strike) + north * np.sin(strike) + length / 2
    y = -east * np.sin(strike) + north * np.cos(strike) + width / 2 * np.cos(dip)
    along, across, up = rectangle.displacement(x, y, top + width * np.sin(dip), dip, length, width, opening=1)
    east_part = along * np.cos(strike) - across * np.sin(strike)
    north_part = along * np.sin(strike) + across * np.cos(strike)
    return look[0] * east_part + look[1] * north_part + look[2] * up


def drawn_field(rng, kind):
    """A name and a field of random shape."""
    look = line_of_sight(rng)
    if kind == "disc":
        return "disc", partial(of_disc, look=look, depth=np.exp(rng.uniform(np.log(0.3), np.log(2.5))))
    name = rng.choice(["sill", "sheet", "dyke"], p=[0.5, 0.3, 0.2])
    dips, widths, tops = {
        "sill": ((0, 20), (0.4, 1), (0.25, 1.2)), "sheet": ((20, 60), (0.4, 1), (0.15, 0.8)),
        "dyke": ((60, 90), (0.3, 1), (0.2, 0.7))}[str(name)]
    return str(name), partial(
        of_rectangle, look=look, strike=rng.uniform(0, 2 * np.pi), length=1, width=rng.uniform(*widths),
        top=np.exp(rng.uniform(*np.log(tops))), dip=np.radians(rng.uniform(*dips)))


def shape(rng, kind):
    """A random source, measured."""
    name, field = drawn_field(rng, kind)
    axis = np.linspace(-REACH, REACH, POINTS)
    step = axis[1] - axis[0]
    east, north = np.meshgrid(axis, axis)
    values = field(east, north)
    size = np.abs(values)
    at = np.unravel_index(np.argmax(size), size.shape)
    down, across = np.gradient(values, step)
    half_width = np.sqrt((size >= size[at] / 2).sum() * step**2 / np.pi)
    return Shape(name, field, size[at], east[at], north[at], half_width, np.hypot(down, across).max())


def displacement(rng, kind, half_width, fringes, side=500):
    """(name, displacement in cycles, side × side) of a source whose peak lies in the middle half; None where no shape
    drawn has a gradient below π a pixel."""
    for _ in range(TRIES):
        drawn = shape(rng, kind)
        scale = half_width / drawn.half_width  # pixels a unit
        if fringes * drawn.steepest / drawn.peak / scale < 0.5:
            break
    else:
        return None
    row, column = rng.uniform(side / 4, side * 3 / 4, 2)
    rows, columns = np.mgrid[:side, :side]
    field = drawn.field((columns - column) / scale + drawn.east, (row - rows) / scale + drawn.north)
    return drawn.name, (fringes * rng.choice([-1, 1]) / drawn.peak * field).astype(np.float32)
