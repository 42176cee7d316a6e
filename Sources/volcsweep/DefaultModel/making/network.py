"""The network, and its way into an ONNX file."""

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

# (output channels, kernel, stride, pool after it) of each convolution; every one is followed by a ReLU.
LAYERS = [(32, 7, 4, 2), (40, 3, 1, 1), (48, 3, 1, 2), (80, 3, 1, 1), (96, 3, 1, 2), (128, 3, 1, 1)]
LAST_SIDE = 7

# Phase is an angle: its gray jumps where it wraps, its cosine and sine do not. ONNX has both, but convolutions and
# ReLUs are all an engine needs for their polygons with corners at eighths of a turn: a 1 × 1 convolution and a ReLU
# make ramps that start at each corner, a second 1 × 1 convolution weighs them.
CORNERS = np.arange(0, 1, 0.25)


def ramp_weights():
    """(2, 8) weights of the ramps max(0, x − c), max(0, −x − c) and the two values at x = 0."""
    turning = []
    for wave in (np.cos, np.sin):
        for sign in (1, -1):
            slope = np.diff(wave(sign * np.pi * np.append(CORNERS, 1))) / 0.25
            turning.append(np.diff(slope, prepend=0))
    return np.array(turning).reshape(2, 8).astype(np.float32), np.array([1, 0], np.float32)


def phase_vector(x):
    """Cosine and sine of π·x as the network sees them, on a last axis of 2."""
    ramps = np.concatenate([np.maximum(0, x[..., None] - CORNERS), np.maximum(0, -x[..., None] - CORNERS)], -1)
    weights, start = ramp_weights()
    return (ramps @ weights.T + start).astype(np.float32)


class FringeNet(nn.Module):
    """Convolutions and pooling, then the mean and the maximum over the patch, each with its own weights."""

    def __init__(self):
        super().__init__()
        blocks, channels = [], 2
        for width, kernel, stride, pool in LAYERS:
            blocks += [
                nn.Conv2d(channels, width, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(width),
                nn.ReLU(inplace=True)]
            if pool > 1:
                blocks.append(nn.MaxPool2d(pool))
            channels = width
        self.trunk = nn.Sequential(*blocks)
        self.drop = nn.Dropout(0.3)
        self.of_mean = nn.Linear(channels, 2)
        self.of_maximum = nn.Linear(channels, 2)

    def forward(self, x):
        features = self.trunk(x)
        return self.of_mean(self.drop(features.mean((2, 3)))) + self.of_maximum(self.drop(features.amax((2, 3))))


def multiply_adds():
    total, channels, side = 224 * 224 * 8 * 3, 2, 224
    for width, kernel, stride, pool in LAYERS:
        side //= stride
        total += side * side * width * channels * kernel * kernel
        side, channels = side // pool, width
    return total


def folded(model):
    """Each convolution's weight and bias with its batch normalisation folded in, in double precision."""
    result, modules = [], list(model.trunk)
    for convolution, norm in zip(modules, modules[1:]):
        if isinstance(convolution, nn.Conv2d):
            scale = norm.weight.double() / torch.sqrt(norm.running_var.double() + norm.eps)
            weight = convolution.weight.double() * scale[:, None, None, None]
            bias = norm.bias.double() - norm.running_mean.double() * scale
            result.append((weight.detach().float().numpy(), bias.detach().float().numpy()))
    return result


def write_onnx(model, path, metadata):
    nodes, weights, tensor = [], [], "input"

    def constant(name, value):
        weights.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(operator, inputs, output, **attributes):
        nodes.append(helper.make_node(operator, inputs, [output], name=output, **attributes))
        return output

    weight, start = ramp_weights()
    sides = np.repeat(np.array([1, -1], np.float32), 4).reshape(8, 1, 1, 1)
    corners = -np.tile(CORNERS, 2).astype(np.float32)
    tensor = add("Conv", [tensor, constant("ramps.weight", sides), constant("ramps.bias", corners)], "ramps",
                 kernel_shape=[1, 1], strides=[1, 1], pads=[0] * 4, dilations=[1, 1], group=1)
    tensor = add("Relu", [tensor], "ramps.relu")
    tensor = add("Conv", [tensor, constant("phase.weight", weight.reshape(2, 8, 1, 1)), constant("phase.bias", start)],
                 "phase", kernel_shape=[1, 1], strides=[1, 1], pads=[0] * 4, dilations=[1, 1], group=1)
    for number, ((weight, bias), (_, kernel, stride, pool)) in enumerate(zip(folded(model), LAYERS), start=1):
        inputs = [tensor, constant(f"conv{number}.weight", weight), constant(f"conv{number}.bias", bias)]
        tensor = add(
            "Conv", inputs, f"conv{number}", kernel_shape=[kernel] * 2, strides=[stride] * 2, pads=[kernel // 2] * 4,
            dilations=[1, 1], group=1)
        tensor = add("Relu", [tensor], f"relu{number}")
        if pool > 1:
            tensor = add("MaxPool", [tensor], f"pool{number}", kernel_shape=[pool] * 2, strides=[pool] * 2)
    pooled = [
        add("GlobalAveragePool", [tensor], "mean"),
        add("MaxPool", [tensor], "maximum", kernel_shape=[LAST_SIDE] * 2, strides=[LAST_SIDE] * 2)]
    scores = []
    for name, layer in zip(pooled, (model.of_mean, model.of_maximum)):
        flat = add("Flatten", [name], f"{name}.flat", axis=1)
        inputs = [flat, constant(f"{name}.weight", layer.weight.detach().numpy()),
                  constant(f"{name}.bias", layer.bias.detach().numpy())]
        scores.append(add("Gemm", inputs, f"{name}.score", transB=1))
    add("Softmax", [add("Add", scores, "score")], "probabilities", axis=1)

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
    """Writes the network with its log odds multiplied and shifted: both are a matter of its last layers' weights."""
    proto = onnx.load(str(path))
    for tensor in proto.graph.initializer:
        if tensor.name in ("mean.weight", "mean.bias", "maximum.weight", "maximum.bias"):
            value = numpy_helper.to_array(tensor) * np.float32(scale)
            if tensor.name == "mean.bias":
                value = value + np.array([0, shift], np.float32)
            tensor.CopyFrom(numpy_helper.from_array(value, tensor.name))
    onnx.checker.check_model(proto, full_check=True)
    output.write_bytes(proto.SerializeToString(deterministic=True))


def describe(path, output, metadata):
    """Writes the network with other metadata."""
    proto = onnx.load(str(path))
    helper.set_model_props(proto, dict(sorted(metadata.items())))
    output.write_bytes(proto.SerializeToString(deterministic=True))
