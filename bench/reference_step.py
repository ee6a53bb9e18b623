"""Times the pix2pix step of our own PyTorch formulation, eager, beside ganvas_bench.

    .venv/bin/python bench/reference_step.py [bf16] [threads]

The reference's way: BCE with logits on a patch map, Adam as torch makes it by default, the
discriminator frozen while the generator learns.
"""

import json
import pathlib
import resource
import sys
import time

import torch
from torch import nn

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tools" / "golden"))
from networks import PatchDiscriminator, UNet  # noqa: E402

WARM_UP, COUNTED = 3, 15


def main():
    bf16 = "bf16" in sys.argv
    torch.set_num_threads(next((int(a) for a in sys.argv[1:] if a.isdigit()), 2))
    net_g, net_d = UNet(3, 3, 64, 8), PatchDiscriminator(6, 64, 3)
    adam_g = torch.optim.Adam(net_g.parameters(), 2e-4, (0.5, 0.999))
    adam_d = torch.optim.Adam(net_d.parameters(), 2e-4, (0.5, 0.999))
    bce = nn.BCEWithLogitsLoss()
    a, b = torch.rand(1, 3, 256, 256) * 2 - 1, torch.rand(1, 3, 256, 256) * 2 - 1

    def step():
        with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            fake = net_g(a)
            net_d.requires_grad_(True)
            adam_d.zero_grad()
            score = net_d(torch.cat([a, fake.detach()], 1)).float()
            loss = bce(score, torch.zeros_like(score))
            score = net_d(torch.cat([a, b], 1)).float()
            loss = 0.5 * (loss + bce(score, torch.ones_like(score)))
        loss.backward()
        loss.item()
        adam_d.step()
        with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            net_d.requires_grad_(False)
            adam_g.zero_grad()
            score = net_d(torch.cat([a, fake], 1)).float()
            loss = bce(score, torch.ones_like(score)) + 100 * (fake.float() - b).abs().mean()
        loss.backward()
        loss.item()
        adam_g.step()

    times = []
    for number in range(WARM_UP + COUNTED):
        begin = time.perf_counter()
        step()
        if number >= WARM_UP:
            times.append(1000 * (time.perf_counter() - begin))
    times.sort()
    print(
        json.dumps(
            {
                "torch": torch.__version__,
                "precision": "bf16" if bf16 else "fp32",
                "step_ms_median": times[len(times) // 2],
                "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }
        )
    )


if __name__ == "__main__":
    main()
