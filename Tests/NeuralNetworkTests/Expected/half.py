"""float32 numbers and what NumPy rounds them to in float16: half.json. Run beside make_expected.py."""

import json

import numpy

random = numpy.random.default_rng(16)
ties = (numpy.arange(0, 0x7C00, 97, dtype=numpy.uint32).astype(numpy.uint16)).view(numpy.float16).astype(numpy.float32)
above = numpy.nextafter(ties, numpy.float32(1e9))
with numpy.errstate(over="ignore"):
    middle = ((ties.astype(numpy.float64) + numpy.nextafter(ties.astype(numpy.float16), numpy.float16(7e4)).astype(numpy.float64)) / 2).astype(numpy.float32)
special = numpy.array(
    [0.0, -0.0, 65504, 65519, 65519.996, 65520, 1e9, numpy.inf, -numpy.inf, 2**-24, 2**-25, 1.5 * 2**-25, 2**-14, 6.1e-5, 1e-30],
    dtype=numpy.float32,
)
wide = (random.standard_normal(1000) * 10.0 ** random.uniform(-9, 6, 1000)).astype(numpy.float32)
with numpy.errstate(over="ignore"):
    numbers = numpy.concatenate([special, ties, above, -above, middle, -middle, wide])
    halves = numbers.astype(numpy.float16)
with open("half.json", "w") as file:
    json.dump({"singles": numbers.view(numpy.uint32).tolist(), "halves": halves.view(numpy.uint16).tolist()}, file)
