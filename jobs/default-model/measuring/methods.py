"""Two ways to score the stacks: the program's sweep, or a network by `multiscale.py`.

Both give for each (stack, primary date, secondary date) a `Found`.
"""

import csv
import re
import sqlite3
import struct
import subprocess
import zlib
from dataclasses import dataclass

import numpy as np

import stacks
from multiscale import Scorer
from source_map import CELL


@dataclass
class Found:
    """`area`: a value for each cell of 8 pixels, None where the method gives none."""

    probability: float
    row: int
    column: int
    scale: int
    area: np.ndarray | None


def by_program(folder, program, model, profile, extra=()):
    """Sweeps the stacks in `folder` and reads the lists and the ledger. `extra` are further lines of the job."""
    name = f"run-{re.sub('[^A-Za-z0-9]+', '-', str(model))}-{profile}"
    job = folder / f"{name}.yaml"
    job.write_text("\n".join([
        f"archive: {folder / 'archive'}", f"run: {folder / name}", f"model: {model}", f"profile: {profile}", "kernels: usual",
        "workers: 1", *extra, ""]))
    done = subprocess.run([program, "sweep", job], capture_output=True, text=True)
    if done.returncode not in (0, 3):
        raise SystemExit(f"{program} sweep {job} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
    areas = source_maps(folder / name)
    found = {}
    with open(folder / name / "results" / "interferograms.csv", newline="") as file:
        for line in csv.DictReader(file):
            key = line["volcano"], line["primary_date"].replace("-", ""), line["secondary_date"].replace("-", "")
            if line["outcome"] != "scored":
                raise SystemExit(f"{line['interferogram']} was {line['outcome']}: {line['reason']}")
            found[key] = Found(
                float(line["maximum_probability"]), int(line["row"]), int(line["column"]), int(line.get("scale") or 1),
                areas.get(key))
    return found


def source_maps(run):
    """The ledger's column `source_map` of each interferogram; none in ledgers without it."""
    maps = {}
    with sqlite3.connect(f"file:{run / 'ledger.sqlite'}?mode=ro", uri=True) as ledger:
        if "source_map" not in {line[1] for line in ledger.execute("PRAGMA table_info(score)")}:
            return maps
        lines = ledger.execute(
            "SELECT stack.volcano, pair, source_map FROM score JOIN interferogram USING (number) "
            "JOIN stack ON stack.id = interferogram.stack WHERE source_map IS NOT NULL")
        for volcano, pair, blob in lines:
            shape = struct.unpack_from("<HH", blob)
            values = np.frombuffer(zlib.decompress(blob[4:]), np.uint8).reshape(shape)
            maps[volcano, *pair.replace("-", "").split("_")] = values / 255
    return maps


def by_network(folder, model, profile, progress=lambda count: None):
    """Scores the stacks by an ONNX file. Networks without `where` give the probability map in its place."""
    scorer, found = Scorer(model, profile), {}
    for path in sorted((folder / "archive").glob("*.h5")):
        name = path.name.removesuffix(f"_{stacks.FRAME}.h5")
        for pair, phase in stacks.phases(folder, name):
            scored = scorer.score(phase)
            area = scored.area
            if area is None:
                area = scored.map[CELL // 2 :: CELL, CELL // 2 :: CELL]
                area = np.pad(area, [(0, -(-size // CELL) - held) for size, held in zip(phase.shape, area.shape)], "edge")
            found[name, *pair] = Found(scored.probability, scored.row, scored.column, scored.scale, area)
            progress(len(found))
    return found
