#!/usr/bin/env python3
"""Writes palettes.json: known phases in the colours that drawing programs give them.

    pip install numpy matplotlib
    python3 palettes.py

matplotlib's tables are read from matplotlib, ColorBrewer's nine classes are written out, the wheels are computed by
Python's colorsys and by the definition of the phase wheel (cyan, magenta, yellow and back, each third linear).
"""

import colorsys
import json
from pathlib import Path

import matplotlib
import numpy as np

PHASES = np.linspace(-np.pi, np.pi, 721)
NINE = ["4575b4", "74add1", "abd9e9", "e0f3f8", "ffffbf", "fee090", "fdae61", "f46d43", "d73027"]


def bytes_of(colours):
    return np.clip(np.rint(np.asarray(colours) * 255), 0, 255).astype(int)


def from_table(name, limit):
    return bytes_of(matplotlib.colormaps[name]((PHASES + limit) / (2 * limit))[:, :3])


def between(stops, places):
    stops = np.asarray(stops, float)
    return np.stack([np.interp(places, np.linspace(0, 1, len(stops)), stops[:, band]) for band in range(3)], axis=1)


turn = (PHASES + np.pi) / (2 * np.pi)
nine = [[int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)] for colour in NINE]
wheel = between([[0, 1, 1], [1, 0, 1], [1, 1, 0], [0, 1, 1]], turn)
brightness = 0.35 + 0.65 * np.abs(np.sin(37 * PHASES))[:, None]
hues = np.array([colorsys.hsv_to_rgb(place % 1, 1, 1) for place in turn])
pale = np.array([colorsys.hsv_to_rgb(place % 1, 0.45, 1) for place in turn])
jet = between([[0, 0, 0.5], [0, 0, 1], [0, 0.5, 1], [0, 1, 1], [0.5, 1, 0.5], [1, 1, 0], [1, 0.5, 0], [1, 0, 0], [0.5, 0, 0]], turn)
pictures = {
    "RdYlBu of matplotlib": (from_table("RdYlBu_r", 3.2), "RdYlBu (", False),
    "RdYlBu of nine classes": (bytes_of(between(nine, (PHASES + 3.2) / 6.4)), "RdYlBu of 9", False),
    "phase wheel": (bytes_of(wheel), "cyan, magenta", True),
    "phase wheel under amplitude": (bytes_of(wheel * brightness), "cyan, magenta", True),
    "hues": (bytes_of(hues), "hue wheel (", True),
    "hues under amplitude": (bytes_of(hues * brightness), "hue wheel (", True),
    "pale hues": (bytes_of(pale), "hue wheel of 45", True),
    "hsv of matplotlib": (from_table("hsv", np.pi), "hsv of matplotlib", True),
    "jet of matplotlib": (from_table("jet", np.pi), "jet of matplotlib", False),
    "jet of MATLAB": (bytes_of(jet), "jet (", False),
    "gray": (bytes_of(np.repeat(turn[:, None], 3, axis=1)), "gray", False),
}
unknown = {"viridis": from_table("viridis", np.pi), "coolwarm": from_table("coolwarm", np.pi)}
Path(__file__).with_name("palettes.json").write_text(
    json.dumps(
        {
            "phases": [round(float(phase), 7) for phase in PHASES],
            "pictures": {
                name: {"colours": colours.tolist(), "palette": palette, "isCyclic": cyclic}
                for name, (colours, palette, cyclic) in pictures.items()
            },
            "unknown": {name: colours.tolist() for name, colours in unknown.items()},
        }, separators=(",", ":")) + "\n")
