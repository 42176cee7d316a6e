"""Fits the defaults of the edge gate on the labelled patches.

usage: fit_edge_gate.py PATCHES.h5 [LICSAR_FRAME_FOLDER]

Searches blur, thresholds, window and phase-coherence threshold; for each the edge share is the largest that
gates at most one of the deforming patches, and the best is the one that then saves most negatives. Prints the best,
the plateau around it, how the chosen defaults do, and, with a LiCSAR frame, what the gate does there with and
without coherence.

pip: numpy, opencv-python-headless, h5py, rasterio
"""

import glob
import os
import sys
from dataclasses import replace

import cv2
import h5py
import numpy as np

import edge_gate
from edge_gate import Parameters

CHOSEN = Parameters()
SIGMAS = (1.0, 1.4, 2.0, 2.8)
HIGHS = (100, 150, 200, 300, 400, 500, 600)
LOW_SHARES = (0.4, 0.5)
WINDOWS = (5, 7, 9, 11)
THRESHOLDS = (0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9)
SIZE = 224
PLACES = {
    "Galápagos": ("sierra_negra", "cerro_azul"),
    "Laguna del Maule": ("laguna_del_maule",),
    "Erta Ale range": ("bora_ale", "erta_ale", "hayli_gubbi"),
}


def validity(patch):
    """The patches carry no mask: fill is 128 or 0, and valid pixels may be either, but not in solid blocks."""
    fill = np.zeros(patch.shape, np.uint8)
    for value in (0, 128):
        fill |= cv2.morphologyEx(
            (patch == value).astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8),
            borderType=cv2.BORDER_REPLICATE)
    return fill == 0


def load(path):
    with h5py.File(path) as file:
        patches = file["patch"][:]
        offset = (patches.shape[1] - SIZE) // 2
        patches = np.ascontiguousarray(patches[:, offset:offset + SIZE, offset:offset + SIZE])
        positive = file["deformation"][:] > 0
        hard = file["hard_negative"][:] > 0
        names = np.array([name.decode() for name in file["volcano"][:]])
    return patches, positive, hard & ~positive, ~positive & ~hard, names


def search(patches, masks, positive, hard, other):
    ratios = {}
    for window in WINDOWS:
        rows = []
        for patch, valid in zip(patches, masks):
            resultant, squares, counts = edge_gate.phase_sums(patch, valid, window)
            ratio = resultant / np.maximum(squares, 1) / edge_gate.SCALE**2
            ratio[2 * counts < window * window] = 0
            rows.append(np.sqrt(ratio).astype(np.float16))
        ratios[window] = np.stack(rows)
    found = []
    for sigma in SIGMAS:
        near = [edge_gate.near_no_data(valid, edge_gate.blur_radius(sigma) + 2) for valid in masks]
        for high in HIGHS:
            for low in sorted({int(high * share) for share in LOW_SHARES}):
                edges = np.stack([
                    edge_gate.canny(patch, sigma, low, high) & ~fill for patch, fill in zip(patches, near)])
                where = np.nonzero(edges)
                for window in WINDOWS:
                    values = ratios[window][where]
                    for threshold in THRESHOLDS:
                        counts = np.bincount(where[0][values >= threshold], minlength=len(patches))
                        lowest = np.sort(counts[positive])
                        least = lowest[1]
                        saved = np.count_nonzero((counts < least) & ~positive)
                        found.append((
                            saved, (counts[hard] < least).mean(), (counts[other] < least).mean(), least,
                            least / SIZE**2, sigma, low, high, window, threshold))
    return sorted(found, key=lambda row: -row[0])


def evaluate(patches, masks, parameters):
    kept = []
    for patch, valid in zip(patches, masks):
        edges = edge_gate.strong_edges(patch, valid, parameters)
        kept.append(edge_gate.is_open(patch, valid, edges, parameters))
    return np.array(kept)


def report(title, kept, positive, hard, other, names):
    print(f"{title}: gated positives {np.count_nonzero(~kept[positive])} of {np.count_nonzero(positive)}"
          f" ({', '.join(names[positive & ~kept]) or 'none'}); saved hard negatives {np.mean(~kept[hard]):.3f},"
          f" other negatives {np.mean(~kept[other]):.3f}, all negatives {np.mean(~kept[~positive]):.3f}")


def across_places(patches, masks, positive, hard, other, names, parameters):
    """The edge share fitted on two places alone, applied to the third."""
    counts = np.array([
        np.count_nonzero(edge_gate.strong_edges(patch, valid, parameters))
        for patch, valid in zip(patches, masks)])
    print("edge pixels of the deforming patches, lowest first:", np.sort(counts[positive])[:12])
    for place, members in PLACES.items():
        held_out = positive & np.isin(names, members)
        least = np.sort(counts[positive & ~held_out])[1]
        print(f"  share from the other places: {least} pixels; gated in {place}:"
              f" {np.count_nonzero(counts[held_out] < least)} of {np.count_nonzero(held_out)};"
              f" saved negatives {np.mean(counts[~positive] < least):.3f}")


def frame_check(folder, parameters):
    import rasterio

    def read(path):
        with rasterio.open(path) as source:
            return source.read(1)

    land = read(glob.glob(os.path.join(folder, "metadata", "*.landmask.tif"))[0]) > 0
    for path in sorted(glob.glob(os.path.join(folder, "interferograms", "*", "*.diff_pha.tif"))):
        phase = read(path)
        coherence = read(path.replace("diff_pha", "cc")).astype(np.float32) / 255
        valid = phase != 0
        gray = np.rint((np.clip(phase, -np.pi, np.pi) + np.pi) * (255 / (2 * np.pi))).astype(np.uint8)
        gray[~valid] = 128
        coherence[~valid] = np.nan
        trusted = edge_gate.phase_is_coherent(
            gray, valid, parameters.phase_window, parameters.phase_threshold)
        mean = cv2.blur(np.where(valid, coherence, 0), (parameters.coherence_window,) * 2)
        sea = cv2.erode((valid & ~land).astype(np.uint8), np.ones((31, 31), np.uint8)) > 0
        inner = cv2.erode((land & valid).astype(np.uint8), np.ones((15, 15), np.uint8)) > 0
        line = [f"{os.path.basename(path)[:17]}: smoothed coherence sea 99.9 % {np.quantile(mean[sea], .999):.3f};"
                f" land with trusted phase 5 % {np.quantile(mean[inner & trusted], .05):.3f}, without 95 %"
                f" {np.quantile(mean[inner & ~trusted], .95):.3f}"]
        for label, known in (("with coherence", coherence), ("without", None)):
            edges = edge_gate.strong_edges(gray, valid, parameters, known)
            kinds = {"sea": [0, 0], "land": [0, 0], "mixed": [0, 0]}
            far = cv2.dilate(land.astype(np.uint8), np.ones((25, 25), np.uint8)) > 0
            for row in range(0, gray.shape[0] - SIZE, SIZE // 2):
                for column in range(0, gray.shape[1] - SIZE, SIZE // 2):
                    window = np.s_[row:row + SIZE, column:column + SIZE]
                    if valid[window].mean() < 0.25:
                        continue
                    share = land[window][valid[window]].mean()
                    kind = "land" if share > 0.5 else "sea" if not far[window].any() else "mixed"
                    kinds[kind][0] += edge_gate.is_open(gray[window], valid[window], edges[window], parameters)
                    kinds[kind][1] += 1
            line.append(f"{label} kept " + ", ".join(f"{k} {a}/{b}" for k, (a, b) in kinds.items()))
        print("; ".join(line))


def main():
    patches, positive, hard, other, names = load(sys.argv[1])
    masks = [validity(patch) for patch in patches]
    if "--no-search" not in sys.argv:
        print("saved  hard   other  pixels share    sigma low high window threshold")
        for row in search(patches, masks, positive, hard, other)[:25]:
            print("{:5d}  {:.3f}  {:.3f}  {:5d}  {:.5f}  {} {} {} {} {}".format(*row))
    report("chosen " + repr(CHOSEN), evaluate(patches, masks, CHOSEN), positive, hard, other, names)
    untrusting = replace(CHOSEN, phase_threshold=0)
    report("without the phase statistics", evaluate(patches, masks, untrusting), positive, hard, other, names)
    across_places(patches, masks, positive, hard, other, names, CHOSEN)
    folders = [argument for argument in sys.argv[2:] if not argument.startswith("--")]
    if folders:
        frame_check(folders[0], CHOSEN)


if __name__ == "__main__":
    cv2.setNumThreads(1)
    main()
