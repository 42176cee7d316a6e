"""Patches a second of AlexNet in float32 on one core: this engine beside ONNX Runtime and OpenVINO.

Usage: bench.py ENGINE_BENCH TESTS_EXPECTED_FOLDER; bench.sh calls it. The engines take turns, so that what else the
machine does hits all of them; medians of the turns are printed.
"""

import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np
import onnx
import onnxruntime

try:
    import openvino
except ImportError:
    openvino = None

sys.path.insert(0, sys.argv[2])
import alexnets  # noqa: E402

TURNS = 5
BATCHES = [1, 14, 16, 32, 64]
SIZE = alexnets.TORCHVISION["size"]


def model_file(folder):
    model = alexnets.build(alexnets.TORCHVISION, 0.01, [0.0, 0.0])
    del model.graph.output[1:]
    entries = {
        "name": "alexnet", "version": "1", "input_size": str(SIZE), "channels": "3", "mean": "123.675,116.28,103.53",
        "scale": "0.0171,0.0175,0.0174", "class_names": "background,deformation", "deformation_class": "deformation",
        "training_data": "none, weights by formula",
    }
    onnx.helper.set_model_props(model, {f"volcsweep.{key}": value for key, value in entries.items()})
    path = pathlib.Path(folder, "alexnet.onnx")
    path.write_bytes(model.SerializeToString())
    return str(path)


def ours(path, batch):
    environment = dict(os.environ, OPENBLAS_NUM_THREADS="1")
    if "avx512vl" in pathlib.Path("/proc/cpuinfo").read_text():
        environment.setdefault("OPENBLAS_CORETYPE", "SkylakeX")

    def turn():
        lines = subprocess.run([sys.argv[1], path, str(batch), "3"], env=environment, check=True, capture_output=True, text=True)
        return batch / statistics.median(float(line) for line in lines.stdout.split())
    return turn


def timed(run, batch):
    def turn():
        times = []
        for _ in range(3):
            start = time.perf_counter()
            run()
            times.append(time.perf_counter() - start)
        return batch / statistics.median(times)
    run()
    return turn


def engines(path):
    turns = {"volcsweep, batches of 128": ours(path, 128), "volcsweep, batches of 64": ours(path, 64)}
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    images = {batch: np.random.default_rng(1).random((batch, 3, SIZE, SIZE), np.float32) for batch in BATCHES}
    for batch, image in images.items():
        turns[f"ONNX Runtime, batches of {batch}"] = timed(lambda image=image: session.run(None, {"input": image}), batch)
    if openvino:
        core = openvino.Core()
        settings = {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": 1, "NUM_STREAMS": 1}
        network = core.read_model(path)
        network.reshape([16, 3, SIZE, SIZE])
        request = core.compile_model(network, "CPU", settings).create_infer_request()
        turns["OpenVINO f32, batches of 16"] = timed(lambda: request.infer({0: images[16]}), 16)
    return turns


with tempfile.TemporaryDirectory() as folder:
    turns = engines(model_file(folder))
    rates = {name: [] for name in turns}
    for _ in range(TURNS):
        for name, turn in turns.items():
            rates[name].append(turn())
medians = {name: statistics.median(values) for name, values in rates.items()}
best = max(value for name, value in medians.items() if name.startswith("ONNX"))
for name, value in medians.items():
    print(f"{name:32} {value:7.1f} patches/s  {value / best:5.2f} × ONNX Runtime's best")
