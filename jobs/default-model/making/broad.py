"""Broad and slow deformation on calm ground, and what of the air looks like it: long waves, and rings of layered air on
shields, calderas and their rims. At times as the coarsest scale of a sweep sees it: a small raster amid no data."""

import cv2
import numpy as np

import synthetic_phase
from deformation_sources import CELL, SIZE
from synthetic_phase import COLUMNS, PLANE, ROWS, SIDE, power_law, steepness

# Half-widths, at half of the peak, pixels; fringes; how often a source is of each kind.
BROAD, SLOW = ((28, 150), (1, 12)), ((12, 60), (0.6, 1.7))
SLOWLY = 0.3
CANVASES = 0.25
STEEPEST = 0.22  # cycles a pixel
SHIELDS = (25, 130)  # pixels


def canvas(rng):
    """True over a small raster in the middle, False around it."""
    valid = np.zeros((SIDE, SIDE), bool)
    sides = [125, 125] if rng.random() < 0.6 else rng.integers(90, 200, 2)
    rows, columns = (slice((SIDE - side) // 2, (SIDE + side) // 2) for side in sides)
    valid[rows, columns] = True
    return valid


def where_data(rng):
    """Where there is data, and within how many pixels around the middle a source is laid."""
    if rng.random() < CANVASES:
        valid = canvas(rng)
        if rng.random() < 0.3:
            valid = valid & synthetic_phase.no_data(rng)
        return valid, 62
    return synthetic_phase.no_data(rng), 112


def air(rng, deviation):
    """Turbulence in long waves, and at times a ramp and a little of the relief, in cycles."""
    phase = power_law(rng, rng.uniform(2.7, 4.4)) * deviation
    if rng.random() < 0.4:
        phase = phase + synthetic_phase.topography(rng) * rng.normal(0, 1.5 * deviation)
    if rng.random() < 0.4:
        slope = rng.normal(0, 0.003, 2)
        phase = phase + slope[0] * ROWS + slope[1] * COLUMNS
    return phase


def half_width(field):
    """Of a field of the library, at half of its peak, pixels."""
    return CELL * np.sqrt((np.abs(field) >= 0.5).sum() / np.pi)


def laid(rng, library, widths, within):
    """A field of the library brought to a half-width drawn evenly in its logarithm, with the middle so many pixels around that of
    the patch, mostly; its peak is 1."""
    width = np.exp(rng.uniform(*np.log(widths)))
    while True:
        field = library[rng.integers(len(library))].astype(np.float32)
        zoom = width / half_width(field)
        if zoom > 0.7:
            break
    angle, stretch = rng.uniform(0, 2 * np.pi), np.exp(rng.normal(0, 0.15))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) @ np.diag(
        [stretch, 1 / stretch]) / (zoom * CELL)
    peak = np.array(np.unravel_index(np.abs(field).argmax(), field.shape)[::-1], float)
    reach = within * rng.choice([0.5, 0.5, 1, 1.3])
    shift = peak - turn @ (SIDE / 2 + rng.uniform(-reach, reach, 2))
    return cv2.warpAffine(
        field, np.column_stack([turn, shift]), (SIDE, SIDE), flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE)


def without_plane(phase):
    """Every fourth pixel, less the plane that fits best."""
    coarse = phase[::4, ::4].ravel()
    return coarse - PLANE @ np.linalg.lstsq(PLANE, coarse, rcond=None)[0]


def visibly_laid(rng, library, ranges, valid, share, within):
    """A displacement in cycles with a half-width and fringes of `ranges`; None where too little of the draw is on coherent ground
    or it would be too steep."""
    widths, fringes = ranges
    seen = valid & (share > 0.5) & (cv2.blur(valid.astype(np.float32), (9, 9)) > 0.75)
    if seen.mean() < 0.02:
        return None
    field = laid(rng, library, widths, within)
    steep = steepness(field)
    footprint = steep > 0.35 * np.percentile(steep, 99.5)
    if (footprint & seen[::4, ::4]).sum() < max(20, 0.4 * footprint.sum()):
        return None
    count, most = np.exp(rng.uniform(*np.log(fringes))), STEEPEST / np.percentile(steep[footprint], 90)
    if count > most and most < fringes[0]:
        return None
    return field * (min(count, most) * rng.choice([-1, 1]))


def deforming(rng, library):
    """A positive: broad, or small and slow."""
    while True:
        valid, within = where_data(rng)
        share = synthetic_phase.coherence(rng)
        moved = visibly_laid(rng, library, SLOW if rng.random() < SLOWLY else BROAD, valid, share, within)
        if moved is None:
            continue
        rough = air(rng, np.exp(rng.uniform(np.log(0.03), np.log(0.35))))
        # It has to stand out of the air by its extent where it can be seen.
        visible = (valid & (share > 0.5))[::4, ::4].ravel()
        extent = without_plane(moved)[visible]
        if extent.std() < rng.uniform(1.3, 1.8) * without_plane(rough)[visible].std() or np.ptp(extent) < 0.4:
            continue
        phase = rough + moved + synthetic_phase.jump(rng)
        return synthetic_phase.finished(rng, phase, share, valid), *synthetic_phase.source_of(moved)


def shields(rng):
    """The relief of one to three broad volcanoes: rounded shields, cones, calderas with a raised rim."""
    relief = power_law(rng, rng.uniform(2.9, 3.9)) * rng.uniform(0.02, 0.15)
    for number in range(rng.integers(1, 4)):
        distance = synthetic_phase.outline(rng, np.exp(rng.uniform(*np.log(SHIELDS))))
        height = np.exp(-distance ** rng.uniform(0.8, 2.2)) * (1 if number == 0 else rng.uniform(0.2, 1))
        kind = rng.random()
        if kind < 0.3:  # cut by a crater or caldera
            height = np.minimum(height, height.max() * rng.uniform(0.5, 0.9))
        elif kind < 0.6:  # a floor below the rim
            rim = rng.uniform(0.15, 0.7)
            floor = 1 / (1 + np.exp((distance - rim) / rng.uniform(0.02, 0.1)))
            height = height - floor * height.max() * rng.uniform(0.2, 0.8)
        relief = relief + height
    return relief.astype(np.float32)


def quiet(rng):
    """A negative: rings of layered air on broad volcanoes, or long waves of air of up to three fringes and more."""
    valid, _ = where_data(rng)
    if rng.random() < 0.6:
        relief = shields(rng)
        steep = np.percentile(steepness(relief), 97)
        amplitude = min(np.exp(rng.uniform(np.log(0.5), np.log(6))), STEEPEST / steep)
        phase = rng.choice([-1, 1]) * amplitude * relief
        phase = phase + air(rng, np.exp(rng.uniform(np.log(0.03), np.log(0.4))))
    else:
        phase = power_law(rng, rng.uniform(3, 4.8), rng.choice([256, 512]))
        phase = phase / (phase.std() + 1e-9) * np.exp(rng.uniform(np.log(0.1), np.log(0.9)))
        phase = phase + air(rng, 0.05)
    return synthetic_phase.finished(rng, phase + synthetic_phase.jump(rng), synthetic_phase.coherence(rng), valid)
