"""Makes tests/golden/single.safetensors: methods of one set, and super-resolution, tiny, in PyTorch.

What the file holds is said in game.py. Run from the root of the repository:
.venv/bin/python tools/golden/single.py
"""

import math

import torch
from torch import nn
from torch.nn import functional as F

from game import Player, fake_bce, l1, mse, real_bce, write
from networks import Norm, PatchDiscriminator, UNet
from stack import Residual, Stack, conv, up


class DcGan:
    size, channels, batch = 16, 1, 4
    noise, classes = 8, 10

    def __init__(self):
        w, v, c = 1, 2, self.classes
        self.nets = {
            "generator": Stack([up(self.noise + c, 4 * w, 4, bias=False, norm="batch", act="relu"),
                                up(4 * w, 2 * w, 4, 2, 1, bias=False, norm="batch", act="relu"),
                                up(2 * w, 1, 4, 2, 1, act="tanh")]),
            "discriminator": Stack([conv(1 + c, v, 4, 2, 1, act=0.2),
                                    conv(v, 2 * v, 4, 2, 1, bias=False, norm="batch", act=0.2)]),
            "discriminator_score": Stack([conv(2 * v, 1, 4)]),
        }
        self.g, self.d, self.s = self.nets.values()
        self.labels = torch.tensor([1, 0, 3, 9])
        self.players = [Player([self.d, self.s], self.d_loss), Player([self.g], self.g_loss)]

    def draw(self, z, labels):
        return self.g(torch.cat([z, F.one_hot(labels, self.classes).float()], 1)[:, :, None, None])

    def score(self, x):
        maps = F.one_hot(self.labels, self.classes).float()[:, :, None, None].expand(-1, -1, 16, 16)
        return self.s(self.d(torch.cat([x, maps], 1)))

    def forward(self, a, b):
        self.fake = self.draw(torch.randn(len(a), self.noise), self.labels)

    def d_loss(self, a, b, step):
        return [fake_bce(self.score(self.fake.detach())), real_bce(self.score(a))]

    def g_loss(self, a, b, step):
        return [real_bce(self.score(self.fake))]

    def made(self, a, b):
        torch.manual_seed(9)
        return {"sample_a": self.draw(torch.randn(3, self.noise), torch.arange(3))}


class Variational:
    """Encoder and decoder of VAE/GAN."""

    def __init__(self, nets, size, channels, w, z):
        down = lambda i, o: conv(i, o, 5, 2, "same", bias=False, norm="batch", act="relu")
        rise = lambda i, o: up(i, o, 5, 2, "same", bias=False, norm="batch", act="relu")
        self.k, self.w = size // 8, w
        nets["encoder"] = Stack([down(channels, w), down(w, 2 * w), down(2 * w, 4 * w),
                                 conv(4 * w, 16 * w, self.k, bias=False, norm="batch", act="relu")])
        nets["encoder_mean"] = Stack([conv(16 * w, z, 1)])
        nets["encoder_log_variance"] = Stack([conv(16 * w, z, 1)])
        nets["decoder_input"] = Stack([conv(z, 4 * w * self.k**2, 1, bias=False, norm="batch", act="relu")])
        nets["decoder"] = Stack([rise(4 * w, 4 * w), rise(4 * w, 2 * w), rise(2 * w, w // 2),
                                 conv(w // 2, channels, 5, 1, 2, act="tanh")])
        self.nets = nets

    def encode(self, x):
        h = self.nets["encoder"](x)
        return self.nets["encoder_mean"](h), self.nets["encoder_log_variance"](h).clamp(-10, 10)

    def decode(self, z):
        h = self.nets["decoder_input"](z).view(-1, 4 * self.w, self.k, self.k)
        return self.nets["decoder"](h)

    def parts(self, prefix):
        return [net for name, net in self.nets.items() if name.startswith(prefix)]


def divergence(mean, log_variance):
    return 0.5 * (mean.square() + log_variance.exp() - log_variance - 1).sum() / len(mean)


class Vae:
    size, channels, batch = 16, 3, 4
    lr = 1e-4

    def __init__(self):
        self.nets = {}
        self.v = Variational(self.nets, self.size, 3, 2, 4)
        self.players = [Player(self.v.parts("encoder") + self.v.parts("decoder"), self.loss, lr=self.lr)]

    def forward(self, a, b):
        pass

    def loss(self, a, b, step):
        m, s = self.v.encode(a)
        made = self.v.decode(m + (0.5 * s).exp() * torch.randn_like(m))
        return [0.5 * (made - a).square().sum() / len(a), divergence(m, s)]

    def made(self, a, b):
        torch.manual_seed(9)
        drawn = torch.randn(3, 4)[:, :, None, None]
        return {"ab": self.v.decode(self.v.encode(a)[0]), "sample_a": self.v.decode(drawn)}


class NormAlone(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.norm = Norm("batch", channels)

    def forward(self, x):
        return F.relu(self.norm(x))


class VaeGan:
    size, channels, batch = 16, 3, 4
    at_once = True
    lr = 1e-4

    def __init__(self):
        n = self.nets = {}
        w, k = 2, 2
        self.v = Variational(n, self.size, 3, w, 4)
        down = lambda i, o, **rest: conv(i, o, 5, 2, "same", bias=False, **rest)
        normed = {"norm": "batch", "act": "relu"}
        n["discriminator"] = Stack([conv(3, w // 2, 5, 1, 2, act="relu"), down(w // 2, 2 * w, **normed),
                                    down(2 * w, 4 * w, **normed), down(4 * w, 4 * w)])
        n["discriminator_score"] = Stack([NormAlone(4 * w), conv(4 * w, 8 * w, k, bias=False, **normed),
                                          conv(8 * w, 1, 1)])
        rms = {"optimizer": "rmsprop", "lr": self.lr}
        self.players = [
            Player(self.v.parts("encoder"), self.e_loss, **rms),
            Player(self.v.parts("decoder"), self.g_loss, lambda step: self.balance()[1], **rms),
            Player(self.v.parts("discriminator"), self.d_loss, lambda step: self.balance()[0], **rms),
        ]

    def forward(self, a, b):
        n = len(a)
        self.m, self.s = self.v.encode(a)
        drawn = self.m + (0.5 * self.s).exp() * torch.randn_like(self.m)
        made = self.v.decode(torch.cat([drawn, torch.randn_like(drawn)]))
        features = self.nets["discriminator"](torch.cat([a, made]))
        self.real_features, self.features = features[:n], features[n : 2 * n]
        scores = self.nets["discriminator_score"](features)
        self.fake = scores[n:]
        self.costs = real_bce(scores[:n]), fake_bce(self.fake)

    def balance(self):
        judge_rests = any(c < 0.68 - 0.35 for c in self.costs)
        decoder_rests = any(c > 0.68 + 0.35 for c in self.costs)
        both = judge_rests and decoder_rests
        return both or not judge_rests, both or not decoder_rests

    def unlikeness(self):
        return 0.5 * (self.features - self.real_features).square().sum() / len(self.features)

    def e_loss(self, a, b, step):
        return [divergence(self.m, self.s), self.unlikeness()]

    def g_loss(self, a, b, step):
        return [0.01 * self.unlikeness(), 0.99 * real_bce(self.fake)]

    def d_loss(self, a, b, step):
        return list(self.costs)

    def made(self, a, b):
        torch.manual_seed(9)
        drawn = torch.randn(3, 4)[:, :, None, None]
        return {"ab": self.v.decode(self.v.encode(a)[0]), "sample_a": self.v.decode(drawn)}


class NormedConv(nn.Module):
    def __init__(self, before, after):
        super().__init__()
        self.conv = nn.Conv2d(before, after, 3, 1, 1, bias=False)
        self.norm = Norm("batch", after)

    def forward(self, x):
        return self.norm(self.conv(x))


def slope(module, name="prelu"):
    module.register_parameter(name, nn.Parameter(torch.full((1,), 0.25)))


class PReluBlock(nn.Module):
    def __init__(self, w):
        super().__init__()
        self.a, self.b = NormedConv(w, w), NormedConv(w, w)
        slope(self)

    def forward(self, x):
        return x + self.b(F.prelu(self.a(x), self.prelu))


class SubPixel(nn.Module):
    def __init__(self, w, factor):
        super().__init__()
        self.conv, self.factor = nn.Conv2d(w, w * factor**2, 3, 1, 1), factor
        slope(self)

    def forward(self, x):
        return F.prelu(F.pixel_shuffle(self.conv(x), self.factor), self.prelu)


class SrResNetwork(nn.Module):
    def __init__(self, w, blocks, factors):
        super().__init__()
        self.head = nn.Conv2d(3, w, 9, 1, 4)
        slope(self, "head_prelu")
        self.blocks = [f"block{i}" for i in range(blocks)]
        self.ups = [f"up{i}" for i in range(len(factors))]
        for name in self.blocks:
            self.add_module(name, PReluBlock(w))
        self.post = NormedConv(w, w)
        for name, factor in zip(self.ups, factors):
            self.add_module(name, SubPixel(w, factor))
        self.tail = nn.Conv2d(w, 3, 9, 1, 4)

    def forward(self, x):
        head = F.prelu(self.head((x + 1) / 2), self.head_prelu)
        y = head
        for name in self.blocks:
            y = getattr(self, name)(y)
        y = head + self.post(y)
        for name in self.ups:
            y = getattr(self, name)(y)
        return self.tail(y)


class CompactBlock(nn.Module):
    def __init__(self, w):
        super().__init__()
        for name in "ab":
            part = nn.Module()
            part.conv = nn.Conv2d(w, w, 3, 1, 1)
            self.add_module(name, part)

    def forward(self, x):
        return x + self.b.conv(F.relu(self.a.conv(x)))


class CompactNetwork(nn.Module):
    def __init__(self, w, blocks, scale):
        super().__init__()
        self.scale = scale
        self.head = nn.Conv2d(3, w, 3, 1, 1)
        self.blocks = [f"block{i}" for i in range(blocks)]
        for name in self.blocks:
            self.add_module(name, CompactBlock(w))
        self.post, self.tail = nn.Conv2d(w, w, 3, 1, 1), nn.Conv2d(w, 3 * scale**2, 3, 1, 1)

    def forward(self, x):
        head = y = self.head(x)
        for name in self.blocks:
            y = getattr(self, name)(y)
        base = F.interpolate(x, scale_factor=self.scale, mode="bicubic", antialias=True)
        return base + F.pixel_shuffle(self.tail(head + self.post(y)), self.scale)


class SrResNet:
    size, channels, batch, scale = 24, 3, 2, 3
    lr = 1e-4

    def __init__(self):
        self.nets = {"generator": SrResNetwork(2, 2, [3])}
        self.players = [Player(self.nets.values(), self.loss, lr=self.lr)]

    def forward(self, a, b):
        pass

    def loss(self, a, b, step):
        return [mse(self.nets["generator"](a), b)]

    def made(self, a, b):
        return {"ab": self.nets["generator"](a).clamp(-1, 1)}


class Compact(SrResNet):
    def __init__(self):
        self.nets = {"generator": CompactNetwork(2, 2, 3)}
        self.players = [Player(self.nets.values(), self.loss, lr=self.lr)]

    def loss(self, a, b, step):
        return [l1(self.nets["generator"](a), b)]


class SrGan(SrResNet):
    size, scale = 16, 4

    def __init__(self):
        v = 2
        layer = lambda i, o, s: conv(i, o, 3, s, 1, bias=False, norm="batch", act=0.2)
        self.nets = {
            "generator": SrResNetwork(2, 2, [2, 2]),
            "discriminator": Stack([conv(3, v, 3, 1, 1, act=0.2), layer(v, v, 2), layer(v, 2 * v, 1),
                                    layer(2 * v, 2 * v, 2), layer(2 * v, 4 * v, 1), layer(4 * v, 4 * v, 2),
                                    layer(4 * v, 8 * v, 1), layer(8 * v, 8 * v, 2),
                                    conv(8 * v, 16 * v, 1, act=0.2), conv(16 * v, 1, 1)]),
        }
        self.g, self.d = self.nets.values()
        self.players = [Player([self.d], self.d_loss, lambda step: step >= 2, lr=self.lr),
                        Player([self.g], self.g_loss, lr=self.lr)]

    def forward(self, a, b):
        self.fake = self.g(a)

    def d_loss(self, a, b, step):
        return [fake_bce(self.d(self.fake.detach())), real_bce(self.d(b))]

    def g_loss(self, a, b, step):
        if step < 2:
            return [mse(self.fake, b)]
        y = self.fake
        variation = l1(y[:, :, 1:], y[:, :, :-1]) + l1(y[:, :, :, 1:], y[:, :, :, :-1])
        return [mse(y, b), 0.001 * real_bce(self.d(y)), 0.5 * variation]


def relativistic(above, below):
    return F.softplus(below.mean() - above).mean() + F.softplus(below - above.mean()).mean()


class RelativisticSrGan(SrGan):
    def d_loss(self, a, b, step):
        return [relativistic(self.d(b), self.d(self.fake.detach()))]

    def g_loss(self, a, b, step):
        if step < 2:
            return [mse(self.fake, b)]
        return [mse(self.fake, b), 0.001 * relativistic(self.d(self.fake), self.d(b))]


class Pan:
    """pix2pix with the distance of the discriminator's hidden layers."""

    size, channels, batch = 16, 3, 4

    def __init__(self):
        self.nets = {"generator": UNet(3, 3, 2, 4), "discriminator": PatchDiscriminator(6, 2, 1)}
        self.g, self.d = self.nets.values()
        self.players = [Player([self.d], self.d_loss, lr=1e-4), Player([self.g], self.g_loss, lr=1e-4)]

    def distance(self, made, real):
        return 0.5 * sum(l1(m, r) for m, r in zip(made[:-1], real[:-1]))

    def forward(self, a, b):
        self.fake = self.g(a)

    def d_loss(self, a, b, step):
        fake = self.d.stages(torch.cat([a, self.fake.detach()], 1))
        real = self.d.stages(torch.cat([a, b], 1))
        return [0.5 * fake_bce(fake[-1]), 0.5 * real_bce(real[-1]),
                F.relu(2 - self.distance(fake, real))]

    def g_loss(self, a, b, step):
        fake = self.d.stages(torch.cat([a, self.fake], 1))
        with torch.no_grad():
            real = self.d.stages(torch.cat([a, b], 1))
        return [real_bce(fake[-1]), self.distance(fake, real), 100 * l1(self.fake, b)]

    def made(self, a, b):
        self.g.eval()
        return {"ab": self.g(a)}


def perceptron(before, width, after, hidden=3):
    layers = [conv(before if i == 0 else width, width, 1, act="relu") for i in range(hidden)]
    return Stack([*layers, conv(width, after, 1)])


class Gan:
    """With classes, in the order class, point; with waves."""

    size, channels, batch, classes, noise, octaves, pack = 1, 2, 4, 10, 3, 2, 1

    def __init__(self):
        seen = self.pack * (2 * (1 + 2 * self.octaves) + self.classes)
        self.nets = {"generator": perceptron(self.noise + self.classes, 2, 2),
                     "discriminator": perceptron(seen, 2, 1)}
        self.g, self.d = self.nets.values()
        self.labels = torch.tensor([1, 0, 3, 9])
        self.players = [Player([self.d], self.d_loss),
                        Player([self.g], self.g_loss, plays=lambda step: step % 2 == 1)]

    def one_hot(self, labels):
        return F.one_hot(labels, self.classes).float() if self.classes else torch.zeros(len(labels), 0)

    def draw(self, z, labels):
        return self.g(torch.cat([self.one_hot(labels), z], 1)[:, :, None, None])

    def blur(self):
        return 0

    def seen(self, x):
        return x.flatten(1)

    def score(self, x):
        waves = [x] + [math.exp(-(math.pi * 2**k * self.blur()) ** 2 / 2) * wave(x * math.pi * 2**k)
                       for k in range(self.octaves) for wave in (torch.sin, torch.cos)]
        rows = torch.cat([self.one_hot(self.labels), *waves], 1)
        return self.d(rows.reshape(len(x) // self.pack, -1, 1, 1))

    def forward(self, a, b):
        self.step = getattr(self, "step", -1) + 1
        self.fake = self.draw(torch.randn(len(a), self.noise), self.labels)

    def d_loss(self, a, b, step):
        real, fake = self.seen(a), self.seen(self.fake.detach())
        return [fake_bce(self.score(fake)), real_bce(self.score(real))]

    def g_loss(self, a, b, step):
        return [real_bce(self.score(self.seen(self.fake)))]

    def made(self, a, b):
        torch.manual_seed(9)
        labels = torch.arange(3) if self.classes else torch.zeros(3, dtype=torch.long)
        return {"sample_a": self.draw(torch.randn(3, self.noise), labels)}


class PackedGan(Gan):
    """Without classes: packs of two, judged through a blur that halves every second step."""

    classes, pack = 0, 2

    def blur(self):
        return 0.5 * 2 ** (-self.step / 2)

    def seen(self, x):
        points = x.flatten(1)
        return points + self.blur() * torch.randn_like(points)


class Gaussians:
    size, channels, batch, components = 1, 2, 4, 2

    def __init__(self):
        self.nets = {"model": Stack([conv(self.components, 5, 1, bias=False)])}
        self.table = self.nets["model"]
        self.players = [Player([self.table], self.loss)]

    def mixture(self):
        eye = torch.eye(self.components)[:, :, None, None]
        m = self.table(eye).flatten(1)
        scale = torch.zeros(self.components, 2, 2)
        scale[:, 0, 0], scale[:, 1, 1] = m[:, 2].exp(), m[:, 3].exp()
        scale[:, 1, 0] = m[:, 4]
        return m[:, :2], scale

    def draw(self, count):
        means, scale = self.mixture()
        which = torch.arange(count) % self.components
        e = torch.randn(count, 2)
        return means[which] + (scale[which] @ e[:, :, None])[:, :, 0]

    def log_density(self, x):
        means, scale = self.mixture()
        parts = torch.distributions.MultivariateNormal(means, scale_tril=scale)
        return parts.log_prob(x[:, None]).logsumexp(1) - math.log(self.components)

    def forward(self, a, b):
        pass

    def loss(self, a, b, step):
        return [-self.log_density(a.flatten(1)).mean()]

    def made(self, a, b):
        torch.manual_seed(9)
        return {"sample_a": self.draw(3)[:, :, None, None]}


class ReverseGaussians(Gaussians):
    def forward(self, a, b):
        self.fake = self.draw(len(a))

    def loss(self, a, b, step):
        kernels = torch.distributions.MultivariateNormal(a.flatten(1), 0.5**2 * torch.eye(2))
        log_data = kernels.log_prob(self.fake[:, None]).logsumexp(1) - math.log(len(a))
        return [(self.log_density(self.fake) - log_data).mean()]


class Classifier:
    size, channels, batch = 32, 3, 4
    classes = 10

    def __init__(self):
        w = 2
        layers = [conv(3, w, 7, 2, 3, bias=False, norm="batch", act="relu")]
        for c in (w, 2 * w, 4 * w):
            layers += [conv(c, 2 * c, 3, 2, 1, bias=False, norm="batch", act="relu"),
                       Residual(2 * c, "batch", "relu")]
        self.nets = {"trunk": Stack(layers),
                     "head": Stack([nn.Identity(), conv(8 * w, self.classes, 1)])}
        self.trunk, self.head = self.nets.values()
        self.labels, self.seen = torch.tensor([1, 0, 3, 9]), torch.ones(self.classes)
        self.players = [Player([self.head, self.trunk], self.loss)]

    def forward(self, a, b):
        pass

    def scores(self, a):
        return self.head(self.trunk(a)).mean((2, 3))

    def loss(self, a, b, step):
        self.seen += torch.bincount(self.labels, minlength=self.classes)
        weight = self.seen.mean() / self.seen
        return [F.cross_entropy(self.scores(a), self.labels, weight)]

    def made(self, a, b):
        for net in self.nets.values():
            net.eval()
        return {"scores": self.scores(a)}


if __name__ == "__main__":
    write("tests/golden/single.safetensors",
          {"dcgan": DcGan, "vae": Vae, "vaegan": VaeGan, "srresnet": SrResNet, "compact": Compact,
           "srgan": SrGan, "relativistic": RelativisticSrGan, "gan": Gan, "packed": PackedGan,
           "pan": Pan, "gaussians": Gaussians, "reverse": ReverseGaussians,
           "classifier": Classifier})
