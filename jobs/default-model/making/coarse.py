"""Scenes as the coarser scales of a sweep see them: rough air and many cones, shrunk until fringes are close, under little noise,
mostly on a small raster amid no data; and sources amid less of that."""

import numpy as np

import air_around_cones
import broad
import synthetic_phase
from synthetic_phase import COLUMNS, ROWS, SIDE, power_law, steepness

STEEPEST = 0.4  # cycles a pixel
WIDTHS, FRINGES = (7, 55), (1, 12)


def where_data(rng):
    """As ``broad.where_data``, with more of the small rasters, and smaller ones."""
    if rng.random() < 0.35:
        return synthetic_phase.no_data(rng), 105
    if rng.random() < 0.6:
        valid, reach = broad.canvas(rng), 55
    else:
        side = rng.integers(56, 126)
        valid, reach = np.zeros((SIDE, SIDE), bool), side * 0.4
        valid[(SIDE - side) // 2 : (SIDE + side) // 2, (SIDE - side) // 2 : (SIDE + side) // 2] = True
    return valid & synthetic_phase.no_data(rng) if rng.random() < 0.4 else valid, reach


def relief(rng):
    """Rough ground with up to nine cones and craters, and how far each pixel is from the nearest in units of its radius."""
    height, nearest = power_law(rng, rng.uniform(2.7, 3.8)) * rng.uniform(0.01, 0.15), np.full((SIDE, SIDE), 9.0)
    for number in range(rng.integers(1, 10)):
        radius = np.exp(rng.uniform(np.log(4), np.log(40)))
        distance = synthetic_phase.outline(rng, radius)
        if rng.random() < 0.5:  # not outside of a small raster
            row, column = rng.normal(SIDE / 2, 35, 2)
            distance = np.hypot(ROWS - row, COLUMNS - column) / radius / np.exp(0.1 * power_law(rng, 3))
        cone = np.exp(-distance ** rng.uniform(0.8, 1.8)) * (1 if number == 0 else rng.uniform(0.2, 1))
        if rng.random() < 0.45:
            cone = np.minimum(cone, cone.max() * rng.uniform(0.5, 0.92))
        height, nearest = height + cone, np.minimum(nearest, distance)
    return height.astype(np.float32), nearest


def rough(rng, strongest):
    """Delay of rough ground and turbulence in cycles, its steepest fringes at most `strongest` cycles a pixel, and the relief's
    second result."""
    height, nearest = relief(rng)
    turbulence = power_law(rng, rng.uniform(2.6, 4))
    limit = strongest * np.exp(rng.uniform(np.log(0.12), 0))
    mixture = np.sqrt(rng.random())
    phase = (height / np.percentile(steepness(height), 97) * mixture
             + turbulence / np.percentile(steepness(turbulence), 97) * (1 - mixture)) * limit * rng.choice([-1, 1])
    if rng.random() < 0.25:  # a ramp
        angle, slope = rng.uniform(0, 2 * np.pi), np.exp(rng.uniform(np.log(0.01), np.log(strongest)))
        phase = phase + slope * (np.cos(angle) * ROWS + np.sin(angle) * COLUMNS)
        if rng.random() < 0.5:
            phase = phase + rng.normal(0, 1) * ((ROWS * np.sin(angle) - COLUMNS * np.cos(angle)) / SIDE) ** 2
    return phase.astype(np.float32), nearest


def shrunk(rng, sample, factor, area=None, middle=None):
    """A sample averaged over squares as unit phasors, in the middle of no data, and where its source is then."""
    side = SIDE // factor
    first = (SIDE - side) // 2 // synthetic_phase.CELL_SIDE * synthetic_phase.CELL_SIDE
    first += synthetic_phase.CELL_SIDE * int(factor == 4 and rng.random() < 0.5)
    angle = sample.astype(np.float32) * np.float32(2 * np.pi / synthetic_phase.LEVELS)
    phasors = np.where(sample > 0, np.exp(1j * angle), 0).reshape(side, factor, side, factor)
    valid = (sample > 0).reshape(phasors.shape).mean((1, 3)) >= 0.5
    result = np.zeros((SIDE, SIDE), np.uint16)
    result[first : first + side, first : first + side] = synthetic_phase.encode(
        np.angle(phasors.sum((1, 3))) / (2 * np.pi), valid)
    if area is None:
        return result
    cells, at = len(area) // factor, first // synthetic_phase.CELL_SIDE
    smaller = np.zeros_like(area)
    smaller[at : at + cells, at : at + cells] = area.reshape(cells, factor, cells, factor).mean((1, 3))
    return result, smaller, ((middle + 0.5) / factor - 0.5 + first).astype(np.float32)


def quiet(rng):
    """A negative."""
    if rng.random() < 0.5:
        make = rng.choice([air_around_cones.ringed, air_around_cones.ringed, broad.quiet, synthetic_phase.quiet])
        return shrunk(rng, make(rng), rng.choice([2, 2, 2, 4]))
    (phase, nearest), (valid, _) = rough(rng, STEEPEST), where_data(rng)
    share = synthetic_phase.coherence(rng)
    if rng.random() < 0.35:  # lakes in craters, or summits that changed
        share = np.where(nearest < rng.uniform(0.2, 0.7), 0, share).astype(np.float32)
    return synthetic_phase.finished(rng, phase + synthetic_phase.jump(rng), share, valid)


def deforming(rng, library):
    """A positive, whose air stays well below its fringes."""
    if rng.random() < 0.4:
        make = rng.choice([synthetic_phase.deforming, broad.deforming])
        sample, area, middle = make(rng, library)
        return shrunk(rng, sample, 2, area, middle)
    while True:
        (valid, reach), share = where_data(rng), synthetic_phase.coherence(rng)
        moved = broad.visibly_laid(rng, library, (WIDTHS, FRINGES), valid, share, reach)
        if moved is None:
            continue
        phase = rough(rng, 0.1)[0]
        seen = (valid & (share > 0.5))[::4, ::4]
        field = steepness(moved)
        footprint = (field > 0.35 * np.percentile(field, 99.5)) & seen
        if np.median(field[footprint]) < 1.7 * np.percentile(steepness(phase)[seen], 85):
            continue
        return (synthetic_phase.finished(rng, phase + moved + synthetic_phase.jump(rng), share, valid),
                *synthetic_phase.source_of(moved))
