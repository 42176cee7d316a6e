"""Training patches a second on the same cores: this engine beside PyTorch.

Usage: bench.py TRAINING_BENCH; bench.sh calls it. The two take turns, so that what else the machine does hits both;
medians of all steps are printed. Batches of 100 as in training; the optimiser is plain descent in both.
"""

import os
import pathlib
import statistics
import subprocess
import sys
import time

import torch
from torch import nn

BATCH, STEPS, TURNS = 100, 3, 3
CORES = len(os.sched_getaffinity(0))
BAR = 0.5


def alexnet():
    layers, channels = [], 1
    for outputs, kernel, stride, padding, pooled in [
            (64, 11, 4, 2, True), (192, 5, 1, 2, True), (384, 3, 1, 1, False), (256, 3, 1, 1, False), (256, 3, 1, 1, True)]:
        layers += [nn.Conv2d(channels, outputs, kernel, stride, padding), nn.ReLU(inplace=True)]
        if pooled:
            layers.append(nn.MaxPool2d(3, 2))
        channels = outputs
    return nn.Sequential(
        *layers, nn.Flatten(), nn.Linear(9216, 4096), nn.ReLU(inplace=True), nn.Linear(4096, 4096), nn.ReLU(inplace=True),
        nn.Linear(4096, 2))


# Channels, kernel, stride, dilation, pooling after it.
FRINGE = [(32, 7, 4, 1, 2), (40, 3, 1, 1, 1), (48, 3, 1, 1, 2), (80, 3, 1, 1, 1), (96, 3, 1, 1, 2), (128, 3, 1, 1, 1)]
SWEEP = [(32, 7, 4, 1, 2), (48, 3, 1, 1, 1), (64, 3, 1, 1, 2), (96, 3, 1, 1, 1), (128, 3, 1, 1, 1), (160, 3, 1, 2, 1)]


class PhaseNetwork(nn.Module):
    def __init__(self, layers, is_padded):
        super().__init__()
        self.ramps, self.phase = nn.Conv2d(1, 8, 1).requires_grad_(False), nn.Conv2d(8, 2, 1).requires_grad_(False)
        blocks, channels = [], 2
        for width, kernel, stride, dilation, pool in layers:
            blocks += [
                nn.Conv2d(
                    channels, width, kernel, stride, kernel // 2 if is_padded else 0, dilation=dilation, bias=False),
                nn.BatchNorm2d(width), nn.ReLU(inplace=True)]
            if pool > 1:
                blocks.append(nn.MaxPool2d(pool))
            channels = width
        self.trunk = nn.Sequential(*blocks)
        self.of_mean, self.of_maximum = nn.Linear(channels, 2), nn.Linear(channels, 2)

    def forward(self, x):
        x = self.trunk(self.phase(torch.relu(self.ramps(x))))
        return self.of_mean(x.mean((2, 3))) + self.of_maximum(x.amax((2, 3)))


def theirs(network, form):
    network = network.to(memory_format=form)
    optimizer = torch.optim.SGD(network.parameters(), lr=1e-4)
    gray = torch.rand(BATCH, 1, 224, 224).contiguous(memory_format=form)
    truth, loss_of = torch.arange(BATCH) % 2, nn.CrossEntropyLoss()

    def turn(steps=STEPS):
        times = []
        for _ in range(steps):
            start = time.perf_counter()
            loss = loss_of(network((gray * 255 - 127.5) / 127.5), truth)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            times.append(time.perf_counter() - start)
        return times
    turn(1)
    return turn


def ours(name):
    environment = dict(os.environ, OPENBLAS_NUM_THREADS="1")
    if "avx512vl" in pathlib.Path("/proc/cpuinfo").read_text():
        environment.setdefault("OPENBLAS_CORETYPE", "SkylakeX")

    def turn():
        lines = subprocess.run(
            [sys.argv[1], name, str(BATCH), str(CORES), str(STEPS)], env=environment, check=True, capture_output=True,
            text=True)
        return [float(line.split()[0]) for line in lines.stdout.splitlines()]
    return turn


torch.set_num_threads(CORES)
failed = False
networks = [
    ("alexnet", alexnet), ("fringe", lambda: PhaseNetwork(FRINGE, True)), ("sweep", lambda: PhaseNetwork(SWEEP, False))]
for name, make in networks:
    turns = {
        "volcsweep": ours(name), "PyTorch": theirs(make(), torch.contiguous_format),
        "PyTorch, channels last": theirs(make(), torch.channels_last),
    }
    times = {engine: [] for engine in turns}
    for _ in range(TURNS):
        for engine, turn in turns.items():
            times[engine] += turn()
    rates = {engine: BATCH / statistics.median(values) for engine, values in times.items()}
    best = max(rate for engine, rate in rates.items() if engine != "volcsweep")
    print(f"{name}, batches of {BATCH}, {CORES} cores")
    for engine, rate in rates.items():
        print(f"  {engine:24} {rate:7.1f} patches/s  {rate / best:5.2f} x PyTorch's best")
    is_met = rates["volcsweep"] >= BAR * best
    failed = failed or not is_met
    print(f"  bar: at least {BAR} x PyTorch's best: {'met' if is_met else 'MISSED'}", flush=True)
sys.exit(1 if failed else 0)
