#!/usr/bin/env python3
"""Prints as JSON what `multiscale.py` finds in three interferograms that follow from formulas, for a test of the program.

    expected_values.py default-model.onnx > expected.json

Phase in cycles at (row, column), from 0: fringes · (1 + d²/depth²)^−1.5 + noise · (h / 2^32 − 1/2), where d is the distance to
(middle row, middle column) and h = (row · 2654435761 + column · 40503 + 1) · 2246822519 mod 2^32, then xored with itself shifted
right by 15 bits, times 3266489917 mod 2^32. In radians: 2π · (cycles − round(cycles)). Noise is `sea_noise` in rows from `sea_row`
on; there is no data in columns from `masked_column` on. Needs NumPy and onnxruntime.
"""

import hashlib
import json
import sys

import numpy as np

from multiscale import Scorer

# Side lengths, source, noise: one small and one broad source, and a raster that is smaller than a patch in one direction and no multiple
# of a scale.
FORMULAS = [
    {"name": "small", "height": 500, "width": 500, "middle_row": 180, "middle_column": 260, "depth": 20, "fringes": 2.0,
     "noise": 0.1, "sea_row": 500, "sea_noise": 0.0, "masked_column": 500},
    {"name": "broad", "height": 500, "width": 500, "middle_row": 260, "middle_column": 230, "depth": 150, "fringes": 4.0,
     "noise": 0.1, "sea_row": 500, "sea_noise": 0.0, "masked_column": 400},
    {"name": "odd", "height": 333, "width": 217, "middle_row": 150, "middle_column": 90, "depth": 40, "fringes": -3.0,
     "noise": 0.2, "sea_row": 280, "sea_noise": 1.0, "masked_column": 190},
]


def phase(formula):
    """Radians, NaN for no data."""
    rows, columns = np.mgrid[: formula["height"], : formula["width"]]
    hashed = (rows.astype(np.uint64) * 2654435761 + columns.astype(np.uint64) * 40503 + 1) * 2246822519 % 2**32
    hashed = (hashed ^ (hashed >> 15)) * 3266489917 % 2**32
    noise = np.where(rows < formula["sea_row"], formula["noise"], formula["sea_noise"]) * (hashed / 2**32 - 0.5)
    square = (rows - formula["middle_row"]) ** 2 + (columns - formula["middle_column"]) ** 2
    cycles = formula["fringes"] * (1 + square / formula["depth"] ** 2) ** -1.5 + noise
    radians = (2 * np.pi * (cycles - np.round(cycles))).astype(np.float32)
    return np.where(columns < formula["masked_column"], radians, np.float32(np.nan))


def main():
    model = sys.argv[1]
    scorer = Scorer(model)
    results = []
    for formula in FORMULAS:
        scored = scorer.score(phase(formula))
        patches = [None if np.isnan(value) else round(float(value), 6) for values in scored.patches for value in values]
        result = {
            **formula, "maximum_probability": round(scored.probability, 6), "scale": scored.scale, "row": scored.row,
            "column": scored.column, "patch_probabilities": patches}
        if scored.area is not None:
            result["source_map"] = [round(float(value), 3) for value in scored.area.ravel()]
        results.append(result)
    with open(model, "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    json.dump({"model_sha256": digest, "interferograms": results}, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
