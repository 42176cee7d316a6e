# Requires: pip install numpy==2.* cutde (any versions will do)
"""Writes dislocation.json, spheroid.json and crack.json: surface displacements of sources, computed the long way.

Rectangles and spheroids are summed up from point moments, whose effect on the surface is taken by reciprocity from
Boussinesq's and Cerruti's fields, differentiated with complex steps; a spheroid's moments come from Eshelby's tensor
as an integral over the unit sphere (Mura 1987, "Micromechanics of Defects in Solids", section 11). The crack is
solved with boundary elements, triangular dislocations (Nikkhoo and Walter 2015) in cutde's implementation, and
extrapolated from three meshes; no formula of the closed solution is used.
"""
import json
import pathlib

import numpy as np

HERE = pathlib.Path(__file__).parent


def surface_force_fields(p, nu):
    """u[k, i]: displacement i (east, north, down) at p below a unit force k on the surface; times 4 pi mu."""
    x, y, z = p
    r = np.sqrt(x * x + y * y + z * z)
    a = 1 - 2 * nu
    def horizontal(x, y):
        return [1 / r + x * x / r**3 + a * (1 / (r + z) - x * x / (r * (r + z) ** 2)),
                x * y / r**3 - a * x * y / (r * (r + z) ** 2),
                x * z / r**3 + a * x / (r * (r + z))]
    east = horizontal(x, y)
    north = horizontal(y, x)
    down = [x * z / r**3 - a * x / (r * (r + z)), y * z / r**3 - a * y / (r * (r + z)),
            z * z / r**3 + 2 * (1 - nu) / r]
    return np.array([east, [north[1], north[0], north[2]], down])


def moment_response(points, moment, nu):
    """East, north, up at the origin of the surface for a moment / mu at each of the points (3 x n)."""
    total = np.zeros((3, points.shape[1]))
    for j in range(3):
        stepped = points.astype(complex)
        stepped[j] += 1e-20j
        slope = surface_force_fields(stepped, nu).imag / 1e-20
        total += np.einsum("kin,i->kn", slope, moment[:, j])
    return total * np.array([[1], [1], [-1]]) / (4 * np.pi)


def gauss(n, low, high):
    nodes, weights = np.polynomial.legendre.leggauss(n)
    return low + (high - low) * (nodes + 1) / 2, weights * (high - low) / 2


def dislocation(c):
    nu = c["poissonRatio"]
    strike, dip = np.radians(c["strikeDegrees"]), np.radians(c["dipDegrees"])
    along = np.array([np.sin(strike), np.cos(strike), 0])
    right = np.array([np.cos(strike), -np.sin(strike), 0])
    down_dip = np.cos(dip) * right + np.sin(dip) * np.array([0, 0, 1.0])
    # From the lower side to the upper one; the third axis is down.
    normal = np.sin(dip) * right - np.cos(dip) * np.array([0, 0, 1.0])
    # The upper side moves along the strike (left-lateral), up the dip and away from the lower side.
    slip = c["strikeSlipMetres"] * along - c["dipSlipMetres"] * down_dip + c["openingMetres"] * normal
    moment = np.outer(slip, normal) + np.outer(normal, slip) + 2 * nu / (1 - 2 * nu) * slip @ normal * np.eye(3)
    a, wa = gauss(60, -c["lengthMetres"] / 2, c["lengthMetres"] / 2)
    b, wb = gauss(60, -c["widthMetres"] / 2, c["widthMetres"] / 2)
    a, b = (v.ravel() for v in np.meshgrid(a, b, indexing="ij"))
    centre = np.array([-c["eastMetres"], -c["northMetres"], c["depthMetres"]])
    points = centre[:, None] + along[:, None] * a + down_dip[:, None] * b
    return moment_response(points, moment, nu) @ np.outer(wa, wb).ravel()


def eshelby(a, b, nu):
    """The tensor S_ijkl of a spheroid with semi-axes a (third axis) and b, by quadrature over directions."""
    t, wt = gauss(200, -1, 1)
    f, wf = np.linspace(0, 2 * np.pi, 64, endpoint=False), 2 * np.pi / 64
    t, f = (v.ravel() for v in np.meshgrid(t, f, indexing="ij"))
    w = np.repeat(wt, 64) * wf
    d = np.array([np.sqrt(1 - t * t) * np.cos(f), np.sqrt(1 - t * t) * np.sin(f), t])
    zeta = d / np.array([[b], [b], [a]])
    size = np.sqrt((zeta**2).sum(0))
    n = zeta / size
    lam = 2 * nu / (1 - 2 * nu)
    eye = np.eye(3)
    stiff = lam * np.einsum("ij,kl->ijkl", eye, eye) + np.einsum("ik,jl->ijkl", eye, eye) \
        + np.einsum("il,jk->ijkl", eye, eye)
    inverse = eye[:, :, None] - np.einsum("in,jn->ijn", n, n) / (2 * (1 - nu))
    gamma = np.einsum("ijn,kn,ln,n->ijkl", inverse, n, n, w) / (4 * np.pi)
    operator = (np.einsum("ikjl->ijkl", gamma) + np.einsum("jkil->ijkl", gamma)) / 2
    return np.einsum("ijmn,mnkl->ijkl", operator, stiff), stiff


def spheroid(c):
    nu, a, b = c["poissonRatio"], c["semiMajorMetres"], c["semiMinorMetres"]
    s, stiff = eshelby(a, b, nu)
    lam = 2 * nu / (1 - 2 * nu)
    matrix = s.reshape(9, 9) - np.eye(9)
    free = np.linalg.lstsq(matrix, -np.eye(3).ravel() / (3 * lam + 2), rcond=None)[0].reshape(3, 3)
    total = np.einsum("ijkl,kl->ij", s, free)
    moment = np.einsum("ijkl,kl->ij", stiff, free) / np.trace(total) * c["volumeChangeCubicMetres"]
    trend, plunge = np.radians(c["trendDegrees"]), np.radians(c["plungeDegrees"])
    axis = np.array([np.sin(trend) * np.cos(plunge), np.cos(trend) * np.cos(plunge), np.sin(plunge)])
    second = np.array([np.cos(trend), -np.sin(trend), 0])
    frame = np.array([second, np.cross(axis, second), axis]).T
    r, wr = gauss(16, 0, 1)
    t, wt = gauss(40, -1, 1)
    f = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    r, t, f = (v.ravel() for v in np.meshgrid(r, t, f, indexing="ij"))
    w = np.einsum("i,j,k->ijk", wr, wt, np.full(40, 2 * np.pi / 40)).ravel() * r**2 / (4 / 3 * np.pi)
    ball = np.array([b * r * np.sqrt(1 - t * t) * np.cos(f), b * r * np.sqrt(1 - t * t) * np.sin(f), a * r * t])
    centre = np.array([-c["eastMetres"], -c["northMetres"], c["depthMetres"]])
    points = centre[:, None] + frame @ ball
    assert points[2].min() > 0
    pressure = 1 / np.trace(total)
    return moment_response(points, frame @ moment @ frame.T, nu) @ w, pressure


def crack_by_elements(depth, nu, distances, rings, sectors):
    """Volume for a unit pressure / mu and (outward, up) at the distances, of a crack of radius 1."""
    import cutde.halfspace as half
    edges = np.sin(np.pi / 2 * np.arange(rings + 1) / rings)
    # The polygon has the circle's area.
    edges *= np.sqrt(2 * np.pi / sectors / np.sin(2 * np.pi / sectors))
    angles = 2 * np.pi * np.arange(sectors + 1) / sectors
    triangles, owner = [], []
    at = lambda i, j: np.array([edges[i] * np.cos(angles[j]), edges[i] * np.sin(angles[j]), -depth])
    for i in range(rings):
        for j in range(sectors):
            if i > 0:
                triangles.append([at(i, j), at(i + 1, j + 1), at(i, j + 1)])
                owner.append((i, j))
            triangles.append([at(i, j), at(i + 1, j), at(i + 1, j + 1)])
            owner.append((i, j))
    triangles = np.array(triangles)
    ring = np.array([o[0] for o in owner])
    middle = triangles.mean(1)
    area = np.linalg.norm(np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]), axis=1) / 2
    outward = middle[:, :2] / np.linalg.norm(middle[:, :2], axis=1)[:, None]
    # For a horizontal triangle seen anticlockwise from above the axes are: strike = north, dip = west, tensile = up.
    slip = np.zeros((len(triangles), 3, 2 * rings))
    for k, (i, direction) in enumerate(zip(ring, outward)):
        slip[k, 0, i], slip[k, 1, i] = direction[1], -direction[0]
        slip[k, 2, rings + i] = 1
    basis = slip.reshape(-1, 2 * rings)
    chosen = np.array([k for k, o in enumerate(owner) if o[1] == 0])
    strain = half.strain_matrix(middle[chosen], triangles, nu).reshape(len(chosen) * 6, -1) @ basis
    strain = strain.reshape(len(chosen), 6, -1)
    lam = 2 * nu / (1 - 2 * nu)
    normal = lam * (strain[:, 0] + strain[:, 1] + strain[:, 2]) + 2 * strain[:, 2]
    shear = 2 * (strain[:, 4] * outward[chosen, :1] + strain[:, 5] * outward[chosen, 1:])
    matrix, right = np.zeros((2 * rings, 2 * rings)), np.zeros(2 * rings)
    for k, triangle in enumerate(chosen):
        matrix[ring[triangle]] += shear[k] * area[triangle]
        matrix[rings + ring[triangle]] += normal[k] * area[triangle]
        right[rings + ring[triangle]] -= area[triangle]
    found = np.linalg.solve(matrix, right)
    volume = sum(area[k] * found[rings + ring[k]] for k in range(len(triangles)))
    places = np.array([[d, 0, 0] for d in distances])
    moved = (half.disp_matrix(places, triangles, nu).reshape(len(places) * 3, -1) @ basis @ found).reshape(-1, 3)
    return volume, moved[:, [0, 2]]


generator = np.random.default_rng(19850101)
uniform = lambda low, high: float(generator.uniform(low, high))


def dislocations():
    for index in range(36):
        mode = index % 4
        length, width, dip = uniform(500, 9000), uniform(500, 5000), [0.0, 90.0, uniform(10, 80)][index % 3]
        yield {
            "depthMetres": width / 2 * np.sin(np.radians(dip)) + uniform(1500, 6000), "lengthMetres": length,
            "widthMetres": width, "strikeDegrees": uniform(0, 360), "dipDegrees": dip,
            "strikeSlipMetres": uniform(-2, 2) if mode in (0, 3) else 0.0,
            "dipSlipMetres": uniform(-2, 2) if mode in (1, 3) else 0.0,
            "openingMetres": uniform(-2, 2) if mode in (2, 3) else 0.0,
            "poissonRatio": float(generator.choice([0.2, 0.25, 0.3])), "eastMetres": uniform(-9000, 9000),
            "northMetres": uniform(-9000, 9000)}


def spheroids():
    for index in range(30):
        major = uniform(500, 2500)
        yield {
            "depthMetres": major + uniform(1500, 5000), "semiMajorMetres": major,
            "semiMinorMetres": major * uniform(0.1, 0.95), "trendDegrees": uniform(0, 360),
            "plungeDegrees": [0.0, 90.0, uniform(5, 85)][index % 3], "volumeChangeCubicMetres": uniform(-2e7, 2e7),
            "poissonRatio": float(generator.choice([0.2, 0.25, 0.3])), "eastMetres": uniform(-8000, 8000),
            "northMetres": uniform(-8000, 8000)}


def write(name, cases):
    text = "[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n"
    (HERE / name).write_text(text)


def cracks():
    distances = [0.001, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0]
    for depth in (0.4, 0.7, 1.0, 2.0, 5.0):
        for nu in (0.25,) if depth != 1.0 else (0.2, 0.25, 0.3):
            meshes = (12, 17, 24)
            found = [crack_by_elements(depth, nu, distances, n, 2 * n + 24) for n in meshes]
            values = np.array([np.concatenate([[v], (m / v).ravel()]) for v, m in found])
            fit = np.polyfit(1 / np.array(meshes, float), values, 1)[1]
            print(depth, nu, np.abs(fit - values[-1])[1:].max() / np.abs(fit[1:]).max())
            yield {"depthOverRadius": depth, "poissonRatio": nu, "volumePerPressure": fit[0],
                   "distances": distances, "outwardPerVolume": list(fit[1::2]), "upPerVolume": list(fit[2::2])}


if __name__ == "__main__":
    write("dislocation.json", [{**c, "displacement": list(dislocation(c))} for c in dislocations()])
    found = []
    for c in spheroids():
        moved, pressure = spheroid(c)
        found.append({**c, "displacement": list(moved), "pressureOverShearModulus": pressure})
    write("spheroid.json", found)
    write("crack.json", list(cracks()))
