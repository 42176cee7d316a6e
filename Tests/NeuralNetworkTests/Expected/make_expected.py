"""Writes what the tests expect of the network engine, as ONNX Runtime computes it.

Run in this folder: ./make_expected.sh, which makes a virtual environment with what this needs.
"""

import json
import pathlib
import re

import numpy as np
import onnx
import onnxruntime

from Architectures import alexnets, architectures
from Operators import operators
from Sides import sides
from Trunks import trunks
from formula import PATCH_KINDS, patch, uniform

HERE = pathlib.Path(__file__).parent
PATCHES = 3


def session(model):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def numbers(array):
    return [float(f"{value:.9g}") for value in np.asarray(array, np.float32).ravel()]


def alexnet(layout):
    """The last layer's amplitude and bias are chosen so that probabilities spread between 0 and 1."""
    gray = np.stack([patch(kind, layout["size"]) for kind in range(PATCH_KINDS)])
    given = {"input": alexnets.network_input(layout, gray)}
    features = session(alexnets.build(layout)).run(None, given)[2]
    weight = uniform(f"{layout['name']}.fc8.weight", (2, 4096))
    difference = (features @ (weight[1] - weight[0])).astype(np.float64)
    amplitude = float(np.float32(1.3 / difference.std()))
    bias = [0.0, float(np.float32(-difference.mean() * amplitude))]
    probabilities, logits, _ = session(alexnets.build(layout, amplitude, bias)).run(None, given)
    print(layout["name"], np.round(probabilities[:, 1], 3), "logits", np.abs(logits).max())
    return {
        "lastAmplitude": amplitude, "lastBias": bias, "logits": [numbers(row) for row in logits],
        "probabilities": [numbers(row) for row in probabilities],
    }


def operator_case(make):
    """The number of outputs, which the metadata must name, is known after a first run."""
    net, output = make()
    batch = np.stack([uniform(f"{net.name}.patch{index}", (net.channels, net.size, net.size)) for index in range(PATCHES)])
    values = session(net.model(output, None)).run(None, {"input": batch})[0]
    model = net.model(output, values.shape[1])
    (HERE / "Operators" / f"{net.name}.onnx").write_bytes(model.SerializeToString())
    print(net.name, values.shape, float(np.abs(values).max()))
    return {"outputs": [numbers(row) for row in values]}


def architecture(net):
    """Logits before a softmax would hide what is wrong, so they are expected of each head."""
    (HERE / "Architectures" / f"{net.name}.graph").write_bytes(net.graph(False).SerializeToString())
    gray = np.stack([patch(kind, net.size) for kind in range(3)])
    layout = {"mean": architectures.MEAN, "scale": architectures.SCALE}
    model = net.model()
    last = {output: node.input[0] for node in model.graph.node if node.op_type == "Softmax" for output in node.output}
    heads = {head: last.get(head, head) for head in net.heads}
    for name in set(heads.values()) - set(net.heads):
        model.graph.output.append(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None))
    values = session(model).run(list(heads.values()), {"input": alexnets.network_input(layout, gray)})
    print(net.name, [np.round(value[:, :2], 3).tolist() for value in values])
    return {
        "size": net.size, "tensors": net.shapes,
        "heads": {head: [numbers(row) for row in value] for head, value in zip(heads, values)},
    }


def trunk(make, starts):
    """The deformation's probability of each patch of each image."""
    model = make()
    size = model.graph.input[0].type.tensor_type.shape.dim[2].dim_value
    (HERE / "Trunks" / f"{model.graph.name}.onnx").write_bytes(model.SerializeToString())
    net = session(model)
    probabilities = []
    for kind in trunks.IMAGE_KINDS:
        image = patch(kind, trunks.IMAGE_SIDE)
        gray = np.stack([image[row:row + size, column:column + size] for row in starts for column in starts])
        probabilities.append(numbers(net.run(None, {"input": trunks.network_input(model, gray)})[0][:, 1]))
    print(model.graph.name, np.round(probabilities, 3).tolist())
    return model.graph.name, {
        "side": trunks.IMAGE_SIDE, "kinds": trunks.IMAGE_KINDS, "starts": starts, "probabilities": probabilities,
    }


def side_outputs():
    """Of each patch: the deformation's probability, the area and the centre of its source, and the embedding."""
    model = sides.build()
    (HERE / "Sides" / f"{sides.NAME}.onnx").write_bytes(model.SerializeToString())
    gray = np.stack([patch(kind, sides.SIZE) for kind in sides.KINDS])
    values = (gray[:, None] - np.float32(sides.MEAN)) * np.float32(sides.SCALE)
    probabilities, where, embedding = session(model).run(None, {"input": values})
    area, centre = (sides.in_rows(part) for part in np.split(where, 2, axis=1))
    print(sides.NAME, np.round(probabilities[:, 1], 3), np.round(area[:, 0, :3], 3), np.round(embedding[:, :3], 3))
    return {
        "kinds": sides.KINDS, "probabilities": numbers(probabilities[:, 1]), "area": [numbers(rows) for rows in area],
        "centre": [numbers(rows) for rows in centre], "embedding": [numbers(row) for row in embedding],
    }


def compact(cases):
    """A line for each tensor."""
    text = json.dumps(cases, indent=1)
    return re.sub(r"\[\s+([-0-9.e,\s]+?)\s+\]", lambda found: "[" + " ".join(found[1].split()) + "]", text) + "\n"


(HERE / "Architectures" / "architectures.json").write_text(
    compact({net.name: architecture(net) for net in architectures.all_networks()}))
(HERE / "Operators" / "operators.json").write_text(
    json.dumps({make.__name__: operator_case(make) for make in operators.ALL}, indent=0) + "\n")
(HERE / "Sides" / "sides.json").write_text(compact(side_outputs()))
(HERE / "Trunks" / "trunks.json").write_text(compact(dict(trunk(*case) for case in trunks.CASES)))
(HERE / "Architectures" / "alexnets.json").write_text(
    json.dumps({layout["name"]: alexnet(layout) for layout in [alexnets.TORCHVISION, alexnets.CAFFE]}, indent=0) + "\n")
