"""The edge gate of the `jgr2018` profile in NumPy and OpenCV.

Written apart from the Swift code, to fit its defaults (fit_edge_gate.py) and to check it (the expected
values of the Imaging tests come from here). Every step is integer arithmetic or one float32 comparison, so the
two must agree pixel for pixel.

pip: numpy, opencv-python-headless
"""

from dataclasses import dataclass

import cv2
import numpy as np

SCALE = 64
ANGLES = np.arange(-255, 256) * (2 * np.pi / 255)
COSINE = np.rint(SCALE * np.cos(ANGLES)).astype(np.int32)
SINE = np.rint(SCALE * np.sin(ANGLES)).astype(np.int32)
COHERENCE_STEPS = 2047


@dataclass(frozen=True)
class Parameters:
    blur_sigma: float = 2.0
    low: int = 120
    high: int = 300
    share: float = 0.0025
    phase_window: int = 7
    phase_threshold: float = 0.85
    coherence_window: int = 7
    coherence_threshold: float = 0.1


def blur_radius(sigma):
    """The radius OpenCV takes for 8-bit images when it is given no kernel size."""
    return (int(np.rint(sigma * 6 + 1)) | 1) // 2


def box_sum(values, window):
    """Sum over a centred square window, clipped at the border."""
    return cv2.boxFilter(
        values.astype(np.float64), -1, (window, window), normalize=False, borderType=cv2.BORDER_CONSTANT
    ).round().astype(np.int64)


def phase_sums(gray, valid, window):
    """Squared resultants of the horizontal and vertical phase gradients, the squares of their counts, and the
    count itself, per pixel."""
    gray = gray.astype(np.int32)
    resultant = np.zeros(gray.shape, np.int64)
    squares = np.zeros(gray.shape, np.int64)
    counts = np.zeros(gray.shape, np.int64)
    for axis in (0, 1):
        near = tuple(slice(None, -1) if a == axis else slice(None) for a in (0, 1))
        far = tuple(slice(1, None) if a == axis else slice(None) for a in (0, 1))
        step = gray[far] - gray[near] + 255
        both = valid[far] & valid[near]
        planes = []
        for plane in (COSINE[step] * both, SINE[step] * both, both.astype(np.int32)):
            full = np.zeros(gray.shape, np.int32)
            full[near] = plane
            planes.append(box_sum(full, window))
        resultant += planes[0] ** 2 + planes[1] ** 2
        squares += planes[2] ** 2
        counts += planes[2]
    return resultant, squares, counts


def phase_is_coherent(gray, valid, window, threshold):
    resultant, squares, counts = phase_sums(gray, valid, window)
    limit = np.float32(threshold) * np.float32(threshold) * np.float32(SCALE * SCALE)
    return (2 * counts >= window * window) & (
        resultant.astype(np.float32) >= limit * squares.astype(np.float32)
    )


def coherence_is_high(coherence, window, threshold):
    """(where a coherence is known nearby, where its mean reaches the threshold)"""
    known = np.isfinite(coherence)
    steps = np.rint(
        np.clip(np.where(known, coherence, 0), 0, 1).astype(np.float32) * np.float32(COHERENCE_STEPS))
    total = box_sum(steps, window)
    count = box_sum(known, window)
    limit = np.float32(threshold) * np.float32(COHERENCE_STEPS)
    return count > 0, total.astype(np.float32) >= limit * count.astype(np.float32)


def near_no_data(valid, radius):
    side = 2 * radius + 1
    return cv2.dilate((~valid).astype(np.uint8), np.ones((side, side), np.uint8)) > 0


def canny(gray, sigma, low, high):
    side = 2 * blur_radius(sigma) + 1
    blurred = cv2.GaussianBlur(gray, (side, side), sigma)
    return cv2.Canny(blurred, low, high, apertureSize=3, L2gradient=False) > 0


def strong_edges(gray, valid, parameters, coherence=None):
    """The edge pixels that count: of the phase, away from no-data, not of decorrelated pixels."""
    p = parameters
    edges = canny(gray, p.blur_sigma, p.low, p.high)
    edges &= ~near_no_data(valid, blur_radius(p.blur_sigma) + 2)
    trusted = phase_is_coherent(gray, valid, p.phase_window, p.phase_threshold)
    if coherence is not None:
        known, high = coherence_is_high(coherence, p.coherence_window, p.coherence_threshold)
        trusted = np.where(known, high, trusted)
    return edges & trusted


def is_open(gray, valid, edges, parameters):
    """Whether a patch goes to the network; `edges` are the patch's strong edges."""
    seen = gray[valid]
    if seen.size == 0 or seen.min() == seen.max():
        return False
    count = np.count_nonzero(edges)
    return count > 0 and count >= parameters.share * gray.size
