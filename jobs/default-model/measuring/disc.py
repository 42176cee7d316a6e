"""Surface displacement of a disc-shaped body that expands in an elastic half-space (Geertsma 1973).

A flat magma or steam reservoir: wide and shallow ones lift a plateau, deep ones a dome.
"""

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.special import j0, j1

REACH = 14.0  # radii up to which the displacement is computed; beyond it stays as it is there
DISTANCES = np.linspace(0, REACH, 201) ** 2 / REACH
STEPS = 1600


def profile(depth, distances):
    """(outward, up) at distances from the middle of a disc of radius 1, up to a factor.

    Up is ∫ J0(αr) J1(α) exp(−αD) dα, outward the same with J1(αr)."""
    # exp(−αD) ends the integral; the step resolves the oscillation of the widest distance.
    step = 11 / depth / STEPS
    alpha = (np.arange(STEPS) + 0.5) * step
    weights = j1(alpha) * np.exp(-alpha * depth) * step
    arguments = np.outer(distances, alpha)
    return j1(arguments) @ weights, j0(arguments) @ weights


def displacement(x, y, depth):
    """The displacement at points of the surface as (towards x, towards y, up) over a disc of radius 1."""
    outward, up = (CubicSpline(DISTANCES, values) for values in profile(depth, DISTANCES))
    distance = np.hypot(x, y)
    radius = np.minimum(distance, REACH)
    sideways = outward(radius) / np.maximum(distance, 1e-9)
    return np.stack([x * sideways, y * sideways, up(radius)])
