"""The measured interferograms as stacks that `volcsweep sweep` reads, and what is true of them beside these."""

import csv
import datetime
import json

import h5py
import numpy as np

import cases
from source_map import CELL

FRAME = "001A_00001_000001"
LONGEST = 500  # interferograms in a stack
FIRST = datetime.date(2015, 1, 1)
TRUTH = [
    "stack", "primary_date", "secondary_date", "group", "ground", "kind", "shape", "half_width", "fringes", "number", "variant",
    "row", "column", "air_standard_deviation"]


def dates(index):
    """A pair of dates that no other interferogram of the stack has."""
    first = FIRST + datetime.timedelta(days=index)
    return tuple(day.strftime("%Y%m%d") for day in (first, first + datetime.timedelta(days=12)))


def inside(displacement):
    """Of each cell of 8 pixels whether most of it lies within the contour of half a fringe."""
    length = -(-cases.SIDE // CELL) * CELL
    moved = np.zeros((length, length), bool)
    moved[: cases.SIDE, : cases.SIDE] = np.abs(displacement) >= 0.5
    return moved.reshape(length // CELL, CELL, -1, CELL).mean((1, 3)) > 0.5


def write(folder, settings, chosen, draw, tiles=None, progress=lambda count: None):
    """Writes the stacks of the chosen cases into `folder`/archive, `truth.csv` and `truth.h5`; the sources that would be
    too steep are left out. Does nothing where the same was written before."""
    done = folder / "settings.json"
    if done.exists():
        if json.loads(done.read_text()) != settings:
            raise SystemExit(f"{folder} holds other interferograms: {done.read_text()}; choose another folder")
        return
    archive = folder / "archive"
    archive.mkdir(parents=True, exist_ok=True)
    by_group = {}
    for case in chosen:
        by_group.setdefault(case.group, []).append(case)
    areas, lines, count = [], [], 0
    for group, members in by_group.items():
        part, stack = 0, None
        for case in members:
            made = cases.made(case, draw, tiles)
            if made is None:
                continue
            if stack is None or len(stack.dates) == LONGEST:
                if stack:
                    stack.close()
                part += 1
                stack = Stack(archive, f"measured_{group.replace('-', '_')}_{part}")
            pair = stack.add(made.phase)
            row, column, area = "", "", np.zeros((-(-cases.SIDE // CELL),) * 2, bool)
            if made.displacement is not None:
                row, column = np.unravel_index(np.argmax(np.abs(made.displacement)), made.displacement.shape)
                area = inside(made.displacement)
            areas.append(area)
            lines.append([
                stack.name, *pair, case.group, case.ground, case.kind, made.shape, case.half_width, case.fringes, case.number,
                case.variant, row, column, f"{made.air:.4f}"])
            count += 1
            progress(count)
        if stack:
            stack.close()
    with open(folder / "truth.csv", "w", newline="") as file:
        csv.writer(file).writerows([TRUTH, *lines])
    with h5py.File(folder / "truth.h5", "w") as file:
        file.create_dataset("inside", data=np.array(areas), compression="gzip")
    done.write_text(json.dumps(settings))


class Stack:
    """One HDF5 stack, filled interferogram by interferogram."""

    def __init__(self, archive, name):
        self.name, self.dates = name, []
        self.file = h5py.File(archive / f"{name}_{FRAME}.h5", "w")
        side = cases.SIDE
        self.phase = self.file.create_dataset(
            "wrapPhase", (0, side, side), np.float32, maxshape=(None, side, side), chunks=(1, side, side))
        self.file.attrs.update({
            name: np.bytes_(str(value)) for name, value in {
                "FILE_TYPE": "ifgramStack", "LENGTH": side, "WIDTH": side, "X_FIRST": 20, "Y_FIRST": 0.25,
                "X_STEP": 0.0009, "Y_STEP": -0.0009, "X_UNIT": "degrees", "Y_UNIT": "degrees", "EPSG": 4326,
                "DATA_TYPE": "float32", "UNIT": "radian", "NO_DATA_VALUE": "nan", "WAVELENGTH": 0.0554658,
                "VOLCANO": name, "FRAME": FRAME}.items()})

    def add(self, phase):
        self.phase.resize(len(self.dates) + 1, 0)
        self.phase[-1] = phase
        self.dates.append(dates(len(self.dates)))
        return self.dates[-1]

    def close(self):
        self.file["date"] = np.array(self.dates, "S8")
        self.file["dropIfgram"] = np.ones(len(self.dates), bool)
        self.file.close()


def read(folder):
    """The lines of `truth.csv` with numbers for numbers, and the areas in the same order."""
    with open(folder / "truth.csv", newline="") as file:
        lines = list(csv.DictReader(file))
    for line in lines:
        for name in ("half_width", "fringes", "air_standard_deviation"):
            line[name] = float(line[name])
        for name in ("row", "column"):
            line[name] = int(line[name]) if line[name] else None
    with h5py.File(folder / "truth.h5") as file:
        return lines, file["inside"][:]


def phases(folder, name):
    """The dates and phases of a stack, one after the other."""
    with h5py.File(folder / "archive" / f"{name}_{FRAME}.h5") as file:
        for index, pair in enumerate(file["date"][:]):
            yield tuple(day.decode() for day in pair), file["wrapPhase"][index]
