"""Writes training.json: the losses of 50 steps of a small network in PyTorch.

    pip install torch numpy && python training.py

Weights and patches come from SplitMix64, as in TrainingRunTests.swift, so the same run can be made without this file.
"""

import json
import pathlib

import numpy as np
import torch
from torch import nn
from torch.nn import functional

STEPS, BATCH, SIDE = 50, 16, 24
MASK = (1 << 64) - 1


class Stream:
    def __init__(self, state):
        self.state = state

    def bits(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        mixed = self.state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & MASK
        return mixed ^ (mixed >> 31)

    def uniform(self):
        return (self.bits() >> 11) * 2.0 ** -53

    def tensor(self, shape, bound):
        numbers = [(self.uniform() * 2 - 1) * bound for _ in range(int(np.prod(shape)))]
        return torch.tensor(np.array(numbers, np.float64).astype(np.float32).reshape(shape))


class Network(nn.Module):
    def __init__(self, stream):
        super().__init__()
        he = lambda depth: (6 / depth) ** 0.5
        even = lambda depth: (1 / depth) ** 0.5
        self.first = nn.Parameter(stream.tensor((8, 1, 5, 5), he(25)))
        self.norm = nn.BatchNorm2d(8)
        self.second = nn.Parameter(stream.tensor((12, 8, 3, 3), he(72)))
        self.second_bias = nn.Parameter(torch.zeros(12))
        self.dense = nn.Parameter(stream.tensor((16, 432), he(432)))
        self.dense_bias = nn.Parameter(stream.tensor((16,), even(432)))
        self.last = nn.Parameter(stream.tensor((2, 16), even(16)))
        self.last_bias = nn.Parameter(stream.tensor((2,), even(16)))

    def forward(self, x):
        x = functional.conv2d(x, self.first, stride=2, padding=2)
        x = functional.max_pool2d(functional.relu(self.norm(x)), 2)
        x = functional.relu(functional.conv2d(x, self.second, self.second_bias, padding=1))
        x = functional.relu(functional.linear(x.flatten(1), self.dense, self.dense_bias))
        return functional.linear(x, self.last, self.last_bias)


def patches():
    """Noise, in every second patch with stripes."""
    stream = Stream(77)
    rows, columns = np.mgrid[0:SIDE, 0:SIDE]
    stripes = np.where((rows + columns) % 6 < 3, 25.0, -25.0)
    batches = []
    for _ in range(8):
        noise = np.array([stream.uniform() for _ in range(BATCH * SIDE * SIDE)]).reshape(BATCH, SIDE, SIDE)
        gray = 127.5 + 150 * (noise - 0.5)
        gray[1::2] += stripes
        batches.append(torch.tensor(gray.astype(np.float32))[:, None])
    return batches


def losses(method):
    network = Network(Stream(5))
    weights = [network.first, network.second, network.dense, network.last]
    others = [p for p in network.parameters() if all(p is not w for w in weights)]
    groups = lambda decay: [{"params": weights, "weight_decay": decay}, {"params": others, "weight_decay": 0.0}]
    if method == "sgd":
        optimizer = torch.optim.SGD(groups(1e-3), lr=0.01, momentum=0.9)
    else:
        optimizer = torch.optim.AdamW(groups(1e-2), lr=1e-3)
    loss_of = nn.CrossEntropyLoss(label_smoothing=0.05)
    truth = torch.arange(BATCH) % 2
    batches, result = patches(), []
    for step in range(STEPS):
        inputs = (batches[step % len(batches)] - 127.5) * 0.00784313725
        loss = loss_of(network(inputs), truth)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        result.append(loss.item())
    network.eval()
    with torch.no_grad():
        last = network((batches[0] - 127.5) * 0.00784313725)
    return {"losses": result, "logits": last.flatten().tolist()}


torch.set_num_threads(1)
expected = {method: losses(method) for method in ("sgd", "adam")}
pathlib.Path(__file__).with_name("training.json").write_text(json.dumps(expected, indent=1) + "\n")
for method, run in expected.items():
    print(method, run["losses"][0], run["losses"][-1])
