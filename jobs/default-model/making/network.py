"""The network, and its way into an ONNX file."""

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

# (output channels, pool before it) of each 3 × 3 convolution, every one followed by a ReLU.
LAYERS = [(48, 1), (40, 2), (48, 2), (80, 1), (96, 2), (128, 1)]
SIDE, CELL = 224, 4  # pixels
HIDDEN = 64
LEVELS = 65535  # of one cycle, in samples
# The last convolutions see 7 × 7 places; each is split into 4 × 4 cells of 8 pixels that say where the source is.
PLACES, SPLIT = 7, 4
CELLS = PLACES * SPLIT
WHERE_LAYERS = (64, 2 * SPLIT**2)

# The network sees the steps of the phase from pixel to pixel, wrapped to half a cycle, as they are on average within each
# 4 × 4 cell: there fringes are slopes, and an added constant phase is nothing. Convolutions and ReLUs are all that an engine
# needs for them. Half cycles are the unit, so the phase is −1 … 1 and a step −2 … 2; ramps max(0, x − knot) add up to
# piecewise linear functions.
#
# No data is exactly 0 in the input. It is raised by MARK first, so that a step to or from it is beyond all knots, where the
# functions are 0: otherwise the edge of the data would depend on the constant.
NARROW, MARK = 1e-6, 8
JUMP = 1 / 510  # half the width that the wrap's jump has instead of none
KNOTS = np.array([-2, -1 - JUMP, -1 + JUMP, 0, 1 - JUMP, 1 + JUMP, 2])
# What each function's slope changes by at the knots: of the wrapped step and of its size.
WRAPPED = np.array([1, -1 / JUMP, 1 / JUMP, 0, -1 / JUMP, 1 / JUMP, -1])
SIZE = np.array([1, -1, -1, 2, -1, -1, 1])
# The sum of 2 × 2 pixels is at most 4, and at least MARK − 3 with one that is marked.
MISSING_KNOTS, MISSING = np.array([4, MARK - 3]), np.array([1, -1]) / (MARK - 7)
# Of the two steps (right, down): each one wrapped, the sum of their sizes, and the windows of 2 × 2 pixels that lack one.
SCALES, OFFSETS = np.array([16, 16, 4, 1]), np.array([0, 0, -1, 0])
# The phase negated is the first two negated.
NEGATED = np.array([-1, -1, 1, 1])


def steps(samples):
    """What the network sees of samples (N × 224 × 224: 0 no data, 1 … 65535 phase): N × 4 × 56 × 56."""
    pixels = torch.from_numpy(samples.astype(np.float32)).view(-1, SIDE // CELL, CELL, SIDE // CELL, CELL)
    valid = pixels > 0

    def seen(down, right):
        return (..., slice(down, down + CELL - 1), slice(None), slice(right, right + CELL - 1))

    first, known, wrapped, sizes = pixels[seen(0, 0)], valid[seen(0, 0)], [], 0
    for place in (seen(0, 1), seen(1, 0)):
        step = (pixels[place] - first) * (2 / LEVELS)
        step = step - 2 * torch.round(step / 2)
        size = step.abs().clamp(max=1 - JUMP)
        step = torch.where(step.abs() > 1 - JUMP, step.sign() * (1 - step.abs()) * ((1 - JUMP) / JUMP), step)
        both = (known & valid[place]).float()
        wrapped.append((step * both).mean((2, 4)))
        sizes = sizes + (size * both).mean((2, 4))
    missing = ~(known & valid[seen(0, 1)] & valid[seen(1, 0)] & valid[seen(1, 1)])
    channels = torch.stack([*wrapped, sizes, missing.float().mean((2, 4))], 1)
    channels = channels * torch.tensor(SCALES, dtype=torch.float32)[:, None, None]
    channels = channels + torch.tensor(OFFSETS, dtype=torch.float32)[:, None, None]
    return channels.contiguous(memory_format=torch.channels_last)


class Network(nn.Module):
    """Two dense layers weigh the mean and the maximum over the patch together; two 1 × 1 convolutions say where."""

    def __init__(self):
        super().__init__()
        blocks, channels = [], len(SCALES)
        for width, pool in LAYERS:
            if pool > 1:
                blocks.append(nn.MaxPool2d(pool))
            blocks += [nn.Conv2d(channels, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(inplace=True)]
            channels = width
        self.trunk = nn.Sequential(*blocks)
        self.drop = nn.Dropout(0.3)
        self.hidden = nn.Linear(2 * channels, HIDDEN)
        self.score = nn.Linear(HIDDEN, 2)
        self.near = nn.Conv2d(channels, WHERE_LAYERS[0], 1)
        self.where = nn.Conv2d(*WHERE_LAYERS, 1)

    def forward(self, x):
        """The score of each class, and the log odds of where: N × 2 × 28 × 28 (area, middle)."""
        features = self.trunk(x)
        pooled = torch.cat([features.mean((2, 3)), features.amax((2, 3))], 1)
        score = self.score(self.drop(torch.relu(self.hidden(self.drop(pooled)))))
        where = self.where(torch.relu(self.near(features)))
        return score, unfolded(where)

    def asked(self, x):
        """The same of both signs of the phase, on average."""
        negated = x * torch.tensor(NEGATED, dtype=x.dtype)[:, None, None]
        return tuple((one + other) / 2 for one, other in zip(self(x), self(negated)))


def unfolded(where):
    """N × 32 × 7 × 7 as N × 2 × 28 × 28: channels 0 … 15 are the area, row by row of a place's 4 × 4 cells, then the middle."""
    parts = where.reshape(len(where), 2, SPLIT, SPLIT, PLACES, PLACES)
    return parts.permute(0, 1, 4, 2, 5, 3).reshape(len(where), 2, CELLS, CELLS)


def multiply_adds():
    total = SIDE**2 * 11 + (SIDE - 1) ** 2 * 16 * 4 + (SIDE // CELL) ** 2 * 16 * len(SCALES) * (CELL - 1) ** 2
    side, channels = SIDE // CELL, len(SCALES)
    for width, pool in LAYERS:
        side //= pool
        total += 2 * side * side * width * channels * 9
        channels = width
    return total + 2 * side * side * WHERE_LAYERS[0] * (channels + WHERE_LAYERS[1]) + 4 * channels * HIDDEN


def folded(blocks):
    """Each convolution's weight and bias with its batch normalisation folded in, in double precision."""
    result = []
    for convolution, norm in zip(blocks, [*blocks][1:]):
        if isinstance(convolution, nn.Conv2d):
            scale = norm.weight.double() / torch.sqrt(norm.running_var.double() + norm.eps)
            weight = convolution.weight.double() * scale[:, None, None, None]
            bias = norm.bias.double() - norm.running_mean.double() * scale
            result.append((weight.detach().numpy(), bias.detach().numpy()))
    return result


def front():
    """Weights and biases of the convolutions in front: of the marks, of the steps' ramps, of the cells."""
    signs = np.array([1, -1]).reshape(2, 1, 1, 1), np.zeros(2)
    # Both signs as they are, and what is 1 where both are 0.
    marks = np.array([[1, 0], [0, 1], [-1 / NARROW, -1 / NARROW]]).reshape(3, 2, 1, 1), np.array([0, 0, 1])
    marked = np.array([1, -1, MARK]).reshape(1, 3, 1, 1), np.zeros(1)
    ramps = np.zeros((16, 1, 2, 2))
    for first, down, right in ((0, 0, 1), (7, 1, 0)):
        ramps[first : first + 7, 0, 0, 0], ramps[first : first + 7, 0, down, right] = -1, 1
    ramps[14:] = 1
    none = np.zeros(7)
    rows = [
        np.concatenate([WRAPPED, none, 0 * MISSING]), np.concatenate([none, WRAPPED, 0 * MISSING]),
        np.concatenate([SIZE, SIZE, 0 * MISSING]), np.concatenate([none, none, MISSING])]
    weights = np.stack(rows) * SCALES[:, None] / (CELL - 1) ** 2
    cells = np.tile(weights[:, :, None, None], (1, 1, CELL - 1, CELL - 1)), OFFSETS
    return signs, marks, marked, (ramps, -np.concatenate([KNOTS, KNOTS, MISSING_KNOTS])), cells


def write_onnx(model, path, metadata):
    """Writes the network so that it is asked of both signs of the phase at once: the second half of each layer's channels sees
    the phase negated, and log odds are the mean of both."""
    nodes, weights = [], []

    def constant(name, value):
        weights.append(numpy_helper.from_array(np.ascontiguousarray(value, np.float32), name))
        return name

    def add(operator, inputs, output, **attributes):
        nodes.append(helper.make_node(operator, inputs, [output], name=output, **attributes))
        return output

    def convolution(name, tensor, parameters, stride=1, padding=0, groups=1):
        weight, bias = parameters
        return add(
            "Conv", [tensor, constant(f"{name}.weight", weight), constant(f"{name}.bias", bias)], name,
            kernel_shape=weight.shape[2:], strides=[stride] * 2, pads=[padding] * 4, dilations=[1, 1], group=groups)

    def dense(name, tensor, weight, bias):
        return add("Gemm", [tensor, constant(f"{name}.weight", weight), constant(f"{name}.bias", bias)], name, transB=1)

    def values(layer):
        return layer.weight.detach().double().numpy(), layer.bias.detach().double().numpy()

    def twice(parameters):
        return tuple(np.concatenate([part, part]) for part in parameters)

    signs, marks, marked, ramps, cells = front()
    tensor = add("Relu", [convolution("signs", "input", signs)], "signs.relu")
    tensor = add("Relu", [convolution("marks", tensor, marks)], "marks.relu")
    tensor = convolution("marked", tensor, marked)
    tensor = add("Relu", [convolution("steps", tensor, ramps)], "steps.relu")
    tensor = convolution("cells", tensor, cells, CELL)
    for number, (parameters, (_, pool)) in enumerate(zip(folded(model.trunk), LAYERS), start=1):
        if pool > 1:
            tensor = add("MaxPool", [tensor], f"pool{number}", kernel_shape=[pool] * 2, strides=[pool] * 2)
        groups = 2
        if number == 1:
            weight, bias = parameters
            parameters = np.concatenate([weight, weight * NEGATED[:, None, None]]), np.concatenate([bias, bias])
            groups = 1
        else:
            parameters = twice(parameters)
        tensor = convolution(f"conv{number}", tensor, parameters, 1, 1, groups)
        tensor = add("Relu", [tensor], f"relu{number}")
    near = add("Relu", [convolution("near", tensor, twice(values(model.near)), groups=2)], "near.relu")
    weight, bias = values(model.where)
    where = convolution("where.log_odds", near, (np.concatenate([weight, weight], 1) / 2, bias))
    add("Sigmoid", [where], "where")
    pooled = [
        add("GlobalAveragePool", [tensor], "mean"),
        add("MaxPool", [tensor], "maximum", kernel_shape=[PLACES] * 2, strides=[PLACES] * 2)]
    tensor = add("Flatten", [add("Concat", pooled, "pooled", axis=1)], "flat", axis=1)
    channels = LAYERS[-1][0]
    inner, start = values(model.hidden)
    both = np.zeros((2 * HIDDEN, 4 * channels))
    for rows, first in ((slice(0, HIDDEN), 0), (slice(HIDDEN, None), channels)):
        both[rows, first : first + channels] = inner[:, :channels]
        both[rows, 2 * channels + first : 3 * channels + first] = inner[:, channels:]
    tensor = add("Relu", [dense("hidden", tensor, both, np.concatenate([start, start]))], "hidden.relu")
    mean = np.concatenate([np.eye(HIDDEN), np.eye(HIDDEN)], 1) / 2
    tensor = dense("embedding", tensor, mean, np.zeros(HIDDEN))
    add("Softmax", [dense("score", tensor, *values(model.score))], "probabilities", axis=1)

    def output(name, *shape):
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", *shape])

    graph = helper.make_graph(
        nodes, "volcsweep-default", [output("input", 1, SIDE, SIDE)],
        [output("probabilities", 2), output("where", 2 * SPLIT**2, PLACES, PLACES), output("embedding", HIDDEN)], weights)
    proto = helper.make_model(
        graph, producer_name="volcsweep", opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    helper.set_model_props(proto, dict(sorted(metadata.items())))
    onnx.checker.check_model(proto, full_check=True)
    with open(path, "wb") as file:
        file.write(proto.SerializeToString(deterministic=True))


def as_input(samples):
    """Samples as the exported network's input: −1 … 1, no data 0."""
    phase = (samples.astype(np.float32) - 1) * np.float32(2 / LEVELS) - 1
    return np.where(samples > 0, phase, 0)[:, None].astype(np.float32)


def session(path):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def log_odds(path, samples, chunk=64):
    """What an exported network says of samples (0 no data, 1 … 65535 phase): ln(P / (1 − P))."""
    network, scores = session(path), []
    for start in range(0, len(samples), chunk):
        chances = network.run(["probabilities"], {"input": as_input(samples[start : start + chunk])})[0]
        chances = np.maximum(chances.astype(np.float64), 1e-12)
        scores.append(np.log(chances[:, 1]) - np.log(chances[:, 0]))
    return np.concatenate(scores)


def probability(score):
    return 1 / (1 + np.exp(-score))


def rescale(path, output, scale, shift):
    """Writes the network with its log odds multiplied and shifted: both are a matter of its last layer's weights."""
    proto = onnx.load(str(path))
    for tensor in proto.graph.initializer:
        if tensor.name in ("score.weight", "score.bias"):
            value = numpy_helper.to_array(tensor) * np.float32(scale)
            if tensor.name == "score.bias":
                value = value + np.array([0, shift], np.float32)
            tensor.CopyFrom(numpy_helper.from_array(value, tensor.name))
    onnx.checker.check_model(proto, full_check=True)
    output.write_bytes(proto.SerializeToString(deterministic=True))


def describe(path, output, metadata):
    """Writes the network with other metadata."""
    proto = onnx.load(str(path))
    helper.set_model_props(proto, dict(sorted(metadata.items())))
    output.write_bytes(proto.SerializeToString(deterministic=True))
