"""Pools of samples, batches out of them, and the training of the network."""

import concurrent.futures
import copy
import itertools
import math
import multiprocessing
import time

import numpy as np
import torch
from torch import nn

import air_around_cones
import broad
import coarse
import steep
import synthetic_phase
import under_noise
from network import CELLS, LEVELS, NEGATED, SIDE, Network, steps

# Samples of each pool in a batch; more negatives than positives, because quiet ground is what a sweep mostly sees. What is hardest
# to tell apart comes later.
BATCH = {"synthetic": 5, "small": 5, "noisy": 8, "broad": 6}, {"quiet": 8, "ringed": 6, "noisy quiet": 8, "broad quiet": 8}
LATER_BATCH = (
    {"synthetic": 4, "small": 5, "noisy": 6, "broad": 5, "coarse": 4},
    {"quiet": 5, "ringed": 7, "noisy quiet": 6, "broad quiet": 6, "coarse quiet": 7})
LAST_BATCH = (
    {"synthetic": 4, "small": 4, "noisy": 5, "broad": 4, "coarse": 4, "steep": 4},
    {"quiet": 5, "ringed": 8, "noisy quiet": 5, "broad quiet": 6, "coarse quiet": 6, "cut quiet": 2})
WHERE_SHARE = 0.5  # of the loss of where, beside that of the class
HEAT_PIXELS = 10  # deviation of the spot that marks the middle
BYTES = 257  # levels of a sample in one gray level


def synthetic_chunk(library, count, rng):
    return ([synthetic_phase.deforming(rng, library) for _ in range(count)],
            [synthetic_phase.quiet(rng) for _ in range(count)])


def small_chunk(library, count, rng):
    return ([synthetic_phase.deforming(rng, library, synthetic_phase.small_deformation, air=-1.2) for _ in range(count)],
            [air_around_cones.ringed(rng) for _ in range(count)])


def noisy_chunk(library, count, rng):
    return ([under_noise.deforming(rng, library) for _ in range(count)],
            [under_noise.quiet(rng) for _ in range(count)])


def broad_chunk(library, count, rng):
    return ([broad.deforming(rng, library) for _ in range(count)],
            [broad.quiet(rng) for _ in range(count)])


def coarse_chunk(library, count, rng):
    return ([coarse.deforming(rng, library) for _ in range(count)],
            [coarse.quiet(rng) for _ in range(count)])


def steep_chunk(library, count, rng):
    return ([steep.deforming(rng, library) for _ in range(count)],
            [steep.quiet(rng) for _ in range(count)])


# The pool of positives and that of negatives which each makes.
MAKERS = {
    ("synthetic", "quiet"): synthetic_chunk, ("small", "ringed"): small_chunk, ("noisy", "noisy quiet"): noisy_chunk,
    ("broad", "broad quiet"): broad_chunk, ("coarse", "coarse quiet"): coarse_chunk, ("steep", "cut quiet"): steep_chunk}
CHUNK = 250


def chunk_of(kinds, library, seed):
    """One chunk of each of the two pools: the samples, and of the positives areas and middles."""
    positives, negatives = MAKERS[kinds](library, CHUNK, np.random.default_rng(seed))
    samples, areas, middles = (np.stack(parts) for parts in zip(*positives))
    return samples, areas, middles, np.stack(negatives)


def in_chunks(kinds, library, count, seed, processes):
    """The same for any number of processes: each chunk has its own seed."""
    with concurrent.futures.ProcessPoolExecutor(processes) as pool:
        futures = [pool.submit(chunk_of, kinds, library, [seed, i]) for i in range(count // CHUNK)]
        return [np.concatenate(chunks) for chunks in zip(*(future.result() for future in futures))]


def turned(rng, sample, *cells):
    """A sample and grids that lie over it, flipped and turned by quarters, all alike."""
    turn = rng.integers(8)
    grids = [np.rot90(grid, turn % 4) for grid in (sample, *cells)]
    return [grid.T if turn >= 4 else grid for grid in grids]


def of_bytes(rng, sample):
    """The sample with no more levels than a gray image has, counted from any of them."""
    level = ((sample.astype(np.int32) - 1 + rng.integers(LEVELS)) % LEVELS) // BYTES * BYTES + 1
    return np.where(sample > 0, level, 0).astype(np.uint16)


def heat(middle):
    """A spot on the cell grid around a middle in pixels; 0 everywhere if it is not in the patch."""
    if np.isnan(middle[0]):
        return np.zeros((CELLS, CELLS), np.float32)
    at = (np.arange(CELLS) + 0.5) * SIDE / CELLS - 0.5
    distance = (at[:, None] - middle[0]) ** 2 + (at[None] - middle[1]) ** 2
    return np.exp(-distance / (2 * HEAT_PIXELS**2)).astype(np.float32)


def batches(pools, batch, count, rng):
    """Samples, their classes, and where their sources are: area and heat of the middle, and which cells have data."""
    sizes = batch[0] | batch[1]
    truth = torch.tensor([1] * sum(batch[0].values()) + [0] * sum(batch[1].values()))
    none = np.zeros((CELLS, CELLS), np.uint8)
    for _ in range(count):
        samples, areas, heats = [], [], []
        for name, size in sizes.items():
            for i in rng.integers(0, len(pools[name]), size):
                area, spot = none, none
                if name in batch[0]:
                    area, spot = pools[f"{name} areas"][i], heat(pools[f"{name} middles"][i])
                sample, area, spot = turned(rng, pools[name][i], area, spot)
                samples.append(of_bytes(rng, sample) if rng.random() < 0.5 else sample)
                areas.append(area)
                heats.append(spot)
        samples = np.stack(samples)
        known = (samples > 0).reshape(len(samples), CELLS, SIDE // CELLS, CELLS, -1).mean((2, 4)) > 0.25
        where = np.stack([np.stack(areas).astype(np.float32) / 255, np.stack(heats)], 1)
        yield steps(samples).numpy(), truth.numpy(), where, known[:, None]


def fill(queue, *arguments):
    torch.set_num_threads(1)
    for drawn in batches(*arguments):
        queue.put(drawn)


def ahead(*arguments):
    """Batches, made by a process beside this one."""
    processes = multiprocessing.get_context("fork")
    queue = processes.Queue(4)
    maker = processes.Process(target=fill, args=(queue, *arguments), daemon=True)
    maker.start()
    for _ in range(arguments[2]):
        yield [torch.from_numpy(part) for part in queue.get()]


def train(pools, stages, seed, say, keep=lambda average: None, seconds=math.inf, start=None, begun=0):
    """The mean of a network over the last steps of training in `stages`, each so many steps with one batch.

    It can go on from the state `start` as if the fraction `begun` of the training were done, and is done after `seconds` at the
    latest."""
    total, rng, started = sum(count for count, _ in stages), np.random.default_rng(seed), time.monotonic()
    drawn = itertools.chain(*(
        ahead(pools, batch, count, np.random.default_rng([seed, number])) for number, (count, batch) in enumerate(stages)))
    torch.manual_seed(seed)
    model = Network().to(memory_format=torch.channels_last)
    if start is not None:
        model.load_state_dict(start)
    average, decay = copy.deepcopy(model).eval(), 0.998
    optimizer = torch.optim.AdamW(model.parameters(), lr=1, weight_decay=0.02)
    loss_of, loss_where = nn.CrossEntropyLoss(label_smoothing=0.02), nn.BCEWithLogitsLoss(reduction="none")
    negated = torch.tensor(NEGATED, dtype=torch.float32)[:, None, None]
    running = np.zeros(2)
    model.train()
    for step, (seen, truth, where, known) in enumerate(drawn):
        done = begun + (1 - begun) * max(step / total, (time.monotonic() - started) / seconds)
        if done >= 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = 2e-3 * min(1, (step + 1) / 100) * (0.5 * (1 + math.cos(math.pi * done)) + 0.005)
        seen = seen.contiguous(memory_format=torch.channels_last)
        flipped = torch.from_numpy(rng.random(len(seen)) < 0.5)[:, None, None, None]
        score, located = model(torch.where(flipped, seen * negated, seen))
        parts = loss_of(score, truth), (loss_where(located, where) * known).sum(1).mean()
        optimizer.zero_grad()
        (parts[0] + WHERE_SHARE * parts[1]).backward()
        optimizer.step()
        with torch.no_grad():
            mixed = min(decay, (step + 1) / (step + 10))
            for kept, new in zip(average.state_dict().values(), model.state_dict().values()):
                kept.copy_(new if new.dtype == torch.int64 else kept * mixed + new * (1 - mixed))
        losses = np.array([part.item() for part in parts])
        running = losses if step == 0 else 0.98 * running + 0.02 * losses
        if (step + 1) % 100 == 0 or step + 1 == total:
            say(f"  step {step + 1}/{total}  loss {running[0]:.3f}, where {running[1]:.3f}"
                f"  {time.monotonic() - started:.0f} s")
            keep(average)
    return average


def asked(model, samples, chunk=64):
    """What the network says of samples: ln(P / (1 − P)), and where, N × 2 × 28 × 28."""
    scores, wheres = [], []
    with torch.no_grad():
        for i in range(0, len(samples), chunk):
            score, where = model.asked(steps(samples[i : i + chunk]))
            scores.append(score.double().numpy())
            wheres.append(torch.sigmoid(where).numpy())
    scores = np.concatenate(scores)
    return scores[:, 1] - scores[:, 0], np.concatenate(wheres)
