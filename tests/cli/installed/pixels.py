"""PNG files (8 bit, RGB) as plain pixels, and those as PPM."""

# SPDX-License-Identifier: Apache-2.0
import pathlib
import struct
import zlib


def read_png(path):
    """(pixels, width, height), without a library for images."""
    data, place, packed = pathlib.Path(path).read_bytes(), 8, b""
    while place < len(data):
        size, kind = struct.unpack(">I4s", data[place : place + 8])
        chunk = data[place + 8 : place + 8 + size]
        if kind == b"IHDR":
            width, height, bits, color = struct.unpack(">IIBB", chunk[:10])
            assert (bits, color, chunk[12]) == (8, 2, 0), "expected RGB of 8 bits, not interlaced"
        if kind == b"IDAT":
            packed += chunk
        place += 12 + size
    rows, above, line = zlib.decompress(packed), bytearray(3 * width), 3 * width + 1
    pixels = bytearray()
    for y in range(height):
        how, row = rows[y * line], bytearray(rows[y * line + 1 : (y + 1) * line])
        for i in range(len(row)):
            left, up, corner = (row[i - 3], above[i], above[i - 3]) if i >= 3 else (0, above[i], 0)
            guess = left + up - corner
            nearest = min((left, up, corner), key=lambda value: abs(guess - value))
            row[i] = (row[i] + (0, left, up, (left + up) // 2, nearest)[how]) & 255
        pixels += row
        above = row
    return bytes(pixels), width, height


def write_ppm(path, pixels, width, height):
    pathlib.Path(path).write_bytes(b"P6\n%d %d\n255\n" % (width, height) + pixels)
