# Requires: pip install numpy==2.* (any version will do)
"""Writes mogi.json: surface displacements, range changes and phases of Mogi sources, computed the long way.

The displacement is not taken from the closed form but from the potentials of a centre of dilatation in a
half-space, differentiated numerically, and the line of sight from rotations of vectors.
"""
import json
import pathlib

import numpy as np

WAVELENGTH = 0.05546576


def potential_field(x, y, z, depth, volume, nu):
    """Displacement (east, north, down) at (x, y, z), z downwards, as a sum of potentials' gradients.

    Mindlin and Cheng (1950), "Nuclei of strain in the semi-infinite solid", centre of dilatation at a depth:
    grad(1/R1) for the source, (3 - 4 nu) grad(1/R2) for its image, and 2 z grad(d/dz 1/R2) to free the surface.
    """
    step = 1e-2

    def inverse1(p):
        return 1 / np.sqrt(p[0] ** 2 + p[1] ** 2 + (p[2] - depth) ** 2)

    def inverse2(p):
        return 1 / np.sqrt(p[0] ** 2 + p[1] ** 2 + (p[2] + depth) ** 2)

    def gradient(f, p):
        return np.array([(f(p + e) - f(p - e)) / (2 * step) for e in np.eye(3) * step])

    point = np.array([x, y, z], dtype=np.longdouble)
    d_inverse2_dz = lambda p: gradient(inverse2, p)[2]
    direct = -gradient(inverse1, point)
    image = -gradient(inverse2, point)
    correction = gradient(d_inverse2_dz, point)
    flipped = np.array([image[0], image[1], -image[2]])
    total = direct + (3 - 4 * nu) * flipped + 2 * z * correction * np.array([-1, -1, 1])
    # A volume change V of the cavity is a pressure source of V / (4 pi) in the infinite medium.
    return volume / (4 * np.pi) * total


cases = []
generator = np.random.default_rng(20180101)
for _ in range(24):
    depth = float(generator.uniform(1500, 8000))
    volume = float(generator.uniform(-3e7, 3e7))
    nu = float(generator.choice([0.2, 0.25, 0.3]))
    east, north = (float(v) for v in generator.uniform(-9000, 9000, 2))
    incidence = float(generator.uniform(29, 46))
    heading = float(generator.choice([-12.0, -168.0]) + generator.uniform(-3, 3))
    ux, uy, uz = (float(v) for v in potential_field(east, north, 0.0, depth, volume, nu))
    displacement = np.array([ux, uy, -uz])
    # The look vector by rotations, not by the formula: from straight up, tilted towards the left of the track.
    track = np.array([np.sin(np.radians(heading)), np.cos(np.radians(heading)), 0.0])
    left = np.cross([0.0, 0.0, 1.0], track)
    look = np.cos(np.radians(incidence)) * np.array([0, 0, 1.0]) + np.sin(np.radians(incidence)) * left
    change = -float(np.dot(displacement, look))
    cases.append({
        "depthMetres": depth, "volumeChangeCubicMetres": volume, "poissonRatio": nu, "eastMetres": east,
        "northMetres": north, "incidenceDegrees": incidence, "headingDegrees": heading,
        "displacement": [ux, uy, -uz], "rangeChangeMetres": change,
        "phaseRadians": 4 * np.pi / WAVELENGTH * change,
    })

path = pathlib.Path(__file__).parent / "mogi.json"
path.write_text(json.dumps(cases, indent=1) + "\n")

# The closed form at the surface, as a check of this script itself.
for case in cases:
    r3 = (case["eastMetres"] ** 2 + case["northMetres"] ** 2 + case["depthMetres"] ** 2) ** 1.5
    scale = (1 - case["poissonRatio"]) * case["volumeChangeCubicMetres"] / np.pi / r3
    closed = scale * np.array([case["eastMetres"], case["northMetres"], case["depthMetres"]])
    print(np.max(np.abs(closed - case["displacement"])) / np.max(np.abs(closed)))
