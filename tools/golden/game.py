"""Plays a tiny method in PyTorch and writes down what happened.

For each method its weights, a batch, the losses of six steps in the order in which C++ names them,
and what the trained networks then make. Noise comes from torch's generator, which gives both
languages the same numbers for the same seed.
"""

import torch
from torch.nn import functional as F

import safetensors_file

STEPS = 6
LR = 1e-3


def l1(a, b):
    return (a - b).abs().mean()


def mse(a, b):
    return (a - b).square().mean()


def real_bce(d):
    return F.softplus(-d).mean()


def fake_bce(d):
    return F.softplus(d).mean()


class Player:
    """Networks that move by one optimizer."""

    def __init__(self, nets, loss, plays=lambda step: True, clip=0, optimizer="adam", lr=LR):
        self.parameters = [p for net in nets for p in net.parameters()]
        self.loss, self.plays, self.clip = loss, plays, clip
        self.lr, self.squares = lr, [torch.ones_like(p) for p in self.parameters]
        self.adam = torch.optim.Adam(self.parameters, lr, (0.5, 0.999)) if optimizer == "adam" else None

    def gradients(self, terms, keep):
        found = torch.autograd.grad(sum(terms), self.parameters, retain_graph=keep, allow_unused=True)
        return [torch.zeros_like(p) if g is None else g for p, g in zip(self.parameters, found)]

    def move(self, gradients):
        with torch.no_grad():
            if self.adam:
                for p, g in zip(self.parameters, gradients):
                    p.grad = g
                self.adam.step()
            else:  # TensorFlow's RMSProp, decay 0.9
                for p, g, s in zip(self.parameters, gradients, self.squares):
                    s.mul_(0.9).add_(0.1 * g * g)
                    p.sub_(self.lr * g / (s + 1e-10).sqrt())
            if self.clip:
                for p in self.parameters:
                    p.clamp_(-self.clip, self.clip)


def play(name, method, out):
    generator = torch.Generator().manual_seed(1)
    for key, net in method.nets.items():
        for parameter_name, parameter in net.named_parameters():
            with torch.no_grad():
                parameter.normal_(0, 0.2, generator=generator)
            out[f"{name}/weight/{key}.{parameter_name}"] = parameter.clone()
    shape = lambda side: (method.batch, method.channels, side, side)
    a = torch.rand(shape(method.size // getattr(method, "scale", 1)), generator=generator) * 2 - 1
    b = torch.rand(shape(method.size), generator=generator) * 2 - 1
    out.update({f"{name}/a": a, f"{name}/b": b})
    at_once = getattr(method, "at_once", False)
    torch.manual_seed(5)
    for step in range(STEPS):
        method.forward(a, b)
        losses, waiting = [], []
        for player in method.players:
            if not player.plays(step):
                continue
            terms = player.loss(a, b, step)
            losses += [term.detach() for term in terms]
            gradients = player.gradients(terms, keep=at_once)
            if at_once:
                waiting.append((player, gradients))
            else:
                player.move(gradients)
        for player, gradients in waiting:
            player.move(gradients)
        out[f"{name}/losses{step}"] = torch.stack(losses)
    for net in method.nets.values():
        net.eval()
    with torch.no_grad():
        for key, tensor in method.made(a, b).items():
            out[f"{name}/made/{key}"] = tensor


def write(path, rows):
    torch.set_num_threads(1)
    out = {}
    for name, kind in rows.items():
        play(name, kind(), out)
    safetensors_file.write(path, out)
