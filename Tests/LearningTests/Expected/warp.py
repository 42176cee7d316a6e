#!/usr/bin/env python3
"""Writes warp.json: a patch of wrapped phase flipped, stretched, turned and shifted by SciPy, the phasor's parts apart."""
import json
from pathlib import Path

import numpy as np
from scipy import ndimage

SIDE = 40
rng = np.random.default_rng(11)
y, x = np.mgrid[0:SIDE, 0:SIDE].astype(float)
phase = 9 * np.exp(-((x - 17) ** 2 + (y - 22) ** 2) / 150) + 0.1 * x
gray = np.round((np.angle(np.exp(1j * phase)) / (2 * np.pi)) * 255 + 127.5).astype(int)
angle = (gray - 127.5) / 255 * 2 * np.pi
cases = []
for flip_x, flip_y, scale_x, scale_y, degrees, shift_x, shift_y in [
        (0, 0, 1, 1, 0, 10, -10), (1, 0, 1, 1, 0, 0, 0), (0, 1, 1, 1, 90, 0, 0), (0, 0, 1, 1, 45, 0, 0),
        (1, 1, 1.2, 0.85, 22.5, 10, 0), (0, 0, 0.9, 1.25, 67.5, -10, 20)]:
    centre = (SIDE - 1) / 2
    turn = np.radians(degrees)
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ np.diag(
        [scale_x * (-1 if flip_x else 1), scale_y * (-1 if flip_y else 1)])
    from_ = np.linalg.inv(matrix) @ np.stack([(x - centre - shift_x).ravel(), (y - centre - shift_y).ravel()]) + centre
    at = np.clip(np.round(from_[::-1], 9), -1e3, 1e3)
    parts = [ndimage.map_coordinates(f(angle), at, order=1, mode="constant", cval=np.nan) for f in (np.cos, np.sin)]
    value = np.round(np.arctan2(parts[1], parts[0]) / (2 * np.pi) * 255 + 127.5)
    cases.append({
        "flipX": bool(flip_x), "flipY": bool(flip_y), "scaleX": scale_x, "scaleY": scale_y, "degrees": degrees,
        "shiftX": shift_x, "shiftY": shift_y, "gray": [-1 if np.isnan(v) else int(v) for v in value]})
json.dump({"side": SIDE, "gray": gray.ravel().tolist(), "cases": cases},
          open(Path(__file__).parent / "warp.json", "w"), indent=None)
