"""Layered air around cones: rings that no deformation made. Cones are pointed, or cut by a crater, where deformation is
round on top: rings of the same width up to the middle."""

import cv2
import numpy as np

from synthetic_phase import SIDE, coherence, finished, jump, little_coherence, no_data, outline, power_law, steepness

# The steepness of rings over the median of what is around them.
STANDS_OUT = 2.5, 8


def cones(rng, ground=True):
    """The relief of one to four steep cones, some with a crater, at times on ground that is rough itself."""
    # Every second pixel, which is a quarter of the work and round enough.
    relief = np.zeros((SIDE // 2, SIDE // 2), np.float32)
    for number in range(rng.integers(1, 5)):
        distance = outline(rng, np.exp(rng.uniform(np.log(9), np.log(45))), 2)
        height = np.exp(-distance ** rng.uniform(0.8, 1.35)) * (1 if number == 0 else rng.uniform(0.2, 1))
        if rng.random() < 0.35:
            height = np.minimum(height, height.max() * rng.uniform(0.6, 0.92))
        relief = relief + height
    relief = cv2.resize(relief.astype(np.float32), (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
    return relief + power_law(rng, rng.uniform(2.9, 3.9)) * rng.uniform(0.02, 0.12) if ground else relief


def stratified(rng):
    """The delay in cycles of layered and of turbulent air."""
    while True:
        relief, turbulence = cones(rng), power_law(rng, rng.uniform(3.3, 4.6))
        steep, rough = np.percentile(steepness(relief), 97), np.median(steepness(turbulence))
        for _ in range(6):
            amplitude = np.exp(rng.uniform(np.log(0.7), np.log(4.5)))
            added = amplitude * steep / rng.uniform(*STANDS_OUT) / rough
            if amplitude * steep <= 0.22 and added <= 1:
                return rng.choice([-1, 1]) * amplitude * relief + added * turbulence


def ringed(rng):
    """A wholly invented negative full of rings."""
    phase, valid = stratified(rng) + jump(rng), no_data(rng)
    share = little_coherence(rng)[0] if rng.random() < 0.2 else coherence(rng)
    return finished(rng, phase, share, valid)
