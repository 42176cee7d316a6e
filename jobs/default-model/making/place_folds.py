"""Deals the volcanoes of the labelled patches into three folds by place.

python place_folds.py licsar-patches.h5 GVP_Volcano_List_Holocene.csv > ../folds.csv
"""

import collections
import csv
import hashlib
import re
import sys
import unicodedata

import h5py
import numpy as np

NEAR_DEGREES = 0.75
PLACES = [
    ("sierra_negra", "cerro_azul", "fernandina", "wolf", "darwin", "alcedo", "ecuador", "santiago", "genovesa",
     "marchena", "pinta", "san_cristobal", "santa_cruz"),
    ("erta_ale", "ale_bagu", "alu-dalafilla", "alayta", "afdera", "bora_ale", "hayli_gubbi"),
    ("laguna_del_maule",),
]
# A name that two volcanoes of the catalogue carry, and one that it does not list (Pleistocene).
PLACED_BY_HAND = {"cerro_azul": (-0.92, -91.408), "resago": (-36.45, -70.92)}
GALAPAGOS = (-1.6, 0.8, -92.1, -89.0)  # south, north, west, east: every volcano of the archipelago


def key(name):
    parts = name.split(",")
    ordered = f"{parts[1]} {parts[0]}" if len(parts) == 2 else name
    plain = unicodedata.normalize("NFKD", ordered.lower()).encode("ascii", "ignore").decode()
    return "_".join(re.findall(r"[a-z0-9-]+", plain.replace("'", "").replace(".", "")))


def main(patches, catalogue):
    with open(catalogue, encoding="latin-1", newline="") as file:
        next(file)
        rows = [(key(row["Volcano Name"]), (float(row["Latitude"]), float(row["Longitude"])))
                for row in csv.DictReader(file)]
    often = collections.Counter(name for name, _ in rows)
    at = {name: place for name, place in rows if often[name] == 1} | PLACED_BY_HAND
    with h5py.File(patches) as file:
        names = sorted(set(file["volcano"][:].astype(str)))
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["volcano", "fold", "latitude", "longitude", "reason"])
    for name in names:
        place = at.get(name)
        fold, reason = int(hashlib.sha256(name.encode()).hexdigest(), 16) % 3, "hash"
        for number, seeds in enumerate(PLACES):
            if name in seeds:
                fold, reason = number, "named"
                break
            if place is None:
                continue
            south, north, west, east = GALAPAGOS
            if number == 0 and south < place[0] < north and west < place[1] < east:
                fold, reason = 0, "archipelago"
                break
            near = [(np.hypot(place[0] - at[seed][0], (place[1] - at[seed][1]) * np.cos(np.radians(place[0]))), seed)
                    for seed in seeds if seed in at]
            distance, seed = min(near)
            if distance <= NEAR_DEGREES:
                fold, reason = number, f"{distance:.2f} degrees from {seed}"
                break
        writer.writerow([name, fold, *(place or ("", "")), reason])


main(*sys.argv[1:])
