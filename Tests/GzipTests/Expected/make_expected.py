# Requires: Python 3.8 or newer, nothing else.
"""Writes repeated.gz: 786,432 bytes, exactly three of the reader's pieces, that pack into less than one."""
import gzip
import pathlib

line = b"0123456789abcde\n"
path = pathlib.Path(__file__).parent / "repeated.gz"
path.write_bytes(gzip.compress(line * (786_432 // len(line)), mtime=0))
