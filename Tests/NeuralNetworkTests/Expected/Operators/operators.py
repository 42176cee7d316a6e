"""Small networks that together use every operator and attribute beyond the AlexNets'."""

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from formula import uniform


class Net:
    def __init__(self, name, channels, size, opset=17):
        self.name, self.channels, self.size, self.opset = name, channels, size, opset
        self.nodes, self.tensors = [], []

    def weights(self, name, *shape, amplitude=0.5):
        self.tensors.append(numpy_helper.from_array(uniform(f"{self.name}.{name}", shape, amplitude), name))
        return name

    def positive(self, name, count):
        array = np.abs(uniform(f"{self.name}.{name}", (count,), 1.0)) + np.float32(0.25)
        self.tensors.append(numpy_helper.from_array(array, name))
        return name

    def integers(self, name, values):
        self.tensors.append(numpy_helper.from_array(np.array(values, np.int64), name))
        return name

    def node(self, operation, name, *inputs, **attributes):
        self.nodes.append(helper.make_node(operation, list(inputs), [name], name=name, **attributes))
        return name

    def model(self, output, count, **metadata):
        info = helper.make_tensor_value_info
        graph = helper.make_graph(
            self.nodes, self.name,
            [info("input", TensorProto.FLOAT, ["batch", self.channels, self.size, self.size])],
            [info(output, TensorProto.FLOAT, ["batch", count])], self.tensors)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", self.opset)], ir_version=8)
        ones = ",".join(["1"] * self.channels)
        entries = {
            "name": self.name, "version": "1", "input_size": str(self.size), "channels": str(self.channels),
            "mean": ones, "scale": ones, "class_names": ",".join(f"c{i}" for i in range(count or 1)),
            "deformation_class": "c0", "training_data": "none, weights by formula",
        } | metadata
        helper.set_model_props(model, {f"volcsweep.{key}": value for key, value in entries.items()})
        return model


def asymmetric_convolution():
    net = Net("asymmetric_convolution", 3, 17)
    net.node("Conv", "a", "input", net.weights("wa", 6, 3, 3, 4), net.weights("ba", 6),
             kernel_shape=[3, 4], strides=[2, 1], pads=[1, 0, 2, 3], dilations=[1, 2])
    net.node("Relu", "ar", "a")
    net.node("Conv", "b", "ar", net.weights("wb", 4, 3, 2, 2), group=2, dilations=[3, 1], pads=[0, 2, 1, 0])
    net.node("Flatten", "out", "b")
    return net, "out"


def automatic_padding():
    net = Net("automatic_padding", 1, 19)
    for name, mode, kernel, stride in [("u", "SAME_UPPER", 4, 2), ("l", "SAME_LOWER", 4, 2), ("v", "VALID", 3, 1)]:
        source = {"u": "input", "l": "u", "v": "l"}[name]
        channels = 1 if name == "u" else 4
        net.node("Conv", name, source, net.weights(f"w{name}", 4, channels, kernel, kernel), auto_pad=mode, strides=[stride, stride])
    net.node("MaxPool", "pu", "l", auto_pad="SAME_UPPER", kernel_shape=[2, 3], strides=[2, 2])
    net.node("AveragePool", "pl", "l", auto_pad="SAME_LOWER", kernel_shape=[2, 3], strides=[2, 2])
    net.node("MaxPool", "pv", "l", auto_pad="VALID", kernel_shape=[3, 3], strides=[1, 1])
    for name in ["v", "pu", "pl", "pv"]:
        net.node("Flatten", f"f{name}", name)
    net.node("Concat", "out", "fv", "fpu", "fpl", "fpv", axis=1)
    return net, "out"


def separable():
    net = Net("separable", 3, 16)
    net.node("Conv", "stem", "input", net.weights("ws", 8, 3, 3, 3), net.weights("bs", 8), pads=[1, 1, 1, 1])
    net.node("Relu", "r", "stem")
    net.node("Conv", "depth", "r", net.weights("wd", 8, 1, 3, 3), group=8, pads=[1, 1, 1, 1], strides=[2, 2])
    net.node("Conv", "point", "depth", net.weights("wp", 12, 8, 1, 1), net.weights("bp", 12))
    net.node("Conv", "strided", "r", net.weights("wt", 12, 8, 1, 1), strides=[2, 2])
    net.node("Conv", "grouped", "point", net.weights("wg", 6, 4, 1, 1), group=3)
    net.node("Add", "sum", "point", "strided")
    net.node("Relu", "sumr", "sum")
    net.node("Concat", "both", "sumr", "grouped", axis=-3)
    net.node("Flatten", "out", "both", axis=-3)
    return net, "out"


def residual():
    net = Net("residual", 3, 16, opset=13)

    def normalise(name, source, count, **attributes):
        return net.node("BatchNormalization", name, source, net.weights(f"{name}.g", count), net.weights(f"{name}.b", count),
                        net.weights(f"{name}.m", count), net.positive(f"{name}.v", count), **attributes)

    normalise("n0", "input", 3)
    net.node("Conv", "c1", "n0", net.weights("w1", 8, 3, 3, 3), net.weights("b1", 8), pads=[1, 1, 1, 1])
    normalise("n1", "c1", 8, epsilon=0.01, momentum=0.8)
    net.node("Relu", "r1", "n1")
    net.node("Conv", "c2", "r1", net.weights("w2", 8, 8, 3, 3), pads=[1, 1, 1, 1])
    normalise("n2", "c2", 8)
    net.node("Add", "sum", "n2", "r1")
    net.node("Relu", "r2", "sum")
    net.node("Add", "shifted", "r2", net.weights("channelwise", 8, 1, 1))
    normalise("n3", "shifted", 8)
    net.node("Relu", "r3", "n3")
    net.node("GlobalAveragePool", "mean", "r3")
    net.node("Flatten", "flat", "mean")
    net.node("Gemm", "g1", "flat", net.weights("wg1", 8, 40), net.weights("bg1", 1, 40), alpha=0.5, beta=2.0)
    net.node("Relu", "g1r", "g1")
    net.node("Gemm", "g2", "g1r", net.weights("wg2", 24, 40), net.weights("bg2", 1), transB=1, alpha=1.5)
    normalise("n4", "g2", 24)
    net.node("Gemm", "out", "n4", net.weights("wg3", 24, 5))
    return net, "out"


def pooling():
    net = Net("pooling", 3, 13, opset=19)
    parts = [
        ("MaxPool", dict(kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1)),
        ("MaxPool", dict(kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1, pads=[1, 1, 1, 1])),
        ("MaxPool", dict(kernel_shape=[3, 2], strides=[1, 2], pads=[1, 0, 2, 1], dilations=[2, 3])),
        ("MaxPool", dict(kernel_shape=[2, 4], storage_order=0)),
        ("AveragePool", dict(kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])),
        ("AveragePool", dict(kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1], count_include_pad=1)),
        ("AveragePool", dict(kernel_shape=[4, 3], strides=[3, 2], pads=[0, 2, 1, 1], ceil_mode=1)),
        ("AveragePool", dict(kernel_shape=[4, 3], strides=[3, 2], pads=[0, 2, 1, 1], ceil_mode=1, count_include_pad=1)),
        ("AveragePool", dict(kernel_shape=[2, 2], dilations=[3, 2], pads=[1, 1, 1, 1])),
    ]
    for index, (operation, attributes) in enumerate(parts):
        net.node(operation, f"p{index}", "input", **attributes)
        net.node("Flatten", f"f{index}", f"p{index}")
    net.node("Concat", "out", *[f"f{index}" for index in range(len(parts))], axis=-1)
    return net, "out"


def normalisation():
    net = Net("normalisation", 3, 8)
    net.node("Conv", "c", "input", net.weights("w", 9, 3, 3, 3, amplitude=4.0))
    net.node("LRN", "l5", "c", size=5, alpha=0.5, beta=0.75, bias=1.5)
    net.node("LRN", "l3", "c", size=3, alpha=0.3, beta=0.6, bias=2.0)
    net.node("LRN", "l1", "c", size=1)
    net.node("LRN", "l19", "c", size=19, alpha=1.0, beta=1.0)
    net.node("Concat", "all", "l5", "l3", "l1", "l19", axis=1)
    net.node("Flatten", "out", "all")
    return net, "out"


def shapes():
    net = Net("shapes", 1, 12)
    net.node("Identity", "same", "input")
    net.node("Conv", "c", "same", net.weights("w", 6, 1, 3, 3), net.weights("b", 6), strides=[2, 2])
    net.node("Dropout", "kept", "c")
    net.node("Reshape", "image", "kept", net.integers("toImage", [0, 10, -1, 3]))
    net.node("Conv", "d", "image", net.weights("wd", 5, 10, 2, 2))
    net.node("Relu", "dr", "d")
    net.nodes.append(helper.make_node("Constant", [], ["toVector"], value=numpy_helper.from_array(np.array([-1, 40], np.int64))))
    net.node("Conv", "e", "dr", net.weights("we", 5, 5, 1, 1), pads=[0, 0, 0, 1], strides=[1, 1], kernel_shape=[1, 1])
    net.node("MaxPool", "ep", "e", kernel_shape=[2, 1], strides=[1, 1])
    net.node("AveragePool", "eq", "ep", kernel_shape=[1, 2], strides=[1, 1])
    net.node("Concat", "ef", "eq", "eq", axis=1)
    net.node("Conv", "eg", "ef", net.weights("weg", 10, 10, 1, 1))
    net.node("Flatten", "flat", "eg")
    net.tensors.append(helper.make_tensor("wm", TensorProto.FLOAT, [40, 20],
                                          uniform("shapes.wm", (800,), 0.3).tolist()))
    flat = net.node("Gemm", "wide", "flat", net.weights("wf", 60, 40))
    net.node("Reshape", "again", flat, "toVector")
    net.node("MatMul", "m", "again", "wm")
    net.node("Add", "ma", net.weights("bm", 20), "m")
    net.node("Sigmoid", "ms", "ma")
    net.node("MatMul", "n", "ms", net.weights("wn", 20, 7))
    net.node("Add", "na", "n", net.weights("bn", 1))
    net.node("Softmax", "out", "na")
    return net, "out"


def one_sigmoid():
    net = Net("one_sigmoid", 3, 10)
    net.node("Conv", "c", "input", net.weights("w", 4, 3, 3, 3, amplitude=0.02), net.weights("b", 4), pads=[1, 1, 1, 1])
    net.node("Relu", "r", "c")
    net.node("GlobalAveragePool", "g", "r")
    net.node("Conv", "p", "g", net.weights("wp", 1, 4, 1, 1))
    net.node("Flatten", "f", "p")
    net.node("Sigmoid", "out", "f")
    return net, "out"


def arithmetic():
    """Preprocessing and shape arithmetic as exporters write them."""
    net = Net("arithmetic", 3, 10)
    scalar = lambda name, value: net.tensors.append(numpy_helper.from_array(np.array(value, np.float32), name)) or name
    net.node("Sub", "s", "input", net.weights("mean", 1, 3, 1, 1))
    net.node("Div", "d", "s", scalar("deviation", 0.5))
    net.node("Sub", "t", scalar("one", 1.0), "d")
    net.node("Mul", "m", net.weights("gain", 3, 1, 1), "t")
    net.node("Gather", "g", "m", net.integers("swap", [2, -3]), axis=1)
    net.node("Conv", "c", "g", net.weights("w", 6, 2, 3, 3), pads=[1, 1, 1, 1])
    net.node("Clip", "clip", "c", scalar("low", -0.3), scalar("high", 0.9))
    net.node("Clip", "floor", "clip", scalar("zero", 0.0))
    net.node("GlobalMaxPool", "gm", "floor")
    net.node("Squeeze", "gs", "gm", net.integers("space", [-1, 2]))
    net.node("ReduceMean", "rm", "c", axes=[3, 2], keepdims=0)
    net.node("ReduceMax", "rx", "c", axes=[-2, -1], keepdims=1)
    net.node("Flatten", "rf", "rx")
    net.node("Unsqueeze", "ru", "rm", net.integers("spaces", [2, 3]))
    net.node("Conv", "rc", "ru", net.weights("wr", 4, 6, 1, 1))
    net.node("Shape", "shape", "rc")
    net.node("Slice", "first", "shape", net.integers("from", [0]), net.integers("to", [1]))
    net.node("Gather", "channels", "shape", net.integers("second", [1]), axis=0)
    net.node("Mul", "half", "channels", net.integers("three", [3]))
    net.node("Div", "whole", "half", net.integers("again", [3]))
    net.node("Cast", "cast", "whole", to=7)
    net.node("Concat", "sizes", "first", "cast", axis=0)
    net.node("Reshape", "rr", "rc", "sizes")
    net.node("Transpose", "turned", "rr", perm=[1, 0])
    net.node("Gemm", "product", "turned", net.weights("wg", 4, 5), net.weights("bg", 5), transA=1)
    net.node("Concat", "out", "gs", "rf", "product", axis=1)
    return net, "out"


ALL = [arithmetic, asymmetric_convolution, automatic_padding, separable, residual, pooling, normalisation, shapes, one_sigmoid]
