"""A small network of the form of the default model, with the outputs beside its classes and weights by formula.

It sees the steps of the gray values from pixel to pixel, as their means over cells of 4 x 4 pixels, twice: as they are, and with
the first two of four turned round. Both ways have the same weights, as two groups of one convolution.

    input            1 x 64 x 64, (gray - 127.5) / 127.5
    steps, cells     2 x 2 pixels, ReLU, 3 x 3 of stride 4: 8 x 16 x 16
    conv1, conv2     3 x 3, padded, ReLU, pooled by 2: 12 x 8 x 8, then 16 x 4 x 4
    where            two 1 x 1 convolutions, of which the second adds up the groups, and Sigmoid: 8 x 4 x 4, which is the area in
                     2 x 2 parts of each of 4 x 4 cells, then the centre
    embedding        mean and maximum of conv2, then a fully connected layer and ReLU: 10
    probabilities    a fully connected layer and Softmax
"""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from formula import uniform

NAME, SIZE, CELLS, PARTS, NUMBERS = "two_signs", 64, 4, 2, 10
KINDS = [0, 2, 6]
MEAN, SCALE = 127.5, 1 / 127.5


def amplitude(fan_in):
    return np.sqrt(6.0 / fan_in)


def build():
    nodes, tensors = [], []

    def constant(name, values):
        tensors.append(numpy_helper.from_array(np.ascontiguousarray(values, np.float32), name))
        return name

    def node(operation, name, inputs, **attributes):
        nodes.append(helper.make_node(operation, inputs, [name], name=name, **attributes))
        return name

    def numbers(name, shape, size):
        return uniform(f"{NAME}.{name}", shape, size)

    def convolution(name, value, weight, bias, stride=1, groups=1):
        pad = weight.shape[2] // 2 if groups == 2 else 0
        return node(
            "Conv", name, [value, constant(f"{name}.weight", weight), constant(f"{name}.bias", bias)],
            kernel_shape=weight.shape[2:], strides=[stride] * 2, pads=[pad] * 4, group=groups)

    def both(name, value, inputs, outputs, kernel):
        """A convolution of each group by the same weights."""
        weight = numbers(f"{name}.weight", (outputs, inputs, kernel, kernel), amplitude(inputs * kernel * kernel))
        bias = numbers(f"{name}.bias", (outputs,), 0.1)
        return convolution(name, value, np.concatenate([weight] * 2), np.tile(bias, 2), 1, 2)

    def rectified(value):
        return node("Relu", f"{value}.relu", [value])

    def halved(name, value):
        return node("MaxPool", name, [value], kernel_shape=[2, 2], strides=[2, 2])

    value = rectified(convolution(
        "steps", "input", numbers("steps.weight", (8, 1, 2, 2), 1.5), numbers("steps.bias", (8,), 0.3)))
    cell = numbers("cells.weight", (4, 8, 3, 3), amplitude(72))
    turned = cell * np.array([-1, -1, 1, 1], np.float32)[:, None, None, None]
    value = convolution(
        "cells", value, np.concatenate([cell, turned]), np.tile(numbers("cells.bias", (4,), 0.3), 2), 4)
    value = halved("pool1", rectified(both("conv1", value, 4, 6, 3)))
    value = halved("pool2", rectified(both("conv2", value, 6, 8, 3)))
    hidden = rectified(both("where.hidden", value, 8, 6, 1))
    outputs = 2 * PARTS * PARTS
    weight = numbers("where.logits.weight", (outputs, 6, 1, 1), 1.5)
    node("Sigmoid", "where", [convolution(
        "where.logits", hidden, np.concatenate([weight] * 2, 1) / 2, numbers("where.logits.bias", (outputs,), 0.5))])
    pooled = [node("GlobalAveragePool", "mean", [value]), node("GlobalMaxPool", "maximum", [value])]
    flat = node("Flatten", "flat", [node("Concat", "pooled", pooled, axis=1)], axis=1)
    dense = node("Gemm", "hidden", [
        flat, constant("hidden.weight", numbers("hidden.weight", (NUMBERS, 32), amplitude(32))),
        constant("hidden.bias", numbers("hidden.bias", (NUMBERS,), 0.1))], transB=1)
    node("Relu", "embedding", [dense])
    node("Softmax", "probabilities", [node("Gemm", "score", [
        "embedding", constant("score.weight", numbers("score.weight", (2, NUMBERS), 0.5)),
        constant("score.bias", np.zeros(2))], transB=1)], axis=1)

    info = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes, NAME, [info("input", TensorProto.FLOAT, ["batch", 1, SIZE, SIZE])], [
            info("probabilities", TensorProto.FLOAT, ["batch", 2]),
            info("where", TensorProto.FLOAT, ["batch", outputs, CELLS, CELLS]),
            info("embedding", TensorProto.FLOAT, ["batch", NUMBERS])], tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    entries = {
        "name": NAME, "version": "1", "input_size": str(SIZE), "channels": "1", "mean": repr(MEAN), "scale": repr(SCALE),
        "class_names": "background,deformation", "deformation_class": "deformation", "class_output": "probabilities",
        "training_data": "none, weights by formula",
    }
    helper.set_model_props(model, {f"volcsweep.{key}": value for key, value in entries.items()})
    onnx.checker.check_model(model)
    return model


def in_rows(channels):
    """Parts x parts of each cell, one channel for each part, as rows and columns of the patch."""
    side = CELLS * PARTS
    return channels.reshape(-1, PARTS, PARTS, CELLS, CELLS).transpose(0, 3, 1, 4, 2).reshape(-1, side, side)
