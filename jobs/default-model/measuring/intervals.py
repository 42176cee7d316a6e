"""Quantiles and shares with their 95 % intervals."""

import numpy as np
from scipy.stats import binom, norm


def quantile(values, share=0.5):
    """(quantile, low, high): the interval is between order statistics, so nothing is assumed of the distribution. Of
    fewer than six values it holds for less than 95 %: it is all that they span."""
    values = np.sort(np.asarray(values, float))
    if not values.size:
        return np.nan, np.nan, np.nan
    count = len(values)
    low = int(binom.ppf(0.025, count, share)) - 1
    high = int(binom.ppf(0.975, count, share))
    return float(np.quantile(values, share)), *(float(values[np.clip(at, 0, count - 1)]) for at in (low, high))


def share(hits):
    """(share, low, high) of true ones (Wilson 1927)."""
    hits = np.asarray(hits, bool)
    count = hits.size
    if not count:
        return np.nan, np.nan, np.nan
    z, part = norm.ppf(0.975), hits.mean()
    middle = (part + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * np.sqrt(part * (1 - part) / count + z * z / (4 * count * count))
    return float(part), float(max(0, middle - half)), float(min(1, middle + half))


def text(triple, digits=2, percent=False):
    """`0.93 (0.91–0.95)`; `–` for none."""
    if np.isnan(triple[0]):
        return "–"
    if percent:
        return f"{100 * triple[0]:.{digits}f} % ({100 * triple[1]:.{digits}f}–{100 * triple[2]:.{digits}f})"
    return f"{triple[0]:.{digits}f} ({triple[1]:.{digits}f}–{triple[2]:.{digits}f})"
