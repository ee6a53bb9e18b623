"""Writes docs/performance.md and its chart from the reports of bench/compare.py.

    .venv/bin/python bench/page.py bench/results/NAME.json [MORE.json]
"""

import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TITLES = {
    "conv-forward": "conv 3x3, 256 to 256 channels, 64 x 64, forward, ten in a row",
    "conv-step": "the same, forward and both gradients",
    "cyclegan": "CycleGAN step, ResNet-9, 256 x 256, batch 1, identity on",
    "pix2pix": "pix2pix step, U-Net 256, 256 x 256, batch 1",
    "srresnet": "SRResNet x4 step, 16 patches of 24 to 96",
    "loader": "30 batches of 16 pairs of 320-pixel JPEGs: resize, crop, flip; later epochs",
    "loader-first": "the same in the first epoch, when no image is in memory yet",
    "resnet": "ResNet-9 forward, 256 x 256",
}
BAR_WIDTH, ROW_HEIGHT, LEFT = 420, 18, 150


def verdict(entry):
    if "must" not in entry:
        return ""
    if entry["ratio"] <= entry["goal"]:
        return f"must {entry['must']}, goal {entry['goal']}: goal met"
    word = "met" if entry["ratio"] <= entry["must"] else "missed"
    return f"must {entry['must']}, goal {entry['goal']}: {word}"


def phases(report, work):
    """Where the time of ganvas goes, and its share of what the machine can do."""
    own = [row for row in work["rows"] if row["name"].startswith("ganvas")]
    if "flops" not in work or "peak_flops" not in report:
        return
    parts = list(own[0].get("parts_ms", {}))
    yield f"\n{work['flops'] / 1e9:.0f} GFLOP by direct convolution.\n"
    yield "| | " + "".join(f"{part} ms | " for part in parts) + "GFLOP/s | share of the peak |"
    yield "|---" * (len(parts) + 3) + "|"
    for row in own:
        rate, peak = work["flops"] / row["ms_median"] * 1e3, report["peak_flops"][row["name"].split()[1]]
        cells = "".join(f"{row['parts_ms'][part]:.0f} | " for part in parts)
        yield f"| {row['name']} | {cells}{rate / 1e9:.0f} | {rate / peak:.2f} |"


def tables(report):
    for work in report["works"]:
        yield f"\n### {TITLES[work['work']]}\n"
        yield "| | median ms | least to most | peak memory MB |\n|---|---|---|---|"
        for row in work["rows"]:
            yield (f"| {row['name']} | {row['ms_median']:.1f} | {row['ms_min']:.1f} to "
                   f"{row['ms_max']:.1f} | {row['peak_memory_mb']:.0f} |")
        yield "\n| beside the best rival of its kind | time | memory | bar on time |\n|---|---|---|---|"
        for name, entry in work["ratios"].items():
            yield (f"| {name.split(' / ')[0]} / {entry['rival']} | **{entry['ratio']:.2f}** | "
                   f"{entry['memory_ratio']:.2f} | {verdict(entry)} |")
        yield from phases(report, work)
        for text in work["absent"]:
            yield f"\nLeft out: {text}."


def chart(report):
    """Bars of time as shares of the slowest contender, work by work."""
    y, parts = 10, []
    for work in report["works"]:
        most = max(row["ms_median"] for row in work["rows"])
        parts.append(f'<text x="4" y="{y + 13}" font-weight="bold">{TITLES[work["work"]]}</text>')
        y += ROW_HEIGHT + 4
        for row in work["rows"]:
            share = row["ms_median"] / most * BAR_WIDTH
            color = "#2a78b5" if row["name"].startswith("ganvas") else "#b8b8b8"
            parts.append(f'<text x="{LEFT - 6}" y="{y + 13}" text-anchor="end">{row["name"]}</text>')
            parts.append(f'<rect x="{LEFT}" y="{y + 2}" width="{share:.1f}" height="14" fill="{color}"/>')
            parts.append(f'<text x="{LEFT + share + 5:.1f}" y="{y + 13}">{row["ms_median"]:.0f} ms</text>')
            y += ROW_HEIGHT
        y += 10
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="660" height="{y}" font-family="sans-serif" font-size="12">'
    return "\n".join([head, '<rect width="100%" height="100%" fill="white"/>', *parts, "</svg>\n"])


def section(report, path):
    cpu = report["processor"]
    limit = "" if report["instructions"] == "best" else f", limited to {report['instructions'].upper()} for all contenders"
    yield f"\n## {cpu['model']}, {report['threads']} threads{limit}\n"
    yield (f"{report['date']}; instruction sets {', '.join(cpu['instructions'])}; torch {report['torch']}; "
           f"{report['rounds']} rounds; numbers in [{path.name}](../{path.relative_to(ROOT)}).")
    if "peak_flops" in report:
        peaks = ", ".join(f"{name} {value / 1e9:.0f} GFLOP/s" for name, value in report["peak_flops"].items())
        yield (f"\nThe peak is that of torch's product of two 4096 x 4096 matrices: {peaks}. Winograd's algorithm and "
               "halved memory can pass it, because work is counted as direct convolution.")
    if "note" in report:
        yield f"\n{report['note']}"
    name = path.stem + ".svg"
    (ROOT / "docs" / "performance").mkdir(exist_ok=True)
    (ROOT / "docs" / "performance" / name).write_text(chart(report))
    yield f"\n![median times](performance/{name})"
    yield from tables(report)


def main():
    lines = [
        "# Performance\n",
        "Written by `make bench`; do not edit. Each work is done once by ganvas and once by each rival, in turn, so "
        "that all of them meet the same state of the machine. Rivals are our own PyTorch formulation of the same "
        "networks and step (eager; channels-last; `torch.compile`; bf16 autocast, alone and with either, where the processor has it) and the "
        "`ncnn` package; the ratio is to the best of each kind. Medians.",
    ]
    for argument in sys.argv[1:]:
        path = pathlib.Path(argument).resolve()
        lines += section(json.loads(path.read_text()), path)
    (ROOT / "docs" / "performance.md").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
