"""Fits the threshold of the fringe gate on the labelled patches and says what it saves.

usage: fit_fringe_gate.py PATCHES.h5

For each threshold: how many deforming patches and how many negatives are gated; the same for the Canny gate of earlier
versions with eight constants added to the phase.

pip: numpy, opencv-python-headless, h5py
"""

import sys

import numpy as np

import edge_gate
from fit_edge_gate import load, validity

SIDE = 4


def windows(values):
    rows, columns = values.shape[0] // SIDE, values.shape[1] // SIDE
    cells = values.reshape(rows, SIDE, columns, SIDE).sum(axis=(1, 3))
    return cells[:-1, :-1] + cells[:-1, 1:] + cells[1:, :-1] + cells[1:, 1:]


def edge_share(gray, valid, threshold=0.85):
    """The fraction of pixels on a wrap edge, mean over all constants; the sides are multiples of 4."""
    z = np.where(valid, np.exp(1j * (gray * (2 * np.pi / 255) - np.pi)), 0)
    across, down = np.zeros_like(z), np.zeros_like(z)
    across[:, :-1] = z[:, 1:] * z[:, :-1].conj()
    down[:-1] = z[1:] * z[:-1].conj()
    x, y = windows(across), windows(down)
    nx, ny = windows((abs(across) > 0.5).astype(float)), windows((abs(down) > 0.5).astype(float))
    trusted = (2 * (nx + ny) >= 8 * SIDE * SIDE) & (
        abs(x) ** 2 + abs(y) ** 2 >= threshold**2 * (nx**2 + ny**2))
    gradient = np.where(trusted, np.hypot(np.angle(x), np.angle(y)), 0)
    return gradient.mean() / (2 * np.pi)


def main():
    patches, positive, hard, other, names = load(sys.argv[1])
    masks = [validity(patch) for patch in patches]
    shares = np.array([edge_share(patch.astype(float), valid) for patch, valid in zip(patches, masks)])
    lowest = np.argsort(np.where(positive, shares, np.inf))[:5]
    print("lowest of the deforming patches:", ", ".join(f"{names[i]} {shares[i]:.5f}" for i in lowest))
    print("threshold  deforming gated  hard gated  other gated  all negatives gated")
    for threshold in (0.0002, 0.0005, 0.001, 0.0015, 0.002, 0.0025, 0.003):
        print(f"{threshold:9.4f}  {np.count_nonzero(shares[positive] < threshold):15d}  "
              f"{np.mean(shares[hard] < threshold):10.3f}  {np.mean(shares[other] < threshold):11.3f}  "
              f"{np.mean(shares[~positive] < threshold):19.3f}")
    parameters = edge_gate.Parameters()
    for k in range(8):
        kept = []
        for patch, valid in zip(patches, masks):
            shifted = np.where(valid, (patch.astype(int) + round(k * 255 / 8)) % 255, patch).astype(np.uint8)
            kept.append(edge_gate.is_open(
                shifted, valid, edge_gate.strong_edges(shifted, valid, parameters), parameters))
        kept = np.array(kept)
        print(f"Canny, {k}/8 of a turn added: {np.count_nonzero(~kept[positive])} deforming gated, hard"
              f" {np.mean(~kept[hard]):.3f}, other {np.mean(~kept[other]):.3f}")


if __name__ == "__main__":
    main()
