"""Brings the network's log odds to a scale on which P means something.

How steeply P rises comes from synthetic samples that the network does not learn from. Real rings of air are taken for deformation
more often than synthetic ones, so P = 0.5 is where nine of ten real deforming patches of the tuned folds are above it."""

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


def shift_for(score, recall=0.9):
    """What makes P = 0.5 of the log odds (times the scale) above which the fraction `recall` of positives is."""
    return -float(np.quantile(score, 1 - recall))
