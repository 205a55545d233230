#!/usr/bin/python3
# make-pixmaps.py: draws a tray's icon as the pixels that trays ask for
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: make-pixmaps.py RSVG-CONVERT SVG SVG-22 PIXELS

SVG is on a grid of 16, SVG-22 on one of 22: so that edges fall between pixels in every size; at
24 it has an empty pixel around it. PIXELS is 16, 22, 24, 32 and 48 pixels wide, one after the
other, each pixel as alpha, red, green, blue: StatusNotifierItem's ARGB32 in network order.
"""

import re
import struct
import subprocess
import sys
import zlib

SIZES = (16, 22, 24, 32, 48)


def draw(program, svg, size):
    done = subprocess.run([program, "-w", str(size), "-h", str(size)], input=svg, check=True,
                          stdout=subprocess.PIPE)
    return done.stdout


def pad(svg):
    """With an empty pixel around it."""
    text, count = re.subn(rb'width="22" height="22" viewBox="1 1 22 22"',
                          b'width="24" height="24" viewBox="0 0 24 24"', svg)
    if count != 1:
        sys.exit("make-pixmaps.py: the second picture is not on a grid of 22")
    return text


def predict(kind, left, up, corner):
    """PNG, section 9: what a filter adds to a byte."""
    if kind == 4:
        base = left + up - corner
        return min((abs(base - left), 0, left), (abs(base - up), 1, up),
                   (abs(base - corner), 2, corner))[2]
    return (0, left, up, (left + up) // 2)[kind]


def read_png(data, size):
    """The pixels of a picture with red, green, blue and alpha of 8 bits, row by row."""
    packed, header, place = b"", None, 8
    while place < len(data):
        length, name = struct.unpack(">I4s", data[place:place + 8])
        body = data[place + 8:place + 8 + length]
        if name == b"IHDR":
            header = struct.unpack(">IIBBBBB", body)
        elif name == b"IDAT":
            packed += body
        place += 12 + length
    if header != (size, size, 8, 6, 0, 0, 0):
        sys.exit(f"make-pixmaps.py: rsvg-convert made another kind of picture: {header}")

    plain, stride = zlib.decompress(packed), size * 4
    above, rows = bytearray(stride), []
    for start in range(0, len(plain), stride + 1):
        kind, row = plain[start], bytearray(plain[start + 1:start + 1 + stride])
        for i in range(stride):
            left, corner = (row[i - 4], above[i - 4]) if i >= 4 else (0, 0)
            row[i] = (row[i] + predict(kind, left, above[i], corner)) & 255
        rows.append(row)
        above = row
    return b"".join(rows)


def to_argb(pixels):
    swapped = bytearray(len(pixels))
    for source, target in ((3, 0), (0, 1), (1, 2), (2, 3)):
        swapped[target::4] = pixels[source::4]
    return bytes(swapped)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def main():
    program, coarse, fine, target = sys.argv[1], read(sys.argv[2]), read(sys.argv[3]), sys.argv[4]
    sources = {22: fine, 24: pad(fine)}
    with open(target, "wb") as file:
        for size in SIZES:
            picture = draw(program, sources.get(size, coarse), size)
            file.write(to_argb(read_png(picture, size)))


main()
