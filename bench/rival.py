"""One work of our own PyTorch formulation, timed at the word of bench/compare.py.

    .venv/bin/python bench/rival.py WORK VARIANT THREADS [DEVICE] [BATCH]
    .venv/bin/python bench/rival.py WORK flops THREADS [DEVICE] [BATCH]      only counts them
    .venv/bin/python bench/rival.py peak fp32|bf16 THREADS [DEVICE]          only measures the machine

DEVICE is cpu or cuda; BATCH is that of cyclegan and pix2pix. WORK is conv-forward, conv-step, cyclegan, pix2pix, srresnet, resnet or loader:DIR:DIR; VARIANT is eager,
channels-last or compile, bf16 (autocast), bf16-last or bf16-compile, ncnn for conv-forward and resnet. Says "ready"; then, for
each line that comes in, does the work once and prints its milliseconds; at the end of the input
prints the peak of its memory in MB: the process's, or what torch reserved of the GPU's.
"""

import pathlib
import resource
import sys
import time

import torch
from torch.nn import functional as F

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tools" / "golden"))
from networks import PatchDiscriminator, ResNet, UNet  # noqa: E402
from single import SrResNetwork  # noqa: E402

# The side, channels and batch of each work: those of the papers.
CONV = (1, 256, 64)
IN_A_ROW = 10  # a layer by itself, as warm as in a network
SIDE = 256
DEVICE, BATCH = (sys.argv[4:] + ["cpu", "1"][len(sys.argv[4:]):])[:2]
BATCH = int(BATCH)


def autocast(variant):
    return torch.autocast(DEVICE, torch.bfloat16, enabled=variant.startswith("bf16"))


def finish():
    """Waits for what was launched."""
    if DEVICE == "cuda":
        torch.cuda.synchronize()


class Step:
    """Networks, their Adams, and moves by the sums of losses."""

    def __init__(self, variant, *players):
        self.variant = variant
        self.adams = [
            torch.optim.Adam([p for net in nets for p in net.parameters()], 2e-4, (0.5, 0.999))
            for nets in players
        ]

    def autocast(self):
        return autocast(self.variant)

    def move(self, player, loss):
        self.adams[player].zero_grad()
        loss.backward()
        loss.item()
        self.adams[player].step()


def prepared(variant, *nets):
    nets = [net.to(DEVICE) for net in nets]
    if "last" in variant:
        nets = [net.to(memory_format=torch.channels_last) for net in nets]
    if "compile" in variant:
        nets = [torch.compile(net) for net in nets]
    return nets


def images(variant, *shape):
    x = torch.rand(*shape, device=DEVICE) * 2 - 1
    return x.to(memory_format=torch.channels_last) if "last" in variant else x


def freeze(nets, learn):
    for net in nets:
        net.requires_grad_(learn)


def cyclegan(variant):
    nets = prepared(
        variant,
        *(ResNet(3, 3, 64, 9) for _ in "gf"),
        *(PatchDiscriminator(3, 64, 3, "instance") for _ in "ab"),
    )
    g, f, da, db = nets
    step = Step(variant, (g, f), (da, db))
    a, b = (images(variant, BATCH, 3, SIDE, SIDE) for _ in "ab")

    def l1(x, y):
        return (x.float() - y).abs().mean()

    def mse(x, value):
        return (x.float() - value).square().mean()

    def once():
        freeze((da, db), False)
        with step.autocast():
            fb, fa = g(a), f(b)
            loss = mse(da(fa), 1) + mse(db(fb), 1) + 10 * (l1(f(fb), a) + l1(g(fa), b))
            loss = loss + 5 * (l1(f(a), a) + l1(g(b), b))
        step.move(0, loss)
        freeze((da, db), True)
        with step.autocast():
            loss = mse(da(fa.detach()), 0) + mse(da(a), 1) + mse(db(fb.detach()), 0) + mse(db(b), 1)
        step.move(1, 0.5 * loss)

    return once


def pix2pix(variant):
    g, d = prepared(variant, UNet(3, 3, 64, 8), PatchDiscriminator(6, 64, 3))
    step = Step(variant, (g,), (d,))
    a, b = (images(variant, BATCH, 3, SIDE, SIDE) for _ in "ab")

    def bce(score, value):
        score = score.float()
        return F.binary_cross_entropy_with_logits(score, torch.full_like(score, value))

    def once():
        freeze([d], True)
        with step.autocast():
            fake = g(a)
            loss = bce(d(torch.cat([a, fake.detach()], 1)), 0.0) + bce(d(torch.cat([a, b], 1)), 1.0)
        step.move(1, 0.5 * loss)
        freeze([d], False)
        with step.autocast():
            score = d(torch.cat([a, fake], 1))
            loss = bce(score, 1.0) + 100 * (fake.float() - b).abs().mean()
        step.move(0, loss)

    return once


def srresnet(variant):
    (g,) = prepared(variant, SrResNetwork(64, 16, [2, 2]))
    step = Step(variant, (g,))
    small, large = images(variant, 16, 3, 24, 24), images(variant, 16, 3, 96, 96)

    def once():
        with step.autocast():
            made = g(small)
        step.move(0, (made.float() - large).square().mean())

    return once


def resnet(variant):
    if variant == "ncnn":
        return in_ncnn(ResNet(3, 3, 64, 9).eval(), torch.rand(1, 3, SIDE, SIDE))
    (g,) = prepared(variant, ResNet(3, 3, 64, 9).eval())
    a = images(variant, 1, 3, SIDE, SIDE)

    @torch.inference_mode()
    def once():
        with autocast(variant):
            g(a)

    return once


def repeated(once):
    def all_of_them():
        for _ in range(IN_A_ROW):
            once()

    return all_of_them


def conv_layer(variant, gradients):
    batch, channels, side = CONV
    layer = torch.nn.Conv2d(channels, channels, 3, padding=1, bias=False)
    if variant == "ncnn":
        return repeated(in_ncnn(layer, torch.rand(batch, channels, side, side)))
    (layer,) = prepared(variant, layer)
    x = images(variant, batch, channels, side, side).requires_grad_(gradients)
    dy = images(variant, batch, channels, side, side)

    def once():
        with autocast(variant):
            y = layer(x)
        if gradients:
            torch.autograd.grad(y, [x, *layer.parameters()], dy.to(y.dtype))

    return repeated(once if gradients else torch.no_grad()(once))


def in_ncnn(module, x):
    """The same network in ncnn, by way of pnnx."""
    import tempfile

    import ncnn
    import pnnx

    folder = tempfile.mkdtemp()
    pnnx.export(module, f"{folder}/net.pt", x)
    net = ncnn.Net()
    net.opt.num_threads = torch.get_num_threads()
    # Twelve bits of mantissa and fewer are another kind of rival.
    net.opt.use_fp16_packed = net.opt.use_fp16_storage = net.opt.use_fp16_arithmetic = False
    net.opt.use_bf16_storage = False
    net.load_param(f"{folder}/net.ncnn.param")
    net.load_model(f"{folder}/net.ncnn.bin")
    mat = ncnn.Mat(x[0].numpy()).clone()

    def once():
        extractor = net.create_extractor()
        extractor.input("in0", mat)
        extractor.extract("out0")

    return once


class TwoFolders(torch.utils.data.Dataset):
    """An image of each of two folders: resized to 286, a crop of 256, mirrored or not."""

    def __init__(self, folders):
        self.files = [sorted(pathlib.Path(folder).iterdir()) for folder in folders]

    def __len__(self):
        return len(self.files[0])

    def __getitem__(self, index):
        return [self.augmented(files[index % len(files)]) for files in self.files]

    @staticmethod
    def augmented(path):
        import numpy
        from PIL import Image

        image = Image.open(path).convert("RGB").resize((286, 286), Image.Resampling.BICUBIC)
        left, top = (int(torch.randint(286 - SIDE + 1, ())) for _ in "xy")
        image = image.crop((left, top, left + SIDE, top + SIDE))
        if torch.rand(()) < 0.5:
            image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        return torch.from_numpy(numpy.array(image)).permute(2, 0, 1).float() / 127.5 - 1


def loader(folders, workers):
    data = torch.utils.data.DataLoader(
        TwoFolders(folders), 16, shuffle=True, num_workers=workers, drop_last=True,
        persistent_workers=True,
    )

    def endless():
        while True:
            yield from data

    batches = endless()

    def once():
        for _ in range(30):
            next(batches)

    return once


def flops(work):
    """Those of a work done once, by direct convolution, a multiplication with its addition as two."""
    from torch.utils.flop_counter import FlopCounterMode

    if work == "conv-step":  # the counter refuses gradients of leaves; each has as many as the layer
        return 3 * flops("conv-forward")
    once = WORKS[work]("eager")
    with FlopCounterMode(display=False) as counter:
        once()
    return counter.get_total_flops()


def peak(precision):
    """The most flops in a second that a product of large matrices reaches."""
    side, times = 4096, []
    dtype = torch.bfloat16 if precision == "bf16" else torch.float32
    a, b = (torch.rand(side, side, device=DEVICE).to(dtype) for _ in "ab")
    for _ in range(6):
        begin = time.perf_counter()
        a @ b
        finish()
        times.append(time.perf_counter() - begin)
    return 2 * side**3 / min(times)


WORKS = {
    "conv-forward": lambda variant: conv_layer(variant, False),
    "conv-step": lambda variant: conv_layer(variant, True),
    "cyclegan": cyclegan,
    "pix2pix": pix2pix,
    "srresnet": srresnet,
    "resnet": resnet,
}


def main():
    work, variant, threads = sys.argv[1:4]
    torch.set_num_threads(int(threads))
    torch.manual_seed(1)
    if work == "peak":
        return print(peak(variant))
    if variant == "flops":
        return print(flops(work))
    if work.startswith("loader:"):
        once = loader(work.split(":")[1:], workers=int(threads))
    else:
        once = WORKS[work](variant)
    for _ in range(2):
        once()
    print("ready", flush=True)
    for _ in sys.stdin:
        begin = time.perf_counter()
        once()
        finish()
        print(1000 * (time.perf_counter() - begin), flush=True)
    if DEVICE == "cuda":
        return print(torch.cuda.max_memory_reserved() / 2**20)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    main()
