"""Writes tests/golden/archive.pth and sequence.pth: one state_dict in both forms of torch.save()."""

import collections
from pathlib import Path

import torch

FOLDER = Path(__file__).resolve().parents[2] / "tests" / "golden"


def main():
    numbers = torch.arange(24, dtype=torch.float32)
    state = collections.OrderedDict(
        whole=numbers.view(2, 3, 4),
        turned=numbers.view(4, 6)[1:, 2:].t(),  # a view of the same storage, with an offset
        parameter=torch.nn.Parameter(torch.tensor([0.5, -2.0])),
        half=torch.tensor([[1.5]], dtype=torch.float16),
        steps=torch.tensor(7),
        empty=torch.zeros(0, 3),
    )
    state._metadata = {"": {"version": 1}}
    torch.save(state, FOLDER / "archive.pth")
    torch.save(state, FOLDER / "sequence.pth", _use_new_zipfile_serialization=False)


if __name__ == "__main__":
    main()
