"""Learns which cells of a lattice are a mosaic's, from what `detection_bench cells` wrote:

    detection_bench cells-jpeg 300 BSDS500/train flowers-128/train/*
    detection_bench cells-worn 450 BSDS500/train flowers-128/train/*
    python bench/fit_cells.py cells-jpeg.bin cells-worn.bin -o ganvas/mosaic/cell_weights.inc

A network of two hidden layers, in double a minute of two cores. Lattices of every eighth image are kept for the test.
"""

import argparse
import struct

import numpy as np
import torch

HIDDEN = (32, 16)


def read(path):
    """(is the lattice the mosaic's, number of the image, cells [n, 1 + traits]) of each lattice; label first."""
    data = open(path, "rb").read()
    traits, at, lattices = struct.unpack("<i", data[:4])[0], 4, []
    while at + 16 <= len(data):
        kind, image, width, height = struct.unpack("<4i", data[at : at + 16])
        at += 16
        cells = np.frombuffer(data, np.float32, min(width * height * (traits + 1), (len(data) - at) // 4), at)
        at += cells.nbytes
        if cells.size == width * height * (traits + 1):
            lattices.append((kind == 0, image, cells.reshape(-1, traits + 1)))
    return lattices


def columns(cells, which):
    return np.concatenate([c[:, which] for _, _, c in cells])


def train(lattices, steps):
    x, y = columns(lattices, slice(1, None)), columns(lattices, 0)
    weight = np.concatenate([np.full(len(c), len(c) ** -0.5, np.float32) for _, _, c in lattices])  # large ones count less
    mean, deviation = x.mean(0), x.std(0) + 1e-3
    x, y, weight = (torch.from_numpy(np.ascontiguousarray(v)) for v in ((x - mean) / deviation, y, weight / weight.mean()))
    net = torch.nn.Sequential(torch.nn.Linear(x.shape[1], HIDDEN[0]), torch.nn.ReLU(), torch.nn.Linear(*HIDDEN),
                              torch.nn.ReLU(), torch.nn.Linear(HIDDEN[1], 1))
    adam = torch.optim.Adam(net.parameters(), 2e-3, weight_decay=1e-5)
    for step in range(steps):
        adam.param_groups[0]["lr"] = 2e-3 * min(1, 2 * (1 - step / steps))
        some = torch.randint(0, len(x), (8192,))
        loss = torch.nn.functional.binary_cross_entropy_with_logits(net(x[some])[:, 0], y[some], weight[some])
        adam.zero_grad()
        loss.backward()
        adam.step()
    with torch.no_grad():  # the first layer sees traits as they are
        net[0].weight /= torch.from_numpy(deviation)
        net[0].bias -= net[0].weight @ torch.from_numpy(mean)
    return net


def test(net, lattices):
    with torch.no_grad():
        right = [((net(torch.from_numpy(c[:, 1:].copy()))[:, 0] > 0).numpy() == (c[:, 0] > 0)).mean() for _, _, c in lattices]
    is_mosaic = np.array([m for m, _, _ in lattices])
    return np.mean(np.array(right)[is_mosaic]), np.mean(np.array(right)[~is_mosaic])


def write(net, path):
    numbers = [f"{v:.4g}F" for layer in (net[0], net[2], net[4]) for v in (*layer.weight.detach().flatten().tolist(), *layer.bias.tolist())]
    numbers = [n if "." in n or "e" in n else n.replace("F", ".F") for n in numbers]
    lines, line = [], ""
    for number in numbers:
        if len(line) + len(number) + 2 > 118:
            lines.append(line)
            line = ""
        line += number + ", "
    lines.append(line)
    head = ("// Weights and biases of the three layers of cell_judge.cpp; learned by bench/fit_cells.py.\n"
            "// SPDX-License-Identifier: Apache-2.0\n// clang-format off\n")
    open(path, "w").write(head + "\n".join(l.rstrip() for l in lines) + "\n// clang-format on\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cells", nargs="+")
    parser.add_argument("-o", "--out", required=True)
    parser.add_argument("--steps", type=int, default=4000)
    given = parser.parse_args()
    torch.manual_seed(0)
    lattices = [lattice for path in given.cells for lattice in read(path)]
    net = train([l for l in lattices if l[1] % 8 != 0], given.steps)
    own, others = test(net, [l for l in lattices if l[1] % 8 == 0])
    print(f"cells told rightly: {own:.3f} on mosaics' lattices, {others:.3f} on others")
    write(net, given.out)


if __name__ == "__main__":
    main()
