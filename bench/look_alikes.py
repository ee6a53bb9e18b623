"""Draws a hundred images that look like mosaics and are none, for `detection_bench clean 100 OUT`.

    python bench/look_alikes.py PHOTOGRAPHS OUT

Ten of each kind: JPEGs of low quality, tiles with grout, woven cloth, windows, brick, screens, dithering, tables, codes and pixel art;
each second one is a JPEG. Seeded: the same folder of photographs gives the same images.
SPDX-License-Identifier: Apache-2.0
"""
import sys
from pathlib import Path

import numpy as np
from PIL import Image

COUNT = 10


def noise(rng, height, width, strength):
    return rng.normal(0, strength, (height, width, 1))


def photograph(rng, photos, width, height):
    image = Image.open(photos[rng.integers(len(photos))]).convert("RGB")
    return image.resize((width, height), Image.LANCZOS)


def low_quality(rng, photos):
    return photograph(rng, photos, 720, 480), int(rng.integers(3, 30))


def tiles(rng, photos):
    side, grout = int(rng.integers(10, 40)), int(rng.integers(1, 5))
    image = np.full((400, 600, 3), rng.integers(90, 230), float)
    for top in range(0, 400, side + grout):
        for left in range(0, 600, side + grout):
            image[top:top + side, left:left + side] = rng.integers(40, 240) + rng.normal(0, 8, 3)
    return image + noise(rng, 400, 600, rng.uniform(0, 4)), None


def cloth(rng, photos):
    y, x = np.mgrid[0:400, 0:600].astype(float)
    period = rng.uniform(4, 14)
    weave = np.sign(np.sin(2 * np.pi * x / period)) * np.sign(np.sin(2 * np.pi * y / period))
    shade = 120 + 30 * weave + 25 * np.sin(2 * np.pi * (x + y * 0.5) / period / 2)
    return shade[..., None] * rng.uniform(0.6, 1.1, 3) + noise(rng, 400, 600, 5), None


def windows(rng, photos):
    image = np.asarray(photograph(rng, photos, 600, 400), float) * 0.3 + 120
    wide, high = int(rng.integers(12, 40)), int(rng.integers(14, 50))
    for top in range(6, 400 - high, high):
        for left in range(6, 600 - wide, wide):
            image[top:top + high * 2 // 3, left:left + wide * 2 // 3] = rng.integers(20, 90) + rng.normal(0, 6, 3)
    return image + noise(rng, 400, 600, 2), None


def brick(rng, photos):
    wide, high, mortar = int(rng.integers(20, 50)), int(rng.integers(8, 18)), int(rng.integers(1, 4))
    image = np.full((400, 600, 3), 170.0)
    for row, top in enumerate(range(0, 400, high + mortar)):
        for left in range(-(row % 2) * wide // 2, 600, wide + mortar):
            part = image[top:top + high, max(0, left):max(0, left + wide)]
            part[:] = np.array([150, 70, 50]) * rng.uniform(0.7, 1.2) + rng.normal(0, 6, part.shape)
    return image + noise(rng, 400, 600, 3), None


def screen(rng, photos):
    cell = int(rng.integers(4, 12))
    small = np.asarray(photograph(rng, photos, 600 // cell, 400 // cell), float)
    image = small.repeat(cell, 0).repeat(cell, 1)
    image[::cell] = image[:, ::cell] = 12
    third = max(1, cell // 3)
    for channel in range(3):
        for offset in range(cell):
            if offset // third != channel:
                image[:, offset::cell, channel] *= 0.15
    return image, None


def dithered(rng, photos):
    image = photograph(rng, photos, 600, 400)
    if rng.random() < 0.5:
        return np.asarray(image.convert("1").convert("RGB"), float), None
    bayer = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]]) * 16 + 8
    grey = np.asarray(image.convert("L"), float)
    return np.where(grey > np.tile(bayer, (100, 150)), 255.0, 0.0)[..., None].repeat(3, 2), None


def table(rng, photos):
    wide, high = int(rng.integers(30, 80)), int(rng.integers(14, 30))
    image = np.full((400, 600, 3), 255.0)
    for row, top in enumerate(range(0, 400, high)):
        image[top:top + high] = 235 + 20 * (row % 2)
    if rng.random() < 0.7:
        image[::high] = image[:, ::wide] = 120
    for top in range(4, 400 - high, high):
        for left in range(4, 600 - wide, wide):
            for x in range(left, left + int(rng.integers(8, wide - 8)), 3):
                image[top:top + int(rng.integers(3, 8)), x] = 40
    return image, None


def code(rng, photos):
    cell, count = int(rng.integers(4, 14)), int(rng.integers(21, 34))
    bits = rng.integers(0, 2, (count, count)) * 255.0
    image = np.full(((count + 8) * cell, (count + 8) * cell), 255.0)
    image[4 * cell:-4 * cell, 4 * cell:-4 * cell] = bits.repeat(cell, 0).repeat(cell, 1)
    return image[..., None].repeat(3, 2), None


def pixel_art(rng, photos):
    cell, colours = int(rng.integers(4, 12)), int(rng.integers(4, 17))
    small = photograph(rng, photos, 64, 48).quantize(colours, dither=Image.Dither.NONE).convert("RGB")
    return small.resize((64 * cell, 48 * cell), Image.NEAREST), None


KINDS = [low_quality, tiles, cloth, windows, brick, screen, dithered, table, code, pixel_art]


def main():
    photos = sorted(path for path in Path(sys.argv[1]).iterdir() if path.suffix in (".png", ".jpg"))
    out = Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    for kind in KINDS:
        rng = np.random.default_rng(KINDS.index(kind))
        for number in range(COUNT):
            image, quality = kind(rng, photos)
            if not isinstance(image, Image.Image):
                image = Image.fromarray(np.clip(np.rint(image), 0, 255).astype(np.uint8))
            name = f"{kind.__name__}-{number}"
            if quality is None and number % 2 == 1:
                quality = int(rng.integers(60, 96))
            if quality is None:
                image.save(out / f"{name}.png")
            else:
                image.save(out / f"{name}.jpg", quality=quality)


main()
