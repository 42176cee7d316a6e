#!/usr/bin/env python3
"""Draws what `make demo` found: a quiet volcano, a deforming one, and the ranked list.

Usage: draw-demo.py DEMO_FOLDER OUTPUT.png
DEMO_FOLDER is the folder the demo leaves, with products/, archive/ and run/results/.
Requires Python 3.9 or later; pip install numpy h5py matplotlib (which brings Pillow)
"""

import csv
import pathlib
import sys

import h5py
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke
from PIL import Image

INK, FAINT, NO_DATA = "#24292f", "#6e7781", "#d9dce0"
DEFORMING, QUIET = "#c8482f", "#7f9bb8"
PHASE = LinearSegmentedColormap.from_list(
    "phase", ["#34559e", "#3fa7bf", "#a8d9a0", "#f7e07c", "#e2803f", "#a23b6f", "#34559e"], N=256)
HALO = [withStroke(linewidth=3, foreground="white")]


class NotADemo(Exception):
    """The folder lacks something the demo leaves."""


def table(path):
    try:
        with open(path, newline="") as file:
            rows = list(csv.DictReader(file))
    except FileNotFoundError:
        raise NotADemo(f"there is no {path}") from None
    if not rows:
        raise NotADemo(f"{path} has no rows")
    return rows


class Demo:
    """The tables of a demo's folder, and its rasters on demand."""

    def __init__(self, folder):
        self.archive, results = folder / "archive", folder / "run" / "results"
        self.maps = results / "maps"
        truth = table(folder / "products" / "truth.csv")
        self.deforming = {row["volcano"] for row in truth if row["deforming"] == "1"}
        self.sources = {
            (row["volcano"], row["frame"], row["pair"]): (
                float(row["source_longitude"]), float(row["source_latitude"]))
            for row in truth if row["deforming"] == "1"}
        self.volcanoes = table(results / "volcanoes.csv")
        self.interferograms = {row["interferogram"]: row for row in table(results / "interferograms.csv")}
        if not {row["volcano"] for row in self.volcanoes} <= {row["volcano"] for row in truth}:
            raise NotADemo("its results have volcanoes that products/truth.csv lacks")

    def best(self, deforming):
        """The best-scoring interferogram of the deforming volcano ranked first, or of the quiet one ranked last."""
        some = [row for row in self.volcanoes if (row["volcano"] in self.deforming) == deforming]
        if not some:
            raise NotADemo(f"it has no {'deforming' if deforming else 'quiet'} volcano")
        return self.interferograms[some[0 if deforming else -1]["best_interferogram"]]

    def phase(self, row):
        """The wrapped phase, its extent (west, east, south, north) and the volcano's name."""
        path = self.archive / f"{row['volcano']}_{row['frame']}.h5"
        with self.open(path) as file:
            pairs = [tuple(date.decode() for date in pair) for pair in file["date"][:]]
            index = pairs.index((digits(row["primary_date"]), digits(row["secondary_date"])))
            return file["wrapPhase"][index], extent(file), file.attrs["VOLCANO"]

    def maximum(self, row):
        """The volcano's maximum probability over its interferograms."""
        with self.open(self.maps / f"{row['volcano']}.h5") as file:
            return file["maximumProbability"][:], extent(file)

    def open(self, path):
        if not path.is_file():
            raise NotADemo(f"there is no {path}")
        return h5py.File(path, "r")


def extent(file):
    west, north, east_step, north_step = (
        float(file.attrs[name]) for name in ("X_FIRST", "Y_FIRST", "X_STEP", "Y_STEP"))
    east = west + east_step * int(file.attrs["WIDTH"])
    south = north + north_step * int(file.attrs["LENGTH"])
    return west, east, south, north


def digits(day):
    return day.replace("-", "")


def draw_phase(axes, demo, row, heading):
    phase, place, name = demo.phase(row)
    axes.set_facecolor(NO_DATA)
    image = axes.imshow(phase, cmap=PHASE, vmin=-np.pi, vmax=np.pi, extent=place, interpolation="nearest")
    axes.set_title(f"{heading}: {name}", loc="left", fontweight="bold", pad=21)
    axes.text(
        0, 1.025, f"{row['primary_date']} to {row['secondary_date']}"
        f"   P = {float(row['maximum_probability']):.3f}", transform=axes.transAxes, color=FAINT, fontsize=8.5)
    axes.set_xlabel("Longitude (°)")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(matplotlib.ticker.MultipleLocator(0.1))
        axis.set_major_formatter("{x:.1f}")
    return image


def draw_findings(axes, demo, row):
    """Contours of the volcano's map, its peak, and where the synthetic source was put."""
    probability, (west, east, south, north) = demo.maximum(row)
    height, width = probability.shape
    x = west + (np.arange(width) + 0.5) * (east - west) / width
    y = north + (np.arange(height) + 0.5) * (south - north) / height
    key = []
    for level, style in ((0.5, (0, (4, 2))), (0.8, "solid")):
        lines = axes.contour(x, y, probability, levels=[level], colors=INK, linewidths=1.4, linestyles=[style])
        lines.set_path_effects(HALO)
        key.append(Line2D([], [], color=INK, linewidth=1.4, linestyle=style, label=f"map P = {level}"))
    marks = [("peak of the map", "X", (float(row["longitude"]), float(row["latitude"])))]
    source = demo.sources.get((row["volcano"], row["frame"], f"{digits(row['primary_date'])}_{digits(row['secondary_date'])}"))
    if source:
        marks.append(("true source", "^", source))
    for label, marker, place in marks:
        style = dict(marker=marker, linestyle="none", color=INK, markeredgecolor="white", markersize=9)
        axes.plot(*place, **style)
        key.append(Line2D([], [], label=label, **style))
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    return key


def draw_ranking(axes, demo):
    rows = demo.volcanoes
    places = np.arange(len(rows))
    scored = [int(row["scored"]) for row in rows]
    above = [int(row["above_0.5"]) for row in rows]
    colours = [DEFORMING if row["volcano"] in demo.deforming else QUIET for row in rows]
    axes.barh(places, scored, height=0.68, color="#eef0f3")
    axes.barh(places, above, height=0.68, color=colours)
    reach = max(scored)
    for place, count, of, row in zip(places, above, scored, rows):
        inside = count > 0.2 * reach
        axes.text(
            count + (-0.02 if inside else 0.02) * reach, place, f"{count} / {of}", va="center",
            ha="right" if inside else "left", color="white" if inside else INK, fontsize=8)
        axes.text(1.04 * reach, place, f"{float(row['highest_probability']):.3f}", va="center", fontsize=8)
    axes.text(1.04 * reach, -0.75, "max P", fontsize=8, color=FAINT)
    axes.set_yticks(places, [row["volcano"].removeprefix("synthetic_").replace("_", " ").title() for row in rows])
    for label, row, colour in zip(axes.get_yticklabels(), rows, colours):
        if row["volcano"] in demo.deforming:
            label.set(color=colour, fontweight="bold")
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(0, reach)
    axes.set_xlabel("Interferograms with P > 0.5, of those scored")
    axes.set_title("Ranked volcanoes", loc="left", fontweight="bold", pad=21)
    axes.tick_params(length=0)
    axes.set_xticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)
    return [
        Line2D([], [], marker="s", linestyle="none", markersize=8, color=colour, label=label)
        for colour, label in ((DEFORMING, "deforms"), (QUIET, "does not"))]


def draw(demo, output):
    plt.rcParams.update({
        "font.size": 9, "axes.titlesize": 10.5, "text.color": INK, "axes.labelcolor": INK, "axes.edgecolor": FAINT,
        "xtick.color": INK, "ytick.color": INK, "xtick.labelsize": 8, "ytick.labelsize": 8.5,
        "axes.linewidth": 0.7})
    figure = plt.figure(figsize=(11.2, 4.35), dpi=125, facecolor="white")
    bottom, height = 0.235, 0.64
    quiet = figure.add_axes([0.065, bottom, 0.25, height])
    deforming = figure.add_axes([0.362, bottom, 0.25, height])
    ranking = figure.add_axes([0.694, bottom, 0.245, height])
    below = dict(frameon=False, fontsize=8, borderaxespad=0, handletextpad=0.5, columnspacing=1.2)
    quiet.set_ylabel("Latitude (°)")
    image = draw_phase(quiet, demo, demo.best(False), "Quiet")
    row = demo.best(True)
    draw_phase(deforming, demo, row, "Deforming")
    below_centre = dict(ncols=2, loc="upper center", bbox_to_anchor=(0.5, -0.19), **below)
    deforming.legend(handles=draw_findings(deforming, demo, row), **below_centre)
    ranking.legend(handles=draw_ranking(ranking, demo), **below_centre)
    bar = figure.colorbar(
        image, cax=figure.add_axes([0.078, 0.075, 0.12, 0.025]), orientation="horizontal",
        ticks=[-np.pi, 0, np.pi])
    bar.set_ticklabels(["−π", "0", "π"])
    bar.outline.set_linewidth(0.5)
    bar.ax.set_title("Wrapped phase (rad)", fontsize=8, pad=3)
    quiet.legend(
        handles=[Line2D([], [], marker="s", linestyle="none", markersize=8, color=NO_DATA, label="no data")],
        loc="upper left", bbox_to_anchor=(0.68, -0.255), **below)
    # A palette, because phase noise hardly compresses and the picture is for a web page.
    figure.canvas.draw()
    pixels = Image.fromarray(np.asarray(figure.canvas.buffer_rgba())).convert("RGB")
    pixels.quantize(160, dither=Image.Dither.NONE).save(output, format="PNG", optimize=True)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__.strip())
    folder = pathlib.Path(sys.argv[1])
    try:
        draw(Demo(folder), sys.argv[2])
    except (NotADemo, KeyError, ValueError) as problem:
        what = problem if isinstance(problem, NotADemo) else f"a table or file lacks or garbles {problem}"
        sys.exit(f"{folder} is not a finished demo's folder: {what}. Run `make demo` and pass its folder.")


if __name__ == "__main__":
    main()
