"""Ground and air for measuring: turbulence, stratified delay, decorrelation and sea. Phase is in cycles."""

import numpy as np

LOOKS = 8  # independent looks of a pixel, for its noise


def turbulence(rng, fringes, side=500):
    """A field with `fringes` cycles from its lowest to its highest value.

    Its spectrum falls with the wave number's power of 8/3 for waves longer than 2 km and 11/3 for shorter ones (Hanssen
    2001, section 4.7), the second ± 0.2, the first by up to 1 more, which makes long waves stronger. It is cut from a field
    twice as large, so that waves longer than the crop are in it."""
    full = 2 * side
    rows, columns = np.fft.fftfreq(full)[:, None], np.fft.rfftfreq(full)[None]
    k = np.hypot(rows, columns) * 20  # 1 at 20 pixels
    k[0, 0] = np.inf
    bend = rng.uniform([-0.2, -0.2], [1, 0.2])
    power = np.where(k < 1, k ** -(8 / 3 + bend[0]), np.maximum(k, 1) ** -(11 / 3 + bend[1]))
    noise = rng.standard_normal(k.shape) + 1j * rng.standard_normal(k.shape)
    field = np.fft.irfft2(noise * np.sqrt(power), s=(full, full))[:side, :side]
    return field * (fringes / np.ptp(field)) if fringes else np.zeros((side, side))


def long_waves(rng, fringes, side=500):
    """As ``turbulence``, but smooth: the power of 4 to 5, and no waves shorter than 5 km. Hard to tell from broad sources."""
    full = 2 * side
    k = np.hypot(np.fft.fftfreq(full)[:, None], np.fft.rfftfreq(full)[None]) * 50  # 1 at 50 pixels
    k[0, 0] = np.inf
    noise = rng.standard_normal(k.shape) + 1j * rng.standard_normal(k.shape)
    amplitude = k ** -(rng.uniform(4, 5) / 2) * np.exp(-np.square(np.where(np.isinf(k), 0, k)))
    field = np.fft.irfft2(noise * amplitude, s=(full, full))[:side, :side]
    return field * (fringes / np.ptp(field))


def lattice(rng, cells, side):
    """Random values at the corners of `cells` × `cells` squares, smoothly between them."""
    corners = rng.uniform(-1, 1, (cells + 2, cells + 2))
    place = np.arange(side) * cells / side
    whole = place.astype(int)
    part = place - whole
    part = part**3 * (part * (6 * part - 15) + 10)
    upper = corners[np.ix_(whole, range(cells + 2))] * (1 - part)[:, None]
    lines = upper + corners[np.ix_(whole + 1, range(cells + 2))] * part[:, None]
    return lines[:, whole] * (1 - part) + lines[:, whole + 1] * part


def relief(rng, side=500):
    """Heights, 0 … 1: ridges of eight octaves, and mostly a volcano, concave or like a shield, at times with a caldera."""
    ridges = sum(
        (1 - np.abs(lattice(rng, int(2 * 2**octave * rng.uniform(0.8, 1.2)), side))) * 0.52**octave
        for octave in range(8))
    heights = (ridges - ridges.min()) / np.ptp(ridges) * rng.uniform(0.2, 0.8)
    if rng.random() < 0.8:
        rows, columns = np.mgrid[:side, :side]
        middle = rng.uniform(side * 0.3, side * 0.7, 2)
        reach = np.exp(rng.uniform(np.log(60), np.log(220)))
        distance = np.hypot(rows - middle[0], columns - middle[1]) / reach + 0.08 * lattice(rng, 9, side)
        cone = np.clip(1 - distance, 0, 1) ** rng.uniform(0.8, 2.2)
        if rng.random() < 0.4:
            rim = rng.uniform(0.5, 0.85)
            cone = np.where(cone > rim, rim - 0.5 * (cone - rim), cone)
        heights = heights + cone
    return (heights - heights.min()) / np.ptp(heights)


def stratified(rng, heights, fringes):
    """Delay that follows the heights, of so many cycles from the lowest to the highest; less above than below."""
    low = rng.uniform(0.5, 3)
    delay = 1 - np.exp(-(heights - heights.min()) / max(np.ptp(heights), 1e-9) * low)
    return rng.choice([-1, 1]) * fringes * delay / max(np.ptp(delay), 1e-9)


def patchy_coherence(rng, side=500):
    """Coherence of 0.1 to 0.9 in patches, good on half to nine tenths of the ground."""
    field = sum(lattice(rng, 4 * 2**octave, side) * 0.6**octave for octave in range(6))
    level = np.quantile(field, rng.uniform(0.1, 0.5))
    return 0.1 + 0.8 / (1 + np.exp(-(field - level) * rng.uniform(3, 12)))


def sea(rng, side=500, keep=None):
    """True over a sea of a tenth to four tenths of the crop; `keep` (row, column) stays on land."""
    rows, columns = np.mgrid[:side, :side] / side - 0.5
    for _ in range(20):
        angle = rng.uniform(0, 2 * np.pi)
        level = rows * np.cos(angle) + columns * np.sin(angle)
        level = level + sum(lattice(rng, 3 * 2**octave, side) * 0.15 * 0.5**octave for octave in range(5))
        covered = level < np.quantile(level, rng.uniform(0.1, 0.4))
        if keep is None or not covered[keep]:
            return covered
    return np.zeros((side, side), bool)


def seen(rng, cycles, coherence):
    """The wrapped phase in radians of a phase in cycles under the noise of a coherence, 0 … 1."""
    noise = np.sqrt((1 - np.square(coherence)) / (2 * LOOKS))
    parts = rng.standard_normal((2, *cycles.shape))
    angle = 2 * np.pi * cycles
    return np.arctan2(
        coherence * np.sin(angle) + noise * parts[0], coherence * np.cos(angle) + noise * parts[1]).astype(np.float32)


def uniform(rng, shape):
    """Phase where nothing is coherent, radians."""
    return rng.uniform(-np.pi, np.pi, shape).astype(np.float32)
