"""Pools of samples, batches out of them, and the training of one network."""

import concurrent.futures
import copy
import math
import time

import cv2
import numpy as np
import torch
from torch import nn

import air_around_cones
import labelled_patches
import synthetic_phase
import under_noise
from network import PHASES, PhaseNet, StepsNet, steps

# Samples of each pool in a batch; more negatives than positives, because quiet ground is what a sweep mostly sees. The network
# of the phase learns from real patches too: real negatives with fringes laid over them teach that the atmosphere of both classes
# looks alike. That of the steps learns from invented samples alone, because real ones of other places made it worse (README.md).
PHASE_BATCH = {"real": 7, "overlaid": 9, "synthetic": 5}, {"hard": 15, "other": 5, "quiet": 7}
STEPS_BATCH = {"synthetic": 6, "small": 5, "noisy": 10}, {"quiet": 9, "ringed": 6, "noisy quiet": 10}
HARD_COPIES = 8


def synthetic_chunk(library, count, seed):
    rng = np.random.default_rng(seed)
    return (np.stack([synthetic_phase.deforming(rng, library) for _ in range(count)]),
            np.stack([synthetic_phase.quiet(rng) for _ in range(count)]))


def further_chunk(library, count, seed):
    rng = np.random.default_rng(seed)
    return (np.stack([
        synthetic_phase.deforming(rng, library, synthetic_phase.small_deformation, air=-1.2) for _ in range(count)]),
            np.stack([air_around_cones.ringed(rng) for _ in range(count)]))


def noisy_chunk(library, count, seed):
    rng = np.random.default_rng(seed)
    return (np.stack([under_noise.deforming(rng, library) for _ in range(count)]),
            np.stack([under_noise.quiet(rng) for _ in range(count)]))


def in_chunks(make_chunk, library, count, seed, processes):
    """Two pools, the same for any number of processes: each chunk has its own seed."""
    chunk = 250
    with concurrent.futures.ProcessPoolExecutor(processes) as pool:
        futures = [pool.submit(make_chunk, library, chunk, [seed, i]) for i in range(count // chunk)]
        return [np.concatenate(chunks) for chunks in zip(*(future.result() for future in futures))]


def real_pools(patches, chosen, library, overlaid, seed):
    """The labelled patches where `chosen` is true and what they are with changes, and as many real negatives as `overlaid` says
    with deformation laid over them: the name and the samples of each pool."""
    rng = np.random.default_rng(seed)

    def varied(indices, copies, widest, mask):
        kept = [patches.scored[i] for i in indices]
        for i in indices:
            for _ in range(copies):
                sample = labelled_patches.turned(rng, patches.samples[i], widest)
                kept.append(synthetic_phase.masked(rng, sample) if mask else sample)
        return np.stack(kept)

    positive = np.flatnonzero(chosen & patches.deforming)
    hard = np.flatnonzero(chosen & patches.hard)
    other = np.flatnonzero(chosen & ~patches.hard & ~patches.deforming)
    # A mask might hide a positive's deformation, so those stay whole.
    yield "real", varied(positive, max(8, 1500 // max(1, len(positive))), 0.3, False)
    yield "hard", varied(hard, HARD_COPIES, 0.3, True)
    yield "other", varied(other, 1, 0.2, True)

    # Hard negatives are coherent, so that they carry most of the fringes.
    grounds = [(patches.scored[i], *labelled_patches.calm(patches.scored[i])) for i in np.concatenate([hard, other])]
    grounds = [ground for ground in grounds if ground[1].mean() > 0.15 and ground[2] < 0.035]
    carrying = []
    while len(carrying) < overlaid:
        patch, seen, background = grounds[rng.integers(len(grounds))]
        ground = synthetic_phase.masked(rng, patch)
        seen = seen & (cv2.blur((ground > 0).astype(np.float32), (9, 9)) > 0.75)
        sample = synthetic_phase.overlaid(rng, library, ground, seen, background)
        if sample is not None:
            carrying.append(sample)
    yield "overlaid", np.stack(carrying)


def to_input(samples, sees_phase):
    """Bytes as the trunk sees them: the vector of the phase, or its steps."""
    if sees_phase:
        seen = torch.from_numpy(PHASES[np.stack(samples)]).permute(0, 3, 1, 2)
    else:
        seen = torch.from_numpy(np.stack([steps(sample) for sample in samples]))
    return seen.contiguous(memory_format=torch.channels_last)


def augmented(rng, samples):
    """Each sample flipped, turned by quarters, its phase shifted by a constant and at times negated."""
    changed = []
    table = np.zeros(256, np.uint8)
    for sample in samples:
        order = np.arange(255) * (1 if rng.random() < 0.5 else -1) + rng.integers(255)
        table[1:] = order % 255 + 1
        turn = rng.integers(8)
        sample = np.rot90(sample, turn % 4)
        changed.append(table[sample.T if turn >= 4 else sample])
    return changed


def batches(pools, batch, count, rng):
    sizes = batch[0] | batch[1]
    truth = torch.tensor([1] * sum(batch[0].values()) + [0] * sum(batch[1].values()))
    for _ in range(count):
        drawn = [pools[name][rng.integers(0, len(pools[name]), size)] for name, size in sizes.items()]
        yield augmented(rng, np.concatenate(drawn)), truth


def train(pools, sees_phase, count, seed, say):
    """The mean of a network over the last of `count` steps."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    model = (PhaseNet() if sees_phase else StepsNet()).to(memory_format=torch.channels_last)
    average, decay = copy.deepcopy(model).eval(), 0.998
    optimizer = torch.optim.AdamW(model.parameters(), lr=1, weight_decay=0.02)
    loss_of = nn.CrossEntropyLoss(label_smoothing=0.02)
    started, running = time.monotonic(), 0.0
    model.train()
    for step, (samples, truth) in enumerate(batches(pools, PHASE_BATCH if sees_phase else STEPS_BATCH, count, rng)):
        warm = min(1.0, (step + 1) / 100)
        for group in optimizer.param_groups:
            group["lr"] = 2e-3 * warm * (0.5 * (1 + math.cos(math.pi * step / count)) + 0.005)
        loss = loss_of(model(to_input(samples, sees_phase)), truth)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            mixed = min(decay, (step + 1) / (step + 10))
            for kept, new in zip(average.state_dict().values(), model.state_dict().values()):
                kept.copy_(new if new.dtype == torch.int64 else kept * mixed + new * (1 - mixed))
        running = loss.item() if step == 0 else 0.98 * running + 0.02 * loss.item()
        if (step + 1) % 100 == 0 or step + 1 == count:
            say(f"  step {step + 1}/{count}  loss {running:.3f}  {time.monotonic() - started:.0f} s")
    return average


def log_odds(model, samples, chunk=64):
    """What a network says of samples of bytes: ln(P / (1 − P))."""
    with torch.no_grad():
        scores = np.concatenate(
            [model(to_input(samples[i : i + chunk], isinstance(model, PhaseNet))).double().numpy()
             for i in range(0, len(samples), chunk)])
    return scores[:, 1] - scores[:, 0]
