#!/usr/bin/env python3
"""Makes volcsweep's default model and measures it by place.

    pip install torch numpy h5py onnx onnxruntime opencv-python-headless scipy
    python make_default_model.py licsar-patches.h5 --work folder   # about an hour on two cores
    python make_default_model.py --check                           # AUC from the committed scores.csv, seconds

The first form trains a network of the phase for each fold of folds.csv on the other two folds and one to ship on all patches, and
one network of the steps on invented samples alone; joins each of the former with the latter, brings them to one scale, scores the
patches left out, and writes scores.csv beside this file and the model to Sources/volcsweep/DefaultModel/default-model.onnx. Each
network trains in a process of its own, two at a time. What is in the work folder is not made again. Seeds are fixed; another CPU or library version rounds differently, so
scores agree closely but not to the last digit.
"""

import argparse
import concurrent.futures
import csv
import multiprocessing
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
MODEL = HERE.parents[1] / "Sources/volcsweep/DefaultModel/default-model.onnx"
sys.path.insert(0, str(HERE / "making"))

SOURCES, SYNTHETIC, FURTHER, NOISY, OVERLAID, SEED = 4000, 4000, 2000, 3000, 6000, 20180
STEPS = {"phase": 2000, "steps": 1000}  # of training, of each network
STEPS_SEED = 7
INVENTED = ("synthetic", "quiet", "small", "ringed", "noisy", "noisy quiet")
FOLDS = (0, 1, 2, None)
METADATA = {
    "volcsweep.name": "default", "volcsweep.version": "5", "volcsweep.input_size": "224", "volcsweep.channels": "1",
    "volcsweep.mean": "127.5", "volcsweep.scale": "0.00784313725", "volcsweep.class_names": "background,deformation",
    "volcsweep.deformation_class": "deformation", "volcsweep.output": "probabilities",
    "volcsweep.fixed_layers": "ramps,phase,steps,cells",
    "volcsweep.training_data": (
        "synthetic interferograms: Mogi, Okada point-crack sheet and dome sources, turbulent and stratified atmosphere, rings of "
        "air around cones, decorrelation, merge errors, masks, large sources under noise; its network of the phase also 2,090 "
        "labelled LiCSAR wrapped-phase patches, 119 of them deforming (Bountos et al. 2021, 10.1109/LGRS.2021.3104506, after "
        "Anantrasirichai et al. 2018; contains modified Copernicus Sentinel data)"),
    "volcsweep.splits": (
        "three folds by place, folds.csv; of the shipped model the network of the phase learnt from all three, that of the steps "
        "from no real place"),
    "volcsweep.limits": (
        "concentric fringes of air around steep cones are still taken for deformation at times; rings of less than about half a "
        "fringe and deformation under much decorrelation are found but not surely; see "
        "jobs/default-model/CARD.md"),
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


def make_pools(patches_path, fold, work):
    """Makes the pools of the network that has not seen `fold` (None: the shipped one) where the work folder lacks them."""
    import training
    from labelled_patches import Patches

    started, folder = time.monotonic(), work / f"pools-{name_of(fold)}"
    folder.mkdir(exist_ok=True)
    if not (folder / "overlaid.npy").exists():
        patches = Patches(patches_path, HERE / "folds.csv")
        for kind, samples in training.real_pools(patches, patches.fold != fold, library(work), OVERLAID, seed_of(fold)):
            (folder / f"{kind}.npy").unlink(missing_ok=True)
            pool(folder / f"{kind}.npy", lambda: samples)
    print(f"{name_of(fold)}: pools ready after {time.monotonic() - started:.0f} s", flush=True)


def train(name, sees_phase, seed, work):
    """Trains one network and writes its weights to the work folder: one of the phase that has not seen the fold of its name, or
    the one of the steps, which sees no real patch."""
    import torch

    import training

    torch.set_num_threads(1)
    if (work / f"{name}.pt").exists():
        return
    paths = [work / f"{kind}.npy" for kind in INVENTED]
    if sees_phase:
        paths += (work / f"pools-{name.removesuffix('-phase')}").glob("*.npy")
    pools = {path.stem: np.load(path, mmap_mode="r") for path in paths}
    model = training.train(
        pools, sees_phase, STEPS["phase" if sees_phase else "steps"], seed, lambda line: print(f"{name}: {line}", flush=True))
    saved(work / f"{name}.pt", lambda aside: torch.save(model.state_dict(), aside))


def join(patches_path, fold, work):
    """Writes the network of the phase that has not seen `fold` and that of the steps as one file."""
    import torch

    import network
    import training
    from labelled_patches import Patches

    name, models = name_of(fold), {"phase": network.PhaseNet(), "steps": network.StepsNet()}
    for kind, weights in (("phase", f"{name}-phase.pt"), ("steps", "steps.pt")):
        models[kind].load_state_dict(torch.load(work / weights))
        models[kind].eval()
    path = work / f"{name}.onnx"
    network.write_onnx(**models, path=path, metadata=METADATA)
    samples = Patches(patches_path, HERE / "folds.csv").scored[::40]
    trained = network.probability(
        sum(network.SHARES[kind] * training.log_odds(model, samples) for kind, model in models.items()))
    difference = float(np.abs(network.probability(network.log_odds(path, samples)) - trained).max())
    print(f"{name}: ONNX Runtime differs by at most {difference:.1e}", flush=True)
    if difference > 1e-5:
        raise SystemExit(f"{path}: P differs by {difference} from the trained networks', at most 1e-5 allowed")


def name_of(fold):
    return "final" if fold is None else f"fold-{fold}"


def seed_of(fold):
    return SEED + (20 if fold is None else 10 + fold)


def calibrated(name, work, samples):
    """The network of that name brought to the scale that all have, as a file of the work folder."""
    import calibration
    import network

    scale, shift = calibration.scale_and_shift(network.log_odds(work / f"{name}.onnx", samples))
    path = work / "calibrated" / f"{name}.onnx"
    network.rescale(work / f"{name}.onnx", path, scale, shift)
    print(f"{name}: log odds times {scale:.3f} plus {shift:.3f}", flush=True)
    for kind, draws in never_candidates(np.random.default_rng(SEED)):
        chance = network.probability(network.log_odds(path, draws))
        print(f"{name}: {kind}: highest P {chance.max():.4f}, mean {chance.mean():.4f}", flush=True)
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
    """Scores each patch by the network that has not seen its place, and writes what is shipped."""
    import learnt_patches
    import network
    from labelled_patches import Patches

    patches = Patches(patches_path, HERE / "folds.csv")
    score = np.zeros(len(patches.fold))
    for fold in np.unique(patches.fold):
        left_out = patches.fold == fold
        path = calibrated(name_of(fold), work, samples)
        score[left_out] = network.probability(network.log_odds(path, patches.scored[left_out]))
    write_scores(HERE / "scores.csv", patches, score)
    rows = rows_of(HERE / "scores.csv")
    figures = ", ".join(
        f"{PLACES[name]} {area:.3f} (hard negatives alone {strict:.3f})" for name, _, area, strict in areas(rows))
    network.describe(
        calibrated("final", work, samples), MODEL,
        METADATA | learnt_patches.entries(patches_path)
        | {"volcsweep.scores": f"AUC of networks that have not seen the fold's places: {figures}"})
    report(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("patches", nargs="?", help="licsar-patches.h5")
    parser.add_argument("--check", action="store_true", help="only recompute the AUC from scores.csv")
    parser.add_argument("--work", type=Path, help="keeps what is made on the way, and goes on from it")
    parser.add_argument("--processes", type=int, default=2, help="networks trained at a time, one thread each")
    options = parser.parse_args()
    if options.check:
        return report(rows_of(HERE / "scores.csv"))
    if not options.patches:
        parser.error("name licsar-patches.h5, or pass --check")

    import calibration
    import training

    started = time.monotonic()
    with tempfile.TemporaryDirectory() as temporary:
        work = options.work or Path(temporary)
        (work / "calibrated").mkdir(parents=True, exist_ok=True)
        sources = library(work)
        for make_chunk, count, number, kinds in (
                (training.synthetic_chunk, SYNTHETIC, 1, ("synthetic", "quiet")),
                (training.further_chunk, FURTHER, 3, ("small", "ringed")),
                (training.noisy_chunk, NOISY, 4, ("noisy", "noisy quiet"))):
            if not (work / f"{kinds[-1]}.npy").exists():
                made = training.in_chunks(make_chunk, sources, count, SEED + number, options.processes)
                for kind, samples in zip(kinds, made):
                    pool(work / f"{kind}.npy", lambda: samples)
        print(f"synthetic pools ready after {time.monotonic() - started:.0f} s", flush=True)
        with concurrent.futures.ProcessPoolExecutor(
                options.processes, multiprocessing.get_context("spawn")) as processes:
            for jobs in (
                    [(make_pools, options.patches, fold, work) for fold in FOLDS],
                    [(train, "steps", False, STEPS_SEED, work)]
                    + [(train, f"{name_of(fold)}-phase", True, seed_of(fold), work) for fold in FOLDS]):
                for job in [processes.submit(*job) for job in jobs]:
                    job.result()
        for fold in FOLDS:
            join(options.patches, fold, work)
        samples = pool(work / "calibration.npy", lambda: calibration.samples(sources, SEED + 2))
        measure(options.patches, work, np.array(samples))
    print(f"done after {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
