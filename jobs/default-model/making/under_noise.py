"""Large deformation of several fringes, mostly where little of the ground is coherent: rings in pieces, or faint everywhere."""

import cv2
import numpy as np

import air_around_cones
import synthetic_phase
from synthetic_phase import COLUMNS, ROWS, SIDE, steepness

# How far a source reaches at least, pixels: of smaller ones noise leaves nothing. And how far outside its middle may lie.
NEAREST, OUTSIDE = 22, 30


def large_deformation(rng, library, seen, background, most):
    """As ``synthetic_phase.deformation``, but large, of about two fringes and more, and visible in at most the share `most`
    of it; some have their middle well outside."""
    for _ in range(10):
        field = synthetic_phase.placed(rng, library, OUTSIDE if rng.random() < 0.4 else None)
        if not steepness(field).any():  # too far outside
            continue
        row, column, radius = synthetic_phase.reach(field)
        if radius < NEAREST or not (0 < row < SIDE and 0 < column < SIDE):
            continue
        steep = steepness(field)
        footprint = steep > 0.35 * np.percentile(steep, 99.5)
        if (footprint & seen[::4, ::4]).sum() > most * footprint.sum():
            continue
        moved = synthetic_phase.visible(rng, field, seen, background, (60, 0.15), (2, 9), 1.6, 1.7)
        if moved is not None:
            return moved
    return None


def merge_error(rng):
    """A phase step of any size along a straight line, as sub-swaths that were merged badly have."""
    if rng.random() > 0.3:
        return np.float32(0)
    angle = rng.uniform(0, np.pi) if rng.random() < 0.3 else rng.normal(0.2, 0.1) + np.pi / 2 * rng.integers(2)
    across = (ROWS - SIDE / 2) * np.cos(angle) + (COLUMNS - SIDE / 2) * np.sin(angle)
    return np.where(across > rng.uniform(-100, 100), np.float32(rng.uniform(-0.5, 0.5)), np.float32(0))


def ground(rng):
    """The share of signal in a pixel, mostly little, and above which share fringes can be seen."""
    return synthetic_phase.little_coherence(rng) if rng.random() < 0.7 else (synthetic_phase.coherence(rng), 0.55)


def deforming(rng, library):
    """A wholly invented positive."""
    while True:
        (share, least), valid = ground(rng), synthetic_phase.no_data(rng)
        phase = synthetic_phase.atmosphere(rng, np.exp(rng.normal(-0.8, 0.7))) + merge_error(rng)
        seen = valid & (share > least) & (cv2.blur(valid.astype(np.float32), (9, 9)) > 0.75)
        if seen.mean() < 0.05:
            continue
        background = np.percentile(steepness(phase)[seen[::4, ::4]], 85)
        most = 0.75 if least == synthetic_phase.IN_PIECES else 1
        moved = large_deformation(rng, library, seen, background, most)
        if moved is not None:
            return synthetic_phase.finished(rng, phase + moved, share, valid), *synthetic_phase.source_of(moved)


def quiet(rng):
    """A negative on the same ground, at times with rings of air."""
    phase = synthetic_phase.atmosphere(rng, np.exp(rng.normal(-0.5, 0.8))) + merge_error(rng)
    valid = synthetic_phase.no_data(rng)
    if rng.random() < 0.3:
        phase = phase + air_around_cones.stratified(rng)
    return synthetic_phase.finished(rng, phase, ground(rng)[0], valid)
