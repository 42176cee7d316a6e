"""The labelled LiCSAR patches as bytes (0 no data, 1 ... 255 phase), and their places."""

import csv

import cv2
import h5py
import numpy as np

SIDE = 224
NO_DATA_PIXELS = 60  # a connected region of one gray of at least this size is no data, a smaller one is phase


class Patches:
    def __init__(self, path, folds_path):
        with h5py.File(path) as file:
            gray = file["patch"][:]
            self.deforming = file["deformation"][:].astype(bool)
            self.hard = file["hard_negative"][:].astype(bool)
            self.volcano = file["volcano"][:].astype(str)
            self.frame = file["frame"][:].astype(str)
            self.primary = file["primary_date"][:].astype(str)
            self.secondary = file["secondary_date"][:].astype(str)
        with open(folds_path, newline="") as file:
            fold_of = {row["volcano"]: int(row["fold"]) for row in csv.DictReader(file)}
        self.fold = np.array([fold_of[name] for name in self.volcano])
        self.samples = np.stack([to_bytes(patch) for patch in gray])
        # The sweep sees the crops as they are, so the score does too: only the input's no-data rule is applied.
        self.scored = self.samples[:, 1 : 1 + SIDE, 1 : 1 + SIDE]


def to_bytes(gray):
    missing = np.zeros(gray.shape, bool)
    for value in (0, 128):
        count, labels, stats, _ = cv2.connectedComponentsWithStats((gray == value).astype(np.uint8), connectivity=4)
        large = np.flatnonzero(stats[:, cv2.CC_STAT_AREA] >= NO_DATA_PIXELS)
        missing |= np.isin(labels, large[large > 0])
    return np.where(missing, 0, gray % 255 + 1).astype(np.uint8)


def turned(rng, sample, widest):
    """The sample rotated, stretched and moved, by nearest neighbour because phase does not average."""
    angle, zoom = rng.uniform(0, 2 * np.pi), np.exp(rng.uniform(-widest, widest))
    stretch = np.exp(rng.normal(0, 0.08))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) @ np.diag(
        [stretch, 1 / stretch]) / zoom
    middle = (sample.shape[0] - 1) / 2
    shift = middle - turn @ (np.full(2, (SIDE - 1) / 2) + rng.uniform(-22, 22, 2))
    border = cv2.BORDER_REFLECT if rng.random() < 0.7 else cv2.BORDER_CONSTANT
    return cv2.warpAffine(
        sample, np.column_stack([turn, shift]), (SIDE, SIDE), flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP,
        borderMode=border, borderValue=0)


def calm(sample):
    """Where the patch is coherent, and how steep its phase is there (cycles a pixel, 85th percentile)."""
    angle = sample.astype(np.float32) * np.float32(2 * np.pi / 255)
    valid = (sample > 0).astype(np.float32)
    real, imaginary = cv2.blur(np.cos(angle) * valid, (5, 5)), cv2.blur(np.sin(angle) * valid, (5, 5))
    mean = real + 1j * imaginary
    seen = np.abs(mean) > 0.7
    coarse = mean[::4, ::4]
    right = np.angle(coarse[:-1, 1:] * np.conj(coarse[:-1, :-1])) / (8 * np.pi)
    down = np.angle(coarse[1:, :-1] * np.conj(coarse[:-1, :-1])) / (8 * np.pi)
    inside = seen[::4, ::4][:-1, :-1]
    steep = np.hypot(right, down)[inside]
    return seen, float(np.percentile(steep, 85)) if steep.size else 1.0
