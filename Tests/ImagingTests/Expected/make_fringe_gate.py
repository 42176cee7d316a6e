"""Writes fringe-gate.json: what the fringe gate measures, written apart from the Swift code in NumPy, double precision.

usage: python3 make_fringe_gate.py > fringe-gate.json

Each case is a formula that the test evaluates too; phases are radians before wrapping. pip: numpy
"""

import json

import numpy as np

SIZE = 224
SIDE = 4


def noise(size, seed):
    """Uniform in [-1, 1), by the 32-bit linear congruential generator of Numerical Recipes."""
    state = seed
    values = np.empty(size * size)
    for index in range(values.size):
        state = (1664525 * state + 1013904223) % 2**32
        values[index] = state / 2**31 - 1
    return values.reshape(size, size)


def phase(case):
    y, x = np.mgrid[0:SIZE, 0:SIZE].astype(float)
    radius = np.hypot(y - case["row"], x - case["column"]) / case["scale"]
    value = 2 * np.pi * case["fringes"] * (1 + radius**2) ** -1.5
    value += case["slope"] * (x + 0.5 * y) + case["noise"] * noise(SIZE, 7)
    value[:, : case["blank"]] = np.nan
    return value


def edge_share(value, threshold=0.85):
    valid = np.isfinite(value)
    z = np.where(valid, np.exp(1j * np.where(valid, value, 0)), 0)
    across = np.zeros_like(z)
    across[:, :-1] = z[:, 1:] * z[:, :-1].conj()
    down = np.zeros_like(z)
    down[:-1] = z[1:] * z[:-1].conj()

    def windows(values):
        cells = values.reshape(SIZE // SIDE, SIDE, SIZE // SIDE, SIDE).sum(axis=(1, 3))
        return cells[:-1, :-1] + cells[:-1, 1:] + cells[1:, :-1] + cells[1:, 1:]

    sums = windows(across), windows(down)
    counts = windows((abs(across) > 0.5).astype(float)), windows((abs(down) > 0.5).astype(float))
    resultant = abs(sums[0]) ** 2 + abs(sums[1]) ** 2
    trusted = (2 * (counts[0] + counts[1]) >= 8 * SIDE * SIDE) & (
        resultant >= threshold**2 * (counts[0] ** 2 + counts[1] ** 2))
    gradient = np.where(trusted, np.hypot(np.angle(sums[0]), np.angle(sums[1])), 0)
    return gradient.mean() / (2 * np.pi)


def main():
    base = {"row": 110, "column": 120, "scale": 20.0, "fringes": 0.0, "slope": 0.0, "noise": 0.0, "blank": 0}
    cases = [
        {"name": "ramp", "slope": 0.1},
        {"name": "steep ramp", "slope": 1.5},
        {"name": "one small fringe", "fringes": 1.0, "scale": 13.0},
        {"name": "four fringes", "fringes": 4.0},
        {"name": "broad", "fringes": 2.0, "scale": 100.0},
        {"name": "at the edge", "fringes": 2.0, "row": 5, "column": 210},
        {"name": "faint noise", "fringes": 2.0, "noise": 0.3},
        {"name": "noise alone", "noise": 3.14159},
        {"name": "half blank", "fringes": 2.0, "blank": 112},
    ]
    result = []
    for case in cases:
        case = base | case
        result.append(case | {"edge_share": round(float(edge_share(phase(case))), 9)})
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
