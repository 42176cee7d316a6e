"""Pools of samples, batches out of them, and the training of one network."""

import concurrent.futures
import copy
import math
import time

import cv2
import numpy as np
import torch
from torch import nn

import labelled_patches
import synthetic_phase
from network import FringeNet, phase_vector

SIDE = 224
# Samples of each pool in a batch; more negatives than positives, because quiet ground is what a sweep mostly sees.
# Real negatives with fringes laid over them teach that the atmosphere of both classes looks alike; wholly synthetic
# ones what deformation looks like in general.
POSITIVE = {"real": 7, "overlaid": 9, "synthetic": 5}
NEGATIVE = {"hard": 15, "other": 5, "quiet": 7}


def synthetic_chunk(library, count, seed):
    rng = np.random.default_rng(seed)
    return (np.stack([synthetic_phase.deforming(rng, library) for _ in range(count)]),
            np.stack([synthetic_phase.quiet(rng) for _ in range(count)]))


def synthetic_pools(library, count, seed, processes):
    """The same pools for any number of processes: each chunk has its own seed."""
    chunk = 250
    with concurrent.futures.ProcessPoolExecutor(processes) as pool:
        futures = [pool.submit(synthetic_chunk, library, chunk, [seed, i]) for i in range(count // chunk)]
        deforming, quiet = zip(*(future.result() for future in futures))
    return {"synthetic": np.concatenate(deforming), "quiet": np.concatenate(quiet)}


def real_pools(patches, chosen, library, count, seed):
    """Pools made of the patches where `chosen` is true, and of nothing else."""
    rng = np.random.default_rng(seed)
    positive = np.flatnonzero(chosen & patches.deforming)
    hard = np.flatnonzero(chosen & patches.hard)
    other = np.flatnonzero(chosen & ~patches.hard & ~patches.deforming)

    def varied(indices, copies, widest, mask):
        kept = [patches.scored[i] for i in indices]
        for i in indices:
            for _ in range(copies):
                sample = labelled_patches.turned(rng, patches.samples[i], widest)
                kept.append(synthetic_phase.masked(rng, sample) if mask else sample)
        return np.stack(kept)

    # A mask might hide a positive's deformation, so those stay whole.
    pools = {
        "real": varied(positive, max(8, 1500 // max(1, len(positive))), 0.3, False),
        "hard": varied(hard, 8, 0.3, True), "other": varied(other, 1, 0.2, True)}
    overlaid = []
    # Hard negatives are coherent, so that they carry most of the fringes.
    grounds = [(i, *labelled_patches.calm(patches.scored[i])) for i in np.concatenate([hard, other])]
    grounds = [ground for ground in grounds if ground[1].mean() > 0.15 and ground[2] < 0.035]
    while len(overlaid) < count:
        index, seen, background = grounds[rng.integers(len(grounds))]
        ground = synthetic_phase.masked(rng, patches.scored[index])
        if ground is not patches.scored[index]:
            seen = seen & (cv2.blur((ground > 0).astype(np.float32), (9, 9)) > 0.75)
        sample = synthetic_phase.overlaid(rng, library, ground, seen, background)
        if sample is not None:
            overlaid.append(sample)
    pools["overlaid"] = np.stack(overlaid)
    return pools


LEVELS = np.arange(255) / 255 * 2 - 1


def to_input(samples):
    """Bytes as the trunk sees them: the vector of the phase −π ... π, of phase 0 where there is no data."""
    table = phase_vector(np.concatenate([[0], LEVELS]))
    return torch.from_numpy(table[samples]).permute(0, 3, 1, 2)


def augmented(rng, samples):
    """Each sample flipped, turned by quarters, its phase shifted by a constant and at times negated."""
    batch = np.empty((*samples.shape, 2), np.float32)
    vectors = phase_vector(np.concatenate([[0], LEVELS]))
    table = vectors.copy()
    for i, sample in enumerate(samples):
        order = (np.arange(255) * (1 if rng.random() < 0.5 else -1) + rng.integers(255)) % 255
        table[1:] = vectors[1:][order]
        turn = rng.integers(8)
        sample = np.rot90(sample, turn % 4)
        batch[i] = table[sample.T if turn >= 4 else sample]
    return torch.from_numpy(batch).permute(0, 3, 1, 2)


def batches(pools, steps, rng):
    names = [*POSITIVE, *NEGATIVE]
    sizes = [*POSITIVE.values(), *NEGATIVE.values()]
    truth = torch.tensor([1] * sum(POSITIVE.values()) + [0] * sum(NEGATIVE.values()))
    for _ in range(steps):
        drawn = np.concatenate(
            [pools[name][rng.integers(0, len(pools[name]), size)] for name, size in zip(names, sizes)])
        yield augmented(rng, drawn), truth


def train(pools, steps, seed, say):
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    model = FringeNet().to(memory_format=torch.channels_last)
    average, decay = copy.deepcopy(model).eval(), 0.998
    optimizer = torch.optim.AdamW(model.parameters(), lr=1, weight_decay=0.02)
    loss_of = nn.CrossEntropyLoss(label_smoothing=0.02)
    started, running = time.monotonic(), 0.0
    model.train()
    for step, (inputs, truth) in enumerate(batches(pools, steps, rng)):
        warm = min(1.0, (step + 1) / 100)
        for group in optimizer.param_groups:
            group["lr"] = 2e-3 * warm * (0.5 * (1 + math.cos(math.pi * step / steps)) + 0.005)
        loss = loss_of(model(inputs.contiguous(memory_format=torch.channels_last)), truth)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            mixed = min(decay, (step + 1) / (step + 10))
            for kept, new in zip(average.state_dict().values(), model.state_dict().values()):
                kept.copy_(new if new.dtype == torch.int64 else kept * mixed + new * (1 - mixed))
        running = loss.item() if step == 0 else 0.98 * running + 0.02 * loss.item()
        if (step + 1) % 100 == 0 or step + 1 == steps:
            say(f"  step {step + 1}/{steps}  loss {running:.3f}  {time.monotonic() - started:.0f} s")
    return average


def probabilities(model, samples, chunk=64):
    with torch.no_grad():
        return np.concatenate([
            torch.softmax(model(to_input(samples[i : i + chunk]).contiguous(memory_format=torch.channels_last)), 1)[
                :, 1].numpy() for i in range(0, len(samples), chunk)])
