"""Networks whose overlapping patches share their layers in front, with weights by formula.

SWEEP is the form that a model takes which is to be cheap over whole interferograms. None of its windows reaches over a
patch's edge, and its total stride, 16, divides the stride 112 of the default method's patches, so its convolutions run
once over an interferogram, but for the last one, whose map of a patch is small enough to be cheaper patch by patch:
0.64 GFLOP for 500 x 500 pixels and 16 patches, heads included. (Patches 56 pixels apart share the layers in front of the
second pooling.)

    input            1 x 224 x 224, (gray - 127.5) / 127.5
    ramps, phase     1 x 1 convolutions with fixed weights: a polygon's cosine and sine of the phase, 2 x 224 x 224, as
                     phase_vector of jobs/default-model/making/network.py has it
    conv1 ... conv6  no padding; after each a ReLU, in training with batch normalisation in front of it, folded in later

        layer   channels  kernel  stride  dilation  pooled   map      sees
        conv1      32       7       4        1        2      27 x 27   11
        conv2      48       3       1        1        -      25 x 25   27
        conv3      64       3       1        1        2      11 x 11   51
        conv4      96       3       1        1        -       9 x 9    83
        conv5     128       3       1        1        -       7 x 7   115
        conv6     160       3       1        2        -       3 x 3   179 of a patch's 224 pixels

    mean, maximum    of each channel over the map; a fully connected layer to two classes for each, added; softmax

Pooling is the maximum of 2 x 2 pixels. Wider layers cost in proportion; 1.2 GFLOP is the most that is still cheap.
"""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from formula import uniform

# output channels, kernel, stride, dilation, pooling after it
SWEEP = [(32, 7, 4, 1, 2), (48, 3, 1, 1, 1), (64, 3, 1, 1, 2), (96, 3, 1, 1, 1), (128, 3, 1, 1, 1), (160, 3, 1, 2, 1)]
SMALL_SWEEP = [(8, 7, 4, 1, 2), (8, 3, 1, 1, 1), (16, 3, 1, 1, 2), (16, 3, 1, 1, 1), (16, 3, 1, 1, 1), (16, 3, 1, 2, 1)]
CORNERS = np.arange(0, 1, 0.25)


def ramp_weights():
    """Of the ramps max(0, x - c), max(0, -x - c) in a polygon's cosine and sine of pi x, and both at x = 0."""
    turning = []
    for wave in (np.cos, np.sin):
        for sign in (1, -1):
            slope = np.diff(wave(sign * np.pi * np.append(CORNERS, 1))) / 0.25
            turning.append(np.diff(slope, prepend=0))
    return np.array(turning).reshape(2, 8, 1, 1).astype(np.float32), np.array([1, 0], np.float32)


class Writer:
    def __init__(self, name, size, channels, mean, scale):
        self.name, self.size, self.channels = name, size, channels
        self.mean, self.scale = mean, scale
        self.nodes, self.tensors = [], []

    def constant(self, name, values):
        self.tensors.append(numpy_helper.from_array(np.ascontiguousarray(values, np.float32), name))
        return name

    def node(self, operation, name, inputs, **attributes):
        self.nodes.append(helper.make_node(operation, inputs, [name], name=name, **attributes))
        return name

    def convolution(self, name, value, inputs, outputs, kernel, stride=1, pad=0, dilation=1, weight=None, bias=None):
        if weight is None:
            fan_in = inputs * kernel * kernel
            weight = uniform(f"{self.name}.{name}.weight", (outputs, inputs, kernel, kernel), np.sqrt(6.0 / fan_in))
            bias = uniform(f"{self.name}.{name}.bias", (outputs,), 0.1)
        tensors = [value, self.constant(f"{name}.weight", weight), self.constant(f"{name}.bias", bias)]
        return self.node(
            "Conv", name, tensors, kernel_shape=[kernel] * 2, strides=[stride] * 2, pads=[pad] * 4,
            dilations=[dilation] * 2)

    def heads(self, value, channels, amplitude, bias):
        scores = []
        for name, operation in [("mean", "GlobalAveragePool"), ("maximum", "GlobalMaxPool")]:
            flat = self.node("Flatten", f"{name}.flat", [self.node(operation, name, [value])], axis=1)
            weight = self.constant(f"{name}.weight", uniform(f"{self.name}.{name}.weight", (2, channels), amplitude))
            scores.append(self.node("Gemm", f"{name}.score", [
                flat, weight, self.constant(f"{name}.bias", [0, bias if name == "mean" else 0])], transB=1))
        return self.node("Softmax", "probabilities", [self.node("Add", "score", scores)], axis=1)

    def model(self):
        info = helper.make_tensor_value_info
        graph = helper.make_graph(
            self.nodes, self.name, [info("input", TensorProto.FLOAT, ["batch", self.channels, self.size, self.size])],
            [info("probabilities", TensorProto.FLOAT, ["batch", 2])], self.tensors)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        numbers = {"mean": self.mean, "scale": self.scale}
        entries = {
            "name": self.name, "version": "1", "input_size": str(self.size), "channels": str(self.channels),
            "class_names": "background,deformation", "deformation_class": "deformation",
            "training_data": "none, weights by formula",
            **{key: ",".join(repr(value) for value in values) for key, values in numbers.items()},
        }
        helper.set_model_props(model, {f"volcsweep.{key}": value for key, value in entries.items()})
        onnx.checker.check_model(model)
        return model


def sweep(layers=SWEEP, amplitude=0.03, bias=0.0, name="sweep"):
    """The network of this file's head."""
    writer = Writer(name, 224, 1, [127.5], [1 / 127.5])
    weight, start = ramp_weights()
    value = writer.convolution(
        "ramps", "input", 1, 8, 1, weight=np.repeat([1, -1], 4).reshape(8, 1, 1, 1), bias=-np.tile(CORNERS, 2))
    value = writer.node("Relu", "ramps.relu", [value])
    value = writer.convolution("phase", value, 8, 2, 1, weight=weight, bias=start)
    channels = 2
    for number, (outputs, kernel, stride, dilation, pool) in enumerate(layers, start=1):
        value = writer.convolution(f"conv{number}", value, channels, outputs, kernel, stride, 0, dilation)
        value = writer.node("Relu", f"relu{number}", [value])
        if pool > 1:
            value = writer.node("MaxPool", f"pool{number}", [value], kernel_shape=[pool] * 2, strides=[pool] * 2)
        channels = outputs
    writer.heads(value, channels, amplitude, bias)
    return writer.model()


def first_block(amplitude=0.15, bias=-2.0):
    """As AlexNet for 227 x 227 pixels: padding behind the first block alone."""
    writer = Writer("first_block", 227, 3, [104.0, 117.0, 124.0], [0.02, 0.02, 0.02])
    value = writer.node("Relu", "relu1", [writer.convolution("conv1", "input", 3, 12, 11, stride=4)])
    value = writer.node("LRN", "norm1", [value], size=5, alpha=1e-4, beta=0.75, bias=1.0)
    value = writer.node("MaxPool", "pool1", [value], kernel_shape=[3, 3], strides=[2, 2])
    value = writer.node("Relu", "relu2", [writer.convolution("conv2", value, 12, 16, 5, pad=2)])
    value = writer.node("MaxPool", "pool2", [value], kernel_shape=[3, 3], strides=[2, 2])
    value = writer.node("Relu", "relu3", [writer.convolution("conv3", value, 16, 16, 3, pad=1)])
    writer.heads(value, 16, amplitude, bias)
    return writer.model()


IMAGE_SIDE = 360
IMAGE_KINDS = [2, 6]


def small_sweep():
    return sweep(SMALL_SWEEP, amplitude=0.5, name="small_sweep")


# Where patches of the images start, all on the trunk's lattice but 133.
CASES = [(small_sweep, [0, 112, 128]), (first_block, [0, 56, 112, 133])]


def network_input(model, gray):
    entries = {entry.key.removeprefix("volcsweep."): entry.value for entry in model.metadata_props}
    mean, scale = (
        np.array([float(number) for number in entries[key].split(",")], np.float32)[None, :, None, None]
        for key in ("mean", "scale"))
    return (gray[:, None] - mean) * scale
