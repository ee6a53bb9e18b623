"""Writes tests/golden/perceptual: small networks of FID, LPIPS and DISTS in our own formulation, under the names of
the files that people have, and what these measures say of two images of numbers that repeat."""

import collections
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

FOLDER = Path(__file__).resolve().parents[2] / "tests" / "golden" / "perceptual"
MEAN = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)
DEVIATION = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1)

# Inception v3, a thirty-second of its width: name -> outputs, kernel (height, width), stride, padded.
BLOCKS = {
    "5": [["branch1x1:64:1x1"], ["branch5x5_1:48:1x1", "branch5x5_2:64:5x5"],
          ["branch3x3dbl_1:64:1x1", "branch3x3dbl_2:96:3x3", "branch3x3dbl_3:96:3x3"]],
    "6": [["branch1x1:192:1x1"], ["branch7x7_1:M:1x1", "branch7x7_2:M:1x7", "branch7x7_3:192:7x1"],
          ["branch7x7dbl_1:M:1x1", "branch7x7dbl_2:M:7x1", "branch7x7dbl_3:M:1x7", "branch7x7dbl_4:M:7x1",
           "branch7x7dbl_5:192:1x7"]],
}


def image(step, side):
    """Levels 0 to 250 again and again, every `step`-th, in [0, 1]."""
    return (torch.arange(3 * side * side) * step % 251).view(1, 3, side, side).float() / 255


class Inception:
    """Weights are made when a layer is first met; means of pads are of the pixels alone."""

    def __init__(self):
        self.state = collections.OrderedDict()

    def layer(self, name, x, outputs, kernel, stride=1, padded=True):
        high, wide = kernel
        key = f"{name}.conv.weight"
        if key not in self.state:
            out = max(1, outputs // 32)
            self.state[key] = (torch.randn(out, x.shape[1], high, wide) * (2 / (x.shape[1] * high * wide)) ** 0.5).half()
            for tail, low, top in (("weight", 0.8, 1.2), ("bias", -0.1, 0.3), ("running_mean", -0.1, 0.1), ("running_var", 0.5, 1.5)):
                self.state[f"{name}.bn.{tail}"] = torch.empty(out).uniform_(low, top).half()
        get = lambda tail: self.state[f"{name}.{tail}"].float()
        x = F.conv2d(x, get("conv.weight"), stride=stride, padding=(high // 2, wide // 2) if padded else 0)
        return F.relu(F.batch_norm(x, get("bn.running_mean"), get("bn.running_var"), get("bn.weight"), get("bn.bias"), eps=1e-3))

    def chain(self, block, words, x, middle=0, last_stride=1):
        for i, word in enumerate(words):
            name, outputs, kernel = word.split(":")
            stride = last_stride if i + 1 == len(words) else 1
            x = self.layer(f"{block}.{name}", x, middle if outputs == "M" else int(outputs),
                           tuple(map(int, kernel.split("x"))), stride, padded=stride == 1)
        return x

    def __call__(self, x):
        x = self.layer("Conv2d_1a_3x3", x, 32, (3, 3), 2, padded=False)
        x = self.layer("Conv2d_2a_3x3", x, 32, (3, 3), padded=False)
        x = F.max_pool2d(self.layer("Conv2d_2b_3x3", x, 64, (3, 3)), 3, 2)
        x = self.layer("Conv2d_3b_1x1", x, 80, (1, 1))
        x = F.max_pool2d(self.layer("Conv2d_4a_3x3", x, 192, (3, 3), padded=False), 3, 2)
        mean = lambda x: F.avg_pool2d(x, 3, 1, 1, count_include_pad=False)
        for block, pooled in (("Mixed_5b", 32), ("Mixed_5c", 64), ("Mixed_5d", 64)):
            parts = [self.chain(block, words, x) for words in BLOCKS["5"]]
            x = torch.cat([*parts, self.layer(f"{block}.branch_pool", mean(x), pooled, (1, 1))], 1)
        x = torch.cat([self.chain("Mixed_6a", ["branch3x3:384:3x3"], x, last_stride=2),
                       self.chain("Mixed_6a", ["branch3x3dbl_1:64:1x1", "branch3x3dbl_2:96:3x3", "branch3x3dbl_3:96:3x3"], x, last_stride=2),
                       F.max_pool2d(x, 3, 2)], 1)
        for block, middle in (("Mixed_6b", 128), ("Mixed_6c", 160), ("Mixed_6d", 160), ("Mixed_6e", 192)):
            parts = [self.chain(block, words, x, middle) for words in BLOCKS["6"]]
            x = torch.cat([*parts, self.layer(f"{block}.branch_pool", mean(x), 192, (1, 1))], 1)
        x = torch.cat([self.chain("Mixed_7a", ["branch3x3_1:192:1x1", "branch3x3_2:320:3x3"], x, last_stride=2),
                       self.chain("Mixed_7a", ["branch7x7x3_1:192:1x1", "branch7x7x3_2:192:1x7", "branch7x7x3_3:192:7x1", "branch7x7x3_4:192:3x3"], x, last_stride=2),
                       F.max_pool2d(x, 3, 2)], 1)
        for block, pooled in (("Mixed_7b", mean), ("Mixed_7c", lambda x: F.max_pool2d(x, 3, 1, 1))):
            fork = lambda name, x: [self.layer(f"{block}.{name}a", x, 384, (1, 3)), self.layer(f"{block}.{name}b", x, 384, (3, 1))]
            one = self.chain(block, ["branch3x3_1:384:1x1"], x)
            two = self.chain(block, ["branch3x3dbl_1:448:1x1", "branch3x3dbl_2:384:3x3"], x)
            x = torch.cat([self.layer(f"{block}.branch1x1", x, 320, (1, 1)), *fork("branch3x3_2", one), *fork("branch3x3dbl_3", two),
                           self.layer(f"{block}.branch_pool", pooled(x), 192, (1, 1))], 1)
        return x.mean((2, 3))


class Fire(nn.Module):
    def __init__(self, i, squeezed, o):
        super().__init__()
        self.squeeze, self.expand1x1 = nn.Conv2d(i, squeezed, 1), nn.Conv2d(squeezed, o, 1)
        self.expand3x3 = nn.Conv2d(squeezed, o, 3, 1, 1)

    def forward(self, x):
        x = F.relu(self.squeeze(x))
        return torch.cat([F.relu(self.expand1x1(x)), F.relu(self.expand3x3(x))], 1)


def alexnet():
    pool = lambda: nn.MaxPool2d(3, 2)
    c = lambda i, o: nn.Conv2d(i, o, 3, 1, 1)
    return nn.Sequential(nn.Conv2d(3, 4, 11, 4, 2), nn.ReLU(), pool(), nn.Conv2d(4, 6, 5, 1, 2), nn.ReLU(), pool(),
                         c(6, 7), nn.ReLU(), c(7, 5), nn.ReLU(), c(5, 5), nn.ReLU(), pool()), (1, 4, 7, 9, 11)


def vgg16():
    layers, i = [], 3
    for o in (2, 2, 0, 3, 3, 0, 4, 4, 4, 0, 5, 5, 5, 0, 5, 5, 5, 0):
        layers += [nn.MaxPool2d(2, 2)] if o == 0 else [nn.Conv2d(i, o, 3, 1, 1), nn.ReLU()]
        i = o or i
    return nn.Sequential(*layers), (3, 8, 15, 22, 29)


def squeezenet():
    pool = lambda: nn.MaxPool2d(3, 2, ceil_mode=True)
    return nn.Sequential(nn.Conv2d(3, 4, 3, 2), nn.ReLU(), pool(), Fire(4, 2, 3), Fire(6, 2, 3), pool(), Fire(6, 2, 4),
                         Fire(8, 2, 4), pool(), Fire(8, 2, 3), Fire(6, 3, 3), Fire(6, 2, 4), Fire(8, 2, 4)), (1, 4, 7, 9, 10, 11, 12)


def maps(net, shown, x, pool=None):
    made, x = [], (x - MEAN) / DEVIATION
    for i, layer in enumerate(net):
        x = pool(x) if pool and isinstance(layer, nn.MaxPool2d) else layer(x)
        if i in shown:
            made.append(x)
    return made


def lpips(f, g, weights):
    unit = lambda x: x / (x.square().sum(1, keepdim=True).sqrt() + 1e-10)
    return sum(((unit(a) - unit(b)) ** 2 * w.view(1, -1, 1, 1)).sum(1).mean() for a, b, w in zip(f, g, weights))


def l2_pool(x):
    window = torch.tensor([0.25, 0.5, 0.25])
    kernel = (window[:, None] * window).expand(x.shape[1], 1, 3, 3)
    return (F.conv2d(x**2, kernel, stride=2, padding=1, groups=x.shape[1]) + 1e-12).sqrt()


def dists(f, g, alpha, beta):
    total, first = alpha.sum() + beta.sum(), 0
    like = 0
    for x, y in zip(f, g):
        c, x, y = x.shape[1], x.double(), y.double()
        mx, my = x.mean((2, 3)), y.mean((2, 3))
        vx, vy = x.var((2, 3), unbiased=False), y.var((2, 3), unbiased=False)
        cov = (x * y).mean((2, 3)) - mx * my
        like += (alpha[first:first + c] * (2 * mx * my + 1e-6) / (mx**2 + my**2 + 1e-6)).sum()
        like += (beta[first:first + c] * (2 * cov + 1e-6) / (vx + vy + 1e-6)).sum()
        first += c
    return 1 - like / total


class OfPython2(dict):
    """A mapping as Python 2 pickles it: a call with a list of pairs."""

    def __reduce__(self):
        return collections.OrderedDict, ([[k, v] for k, v in self.items()],)


@torch.no_grad()
def main():
    FOLDER.mkdir(exist_ok=True)
    torch.manual_seed(6)
    expected = {}
    net = Inception()
    expected["inception"] = net(F.interpolate(image(1, 299), size=(299, 299)) * 2 - 1)
    features = expected["inception"].shape[1]
    net.state["fc.weight"], net.state["fc.bias"] = torch.zeros(1008, features).half(), torch.zeros(1008).half()
    torch.save(net.state, FOLDER / "inception.pth")

    a, b = image(1, 64), image(3, 64)
    for name, (net, shown) in (("alex", alexnet()), ("vgg", vgg16()), ("squeeze", squeezenet())):
        state = {"features." + k: v for k, v in net.state_dict().items()}
        torch.save(state, FOLDER / f"{name}.pth")
        f, g = maps(net, shown, a), maps(net, shown, b)
        weights = [torch.rand(x.shape[1]) for x in f]
        lin = {f"lin{i}.model.1.weight": w.view(1, -1, 1, 1) for i, w in enumerate(weights)}
        torch.save(OfPython2(lin), FOLDER / f"{name}_lin.pth", _use_new_zipfile_serialization=False)
        expected["lpips_" + name] = lpips(f, g, weights)
        if name == "alex":  # as Python's package saves itself, behind what wraps a network for many devices
            number = {"0": 1, "3": 2, "6": 3, "8": 4, "10": 5}
            whole = {f"module.net.slice{number[k.split('.')[0]]}.{k}": v for k, v in net.state_dict().items()}
            whole |= {"module." + k: v for k, v in lin.items()}
            torch.save(whole | {"module.scaling_layer.shift": torch.zeros(1, 3, 1, 1)}, FOLDER / "alex_whole.pth")
        if name == "vgg":
            f, g = [a, *maps(net, shown, a, l2_pool)], [b, *maps(net, shown, b, l2_pool)]
            alpha, beta = torch.rand(sum(x.shape[1] for x in f)), torch.rand(sum(x.shape[1] for x in f))
            torch.save({"alpha": alpha.view(1, -1, 1, 1), "beta": beta.view(1, -1, 1, 1)}, FOLDER / "dists.pth")
            expected["dists"] = dists(f, g, alpha, beta).float()
    torch.save(expected, FOLDER / "expected.pth")


if __name__ == "__main__":
    main()
