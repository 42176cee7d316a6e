#!/usr/bin/env python3
"""Writes patches.json: what the labelled LiCSAR patches hold, counted with h5py and SciPy.

    python patches.py licsar-patches.h5
"""
import collections
import json
import sys
from pathlib import Path

import h5py
import numpy as np
from scipy import ndimage

with h5py.File(sys.argv[1]) as file:
    patch = file["patch"][:]
    deforming = file["deformation"][:].astype(bool)
    hard = file["hard_negative"][:].astype(bool)
    volcano = file["volcano"][:].astype(str)


def no_data(gray, value):
    areas, count = ndimage.label(gray == value)
    if count == 0:
        return np.zeros(gray.shape, bool)
    sizes = np.bincount(areas.ravel())
    large = np.flatnonzero(sizes >= 60)
    return np.isin(areas, large[large > 0])


became, missing = 0, 0
for gray in patch:
    zero = no_data(gray, 0) if (gray == 0).any() else np.zeros(gray.shape, bool)
    became += int(zero.sum())
    missing += int(no_data(np.where(zero, 128, gray), 128).sum())

json.dump({
    "count": len(patch), "deforming": int(deforming.sum()), "hard": int(hard.sum()), "side": patch.shape[1],
    "graySum": int(patch.sum(dtype=np.int64)), "zerosThatAreNoData": became, "pixelsWithoutData": missing,
    "volcanoes": len(set(volcano)),
    "deformingByVolcano": dict(sorted(collections.Counter(volcano[deforming]).items())),
}, open(Path(__file__).parent / "patches.json", "w"), indent=1)
