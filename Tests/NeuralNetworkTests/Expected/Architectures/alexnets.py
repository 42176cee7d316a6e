"""Both AlexNets with weights by formula; AlexNetModels.swift writes the same files."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from formula import uniform

TORCHVISION = {
    "name": "torchvision",
    "size": 224,
    "mean": [123.675, 116.28, 103.53],
    "scale": [0.0171, 0.0175, 0.0174],
    # outputs, inputs per group, kernel, stride, padding, groups, normalised, pooled
    "convolutions": [
        (64, 3, 11, 4, 2, 1, False, True),
        (192, 64, 5, 1, 2, 1, False, True),
        (384, 192, 3, 1, 1, 1, False, False),
        (256, 384, 3, 1, 1, 1, False, False),
        (256, 256, 3, 1, 1, 1, False, True),
    ],
}
CAFFE = {
    "name": "caffe",
    "size": 227,
    "mean": [104.0, 117.0, 124.0],
    "scale": [1.0, 1.0, 1.0],
    "convolutions": [
        (96, 3, 11, 4, 0, 1, True, True),
        (256, 48, 5, 1, 2, 2, True, True),
        (384, 256, 3, 1, 1, 1, False, False),
        (384, 192, 3, 1, 1, 2, False, False),
        (256, 192, 3, 1, 1, 2, False, True),
    ],
}
DENSE = [(4096, 9216), (4096, 4096), (2, 4096)]


def build(layout, last_amplitude=None, last_bias=None):
    """The ONNX model; its outputs are the probabilities, the logits and what the last layer reads."""
    net = layout["name"]
    nodes, tensors = [], []

    def weights(name, shape, fan_in):
        tensors.append(numpy_helper.from_array(uniform(f"{net}.{name}", shape, np.sqrt(6.0 / fan_in)), name))
        return name

    def bias(name, count):
        tensors.append(numpy_helper.from_array(uniform(f"{net}.{name}", (count,), 0.5), name))
        return name

    def node(operation, name, inputs, **attributes):
        nodes.append(helper.make_node(operation, inputs, [name], name=name, **attributes))
        return name

    value = "input"
    for index, (outputs, inputs, kernel, stride, pad, groups, normalised, pooled) in enumerate(layout["convolutions"]):
        i = index + 1
        value = node(
            "Conv", f"conv{i}",
            [value, weights(f"conv{i}.weight", (outputs, inputs, kernel, kernel), inputs * kernel * kernel), bias(f"conv{i}.bias", outputs)],
            kernel_shape=[kernel, kernel], strides=[stride, stride], pads=[pad] * 4, group=groups,
        )
        value = node("Relu", f"relu{i}", [value])
        if normalised:
            value = node("LRN", f"norm{i}", [value], size=5, alpha=1e-4, beta=0.75, bias=1.0)
        if pooled:
            value = node("MaxPool", f"pool{i}", [value], kernel_shape=[3, 3], strides=[2, 2])
    value = node("Flatten", "flat", [value], axis=1)
    for i, (outputs, inputs) in enumerate(DENSE, start=6):
        features = value
        if i == 8 and last_amplitude is not None:
            tensors.append(numpy_helper.from_array(uniform(f"{net}.fc8.weight", (outputs, inputs), last_amplitude), "fc8.weight"))
            tensors.append(numpy_helper.from_array(np.array(last_bias, np.float32), "fc8.bias"))
        else:
            weights(f"fc{i}.weight", (outputs, inputs), inputs)
            bias(f"fc{i}.bias", outputs)
        value = node("Gemm", f"fc{i}", [value, f"fc{i}.weight", f"fc{i}.bias"], transB=1)
        if i < 8:
            value = node("Relu", f"relu{i}", [value])
            value = node("Dropout", f"drop{i}", [value])
    node("Softmax", "probabilities", [value], axis=1)
    size = layout["size"]
    info = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes, net, [info("input", TensorProto.FLOAT, ["batch", 3, size, size])],
        [info("probabilities", TensorProto.FLOAT, ["batch", 2]), info("fc8", TensorProto.FLOAT, ["batch", 2]),
         info(features, TensorProto.FLOAT, ["batch", 4096])],
        tensors,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def write_model_file(path):
    """The torchvision layout with a model's metadata, for benches: its probabilities are all that comes out."""
    model = build(TORCHVISION, 0.01, [0.0, 0.0])
    del model.graph.output[1:]
    entries = {
        "name": "alexnet", "version": "1", "input_size": str(TORCHVISION["size"]), "channels": "3",
        "mean": "123.675,116.28,103.53", "scale": "0.0171,0.0175,0.0174",
        "class_names": "background,deformation", "deformation_class": "deformation",
        "training_data": "none, weights by formula",
    }
    helper.set_model_props(model, {f"volcsweep.{key}": value for key, value in entries.items()})
    path.write_bytes(model.SerializeToString())


def network_input(layout, gray):
    """(gray - mean) * scale in float32, batch x 3 x size x size."""
    mean = np.array(layout["mean"], np.float32)[None, :, None, None]
    scale = np.array(layout["scale"], np.float32)[None, :, None, None]
    return (gray[:, None] - mean) * scale
