#!/usr/bin/env python3
"""Checks the generator and the scorer against published values and plain loops: python test_measuring.py"""

import unittest

import numpy as np

import cases
import disc
import fringe_gate
import ground
import rectangle
import source_map
import sources
from expected_values import FORMULAS, phase
from scales import canvas, layout, merged, multilook

# Okada 1985, table 2, cases 2 to 4: x, y, depth, dip, then (ux, uy, uz) by strike slip, dip slip and opening of 1 on 3 × 2.
OKADA = [
    ((2, 3, 4, 70), ((-8.689e-3, -4.298e-3, -2.747e-3), (-4.682e-3, -3.527e-2, -3.564e-2), (-2.660e-4, 1.056e-2, 3.214e-3))),
    ((0, 0, 4, 90), ((0, 5.253e-3, 0), (0, 0, 0), (1.223e-2, 0, -1.606e-2))),
    ((0, 0, 4, -90), ((0, -1.303e-3, 0), (0, 0, 0), (3.507e-3, 0, -7.740e-3))),
]


class Kernels(unittest.TestCase):
    def test_a_rectangle_moves_the_ground_as_published(self):
        for (x, y, depth, dip), expected in OKADA:
            for kind, values in zip(("strike_slip", "dip_slip", "opening"), expected):
                moved = rectangle.displacement(
                    np.array([x], float), np.array([y], float), depth, np.radians(dip), 3, 2, **{kind: 1})[:, 0]
                for ours, theirs in zip(moved, values):
                    self.assertLessEqual(abs(ours - theirs), 5.001e-4 * abs(theirs) + 1e-12, (x, y, dip, kind))

    def test_a_disc_lifts_its_middle_as_the_integral_says(self):
        for depth in (0.3, 1, 2.5):
            up = disc.displacement(np.zeros(1), np.zeros(1), depth)[2, 0]
            self.assertAlmostEqual(up, 1 - depth / np.hypot(1, depth), places=4)

    def test_a_deep_disc_is_a_point_source(self):
        x, depth = np.linspace(0.1, 12, 30), 8.0
        moved = disc.displacement(x, 0 * x, depth)
        np.testing.assert_allclose(moved[0] / moved[2], x / depth, rtol=0.03)

    def test_sources_have_the_half_width_and_fringes_asked_for(self):
        for kind in sources.KINDS:
            for width, fringes in ((15, 2), (60, 5)):
                _, moved = sources.displacement(np.random.default_rng(1), kind, width, fringes)
                size = np.abs(moved)
                self.assertAlmostEqual(size.max(), fringes, delta=0.05 * fringes)
                self.assertAlmostEqual(np.sqrt((size >= fringes / 2).sum() / np.pi), width, delta=0.05 * width + 0.5)
                self.assertLess(2 * np.pi * np.hypot(*np.gradient(moved)).max(), np.pi)

    def test_turbulence_has_the_range_asked_for(self):
        self.assertAlmostEqual(np.ptp(ground.turbulence(np.random.default_rng(2), 3)), 3)

    def test_variants_differ_in_nothing_else(self):
        case = cases.Case("invariance", "calm", "disc", 45, 2)
        base, turned, negated, flipped = (
            cases.made(cases.replace(case, variant=variant), 1)
            for variant in ("offset 0", "offset 3", "negated", "rows flipped"))
        difference = np.angle(np.exp(1j * (turned.phase - base.phase - 3 * np.pi / 4)))
        self.assertLess(np.abs(difference).max(), 1e-5)
        np.testing.assert_array_equal(negated.phase, -base.phase)
        np.testing.assert_array_equal(flipped.displacement[::-1], base.displacement)


class Scales(unittest.TestCase):
    def test_patches_cover_the_canvases(self):
        fine, middle, coarse = layout((500, 500))
        self.assertEqual((fine.rows, fine.canvas), ((0, 140, 280), (504, 504)))
        self.assertEqual((middle.columns, middle.canvas), ((0, 28), (252, 252)))
        self.assertEqual((coarse.rows, coarse.canvas, coarse.top), ((0,), (224, 224), 49))

    def test_squares_are_averaged_as_phasors(self):
        values = phase(FORMULAS[2])
        coarse = multilook(values, 4)
        for row, column in ((0, 0), (83, 20), (40, 47), (70, 10)):
            square = values[row * 4 : row * 4 + 4, column * 4 : column * 4 + 4].ravel()
            known = square[~np.isnan(square)]
            if 2 * known.size < square.size:
                self.assertTrue(np.isnan(coarse[row, column]))
            else:
                self.assertAlmostEqual(coarse[row, column], np.angle(np.exp(1j * known).sum()), places=5)

    def test_equal_patches_merge_to_their_value(self):
        for scale in layout((333, 217)):
            np.testing.assert_allclose(merged([0.7] * len(scale.origins()), scale, (333, 217)), 0.7, rtol=1e-6)

    def test_no_constant_moves_the_gate(self):
        scale = layout((500, 500))[0]
        values = canvas(phase(FORMULAS[0]), scale)
        turned = np.angle(np.exp(1j * (values + 1.234))).astype(np.float32)
        for (one, _), (other, _) in zip(
                fringe_gate.edge_shares(values, scale.origins(), 224),
                fringe_gate.edge_shares(turned, scale.origins(), 224)):
            self.assertAlmostEqual(one, other, places=6)

    def test_subcells_lie_within_their_cell(self):
        where = np.random.default_rng(3).random((32, 7, 7))
        maps = source_map.shuffled(where)
        for part, row, column in ((0, 5, 22), (1, 27, 3), (1, 14, 9)):
            channel = part * 16 + row % 4 * 4 + column % 4
            self.assertEqual(maps[part, row, column], where[channel, row // 4, column // 4])

    def test_a_cell_of_a_patch_lies_where_it_is_on_the_map(self):
        for scale in layout((500, 500)):
            where = np.zeros((32, 7, 7))
            where[16 + 5, 3, 2] = 1  # heat of row 13, column 9 of 28
            origin = scale.origins()[-1]
            _, heat = source_map.merged([(scale, origin, 0.9, where)], (500, 500))
            row, column = source_map.place(heat, np.ones((500, 500), bool))
            self.assertLess(abs(row - (origin[0] + 13.5 * 8 - scale.top) * scale.factor), 6 * scale.factor)
            self.assertLess(abs(column - (origin[1] + 9.5 * 8 - scale.left) * scale.factor), 6 * scale.factor)


if __name__ == "__main__":
    unittest.main()
