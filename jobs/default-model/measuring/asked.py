"""What the default model is asked for on calm ground and without a source, and whether a run meets it."""

import numpy as np

from cases import HALF_WIDTHS, FRINGES
from tables import probabilities, where

# Least median P on calm ground: of so many fringes and more, or of exactly so many, from and up to which half-width.
LEAST = [
    (0.8, 2, 12, 10, 60), (0.8, 3, 12, 10, 110), (0.8, 5, 12, 10, 150), (0.5, 2, 2, 10, 110), (0.5, 1, 1, 15, 45)]


def verdict(words, is_met):
    return f"{'met   ' if is_met else 'MISSED'}  {words}"


def checks(records):
    """A line for each figure asked for that the records hold."""
    lines = []
    for least, fewest, most, narrowest, widest in LEAST:
        medians = {}
        for width in (width for width in HALF_WIDTHS if narrowest <= width <= widest):
            for fringes in (fringes for fringes in FRINGES if fewest <= fringes <= most):
                values = probabilities(where(records, group="calm", half_width=width, fringes=fringes))
                if values.size:
                    medians[width, fringes] = np.median(values)
        if medians:
            cell = min(medians, key=medians.get)
            short = [f"{width:g} px × {fringes:g}" for (width, fringes), median in medians.items() if median < least]
            amount = f"{fewest} fringes" if most == fewest else f"{fewest} fringes and more"
            lines.append(verdict(
                f"{amount}, half-width {narrowest} to {widest} px: median P at least {least}; lowest {medians[cell]:.2f} "
                f"({cell[0]:g} px × {cell[1]:g}){'; short: ' + ', '.join(short) if short else ''}", not short))
    calm = probabilities(where(records, group="quiet", ground="turbulence 0.5"))
    if calm.size:
        lines.append(verdict(f"no source, turbulence of half a fringe: median P at most 0.1; {np.median(calm):.3f}",
                             np.median(calm) <= 0.1))
        above = (probabilities(where(records, group="quiet", ground="turbulence 1")) > 0.5).mean()
        lines.append(verdict(f"no source, turbulence of a fringe: at most 3 % above 0.5; {100 * above:.1f} %", above <= 0.03))
    return lines + places(records) + changes(records)


def places(records):
    chosen = [record for record in records if record["group"] in ("calm", "rough") and record["fringes"] >= 2]
    if not chosen:
        return []
    distances = [np.hypot(record["found"].row - record["row"], record["found"].column - record["column"]) for record in chosen]
    median, most = np.quantile(distances, [0.5, 0.9])
    return [
        verdict(f"place, 2 fringes and more: median at most 15 px; {median:.0f}", median <= 15),
        verdict(f"place, 2 fringes and more: 90 % at most 50 px; {most:.0f}", most <= 50)]


def changes(records):
    lines, families = [], {}
    for record in where(records, group="invariance"):
        if not record["variant"].endswith("flipped"):
            key = tuple(record[name] for name in ("ground", "kind", "half_width", "fringes", "number"))
            families.setdefault(key, []).append(record["found"].probability)
    if families:
        # Against the first of each, the interferogram as it is.
        largest = max(max(abs(value - values[0]) for value in values) for values in families.values())
        lines.append(verdict(f"constants and negation: P moves by less than 0.02; {largest:.4f}", largest < 0.02))
    pair = [probabilities(where(records, group="half-noise", variant=variant)) for variant in ("whole", "half noise")]
    if pair[0].size:
        fall = np.median(pair[0]) - np.median(pair[1])
        lines.append(verdict(f"half of the view noise: median P falls by less than 0.1; {fall:.2f}", fall < 0.1))
    return lines
