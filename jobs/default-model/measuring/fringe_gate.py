"""The gate `fringes` in NumPy: the length of wrap edges of a patch, mean over all constants added to the phase."""

import numpy as np

from scales import squares

CELL = 4  # pixels across a cell; a window is 2 × 2 cells
LEAST_EDGES = 0.0005  # fraction of a patch's pixels
LEAST_COHERENCE = 0.85  # of the phase's gradient in a window
FLAT = 1e-5  # radians a pixel that rounding makes of a plain phase


def gradients(phase):
    """|∇φ| in radians a pixel of windows of 8 × 8 pixels every 4 pixels, 0 where decorrelated or with too little data."""
    height, width = (length // CELL * CELL for length in phase.shape)
    valid = ~np.isnan(phase)
    phasors = np.where(valid, np.exp(1j * np.where(valid, phase, 0)), 0)
    across, down = np.zeros_like(phasors), np.zeros_like(phasors)
    across[:, :-1] = phasors[:, 1:] * phasors[:, :-1].conj()
    down[:-1] = phasors[1:] * phasors[:-1].conj()
    counted = [np.zeros(phase.shape), np.zeros(phase.shape)]
    counted[0][:, :-1] = valid[:, 1:] & valid[:, :-1]
    counted[1][:-1] = valid[1:] & valid[:-1]
    across, down, across_count, down_count = (
        windows(squares(values[:height, :width], CELL)) for values in (across, down, *counted))
    length = np.abs(across) ** 2 + np.abs(down) ** 2
    seen = 2 * (across_count + down_count) >= 2 * 4 * CELL * CELL
    seen &= length >= LEAST_COHERENCE**2 * (across_count**2 + down_count**2)
    return np.where(seen, np.hypot(np.angle(across), np.angle(down)), 0)


def windows(cells):
    return cells[:-1, :-1] + cells[1:, :-1] + cells[:-1, 1:] + cells[1:, 1:]


def edge_shares(phase, origins, size):
    """For each patch the fraction of its pixels on a wrap edge, and whether anything changes in it at all."""
    steep = gradients(phase)

    def inside(start, count):
        first = max(0, -(-start // CELL) - 1)
        return slice(first, max(first, min(count, -(-(start + size) // CELL) - 1)))

    shares = []
    for row, column in origins:
        values = steep[inside(row, steep.shape[0]), inside(column, steep.shape[1])]
        share = values.mean() / (2 * np.pi) if values.size else 0.0
        shares.append((share, bool((values > FLAT).any())))
    return shares


def kept(phase, origins, size, least=LEAST_EDGES):
    """Which patches pass."""
    return np.array([share >= least and changes for share, changes in edge_shares(phase, origins, size)])
