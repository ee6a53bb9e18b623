"""Packs a folder with the package `ganvas` as a wheel: pack_wheel.py STAGE OUT (tools/wheel)."""

# SPDX-License-Identifier: Apache-2.0
import base64
import hashlib
import pathlib
import re
import sys
import zipfile

SOURCE = pathlib.Path(__file__).resolve().parents[1]
PLATFORM = "py3-none-manylinux_2_35_x86_64"  # the newest symbols of glibc that the program asks for


def version():
    return re.search(r"project\(ganvas VERSION ([0-9.]+)", (SOURCE / "CMakeLists.txt").read_text()).group(1)


def torch_version():
    text = next(SOURCE.glob(".venv/lib/python3*/site-packages/torch/version.py")).read_text()
    return tuple(map(int, re.search(r"__version__ = '([0-9]+)\.([0-9]+)", text).groups()))


def metadata():
    major, minor = torch_version()
    return f"""Metadata-Version: 2.1
Name: ganvas
Version: {version()}
Summary: Trains and runs generative image models
License: Apache-2.0
Requires-Python: >=3.9
Requires-Dist: torch>={major}.{minor},<{major}.{minor + 1}
Requires-Dist: numpy
"""


def main():
    stage, out = map(pathlib.Path, sys.argv[1:])
    (stage / "ganvas" / "torch_version.txt").write_text("{}.{}\n".format(*torch_version()))
    info = f"ganvas-{version()}.dist-info"
    made = {
        f"{info}/METADATA": metadata(),
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: ganvas\nRoot-Is-Purelib: false\nTag: {PLATFORM}\n",
        f"{info}/entry_points.txt": "[console_scripts]\nganvas = ganvas._launcher:main\n",
    }
    files = {str(path.relative_to(stage)): path.read_bytes() for path in sorted(stage.rglob("*")) if path.is_file()}
    files.update((name, text.encode()) for name, text in made.items())
    record = "".join(
        f"{name},sha256={base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b'=').decode()},{len(data)}\n"
        for name, data in files.items()
    )
    files[f"{info}/RECORD"] = (record + f"{info}/RECORD,,\n").encode()
    wheel = out / f"ganvas-{version()}-{PLATFORM}.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))  # same files, same bytes
            runs = name == "ganvas/bin/ganvas" or ".so" in name
            entry.external_attr = (0o100755 if runs else 0o100644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    print(f"{wheel}: {wheel.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
