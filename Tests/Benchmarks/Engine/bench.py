"""Patches of AlexNet a second of one core's time: this engine beside ONNX Runtime and OpenVINO.

Usage: bench.py ENGINE_BENCH TESTS_EXPECTED_FOLDER; bench.sh calls it. The engines take turns, so that what else the
machine does hits all of them; medians of the turns are printed. Processor time is what counts, of one thread each.
"""

import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np
import onnxruntime

try:
    import openvino
except ImportError:
    openvino = None

sys.path.insert(0, sys.argv[2])
from Architectures import alexnets  # noqa: E402

TURNS = 12
BATCHES = [1, 14, 16, 32, 64]
SIZE = alexnets.TORCHVISION["size"]


def ours(path, batch, library="cblas", precision="float32"):
    """A turn of this engine by its own tried plan; None where this machine cannot."""
    environment = dict(os.environ, OPENBLAS_NUM_THREADS="1")
    if "avx512vl" in pathlib.Path("/proc/cpuinfo").read_text():
        environment.setdefault("OPENBLAS_CORETYPE", "SkylakeX")
    plan = f"{path}.{batch}.{library}.{precision}.json"
    made = subprocess.run(
        [sys.argv[1], "plan", path, str(batch), library, precision, plan], env=environment, capture_output=True, text=True)
    if made.returncode:
        print(f"left out: {library}, {precision}: {(made.stdout + made.stderr).strip()[-200:]}")
        return None
    print(f"{library}, {precision}, batches of {batch}\n{made.stdout}", flush=True)

    def turn():
        lines = subprocess.run(
            [sys.argv[1], path, str(batch), "3", plan], env=environment, check=True, capture_output=True, text=True)
        return batch / statistics.median(float(line) for line in lines.stdout.split())
    return turn


def timed(run, batch):
    def turn():
        times = []
        for _ in range(3):
            start = time.process_time()
            run()
            times.append(time.process_time() - start)
        return batch / statistics.median(times)
    run()
    return turn


def engines(path):
    turns = {
        "volcsweep float32, cblas, batches of 128": ours(path, 128),
        "volcsweep float32, oneDNN, batches of 128": ours(path, 128, "oneDNN"),
        "volcsweep bfloat16, batches of 128": ours(path, 128, "oneDNN", "bfloat16"),
    }
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    images = {batch: np.random.default_rng(1).random((batch, 3, SIZE, SIZE), np.float32) for batch in BATCHES}
    for batch, image in images.items():
        turns[f"ONNX Runtime, batches of {batch}"] = timed(lambda image=image: session.run(None, {"input": image}), batch)
    # Where the processor has no bfloat16, OpenVINO imitates it, a tenth as fast.
    precisions = ["f32"] + ["bf16"] * (turns["volcsweep bfloat16, batches of 128"] is not None)
    for precision in precisions if openvino else []:
        core = openvino.Core()
        settings = {"INFERENCE_PRECISION_HINT": precision, "INFERENCE_NUM_THREADS": 1, "NUM_STREAMS": 1}
        network = core.read_model(path)
        network.reshape([16, 3, SIZE, SIZE])
        request = core.compile_model(network, "CPU", settings).create_infer_request()
        turns[f"OpenVINO {precision}, batches of 16"] = timed(lambda request=request: request.infer({0: images[16]}), 16)
    return {name: turn for name, turn in turns.items() if turn}


with tempfile.TemporaryDirectory() as folder:
    path = pathlib.Path(folder, "alexnet.onnx")
    alexnets.write_model_file(path)
    turns = engines(str(path))
    rates = {name: [] for name in turns}
    for _ in range(TURNS):
        for name, turn in turns.items():
            rates[name].append(turn())
medians = {name: statistics.median(values) for name, values in rates.items()}
best = max(value for name, value in medians.items() if name.startswith("ONNX"))
for name, value in medians.items():
    print(f"{name:42} {value:7.1f} patches/s  {value / best:5.2f} × ONNX Runtime's best")


def bar(ours, wanted, theirs):
    mine = max((value for name, value in medians.items() if name.startswith(ours)), default=None)
    other = max((value for name, value in medians.items() if name.startswith(theirs)), default=None)
    if mine and other:
        print(f"bar: {ours} {mine / other:.2f} × {theirs}, at least {wanted}: {'met' if mine >= wanted * other else 'MISSED'}")


bar("volcsweep float32, cblas", 1.5, "ONNX Runtime")
bar("volcsweep float32", 1.9, "ONNX Runtime")
bar("volcsweep bfloat16", 1.0, "OpenVINO bf16")
