"""Real relief: crops of DEM tiles of about 100 m a pixel, instead of the fractal one."""

from pathlib import Path

import numpy as np

LEAST_RELIEF, LEAST_LAND = 300, 0.5  # metres, fraction of the crop


class Tiles:
    """The tiles (.hgt, .hgt.zip, .tif) of a folder; needs rasterio."""

    def __init__(self, folder):
        import rasterio

        self.tiles = []
        for path in sorted(Path(folder).iterdir()):
            if path.name.lower().endswith((".hgt", ".hgt.zip", ".tif")):
                name = f"/vsizip/{path}/{path.name[:-4]}" if path.suffix == ".zip" else str(path)
                with rasterio.open(name) as tile:
                    self.tiles.append(np.maximum(tile.read(1).astype(np.float32), 0))
        if not self.tiles:
            raise SystemExit(f"{folder}: no DEM tiles (.hgt, .hgt.zip, .tif)")

    def crop(self, rng, side=500):
        """Heights in metres, 0 is sea: enough land with enough relief."""
        while True:
            tile = self.tiles[rng.integers(len(self.tiles))]
            row, column = (rng.integers(0, length - side + 1) for length in tile.shape)
            heights = tile[row : row + side, column : column + side]
            if (heights > 0).mean() >= LEAST_LAND and np.ptp(heights) >= LEAST_RELIEF:
                return heights
