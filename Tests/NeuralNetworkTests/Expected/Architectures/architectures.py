"""The papers' networks at an eighth of their width, as PyTorch's exporter writes them.

`NAME.graph` holds an ONNX GraphProto without its weights; architectures.json lists the weights' names and shapes,
which the test fills in by formula, and what ONNX Runtime computes.
"""

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from formula import uniform

MEAN = [123.675, 116.28, 103.53]
SCALE = [0.0171, 0.0175, 0.0174]


def weight(net, name, shape):
    """Architectures.swift has the same rules."""
    numbers = uniform(f"{net}.{name}", shape)
    kind = name.rsplit(".", 1)[1]
    if len(shape) > 1:
        return numbers * np.float32(np.sqrt(6.0 / int(np.prod(shape[1:]))))
    if kind == "running_var":
        return np.abs(numbers) + np.float32(0.5)
    if kind == "weight":
        return numbers * np.float32(0.25) + np.float32(1.0)
    return numbers * np.float32(0.25)


class Net:
    def __init__(self, name, size, heads):
        self.name, self.size, self.heads = name, size, heads
        self.nodes, self.shapes, self.constants, self.count = [], {}, [], 0

    def node(self, operation, inputs, name=None, **attributes):
        self.count += 1
        output = name or f"/{operation}_{self.count}_output_0"
        self.nodes.append(helper.make_node(operation, inputs, [output], name=f"/{operation}_{self.count}", **attributes))
        return output

    def stored(self, name, *shape):
        self.shapes[name] = list(shape)
        return name

    def integers(self, value):
        return self.node("Constant", [], value=numpy_helper.from_array(np.array(value, np.int64)))

    def number(self, value):
        return self.node("Constant", [], value=numpy_helper.from_array(np.array(value, np.float32)))

    def convolution(self, key, value, inputs, outputs, kernel, stride=1, pad=0, bias=True):
        height, width = kernel if isinstance(kernel, tuple) else (kernel, kernel)
        rows, columns = pad if isinstance(pad, tuple) else (pad, pad)
        tensors = [value, self.stored(f"{key}.weight", outputs, inputs, height, width)]
        if bias:
            tensors.append(self.stored(f"{key}.bias", outputs))
        return self.node("Conv", tensors, dilations=[1, 1], group=1, kernel_shape=[height, width],
                         pads=[rows, columns, rows, columns], strides=[stride, stride])

    def normalised(self, key, value, count, epsilon=1e-5):
        parts = [self.stored(f"{key}.{part}", count) for part in ["weight", "bias", "running_mean", "running_var"]]
        return self.node("BatchNormalization", [value, *parts], epsilon=epsilon, momentum=0.9, training_mode=0)

    def relu(self, value):
        return self.node("Relu", [value])

    def pool(self, value, kernel, stride, pad=0):
        return self.node("MaxPool", [value], ceil_mode=0, dilations=[1, 1], kernel_shape=[kernel, kernel],
                         pads=[pad] * 4, strides=[stride, stride])

    def dense(self, key, value, inputs, outputs, name=None):
        return self.node("Gemm", [value, self.stored(f"{key}.weight", outputs, inputs), self.stored(f"{key}.bias", outputs)],
                         name, alpha=1.0, beta=1.0, transB=1)

    def viewed(self, value):
        """x.view(x.size(0), -1) as it is traced."""
        batch = self.node("Gather", [self.node("Shape", [value]), self.integers(0)], axis=0)
        sizes = self.node("Concat", [self.node("Unsqueeze", [batch, self.integers([0])]), self.integers([-1])], axis=0)
        return self.node("Reshape", [value, sizes], allowzero=0)

    def graph(self, with_weights):
        info = helper.make_tensor_value_info
        tensors = []
        if with_weights:
            tensors = [numpy_helper.from_array(weight(self.name, name, shape), name) for name, shape in self.shapes.items()]
        return helper.make_graph(
            self.nodes, self.name, [info("input", TensorProto.FLOAT, ["batch", 3, self.size, self.size])],
            [info(head, TensorProto.FLOAT, ["batch", count]) for head, count in self.heads.items()], tensors)

    def model(self):
        return helper.make_model(self.graph(True), opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def vgg16():
    net = Net("vgg16", 224, {"classes": 3, "location": 4})
    value, inputs, index = "input", 3, 0
    for step in [8, 8, "M", 16, 16, "M", 32, 32, 32, "M", 64, 64, 64, "M", 64, 64, 64, "M"]:
        if step == "M":
            value = net.pool(value, 2, 2)
            index += 1
        else:
            value = net.relu(net.convolution(f"features.{index}", value, inputs, step, 3, pad=1))
            inputs = step
            index += 2
    value = net.node("AveragePool", [value], kernel_shape=[1, 1], strides=[1, 1])
    value = net.node("Flatten", [value], axis=1)
    for head, count in net.heads.items():
        part = net.relu(net.dense(f"{head}.0", value, 64 * 49, 512))
        part = net.relu(net.dense(f"{head}.3", net.node("Dropout", [part]), 512, 512))
        part = net.dense(f"{head}.6", part, 512, count, None if head == "classes" else head)
        if head == "classes":
            net.node("Softmax", [part], head, axis=-1)
    return net


def resnet(name, blocks, is_bottleneck):
    net = Net(name, 224, {"classes": 2})
    value = net.convolution("conv1", "input", 3, 8, 7, 2, 3, bias=False)
    value = net.pool(net.relu(net.normalised("bn1", value, 8)), 3, 2, 1)
    inputs = 8
    for stage, count in enumerate(blocks):
        width = 8 << stage
        outputs = width * (4 if is_bottleneck else 1)
        for block in range(count):
            key = f"layer{stage + 1}.{block}"
            stride = 2 if stage > 0 and block == 0 else 1
            kernels = [(1, 1, 0), (3, stride, 1), (1, 1, 0)] if is_bottleneck else [(3, stride, 1), (3, 1, 1)]
            part, channels = value, inputs
            for number, (kernel, step, pad) in enumerate(kernels, start=1):
                target = outputs if number == len(kernels) else width
                part = net.convolution(f"{key}.conv{number}", part, channels, target, kernel, step, pad, bias=False)
                part = net.normalised(f"{key}.bn{number}", part, target)
                if number < len(kernels):
                    part = net.relu(part)
                channels = target
            shortcut = value
            if stride != 1 or inputs != outputs:
                shortcut = net.convolution(f"{key}.downsample.0", value, inputs, outputs, 1, stride, bias=False)
                shortcut = net.normalised(f"{key}.downsample.1", shortcut, outputs)
            value = net.relu(net.node("Add", [part, shortcut]))
            inputs = outputs
    value = net.node("GlobalAveragePool", [value])
    value = net.viewed(value)
    net.dense("fc", value, inputs, 2, "classes")
    return net


def inception_v3():
    net = Net("inception_v3", 299, {"classes": 2})

    def basic(key, value, inputs, outputs, kernel, stride=1, pad=0):
        value = net.convolution(f"{key}.conv", value, inputs, outputs, kernel, stride, pad, bias=False)
        return net.relu(net.normalised(f"{key}.bn", value, outputs, 0.001)), outputs

    def chain(key, value, inputs, *steps):
        for name, *step in steps:
            value, inputs = basic(f"{key}.{name}", value, inputs, *step)
        return value, inputs

    def joined(*branches):
        return net.node("Concat", [value for value, _ in branches], axis=1), sum(count for _, count in branches)

    def average(value):
        return net.node("AveragePool", [value], ceil_mode=0, count_include_pad=1, kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=[1, 1])

    # transform_input: each channel to another mean and deviation.
    channels = []
    for index, (scale, shift) in enumerate([(0.458, -0.03), (0.448, -0.088), (0.45, -0.188)]):
        plane = net.node("Gather", ["input", net.integers(index)], axis=1)
        plane = net.node("Unsqueeze", [plane, net.integers([1])])
        channels.append(net.node("Add", [net.node("Mul", [plane, net.number(scale)]), net.number(shift)]))
    value, count = net.node("Concat", channels, axis=1), 3
    value, count = basic("Conv2d_1a_3x3", value, count, 4, 3, 2)
    value, count = basic("Conv2d_2a_3x3", value, count, 4, 3)
    value, count = basic("Conv2d_2b_3x3", value, count, 8, 3, 1, 1)
    value = net.pool(value, 3, 2)
    value, count = basic("Conv2d_3b_1x1", value, count, 10, 1)
    value, count = basic("Conv2d_4a_3x3", value, count, 24, 3)
    value = net.pool(value, 3, 2)
    for key, features in [("Mixed_5b", 4), ("Mixed_5c", 8), ("Mixed_5d", 8)]:
        value, count = joined(
            chain(key, value, count, ("branch1x1", 8, 1)),
            chain(key, value, count, ("branch5x5_1", 6, 1), ("branch5x5_2", 8, 5, 1, 2)),
            chain(key, value, count, ("branch3x3dbl_1", 8, 1), ("branch3x3dbl_2", 12, 3, 1, 1), ("branch3x3dbl_3", 12, 3, 1, 1)),
            chain(key, average(value), count, ("branch_pool", features, 1)))
    key = "Mixed_6a"
    value, count = joined(
        chain(key, value, count, ("branch3x3", 48, 3, 2)),
        chain(key, value, count, ("branch3x3dbl_1", 8, 1), ("branch3x3dbl_2", 12, 3, 1, 1), ("branch3x3dbl_3", 12, 3, 2)),
        (net.pool(value, 3, 2), count))
    for key, width in [("Mixed_6b", 16), ("Mixed_6c", 20), ("Mixed_6d", 20), ("Mixed_6e", 24)]:
        row, column = ((1, 7), 1, (0, 3)), ((7, 1), 1, (3, 0))
        value, count = joined(
            chain(key, value, count, ("branch1x1", 24, 1)),
            chain(key, value, count, ("branch7x7_1", width, 1), ("branch7x7_2", width, *row), ("branch7x7_3", 24, *column)),
            chain(key, value, count, ("branch7x7dbl_1", width, 1), ("branch7x7dbl_2", width, *column), ("branch7x7dbl_3", width, *row),
                  ("branch7x7dbl_4", width, *column), ("branch7x7dbl_5", 24, *row)),
            chain(key, average(value), count, ("branch_pool", 24, 1)))
    key = "Mixed_7a"
    value, count = joined(
        chain(key, value, count, ("branch3x3_1", 24, 1), ("branch3x3_2", 40, 3, 2)),
        chain(key, value, count, ("branch7x7x3_1", 24, 1), ("branch7x7x3_2", 24, (1, 7), 1, (0, 3)),
              ("branch7x7x3_3", 24, (7, 1), 1, (3, 0)), ("branch7x7x3_4", 24, 3, 2)),
        (net.pool(value, 3, 2), count))
    for key in ["Mixed_7b", "Mixed_7c"]:
        first, middle = chain(key, value, count, ("branch3x3_1", 48, 1))
        second, inner = chain(key, value, count, ("branch3x3dbl_1", 56, 1), ("branch3x3dbl_2", 48, 3, 1, 1))
        value, count = joined(
            chain(key, value, count, ("branch1x1", 40, 1)),
            joined(chain(key, first, middle, ("branch3x3_2a", 48, (1, 3), 1, (0, 1))),
                   chain(key, first, middle, ("branch3x3_2b", 48, (3, 1), 1, (1, 0)))),
            joined(chain(key, second, inner, ("branch3x3dbl_3a", 48, (1, 3), 1, (0, 1))),
                   chain(key, second, inner, ("branch3x3dbl_3b", 48, (3, 1), 1, (1, 0)))),
            chain(key, average(value), count, ("branch_pool", 24, 1)))
    value = net.node("ReduceMean", [value], axes=[2, 3], keepdims=1)
    value = net.node("Flatten", [net.node("Dropout", [value])], axis=1)
    net.dense("fc", value, count, 2, "classes")
    return net


def all_networks():
    return [vgg16(), resnet("resnet18", [2, 2, 2, 2], False), resnet("resnet50", [3, 4, 6, 3], True), inception_v3()]
