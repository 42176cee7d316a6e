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
import blanked
import labelled_patches
import synthetic_phase
import under_noise
from network import PHASES, PhaseNet, StepsNet, steps

# Samples of each pool in a batch; more negatives than positives, because quiet ground is what a sweep mostly sees.
# Real negatives with fringes laid over them teach that the atmosphere of both classes looks alike; wholly synthetic
# ones what deformation looks like in general; those of which little is left that no data is neither.
PHASE_BATCH = {"real": 7, "overlaid": 9, "synthetic": 5}, {"hard": 15, "other": 5, "quiet": 7}
STEPS_BATCH = (
    {"real": 4, "overlaid": 4, "small overlaid": 4, "synthetic": 3, "small": 2, "source alone": 3, "noisy": 4,
     "noisy overlaid": 3},
    {"hard": 12, "other": 5, "quiet": 3, "ringed": 2, "ringed overlaid": 3, "quiet alone": 4, "noisy quiet": 5})
# In the second, hard negatives are drawn by volcano as often as the volcano has them to the power of 0.3: most of them are of
# neighbours in one range, and would teach that the rings of that range's air are what a ring looks like. Deforming patches,
# of which most are of one caldera, are drawn so to the power of 0.7.
POWERS = {"hard": 0.3, "real": 0.7}
HARD_COPIES, SMALL, ALONE, QUIET_ALONE, NOISY, RINGED = 8, 2000, 2000, 5000, 1500, 1000


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


class RealPools:
    """Pools made of the patches where `chosen` is true, and of what is invented."""

    def __init__(self, patches, chosen, library, quiet, seed):
        self.patches, self.library, self.quiet, self.seed = patches, library, quiet, seed
        self.positive = np.flatnonzero(chosen & patches.deforming)
        self.hard = np.flatnonzero(chosen & patches.hard)
        self.other = np.flatnonzero(chosen & ~patches.hard & ~patches.deforming)
        # Hard negatives are coherent, so that they carry most of the fringes.
        grounds = [(i, *labelled_patches.calm(patches.scored[i])) for i in np.concatenate([self.hard, self.other])]
        self.grounds = [ground for ground in grounds if ground[1].mean() > 0.15 and ground[2] < 0.035]
        self.noisy = [ground for ground in grounds if 0.08 < ground[1].mean() < 0.75 and ground[2] < 0.05]

    def labelled(self, count):
        """The labelled patches and what they are with changes, and real negatives with deformation laid over them."""
        rng = np.random.default_rng(self.seed)

        def varied(indices, copies, widest, mask):
            kept = [self.patches.scored[i] for i in indices]
            for i in indices:
                for _ in range(copies):
                    sample = labelled_patches.turned(rng, self.patches.samples[i], widest)
                    kept.append(synthetic_phase.masked(rng, sample) if mask else sample)
            return np.stack(kept)

        # A mask might hide a positive's deformation, so those stay whole.
        yield "real", varied(self.positive, max(8, 1500 // max(1, len(self.positive))), 0.3, False)
        yield "hard", varied(self.hard, HARD_COPIES, 0.3, True)
        yield "other", varied(self.other, 1, 0.2, True)
        yield "overlaid", self.overlaid(rng, count, synthetic_phase.deformation, self.grounds)

    def overlaid(self, rng, count, of_kind, grounds):
        """Real negatives with deformation, or what looks like it, laid over them."""
        overlaid = []
        while len(overlaid) < count:
            index, seen, background = grounds[rng.integers(len(grounds))]
            ground = synthetic_phase.masked(rng, self.patches.scored[index])
            if ground is not self.patches.scored[index]:
                seen = seen & (cv2.blur((ground > 0).astype(np.float32), (9, 9)) > 0.75)
            sample = synthetic_phase.overlaid(rng, self.library, ground, seen, background, of_kind)
            if sample is not None:
                overlaid.append(sample)
        return np.stack(overlaid)

    def small(self):
        """Real negatives with small, slow deformation laid over them."""
        yield "small overlaid", self.overlaid(
            np.random.default_rng([self.seed, 2]), SMALL, synthetic_phase.small_deformation, self.grounds)

    def further(self):
        """Real negatives under noise with large deformation laid over them, and calm ones with rings of air."""
        yield "noisy overlaid", self.overlaid(
            np.random.default_rng([self.seed, 3]), NOISY, under_noise.large_deformation, self.noisy)
        yield "ringed overlaid", self.overlaid(
            np.random.default_rng([self.seed, 4]), RINGED, air_around_cones.rings, self.grounds)

    def alone(self):
        """What is left of positives around their sources, and of negatives around some place or in a part."""
        rng = np.random.default_rng(self.seed + 100)
        positives = [blanked.deforming(rng, self.library) for _ in range(ALONE * 2 // 5)]
        while len(positives) < ALONE:
            index, seen, background = self.grounds[rng.integers(len(self.grounds))]
            sample = blanked.overlaid(rng, self.library, self.patches.scored[index], seen, background)
            if sample is not None:
                positives.append(sample)
        yield "source alone", np.stack(positives)
        rng = np.random.default_rng([self.seed + 100, 1])
        from_each = {"hard": QUIET_ALONE * 2 // 5, "other": QUIET_ALONE // 5, "quiet": QUIET_ALONE * 2 // 5}
        drawn = [self.patches.scored[rng.choice(self.hard, from_each["hard"])],
                 self.patches.scored[rng.choice(self.other, from_each["other"])],
                 self.quiet[np.sort(rng.choice(len(self.quiet), from_each["quiet"], replace=False))]]
        yield "quiet alone", np.stack([blanked.quiet(rng, sample) for samples in drawn for sample in samples])


def shares_by_volcano(patches, indices, count, power):
    """How often each sample is drawn, added up, of a pool of `count` that holds the patches `indices` and as many copies of
    each: a volcano as often as it has patches to that power."""
    copies = count // len(indices) - 1
    names = patches.volcano[np.concatenate([indices, np.repeat(indices, copies)])]
    _, number, patches_each = np.unique(names, return_inverse=True, return_counts=True)
    weight = patches_each[number] ** (power - 1)
    return np.cumsum(weight / weight.sum())


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


def batches(pools, batch, shares, count, rng):
    sizes = batch[0] | batch[1]
    truth = torch.tensor([1] * sum(batch[0].values()) + [0] * sum(batch[1].values()))

    def drawn(name, size):
        if name in shares:
            return pools[name][np.searchsorted(shares[name], rng.random(size)).clip(0, len(pools[name]) - 1)]
        return pools[name][rng.integers(0, len(pools[name]), size)]

    for _ in range(count):
        yield augmented(rng, np.concatenate([drawn(name, size) for name, size in sizes.items()])), truth


def train(pools, shares, sees_phase, count, seed, say):
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    model = (PhaseNet() if sees_phase else StepsNet()).to(memory_format=torch.channels_last)
    average, decay = copy.deepcopy(model).eval(), 0.998
    optimizer = torch.optim.AdamW(model.parameters(), lr=1, weight_decay=0.02)
    loss_of = nn.CrossEntropyLoss(label_smoothing=0.02)
    started, running = time.monotonic(), 0.0
    model.train()
    for step, (samples, truth) in enumerate(
            batches(pools, PHASE_BATCH if sees_phase else STEPS_BATCH, shares, count, rng)):
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
