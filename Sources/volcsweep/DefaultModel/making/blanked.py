"""Samples of which little is left: data around one place, and in a part of the rest."""

import numpy as np

import synthetic_phase
from synthetic_phase import COLUMNS, ROWS, SIDE, power_law

# Sources that reach farther than this, pixels, fill a patch, so that there is nothing left to blank.
FARTHEST = 75


def part(rng, share):
    """True in about `share` of the pixels: beyond a line, on one side of a coast, or in blocks."""
    kind = rng.integers(3)
    if kind == 0:
        angle = rng.uniform(0, 2 * np.pi)
        level = ROWS * np.cos(angle) + COLUMNS * np.sin(angle)
    elif kind == 1:
        level = power_law(rng, rng.uniform(3, 4.5))
    else:
        size = rng.integers(10, 40)
        count = -(-SIDE // size)
        level = np.kron(rng.random((count, count)), np.ones((size, size)))[:SIDE, :SIDE]
    return level >= np.quantile(level, 1 - share)


def around(rng, row, column, radius):
    """True within the radius of a place, and in a part of the rest."""
    near = np.hypot(ROWS - row, COLUMNS - column) < radius * (1 + 0.08 * power_law(rng, 3.5))
    return near | part(rng, rng.uniform(0, 0.5))


def source_alone(rng, sample, field):
    """A positive with data around its source; None where the source is too large or too near to an edge for that."""
    row, column, radius = synthetic_phase.reach(field)
    if radius > FARTHEST or not (10 < row < SIDE - 10 and 10 < column < SIDE - 10):
        return None
    return np.where(around(rng, row, column, radius * rng.uniform(1, 1.5) + rng.uniform(5, 30)), sample, 0)


def deforming(rng, library):
    """A wholly invented positive with data around its source."""
    while True:
        sample, field = synthetic_phase.deforming_with_field(rng, library)
        sample = source_alone(rng, sample, field)
        if sample is not None:
            return sample


def overlaid(rng, library, ground, seen, background):
    """A real negative with deformation added and data around that; None where nothing would be visible."""
    field = synthetic_phase.deformation(rng, library, seen, background, least=25)
    if field is None:
        return None
    return source_alone(
        rng, synthetic_phase.encode((ground.astype(np.float32) - 0.5) / 255 + field, ground > 0), field)


def quiet(rng, sample):
    """A negative with data around some place of it, or in a part of it."""
    if rng.random() < 0.4:
        return np.where(part(rng, rng.uniform(0.15, 0.75)), sample, 0)
    row, column = rng.uniform(10, SIDE - 10, 2)
    return np.where(around(rng, row, column, rng.uniform(20, 110)), sample, 0)
