"""Synthetic interferograms without deformation and the deformation laid over them.

Phase is in cycles. A sample is stored as 16 bits: 0 is no data, 1 ... 65535 the phase's 65535 levels over one cycle, so that
those of a gray image of 255 levels are among them. With a positive sample comes where its source is: the fraction of each
cell of 8 × 8 pixels that deforms, as bytes, and the row and column of the greatest displacement (NaN: not in the patch).
"""

import cv2
import numpy as np
from scipy import fft

from deformation_sources import CELL, SIZE

SIDE = 224
LEVELS = 65535
CELL_SIDE = 8  # pixels of the cells that say where a source is
SMALL_PIXELS = 45  # how far a small source reaches at most
ROWS, COLUMNS = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
PLANE = np.column_stack([ROWS[::4, ::4].ravel(), COLUMNS[::4, ::4].ravel(), np.ones((SIDE // 4) ** 2, np.float32)])


def encode(phase, valid):
    """Cycles and a validity mask to bytes."""
    level = np.floor((phase - np.floor(phase)) * LEVELS).astype(np.int32) % LEVELS + 1
    return np.where(valid, level, 0).astype(np.uint16)


def source_of(moved):
    """Where a displacement in cycles is: what is moved by half a cycle and more, or of weaker sources by half their peak."""
    size = np.abs(moved)
    inside = size >= min(0.5, size.max() / 2)
    area = inside.reshape(SIDE // CELL_SIDE, CELL_SIDE, -1, CELL_SIDE).mean((1, 3))
    row, column = np.unravel_index(size.argmax(), size.shape)
    if not (0 < row < SIDE - 1 and 0 < column < SIDE - 1):
        row = column = np.nan
    return (area * 255).astype(np.uint8), np.array([row, column], np.float32)


def power_law(rng, exponent, side=256):
    """A random field of zero mean and unit deviation with the power spectrum k^-exponent, cut from a larger one."""
    k = np.hypot(fft.fftfreq(side)[:, None], fft.rfftfreq(side)[None, :]).astype(np.float32)
    k[0, 0] = 1
    spectrum = fft.rfft2(rng.standard_normal((side, side), dtype=np.float32)) * k ** (-exponent / 2)
    spectrum[0, 0] = 0
    field = fft.irfft2(spectrum, s=(side, side))[:SIDE, :SIDE]
    return ((field - field.mean()) / (field.std() + 1e-9)).astype(np.float32)


def outline(rng, radius, step=1):
    """Distance from a random centre in units of a radius that changes with the direction, of each `step`-th pixel."""
    row, column = rng.uniform(-20, SIDE + 20, 2)
    down, right = ROWS[::step, ::step] - row, COLUMNS[::step, ::step] - column
    angle = np.arctan2(down, right)
    wobble = sum(
        rng.normal(0, 0.18) / n * np.cos(n * angle + rng.uniform(0, 2 * np.pi)) for n in range(1, 7))
    gullies = 0.03 * rng.random() * np.cos(rng.integers(8, 24) * angle + rng.uniform(0, 6))
    return np.hypot(down, right) / (radius * np.exp(wobble + gullies))


def topography(rng):
    """Relief of about unit height: fractal ground with up to three volcanoes."""
    relief = power_law(rng, rng.uniform(2.8, 3.8)) * rng.uniform(0.06, 0.3)
    for _ in range(rng.integers(0, 4)):
        distance = outline(rng, np.exp(rng.uniform(np.log(15), np.log(80))))
        height = np.exp(-distance ** rng.uniform(0.8, 1.5)) * rng.uniform(0.3, 1)
        if rng.random() < 0.35:  # a crater or caldera
            height = np.minimum(height, height.max() * rng.uniform(0.5, 0.9))
        relief = relief + height
    return relief


def atmosphere(rng, strength):
    """Turbulent and stratified delay in cycles, and a ramp."""
    phase = power_law(rng, rng.uniform(2.7, 4.4)) * strength * np.exp(rng.normal(-1.3, 0.8))
    if rng.random() < 0.6:
        phase = phase + topography(rng) * strength * rng.normal(0, 2)
    if rng.random() < 0.35:
        slope = rng.normal(0, 0.006, 2) * strength
        phase = phase + slope[0] * ROWS + slope[1] * COLUMNS
    return phase


def unmasked_sea(rng):
    """True over a sea or lake that no mask covers, of up to about half the patch."""
    if rng.random() < 0.6:
        angle = rng.uniform(0, 2 * np.pi)
        across = (ROWS - SIDE / 2) * np.cos(angle) + (COLUMNS - SIDE / 2) * np.sin(angle)
        return across + rng.uniform(0, 25) * power_law(rng, 2.8) > rng.uniform(-5, 95)
    field = power_law(rng, rng.uniform(2.8, 4.2))
    return field > np.quantile(field, rng.uniform(0.5, 0.95))


def coherence(rng):
    """The share of signal in a pixel, 0 ... 1, with borders that wander."""
    kind = rng.random()
    if kind < 0.25:
        base = np.full((SIDE, SIDE), rng.uniform(0.75, 1), np.float32)
    else:
        field = power_law(rng, rng.uniform(2.2, 3.6))
        base = 1 / (1 + np.exp(-(field - rng.normal(-0.6, 0.7)) * rng.uniform(2, 14)))
        base = base * rng.uniform(0.8, 1)
    if rng.random() < 0.25:  # an island, or a lake
        inside = outline(rng, rng.uniform(15, 120)) < 1 + 0.1 * power_law(rng, 2.6)
        base = np.where(inside if rng.random() < 0.7 else ~inside, base, 0)
    elif rng.random() < 0.25:
        base = np.where(unmasked_sea(rng), 0, base)
    return base.astype(np.float32)


# The share of signal above which fringes can be seen: where it is faint everywhere, and where it is in pieces.
FAINT, IN_PIECES = 0.38, 0.5


def little_coherence(rng):
    """The share of signal in a pixel where most of the ground changed, and above which share fringes can be seen there."""
    if rng.random() < 0.4:
        field = power_law(rng, rng.uniform(2.5, 3.8))
        base = rng.uniform(0.45, 0.7) * (1 - rng.uniform(0, 0.5) / (1 + np.exp(-2 * field)))
        return base.astype(np.float32), FAINT
    steep = (power_law(rng, rng.uniform(2, 3.2)) - rng.normal(0.15, 0.45)) * rng.uniform(3, 20)
    return (rng.uniform(0.8, 1) / (1 + np.exp(-np.maximum(steep, -60)))).astype(np.float32), IN_PIECES


def sea_mask(rng):
    """False over most of a sea with a wandering coast; scattered pixels of it stay, as real masks leave them."""
    if rng.random() < 0.4:
        inland = 1 - outline(rng, rng.uniform(40, 160)) + 0.08 * power_law(rng, 2.8)
    else:
        inland = power_law(rng, rng.uniform(3.2, 4.4)) + rng.normal(0.2, 0.7)
    scattered = power_law(rng, rng.uniform(2, 3.5)) + rng.normal(0, 0.5, (SIDE, SIDE)) > rng.uniform(0, 3)
    return (inland > 0) | scattered


def sea_noise(rng, phase, valid):
    """The phase with noise in the pixels that a mask left scattered, known by how few valid ones are around them."""
    share = cv2.blur(valid.astype(np.float32), (9, 9))
    return np.where(share < 0.75, rng.random((SIDE, SIDE), dtype=np.float32), phase)


def no_data(rng):
    """True where there is data: cut by frame edges, gaps between bursts, or a mask of the sea."""
    valid, kind = np.ones((SIDE, SIDE), bool), rng.random()
    if kind < 0.6:
        return valid
    if kind > 0.75:
        return sea_mask(rng)
    angle = rng.uniform(0, 2 * np.pi) if rng.random() < 0.3 else rng.normal(0.2, 0.05) + np.pi / 2 * rng.integers(4)
    across = (ROWS - SIDE / 2) * np.cos(angle) + (COLUMNS - SIDE / 2) * np.sin(angle)
    if kind < 0.705:
        return across > rng.uniform(-110, 60)
    return np.abs(across - rng.uniform(-80, 80)) > rng.uniform(1, 8)


def speckle(rng, phase, share):
    """The phase after mixing with noise, decorrelated where `share` is small. At times the noise is as the coarser scales of a
    sweep see it: as many pixels' mean, which is less of it, and white."""
    noise = rng.standard_normal((2, SIDE, SIDE), dtype=np.float32)
    looks = rng.choice([1, 1, 2, 4])
    width = rng.choice([0, 0, 0.6, 0.9]) if looks == 1 else 0
    if width:
        noise = np.stack([cv2.GaussianBlur(part, (0, 0), width) for part in noise])
        noise /= noise.std()
    angle = (2 * np.pi * phase).astype(np.float32)
    noise_share = (1 - share) * 0.9 / looks
    return np.arctan2(
        share * np.sin(angle) + noise_share * noise[0], share * np.cos(angle) + noise_share * noise[1]) / (2 * np.pi)


def finished(rng, phase, share, valid):
    """The bytes of a phase under noise, cut to where there is data."""
    return encode(sea_noise(rng, speckle(rng, phase, share), valid), valid)


def jump(rng):
    """A phase step along a straight line, as between bursts or swaths."""
    if rng.random() > 0.12:
        return np.float32(0)
    angle = rng.uniform(0, np.pi)
    across = (ROWS - SIDE / 2) * np.cos(angle) + (COLUMNS - SIDE / 2) * np.sin(angle)
    return np.where(across > rng.uniform(-90, 90), np.float32(rng.normal(0, 0.15)), np.float32(0))


def placed(rng, library, outside=None):
    """A field of the library turned, stretched and moved so that its middle lies in the patch or just outside, or up to so many
    pixels outside."""
    field = library[rng.integers(len(library))].astype(np.float32)
    angle, zoom = rng.uniform(0, 2 * np.pi), np.exp(rng.normal(0.2, 0.3))
    stretch = np.exp(rng.normal(0, 0.08))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) @ np.diag(
        [stretch, 1 / stretch]) / (zoom * CELL)
    if outside is None:
        centre = rng.uniform(-15, SIDE + 15, 2) if rng.random() < 0.35 else rng.uniform(25, SIDE - 25, 2)
    else:
        centre = rng.uniform(-outside, SIDE + outside, 2)
    shift = np.full(2, (SIZE - 1) / 2) - turn @ centre
    return cv2.warpAffine(
        field, np.column_stack([turn, shift]), (SIDE, SIDE), flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE)


def steepness(phase, step=4):
    """The gradient's magnitude in cycles a pixel on every fourth pixel."""
    coarse = phase[::step, ::step]
    down, right = np.gradient(coarse)
    return np.hypot(down, right) / step


def reach(field):
    """Where a field is steep: the middle's row and column, and how far from there most of it lies."""
    steep = steepness(field)
    rows, columns = 4 * np.array(np.nonzero(steep > 0.35 * np.percentile(steep, 99.5)), float)
    row, column = rows.mean(), columns.mean()
    return row, column, np.percentile(np.hypot(rows - row, columns - column), 90)


def deformation(rng, library, seen, background, least=60):
    """Deformation in cycles that an expert could see: `seen` is true where the phase is coherent, `background` the
    steepness of what else is there, `least` how many cells of 4 × 4 pixels have to be steep. None where no draw is
    visible enough."""
    for _ in range(6):
        field = placed(rng, library)
        if rng.random() < 0.2:
            field = field + rng.uniform(-1, 1) * placed(rng, library)
        moved = visible(rng, field, seen, background, (least, 0.5), (0.8, 8), 0.75, 1.7)
        if moved is not None:
            return moved
    return None


def small_deformation(rng, library, seen, background):
    """As ``deformation``, but what is commonest: small, slow, and on calm ground."""
    for _ in range(14):
        field = placed(rng, library)
        row, column, radius = reach(field)
        if radius > SMALL_PIXELS or not (5 < row < SIDE - 5 and 5 < column < SIDE - 5):
            continue
        moved = visible(rng, field, seen, background, (25, 0.6), (0.5, 2.6), 0.45, 2.2)
        if moved is not None:
            return moved
    return None


def visible(rng, field, seen, background, steep_cells, fringes, fewest, outstanding):
    """The field, of either sign and as many fringes as drawn; None where fewer than `steep_cells` (how many, which share) of
    its steep cells are seen, where it has fewer fringes than `fewest` for being too steep with more, and where it is not
    steeper than the background by the factor `outstanding`."""
    seen = seen[::4, ::4]
    steep = steepness(field)
    footprint = steep > 0.35 * np.percentile(steep, 99.5)
    least, share = steep_cells
    if (footprint & seen).sum() < max(least, share * footprint.sum()):
        return None
    count = np.exp(rng.uniform(*np.log(fringes)))
    coarse = field[::4, ::4].ravel()
    coarse = coarse - PLANE @ np.linalg.lstsq(PLANE, coarse, rcond=None)[0]
    extent = np.ptp(coarse[seen.ravel()])
    if extent < 0.25:
        return None
    scale = min(count / extent, 0.22 / np.percentile(steep[footprint & seen], 85))
    typical = scale * np.median(steep[footprint & seen])
    if scale * extent < fewest or typical < outstanding * background:
        return None
    return field * scale * rng.choice([-1, 1])


def plain(rng):
    """What must never be a candidate: no data, one value, noise, ramps, and halves of these."""
    kind, valid = rng.random(), no_data(rng)
    phase = np.full((SIDE, SIDE), rng.random(), np.float32)
    share = np.full((SIDE, SIDE), rng.uniform(0.5, 1), np.float32)
    if kind < 0.1:
        return encode(phase, np.zeros_like(valid))
    if kind < 0.2:
        return encode(phase, valid)
    if kind < 0.5:
        share = share * 0 + rng.uniform(0, 0.15)
        if rng.random() < 0.3:
            return encode(rng.random((SIDE, SIDE)), valid)
    else:
        angle, cycles = rng.uniform(0, 2 * np.pi), np.exp(rng.uniform(np.log(0.3), np.log(20)))
        phase = phase + cycles / SIDE * (np.cos(angle) * ROWS + np.sin(angle) * COLUMNS)
        if rng.random() < 0.3:
            phase = phase + rng.normal(0, 0.5) * ((ROWS + COLUMNS - SIDE) / SIDE) ** 2
        if rng.random() < 0.5:
            share = coherence(rng)
        if rng.random() < 0.4:
            return encode(phase, valid)
    return encode(speckle(rng, phase, share), valid)


def quiet(rng):
    """A negative: atmosphere, noise, no data."""
    if rng.random() < 0.25:
        return plain(rng)
    phase, valid = atmosphere(rng, np.exp(rng.normal(0, 0.5))) + jump(rng), no_data(rng)
    return finished(rng, phase, coherence(rng), valid)


def deforming(rng, library, of_kind=deformation, air=-0.8):
    """A positive on a synthetic background; `air` is the logarithm of how strong the air is in the middle."""
    while True:
        share, valid = coherence(rng), no_data(rng)
        phase = atmosphere(rng, np.exp(rng.normal(air, 0.7))) + jump(rng)
        seen = valid & (share > 0.55) & (cv2.blur(valid.astype(np.float32), (9, 9)) > 0.75)
        if seen.mean() < 0.05:
            continue
        moved = of_kind(rng, library, seen, np.percentile(steepness(phase)[seen[::4, ::4]], 85))
        if moved is not None:
            return finished(rng, phase + moved, share, valid), *source_of(moved)
