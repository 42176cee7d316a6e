"""Makes the expected values of the Imaging tests with OpenCV, SciPy and NumPy.

usage: make_expected.py          (writes beside itself)

pip: numpy, scipy, opencv-python-headless

Each `<group>.json` lists cases; `<group>.bin` holds their arrays one behind the other, each named with its place,
shape and kind: `u8` bytes, `bits` (one bit a pixel, most significant first, rows not padded), `f32`.
"""

import json
import os
import sys

import cv2
import numpy as np
from scipy import ndimage

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "..", "Sources", "Imaging", "Fit"))
import edge_gate  # noqa: E402


class Group:
    def __init__(self, name):
        self.name, self.cases, self.data = name, [], bytearray()

    def array(self, values, kind):
        values = np.asarray(values)
        raw = {"u8": lambda: values.astype(np.uint8), "bits": lambda: np.packbits(values.astype(bool).ravel()),
               "f32": lambda: values.astype("<f4")}[kind]().tobytes()
        place = {"offset": len(self.data), "bytes": len(raw), "kind": kind,
                 "height": values.shape[0], "width": values.shape[1] if values.ndim > 1 else 1}
        self.data += raw
        return place

    def write(self):
        with open(os.path.join(HERE, self.name + ".json"), "w") as file:
            json.dump(self.cases, file, indent=0)
            file.write("\n")
        with open(os.path.join(HERE, self.name + ".bin"), "wb") as file:
            file.write(self.data)


def wrap(phase):
    return np.angle(np.exp(1j * phase))


def to_gray(phase):
    return np.clip(np.rint((phase + np.pi) / (2 * np.pi) * 255), 0, 255).astype(np.uint8)


def correlated_noise(random, shape, sigma):
    field = ndimage.gaussian_filter(random.standard_normal(shape), sigma, mode="wrap")
    return field / field.std()


def point_source(shape, row, column, depth, fringes):
    y, x = np.mgrid[:shape[0], :shape[1]]
    squared = (y - row) ** 2 + (x - column) ** 2
    return 2 * np.pi * fringes * depth**3 / (squared + depth**2) ** 1.5


def images():
    random = np.random.default_rng(20180626)
    y, x = np.mgrid[:104, :130]
    noise = random.uniform(-np.pi, np.pi, (104, 130))
    deep = point_source((104, 130), 60, 70, 35, 4)
    yield "slanted fringes", to_gray(wrap(0.21 * x + 0.13 * y))
    yield "point source", to_gray(wrap(deep))
    yield "point source under noise", to_gray(wrap(deep + 0.5 * random.standard_normal(deep.shape)))
    yield "atmosphere", to_gray(wrap(4 * correlated_noise(random, (104, 130), 14)))
    yield "uniform noise", to_gray(noise)
    sea = correlated_noise(random, (104, 130), 20) > 0
    yield "half sea", to_gray(np.where(sea, noise, wrap(deep)))
    holes = to_gray(wrap(0.4 * x))
    holes[30:80, 40:95] = 128
    yield "hole of no data", holes
    yield "ramp", np.broadcast_to((np.arange(130) * 255 // 129).astype(np.uint8), (104, 130)).copy()
    yield "steps", (((x // 25) * 41 + (y // 20) * 29) % 256).astype(np.uint8)
    yield "disks", ((np.hypot(x - 75, y - 60) // 9) % 2 * 255).astype(np.uint8)
    yield "checkerboard", ((x + y) % 2 * 255).astype(np.uint8)
    yield "constant", np.full((104, 130), 128, np.uint8)
    yield "odd size", to_gray(wrap(point_source((61, 97), 20, 90, 25, 6)))
    yield "one row", to_gray(wrap(0.5 * np.arange(70)[None, :]))
    yield "one column", to_gray(wrap(0.5 * np.arange(41)[:, None]))
    yield "two by three", np.array([[0, 255, 10], [200, 0, 90]], np.uint8)


def canny():
    group = Group("canny")
    for index, (name, gray) in enumerate(images()):
        sigma = (1.0, 1.4, 2.0)[index % 3]
        side = 2 * edge_gate.blur_radius(sigma) + 1
        blurred = cv2.GaussianBlur(gray, (side, side), sigma)
        runs = []
        for low, high in ((20, 50), (120, 300), (200, 500)):
            edges = cv2.Canny(blurred, low, high, apertureSize=3, L2gradient=False) > 0
            runs.append({"low": low, "high": high, "edges": group.array(edges, "bits")})
        plain = cv2.Canny(gray, 100, 200, apertureSize=3, L2gradient=False) > 0
        group.cases.append({
            "name": name, "sigma": sigma, "gray": group.array(gray, "u8"),
            "blurred": group.array(blurred, "u8"), "runs": runs, "unblurred": group.array(plain, "bits")})
    group.write()


def blur():
    group = Group("blur")
    gray = np.random.default_rng(7).integers(0, 256, (37, 53), dtype=np.uint8)
    gray[:9] = 255
    for sigma, side in ((0.3, 3), (0.5, 3), (0.8, 5), (1.0, 7), (1.2, 5), (1.4, 9), (2.0, 13), (2.8, 0), (4.0, 25),
                        (7.5, 11), (10.0, 0)):
        group.cases.append({
            "sigma": sigma, "size": side, "gray": group.array(gray, "u8"),
            "blurred": group.array(cv2.GaussianBlur(gray, (side, side), sigma), "u8")})
    group.write()


def gate_patches():
    random = np.random.default_rng(119)
    shape = (96, 96)
    y, x = np.mgrid[:96, :96]
    everywhere = np.ones(shape, bool)
    deep = point_source(shape, 50, 44, 22, 3)
    noise = random.uniform(-np.pi, np.pi, shape)
    island = np.hypot(y - 60, x - 20) < 38
    yield "fringes", deep, everywhere, None
    yield "fringes under noise", deep + 0.45 * random.standard_normal(shape), everywhere, None
    yield "quiet ground", 0.3 * correlated_noise(random, shape, 9), everywhere, None
    yield "sea", noise, everywhere, None
    yield "fringed island in the sea", np.where(island, deep, noise), everywhere, None
    yield "quiet island in the sea", np.where(island, 0.4, noise), everywhere, None
    yield "no data but a corner", deep, (y < 30) & (x < 30), None
    yield "quiet coast against no data", np.full(shape, -2.0), x < 50, None
    yield "speckled with holes", deep, random.uniform(size=shape) > 0.002, None
    yield "nothing", deep, np.zeros(shape, bool), None
    yield "constant", np.full(shape, 1.0), everywhere, None
    coherence = np.where(island, 0.6, 0.04) + 0.02 * random.uniform(size=shape)
    yield "island by its coherence", np.where(island, deep, noise), everywhere, coherence
    yield "fringes of no coherence", deep, everywhere, np.full(shape, 0.04)
    partial = np.where(x < 40, np.nan, np.where(y < 48, 0.03, 0.7))
    yield "partly known coherence", np.where(x < 20, noise, deep), everywhere, partial


def gate():
    group = Group("gate")
    for name, phase, valid, coherence in gate_patches():
        gray = np.where(valid, to_gray(wrap(phase)), 128).astype(np.uint8)
        if coherence is not None:
            coherence = coherence.astype(np.float32)
        parameters = edge_gate.Parameters(share=0.01)
        edges = edge_gate.strong_edges(gray, valid, parameters, coherence)
        group.cases.append({
            "name": name, "gray": group.array(gray, "u8"), "valid": group.array(valid, "bits"),
            "coherence": None if coherence is None else group.array(coherence, "f32"),
            "edges": group.array(edges, "bits"), "count": int(edges.sum()), "share": parameters.share,
            "isOpen": bool(edge_gate.is_open(gray, valid, edges, parameters))})
    group.write()


def closing():
    group = Group("closing")
    random = np.random.default_rng(5)
    y, x = np.mgrid[:70, :90]
    masks = {
        "sparse": random.uniform(size=(70, 90)) > 0.98, "half": random.uniform(size=(70, 90)) > 0.5,
        "blobs": correlated_noise(random, (70, 90), 6) > 0.2, "frame": (y < 3) | (x > 84) | (y > 66),
        "full": np.ones((70, 90), bool), "empty": np.zeros((70, 90), bool),
        "stripes": (x % 12 < 2), "corner": (y < 2) & (x < 2)}
    for radius in (1, 2, 5):
        offset = np.arange(-radius, radius + 1)
        disk = offset[:, None] ** 2 + offset**2 <= radius**2
        for name, mask in masks.items():
            pad = 2 * radius
            closed = ndimage.binary_closing(np.pad(mask, pad), disk)[pad:-pad, pad:-pad]
            group.cases.append({
                "name": name, "radius": radius, "mask": group.array(mask, "bits"),
                "closed": group.array(closed, "bits")})
    group.write()


def merges():
    group = Group("merge")
    random = np.random.default_rng(3)
    for rule in ("normalised", "reference"):
        for height, width, size, stride in ((64, 64, 24, 12), (67, 80, 28, 7), (29, 60, 29, 14)):
            starts = [list(range(0, length - size, stride)) + [length - size] for length in (height, width)]
            count = len(starts[0]) * len(starts[1])
            values = np.where(random.uniform(size=count) < 0.3, 0, random.uniform(size=count)).astype(np.float32)
            shares = random.uniform(0.5, 1, count).astype(np.float32)
            pixels = np.arange(size)
            centre = (size - 1) / 2 if rule == "normalised" else size / 2
            profile = np.exp(-0.5 * ((pixels - centre) / (size / 6)) ** 2)
            weights = np.outer(profile, profile)
            weights /= weights.sum()
            above = np.zeros((height, width))
            below = np.full((height, width), 0.0 if rule == "normalised" else 1e-5)
            patches = [(row, column) for row in starts[0] for column in starts[1]]
            for (row, column), value, share in zip(patches, values.astype(float), shares.astype(float)):
                factor = 1 if rule == "normalised" else share
                above[row:row + size, column:column + size] += weights * value * factor
                below[row:row + size, column:column + size] += weights
            group.cases.append({
                "rule": rule, "height": height, "width": width, "size": size, "stride": stride,
                "rowStarts": starts[0], "columnStarts": starts[1],
                "probabilities": group.array(values, "f32"), "shares": group.array(shares, "f32"),
                "map": group.array(above / below, "f32")})
    group.write()


if __name__ == "__main__":
    for make in (canny, blur, gate, closing, merges):
        make()
