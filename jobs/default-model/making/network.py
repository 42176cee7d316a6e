"""The two networks, and their way into an ONNX file."""

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

# (output channels, pool before it) of each convolution, every one followed by a ReLU: of the network that sees the phase (the
# first one 7 × 7 of stride 4, the others 3 × 3), and of that which sees the steps.
PHASE_LAYERS = [(32, 1), (40, 2), (48, 1), (80, 2), (96, 1), (128, 2)]
STEPS_LAYERS = [(48, 1), (40, 2), (48, 2), (80, 1), (96, 2), (128, 1)]
SIDE, CELL = 224, 4  # pixels
HIDDEN = 64
# What each of the two networks counts for.
SHARES = {"phase": 0.3, "steps": 0.7}

# One network sees the steps of the phase from pixel to pixel, wrapped to half a cycle, as they are on average within each
# 4 × 4 cell: there fringes are slopes, and an added constant phase is nothing. Convolutions and ReLUs are all that an engine needs
# for them. In units of half a cycle a step is −2 … 2; ramps max(0, ±step − corner) add up to the functions below.
LEVEL = 2 / 255
JUMP = LEVEL / 4  # half the width that the wrap's jump has instead of none
CORNERS = np.array([0, LEVEL, 1 - JUMP, 1 + JUMP])
# What each function's slope changes by at the corners: of the wrapped step, of its size, and of what tells no data, which is
# 1 where two pixels are the same and 0 where they are a gray level or more apart.
WRAPPED = np.array([1, 0, -1 / JUMP, 1 / JUMP])
SIZE = np.array([1, 0, -1, -1])
FLAT = np.array([-1 / LEVEL, 1 / LEVEL, 0, 0])
# Of the two steps (right, down): each one wrapped, the sum of their sizes, and the mean of what tells no data.
SCALES, OFFSETS = np.array([16, 16, 4, 0.5]), np.array([0, 0, -1, 1])


def cell_weights():
    """(4, 16): how the ramps of the step to the right (first of one sign, then of the other), then of that down, add up."""
    odd, even, flat, none = np.append(WRAPPED, -WRAPPED), np.tile(SIZE, 2), np.tile(FLAT, 2), np.zeros(8)
    rows = [np.append(odd, none), np.append(none, odd), np.tile(even, 2), np.tile(flat, 2)]
    return np.stack(rows) * SCALES[:, None]


def step_tables():
    """The wrapped step, its size and its flatness less 1 for −510 … 510 halves of a gray level."""
    step = np.arange(-510, 511)[:, None] / 255
    ramps = np.concatenate([np.maximum(0, step - CORNERS), np.maximum(0, -step - CORNERS)], 1)
    return (ramps @ np.stack([np.append(WRAPPED, -WRAPPED), np.tile(SIZE, 2), np.tile(FLAT, 2)], 1)).T.astype(np.float32)


TABLES = step_tables()
# The pixels from which a step stays within a cell.
WITHIN = np.ix_(*[np.flatnonzero(np.arange(SIDE) % CELL < CELL - 1)] * 2)


def steps(sample):
    """What the network sees of a sample of bytes (0 no data, 1 ... 255 phase): 4 × 56 × 56."""
    halves = 2 * sample.astype(np.int16)
    halves[sample == 0] = 257
    first = halves[:-1, :-1]
    right, down = (halves[:-1, 1:] - first + 510)[WITHIN], (halves[1:, :-1] - first + 510)[WITHIN]
    wrapped, size, flat = TABLES
    seen = wrapped[right], wrapped[down], size[right] + size[down], flat[right] + flat[down]
    return np.stack([
        over_cells(channel) * np.float32(scale / (CELL - 1) ** 2) + np.float32(offset)
        for channel, scale, offset in zip(seen, SCALES, OFFSETS)])


def over_cells(steps):
    """The sum of the steps within each cell."""
    rows = steps.reshape(-1, CELL - 1, steps.shape[1])
    columns = (rows[:, 0] + rows[:, 1] + rows[:, 2]).reshape(len(rows), -1, CELL - 1)
    return columns[:, :, 0] + columns[:, :, 1] + columns[:, :, 2]


# Under noise the phase itself tells more, as its cosine and sine, which add up where steps do not. ONNX has both, but ramps that
# start at eighths of a turn make their polygons.
PHASE_CORNERS = np.arange(0, 1, 0.25)


def phase_weights():
    """(2, 8) weights of the ramps max(0, x − c), max(0, −x − c) and the two values at x = 0."""
    turning = []
    for wave in (np.cos, np.sin):
        for sign in (1, -1):
            slope = np.diff(wave(sign * np.pi * np.append(PHASE_CORNERS, 1))) / 0.25
            turning.append(np.diff(slope, prepend=0))
    return np.array(turning).reshape(2, 8).astype(np.float32), np.array([1, 0], np.float32)


def phase_table():
    """Cosine and sine as the network sees them of each byte, 256 × 2; no data is of phase 0."""
    x = np.concatenate([[0], np.arange(255) / 255 * 2 - 1])[:, None]
    weights, start = phase_weights()
    ramps = np.concatenate([np.maximum(0, x - PHASE_CORNERS), np.maximum(0, -x - PHASE_CORNERS)], 1)
    return (ramps @ weights.T + start).astype(np.float32)


PHASES = phase_table()


def trunk(channels, layers, kernel, stride):
    """Convolutions, of which the first has another kernel and stride, with pooling before those that ask for it."""
    blocks = []
    for number, (width, pool) in enumerate(layers):
        if pool > 1:
            blocks.append(nn.MaxPool2d(pool))
        size, step = (kernel, stride) if number == 0 else (3, 1)
        blocks += [
            nn.Conv2d(channels, width, size, step, size // 2, bias=False), nn.BatchNorm2d(width), nn.ReLU(inplace=True)]
        channels = width
    return nn.Sequential(*blocks)


class PhaseNet(nn.Module):
    """Sees the phase's vector; the mean and the maximum over the patch have weights of their own."""

    def __init__(self):
        super().__init__()
        self.trunk = trunk(2, PHASE_LAYERS, 7, CELL)
        self.drop = nn.Dropout(0.3)
        self.of_mean = nn.Linear(PHASE_LAYERS[-1][0], 2)
        self.of_maximum = nn.Linear(PHASE_LAYERS[-1][0], 2)

    def forward(self, x):
        features = self.trunk(x)
        return self.of_mean(self.drop(features.mean((2, 3)))) + self.of_maximum(self.drop(features.amax((2, 3))))


class StepsNet(nn.Module):
    """Sees the steps; two dense layers weigh the mean and the maximum over the patch together."""

    def __init__(self):
        super().__init__()
        self.trunk = trunk(len(SCALES), STEPS_LAYERS, 3, 1)
        self.drop = nn.Dropout(0.3)
        self.hidden = nn.Linear(2 * STEPS_LAYERS[-1][0], HIDDEN)
        self.score = nn.Linear(HIDDEN, 2)

    def forward(self, x):
        features = self.trunk(x)
        pooled = torch.cat([features.mean((2, 3)), features.amax((2, 3))], 1)
        return self.score(self.drop(torch.relu(self.hidden(self.drop(pooled)))))


def multiply_adds():
    corners = 4 * len(CORNERS)
    total = (SIDE - 1) ** 2 * corners * 4 + SIDE**2 * 8 * 3 + (SIDE // CELL) ** 2 * corners * len(SCALES) * (CELL - 1) ** 2
    for layers, channels, kernel in ((PHASE_LAYERS, 2, 7), (STEPS_LAYERS, len(SCALES), 3)):
        side = SIDE // CELL
        for width, pool in layers:
            side //= pool
            total += side * side * width * channels * kernel * kernel
            channels, kernel = width, 3
    return total


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


def dense(phase, steps):
    """The dense layers of both: from the two's means, then their maxima, to the mean of their scores. The first network's two
    scores pass the layer between as what is above and what is below 0."""
    def values(layer):
        return layer.weight.detach().double().numpy(), layer.bias.detach().double().numpy()

    channels = PHASE_LAYERS[-1][0]
    (mean, shift), (maximum, further), (inner, start), (outer, end) = map(
        values, (phase.of_mean, phase.of_maximum, steps.hidden, steps.score))
    hidden, biases, score = np.zeros((HIDDEN + 4, 4 * channels)), np.zeros(HIDDEN + 4), np.zeros((2, HIDDEN + 4))
    for rows, sign in ((slice(0, 2), 1), (slice(2, 4), -1)):
        hidden[rows, :channels], hidden[rows, 2 * channels : 3 * channels] = sign * mean, sign * maximum
        biases[rows], score[:, rows] = sign * (shift + further), sign * np.eye(2) * SHARES["phase"]
    hidden[4:, channels : 2 * channels], hidden[4:, 3 * channels :] = inner[:, :channels], inner[:, channels:]
    biases[4:], score[:, 4:] = start, outer * SHARES["steps"]
    return (hidden, biases), (score, end * SHARES["steps"])


def write_onnx(phase, steps, path, metadata):
    """Writes the two, trained apart and asked together, as one network."""
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

    def rectified(name, tensor):
        return add("Relu", [tensor], name)

    def pooled_by(name, tensor, size):
        return tensor if size == 1 else add("MaxPool", [tensor], name, kernel_shape=[size] * 2, strides=[size] * 2)

    def column(name, tensor, parameters, layers, padding, stride):
        """All convolutions but the last, and its pooling."""
        for number, (values, (_, pool)) in enumerate(zip(parameters[:-1], layers), start=1):
            tensor = pooled_by(f"{name}pool{number}", tensor, pool)
            tensor = convolution(f"{name}conv{number}", tensor, values, stride, padding)
            tensor = rectified(f"{name}relu{number}", tensor)
            padding, stride = 1, 1
        return pooled_by(f"{name}pool{len(layers)}", tensor, layers[-1][1])

    sides = np.repeat([1, -1], 4).reshape(8, 1, 1, 1)
    turns, start = phase_weights()
    tensor = rectified("ramps.relu", convolution("ramps", "input", (sides, -np.tile(PHASE_CORNERS, 2))))
    tensor = convolution("phase", tensor, (turns.reshape(2, 8, 1, 1), start))
    last = [column("phase.", tensor, folded(phase.trunk), PHASE_LAYERS, 3, CELL)]
    step = np.zeros((4, len(CORNERS), 1, 2, 2))
    for number, (sign, down, right) in enumerate(((1, 0, 1), (-1, 0, 1), (1, 1, 0), (-1, 1, 0))):
        step[number, :, 0, 0, 0], step[number, :, 0, down, right] = -sign, sign
    tensor = rectified("steps.relu", convolution("steps", "input", (step.reshape(-1, 1, 2, 2), -np.tile(CORNERS, 4))))
    inside = np.tile(cell_weights()[:, :, None, None] / (CELL - 1) ** 2, (1, 1, CELL - 1, CELL - 1))
    tensor = convolution("cells", tensor, (inside, OFFSETS), CELL)
    last.append(column("steps.", tensor, folded(steps.trunk), STEPS_LAYERS, 1, 1))
    # The last convolutions are one in groups.
    parameters = tuple(np.concatenate(parts) for parts in zip(folded(phase.trunk)[-1], folded(steps.trunk)[-1]))
    tensor = convolution("conv6", add("Concat", last, "conv5", axis=1), parameters, 1, 1, 2)
    tensor = rectified("relu6", tensor)
    side = SIDE // CELL // int(np.prod([pool for _, pool in STEPS_LAYERS]))
    pooled = [
        add("GlobalAveragePool", [tensor], "mean"),
        add("MaxPool", [tensor], "maximum", kernel_shape=[side] * 2, strides=[side] * 2)]
    tensor = add("Flatten", [add("Concat", pooled, "pooled", axis=1)], "flat", axis=1)
    for name, (weight, bias) in zip(("hidden", "score"), dense(phase, steps)):
        tensor = add(
            "Gemm", [tensor, constant(f"{name}.weight", weight), constant(f"{name}.bias", bias)], name, transB=1)
        if name == "hidden":
            tensor = rectified("hidden.relu", tensor)
    add("Softmax", [tensor], "probabilities", axis=1)

    graph = helper.make_graph(
        nodes, "volcsweep-default",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["batch", 1, 224, 224])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["batch", 2])], weights)
    proto = helper.make_model(
        graph, producer_name="volcsweep", opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    helper.set_model_props(proto, dict(sorted(metadata.items())))
    onnx.checker.check_model(proto, full_check=True)
    with open(path, "wb") as file:
        file.write(proto.SerializeToString(deterministic=True))


def log_odds(path, samples, chunk=64):
    """What an exported network says of samples of bytes (0 no data, 1 ... 255 phase): ln(P / (1 − P))."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    inputs = np.concatenate([[0], np.arange(255) / 255 * 2 - 1]).astype(np.float32)
    scores = []
    for start in range(0, len(samples), chunk):
        chances = session.run(["probabilities"], {"input": inputs[samples[start : start + chunk]][:, None]})[0]
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
