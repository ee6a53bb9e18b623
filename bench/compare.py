"""ganvas beside its rivals on this machine: each work once by the one, once by the other, in turn.

    .venv/bin/python bench/compare.py [--works cyclegan,resnet] [--rounds 7] [--threads 2]
                                      [--instructions avx2] [--device cuda] [--batch 8]
                                      [-o bench/results/NAME.json]

Rivals run our own PyTorch formulation of the same networks and step (bench/rival.py), eager, in
channels-last, compiled, under bf16 autocast where the processor has it, and the ncnn package.
"""

import argparse
import atexit
import datetime
import functools
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
BENCH = ROOT / "build" / "release" / "ganvas_bench"
FP32, BF16 = ["eager", "channels-last", "compile"], ["bf16", "bf16-last", "bf16-compile"]
PAIR = "--size 256 --batch {batch}"
STEP_BARS = {"fp32 / fp32": (0.70, 0.50), "bf16 / bf16": (0.70, 0.50)}
LOADER = "loader {a} --layout unpaired --data-b {b} --size 256 --batch 16 --workers {threads}"

# name: (words and knobs for ganvas_bench paced, rivals, {precision / rival kind: (must, goal)});
# "amx: " before a precision is a bar for processors with AMX alone, "gpu: " one for GPUs
WORKS = {
    "conv-forward": ("conv-forward", FP32 + ["ncnn"], {"fp32 / ncnn": (1.3, 1.0)}),
    "conv-step": ("conv-step", FP32, {"fp32 / fp32": (0.42, 0.33)}),
    "cyclegan": (
        f"step cyclegan {PAIR}",
        FP32 + BF16,
        {
            "gpu: bf16 / eager": (1 / 3, 0.25),
            "gpu: bf16 / bf16": (1 / 1.2, 0.5),
            "fp32 / fp32": (0.55, 0.40),
            "amx: bf16 / fp32": (0.30, 0.15),
            "amx: bf16 / bf16": (0.80, 0.50),
        },
    ),
    "pix2pix": (f"step pix2pix {PAIR}", FP32 + BF16, STEP_BARS),
    "srresnet": (
        "step srresnet --size 96 --scale 4 --batch 16",
        FP32 + BF16,
        STEP_BARS,
    ),
    "loader": (LOADER, ["loader"], {"fp32 / loader": (0.5, 0.33)}),
    "loader-first": (f"{LOADER} --cache 0", ["loader"], {"fp32 / loader": (0.5, 0.33)}),
    "resnet": (
        "translate cyclegan --size 256",
        FP32 + ["ncnn"],
        {"fp32 / fp32": (0.45, 0.35), "fp32 / ncnn": (1.2, 1.0)},
    ),
}
NAMES = {"ncnn": "ncnn", "loader": "PIL + DataLoader"}
PRECISIONS = {"cyclegan": ["fp32", "bf16"], "pix2pix": ["fp32", "bf16"], "srresnet": ["fp32", "bf16"]}


def processor():
    text = pathlib.Path("/proc/cpuinfo").read_text()
    fields = dict(
        (part.strip() for part in line.split(":", 1)) for line in text.splitlines() if ":" in line
    )
    names = ["avx2", "fma", "avx512f", "avx512_bf16", "amx_bf16"]
    return {
        "model": fields.get("model name", "unknown"),
        "instructions": [n for n in names if n in fields.get("flags", "").split()],
        "cores": os.cpu_count(),
    }


class Contender:
    """A process that does its work once at each call."""

    def __init__(self, name, command, environment):
        self.name, self.times = name, []
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, env=environment,
        )
        self.fault = None
        for line in self.process.stdout:
            if line.strip() == "ready":
                return
        self.fault = (self.process.stderr.read().strip().splitlines() or ["no word"])[-1]

    def once(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        self.times.append(float(self.process.stdout.readline()))

    def finish(self):
        self.process.stdin.close()
        self.memory = float(self.process.stdout.readline())
        rest = self.process.stdout.read()
        self.parts = json.loads(rest) if rest.strip() else {}
        self.process.wait()

    def row(self):
        return {
            "name": self.name, "ms_median": statistics.median(self.times),
            "ms_min": min(self.times), "ms_max": max(self.times), "peak_memory_mb": self.memory,
        } | ({"parts_ms": self.parts} if self.parts else {})


@functools.cache
def photographs():
    """Two folders of 320-pixel JPEGs, made of the bundled photographs; gone when this ends."""
    from PIL import Image

    scratch = tempfile.TemporaryDirectory()
    atexit.register(scratch.cleanup)
    folder = pathlib.Path(scratch.name)
    files = sorted((ROOT / "examples" / "data" / "flowers").rglob("*.jpg"))
    for name in "ab":
        (folder / name).mkdir()
        for i, file in enumerate(files):
            image = Image.open(file).convert("RGB").resize((320, 320))
            image.save(folder / name / f"{i:03d}.jpg", quality=90)
    return [folder / name for name in "ab"]


def environment_for(options):
    environment = dict(os.environ)
    if options.instructions == "avx2":
        environment |= {
            "GANVAS_BENCH_INSTRUCTIONS": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2",
            "ATEN_CPU_CAPABILITY": "avx2", "MKL_ENABLE_INSTRUCTIONS": "AVX2",
        }
    return environment


def precisions(options):
    """Those that this machine has units for, under the limit that is set."""
    if options.device == "cuda":
        return ["fp32", "bf16"]
    has_bf16 = {"avx512_bf16", "amx_bf16"} & set(processor()["instructions"])
    return ["fp32", "bf16"] if has_bf16 and options.instructions == "best" else ["fp32"]


def rival_machine(options):
    return [str(options.threads), options.device, str(options.batch)]


def told_by_rival(words, options):
    command = [sys.executable, ROOT / "bench" / "rival.py", *words, *rival_machine(options)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment_for(options), check=True)
    return float(done.stdout)


def measure(work, options):
    words, rivals, bars = WORKS[work]
    if work.startswith("loader"):
        options.a, options.b = photographs()
        rivals = ["loader"]
    words = words.format(**vars(options))
    use_bf16 = "bf16" in precisions(options)
    environment = environment_for(options)
    contenders, left_out = [], []
    for precision in PRECISIONS.get(work, ["fp32"]):
        if precision == "bf16" and not use_bf16:
            continue
        command = [BENCH, "paced", *words.split(), "--precision", precision]
        command += ["--threads", str(options.threads), "--device", options.device]
        contenders.append(Contender(f"ganvas {precision}", command, environment))
    for variant in rivals:
        if (variant in BF16 and not use_bf16) or (variant == "ncnn" and options.device == "cuda"):
            continue
        if variant == "compile" and options.instructions == "avx2":
            left_out.append("torch compile: under this limit its convolutions are a reference "
                            "implementation, fifty times slower")
            continue
        name = f"loader:{options.a}:{options.b}" if variant == "loader" else work
        command = [sys.executable, ROOT / "bench" / "rival.py", name, variant, *rival_machine(options)]
        contenders.append(Contender(NAMES.get(variant, f"torch {variant}"), command, environment))
    absent = left_out + [f"{c.name}: {c.fault}" for c in contenders if c.fault]
    contenders = [c for c in contenders if not c.fault]
    for _ in range(options.rounds):
        for contender in contenders:
            contender.once()
    for contender in contenders:
        contender.finish()
    counted = {} if work.startswith("loader") else {"flops": told_by_rival([work, "flops"], options)}
    return judged(work, [c.row() for c in contenders], bars, options) | {"absent": absent} | counted


def kinds_of_bars(options):
    """What stands before the names of bars that count on this machine, beside those of all."""
    if options.device == "cuda":
        return ["gpu: "]
    return ["amx: ", ""] if "amx_bf16" in processor()["instructions"] else [""]


def judged(work, rows, bars, options):
    kinds = {
        "eager": [r for r in rows if r["name"] == "torch eager"],
        "fp32": [r for r in rows if r["name"] in [f"torch {v}" for v in FP32]],
        "bf16": [r for r in rows if r["name"] in [f"torch {v}" for v in BF16]],
        "ncnn": [r for r in rows if r["name"] == "ncnn"],
        "loader": [r for r in rows if r["name"] == NAMES["loader"]],
    }
    mine = [r for r in rows if r["name"].startswith("ganvas")]
    ratios = {}
    for kind, rivals in kinds.items():
        if not rivals:
            continue
        best = min(rivals, key=lambda r: r["ms_median"])
        for own in mine:
            entry = {
                "rival": best["name"], "ratio": own["ms_median"] / best["ms_median"],
                "memory_ratio": own["peak_memory_mb"] / best["peak_memory_mb"],
            }
            name = f"{own['name'].split()[1]} / {kind}"
            named = [bars[prefix + name] for prefix in kinds_of_bars(options) if prefix + name in bars]
            if named:
                entry["must"], entry["goal"] = named[0]
            ratios[f"ganvas {name}"] = entry
    return {"work": work, "rows": rows, "ratios": ratios}


def show(result):
    print(f"\n{result['work']}")
    for row in result["rows"]:
        print(f"  {row['name']:22} {row['ms_median']:9.1f} ms  ({row['ms_min']:.1f} to {row['ms_max']:.1f})"
              f"  {row['peak_memory_mb']:6.0f} MB")
    for name, entry in result["ratios"].items():
        bar = f"  must {entry['must']}, goal {entry['goal']}" if "must" in entry else ""
        print(f"  {name:22} {entry['ratio']:.2f} of {entry['rival']}, memory {entry['memory_ratio']:.2f}{bar}")
    for text in result["absent"]:
        print(f"  left out: {text}")


def main():
    parser = argparse.ArgumentParser(description="ganvas beside its rivals")
    parser.add_argument("--works", default=",".join(WORKS))
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--instructions", choices=["best", "avx2"], default="best")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--batch", type=int, default=1, help="of cyclegan and pix2pix")
    parser.add_argument("-o", "--output")
    options = parser.parse_args()
    unknown = set(options.works.split(",")) - set(WORKS)
    if unknown:
        parser.error(f"unknown works {sorted(unknown)}; there are {', '.join(WORKS)}")
    import torch

    report = {
        "date": datetime.date.today().isoformat(), "processor": processor(),
        "instructions": options.instructions, "threads": options.threads, "batch": options.batch,
        "rounds": options.rounds, "torch": torch.__version__,
        "peak_flops": {p: told_by_rival(["peak", p], options) for p in precisions(options)}, "works": [],
    }
    if options.device == "cuda":
        report["gpu"] = torch.cuda.get_device_name()
    for work in options.works.split(","):
        result = measure(work, options)
        show(result)
        report["works"].append(result)
        if options.output:
            pathlib.Path(options.output).write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
