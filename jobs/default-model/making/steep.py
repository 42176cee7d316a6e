"""Sources so steep, as shallow dykes are, that their middle has no fringes left to see, amid fringes of air; and small sources cut by
merge errors."""

import cv2
import numpy as np

import air_around_cones
import synthetic_phase
from synthetic_phase import atmosphere, coherence, finished, jump, no_data, placed, reach, source_of, steepness
from under_noise import merge_error

FRINGES = 3, 25
CAN_BE_SEEN = 0.25  # cycles a pixel


def steep_deformation(rng, library, seen, background):
    """A displacement whose outer fringes can be seen and stand out of the background; None if no draw is such."""
    for _ in range(12):
        field = placed(rng, library)
        if not steepness(field).any():
            continue
        row, column, radius = reach(field)
        if radius > 70 or not (10 < row < synthetic_phase.SIDE - 10 and 10 < column < synthetic_phase.SIDE - 10):
            continue
        moved = field * np.exp(rng.uniform(*np.log(FRINGES))) * rng.choice([-1, 1])
        steep = steepness(moved)
        around = (steep > 2 * background) & seen[::4, ::4]
        visible = around & (steep < CAN_BE_SEEN)
        if steep.max() < CAN_BE_SEEN or visible.sum() < 60 or visible.sum() < 0.35 * around.sum():
            continue
        if around.sum() > 0.3 * around.size:
            continue
        return moved
    return None


def deforming(rng, library):
    """A positive."""
    while True:
        share, valid = coherence(rng), no_data(rng)
        seen = valid & (share > 0.55) & (cv2.blur(valid.astype(np.float32), (9, 9)) > 0.75)
        if seen.mean() < 0.1:
            continue
        if rng.random() < 0.65:
            phase, of_kind = atmosphere(rng, np.exp(rng.normal(0.2, 0.6))) + jump(rng), steep_deformation
        else:
            phase, of_kind = atmosphere(rng, np.exp(rng.normal(-1.2, 0.7))), synthetic_phase.small_deformation
        moved = of_kind(rng, library, seen, np.percentile(steepness(phase)[seen[::4, ::4]], 85))
        if moved is None:
            continue
        if of_kind is synthetic_phase.small_deformation:
            phase = phase + merge_error(rng) + merge_error(rng)
        return finished(rng, phase + moved, share, valid), *source_of(moved)


def quiet(rng):
    """A negative with merge errors, rings of air or both."""
    phase = atmosphere(rng, np.exp(rng.normal(0, 0.7))) + merge_error(rng) + merge_error(rng)
    if rng.random() < 0.5:
        phase = phase + air_around_cones.stratified(rng)
    return finished(rng, phase, coherence(rng), no_data(rng))
