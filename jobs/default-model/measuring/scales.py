"""The scales of profile `multiscale`: an interferogram averaged over squares of pixels, and the patches on its canvas.

Written from the description of the method, apart from the program's code, so that each checks the other.
"""

from dataclasses import dataclass

import numpy as np

LATTICE = 4  # patches start at multiples of it
STRIDE = 144  # most pixels from one patch to the next, for patches of 224


@dataclass(frozen=True)
class Scale:
    """One scale: `factor` pixels a side become one; `height` × `width` of these lie at `top`, `left` on a canvas that
    patches of `size` pixels at `rows` × `columns` cover exactly."""

    factor: int
    height: int
    width: int
    size: int
    rows: tuple
    columns: tuple

    @property
    def canvas(self):
        return self.rows[-1] + self.size, self.columns[-1] + self.size

    @property
    def top(self):
        return (self.canvas[0] - self.height) // 2

    @property
    def left(self):
        return (self.canvas[1] - self.width) // 2

    def origins(self):
        """The upper-left pixels of all patches, row by row."""
        return [(row, column) for row in self.rows for column in self.columns]


def starts(length, size, stride):
    """The fewest starts, equally far apart, of patches that cover a length, possibly with a margin."""
    steps = -(-max(0, length - size) // stride)
    if steps == 0:
        return (0,)
    distance = -(-(length - size) // steps)
    distance = -(-distance // LATTICE) * LATTICE
    return tuple(distance * step for step in range(steps + 1))


def flush_starts(length, size, stride):
    """Starts every `stride` pixels, the last flush with the edge, as in profile `jgr2018`."""
    return (*range(0, length - size, stride), length - size)


def layout(shape, size=224, factors=(1, 2, 4), profile="multiscale"):
    """The scales of an interferogram of `shape`; of `jgr2018` one without a canvas."""
    if profile == "jgr2018":
        rows, columns = (flush_starts(length, size, 112) for length in shape)
        return [Scale(1, *shape, size, rows, columns)]
    stride = max(LATTICE, STRIDE * size // 224 // LATTICE * LATTICE)
    scales = []
    for factor in factors:
        if min(shape) // factor < size // 8:  # nothing is left to see
            continue
        height, width = (-(-length // factor) for length in shape)
        scales.append(
            Scale(factor, height, width, size, starts(height, size, stride), starts(width, size, stride)))
    return scales


def multilook(phase, factor):
    """The phase averaged over squares as unit phasors, NaN where less than half of a square's pixels have data.

    `phase` is in radians, NaN for no data. Squares at the lower and right edge may be cut."""
    valid = ~np.isnan(phase)
    if factor == 1:
        return phase.astype(np.float32)
    phasors = np.where(valid, np.exp(1j * np.where(valid, phase, 0)), 0)
    total, known, pixels = (
        squares(values, factor) for values in (phasors, valid.astype(float), np.ones(phase.shape)))
    seen = (2 * known >= pixels) & (np.abs(total) > 1e-12)
    return np.where(seen, np.angle(total), np.nan).astype(np.float32)


def squares(values, factor):
    """Sums over squares of `factor` pixels a side."""
    height, width = values.shape
    padded = np.pad(values, [(0, -height % factor), (0, -width % factor)])
    return padded.reshape(padded.shape[0] // factor, factor, padded.shape[1] // factor, factor).sum((1, 3))


def canvas(phase, scale):
    """The phase at a scale in the middle of its canvas, NaN in the margin."""
    result = np.full(scale.canvas, np.nan, np.float32)
    result[scale.top : scale.top + scale.height, scale.left : scale.left + scale.width] = multilook(
        phase, scale.factor)
    return result


def gaussian(size):
    """The merge's weights along one axis: standard deviation of a sixth of the patch."""
    return np.exp(-0.5 * ((np.arange(size) - (size - 1) / 2) / (size / 6)) ** 2)


def merged(probabilities, scale, shape):
    """The probability of each pixel of the interferogram by one scale: Σ w·P / Σ w of the patches that cover it."""
    weights = np.outer(gaussian(scale.size), gaussian(scale.size))
    total, sums = np.zeros(scale.canvas), np.zeros(scale.canvas)
    for (row, column), probability in zip(scale.origins(), probabilities):
        area = np.s_[row : row + scale.size, column : column + scale.size]
        total[area] += weights
        sums[area] += weights * probability
    fine = (sums / total)[scale.top : scale.top + scale.height, scale.left : scale.left + scale.width]
    fine = fine.repeat(scale.factor, 0).repeat(scale.factor, 1)
    return fine[: shape[0], : shape[1]].astype(np.float32)
