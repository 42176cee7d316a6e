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


mintpy()
variants()
point()
projected()
