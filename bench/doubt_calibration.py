"""Does the doubt map know where a restoration is wrong? The rank correlation of doubt and error.

Pixelates photographs, restores them with `ganvas restore --doubt on`, and compares, cell by cell of
the grid, the mean of the doubt map with the root mean square error. Needs numpy and Pillow.

    python bench/doubt_calibration.py PROGRAM PHOTOS SCRATCH
"""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
from PIL import Image

CELL = 8


def ranks(values):
    """1, 2, ... in the order of the values; equal ones get their mean rank."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(count) - (count - 1) / 2)[place]


def cell_means(image):
    height, width = (side // CELL * CELL for side in image.shape)
    cells = image[:height, :width].reshape(height // CELL, CELL, width // CELL, CELL)
    return cells.mean((1, 3))


def main(program, photos, scratch):
    scratch = Path(scratch)
    subprocess.run([program, "mosaic", photos, "-o", scratch, "--pairs", "on", "--cell", str(CELL),
                    "--phase", "edge", "--regions", "mixed"], check=True, stderr=subprocess.DEVNULL)
    correlations, thirds = [], []
    for pixelated in sorted((scratch / "A").glob("*.png")):
        out = scratch / "restored" / pixelated.name
        out.parent.mkdir(exist_ok=True)
        subprocess.run([program, "restore", pixelated, "-o", out, "--doubt", "on", "--cell", str(CELL),
                        "--mask", scratch / "masks" / pixelated.name],
                       check=True, stderr=subprocess.DEVNULL)
        read = lambda path, mode: np.asarray(Image.open(path).convert(mode), float)
        error = ((read(out, "RGB") - read(scratch / "B" / pixelated.name, "RGB")) ** 2).mean(2)
        inside = cell_means(read(scratch / "masks" / pixelated.name, "L")) > 254
        doubt = cell_means(read(out.with_name(out.stem + "-doubt.png"), "L"))[inside]
        error = np.sqrt(cell_means(error))[inside]
        correlations.append(np.corrcoef(ranks(doubt), ranks(error))[0, 1])
        order = error[np.argsort(doubt, kind="stable")]
        thirds.append([part.mean() for part in np.array_split(order, 3)])
    print(json.dumps({"pictures": len(correlations), "rank_correlation": np.mean(correlations),
                      "least": np.min(correlations),
                      "error_by_third_of_doubt": list(np.mean(thirds, 0))}))


if __name__ == "__main__":
    main(*sys.argv[1:])
