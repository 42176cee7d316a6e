"""Weights and inputs that need no file: the same formulas as in FormulaNumbers.swift."""

import numpy as np

MASK = (1 << 64) - 1


def fnv(name):
    value = 0xCBF29CE484222325
    for byte in name.encode():
        value = ((value ^ byte) * 0x100000001B3) & MASK
    return value


def hashes(name, count):
    """SplitMix64 of the name's FNV-1a hash plus each index times the golden ratio."""
    with np.errstate(over="ignore"):
        z = np.uint64(fnv(name)) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def uniform(name, shape, amplitude=1.0):
    """float32 numbers in [-amplitude, amplitude): 24 random bits, then one rounding."""
    bits = (hashes(name, int(np.prod(shape))) >> np.uint64(40)).astype(np.int64) - (1 << 23)
    unit = bits.astype(np.float32) * np.float32(2.0**-23)
    return (unit * np.float32(amplitude)).reshape(shape)


def patch(kind, size):
    """Gray patch 0...255; integer arithmetic throughout."""
    y, x = np.mgrid[0:size, 0:size].astype(np.int64)
    middle = size // 2
    noise = (hashes(f"patch.{kind}", size * size) >> np.uint64(56)).astype(np.int64).reshape(size, size)
    squared = (x - middle) ** 2 + (y - middle) ** 2
    gray = [
        noise,
        (3 * x + 5 * y) % 256,
        squared // 16 % 256,
        np.where(x < middle, noise, 127),
        11 * x % 256,
        (x // 16 + y // 16) % 2 * 200 + 20,
        (squared // 4 + noise // 4) % 256,
        np.full((size, size), 30),
    ][kind]
    return gray.astype(np.float32)


PATCH_KINDS = 8
