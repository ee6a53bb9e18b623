"""Writes safetensors files, so that the golden makers need torch alone."""

import json
import struct

import torch


def write(path, tensors):
    header, data = {}, b""
    for name, tensor in tensors.items():
        flat = tensor.detach().contiguous().float().flatten()
        raw = bytes(flat.view(torch.uint8).tolist())
        header[name] = {
            "dtype": "F32",
            "shape": list(tensor.shape),
            "data_offsets": [len(data), len(data) + len(raw)],
        }
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)
