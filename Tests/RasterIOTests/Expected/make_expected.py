"""Makes the files that RasterIO must read as other programs write them.

Needs: pip install h5py==3.16 rasterio==1.4.4 tifffile==2026.3.3 numpy==2.4.6
Run:   python make_expected.py      (writes beside itself)
"""

from pathlib import Path

import h5py
import numpy as np
import rasterio
import tifffile
from rasterio.transform import Affine

HERE = Path(__file__).parent
L, W, N = 4, 5, 3
DATES = [["20240106", "20240118"], ["20240106", "20240130"], ["20240118", "20240130"]]
PHASE = (np.arange(N * L * W, dtype=np.float32).reshape(N, L, W) - 29.5) / 10


def attributes(extra):
    return {
        "FILE_TYPE": "ifgramStack", "LENGTH": str(L), "WIDTH": str(W), "X_FIRST": "-91.42", "Y_FIRST": "-0.58",
        "X_STEP": "0.001", "Y_STEP": "-0.001", "X_UNIT": "degrees", "Y_UNIT": "degrees",
        "WAVELENGTH": "0.05546576", "ORBIT_DIRECTION": "ASCENDING", **extra}


def mintpy():
    """As MintPy's load_data writes: str attributes, S8 dates, no NO_DATA_VALUE, 0 as no data."""
    with h5py.File(HERE / "sierra_negra_106A_09048_000909.h5", "w") as f:
        phase = PHASE.copy()
        phase[:, 0, 0] = 0
        f.create_dataset("wrapPhase", data=phase, chunks=True)
        f.create_dataset("unwrapPhase", data=phase * 2, compression="lzf")
        f.create_dataset("coherence", data=np.full((N, L, W), 0.25, np.float32), chunks=(1, L, W))
        f.create_dataset("date", data=np.array(DATES, dtype="S8"))
        f.create_dataset("bperp", data=np.array([98, 184, 86], np.float32))
        f.create_dataset("dropIfgram", data=np.array([True, False, True]))
        for key, value in attributes({}).items():
            f.attrs[key] = value


def variants():
    """Bytes, numbers and variable-length texts; float64 phase; no coherence, baselines or flags."""
    with h5py.File(HERE / "variants.h5", "w") as f:
        f.create_dataset("wrapPhase", data=PHASE.astype(np.float64), compression="gzip", shuffle=True)
        dates = [[d + "T0026" for d in row] for row in DATES]
        f.create_dataset("date", data=dates, dtype=h5py.string_dtype())
        for key, value in attributes({"NO_DATA_VALUE": "nan"}).items():
            f.attrs[key] = np.bytes_(value)
        f.attrs["LENGTH"] = L
        f.attrs["WIDTH"] = np.array([W])
        f.attrs["X_STEP"] = 0.001


def point():
    """A raster tagged AREA_OR_POINT=Point: its tie point is a pixel's centre, its corner half a pixel further."""
    place = Affine(0.001, 0, -92.4255, 0, -0.001, 0.4871667)
    with rasterio.open(
        HERE / "point.tif", "w", driver="GTiff", width=W, height=L, count=1, dtype="float32", crs="EPSG:4326",
        transform=place, compress="lzw") as f:
        f.update_tags(AREA_OR_POINT="Point")
        f.write(PHASE[0], 1)
    tie = tifffile.TiffFile(HERE / "point.tif").pages[0].tags["ModelTiepointTag"].value
    assert abs(tie[3] - (-92.4255 + 0.0005)) < 1e-9 and abs(tie[4] - (0.4871667 - 0.0005)) < 1e-9, tie


def projected():
    """A raster in metres."""
    with rasterio.open(
        HERE / "utm.tif", "w", driver="GTiff", width=W, height=L, count=1, dtype="float32", crs="EPSG:32715",
        transform=Affine(100, 0, 700000, 0, -100, 9900000)) as f:
        f.write(PHASE[0], 1)


def packed():
    """Chunks packed by LZF, as MintPy offers, and by a filter that needs a plugin (marked only: its chunks are plain)."""
    phase = np.linspace(-3, 3, N * 40 * 50, dtype=np.float32).reshape(N, 40, 50)
    phase[:, 10:30] = 1.5
    size = {"LENGTH": "40", "WIDTH": "50"}
    with h5py.File(HERE / "lzf.h5", "w") as f:
        f.create_dataset("wrapPhase", data=phase, chunks=(1, 16, 50), compression="lzf", shuffle=True)
        f.create_dataset("date", data=np.array(DATES, dtype="S8"))
        f.attrs.update(attributes(size))
    with h5py.File(HERE / "blosc.h5", "w") as f:
        plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        plist.set_chunk((1, L, W))
        plist.set_filter(32001, h5py.h5z.FLAG_OPTIONAL)
        h5py.h5d.create(f.id, b"wrapPhase", h5py.h5t.IEEE_F32LE, h5py.h5s.create_simple((N, L, W)), plist)
        f.create_dataset("date", data=np.array(DATES, dtype="S8"))
        f.attrs.update(attributes({}))


def storages():
    """Float16, big-endian, complex, virtual and external datasets of the same phase."""
    phase = np.round(PHASE * 4) / 4
    kinds = {
        "float16.h5": phase.astype(np.float16), "big_endian.h5": phase.astype(">f8"),
        "complex.h5": np.exp(1j * phase).astype(np.complex64), "enumeration.h5": None, "virtual.h5": None,
        "external.h5": None}
    for name, data in kinds.items():
        with h5py.File(HERE / name, "w") as f:
            if name == "virtual.h5":
                layout = h5py.VirtualLayout((N, L, W), np.float32)
                layout[:] = h5py.VirtualSource("not_there.h5", "wrapPhase", (N, L, W))
                f.create_virtual_dataset("wrapPhase", layout)
            elif name == "external.h5":
                f.create_dataset("wrapPhase", (N, L, W), np.float32, external=[("not_there.bin", 0, h5py.h5f.UNLIMITED)])
            elif name == "enumeration.h5":
                f.create_dataset("wrapPhase", data=PHASE)
                kind = h5py.enum_dtype({"KEEP": 0, "DROP": 1}, basetype="i1")
                f.create_dataset("dropIfgram", data=np.array([0, 1, 0], "i1"), dtype=kind)
            else:
                f.create_dataset("wrapPhase", data=data)
            f.create_dataset("date", data=np.array(DATES, dtype="S8"))
            f.attrs.update(attributes({}))


mintpy()
variants()
point()
projected()
packed()
storages()
