"""Which interferograms are measured, and how each is made from its seed."""

import zlib
from dataclasses import dataclass, replace

import numpy as np

import ground
import sources

SIDE = 500
HALF_WIDTHS = (10, 15, 30, 45, 60, 80, 110, 150, 200)  # pixels of 100 m
FRINGES = (0.5, 1, 2, 3, 5, 8, 12)
QUIET = (
    "turbulence 0.5", "turbulence 1", "turbulence 2", "turbulence 3", "long waves 1", "long waves 2", "long waves 3", "stratified",
    "rough")
OFFSETS = tuple(f"offset {k}" for k in range(8))
VARIANTS = (*OFFSETS, "negated", "rows flipped", "columns flipped")
CALM_TURBULENCE, CALM_COHERENCE = 0.5, 0.8


@dataclass(frozen=True)
class Case:
    """One interferogram: `group` is the set it belongs to, `variant` what is done to it after it was made."""

    group: str
    ground: str
    kind: str = "none"
    half_width: float = 0
    fringes: float = 0
    number: int = 0
    variant: str = ""

    def seed(self, draw):
        """The same for all variants; different in each set, cell and draw."""
        cell = f"{self.group}/{self.ground}/{self.kind}/{self.half_width}/{self.fringes}"
        return [draw, zlib.crc32(cell.encode()), self.number]


@dataclass
class Made:
    """The phase in radians (NaN is no data), the displacement in cycles (None without a source), its shape's name, and
    the standard deviation of the air in cycles."""

    phase: np.ndarray
    displacement: np.ndarray | None
    shape: str
    air: float


def cases(count, quiet, groups=("calm", "rough", "quiet", "invariance", "half-noise")):
    """All cases: `count` for each cell and kind of source, `quiet` for each kind of air without a source."""
    cells = [(kind, width, fringes) for kind in sources.KINDS for width in HALF_WIDTHS for fringes in FRINGES]
    for group in groups:
        if group in ("calm", "rough"):
            yield from (Case(group, group, *cell, number) for cell in cells for number in range(count))
        elif group == "quiet":
            yield from (Case(group, air, number=number) for air in QUIET for number in range(quiet))
        elif group == "invariance":
            few = [cell for cell in cells if cell[1] in (15, 45, 80, 150) and cell[2] in (1, 2, 5)]
            plain = [Case(group, air, number=number) for air in QUIET for number in range(max(1, count // 2))]
            for case in [Case(group, "rough" if index % 2 else "calm", *cell) for index, cell in enumerate(few)] + plain:
                yield from (replace(case, variant=variant) for variant in VARIANTS)
        elif group == "half-noise":
            few = [cell for cell in cells if cell[1] in (10, 30, 60, 110) and cell[2] in (2, 3, 5)]
            for case in [Case(group, "calm", *cell, number) for cell in few for number in range(count)]:
                yield from (replace(case, variant=variant) for variant in ("whole", "half noise"))


def made(case, draw, tiles=None):
    """The interferogram of a case; None where its source would be steeper than π a pixel."""
    rng = np.random.default_rng(case.seed(draw))
    displacement, shape, peak = None, "", None
    if case.kind != "none":
        drawn = sources.displacement(rng, case.kind, case.half_width, case.fringes, SIDE)
        if drawn is None:
            return None
        shape, displacement = drawn
        peak = tuple(int(value) for value in np.unravel_index(np.argmax(np.abs(displacement)), displacement.shape))
    phase, air = laid(rng, case.ground, 0 if displacement is None else displacement, peak, tiles)
    return Made(changed(rng, case.variant, phase, peak), flipped(case.variant, displacement), shape, air)


def laid(rng, kind, displacement, peak, tiles):
    """The phase over ground of a kind, and the air's standard deviation."""
    if kind == "calm" or kind.startswith("turbulence"):
        air = ground.turbulence(rng, CALM_TURBULENCE if kind == "calm" else float(kind.split()[1]), SIDE)
        return ground.seen(rng, air + displacement, CALM_COHERENCE), float(air.std())
    if kind.startswith("long waves"):
        air = ground.long_waves(rng, float(kind.split()[2]), SIDE)
        return ground.seen(rng, air + displacement, CALM_COHERENCE), float(air.std())
    heights = tiles.crop(rng, SIDE) if tiles is not None else ground.relief(rng, SIDE)
    if kind == "stratified":
        air = ground.stratified(rng, heights, rng.uniform(1, 3)) + ground.turbulence(rng, CALM_TURBULENCE, SIDE)
        phase = ground.seen(rng, air + displacement, CALM_COHERENCE)
        return np.where(heights > 0, phase, np.float32(np.nan)) if tiles is not None else phase, float(air.std())
    air = ground.stratified(rng, heights, 1) + ground.turbulence(rng, 1, SIDE)
    phase = ground.seen(rng, air + displacement, ground.patchy_coherence(rng, SIDE))
    kind_of_sea = rng.random()
    if kind_of_sea < 0.5:  # half of them lie at a sea, which half of the products mask
        sea = ground.sea(rng, SIDE, peak) if tiles is None else heights <= 0
        if peak is not None and sea[peak]:
            sea = np.zeros_like(sea)
        phase = np.where(sea, ground.uniform(rng, sea.shape) if kind_of_sea < 0.25 else np.float32(np.nan), phase)
    return phase, float(air.std())


def changed(rng, variant, phase, peak):
    """What a variant does to a phase."""
    if variant.startswith("offset"):
        turned = np.exp(1j * (phase.astype(np.float64) + np.pi / 4 * int(variant.split()[1])))
        return phase if variant == OFFSETS[0] else np.angle(turned).astype(np.float32)
    if variant == "negated":
        return -phase
    if variant == "half noise":
        return half_noise(rng, phase, peak)
    return flipped(variant, phase)


def flipped(variant, values):
    if values is None or not variant.endswith("flipped"):
        return values
    return values[::-1].copy() if variant.startswith("rows") else values[:, ::-1].copy()


def half_noise(rng, phase, peak):
    """Noise beyond a line through the middle, on the side where the source's peak is not."""
    angle = rng.uniform(0, 2 * np.pi)
    rows, columns = np.mgrid[: phase.shape[0], : phase.shape[1]] - (np.array(phase.shape) - 1)[:, None, None] / 2
    beyond = rows * np.cos(angle) + columns * np.sin(angle) > 0
    noise = ground.uniform(rng, phase.shape)
    return np.where(beyond != beyond[peak], noise, phase)
