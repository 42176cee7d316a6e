#!/usr/bin/env python3
"""Makes volcsweep's default model and measures it by place.

    pip install torch numpy h5py onnx onnxruntime opencv-python-headless scipy
    python make_default_model.py licsar-patches.h5 --work folder   # about an hour on two cores
    python make_default_model.py --check                           # AUC from the committed scores.csv, seconds

The first form makes pools of synthetic samples, trains one network on them, brings its scores to scale, scores the labelled
patches, and writes scores.csv beside this file and the model to Sources/volcsweep/DefaultModel/default-model.onnx. No real patch
is learnt from, so one network serves all folds. What is in the work folder is not made again. Seeds are fixed; another CPU or
library version rounds differently, so scores agree closely but not to the last digit.
"""

import argparse
import csv
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
MODEL = HERE.parents[1] / "Sources/volcsweep/DefaultModel/default-model.onnx"
sys.path.insert(0, str(HERE / "making"))

SOURCES, SEED = 4000, 20180
# How many samples of each pool of positives, and of the negatives beside it.
COUNTS = {"synthetic": 2500, "small": 2000, "noisy": 2500, "broad": 2500, "coarse": 2000, "steep": 1000}
TRAINING_SEED = 7
STEPS = 1900, 1500, 3000  # with training.BATCH, LATER_BATCH, LAST_BATCH
LAST_FOLD = 2  # not looked at in tuning
METADATA = {
    "volcsweep.name": "default", "volcsweep.version": "6", "volcsweep.input_size": "224", "volcsweep.channels": "1",
    "volcsweep.mean": "127.5", "volcsweep.scale": "0.00784313725", "volcsweep.class_names": "background,deformation",
    "volcsweep.deformation_class": "deformation", "volcsweep.output": "probabilities",
    "volcsweep.fixed_layers": "signs,marks,marked,steps,cells", "volcsweep.prior": "0.5",
    "volcsweep.training_data": (
        "synthetic interferograms alone: Mogi, Okada point-crack sheet and dome sources of 1 to 30 km across, turbulent and "
        "stratified atmosphere, rings of air around cones, shields and caldera rims, decorrelation, merge errors, masks, unmasked "
        "sea, small rasters amid no data"),
    "volcsweep.splits": "three folds by place, folds.csv, for measuring; the network learnt from no real place",
    "volcsweep.limits": (
        "concentric fringes of air around steep cones are still taken for deformation at times; long waves of air of two "
        "fringes and more look like broad sources; rings of less than about half a fringe and deformation under much "
        "decorrelation are found but not surely; see jobs/default-model/CARD.md"),
}
PLACES = {"0": "Galapagos", "1": "Erta Ale range", "2": "Laguna del Maule", "pooled": "pooled"}


def area_under_curve(scores, truth):
    """The chance that a positive scores above a negative, ties counting half."""
    order = np.concatenate([[0], np.cumsum(np.unique(scores, return_counts=True)[1])])
    rank = (order[:-1] + order[1:] + 1) / 2
    ranks = rank[np.unique(scores, return_inverse=True)[1]]
    positives = truth.sum()
    return (ranks[truth].sum() - positives * (positives + 1) / 2) / (positives * (~truth).sum())


def columns(rows):
    """`rows`: (fold, deforming, hard negative, score) of every patch."""
    fold, deforming, hard, score = (np.array(column) for column in zip(*rows))
    return fold, deforming.astype(bool), hard.astype(bool), score


def areas(rows):
    """The fold's name, which rows it holds, and the areas against all negatives and against the hard ones."""
    fold, deforming, hard, score = columns(rows)
    for name, chosen in [*((str(k), fold == k) for k in np.unique(fold)), ("pooled", np.ones(len(fold), bool))]:
        strict = chosen & (deforming | hard)
        yield (name, chosen, area_under_curve(score[chosen], deforming[chosen]),
               area_under_curve(score[strict], deforming[strict]))


def report(rows):
    _, deforming, hard, score = columns(rows)
    print("fold    positives  negatives  hard   AUC all  AUC hard  P > 0.5: positives  hard  other")
    for name, chosen, area, strict in areas(rows):
        other = chosen & ~deforming & ~hard
        print(
            f"{name:6}  {(chosen & deforming).sum():9}  {(chosen & ~deforming).sum():9}  {(chosen & hard).sum():4}"
            f"   {area:.4f}    {strict:.4f}"
            f"   {(score[chosen & deforming] > 0.5).mean():17.3f}  {(score[chosen & hard] > 0.5).mean():.3f}"
            f"  {(score[other] > 0.5).mean():.3f}", flush=True)


def rows_of(path):
    with open(path, newline="") as file:
        return [(int(row["fold"]), int(row["deformation"]), int(row["hard_negative"]), float(row["score"]))
                for row in csv.DictReader(file)]


def never_candidates(rng):
    """Input of the kinds that must stay background, 100 draws each where there is something to draw."""
    side = 224
    rows, columns = np.mgrid[0:side, 0:side]
    sea = rng.integers(1, 65536, (100, side, side)).astype(np.uint16)
    half = sea.copy()
    for sample in half:
        edge, turn = rng.integers(30, 194), rng.integers(4)
        np.rot90(sample, turn)[:edge] = 0
    yield "no data", np.zeros((1, side, side), np.uint16)
    yield "constant", np.stack([np.full((side, side), value, np.uint16) for value in range(1, 65536, 257)])
    yield "sea", sea
    yield "half sea, half no data", half
    for cycles in (0.5, 1, 2, 4):
        ramps = []
        for _ in range(100):
            angle = rng.uniform(0, 2 * np.pi)
            phase = rng.random() + cycles / side * (np.cos(angle) * rows + np.sin(angle) * columns)
            ramps.append((np.floor((phase % 1) * 65535) % 65535 + 1).astype(np.uint16))
        yield f"ramp of {cycles} fringes", np.stack(ramps)


def saved(path, write):
    """Writes a file whole or not at all, unless it is there."""
    if not path.exists():
        aside = path.with_name(f"aside-{path.name}")
        write(aside)
        aside.rename(path)
    return path


def pool(path, make_pool):
    """An array of the work folder, made where it is not there."""
    return np.load(saved(path, lambda aside: save(aside, make_pool())), mmap_mode="r")


def save(path, array):
    with open(path, "wb") as file:
        np.save(file, array)


def library(work):
    import deformation_sources

    return pool(work / "library.npy", lambda: deformation_sources.library(SOURCES, SEED))


def make_pools(work, processes):
    """All pools by name, made where the work folder lacks them."""
    import training

    pools = {}
    for number, (kinds, count) in enumerate(zip(training.MAKERS, COUNTS.values())):
        names = kinds[0], f"{kinds[0]} areas", f"{kinds[0]} middles", kinds[1]
        if not (work / f"{names[-1]}.npy").exists():
            made = training.in_chunks(kinds, library(work), count, SEED + 1 + number, processes)
            for name, samples in zip(names, made):
                (work / f"{name}.npy").unlink(missing_ok=True)
                pool(work / f"{name}.npy", lambda: samples)
        pools |= {name: np.load(work / f"{name}.npy", mmap_mode="r") for name in names}
    return pools


def train(work, pools):
    """Trains the network and writes it as it comes, not yet to scale, to the work folder."""
    import torch

    import network
    import training

    torch.set_num_threads(1)
    path = work / "network.pt"
    if not path.exists():
        stages = zip(STEPS, (training.BATCH, training.LATER_BATCH, training.LAST_BATCH))
        model = training.train(pools, list(stages), TRAINING_SEED, lambda line: print(line, flush=True))
        saved(path, lambda aside: torch.save(model.state_dict(), aside))
    model = network.Network()
    model.load_state_dict(torch.load(path))
    model.eval()
    network.write_onnx(model, work / "network.onnx", METADATA)
    samples = np.concatenate([pools[name][:20] for name in ("synthetic", "broad", "quiet", "ringed")])
    score, where = training.asked(model, samples)
    outputs = network.session(work / "network.onnx").run(None, {"input": network.as_input(samples)})
    differences = [
        np.abs(network.probability(score) - outputs[0][:, 1]).max(),
        np.abs(where - network.unfolded(torch.from_numpy(outputs[1])).numpy()).max()]
    print(f"ONNX Runtime differs by at most {differences[0]:.1e} (P) and {differences[1]:.1e} (where)", flush=True)
    if max(differences) > 1e-3:
        raise SystemExit("network.onnx differs from the trained network by more than 1e-3")


def calibrated(work, samples, patches):
    """The network brought to scale, as a file of the work folder. Fold 2 has no say in it."""
    import calibration
    import network

    scale, _ = calibration.scale_and_shift(network.log_odds(work / "network.onnx", samples))
    positives = patches.scored[patches.deforming & (patches.fold != LAST_FOLD)]
    shift = calibration.shift_for(scale * network.log_odds(work / "network.onnx", positives))
    path = work / "calibrated" / "network.onnx"
    network.rescale(work / "network.onnx", path, scale, shift)
    print(f"log odds times {scale:.3f} plus {shift:.3f}", flush=True)
    for kind, draws in never_candidates(np.random.default_rng(SEED)):
        chance = network.probability(network.log_odds(path, draws))
        print(f"{kind}: highest P {chance.max():.4f}, mean {chance.mean():.4f}", flush=True)
    return path


def write_scores(path, patches, score):
    with open(path, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(
            ["index", "volcano", "frame", "primary", "secondary", "fold", "deformation", "hard_negative", "score"])
        for i, value in enumerate(score):
            writer.writerow([
                i, patches.volcano[i], patches.frame[i], patches.primary[i], patches.secondary[i], patches.fold[i],
                int(patches.deforming[i]), int(patches.hard[i]), f"{value:.6f}"])


def measure(patches_path, work, samples):
    """Scores each patch, and writes what is shipped."""
    import learnt_patches
    import network
    from labelled_patches import Patches

    patches = Patches(patches_path, HERE / "folds.csv")
    path = calibrated(work, samples, patches)
    write_scores(HERE / "scores.csv", patches, network.probability(network.log_odds(path, patches.scored)))
    rows = rows_of(HERE / "scores.csv")
    figures = ", ".join(
        f"{PLACES[name]} {area:.3f} (hard negatives alone {strict:.3f})" for name, _, area, strict in areas(rows))
    network.describe(
        path, MODEL, METADATA | learnt_patches.entries(patches_path)
        | {"volcsweep.scores": f"AUC of a network that has seen none of the places: {figures}"})
    report(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("patches", nargs="?", help="licsar-patches.h5")
    parser.add_argument("--check", action="store_true", help="only recompute the AUC from scores.csv")
    parser.add_argument("--work", type=Path, help="keeps what is made on the way, and goes on from it")
    parser.add_argument("--processes", type=int, default=2, help="that make pools")
    options = parser.parse_args()
    if options.check:
        return report(rows_of(HERE / "scores.csv"))
    if not options.patches:
        parser.error("name licsar-patches.h5, or pass --check")

    import calibration

    started = time.monotonic()
    with tempfile.TemporaryDirectory() as temporary:
        work = options.work or Path(temporary)
        (work / "calibrated").mkdir(parents=True, exist_ok=True)
        pools = make_pools(work, options.processes)
        print(f"pools ready after {time.monotonic() - started:.0f} s", flush=True)
        train(work, pools)
        samples = pool(work / "calibration.npy", lambda: calibration.samples(library(work), SEED + 2))
        measure(options.patches, work, np.array(samples))
    print(f"done after {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
