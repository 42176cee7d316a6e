#!/usr/bin/env python3
"""write_picture.py PATH HEIGHT WIDTH gray|colour: a PNG by the standard library alone."""
import struct
import sys
import zlib

path, height, width, kind = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
COLOURS = [(255, 0, 0, 255), (0, 255, 0, 255), (0, 0, 255, 255), (90, 90, 90, 255), (255, 0, 0, 0), (255, 0, 0, 255)]
rows = b""
for row in range(height):
    rows += b"\0"
    for column in range(width):
        rows += bytes([(row + 2 * column) % 256]) if kind == "gray" else bytes(COLOURS[column % 6])


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


with open(path, "wb") as file:
    file.write(b"\x89PNG\r\n\x1a\n")
    file.write(chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0 if kind == "gray" else 6, 0, 0, 0)))
    file.write(chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
