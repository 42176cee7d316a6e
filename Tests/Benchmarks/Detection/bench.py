"""What one 500 × 500 interferogram costs on one core: the detector beside OpenCV, NumPy and a Python pipeline.

Usage: bench.py DETECTION_BENCH TESTS_EXPECTED_FOLDER [SHIM]; bench.sh calls it. The two sides take turns in one run, so
that what else the machine does hits both; least times are compared for stages, medians for the whole.
"""

import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import cv2
import h5py
import numpy as np
import onnxruntime

sys.path.insert(0, sys.argv[2])
from Architectures import alexnets  # noqa: E402
from Trunks import trunks  # noqa: E402

COUNT = 64
SIZE = 500
PATCH = 224
STARTS = [0, 112, 224, 276]
TURNS = 3
cv2.setNumThreads(1)


def interferogram(seed):
    """Fringes with a little noise; two patches in the north-west see hardly any and are gated."""
    random = np.random.default_rng(seed)
    rows, columns = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
    distance = np.hypot(rows - 300 - seed % 7, columns - 380 + seed % 5) / 90
    phase = 60 / (1 + distance ** 2) ** 0.5 + random.normal(0, 0.15, (SIZE, SIZE))
    quiet = (rows < 230) & (columns < 342)
    phase[quiet] = 0.3 + 0.0005 * columns[quiet]
    return np.angle(np.exp(1j * phase)).astype(np.float32)


def make_archive(folder):
    dates = []
    with h5py.File(pathlib.Path(folder, "bench.h5"), "w") as stack:
        phases = stack.create_dataset("wrapPhase", (COUNT, SIZE, SIZE), np.float32)
        for index in range(COUNT):
            phases[index] = interferogram(index)
            start = np.datetime64("2019-01-01") + 12 * index
            dates.append([str(day).replace("-", "").encode() for day in (start, start + 12)])
        stack["date"] = np.array(dates, "S8")
        attributes = {
            "FILE_TYPE": "ifgramStack", "LENGTH": SIZE, "WIDTH": SIZE, "X_FIRST": 10, "Y_FIRST": 1, "X_STEP": 0.001,
            "Y_STEP": -0.001, "NO_DATA_VALUE": "nan", "VOLCANO": "bench", "FRAME": "001A_00001_000000",
        }
        for name, value in attributes.items():
            stack.attrs[name] = str(value)


# Models with a library each, and what part of the Python pipeline's time the faster one may take.
RUNS = [("alexnet", "cblas"), ("alexnet", "oneDNN"), ("sweep", "cblas"), ("sweep", "oneDNN")]
BARS = {"alexnet": 0.6, "sweep": 0.1}
# Interferograms for the look at memory, and the megabytes that each model may take.
MEMORY_COUNT = int(os.environ.get("MEMORY_COUNT", "1000"))
MEGABYTES = {"alexnet": 600, "sweep": 150}

# Matrix products for some seconds; milliseconds of the clock of each hundred.
PRODUCTS = """
import time, numpy
a = numpy.ones((512, 512), numpy.float32)
for _ in range(8):
    start = time.perf_counter()
    for _ in range(100):
        a @ a
    print((time.perf_counter() - start) * 1000)
"""


class Pipeline:
    """What somebody who knows these libraries would write."""

    def __init__(self, folder):
        self.stack = h5py.File(pathlib.Path(folder, "bench.h5"))["wrapPhase"]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(
            pathlib.Path(folder, "alexnet.onnx").read_bytes(), options, providers=["CPUExecutionProvider"])
        self.mean = np.float32([123.675, 116.28, 103.53]).reshape(3, 1, 1)
        self.scale = np.float32([0.0171, 0.0175, 0.0174]).reshape(3, 1, 1)
        axis = np.exp(-0.5 * ((np.arange(PATCH) - (PATCH - 1) / 2) / (PATCH / 6)) ** 2).astype(np.float32)
        self.weights = np.outer(axis, axis)
        self.total = np.zeros((SIZE, SIZE), np.float32)
        for row in STARTS:
            for column in STARTS:
                self.total[row:row + PATCH, column:column + PATCH] += self.weights

    def gray(self, phase):
        return (phase + np.float32(np.pi)) * np.float32(255 / (2 * np.pi))

    def merge(self, probabilities):
        merged = np.zeros((SIZE, SIZE), np.float32)
        for (row, column), probability in probabilities.items():
            merged[row:row + PATCH, column:column + PATCH] += self.weights * probability
        merged /= self.total
        return merged

    def run(self, index):
        gray = self.gray(self.stack[index])
        edges = cv2.Canny(cv2.GaussianBlur(gray.astype(np.uint8), (0, 0), 1.4), 100, 200)
        kept = [
            (row, column) for row in STARTS for column in STARTS
            if np.count_nonzero(edges[row:row + PATCH, column:column + PATCH]) > 400
        ]
        batch = np.empty((len(kept), 3, PATCH, PATCH), np.float32)
        for place, (row, column) in enumerate(kept):
            batch[place] = (gray[row:row + PATCH, column:column + PATCH] - self.mean) * self.scale
        logits = self.session.run(None, {"input": batch})[0]
        odds = np.exp(logits - logits.max(1, keepdims=True))
        merged = self.merge(dict(zip(kept, odds[:, 1] / odds.sum(1))))
        return merged.max(), len(kept)

    def unit(self):
        kept = 0
        start = time.process_time()
        for index in range(COUNT):
            kept += self.run(index)[1]
        return (time.process_time() - start) * 1000 / COUNT, kept


def least(run, rounds=30):
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        run()
        times.append((time.perf_counter() - start) * 1000)
    return min(times)


def environment(shim=None):
    variables = dict(os.environ, OPENBLAS_NUM_THREADS="1")
    if "avx512vl" in pathlib.Path("/proc/cpuinfo").read_text():
        variables.setdefault("OPENBLAS_CORETYPE", "SkylakeX")
    if shim:
        variables["LD_PRELOAD"] = shim
    return variables


def ours(*arguments, shim=None):
    """The numbers that it prints, or None where it lacks a library."""
    lines = subprocess.run(
        [sys.argv[1], *map(str, arguments)], env=environment(shim), capture_output=True, text=True)
    if lines.returncode == 69:
        return None
    lines.check_returncode()
    return [line.split() for line in lines.stdout.splitlines()]


def compare_stages(folder, pipeline):
    phase = pipeline.stack[0]
    gray = pipeline.gray(phase)
    image = gray.astype(np.uint8)
    blurred = cv2.GaussianBlur(image, (0, 0), 1.4)
    places = {(row, column): 0.1 for row in STARTS for column in STARTS}
    theirs = {
        "read": ("h5py", lambda: pipeline.stack[0]), "gray": ("NumPy", lambda: pipeline.gray(phase)),
        "blur": ("OpenCV", lambda: cv2.GaussianBlur(image, (0, 0), 1.4)),
        "canny": ("OpenCV", lambda: cv2.Canny(blurred, 100, 200)), "merge": ("NumPy", lambda: pipeline.merge(places)),
    }
    mine, others = {}, {}
    for _ in range(TURNS):
        for name, milliseconds in ours("stages", folder, "bench.h5", 30):
            mine[name] = min(mine.get(name, 1e9), float(milliseconds))
        for name, (_, run) in theirs.items():
            others[name] = min(others.get(name, 1e9), least(run))
    for name, milliseconds in mine.items():
        text = f"{name:10} {milliseconds:7.3f} ms"
        if name in others:
            text += f"   {theirs[name][0]:7} {others[name]:7.3f} ms   ratio {milliseconds / others[name]:5.2f}"
        print(text)


def compare_units(folder, pipeline, shim):
    print(f"a unit of {COUNT} interferograms, processor milliseconds an interferogram")
    mine, others = {run: [] for run in RUNS}, []
    for _ in range(TURNS):
        for run in list(mine):
            rows = unit(folder, run, 1)
            if rows is None:
                print(f"left out: {run[0]} by {run[1]}, which is not installed")
                del mine[run]
                continue
            mine[run] += rows
        others.append(pipeline.unit())
    python = statistics.median(milliseconds for milliseconds, _ in others)
    print(f"Python, alexnet     {python:6.1f} ms; {others[0][1]} patches")
    medians = {run: statistics.median(row[0] for row in rows) for run, rows in mine.items()}
    for (model, library), rows in mine.items():
        whole, rest = medians[model, library], statistics.median(row[1] for row in rows)
        print(
            f"{model:8} by {library:7} {whole:6.1f} ms, {rest:.2f} ms of the clock not the network; {int(rows[0][2])} "
            f"patches, {int(rows[-1][4])} MB; ratio {whole / python:.3f}")
    for model, bar in BARS.items():
        ratio = min(value for run, value in medians.items() if run[0] == model) / python
        print(f"bar: {model} {ratio:.3f} of Python's time, at most {bar}: {'met' if ratio <= bar else 'MISSED'}")
    for model in BARS if shim else []:
        counted = unit(folder, (model, "cblas"), 2, shim=shim)
        print(f"allocations between pixels and Pmax, {model}: {int(counted[-1][3])} in {COUNT} interferograms")


def unit(folder, run, rounds, shim=None):
    model, library = run
    rows = ours("unit", folder, "bench.h5", pathlib.Path(folder, f"{model}.onnx"), 128, rounds, library, shim=shim)
    return rows and [[float(number) for number in row] for row in rows]


def compare_processes(folder):
    """Interferograms a second of two workers at once, each on a core of its own, as a multiple of one's."""
    cores = sorted(os.sched_getaffinity(0))[:2]
    if len(cores) < 2:
        print("skipped: two workers need two cores")
        return
    worker = [sys.argv[1], "unit", folder, "bench.h5", str(pathlib.Path(folder, "alexnet.onnx")), "128", "3"]
    # What the machine itself gives: cores may share their clock, their caches and what is on their other threads.
    product = [sys.executable, "-c", PRODUCTS]

    def milliseconds(command, cores):
        processes = [
            subprocess.Popen(["taskset", "-c", str(core), *command], env=environment(), stdout=subprocess.PIPE, text=True)
            for core in cores
        ]
        outputs = [process.communicate()[0] for process in processes]
        return [statistics.median(float(line.split()[-1]) for line in output.splitlines()) for output in outputs]

    ratios = {"worker": [], "product": []}
    for _ in range(TURNS):
        for name, command in [("worker", worker), ("product", product)]:
            alone, together = milliseconds(command, cores[:1])[0], milliseconds(command, cores)
            ratios[name].append(sum(alone / each for each in together))
    ratio, possible = (statistics.median(ratios[name]) for name in ["worker", "product"])
    print(
        f"bar: two workers on two cores {ratio:.2f} times one (NumPy's matrix products {possible:.2f}), at least 1.9: "
        f"{'met' if ratio >= 1.9 else 'MISSED'}")


def watch_memory(folder):
    """Resident memory over many interferograms; what is there after the first unit must not grow."""
    for model, megabytes in MEGABYTES.items():
        rows = ours("memory", folder, "bench.h5", pathlib.Path(folder, f"{model}.onnx"), 128, MEMORY_COUNT)
        print(f"memory, {model}: " + ", ".join(f"{now} MB after {count}" for count, now, _ in rows))
        most, growth = int(rows[-1][2]), int(rows[-1][1]) - int(rows[0][1])
        print(
            f"bar: {model} at most {most} MB, {growth} MB of them since the first unit, at most {megabytes}: "
            f"{'met' if most <= megabytes else 'MISSED'}")


with tempfile.TemporaryDirectory() as folder:
    make_archive(folder)
    alexnets.write_model_file(pathlib.Path(folder, "alexnet.onnx"))
    pathlib.Path(folder, "sweep.onnx").write_bytes(trunks.sweep().SerializeToString())
    pipeline = Pipeline(folder)
    compare_stages(folder, pipeline)
    compare_units(folder, pipeline, sys.argv[3] if len(sys.argv) > 3 else None)
    compare_processes(folder)
    watch_memory(folder)
