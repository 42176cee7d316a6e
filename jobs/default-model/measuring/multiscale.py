#!/usr/bin/env python3
"""Scores interferograms by an ONNX file as profile `multiscale` does, without the program.

    from multiscale import Scorer
    scorer = Scorer("default-model.onnx")            # profile="jgr2018" for one scale
    scored = scorer.score(phase)                     # radians, NaN for no data
    scored.probability, scored.row, scored.column, scored.patches

or on the command line, a line of CSV for each interferogram of stacks:

    multiscale.py default-model.onnx archive/*.h5 [--profile jgr2018] [--no-gate]

Needs NumPy and onnxruntime, of stacks also h5py. One thread.
"""

import argparse
import csv
import sys
from dataclasses import dataclass

import numpy as np
import onnxruntime

import fringe_gate
import source_map
from scales import canvas, layout, merged


@dataclass
class Scored:
    """What the method finds in one interferogram."""

    probability: float  # Pmax, over all pixels
    scale: int  # whose highest patch is the highest of all
    row: int
    column: int
    patches: list  # of each scale, NaN where the gate held a patch back
    map: np.ndarray  # the probability of each pixel
    area: np.ndarray | None  # of cells of 8 pixels, 0…1 × the map; None for networks without `where`
    embedding: np.ndarray | None  # of the highest patch


class Scorer:
    """Scores interferograms by one network."""

    def __init__(self, model, profile="multiscale", factors=(1, 2, 4), gate=True, batch=16):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        metadata = self.session.get_modelmeta().custom_metadata_map
        self.mean = float(metadata.get("volcsweep.mean", 127.5))
        self.factor = float(metadata.get("volcsweep.scale", 1 / 127.5))
        self.input = self.session.get_inputs()[0]
        self.size = self.input.shape[2]
        self.names = [output.name for output in self.session.get_outputs()]
        self.profile, self.factors, self.gate, self.batch = profile, factors, gate, batch

    def run(self, patches):
        """The outputs for patches of phase in radians, by name."""
        gray = (np.nan_to_num(np.stack(patches), nan=0.0) + np.pi) / (2 * np.pi) * 255
        values = ((gray - self.mean) * self.factor).astype(np.float32)[:, None]
        parts = [
            self.session.run(self.names, {self.input.name: values[start : start + self.batch]})
            for start in range(0, len(values), self.batch)]
        return {name: np.concatenate(part) for name, part in zip(self.names, zip(*parts))}

    def score(self, phase):
        """The result for one interferogram, radians, NaN for no data."""
        places, pixels = [], []
        scales = layout(phase.shape, self.size, self.factors, self.profile)
        probabilities = [np.full(len(scale.origins()), np.nan) for scale in scales]
        for number, scale in enumerate(scales):
            values = canvas(phase, scale)
            origins = scale.origins()
            kept = fringe_gate.kept(values, origins, self.size) if self.gate else [True] * len(origins)
            for patch, (row, column) in enumerate(origins):
                if kept[patch]:
                    places.append((number, patch))
                    pixels.append(values[row : row + self.size, column : column + self.size])
        outputs = self.run(pixels) if pixels else {}
        for (number, patch), pair in zip(places, outputs.get("probabilities", [])):
            probabilities[number][patch] = pair[1]
        return self.gathered(phase, scales, probabilities, places, outputs)

    def gathered(self, phase, scales, probabilities, places, outputs):
        valid = ~np.isnan(phase)
        highest = [float(np.nan_to_num(values).max()) for values in probabilities]
        of_pixels = np.max(
            [merged(np.nan_to_num(values), scale, phase.shape) for scale, values in zip(scales, probabilities)], 0)
        area, embedding, place = None, None, None
        if "where" in outputs:
            found = source_map.merged(
                [(scales[number], scales[number].origins()[patch], probabilities[number][patch], where)
                 for (number, patch), where in zip(places, outputs["where"])], phase.shape)
            if found is not None:
                area, place = located(found, of_pixels, valid)
        if "embedding" in outputs:
            embedding = outputs["embedding"][np.argmax(outputs["probabilities"][:, 1])]
        if place is None:
            place = summit(np.where(valid, of_pixels, 0))
        return Scored(
            float(of_pixels.max()), scales[int(np.argmax(highest))].factor, *place, probabilities, of_pixels, area,
            embedding)


def summit(values):
    """The pixel of a map's maximum; of many, where one patch alone covers them, the nearest to their middle."""
    if not values.any():
        return tuple(length // 2 for length in values.shape)
    top = np.argwhere(values >= values.max() - 1e-6)
    return tuple(int(value) for value in top[np.argmin(((top - top.mean(0)) ** 2).sum(1))])


def located(found, of_pixels, valid):
    """The map of the area, and the place: both where there is data, times the probability in the cell's middle."""
    rows, columns = (
        np.minimum(np.arange(count) * source_map.CELL + source_map.CELL // 2, length - 1)
        for count, length in zip(found.shape[1:], of_pixels.shape))
    cells = np.add.reduceat(np.add.reduceat(valid.astype(int), np.arange(0, valid.shape[0], source_map.CELL), 0),
                            np.arange(0, valid.shape[1], source_map.CELL), 1)
    area, heat = found * np.where(cells > 0, of_pixels[np.ix_(rows, columns)], 0)
    return area, source_map.place(heat, valid)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("stacks", nargs="+")
    parser.add_argument("--profile", choices=["multiscale", "jgr2018"], default="multiscale")
    parser.add_argument("--no-gate", action="store_true")
    arguments = parser.parse_args()
    import h5py

    scorer = Scorer(arguments.model, arguments.profile, gate=not arguments.no_gate)
    lines = csv.writer(sys.stdout)
    lines.writerow(["stack", "primary_date", "secondary_date", "maximum_probability", "scale", "row", "column", "patches"])
    for path in arguments.stacks:
        with h5py.File(path) as stack:
            for phase, dates in zip(stack["wrapPhase"], stack["date"]):
                scored = scorer.score(phase)
                patches = " ".join(f"{value:.4f}" for values in scored.patches for value in values)
                lines.writerow([
                    path, *(date.decode() for date in dates), f"{scored.probability:.6f}", scored.scale, scored.row,
                    scored.column, patches])


if __name__ == "__main__":
    main()
