#!/usr/bin/env python3
"""Writes metrics.json: ROC, areas, confusion, calibration and bootstrap by scikit-learn, SciPy and NumPy."""
import json
from pathlib import Path

import numpy as np
import scipy.stats
from sklearn import metrics
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

MASK = (1 << 64) - 1
STEP = 0x9E3779B97F4A7C15


def mixed(value):
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    value = (value ^ (value >> 27)) * 0x94D049BB133111EB & MASK
    return value ^ (value >> 31)


def numbers(seed, draw, count):
    """SplitMix64, as volcsweep's bootstrap draws patches."""
    state = mixed((seed + STEP) & MASK)
    state = mixed(state ^ mixed((draw + STEP) & MASK))
    drawn = []
    for _ in range(count):
        state = (state + STEP) & MASK
        drawn.append(min(count - 1, int((mixed(state) >> 11) * 2.0**-53 * count)))
    return np.array(drawn)


rng = np.random.default_rng(5)
truth = rng.random(160) < 0.3
scores = np.clip(np.round(rng.normal(0.35 + 0.3 * truth, 0.2), 2), 0, 1)  # two digits: many ties
false_rate, true_rate, thresholds = metrics.roc_curve(truth, scores, drop_intermediate=False)
called = scores >= 0.5
tn, fp, fn, tp = metrics.confusion_matrix(truth, called).ravel()
areas = []
for draw in range(300):
    chosen = numbers(9, draw, len(truth))
    areas.append(metrics.roc_auc_score(truth[chosen], scores[chosen]))
low, high = np.quantile(areas, [0.025, 0.975])
free = scipy.stats.bootstrap(
    (scores, truth.astype(float)), lambda s, t: metrics.roc_auc_score(t > 0.5, s), paired=True, vectorized=False,
    n_resamples=3000, method="percentile", rng=np.random.default_rng(1)).confidence_interval
recall_threshold = thresholds[np.argmax(true_rate >= 0.9)]
bins = np.minimum(9, (scores.astype(np.float32) * np.float32(10)).astype(int))
error = sum(np.sum(bins == b) / len(truth) * abs(scores[bins == b].mean() - truth[bins == b].mean())
            for b in range(10) if np.any(bins == b))

features = rng.normal(size=(90, 6)) * [1, 10, 0.1, 5, 1, 1] + 3
side = (features[:, 0] - 3) ** 2 + ((features[:, 1] - 3) / 10) ** 2 < 1.2
machine = SVC(C=1, kernel="rbf", gamma=1 / 6, class_weight="balanced", tol=1e-3)
scaler = StandardScaler().fit(features[:60])
machine.fit(scaler.transform(features[:60]), side[:60])
distance = machine.decision_function(scaler.transform(features))

json.dump({
    "truth": truth.tolist(), "scores": scores.tolist(), "area": metrics.roc_auc_score(truth, scores),
    "falseRate": false_rate.tolist(), "trueRate": true_rate.tolist(),
    "confusion": [int(tp), int(fp), int(tn), int(fn)], "accuracy": metrics.accuracy_score(truth, called),
    "recall": metrics.recall_score(truth, called), "precision": metrics.precision_score(truth, called),
    "specificity": metrics.recall_score(~truth, ~called), "recallThreshold": float(recall_threshold),
    "brier": metrics.brier_score_loss(truth, scores), "expectedError": float(error),
    "interval": [low, high], "freeInterval": [free.low, free.high],
    "svm": {"features": features.tolist(), "deforms": side.tolist(), "learnt": 60,
            "scores": (1 / (1 + np.exp(-distance))).tolist()},
}, open(Path(__file__).parent / "metrics.json", "w"))
