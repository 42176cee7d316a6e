#!/usr/bin/env python3
"""Measures a model on interferograms that no training and no tuning uses, and writes the tables for the card.

    measure.py --work FOLDER --program .build/release/volcsweep [--model default]
    measure.py --work FOLDER --network default-model.onnx [--profile jgr2018]

The first sweeps by the program, the second scores by `multiscale.py` without it. Draws 1 and 2 may be looked at while a
model is tuned; draw 9 is measured once, at the end. Needs NumPy, SciPy, h5py and onnxruntime, for --dem rasterio.
"""

import argparse
import csv
import sys
from pathlib import Path

import h5py

import asked
import methods
import stacks
import tables
from cases import cases
from heights import Tiles

GROUPS = ("calm", "rough", "quiet", "invariance", "half-noise")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="folder for stacks and results; stacks are made once")
    parser.add_argument("--program", help="path of volcsweep")
    parser.add_argument("--model", default="default", help="model of the program's job (default: %(default)s)")
    parser.add_argument("--network", help="ONNX file, scored without the program")
    parser.add_argument("--profile", default="multiscale", help="method (default: %(default)s)")
    parser.add_argument("--draw", type=int, default=1, help="1 or 2 while tuning, 9 once at the end (default: 1)")
    parser.add_argument("--count", type=int, default=10, help="sources of each kind in a cell (default: %(default)s)")
    parser.add_argument("--quiet", type=int, default=200, help="crops of each kind of air (default: %(default)s)")
    parser.add_argument("--groups", nargs="+", choices=GROUPS, default=GROUPS, help="what to measure (default: all)")
    parser.add_argument("--dem", type=Path, help="folder of DEM tiles for rough ground and stratified air")
    parser.add_argument("--job", action="append", default=[], help="further line of the program's job, e.g. 'gate: off'")
    chosen = parser.parse_args()
    if bool(chosen.program) == bool(chosen.network):
        parser.error("choose one of --program and --network")
    return chosen


def progress(words):
    def show(count):
        if count % 100 == 0:
            print(f"{words}: {count}", file=sys.stderr, flush=True)
    return show


def joined(folder, found):
    """Records of the truth with what was found."""
    lines, areas = stacks.read(folder)
    valid = {}
    for name in dict.fromkeys(line["stack"] for line in lines):
        if any(line["stack"] == name and line["row"] is not None for line in lines):
            valid[name] = h5py.File(folder / "archive" / f"{name}_{stacks.FRAME}.h5")
    position = {}
    for line, inside in zip(lines, areas):
        index = position[line["stack"]] = position.get(line["stack"], -1) + 1
        one = found[line["stack"], line["primary_date"], line["secondary_date"]]
        on_data = None
        if line["row"] is not None:
            value = valid[line["stack"]]["wrapPhase"][index, one.row, one.column]
            on_data = bool(value == value)
        yield {**line, "found": one, "on_data": on_data, "overlap": tables.overlap(one.area, inside)}


def main():
    chosen = arguments()
    folder = chosen.work.resolve()
    settings = {
        "draw": chosen.draw, "count": chosen.count, "quiet": chosen.quiet, "groups": sorted(chosen.groups),
        "dem": chosen.dem and str(chosen.dem.resolve())}
    tiles = Tiles(chosen.dem) if chosen.dem else None
    stacks.write(
        folder, settings, cases(chosen.count, chosen.quiet, chosen.groups), chosen.draw, tiles, progress("made"))
    if chosen.program:
        found = methods.by_program(folder, chosen.program, chosen.model, chosen.profile, chosen.job)
    else:
        found = methods.by_network(folder, chosen.network, chosen.profile, progress("scored"))
    records = list(joined(folder, found))
    name = f"{Path(chosen.network or chosen.model).stem}-{chosen.profile}"
    with open(folder / f"scores-{name}.csv", "w", newline="") as file:
        lines = csv.writer(file)
        lines.writerow([*stacks.TRUTH, "maximum_probability", "found_row", "found_column", "scale", "on_data", "overlap"])
        for record in records:
            one = record["found"]
            lines.writerow([
                *(record[column] for column in stacks.TRUTH), f"{one.probability:.6f}", one.row, one.column, one.scale,
                record["on_data"], "" if record["overlap"] is None else f"{record['overlap']:.4f}"])
    report = tables.Report()
    report.markdown += [
        f"Draw {chosen.draw}: {chosen.count} sources of each kind in a cell, {chosen.quiet} crops of each kind of air; "
        f"{chosen.model if chosen.program else Path(chosen.network).name} under profile {chosen.profile}"
        f"{', by the program' if chosen.program else ', by multiscale.py'}; "
        f"{'relief of ' + chosen.dem.name if chosen.dem else 'fractal relief'}. In brackets 95 % intervals.", ""]
    for group, measures in {
            "sources": (tables.sources, tables.place), "quiet": (tables.quiet,), "invariance": (tables.invariance,),
            "half-noise": (tables.half_noise,)}.items():
        if group in chosen.groups or group == "sources" and {"calm", "rough"} & set(chosen.groups):
            for measure in measures:
                measure(report, records)
    report.markdown += ["Asked for:", "", "```", *asked.checks(records), "```", ""]
    report.write(folder / f"measures-{name}")
    print("\n".join(report.markdown))


if __name__ == "__main__":
    main()
