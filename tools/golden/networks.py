"""Our own PyTorch formulation of the pix2pix networks, from the facts of the paper and its code.

Isola et al., "Image-to-Image Translation with Conditional Adversarial Networks", CVPR 2017
(arXiv:1611.07004). The truth that the C++ networks are compared with; parameter names are equal.
"""

import torch
from torch import nn
from torch.nn import functional as F


class Norm(nn.Module):
    """Batch norm or instance norm, eps 1e-5; -plain without, -affine with scale and shift."""

    def __init__(self, kind, channels):
        super().__init__()
        self.is_batch = kind in ("batch", "batch-plain")
        self.weight = self.bias = None
        if kind in ("batch", "instance-affine"):
            self.weight = nn.Parameter(torch.ones(channels))
            self.bias = nn.Parameter(torch.zeros(channels))
        if self.is_batch:
            self.register_buffer("running_mean", torch.zeros(channels))
            self.register_buffer("running_var", torch.ones(channels))

    def forward(self, x):
        if not self.is_batch:
            return F.instance_norm(x, weight=self.weight, bias=self.bias)
        mean, var = self.running_mean, self.running_var
        return F.batch_norm(x, mean, var, self.weight, self.bias, training=self.training)


class SameConv(nn.Conv2d):
    """A convolution of stride 2 with TensorFlow's SAME padding: one more after than before."""

    def forward(self, x):
        before = (self.kernel_size[0] - 2) // 2
        after = self.kernel_size[0] - 2 - before
        return F.conv2d(F.pad(x, (before, after) * 2), self.weight, self.bias, 2)


class SameTransposed(nn.ConvTranspose2d):
    """The transposed convolution that undoes SameConv's padding."""

    def forward(self, x):
        before = (self.kernel_size[0] - 2) // 2
        y = F.conv_transpose2d(x, self.weight, self.bias, 2)
        return y[:, :, before : before + 2 * x.shape[2], before : before + 2 * x.shape[3]]


def down_conv(before, after, kernel, bias):
    if kernel == 4:
        return nn.Conv2d(before, after, 4, 2, 1, bias=bias)
    return SameConv(before, after, kernel, 2, bias=bias)


def up_conv(before, after, kernel, bias):
    if kernel == 4:
        return nn.ConvTranspose2d(before, after, 4, 2, 1, bias=bias)
    return SameTransposed(before, after, kernel, 2, bias=bias)


class UNet(nn.Module):
    """Encoder and decoder of stride 2 with skips; `levels` halvings, kernels at the ends and inside."""

    def __init__(self, channels_in, channels_out, width, levels, norm="batch", kernels=(4, 4)):
        super().__init__()
        widths = [width * min(8, 2**i) for i in range(levels)]
        bias = norm != "batch"
        self.levels = levels
        for i, w in enumerate(widths):
            before = channels_in if i == 0 else widths[i - 1]
            kernel = kernels[0] if i == 0 else kernels[1]
            self.add_module(f"down{i}", down_conv(before, w, kernel, bias))
            if 0 < i < levels - 1:
                self.add_module(f"down_norm{i}", Norm(norm, w))
            after = channels_out if i == 0 else widths[i - 1]
            inside = w if i == levels - 1 else 2 * w
            self.add_module(f"up{i}", up_conv(inside, after, kernel, bias or i == 0))
            if i > 0:
                self.add_module(f"up_norm{i}", Norm(norm, after))

    def forward(self, x):
        codes = [self.down0(x)]
        for i in range(1, self.levels):
            code = getattr(self, f"down{i}")(F.leaky_relu(codes[-1], 0.2))
            codes.append(getattr(self, f"down_norm{i}")(code) if i < self.levels - 1 else code)
        y = codes[-1]
        for i in reversed(range(1, self.levels)):
            y = getattr(self, f"up_norm{i}")(getattr(self, f"up{i}")(F.relu(y)))
            y = torch.cat([codes[i - 1], y], 1)
        return torch.tanh(self.up0(F.relu(y)))


class Normed(nn.Module):
    """A convolution, plain or transposed, and its norm."""

    def __init__(self, conv, norm, channels):
        super().__init__()
        self.conv = conv
        self.norm = Norm(norm, channels)

    def forward(self, x):
        return self.norm(self.conv(x))


class ResidualBlock(nn.Module):
    """Two reflection-padded 3x3 convolutions, and the identity beside them."""

    def __init__(self, channels, norm):
        super().__init__()
        bias = norm == "instance"
        self.a = Normed(nn.Conv2d(channels, channels, 3, bias=bias), norm, channels)
        self.b = Normed(nn.Conv2d(channels, channels, 3, bias=bias), norm, channels)

    def forward(self, x):
        h = F.relu(self.a(F.pad(x, (1,) * 4, "reflect")))
        return x + self.b(F.pad(h, (1,) * 4, "reflect"))


class ResNet(nn.Module):
    """c7-1, two c3-2, `blocks` residual blocks, two t3-2, c7-1; reflection padding."""

    def __init__(self, channels_in, channels_out, width, blocks, norm="instance"):
        super().__init__()
        w, bias = width, norm == "instance"
        self.blocks = blocks
        self.head = Normed(nn.Conv2d(channels_in, w, 7, bias=bias), norm, w)
        self.down0 = Normed(nn.Conv2d(w, 2 * w, 3, 2, 1, bias=bias), norm, 2 * w)
        self.down1 = Normed(nn.Conv2d(2 * w, 4 * w, 3, 2, 1, bias=bias), norm, 4 * w)
        for i in range(blocks):
            self.add_module(f"block{i}", ResidualBlock(4 * w, norm))
        self.up0 = Normed(nn.ConvTranspose2d(4 * w, 2 * w, 3, 2, 1, 1, bias=bias), norm, 2 * w)
        self.up1 = Normed(nn.ConvTranspose2d(2 * w, w, 3, 2, 1, 1, bias=bias), norm, w)
        self.tail = nn.Conv2d(w, channels_out, 7)

    def forward(self, x):
        y = F.relu(self.head(F.pad(x, (3,) * 4, "reflect")))
        y = F.relu(self.down1(F.relu(self.down0(y))))
        for i in range(self.blocks):
            y = getattr(self, f"block{i}")(y)
        y = F.relu(self.up1(F.relu(self.up0(y))))
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

    def stages(self, x):
        outputs = [F.leaky_relu(self.conv0(x), 0.2)]
        for i in range(1, self.count):
            y = getattr(self, f"norm{i}")(getattr(self, f"conv{i}")(outputs[-1]))
            outputs.append(F.leaky_relu(y, 0.2))
        return [*outputs, self.score(outputs[-1])]

    def forward(self, x):
        return self.stages(x)[-1]


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
