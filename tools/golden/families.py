"""Writes tests/golden/families: small networks of the families that ganvas reads, in our own formulation, under
the names that other programs give their tensors, with an input in [-1, 1] and what they make of it."""

import collections
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

FOLDER = Path(__file__).resolve().parents[2] / "tests" / "golden" / "families"


def conv(i, o, k=3, **more):
    return nn.Conv2d(i, o, k, padding=more.pop("padding", k // 2), **more)


class Dense(nn.Module):
    """Five densely connected convolutions."""

    def __init__(self, width, growth):
        super().__init__()
        for n in range(5):
            out = width if n == 4 else growth
            setattr(self, f"conv{n + 1}", conv(width + n * growth, out))

    def forward(self, x):
        maps = [x]
        for n in range(5):
            y = getattr(self, f"conv{n + 1}")(torch.cat(maps, 1))
            maps.append(F.leaky_relu(y, 0.2))
        return x + 0.2 * y


class RrdbBlock(nn.Module):
    def __init__(self, width, growth):
        super().__init__()
        self.rdb1, self.rdb2, self.rdb3 = (Dense(width, growth) for _ in range(3))

    def forward(self, x):
        return x + 0.2 * self.rdb3(self.rdb2(self.rdb1(x)))


class Rrdb(nn.Module):
    def __init__(self, ups=2, unshuffle=1, width=4, growth=2, blocks=2):
        super().__init__()
        self.unshuffle = unshuffle
        self.conv_first = conv(3 * unshuffle**2, width)
        self.body = nn.Sequential(*(RrdbBlock(width, growth) for _ in range(blocks)))
        self.conv_body = conv(width, width)
        self.ups = ups
        for n in range(ups):
            setattr(self, f"conv_up{n + 1}", conv(width, width))
        self.conv_hr, self.conv_last = conv(width, width), conv(width, 3)

    def forward(self, x):
        if self.unshuffle > 1:
            x = F.pixel_unshuffle(x, self.unshuffle)
        x = self.conv_first(x)
        x = x + self.conv_body(self.body(x))
        for n in range(self.ups):
            x = F.leaky_relu(getattr(self, f"conv_up{n + 1}")(F.interpolate(x, scale_factor=2)), 0.2)
        return self.conv_last(F.leaky_relu(self.conv_hr(x), 0.2))


def first_form(state, ups):
    """ESRGAN's first names, where layers are counted."""
    ends = {f"conv_up{n + 1}": f"model.{3 * n + 3}" for n in range(ups)}
    ends["conv_hr"] = f"model.{3 * ups + 2}"
    ends["conv_last"] = f"model.{3 * ups + 4}"
    blocks = 1 + max(int(name.split(".")[1]) for name in state if name.startswith("body."))
    renamed = collections.OrderedDict()
    for name, tensor in state.items():
        part = name.split(".")
        if part[0] == "body":
            name = f"model.1.sub.{part[1]}.{part[2].upper()}.{part[3]}.0.{part[4]}"
        elif part[0] == "conv_first":
            name = "model.0." + part[1]
        elif part[0] == "conv_body":
            name = f"model.1.sub.{blocks}." + part[1]
        else:
            name = ends[part[0]] + "." + part[1]
        renamed[name] = tensor
    return renamed


def second_form(state):
    """BSRGAN's names."""
    renamed = collections.OrderedDict()
    for name, tensor in state.items():
        name = name.replace("body.", "RRDB_trunk.", 1) if name.startswith("body.") else name
        name = name.replace("conv_body", "trunk_conv").replace("conv_up", "upconv").replace("conv_hr", "HRconv")
        renamed[name.replace("rdb", "RDB")] = tensor
    return renamed


class Compact(nn.Module):
    def __init__(self, scale, width=6, middle=2):
        super().__init__()
        layers = [conv(3, width), nn.PReLU(width)]
        for _ in range(middle):
            layers += [conv(width, width), nn.PReLU(width)]
        self.body = nn.Sequential(*layers, conv(width, 3 * scale**2))
        self.scale = scale

    def forward(self, x):
        return F.pixel_shuffle(self.body(x), self.scale) + F.interpolate(x, scale_factor=self.scale)


class PlainBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv1, self.conv2 = conv(width, width), conv(width, width)

    def forward(self, x):
        return x + self.conv2(F.relu(self.conv1(x)))


class MsrResNet(nn.Module):
    def __init__(self, scale, width=6):
        super().__init__()
        self.scale = scale
        self.conv_first = conv(3, width)
        self.body = nn.Sequential(PlainBlock(width), PlainBlock(width))
        factor = 3 if scale == 3 else 2
        self.factors = [factor] * (2 if scale == 4 else 1)
        for n, f in enumerate(self.factors):
            setattr(self, f"upconv{n + 1}", conv(width, width * f * f))
        self.conv_hr, self.conv_last = conv(width, width), conv(width, 3)

    def forward(self, x):
        y = self.body(F.leaky_relu(self.conv_first(x), 0.1))
        for n, f in enumerate(self.factors):
            y = F.leaky_relu(F.pixel_shuffle(getattr(self, f"upconv{n + 1}")(y), f), 0.1)
        y = self.conv_last(F.leaky_relu(self.conv_hr(y), 0.1))
        return y + F.interpolate(x, scale_factor=self.scale, mode="bilinear")


class Separable(nn.Module):
    """SPAN's convolution before it is made one: three in a row, and one beside them."""

    def __init__(self, i, o, gain):
        super().__init__()
        self.sk = nn.Conv2d(i, o, 1)
        self.conv = nn.Sequential(nn.Conv2d(i, gain * i, 1), nn.Conv2d(gain * i, gain * o, 3), nn.Conv2d(gain * o, o, 1))
        self.eval_conv = conv(i, o)  # of an earlier step: not to be used

    def forward(self, x):
        return self.conv(F.pad(x, (1, 1, 1, 1))) + self.sk(x)


class Fused(nn.Module):
    def __init__(self, i, o, _):
        super().__init__()
        self.eval_conv = conv(i, o)

    def forward(self, x):
        return self.eval_conv(x)


class SpanBlock(nn.Module):
    def __init__(self, kind, width):
        super().__init__()
        self.c1_r, self.c2_r, self.c3_r = (kind(width, width, 2) for _ in range(3))

    def forward(self, x):
        first = F.silu(self.c1_r(x))  # its program activates in place, so that the end sees this
        third = self.c3_r(F.silu(self.c2_r(first)))
        return (third + x) * (torch.sigmoid(third) - 0.5), first


class Span(nn.Module):
    def __init__(self, kind, scale, width=4):
        super().__init__()
        self.scale = scale
        self.conv_1 = kind(3, width, 2)
        for n in range(6):
            setattr(self, f"block_{n + 1}", SpanBlock(kind, width))
        self.conv_cat, self.conv_2 = nn.Conv2d(4 * width, width, 1), kind(width, width, 2)
        self.upsampler = nn.Sequential(conv(width, 3 * scale**2), nn.PixelShuffle(scale))

    def forward(self, x):
        head = self.conv_1((x - torch.tensor([0.4488, 0.4371, 0.4040]).view(1, 3, 1, 1)) * 255)
        y, maps = head, []
        for n in range(6):
            y, inner = getattr(self, f"block_{n + 1}")(y)
            maps.append(y)
        return self.upsampler(self.conv_cat(torch.cat([head, self.conv_2(y), maps[0], inner], 1)))


class LargeKernel(nn.Module):
    def __init__(self, width, part):
        super().__init__()
        self.part = part
        self.conv = conv(part, part, 17)

    def forward(self, x):
        return torch.cat([self.conv(x[:, : self.part]), x[:, self.part :]], 1)


class Gate(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.f = nn.Sequential(conv(width, width), nn.Sigmoid())

    def forward(self, x):
        return x * self.f(x)


class PlkBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.channel_mixer = nn.Sequential(conv(width, 2 * width), nn.Mish(), conv(2 * width, width))
        self.lk, self.attn = LargeKernel(width, width // 4), Gate(width)
        self.refine, self.norm = nn.Conv2d(width, width, 1), nn.GroupNorm(4, width)

    def forward(self, x):
        return x + self.norm(self.refine(self.attn(self.lk(self.channel_mixer(x)))))


class RealPlksr(nn.Module):
    def __init__(self, scale, width=8):
        super().__init__()
        self.scale = scale
        self.feats = nn.Sequential(
            conv(3, width), PlkBlock(width), PlkBlock(width), nn.Dropout2d(0), conv(width, 3 * scale**2)
        )

    def forward(self, x):
        return F.pixel_shuffle(self.feats(x) + x.repeat_interleave(self.scale**2, 1), self.scale)


class DnCnn(nn.Module):
    def __init__(self, width=6):
        super().__init__()
        self.model = nn.Sequential(conv(1, width), nn.ReLU(), conv(width, width), nn.ReLU(), conv(width, width), nn.ReLU(), conv(width, 1))

    def forward(self, x):
        return x - self.model(x)


def halves(width):
    """CUT's blur: 1 2 1."""
    line = torch.tensor([1.0, 2.0, 1.0])
    square = line[:, None] * line[None]
    return (square / square.sum()).repeat(width, 1, 1, 1)


class Down(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.register_buffer("filt", halves(width))

    def forward(self, x):
        return F.conv2d(F.pad(x, (1, 1, 1, 1), "reflect"), self.filt, stride=2, groups=x.shape[1])


class Up(nn.Module):
    def __init__(self, width):
        super().__init__()
        line = torch.tensor([1.0, 3.0, 3.0, 1.0])
        square = line[:, None] * line[None]
        self.register_buffer("filt", (4 * square / square.sum()).repeat(width, 1, 1, 1))

    def forward(self, x):
        x = F.pad(x, (1, 1, 1, 1), "replicate")
        return F.conv_transpose2d(x, self.filt, stride=2, padding=2, groups=x.shape[1])[:, :, 1:-1, 1:-1]


class Block(nn.Module):
    def __init__(self, width, norm, drops):
        super().__init__()
        layers = [nn.ReflectionPad2d(1), nn.Conv2d(width, width, 3), norm(width), nn.ReLU()]
        layers += [nn.Dropout(0.5)] if drops else []
        self.conv_block = nn.Sequential(*layers, nn.ReflectionPad2d(1), nn.Conv2d(width, width, 3), norm(width))

    def forward(self, x):
        return x + self.conv_block(x)


class ResNet(nn.Module):
    def __init__(self, norm, blurs=False, drops=False, w=2, blocks=2):
        super().__init__()
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(3, w, 7), norm(w), nn.ReLU()]
        for i in (w, 2 * w):
            layers += [nn.Conv2d(i, 2 * i, 3, 1 if blurs else 2, 1), norm(2 * i), nn.ReLU()]
            layers += [Down(2 * i)] if blurs else []
        layers += [Block(4 * w, norm, drops) for _ in range(blocks)]
        for i in (4 * w, 2 * w):
            if blurs:
                layers += [Up(i), nn.Conv2d(i, i // 2, 3, 1, 1)]
            else:
                layers += [nn.ConvTranspose2d(i, i // 2, 3, 2, 1, 1)]
            layers += [norm(i // 2), nn.ReLU()]
        self.model = nn.Sequential(*layers, nn.ReflectionPad2d(3), nn.Conv2d(w, 3, 7), nn.Tanh())

    def forward(self, x):
        return self.model(x)


class Level(nn.Module):
    def __init__(self, outer, inner, submodule, norm, kind, channels=None):
        super().__init__()
        self.is_outermost = kind == "outer"
        down = nn.Conv2d(channels or outer, inner, 4, 2, 1, bias=False)
        wide = inner if kind == "inner" else 2 * inner
        up = nn.ConvTranspose2d(wide, outer, 4, 2, 1, bias=kind == "outer")
        if kind == "outer":
            layers = [down, submodule, nn.ReLU(), up, nn.Tanh()]
        elif kind == "inner":
            layers = [nn.LeakyReLU(0.2), down, nn.ReLU(), up, norm(outer)]
        else:
            layers = [nn.LeakyReLU(0.2), down, norm(inner), submodule, nn.ReLU(), up, norm(outer)]
        self.model = nn.Sequential(*layers)

    def forward(self, x):
        return self.model(x) if self.is_outermost else torch.cat([x, self.model(x)], 1)


class Unet(nn.Module):
    def __init__(self, norm, w=2):
        super().__init__()
        level = Level(2 * w, 2 * w, None, norm, "inner")
        level = Level(2 * w, 2 * w, level, norm, "middle")
        level = Level(w, 2 * w, level, norm, "middle")
        self.model = Level(3, w, level, norm, "outer")

    def forward(self, x):
        return self.model(x)


class SrganBlock(nn.Module):
    def __init__(self, w):
        super().__init__()
        self.conv1, self.bn1, self.prelu = conv(w, w), nn.BatchNorm2d(w), nn.PReLU()
        self.conv2, self.bn2 = conv(w, w), nn.BatchNorm2d(w)

    def forward(self, x):
        return x + self.bn2(self.conv2(self.prelu(self.bn1(self.conv1(x)))))


class SrganUp(nn.Module):
    def __init__(self, w):
        super().__init__()
        self.conv, self.prelu = conv(w, 4 * w), nn.PReLU()

    def forward(self, x):
        return self.prelu(F.pixel_shuffle(self.conv(x), 2))


class Srgan(nn.Module):
    def __init__(self, w=6):
        super().__init__()
        self.block1 = nn.Sequential(conv(3, w, 9), nn.PReLU())
        for n in range(2, 7):
            setattr(self, f"block{n}", SrganBlock(w))
        self.block7 = nn.Sequential(conv(w, w), nn.BatchNorm2d(w))
        self.block8 = nn.Sequential(SrganUp(w), SrganUp(w), conv(w, 3, 9))

    def forward(self, x):
        head = x = self.block1(x)
        for n in range(2, 7):
            x = getattr(self, f"block{n}")(x)
        return (torch.tanh(self.block8(head + self.block7(x))) + 1) / 2


class Transform(nn.Module):
    """Johnson et al.'s net as PyTorch's examples have it; sees and makes levels."""

    class Layer(nn.Module):
        def __init__(self, i, o, k, stride=1):
            super().__init__()
            self.k, self.conv2d = k, nn.Conv2d(i, o, k, stride)

        def forward(self, x):
            return self.conv2d(F.pad(x, (self.k // 2,) * 4, "reflect"))

    class Res(nn.Module):
        def __init__(self, w):
            super().__init__()
            self.conv1, self.conv2 = Transform.Layer(w, w, 3), Transform.Layer(w, w, 3)
            self.in1, self.in2 = (nn.InstanceNorm2d(w, affine=True) for _ in range(2))

        def forward(self, x):
            return self.in2(self.conv2(F.relu(self.in1(self.conv1(x))))) + x

    def __init__(self, w=2):
        super().__init__()
        for n, (i, o, k, s) in enumerate([(3, w, 9, 1), (w, 2 * w, 3, 2), (2 * w, 4 * w, 3, 2)]):
            setattr(self, f"conv{n + 1}", Transform.Layer(i, o, k, s))
            setattr(self, f"in{n + 1}", nn.InstanceNorm2d(o, affine=True))
        self.res1, self.res2 = Transform.Res(4 * w), Transform.Res(4 * w)
        self.deconv1, self.in4 = Transform.Layer(4 * w, 2 * w, 3), nn.InstanceNorm2d(2 * w, affine=True)
        self.deconv2, self.in5 = Transform.Layer(2 * w, w, 3), nn.InstanceNorm2d(w, affine=True)
        self.deconv3 = Transform.Layer(w, 3, 9)

    def forward(self, unit):
        x = 255 * unit
        for n in range(1, 4):
            x = F.relu(getattr(self, f"in{n}")(getattr(self, f"conv{n}")(x)))
        x = self.res2(self.res1(x))
        x = F.relu(self.in4(self.deconv1(F.interpolate(x, scale_factor=2))))
        x = F.relu(self.in5(self.deconv2(F.interpolate(x, scale_factor=2))))
        return self.deconv3(x) / 255


class DySample(nn.Module):
    """Each pixel of the enlarged map is read at a place that the network moves (arXiv:2308.15085)."""

    def __init__(self, channels, scale, groups):
        super().__init__()
        self.scale, self.groups = scale, groups
        self.end_conv = nn.Conv2d(channels, 3, 1)
        self.offset = nn.Conv2d(channels, 2 * groups * scale**2, 1)
        self.scope = nn.Conv2d(channels, 2 * groups * scale**2, 1, bias=False)
        step = (torch.arange(scale) - (scale - 1) / 2) / scale
        across, down = step.repeat(scale), step.repeat_interleave(scale)
        self.register_buffer("init_pos", torch.cat([across.repeat(groups), down.repeat(groups)]).view(1, -1, 1, 1))

    def forward(self, x):
        n, _, h, w = x.shape
        g, s = self.groups, self.scale
        moves = self.offset(x) * torch.sigmoid(self.scope(x)) * 0.5 + self.init_pos
        moves = moves.view(n, 2, g, s, s, h, w)
        middle_x, middle_y = torch.arange(w) + 0.5, torch.arange(h)[:, None] + 0.5
        at_x = (middle_x + moves[:, 0]) / w * 2 - 1  # n, g, s, s, h, w
        at_y = (middle_y + moves[:, 1]) / h * 2 - 1
        grid = torch.stack([at_x, at_y], -1).permute(0, 1, 4, 2, 5, 3, 6).reshape(n * g, h * s, w * s, 2)
        made = F.grid_sample(x.reshape(n * g, -1, h, w), grid, padding_mode="border", align_corners=False)
        return self.end_conv(made.reshape(n, -1, h * s, w * s))


class RealPlksrSampled(RealPlksr):
    def __init__(self, scale, groups):
        super().__init__(scale)
        self.to_img = DySample(3 * scale**2, scale, groups)

    def forward(self, x):
        return self.to_img(self.feats(x) + x.repeat_interleave(self.scale**2, 1))


class Residual(nn.Module):
    """KAIR's block; `unadded` is FBCNN's, which its caller adds."""

    def __init__(self, w, bias=True):
        super().__init__()
        self.res = nn.Sequential(conv(w, w, bias=bias), nn.ReLU(), conv(w, w, bias=bias))

    def forward(self, x):
        return x + self.res(x)


def down(i, o, bias):
    return nn.Sequential(Residual(i, bias), Residual(i, bias), nn.Conv2d(i, o, 2, 2, bias=bias))


def up(i, o, bias):
    return nn.Sequential(nn.ConvTranspose2d(i, o, 2, 2, bias=bias), Residual(o, bias), Residual(o, bias))


class DruNet(nn.Module):
    def __init__(self, channels=3, w=(2, 3, 4, 5)):
        super().__init__()
        self.m_head, self.m_tail = conv(channels + 1, w[0], bias=False), conv(w[0], channels, bias=False)
        for n in range(3):
            setattr(self, f"m_down{n + 1}", down(w[n], w[n + 1], False))
            setattr(self, f"m_up{n + 1}", up(w[n + 1], w[n], False))
        self.m_body = nn.Sequential(Residual(w[3], False), Residual(w[3], False))

    def forward(self, x):
        maps = [self.m_head(torch.cat([x, torch.full_like(x[:, :1], 15 / 255)], 1))]
        for n in range(3):
            maps.append(getattr(self, f"m_down{n + 1}")(maps[-1]))
        x = self.m_body(maps[3])
        for n in (3, 2, 1):
            x = getattr(self, f"m_up{n}")(x + maps[n])
        return self.m_tail(x + maps[0])


class Fbcnn(nn.Module):
    def __init__(self, w=(2, 3, 4, 5), inner=6):
        super().__init__()
        self.m_head, self.m_tail = conv(3, w[0]), conv(w[0], 3)
        for n in range(3):
            setattr(self, f"m_down{n + 1}", down(w[n], w[n + 1], True))
            setattr(self, f"m_up{n + 1}", nn.ModuleList(up(w[n + 1], w[n], True)))
            setattr(self, f"to_gamma_{n + 1}", nn.Sequential(nn.Linear(inner, w[n]), nn.Sigmoid()))
            setattr(self, f"to_beta_{n + 1}", nn.Sequential(nn.Linear(inner, w[n]), nn.Tanh()))
        self.m_body_encoder = nn.Sequential(Residual(w[3]), Residual(w[3]))
        self.m_body_decoder = nn.Sequential(Residual(w[3]), Residual(w[3]))
        self.qf_pred = nn.Sequential(Residual(w[3]), Residual(w[3]), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
                                     nn.Linear(w[3], inner), nn.ReLU(), nn.Linear(inner, 1), nn.Sigmoid())
        self.qf_embed = nn.Sequential(nn.Linear(1, inner), nn.ReLU(), nn.Linear(inner, inner), nn.ReLU())

    def forward(self, x):
        maps = [self.m_head(x)]
        for n in range(3):
            maps.append(getattr(self, f"m_down{n + 1}")(maps[-1]))
        x = self.m_body_encoder(maps[3])
        code = self.qf_embed(self.qf_pred(x))
        x = self.m_body_decoder(x) + maps[3]
        for n in (3, 2, 1):
            gamma, beta = getattr(self, f"to_gamma_{n}")(code), getattr(self, f"to_beta_{n}")(code)
            first, *blocks = getattr(self, f"m_up{n}")
            x = first(x)
            for block in blocks:
                x = x + gamma[..., None, None] * block.res(x) + beta[..., None, None]
            x = x + maps[n - 1]
        return self.m_tail(x)


class UpConv7(nn.Module):
    def __init__(self, scale):
        super().__init__()
        layers, widths = [], [3, 2, 3, 4, 4, 5, 6]
        for i, o in zip(widths, widths[1:]):
            layers += [nn.Conv2d(i, o, 3), nn.LeakyReLU(0.1)]
        self.pad = 7
        self.net = nn.Sequential(*layers, nn.ConvTranspose2d(6, 3, 4, 2, 3) if scale == 2 else nn.Conv2d(6, 3, 3))

    def forward(self, x):
        return self.net(F.pad(x, (self.pad,) * 4, mode="replicate"))


class Pair(nn.Module):
    def __init__(self, i, m, o, gated):
        super().__init__()
        self.conv = nn.Sequential(nn.Conv2d(i, m, 3), nn.LeakyReLU(0.1), nn.Conv2d(m, o, 3), nn.LeakyReLU(0.1))
        if gated:
            self.seblock = nn.Module()
            self.seblock.conv1, self.seblock.conv2 = nn.Conv2d(o, 2, 1), nn.Conv2d(2, o, 1)

    def forward(self, x):
        x = self.conv(x)
        if not hasattr(self, "seblock"):
            return x
        inner = F.relu(self.seblock.conv1(x.mean((2, 3), keepdim=True)))
        return x * torch.sigmoid(self.seblock.conv2(inner))


class CunetPart(nn.Module):
    def __init__(self, i, o, levels, bottom, w=3):
        super().__init__()
        self.levels = levels
        self.conv1, self.conv1_down = Pair(i, 2, w, False), nn.Conv2d(w, w, 2, 2)
        if levels == 1:
            self.conv2, self.conv2_up, self.conv3 = Pair(w, 4, w, True), nn.ConvTranspose2d(w, w, 2, 2), nn.Conv2d(w, w, 3)
        else:
            self.conv2, self.conv2_down = Pair(w, 3, 4, True), nn.Conv2d(4, 4, 2, 2)
            self.conv3, self.conv3_up = Pair(4, 5, 4, True), nn.ConvTranspose2d(4, 4, 2, 2)
            self.conv4, self.conv4_up = Pair(4, 4, w, True), nn.ConvTranspose2d(w, w, 2, 2)
            self.conv5 = nn.Conv2d(w, w, 3)
        self.conv_bottom = {
            1: lambda: nn.Conv2d(w, o, 3), 2: lambda: nn.ConvTranspose2d(w, o, 4, 2, 3), 3: lambda: nn.ConvTranspose2d(w, o, 5, 3, 2),
        }[bottom]()

    def forward(self, x):
        act = lambda y: F.leaky_relu(y, 0.1)
        first = self.conv1(x)
        if self.levels == 1:
            y = act(self.conv2_up(self.conv2(act(self.conv1_down(first)))))
            return self.conv_bottom(act(self.conv3(first[:, :, 4:-4, 4:-4] + y)))
        second = self.conv2(act(self.conv1_down(first)))
        y = act(self.conv3_up(self.conv3(act(self.conv2_down(second)))))
        y = act(self.conv4_up(self.conv4(second[:, :, 4:-4, 4:-4] + y)))
        return self.conv_bottom(act(self.conv5(first[:, :, 16:-16, 16:-16] + y)))


class Cunet(nn.Module):
    def __init__(self, scale, pro=False):
        super().__init__()
        inner = 4 if scale == 4 else 3
        self.scale, self.pro_colours = scale, pro
        self.unet1 = CunetPart(3, inner, 1, min(scale, 3) if scale != 4 else 2)
        self.unet2 = CunetPart(inner, inner, 2, 1)
        if scale == 4:
            self.conv_final = nn.Conv2d(inner, 12, 3)
        if pro:
            self.register_buffer("pro", torch.ones(1))

    def forward(self, x):
        pad = {1: 28, 2: 18, 3: 14, 4: 19}[self.scale]
        y = F.pad(x, (pad,) * 4, mode="replicate")
        y = y * 0.7 + 0.15 if self.pro_colours else y
        y = self.unet1(y)
        y = self.unet2(y) + y[:, :, 20:-20, 20:-20]
        if self.scale == 4:
            return F.pixel_shuffle(self.conv_final(y)[:, :, 1:-1, 1:-1], 2) + F.interpolate(x, scale_factor=4)
        return (y - 0.15) / 0.7 if self.pro_colours else y


def stir(net):
    """Running statistics and norms away from where they begin."""
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.uniform_(-0.2, 0.2)
            module.running_var.uniform_(0.5, 2)
        if isinstance(module, (nn.BatchNorm2d, nn.GroupNorm)):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.uniform_(module.bias, -0.2, 0.2)


class Fire(nn.Module):
    def __init__(self, i, squeezed, o):
        super().__init__()
        self.squeeze, self.expand1x1, self.expand3x3 = nn.Conv2d(i, squeezed, 1), nn.Conv2d(squeezed, o, 1), conv(squeezed, o)

    def forward(self, x):
        x = F.relu(self.squeeze(x))
        return torch.cat([F.relu(self.expand1x1(x)), F.relu(self.expand3x3(x))], 1)


class SqueezeNet(nn.Module):
    """Version 1.1: pools after the first layer, and after each second block twice."""

    def __init__(self, classes=5):
        super().__init__()
        pool = lambda: nn.MaxPool2d(3, 2, ceil_mode=True)
        self.features = nn.Sequential(
            nn.Conv2d(3, 4, 3, 2), nn.ReLU(), pool(), Fire(4, 2, 3), Fire(6, 2, 3), pool(), Fire(6, 2, 3), Fire(6, 2, 3),
            pool(), Fire(6, 2, 3), Fire(6, 2, 3), Fire(6, 2, 3), Fire(6, 2, 3)
        )
        self.classifier = nn.Sequential(nn.Dropout(0.5), nn.Conv2d(6, classes, 1), nn.ReLU())

    def forward(self, x):
        return self.classifier(self.features(x)).mean((2, 3))


class Vgg(nn.Module):
    def __init__(self, normed, classes=5):
        super().__init__()
        layers, i = [], 3
        for o in (2, 0, 3, 0, 4, 4, 0, 4, 4, 0, 4, 4, 0):
            if o == 0:
                layers.append(nn.MaxPool2d(2, 2))
                continue
            layers += [conv(i, o), nn.BatchNorm2d(o), nn.ReLU()] if normed else [conv(i, o), nn.ReLU()]
            i = o
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Sequential(nn.Linear(i * 49, 6), nn.ReLU(), nn.Dropout(), nn.Linear(6, 6), nn.ReLU(), nn.Dropout(), nn.Linear(6, classes))

    def forward(self, x):
        return self.classifier(self.features(x).flatten(1))


class AlexNet(nn.Module):
    def __init__(self, classes=5):
        super().__init__()
        pool = lambda: nn.MaxPool2d(3, 2)
        self.features = nn.Sequential(
            nn.Conv2d(3, 4, 11, 4, 2), nn.ReLU(), pool(), nn.Conv2d(4, 6, 5, 1, 2), nn.ReLU(), pool(), conv(6, 5), nn.ReLU(),
            conv(5, 4), nn.ReLU(), conv(4, 4), nn.ReLU(), pool()
        )
        self.classifier = nn.Sequential(nn.Dropout(), nn.Linear(4 * 36, 6), nn.ReLU(), nn.Dropout(), nn.Linear(6, 6), nn.ReLU(), nn.Linear(6, classes))

    def forward(self, x):
        return self.classifier(self.features(x).flatten(1))


@torch.no_grad()
def centre(net, tail, level=1):
    """Has the last convolution make values spread over [0, 1], where a difference is seen and not clamped away."""
    x = torch.rand(1, 3, 16, 16)
    mean = lambda: net(x).mean((0, 2, 3), keepdim=True)
    tail.weight.mul_(0.2 / (net(x) - mean()).std())
    tail.bias.add_((0.5 - mean().flatten()) * level)
    return net


@torch.no_grad()
def write_classifier(name, net):
    """Of the image of 224 x 224 whose values are 0 to 250 again and again, in [-1, 1]; the network sees normalised colours."""
    stir(net)
    net.eval()
    image = (torch.arange(3 * 224 * 224) % 251 / 125 - 1).view(1, 3, 224, 224)
    mean, deviation = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    torch.save(net.state_dict(), FOLDER / f"{name}.pth")
    seen = ((image + 1) / 2 - mean.view(3, 1, 1)) / deviation.view(3, 1, 1)
    torch.save({"logits": net(seen)}, FOLDER / f"{name}.io.pth")


@torch.no_grad()
def write(name, net, change=lambda state: state, wrap=lambda state: state, signed=False, training=False):
    """signed: the network sees and makes [-1, 1]; training: norms go by the image, as pix2pix translates."""
    stir(net)
    net.train(training)
    for module in net.modules():
        if isinstance(module, nn.Dropout):
            module.eval()
    state = collections.OrderedDict((k, v.clone()) for k, v in net.state_dict().items())
    channels = 1 if name == "dncnn" else 3
    x = torch.rand(1, channels, 16, 16) * 2 - 1
    y = net(x) if signed else 2 * net((x + 1) / 2) - 1
    torch.save(wrap(change(state)), FOLDER / f"{name}.pth")
    torch.save({"input": x, "output": y.clamp(-1, 1)}, FOLDER / f"{name}.io.pth")


def main():
    FOLDER.mkdir(exist_ok=True)
    torch.manual_seed(5)
    write("rrdb-x4", Rrdb(), wrap=lambda s: {"params_ema": s, "params": {k: v * 0 for k, v in s.items()}})
    write("rrdb-x2-unshuffled", Rrdb(unshuffle=2))
    write("rrdb-x1-unshuffled", Rrdb(unshuffle=4))
    write("rrdb-first-x4", Rrdb(), change=lambda s: first_form(s, 2))
    write("rrdb-first-x1", Rrdb(ups=0), change=lambda s: first_form(s, 0))
    write("rrdb-first-x8", Rrdb(ups=3), change=lambda s: first_form(s, 3))
    write("rrdb-second-x2", Rrdb(ups=1), change=second_form, wrap=lambda s: {"state_dict": s, "epoch": 3})
    write("compact-x4", Compact(4), wrap=lambda s: {"params": s})
    write("compact-x1", Compact(1))
    write("compact-half", Compact(2).half().float(), change=lambda s: {k: v.half() for k, v in s.items()})
    write("msrresnet-x4", MsrResNet(4))
    write("msrresnet-x3", MsrResNet(3))
    write("span-x2", Span(Separable, 2), wrap=lambda s: {"params": s})
    write("span-fused-x4", Span(Fused, 4))
    write("realplksr-x2", RealPlksr(2))
    write("dncnn", DnCnn())
    write("srgan-x4", Srgan(), wrap=lambda s: {"model": s})
    write("resnet-instance", ResNet(nn.InstanceNorm2d), signed=True)
    write("resnet-batch", ResNet(nn.BatchNorm2d, drops=True), signed=True, training=True,
          wrap=lambda s: {"module." + k: v for k, v in s.items()})
    write("resnet-cut", ResNet(nn.InstanceNorm2d, blurs=True), signed=True)
    write("unet-batch", Unet(nn.BatchNorm2d), signed=True, training=True)
    style = Transform()
    write("style", centre(style, style.deconv3.conv2d, level=255))
    write("unet-instance", Unet(nn.InstanceNorm2d), signed=True)
    write("realplksr-dysample-x2", RealPlksrSampled(2, 4))
    write("realplksr-dysample-x3", RealPlksrSampled(3, 3))
    write("drunet", DruNet())
    fbcnn = Fbcnn()
    write("fbcnn", centre(fbcnn, fbcnn.m_tail))
    for scale in (1, 2):
        net = UpConv7(scale)
        write(f"waifu2x-x{scale}", centre(net, net.net[-1]), wrap=lambda s: {"nunif_model": 1, "state_dict": s})
    for scale in (1, 2, 3, 4):
        net = Cunet(scale, pro=scale == 3)
        tail = net.conv_final if scale == 4 else net.unet2.conv_bottom
        write("cunet-pro-x3" if scale == 3 else f"cunet-x{scale}", centre(net, tail))
    write_classifier("squeezenet", SqueezeNet())
    write_classifier("vgg", Vgg(normed=False))
    write_classifier("vgg-normed", Vgg(normed=True))
    torch.manual_seed(7)
    write_classifier("alexnet", AlexNet())


if __name__ == "__main__":
    main()
