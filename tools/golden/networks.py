"""Our own PyTorch formulation of the pix2pix networks, from the facts of the paper and its code.

Isola et al., "Image-to-Image Translation with Conditional Adversarial Networks", CVPR 2017
(arXiv:1611.07004). The truth that the C++ networks are compared with; parameter names are equal.
"""

import torch
from torch import nn
from torch.nn import functional as F


class Norm(nn.Module):
    """Batch norm (affine, eps 1e-5) or instance norm (no parameters, eps 1e-5)."""

    def __init__(self, kind, channels):
        super().__init__()
        self.kind = kind
        if kind == "batch":
            self.weight = nn.Parameter(torch.ones(channels))
            self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x):
        if self.kind == "instance":
            return F.instance_norm(x)
        return F.batch_norm(x, None, None, self.weight, self.bias, training=True)


class UNet(nn.Module):
    """Encoder and decoder of c4-2 / t4-2 with skips; `levels` halvings."""

    def __init__(self, channels_in, channels_out, width, levels, norm="batch"):
        super().__init__()
        widths = [width * min(8, 2**i) for i in range(levels)]
        bias = norm == "instance"
        self.levels = levels
        for i, w in enumerate(widths):
            before = channels_in if i == 0 else widths[i - 1]
            self.add_module(f"down{i}", nn.Conv2d(before, w, 4, 2, 1, bias=bias))
            if 0 < i < levels - 1:
                self.add_module(f"down_norm{i}", Norm(norm, w))
            after = channels_out if i == 0 else widths[i - 1]
            inside = w if i == levels - 1 else 2 * w
            self.add_module(f"up{i}", nn.ConvTranspose2d(inside, after, 4, 2, 1, bias=bias or i == 0))
            if i > 0:
                self.add_module(f"up_norm{i}", Norm(norm, after))

    def part(self, name):
        return getattr(self, name)

    def forward(self, x):
        codes = [self.down0(x)]
        for i in range(1, self.levels):
            code = self.part(f"down{i}")(F.leaky_relu(codes[-1], 0.2))
            codes.append(self.part(f"down_norm{i}")(code) if i < self.levels - 1 else code)
        y = codes[-1]
        for i in reversed(range(1, self.levels)):
            y = self.part(f"up_norm{i}")(self.part(f"up{i}")(F.relu(y)))
            y = torch.cat([codes[i - 1], y], 1)
        return torch.tanh(self.up0(F.relu(y)))


class ResNet(nn.Module):
    """c7-1, two c3-2, `blocks` residual blocks, two t3-2, c7-1; reflection padding, instance norm."""

    def __init__(self, channels_in, channels_out, width, blocks, norm="instance"):
        super().__init__()
        bias = norm == "instance"
        self.blocks = blocks
        self.norm_kind = norm
        self.head = nn.Conv2d(channels_in, width, 7, bias=bias)
        self.head_norm = Norm(norm, width)
        self.down0 = nn.Conv2d(width, 2 * width, 3, 2, 1, bias=bias)
        self.down_norm0 = Norm(norm, 2 * width)
        self.down1 = nn.Conv2d(2 * width, 4 * width, 3, 2, 1, bias=bias)
        self.down_norm1 = Norm(norm, 4 * width)
        for i in range(blocks):
            for half in ("a", "b"):
                self.add_module(f"block{i}{half}", nn.Conv2d(4 * width, 4 * width, 3, bias=bias))
                self.add_module(f"block_norm{i}{half}", Norm(norm, 4 * width))
        self.up0 = nn.ConvTranspose2d(4 * width, 2 * width, 3, 2, 1, 1, bias=bias)
        self.up_norm0 = Norm(norm, 2 * width)
        self.up1 = nn.ConvTranspose2d(2 * width, width, 3, 2, 1, 1, bias=bias)
        self.up_norm1 = Norm(norm, width)
        self.tail = nn.Conv2d(width, channels_out, 7)

    def forward(self, x):
        y = F.relu(self.head_norm(self.head(F.pad(x, (3,) * 4, "reflect"))))
        y = F.relu(self.down_norm0(self.down0(y)))
        y = F.relu(self.down_norm1(self.down1(y)))
        for i in range(self.blocks):
            part = lambda name: getattr(self, f"{name}")
            h = part(f"block{i}a")(F.pad(y, (1,) * 4, "reflect"))
            h = F.relu(part(f"block_norm{i}a")(h))
            h = part(f"block{i}b")(F.pad(h, (1,) * 4, "reflect"))
            y = y + part(f"block_norm{i}b")(h)
        y = F.relu(self.up_norm0(self.up0(y)))
        y = F.relu(self.up_norm1(self.up1(y)))
        return torch.tanh(self.tail(F.pad(y, (3,) * 4, "reflect")))


class PatchDiscriminator(nn.Module):
    """c4 layers, `layers` of them with stride 2; layers 0 is the 1x1 PixelGAN. Patch logits."""

    def __init__(self, channels, width, layers, norm="batch"):
        super().__init__()
        bias = norm == "instance"
        if layers == 0:
            kernel, strides, widths = 1, [1, 1], [width, 2 * width]
        else:
            kernel = 4
            strides = [2] * layers + [1]
            widths = [width * min(8, 2**i) for i in range(layers + 1)]
        padding = 0 if layers == 0 else 1
        self.count = len(widths)
        for i, w in enumerate(widths):
            before = channels if i == 0 else widths[i - 1]
            self.add_module(
                f"conv{i}", nn.Conv2d(before, w, kernel, strides[i], padding, bias=bias or i == 0)
            )
            if i > 0:
                self.add_module(f"norm{i}", Norm(norm, w))
        last_bias = layers > 0 or bias
        self.score = nn.Conv2d(widths[-1], 1, kernel, 1, padding, bias=last_bias)

    def forward(self, x):
        y = F.leaky_relu(self.conv0(x), 0.2)
        for i in range(1, self.count):
            y = F.leaky_relu(getattr(self, f"norm{i}")(getattr(self, f"conv{i}")(y)), 0.2)
        return self.score(y)


def count(module):
    return sum(p.numel() for p in module.parameters())


if __name__ == "__main__":
    print("unet_256 BN", count(UNet(3, 3, 64, 8)), "expected 54413955")
    print("unet_256 IN", count(UNet(3, 3, 64, 8, "instance")), "expected 54409603")
    print("unet_128 BN", count(UNet(3, 3, 64, 7)), "expected 41828995")
    print("resnet_9 IN", count(ResNet(3, 3, 64, 9)), "expected 11378179")
    print("resnet_6 IN", count(ResNet(3, 3, 64, 6)), "expected 7837699")
    for n, p in ((0, 9024), (1, 139585), (3, 2768705), (5, 11159361)):
        print("patch", n, count(PatchDiscriminator(6, 64, n)), "expected", p)
    print("patch 3 IN 3ch", count(PatchDiscriminator(3, 64, 3, "instance")), "expected 2764737")
