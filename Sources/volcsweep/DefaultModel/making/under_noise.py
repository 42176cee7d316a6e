"""Large deformation of several fringes where little of the ground is coherent: rings in pieces, or faint everywhere."""

import cv2
import numpy as np

import air_around_cones
import synthetic_phase
from synthetic_phase import SIDE, steepness

# How far a source reaches at least, pixels: of smaller ones noise leaves nothing.
NEAREST = 22


def large_deformation(rng, library, seen, background, most=0.75):
    """As ``synthetic_phase.deformation``, but large, of about two fringes and more, and visible in at most the share `most`
    of it."""
    for _ in range(10):
        field = synthetic_phase.placed(rng, library)
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


def deforming(rng, library):
    """A wholly invented positive."""
    while True:
        (share, least), valid = synthetic_phase.little_coherence(rng), synthetic_phase.no_data(rng)
        phase = synthetic_phase.atmosphere(rng, np.exp(rng.normal(-0.8, 0.7))) + synthetic_phase.jump(rng)
        seen = valid & (share > least) & (cv2.blur(valid.astype(np.float32), (9, 9)) > 0.75)
        if seen.mean() < 0.05:
            continue
        background = np.percentile(steepness(phase)[seen[::4, ::4]], 85)
        moved = large_deformation(rng, library, seen, background, 1 if least == synthetic_phase.FAINT else 0.75)
        if moved is not None:
            return synthetic_phase.finished(rng, phase + moved, share, valid)


def quiet(rng):
    """A negative on the same ground, at times with rings of air."""
    phase = synthetic_phase.atmosphere(rng, np.exp(rng.normal(-0.5, 0.8))) + synthetic_phase.jump(rng)
    valid = synthetic_phase.no_data(rng)
    if rng.random() < 0.3:
        phase = phase + air_around_cones.stratified(rng)
    return synthetic_phase.finished(rng, phase, synthetic_phase.little_coherence(rng)[0], valid)
