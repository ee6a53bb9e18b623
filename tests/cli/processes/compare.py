"""Two runs' newest checkpoints: prints by how much the moments of their gradients differ, relative to the largest of each tensor.
With --same, exits with 1 unless the files are the same bytes."""
import array
import glob
import json
import struct
import sys


def newest(run):
    return sorted(glob.glob(run + "/checkpoints/step-*.safetensors"))[-1]


def moments(path):
    with open(path, "rb") as file:
        head = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    found = {}
    for name, entry in head.items():
        if name.startswith("optimizer/") and ("/mean/" in name or "/square/" in name):
            begin, end = entry["data_offsets"]
            found[name] = array.array("f", data[begin:end])
    return found


def main():
    a, b = (newest(run) for run in sys.argv[1:3])
    if "--same" in sys.argv:
        sys.exit(open(a, "rb").read() != open(b, "rb").read())
    a, b = moments(a), moments(b)
    assert a.keys() == b.keys() and a
    largest = {}  # of a player's moments; what is noise beside them tells nothing
    for name, values in a.items():
        player = name.split("/")[1:3]
        largest[str(player)] = max(largest.get(str(player), 0), max(map(abs, values)))
    worst = 0.0
    for name, values in a.items():
        size = max(max(map(abs, values)), 1e-4 * largest[str(name.split("/")[1:3])])
        worst = max(worst, max(abs(x - y) for x, y in zip(values, b[name])) / size)
    print(f"{worst:.1e}")
    sys.exit(worst > 1e-4)


main()
