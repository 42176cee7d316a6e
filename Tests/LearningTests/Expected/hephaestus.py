#!/usr/bin/env python3
"""Writes hephaestus.json: what the annotations of Hephaestus hold, counted without volcsweep, and polygons.json: made-up
polygons filled by OpenCV.

    python hephaestus.py <folder with annotations.tar.gz and train_test_split.json>
"""
import collections
import json
import sys
import tarfile
from pathlib import Path

import cv2
import numpy as np

folder, here = Path(sys.argv[1]), Path(__file__).parent
split = json.load(open(folder / "train_test_split.json"))
ids = {part: {int(name.removesuffix(".json").split("_")[0]) for names in by_class.values() for name in names}
       for part, by_class in split.items()}
measuring = ids["val"] | ids["test"]
counts = collections.defaultdict(collections.Counter)

with tarfile.open(folder / "annotations.tar.gz") as archive:
    files = [json.load(archive.extractfile(member)) for member in archive if member.isfile()]

for one in sorted(files, key=lambda one: one["uniqueID"]):
    number = one["uniqueID"]
    side = "train" if number in ids["train"] else "val+test" if number in measuring else "neither"
    columns = ["all", side, one["frameID"]]

    def count(family, value, per):
        for column in columns:
            counts[f"{family}|{value}|{per}"][column] += 1

    def several(family, values):
        for value in values:
            count(family, value, "label")
        for value in set(values):
            count(family, value, "interferogram")

    count("interferograms", "all", "interferogram")
    count("deforms", int(one["label"] != ["Non_Deformation"]), "interferogram")
    for family in ["corrupted", "processing_error", "glacier_fringes", "orbital_fringes", "atmospheric_fringes",
                   "low_coherence", "no_info", "image_artifacts", "phase", "confidence", "is_crowd"]:
        count(family, one[family], "interferogram")
    types, levels = one["activity_type"], one["intensity_level"]
    levels = [levels] if isinstance(levels, str) else levels
    mask = one["segmentation_mask"]
    shapes = [mask] if mask and not isinstance(mask[0], list) else mask
    count("labels", " + ".join(one["label"]), "interferogram")
    count("patterns", len(types), "interferogram")
    count("lists of equal length", int(len(types) == len(levels) == len(shapes)), "interferogram")
    several("label", one["label"])
    several("activity_type", types)
    several("intensity_level", levels)
    several("activity_type by intensity_level",
            [f"{kind} {levels[i] if i < len(levels) else 'missing'}" for i, kind in enumerate(types)])
    several("activity_type by phase", [f"{kind} {one['phase']}" for kind in types])

# How the interferogram before it in its frame lies to each, by its dates in time; the first has none.
last = {}
for one in sorted(files, key=lambda one: (sorted([one["primary_date"], one["secondary_date"]]), one["uniqueID"])):
    number, frame = one["uniqueID"], one["frameID"]
    side = "train" if number in ids["train"] else "val+test" if number in measuring else "neither"
    columns = ["all", side, frame]
    (first, second), before = sorted([one["primary_date"], one["secondary_date"]]), last.get(frame)
    if before is None:
        order = "first"
    elif before == (first, second):
        order = "same"
    else:
        order = "before" if before[0] == first or before[1] < second and before[0] < first else "unordered"
    count("order in time", order, "interferogram")
    count("dates run backwards", int(one["primary_date"] > one["secondary_date"]), "interferogram")
    last[frame] = (first, second)

json.dump({
    "counts": {key: dict(sorted(value.items())) for key, value in sorted(counts.items())},
    "train": len(ids["train"]), "measuring": len(measuring), "inBoth": len(ids["val"] & ids["test"]),
}, open(here / "hephaestus.json", "w"), indent=0, sort_keys=True)

SIDE = 48
rng = np.random.default_rng(7)
shapes = [[1, 1, 44, 1, 44, 40, 1, 40], [-5, -5, 70, 30, 20, 90], [10.9, 10.2, 10.9, 10.2], [3, 3, 40, 3],
          [10, 10, 40, 10, 10, 40, 40, 40]]
for corners in range(3, 23):
    angles = np.sort(rng.uniform(0, 2 * np.pi, corners))
    radii = rng.uniform(5, 26, corners)
    shapes.append(np.column_stack([24 + radii * np.cos(angles), 24 + radii * np.sin(angles)]).round(3).ravel().tolist())
filled = []
for shape in shapes:
    mask = np.zeros((SIDE, SIDE), np.uint8)
    cv2.fillPoly(mask, [np.array(shape, float).reshape(-1, 2).astype(int)], 1)
    filled.append({"polygon": shape, "rows": ["".join(map(str, row)) for row in mask]})
json.dump(filled, open(here / "polygons.json", "w"), indent=0)
