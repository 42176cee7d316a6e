"""Where the network sees a source: its output `where` of all patches merged over an interferogram."""

import numpy as np

CELL = 8  # pixels of the interferogram across a cell
LEAST_PROBABILITY = 0.05  # patches below do not count


def shuffled(where):
    """The channels of one patch, 2k² × r × r, as the area and the heat, each r·k × r·k."""
    channels, across, _ = where.shape
    k = round((channels / 2) ** 0.5)
    parts = where.reshape(2, k, k, across, across).transpose(0, 3, 1, 4, 2)
    return parts.reshape(2, across * k, across * k)


def axis(count, factor, offset, size, cells):
    """Of the map's cells along one axis: whether the patch covers the middle, between which of the patch's cells
    it lies, and the merge's weight there."""
    middle = (np.arange(count) + 0.5) * CELL / factor + offset
    inside = (middle >= 0) & (middle < size)
    place = middle / size * cells - 0.5
    first = np.clip(np.floor(place).astype(int), 0, cells - 1)
    weight = np.exp(-0.5 * ((middle - size / 2) / (size / 6)) ** 2)
    return inside, first, np.minimum(first + 1, cells - 1), np.clip(place - first, 0, 1), weight


def merged(patches, shape):
    """Area and heat of each cell of 8 pixels: Σ w·P⁴·A / Σ w·P⁴.

    `patches` are (scale, origin, probability, where) of all scales; None where no patch counts."""
    rows, columns = (-(-length // CELL) for length in shape)
    sums, total = np.zeros((2, rows, columns)), np.zeros((rows, columns))
    for scale, (top, left), probability, where in patches:
        if not probability >= LEAST_PROBABILITY:
            continue
        maps = shuffled(where)
        cells = maps.shape[1]
        down = axis(rows, scale.factor, scale.top - top, scale.size, cells)
        across = axis(columns, scale.factor, scale.left - left, scale.size, cells)
        upper = maps[:, down[1]] * (1 - down[3])[:, None] + maps[:, down[2]] * down[3][:, None]
        values = upper[:, :, across[1]] * (1 - across[3]) + upper[:, :, across[2]] * across[3]
        weights = probability**4 * np.outer(down[0] * down[4], across[0] * across[4])
        total += weights
        sums += weights * values
    if not total.any():
        return None
    return sums / np.maximum(total, 1e-30)


def place(heat, valid):
    """Row and column of the heat's middle around its maximum, on the nearest pixel with data."""
    row, column = np.unravel_index(np.argmax(heat), heat.shape)
    if heat[row, column] <= 0 or not valid.any():
        return None
    rows = np.arange(max(0, row - 2), min(heat.shape[0], row + 3))
    columns = np.arange(max(0, column - 2), min(heat.shape[1], column + 3))
    weights = heat[np.ix_(rows, columns)] ** 2
    point = (
        (weights.sum(1) @ rows / weights.sum() + 0.5) * CELL - 0.5,
        (weights.sum(0) @ columns / weights.sum() + 0.5) * CELL - 0.5)
    return nearest(point, valid)


def nearest(point, valid):
    """The pixel with data that is nearest to a point."""
    row, column = (int(np.clip(round(value), 0, length - 1)) for value, length in zip(point, valid.shape))
    if valid[row, column]:
        return row, column
    known = np.argwhere(valid)
    return tuple(int(value) for value in known[np.argmin(((known - np.array(point)) ** 2).sum(1))])
