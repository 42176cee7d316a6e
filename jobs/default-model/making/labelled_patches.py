"""The labelled LiCSAR patches as samples (0 no data, 1 … 65535 phase), and their places."""

import csv

import cv2
import h5py
import numpy as np

SIDE = 224
BYTES = 257  # levels of a sample in one gray level
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
    return np.where(missing, 0, (gray % 255).astype(np.int32) * BYTES + 1).astype(np.uint16)
