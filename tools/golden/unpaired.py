"""Makes tests/golden/unpaired.safetensors: the methods without pairs, tiny, in PyTorch.

What the file holds is said in game.py. Run from the root of the repository: .venv/bin/python tools/golden/unpaired.py
"""

import torch
from torch.nn import functional as F

from game import LR, Player, fake_bce, l1, mse, real_bce, write
from networks import PatchDiscriminator, ResNet, UNet
from stack import Residual, Stack, conv, up


class CycleGan:
    size, channels, batch = 32, 3, 2
    lr = 1e-4  # at 1e-3 six steps of this deep network already amplify the last bits to the third digit

    def __init__(self):
        self.nets = {
            "generator_ab": ResNet(3, 3, 2, 6), "generator_ba": ResNet(3, 3, 2, 6),
            "discriminator_a": PatchDiscriminator(3, 2, 1, "instance"),
            "discriminator_b": PatchDiscriminator(3, 2, 1, "instance"),
        }
        self.g, self.f, self.da, self.db = self.nets.values()
        self.players = [Player([self.g, self.f], self.g_loss, lr=self.lr),
                        Player([self.da, self.db], self.d_loss, lr=self.lr)]

    def forward(self, a, b):
        self.fb, self.fa = self.g(a), self.f(b)

    def g_loss(self, a, b, step):
        def part(judge, fake, back, own):
            return [(judge(fake) - 1).square().mean(), 10 * l1(back(fake), own), 5 * l1(back(own), own)]

        return part(self.db, self.fb, self.f, a) + part(self.da, self.fa, self.g, b)

    def d_loss(self, a, b, step):
        terms = []
        for d, real, fake in ((self.da, a, self.fa), (self.db, b, self.fb)):
            terms += [0.5 * d(fake.detach()).square().mean(), 0.5 * (d(real) - 1).square().mean()]
        return terms

    def made(self, a, b):
        return {"ab": self.g(a), "ba": self.f(b)}


class DiscoGan:
    size, channels, batch = 32, 3, 4

    def __init__(self):
        w = 2
        down = lambda i, o, norm="batch": conv(i, o, 4, 2, 1, bias=False, norm=norm, act=0.2)
        trunk = lambda: [down(3, w, None), down(w, 2 * w), down(2 * w, 4 * w), down(4 * w, 8 * w)]
        rise = lambda i: up(i, i // 2, 4, 2, 1, bias=False, norm="batch", act="relu")
        last = lambda: up(w, 3, 4, 2, 1, bias=False, act="sigmoid")
        g = lambda: Stack(trunk() + [rise(8 * w), rise(4 * w), rise(2 * w), last()])
        d = lambda: Stack(trunk() + [conv(8 * w, 1, 2, bias=False)])
        self.nets = {"generator_ab": g(), "generator_ba": g(), "discriminator_a": d(), "discriminator_b": d()}
        self.g, self.f, self.da, self.db = self.nets.values()
        self.players = [
            Player([self.da, self.db], self.d_loss, lambda step: step % 3 == 0),
            Player([self.g, self.f], self.g_loss, lambda step: step % 3 != 0),
        ]

    def forward(self, a, b):
        self.a, self.b = (a + 1) / 2, (b + 1) / 2
        self.fb, self.fa = self.g(self.a), self.f(self.b)

    def d_loss(self, a, b, step):
        terms = []
        for d, real, fake in ((self.da, self.a, self.fa), (self.db, self.b, self.fb)):
            terms += [0.5 * fake_bce(d(fake.detach())), 0.5 * real_bce(d(real))]
        return terms

    def g_loss(self, a, b, step):
        r, terms = 0.5 if step >= 4 else 0.01, []
        for d, real, fake in ((self.da, self.a, self.fa), (self.db, self.b, self.fb)):
            seen, expected = d.stages(fake), d.stages(real)
            features = sum(mse(s.mean(0), e.mean(0).detach()) for s, e in zip(seen[1:-1], expected[1:-1]))
            terms += [(1 - r) * 0.1 * real_bce(seen[-1]), (1 - r) * 0.9 * features]
        return terms + [r * mse(self.f(self.fb), self.a), r * mse(self.g(self.fa), self.b)]

    def made(self, a, b):
        return {"ab": self.g((a + 1) / 2) * 2 - 1, "ba": self.f((b + 1) / 2) * 2 - 1}


class DualGan:
    size, channels, batch = 32, 3, 2

    def __init__(self):
        w = 2
        g = lambda: UNet(3, 3, w, 5, "instance-affine", (5, 3))
        deep = lambda i, o: conv(i, o, 3, 2, "same", norm="instance", act=0.2)
        d = lambda: Stack([conv(3, w, 5, 2, "same", act=0.2), deep(w, 2 * w), deep(2 * w, 4 * w),
                           deep(4 * w, 8 * w), conv(8 * w, 1, 2)])
        self.nets = {"generator_ab": g(), "generator_ba": g(), "critic_a": d(), "critic_b": d()}
        self.g, self.f, self.da, self.db = self.nets.values()
        self.players = [
            Player([self.da, self.db], self.d_loss, clip=0.1, optimizer="rmsprop"),
            Player([self.g, self.f], self.g_loss, lambda step: step % 3 == 2, optimizer="rmsprop"),
        ]

    def forward(self, a, b):
        self.fb, self.fa = self.g(a), self.f(b)

    def d_loss(self, a, b, step):
        terms = []
        for d, real, fake in ((self.da, a, self.fa), (self.db, b, self.fb)):
            terms += [d(fake.detach()).mean(), -d(real).mean()]
        return terms

    def g_loss(self, a, b, step):
        fooling = [-self.da(self.fa).mean(), -self.db(self.fb).mean()]
        return fooling + [500 * l1(self.f(self.fb), a), 500 * l1(self.g(self.fa), b)]

    def made(self, a, b):
        return {"ab": self.g(a), "ba": self.f(b)}


class CoGan:
    size, channels, batch = 24, 1, 4

    def __init__(self):
        w, v, z = 1, 4, 16
        rise = lambda i, o, k, s, p: up(i, o, k, s, p, norm="batch-plain", act="prelu")
        end = lambda: Stack([up(2 * w, 1, 2, 1, 1, act="sigmoid")])
        front = lambda: Stack([conv(1, v, 5, pool=2)])
        self.nets = {
            "generator_shared": Stack([rise(z, 16 * w, 4, 1, 0), rise(16 * w, 8 * w, 3, 2, 1),
                                       rise(8 * w, 4 * w, 3, 2, 1), rise(4 * w, 2 * w, 3, 2, 1)]),
            "discriminator_shared": Stack([conv(v, v * 5 // 2, 5, pool=2), conv(v * 5 // 2, v * 25, 3, act="prelu")]),
            "discriminator_score": Stack([conv(v * 25, 2, 1)]),
            "classifier": Stack([conv(v * 25, 10, 1)]),
            "generator_a": end(), "discriminator_a": front(),
            "generator_b": end(), "discriminator_b": front(),
        }
        n = self.n = self.nets
        self.labels = torch.tensor([1, 0, 3, 9])
        self.players = [
            Player([n["discriminator_a"], n["discriminator_b"], n["discriminator_shared"],
                    n["discriminator_score"], n["classifier"]], self.d_loss),
            Player([n["generator_shared"], n["generator_a"], n["generator_b"]], self.g_loss),
        ]

    def draw(self, count):
        shared = self.n["generator_shared"](torch.randn(count, 16, 1, 1))
        return self.n["generator_a"](shared), self.n["generator_b"](shared)

    def forward(self, a, b):
        self.fa, self.fb = self.draw(len(a))

    def features(self, side, x):
        return self.n["discriminator_shared"](self.n[f"discriminator_{side}"](x))

    def ce(self, features, target):
        scores = self.n["discriminator_score"](features).flatten(1)
        return F.cross_entropy(scores, torch.full((len(scores),), target))

    def d_loss(self, a, b, step):
        real_a, real_b = self.features("a", (a + 1) / 2), self.features("b", (b + 1) / 2)
        fake_a, fake_b = self.features("a", self.fa.detach()), self.features("b", self.fb.detach())
        names = F.cross_entropy(self.n["classifier"](real_a).flatten(1), self.labels)
        return [self.ce(torch.cat([real_a, real_b]), 1), self.ce(torch.cat([fake_a, fake_b]), 0),
                10 * names, 0.01 * (fake_a - fake_b).square().sum() / len(a)]

    def g_loss(self, a, b, step):
        return [self.ce(torch.cat([self.features("a", self.fa), self.features("b", self.fb)]), 1)]

    def made(self, a, b):
        torch.manual_seed(9)
        fa, fb = self.draw(3)
        return {"sample_a": fa * 2 - 1, "sample_b": fb * 2 - 1}


class Unit:
    size, channels, batch = 16, 3, 2

    def __init__(self):
        w, v = 2, 2
        res = lambda: Residual(4 * w, "instance")
        enc = lambda: Stack([conv(3, w, 7, 1, 3, act=0.01), conv(w, 2 * w, 3, 2, 1, act=0.01),
                             conv(2 * w, 4 * w, 3, 2, 1, act=0.01), res(), res(), res()])
        dec = lambda: Stack([res(), res(), res(), up(4 * w, 2 * w, 3, 2, 1, 1, act=0.01),
                             up(2 * w, w, 3, 2, 1, 1, act=0.01), up(w, 3, 1, act="tanh")])
        dis = lambda: Stack([conv(3, v, 3, 2, 1, act=0.01), conv(v, 2 * v, 3, 2, 1, act=0.01), conv(2 * v, 1, 1)])
        self.nets = {"encoder_a": enc(), "encoder_b": enc(), "encoder_shared": Stack([res()]),
                     "decoder_shared": Stack([res()]), "decoder_a": dec(), "decoder_b": dec(),
                     "discriminator_a": dis(), "discriminator_b": dis()}
        n = self.n = self.nets
        self.players = [
            Player([n["discriminator_a"], n["discriminator_b"]], self.d_loss),
            Player([n["encoder_a"], n["encoder_b"], n["encoder_shared"], n["decoder_shared"],
                    n["decoder_a"], n["decoder_b"]], self.g_loss),
        ]

    def encode(self, side, x):
        return self.n["encoder_shared"](self.n[f"encoder_{side}"](x))

    def decode(self, side, z):
        return self.n[f"decoder_{side}"](self.n["decoder_shared"](z))

    def forward(self, a, b):
        noisy = lambda m: m + torch.randn_like(m)
        self.ma, self.mb = self.encode("a", a), self.encode("b", b)
        za, zb = noisy(self.ma), noisy(self.mb)
        self.aa, self.bb = self.decode("a", za), self.decode("b", zb)
        self.fa, self.fb = self.decode("a", zb), self.decode("b", za)

    def d_loss(self, a, b, step):
        terms = []
        for side, real, fake in (("a", a, self.fa), ("b", b, self.fb)):
            d = self.n[f"discriminator_{side}"]
            terms += [10 * fake_bce(d(fake.detach())), 10 * real_bce(d(real))]
        return terms

    def g_loss(self, a, b, step):
        square = lambda m: m.square().mean()
        terms = [10 * real_bce(self.n["discriminator_a"](self.fa)), 10 * real_bce(self.n["discriminator_b"](self.fb))]
        ra, rb = self.encode("b", self.fb), self.encode("a", self.fa)
        terms += [0.1 * (square(self.ma) + square(self.mb)), 0.1 * (square(ra) + square(rb))]
        terms += [100 * l1(self.aa, a), 100 * l1(self.bb, b)]
        terms.append(100 * l1(self.decode("a", ra + torch.randn_like(ra)), a))
        terms.append(100 * l1(self.decode("b", rb + torch.randn_like(rb)), b))
        return terms

    def made(self, a, b):
        return {"ab": self.decode("b", self.encode("a", a)), "ba": self.decode("a", self.encode("b", b))}


class UnitAdapt:
    size, channels, batch = 32, 1, 4
    lr = 1e-4  # biases before batch norm have no gradient but rounding, by which Adam moves them

    def __init__(self):
        w, v, z = 2, 2, 4
        c = lambda i, o, k, s=1, p=0: conv(i, o, k, s, p, norm="batch-plain", act=0.01)
        t = lambda i, o, k, s=1, p=0: up(i, o, k, s, p, norm="batch-plain", act=0.01)
        d = lambda i, o, k, p, pool, drop: conv(i, o, k, 1, p, act=0.01, pool=pool, drop=drop)
        ends = lambda: (Stack([c(3, w, 5, 2, 2)]), Stack([up(2 * v, 1, 4, 2, 1, act="tanh")]),
                        Stack([d(1, v, 5, 2, 2, 0.1)]))
        n = self.n = self.nets = {}
        for side in "ab":
            n[f"encoder_{side}"], n[f"decoder_{side}"], n[f"discriminator_{side}"] = ends()
        n["encoder_shared"] = Stack([c(w, 2 * w, 5, 2, 2), c(2 * w, 4 * w, 8), c(4 * w, 8 * w, 1)])
        n["encoder_mean"], n["encoder_deviation"] = Stack([conv(8 * w, z, 1)]), Stack([conv(8 * w, z, 1)])
        n["decoder_shared"] = Stack([t(z, 8 * v, 4), t(8 * v, 4 * v, 4, 2, 1), t(4 * v, 2 * v, 4, 2, 1)])
        n["discriminator_shared"] = Stack([d(v, 2 * v, 5, 2, 2, 0.3), d(2 * v, 4 * v, 5, 2, 2, 0.5),
                                           d(4 * v, 8 * v, 4, 0, 1, 0.5)])
        n["discriminator_score"], n["classifier"] = Stack([conv(8 * v, 1, 1)]), Stack([conv(8 * v, 10, 1)])
        self.labels = torch.tensor([1, 0, 3, 9])
        judges = [m for key, m in n.items() if key.startswith("discriminator") or key == "classifier"]
        others = [m for key, m in n.items() if key.startswith(("encoder", "decoder"))]
        self.players = [Player(judges, self.d_loss, lr=self.lr), Player(others, self.g_loss, lr=self.lr)]

    def encode(self, side, x):
        line = torch.linspace(-1, 1, 32)
        across, along = line.expand(len(x), 1, 32, 32), line[:, None].expand(len(x), 1, 32, 32)
        return self.n[f"encoder_{side}"](torch.cat([x, across, along], 1))

    def forward(self, a, b):
        deep = self.n["encoder_shared"](torch.cat([self.encode("a", a), self.encode("b", b)]))
        self.m = self.n["encoder_mean"](deep)
        self.s = F.softplus(self.n["encoder_deviation"](deep))
        shared = self.n["decoder_shared"](self.m + self.s * torch.randn_like(self.m))
        self.as_a, self.as_b = self.n["decoder_a"](shared), self.n["decoder_b"](shared)

    def features(self, side, x):
        return self.n["discriminator_shared"](self.n[f"discriminator_{side}"](x))

    def d_loss(self, a, b, step):
        n, score = len(a), self.n["discriminator_score"]
        real_a, real_b = self.features("a", a), self.features("b", b)
        fake_a, fake_b = self.features("a", self.as_a.detach()), self.features("b", self.as_b.detach())
        names = F.cross_entropy(self.n["classifier"](real_a).flatten(1), self.labels)
        return [real_bce(score(torch.cat([real_a, real_b]))), fake_bce(score(torch.cat([fake_a[n:], fake_b[:n]]))),
                10 * names, 1e-4 * (fake_a - fake_b).square().sum() / len(fake_a)]

    def g_loss(self, a, b, step):
        n = len(a)
        seen = torch.cat([self.features("a", self.as_a[n:]), self.features("b", self.as_b[:n])])
        variance = self.s.square()
        latent = (self.m.square() + variance - variance.log() - 1).sum() / len(self.m)
        back = (self.as_a[:n] - a).square().sum() / n + (self.as_b[n:] - b).square().sum() / n
        return [real_bce(self.n["discriminator_score"](seen)), 1e-4 * latent, 1e-3 * back]

    def made(self, a, b):
        code = self.n["encoder_mean"](self.n["encoder_shared"](self.encode("a", a)))
        return {"ab": self.n["decoder_b"](self.n["decoder_shared"](code))}


class Dong:
    size, channels, batch = 16, 3, 4

    def __init__(self):
        w, z = 2, 8
        trunk = lambda: Stack([conv(3, w, 5, 2, "same", act=0.2),
                               conv(w, 2 * w, 5, 2, "same", bias=False, norm="batch", act=0.2)])
        self.nets = {
            "embedding": Stack([conv(2, 5, 1, bias=False)]),
            "generator": Stack([up(z + 5, 4 * w, 4, bias=False, norm="batch", act="relu"),
                                up(4 * w, 2 * w, 5, 2, "same", bias=False, norm="batch", act="relu"),
                                up(2 * w, 3, 5, 2, "same", act="tanh")]),
            "discriminator": trunk(), "discriminator_score": Stack([conv(2 * w, 1, 4)]),
            "discriminator_class": Stack([conv(2 * w, 2, 4)]),
            "encoder": trunk(), "encoder_code": Stack([conv(2 * w, z, 4)]),
        }
        n = self.n = self.nets
        gan = lambda step: step < 3
        generator = Player([n["embedding"], n["generator"]], self.g_loss, gan)
        self.players = [
            Player([n["discriminator"], n["discriminator_score"], n["discriminator_class"]], self.d_loss, gan),
            generator, generator,
            Player([n["encoder"], n["encoder_code"]], self.e_loss, lambda step: step >= 3, lr=LR / 2),
        ]

    def draw(self, z, c):
        code = self.n["embedding"](F.one_hot(c, 2).float()[:, :, None, None])
        return self.n["generator"](torch.cat([z, code], 1))

    def forward(self, a, b):
        self.z = torch.randn(2 * len(a), 8, 1, 1)
        self.c = torch.tensor([0] * len(a) + [1] * len(a))

    def judged(self, x):
        h = self.n["discriminator"](x)
        return self.n["discriminator_score"](h), self.n["discriminator_class"](h).flatten(1)

    def d_loss(self, a, b, step):
        real, names = self.judged(torch.cat([a, b]))
        fake, _ = self.judged(self.draw(self.z, self.c).detach())
        return [fake_bce(fake), real_bce(real), F.cross_entropy(names, self.c)]

    def g_loss(self, a, b, step):
        fake, names = self.judged(self.draw(self.z, self.c))
        return [real_bce(fake), F.cross_entropy(names, self.c)]

    def e_loss(self, a, b, step):
        c = (torch.rand(len(self.z)) * 2).floor().long()
        self.n["generator"].eval()
        with torch.no_grad():
            x = self.draw(self.z, c)
        self.n["generator"].train()
        return [mse(self.n["encoder_code"](self.n["encoder"](x)), self.z)]

    def made(self, a, b):
        code = self.n["encoder_code"](self.n["encoder"](a))
        return {"ab": self.draw(code, torch.ones(len(a), dtype=torch.long))}


if __name__ == "__main__":
    write("tests/golden/unpaired.safetensors",
          {"cyclegan": CycleGan, "discogan": DiscoGan, "dualgan": DualGan, "cogan": CoGan, "unit": Unit,
           "unit-adapt": UnitAdapt, "dong": Dong})
