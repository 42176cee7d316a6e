#!/usr/bin/env python3
"""Makes volcsweep's default model and measures it by place.

    pip install torch numpy h5py onnx onnxruntime opencv-python-headless scipy
    python make_default_model.py licsar-patches.h5            # about 20 minutes on two cores
    python make_default_model.py --check                      # AUC from the committed scores.csv, seconds

The first form trains one network per fold of folds.csv on the other two folds, scores the patches left out, trains
the shipped network on all patches, and writes scores.csv and default-model.onnx beside this file. Each network
trains in a process of its own, two at a time. Seeds are fixed; another CPU or library version rounds differently, so
scores agree closely but not to the last digit.
"""

import argparse
import concurrent.futures
import csv
import multiprocessing
import shutil
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "making"))

SOURCES, SYNTHETIC, OVERLAID, STEPS, SEED = 4000, 4000, 6000, 2000, 20180
METADATA = {
    "volcsweep.name": "default", "volcsweep.version": "1", "volcsweep.input_size": "224", "volcsweep.channels": "1",
    "volcsweep.mean": "127.5", "volcsweep.scale": "0.00784313725", "volcsweep.class_names": "background,deformation",
    "volcsweep.deformation_class": "deformation", "volcsweep.output": "probabilities",
    "volcsweep.training_data": (
        "2,090 labelled LiCSAR wrapped-phase patches, 119 of them deforming (Bountos et al. 2021, "
        "10.1109/LGRS.2021.3104506, after Anantrasirichai et al. 2018; contains modified Copernicus Sentinel data), "
        "and synthetic interferograms: Mogi, Okada point-crack sheet and dome sources, turbulent and stratified "
        "atmosphere, decorrelation"),
}


def area_under_curve(scores, truth):
    """The chance that a positive scores above a negative, ties counting half."""
    order = np.concatenate([[0], np.cumsum(np.unique(scores, return_counts=True)[1])])
    rank = (order[:-1] + order[1:] + 1) / 2
    ranks = rank[np.unique(scores, return_inverse=True)[1]]
    positives = truth.sum()
    return (ranks[truth].sum() - positives * (positives + 1) / 2) / (positives * (~truth).sum())


def report(rows):
    """`rows`: (fold, deforming, hard negative, score) of every patch."""
    fold, deforming, hard, score = (np.array(column) for column in zip(*rows))
    deforming, hard = deforming.astype(bool), hard.astype(bool)
    print("fold    positives  negatives  hard   AUC all  AUC hard  P > 0.5: positives  hard  other")
    for name, chosen in [*((str(k), fold == k) for k in np.unique(fold)), ("pooled", np.ones(len(fold), bool))]:
        strict, other = chosen & (deforming | hard), chosen & ~deforming & ~hard
        print(
            f"{name:6}  {(chosen & deforming).sum():9}  {(chosen & ~deforming).sum():9}  {(chosen & hard).sum():4}"
            f"   {area_under_curve(score[chosen], deforming[chosen]):.4f}"
            f"    {area_under_curve(score[strict], deforming[strict]):.4f}"
            f"   {(score[chosen & deforming] > 0.5).mean():17.3f}  {(score[chosen & hard] > 0.5).mean():.3f}"
            f"  {(score[other] > 0.5).mean():.3f}", flush=True)


def check(path):
    with open(path, newline="") as file:
        report([(int(row["fold"]), int(row["deformation"]), int(row["hard_negative"]), float(row["score"]))
                for row in csv.DictReader(file)])


def never_candidates(rng):
    """Input of the kinds that must stay background, 100 draws each where there is something to draw."""
    side = 224
    rows, columns = np.mgrid[0:side, 0:side]
    sea = rng.integers(1, 256, (100, side, side)).astype(np.uint8)
    half = sea.copy()
    for sample in half:
        edge, turn = rng.integers(30, 194), rng.integers(4)
        np.rot90(sample, turn)[:edge] = 0
    yield "no data", np.zeros((1, side, side), np.uint8)
    yield "constant", np.stack([np.full((side, side), value, np.uint8) for value in range(1, 256)])
    yield "sea", sea
    yield "half sea, half no data", half
    for cycles in (0.5, 1, 2, 4):
        ramps = []
        for _ in range(100):
            angle = rng.uniform(0, 2 * np.pi)
            phase = rng.random() + cycles / side * (np.cos(angle) * rows + np.sin(angle) * columns)
            ramps.append((np.floor((phase % 1) * 255) % 255 + 1).astype(np.uint8))
        yield f"ramp of {cycles} fringes", np.stack(ramps)


def difference_from_onnx(model, path, samples):
    import onnxruntime

    import training

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    gray = np.concatenate([[0], training.LEVELS]).astype(np.float32)[samples][:, None]
    exported = session.run(["probabilities"], {"input": gray})[0][:, 1]
    return float(np.abs(exported - training.probabilities(model, samples)).max())


def make(patches_path, fold, steps, work):
    """Trains the network that has not seen `fold` (None: the shipped one) and writes it to the work folder.
    Returns the left-out patches' indices and scores."""
    import torch

    import deformation_sources
    import network
    import training
    from labelled_patches import Patches

    torch.set_num_threads(1)
    name, started = "final" if fold is None else f"fold-{fold}", time.monotonic()

    def say(line):
        print(f"{name}: {line}", flush=True)

    patches = Patches(patches_path, HERE / "folds.csv")
    left_out = patches.fold == fold
    seed = SEED + 20 if fold is None else SEED + 10 + fold
    library = deformation_sources.library(SOURCES, SEED)
    pools = {kind: np.load(work / f"{kind}.npy", mmap_mode="r") for kind in ("synthetic", "quiet")}
    pools |= training.real_pools(patches, ~left_out, library, OVERLAID, seed)
    say(f"pools ready after {time.monotonic() - started:.0f} s")
    model = training.train(pools, steps, seed, say)
    network.write_onnx(model, work / f"{name}.onnx", METADATA)
    difference = difference_from_onnx(model, work / f"{name}.onnx", patches.scored[::40])
    say(f"ONNX Runtime differs by at most {difference:.1e}")
    if difference > 1e-5:
        raise SystemExit(f"{name}.onnx: P differs by {difference} from the trained network's, at most 1e-5 allowed")
    for kind, samples in never_candidates(np.random.default_rng(SEED)):
        scores = training.probabilities(model, samples)
        say(f"{kind}: highest P {scores.max():.4f}, mean {scores.mean():.4f}")
    indices = np.flatnonzero(left_out)
    return indices, training.probabilities(model, patches.scored[indices]) if len(indices) else indices


def write_scores(path, patches, score):
    with open(path, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(
            ["index", "volcano", "frame", "primary", "secondary", "fold", "deformation", "hard_negative", "score"])
        for i, value in enumerate(score):
            writer.writerow([
                i, patches.volcano[i], patches.frame[i], patches.primary[i], patches.secondary[i], patches.fold[i],
                int(patches.deforming[i]), int(patches.hard[i]), f"{value:.6f}"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("patches", nargs="?", help="licsar-patches.h5")
    parser.add_argument("--check", action="store_true", help="only recompute the AUC from scores.csv")
    parser.add_argument("--work", type=Path, help="keeps the synthetic pools and the networks of the folds")
    parser.add_argument("--processes", type=int, default=2, help="networks trained at a time, one thread each")
    parser.add_argument("--steps", type=int, default=STEPS, help="training steps of each network")
    options = parser.parse_args()
    if options.check:
        return check(HERE / "scores.csv")
    if not options.patches:
        parser.error("name licsar-patches.h5, or pass --check")

    import deformation_sources
    import training
    from labelled_patches import Patches

    started = time.monotonic()
    with tempfile.TemporaryDirectory() as temporary:
        work = options.work or Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        if not (work / "quiet.npy").exists():
            library = deformation_sources.library(SOURCES, SEED)
            for kind, pool in training.synthetic_pools(library, SYNTHETIC, SEED + 1, options.processes).items():
                np.save(work / f"{kind}.npy", pool)
        print(f"synthetic pools ready after {time.monotonic() - started:.0f} s", flush=True)
        patches = Patches(options.patches, HERE / "folds.csv")
        score = np.zeros(len(patches.fold))
        with concurrent.futures.ProcessPoolExecutor(
                options.processes, multiprocessing.get_context("spawn")) as pool:
            jobs = [pool.submit(make, options.patches, fold, options.steps, work) for fold in (None, 0, 1, 2)]
            for job in jobs:
                indices, scores = job.result()
                score[indices] = scores
        write_scores(HERE / "scores.csv", patches, score)
        shutil.copyfile(work / "final.onnx", HERE / "default-model.onnx")
    check(HERE / "scores.csv")
    print(f"done after {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
