"""Makes tests/golden/pix2pix.safetensors: one tiny pix2pix in PyTorch, with dropout off.

Weights, a batch, the generator's output, both players' gradients of the first step, and the losses
of three steps of the paper's algorithm (discriminator first, then generator, Adam), for a U-Net with
either norm and for a ResNet. Run from the root of the repository: .venv/bin/python tools/golden/pix2pix.py
"""

import torch
from torch import nn

import safetensors_file
from networks import PatchDiscriminator, ResNet, UNet

STEPS = 3


def init(module, generator):
    for parameter in module.parameters():
        with torch.no_grad():
            parameter.normal_(0, 0.2, generator=generator)


def play(name, net_g, net_d, out):
    generator = torch.Generator().manual_seed(1)
    init(net_g, generator)
    init(net_d, generator)
    a = torch.rand(2, 3, 32, 32, generator=generator) * 2 - 1
    b = torch.rand(2, 3, 32, 32, generator=generator) * 2 - 1
    out.update({f"{name}/a": a, f"{name}/b": b})
    for key, net in (("generator", net_g), ("discriminator", net_d)):
        for parameter_name, parameter in net.named_parameters():
            out[f"{name}/weight/{key}.{parameter_name}"] = parameter.clone()
    bce = nn.BCEWithLogitsLoss()
    adams = [torch.optim.Adam(n.parameters(), 2e-4, (0.5, 0.999)) for n in (net_d, net_g)]
    losses = []
    for step in range(STEPS):
        fake = net_g(a)
        score_fake = net_d(torch.cat([a, fake.detach()], 1))
        score_real = net_d(torch.cat([a, b], 1))
        terms_d = [
            0.5 * bce(score_fake, torch.zeros_like(score_fake)),
            0.5 * bce(score_real, torch.ones_like(score_real)),
        ]
        grads_d = torch.autograd.grad(sum(terms_d), list(net_d.parameters()))
        move(adams[0], net_d, grads_d)
        score = net_d(torch.cat([a, fake], 1))
        terms_g = [bce(score, torch.ones_like(score)), 100 * (fake - b).abs().mean()]
        grads_g = torch.autograd.grad(sum(terms_g), list(net_g.parameters()))
        if step == 0:
            out[f"{name}/output"] = fake
            save_gradients(out, name, "discriminator", net_d, grads_d)
            save_gradients(out, name, "generator", net_g, grads_g)
        move(adams[1], net_g, grads_g)
        losses.append(torch.stack(terms_d + terms_g))
    out[f"{name}/losses"] = torch.stack(losses)


def move(adam, net, gradients):
    for parameter, gradient in zip(net.parameters(), gradients):
        parameter.grad = gradient
    adam.step()


def save_gradients(out, name, key, net, gradients):
    for (parameter_name, _), gradient in zip(net.named_parameters(), gradients):
        out[f"{name}/gradient/{key}.{parameter_name}"] = gradient


def main():
    torch.set_num_threads(1)
    out = {}
    instance = PatchDiscriminator(6, 4, 1, "instance")
    play("unet", UNet(3, 3, 4, 4), PatchDiscriminator(6, 4, 1), out)
    play("unet_instance", UNet(3, 3, 4, 4, "instance"), instance, out)
    play("resnet", ResNet(3, 3, 4, 6, "instance"), instance, out)
    safetensors_file.write("tests/golden/pix2pix.safetensors", out)


if __name__ == "__main__":
    main()
