"""Brings networks to one scale by synthetic samples that none of them learns from.

Networks that learn from different places put their scores in different ranges: the more places have taught one that rings
deform, the surer it is of every ring. The samples are the same for all networks and of no real place."""

import numpy as np

import air_around_cones
import synthetic_phase

EACH = 500


def samples(library, seed):
    """Deforming samples, then rings that air makes around cones, then quiet ground, as many of each."""
    rng = np.random.default_rng(seed)
    return np.stack(
        [synthetic_phase.deforming(rng, library)[0] for _ in range(EACH)]
        + [air_around_cones.ringed(rng) for _ in range(EACH)] + [synthetic_phase.quiet(rng) for _ in range(EACH)])


def scale_and_shift(score):
    """Of the logistic curve that fits the scores (log odds) of ``samples`` best (Platt 1999), by Newton's method. What
    deforms counts as much as what does not."""
    truth, weight = np.repeat([1.0, 0.0, 0.0], EACH), np.repeat([1.0, 0.5, 0.5], EACH)
    design, curve = np.column_stack([score, np.ones_like(score)]), np.array([0.5, 0.0])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-design @ curve))
        bend = (design * (weight * chance * (1 - chance))[:, None]).T @ design + 1e-6 * np.eye(2)
        curve = curve + np.linalg.solve(bend, design.T @ (weight * (truth - chance)))
    return curve
