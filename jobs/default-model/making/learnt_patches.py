"""Which patches the default model was chosen by, as entries of its metadata: see Sources/Learning/Overlap.

    python learnt_patches.py licsar-patches.h5 default-model.onnx   # writes the entries into the model

It learns from synthetic interferograms alone, so `volcsweep.patches` is empty. But it was chosen with a look at the labelled patches:
`volcsweep.validation_patches` has 48 bits of the SHA-256 of each one's middle, `volcsweep.places` the volcanoes. Needs numpy,
h5py, scipy and onnx.
"""

import base64
import hashlib
import json
import sys

import h5py
import numpy as np

SIDE = 128  # pixels across the middle
HASH_BYTES = 6
NO_DATA, NO_DATA_PIXELS = 128, 60  # as data sets are read: connected regions of gray 0 are no data


def canonical(gray):
    from scipy import ndimage

    labels, _ = ndimage.label(gray == 0)
    sizes = np.bincount(labels.ravel())
    large = np.flatnonzero(sizes >= NO_DATA_PIXELS)
    return np.where(np.isin(labels, large[large > 0]), NO_DATA, gray).astype(np.uint8)


def patch_hash(gray):
    """None for a patch whose middle has one gray alone, which tells nothing."""
    inset = (gray.shape[0] - SIDE) // 2
    middle = canonical(gray)[inset : inset + SIDE, inset : inset + SIDE]
    if (middle == middle[0, 0]).all():
        return None
    return hashlib.sha256(f"volcsweep patch {SIDE}\n".encode() + middle.tobytes()).digest()[:HASH_BYTES]


def entries(path):
    with h5py.File(path) as file:
        hashes = {patch_hash(gray) for gray in file["patch"][:]} - {None}
        volcanoes = sorted({name.lower().replace("-", "_").replace(" ", "_") for name in file["volcano"][:].astype(str)})
    return {
        "volcsweep.patches": "1/1 ",
        "volcsweep.validation_patches": "1/1 " + base64.b64encode(b"".join(sorted(hashes))).decode(),
        "volcsweep.places": json.dumps(volcanoes, separators=(",", ":")),
    }


def stamp(model, learnt):
    for key, value in learnt.items():
        entry = next((one for one in model.metadata_props if one.key == key), None) or model.metadata_props.add()
        entry.key, entry.value = key, value


if __name__ == "__main__":
    import onnx

    patches, path = sys.argv[1:]
    network = onnx.load(path)
    stamp(network, entries(patches))
    onnx.save(network, path)
