"""Line-of-sight displacement of volcanic sources at the surface of an elastic half-space.

Lengths are pixels of about 100 m. A library of fields, each scaled to a greatest magnitude of 1, is made once;
samples then draw a field, turn, stretch, place and scale it.
"""

import numpy as np

CELL = 3  # pixels a library cell spans
SIZE = 112  # cells a side: 336 pixels, so that a source can be placed anywhere in and around a patch


def line_of_sight(rng):
    """The unit vector (east, north, up) from the ground towards a right-looking radar satellite."""
    incidence = np.radians(rng.uniform(30, 46))
    heading = np.radians(rng.normal(-12, 3) if rng.random() < 0.5 else rng.normal(-168, 3))
    return np.array([-np.sin(incidence) * np.cos(heading), np.sin(incidence) * np.sin(heading), np.cos(incidence)])


def point_tensile(x, y, depth, dip):
    """Surface displacement of a point tensile crack of unit potency (Okada 1985, equation 10, Poisson's ratio 1/4).

    `x` is along the crack's strike; the result is (along strike, across strike, up)."""
    radius = np.sqrt(x * x + y * y + depth * depth)
    cube, sum_ = radius**3, radius + depth
    q = y * np.sin(dip) - depth * np.cos(dip)
    first = 0.5 * y * (1 / (radius * sum_**2) - x * x * (3 * radius + depth) / (cube * sum_**3))
    second = 0.5 * x * (1 / (radius * sum_**2) - y * y * (3 * radius + depth) / (cube * sum_**3))
    third = 0.5 * x / cube - second
    fifth = 0.5 * (1 / (radius * sum_) - x * x * (2 * radius + depth) / (cube * sum_**2))
    common, steep = 3 * q * q / radius**5, np.sin(dip) ** 2
    return x * common - third * steep, y * common - first * steep, depth * common - fifth * steep


def sheet(x, y, look, length, width, top, dip):
    """An opening rectangular sheet as a grid of point cracks: a dyke where it is steep, a sill where it is flat."""
    spacing = max(0.8 * top, 4.0)
    along = int(np.clip(np.ceil(length / spacing), 1, 10))
    down = int(np.clip(np.ceil(width / spacing), 1, 6))
    total = np.zeros_like(x)
    for i in range(along):
        shift = (i + 0.5 - along / 2) * length / along
        for j in range(down):
            fall = (j + 0.5) * width / down
            middle = fall - width / 2 if dip < np.pi / 4 else fall
            east, north, up = point_tensile(
                x - shift, y + middle * np.cos(dip), top + fall * np.sin(dip), dip)
            # Opening tapers to zero at the rim, as in a pressurised crack.
            taper = np.sqrt(max(1e-3, 1 - (2 * shift / length) ** 2))
            total += taper * (look[0] * east + look[1] * north + look[2] * up)
    return total


def dome(x, y, look, rng):
    """A smooth elliptic dome, flat-topped or pointed, at times hinged on one side like a caldera floor."""
    stretch = rng.uniform(1, 1.8)
    radius = np.exp(rng.uniform(np.log(12), np.log(55)))
    rho2 = (x / stretch) ** 2 / radius**2 + (y * stretch) ** 2 / radius**2
    up = (1 + rho2) ** -rng.uniform(1.2, 3) if rng.random() < 0.5 else np.exp(-(rho2 ** rng.uniform(0.8, 1.6)))
    if rng.random() < 0.3:
        angle = rng.uniform(0, 2 * np.pi)
        across = (x * np.cos(angle) + y * np.sin(angle)) / radius
        up = up / (1 + np.exp(-(across + rng.uniform(-0.4, 0.4)) * rng.uniform(1.5, 8)))
    gradient_y, gradient_x = np.gradient(up)
    sideways = rng.uniform(0, 0.5) * radius / CELL
    return look[2] * up - sideways * (look[0] * gradient_x + look[1] * gradient_y)


def source(rng):
    """One field, SIZE × SIZE, its greatest magnitude 1."""
    axis = (np.arange(SIZE, dtype=np.float32) - (SIZE - 1) / 2) * CELL
    x, y = np.meshgrid(axis, axis)
    look, kind = line_of_sight(rng).astype(np.float32), rng.random()
    if kind < 0.2:  # Mogi 1958
        depth = np.exp(rng.uniform(np.log(10), np.log(80)))
        cube = (x * x + y * y + depth**2) ** 1.5
        field = (look[0] * x + look[1] * y + look[2] * depth) / cube
    elif kind < 0.5:
        field = dome(x, y, look, rng)
    else:
        flat = kind < 0.66
        dip = np.radians(rng.uniform(0, 25) if flat else rng.uniform(45, 90))
        length = np.exp(rng.uniform(np.log(10), np.log(100)))
        width = length * rng.uniform(0.4, 1) if flat else rng.uniform(8, 60)
        top = np.exp(rng.uniform(np.log(12 if flat else 4), np.log(50 if flat else 30)))
        # The strike turns the radar's look, not the sheet: the sample's rotation turns both.
        strike = rng.uniform(0, 2 * np.pi)
        turned = np.array([
            look[0] * np.cos(strike) + look[1] * np.sin(strike),
            -look[0] * np.sin(strike) + look[1] * np.cos(strike), look[2]], np.float32)
        field = sheet(x, y, turned, length, width, top, dip)
    return field / np.abs(field).max()


def library(count, seed):
    rng = np.random.default_rng(seed)
    return np.stack([source(rng).astype(np.float16) for _ in range(count)])
