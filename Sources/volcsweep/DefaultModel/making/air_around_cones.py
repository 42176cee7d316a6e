"""Layered air around invented cones: rings that no deformation made, on ground whose air is as rough as they are steep."""

import numpy as np

from synthetic_phase import (
    SIDE, coherence, encode, jump, no_data, outline, power_law, sea_noise, speckle, steepness)

# The steepness of a ring over the median of what is around it: air that stands out more than this looks like deformation.
STANDS_OUT = 5.5


def cones(rng):
    """The relief of one to four steep cones, some with a crater, on ground that is rough itself."""
    relief = power_law(rng, rng.uniform(2.9, 3.9)) * rng.uniform(0.02, 0.15)
    for number in range(rng.integers(1, 5)):
        distance = outline(rng, np.exp(rng.uniform(np.log(9), np.log(45))))
        height = np.exp(-distance ** rng.uniform(0.9, 2)) * (1 if number == 0 else rng.uniform(0.2, 1))
        if rng.random() < 0.35:
            height = np.minimum(height, height.max() * rng.uniform(0.5, 0.9))
        relief = relief + height
    return relief


def stratified(rng):
    """The delay in cycles of layered and of turbulent air; None where the rings would be too faint or too dense."""
    relief, turbulence = cones(rng), power_law(rng, rng.uniform(3.3, 4.6))
    steep, rough = np.percentile(steepness(relief), 97), np.median(steepness(turbulence))
    for _ in range(6):
        amplitude = np.exp(rng.uniform(np.log(0.7), np.log(4.5)))
        added = amplitude * steep / rng.uniform(2.5, STANDS_OUT) / rough
        if amplitude * steep <= 0.2 and added <= 1:
            return rng.choice([-1, 1]) * amplitude * relief + added * turbulence
    return None


def ringed(rng):
    """A negative full of rings."""
    while True:
        phase = stratified(rng)
        if phase is not None:
            phase, valid = phase + jump(rng) + np.zeros((SIDE, SIDE), np.float32), no_data(rng)
            return encode(sea_noise(rng, speckle(rng, phase, coherence(rng)), valid), valid)
