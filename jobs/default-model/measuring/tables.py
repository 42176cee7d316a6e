"""The measures of one run as markdown and CSV. A record is a line of the truth with what was `found`."""

import csv

import numpy as np

from cases import FRINGES, HALF_WIDTHS, QUIET, VARIANTS
from intervals import quantile, share, text

COLUMNS = ["measure", "ground", "kind", "half_width", "fringes", "count", "value", "low", "high"]


class Report:
    """Markdown lines and CSV rows, collected."""

    def __init__(self):
        self.markdown, self.rows = [], []

    def add(self, measure, values, *, ground="", kind="", half_width="", fringes="", count=0):
        self.rows.append([measure, ground, kind, half_width, fringes, count, *(f"{value:.4f}" for value in values)])

    def table(self, title, head, lines):
        self.markdown += [title, "", f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
        self.markdown += [f"| {' | '.join(line)} |" for line in lines] + [""]

    def write(self, stem):
        stem.with_suffix(".md").write_text("\n".join(self.markdown))
        with open(stem.with_suffix(".csv"), "w", newline="") as file:
            csv.writer(file).writerows([COLUMNS, *self.rows])


def where(records, **wanted):
    return [record for record in records if all(record[name] == value for name, value in wanted.items())]


def probabilities(records):
    return np.array([record["found"].probability for record in records])


def sources(report, records):
    """a. Median highest P by half-width and fringes."""
    for ground, words in (("calm", "calm ground"), ("rough", "rough ground")):
        for kind in ("", "disc", "rectangle"):
            of_kind = [record for record in where(records, group=ground) if kind in ("", record["kind"])]
            lines = []
            for width in HALF_WIDTHS:
                line = [str(width)]
                for fringes in FRINGES:
                    cell = where(of_kind, half_width=width, fringes=fringes)
                    values = quantile(probabilities(cell))
                    line.append(text(values))
                    report.add(
                        "median P", values, ground=ground, kind=kind or "all", half_width=width, fringes=fringes,
                        count=len(cell))
                lines.append(line)
            counts = f"{len(of_kind)} sources"
            report.table(
                f"Median highest P, {kind or 'discs and rectangle'}s on {words}; {counts}; rows: half-width in pixels, "
                "columns: fringes.", ["", *map(str, FRINGES)], lines)


def quiet(report, records):
    """a. What air without a source gets."""
    lines = []
    for ground in QUIET:
        chosen = where(records, group="quiet", ground=ground)
        values = probabilities(chosen)
        median, above = quantile(values), share(values > 0.5)
        air = np.mean([record["air_standard_deviation"] for record in chosen]) if chosen else np.nan
        report.add("median P", median, ground=ground, kind="none", count=len(chosen))
        report.add("share above 0.5", above, ground=ground, kind="none", count=len(chosen))
        lines.append([ground, str(len(chosen)), f"{air:.2f}", text(median), text(above, 1, True)])
    report.table(
        "No source. Turbulence is in fringes from its lowest to its highest value in the crop.",
        ["air", "count", "standard deviation, fringes", "median P", "P above 0.5"], lines)


def place(report, records):
    """b. Distance to the greatest displacement, and the area, of sources of two fringes and more."""
    chosen = [record for record in records if record["group"] in ("calm", "rough") and record["fringes"] >= 2]
    groups = [(f"{width} px", where(chosen, half_width=width)) for width in HALF_WIDTHS]
    groups += [("all, calm", where(chosen, ground="calm")), ("all, rough", where(chosen, ground="rough")), ("all", chosen)]
    groups += [("all with P above 0.5", [record for record in chosen if record["found"].probability > 0.5])]
    lines = []
    for name, members in groups:
        distances = [
            np.hypot(record["found"].row - record["row"], record["found"].column - record["column"]) for record in members]
        overlaps = [record["overlap"] for record in members if record["overlap"] is not None]
        measures = {
            "distance median": quantile(distances), "distance 90 %": quantile(distances, 0.9), "IoU": quantile(overlaps),
            "on data": share([record["on_data"] for record in members])}
        for measure, values in measures.items():
            report.add(measure, values, ground=name, count=len(members))
        lines.append([
            name, str(len(members)), text(measures["distance median"], 0), text(measures["distance 90 %"], 0),
            text(measures["on data"], 1, True), text(measures["IoU"])])
    report.table(
        "Place and area, sources of two fringes and more: distance in pixels from the place to the greatest displacement, and "
        "intersection over union of the area (at least half of its maximum) with the contour of half a fringe.",
        ["half-width", "count", "distance, median", "distance, 90 %", "on a pixel with data", "IoU, median"], lines)


def invariance(report, records):
    """c. The largest change of P under constants and the negation; flips."""
    families = {}
    for record in where(records, group="invariance"):
        key = tuple(record[name] for name in ("ground", "kind", "half_width", "fringes", "number"))
        families.setdefault(key, {})[record["variant"]] = record["found"].probability
    changes = {"eight constants": VARIANTS[:8], "negation": ["negated"], "flips": VARIANTS[9:]}
    lines = []
    for name, variants in changes.items():
        largest = [max(abs(family[variant] - family[VARIANTS[0]]) for variant in variants) for family in families.values()]
        if largest:
            values = quantile(largest)
            report.add(f"change by {name}", (max(largest), values[0], max(largest)), count=len(largest))
            lines.append([name, str(len(largest)), f"{values[0]:.4f}", f"{max(largest):.4f}"])
    report.table("Largest change of P of an interferogram.", ["what is done", "count", "median", "largest"], lines)


def half_noise(report, records):
    """d. P of views half of which is noise, beside the same without."""
    chosen = where(records, group="half-noise")
    widths = sorted({record["half_width"] for record in chosen})
    lines = []
    for name, members in [*((f"{width:g} px", where(chosen, half_width=width)) for width in widths), ("all", chosen)]:
        pairs = {}
        for record in members:
            key = tuple(record[part] for part in ("kind", "half_width", "fringes", "number"))
            pairs.setdefault(key, {})[record["variant"]] = record["found"].probability
        whole, half = (np.array([pair[variant] for pair in pairs.values()]) for variant in ("whole", "half noise"))
        values = quantile(whole), quantile(half), quantile(whole - half)
        report.add("median P, whole", values[0], ground=name, count=len(pairs))
        report.add("median P, half noise", values[1], ground=name, count=len(pairs))
        report.add("fall of P, median", values[2], ground=name, count=len(pairs))
        lines.append([name, str(len(pairs)), *(text(value) for value in values), f"{values[0][0] - values[1][0]:.2f}"])
    report.table(
        "Half of the crop replaced by noise, on the side where the source's middle is not; sources of 2, 3 and 5 fringes.",
        ["half-width", "count", "median P, whole", "median P, half noise", "median fall", "fall of the median"], lines)


def overlap(area, inside):
    """Intersection over union of a map's cells of at least half of its maximum with the truth; None without either."""
    if area is None or not inside.any():
        return None
    seen = (area >= area.max() / 2) & (area.max() > 0)
    return float((seen & inside).sum() / (seen | inside).sum())
