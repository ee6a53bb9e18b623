"""Networks that are a plain list of layers, named as the C++ ones are."""

import torch
from torch import nn
from torch.nn import functional as F

from networks import Norm, SameConv, SameTransposed


class ZeroPaddedBlock(nn.Module):
    """conv3 norm ReLU conv3 norm, plus its input; zero padding."""

    def __init__(self, channels, norm):
        super().__init__()
        for name in "ab":
            part = nn.Module()
            part.conv = nn.Conv2d(channels, channels, 3, 1, 1, bias=norm == "instance")
            part.norm = Norm(norm, channels)
            self.add_module(name, part)

    def forward(self, x):
        h = F.relu(self.a.norm(self.a.conv(x)))
        return x + self.b.norm(self.b.conv(h))


class Layer(nn.Module):
    """A convolution, then norm, activation, max-pooling and dropout."""

    def __init__(self, conv, norm=None, act=None, pool=1, drop=0):
        super().__init__()
        self.conv, self.act, self.pool, self.drop = conv, act, pool, drop
        self.norm = Norm(norm, conv.out_channels) if norm else None
        self.prelu = nn.Parameter(torch.full((1,), 0.25)) if act == "prelu" else None

    def forward(self, x):
        y = self.conv(x)
        if self.norm:
            y = self.norm(y)
        if self.act == "prelu":
            y = F.prelu(y, self.prelu)
        elif isinstance(self.act, float):
            y = F.leaky_relu(y, self.act)
        elif self.act:
            y = getattr(torch, self.act)(y)
        y = F.max_pool2d(y, self.pool) if self.pool > 1 else y
        return F.dropout(y, self.drop, self.training) if self.drop else y


class Residual(nn.Module):
    def __init__(self, channels, norm, act="none"):
        super().__init__()
        self.block, self.act = ZeroPaddedBlock(channels, norm), act

    def forward(self, x):
        return F.relu(self.block(x)) if self.act == "relu" else self.block(x)


class Stack(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.count = len(layers)
        for i, layer in enumerate(layers):
            self.add_module(f"layer{i}", layer)

    def stages(self, x):
        outputs = []
        for i in range(self.count):
            x = getattr(self, f"layer{i}")(x)
            outputs.append(x)
        return outputs

    def forward(self, x):
        return self.stages(x)[-1]


def conv(before, after, kernel, stride=1, padding=0, bias=True, **rest):
    if padding == "same":
        return Layer(SameConv(before, after, kernel, stride, bias=bias), **rest)
    return Layer(nn.Conv2d(before, after, kernel, stride, padding, bias=bias), **rest)


def up(before, after, kernel, stride=1, padding=0, extra=0, bias=True, **rest):
    if padding == "same":
        return Layer(SameTransposed(before, after, kernel, stride, bias=bias), **rest)
    return Layer(nn.ConvTranspose2d(before, after, kernel, stride, padding, extra, bias=bias), **rest)
