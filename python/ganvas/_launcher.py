"""The command `ganvas` of the wheel: finds Python's torch, whose libraries the program runs on, and becomes it."""

# SPDX-License-Identifier: Apache-2.0
import importlib.util
import os
import pathlib
import re
import sys


def torch_folder():
    """Where torch lies, without importing it, which takes seconds."""
    found = importlib.util.find_spec("torch")
    if found is None or not found.submodule_search_locations:
        sys.exit("ganvas: torch is not installed for this Python; pip install 'torch>={0}'".format(built_for()))
    return pathlib.Path(found.submodule_search_locations[0])


def built_for():
    return (pathlib.Path(__file__).parent / "torch_version.txt").read_text().strip()


def main():
    folder = torch_folder()
    text = (folder / "version.py").read_text()
    got = re.search(r"__version__ = '([0-9]+\.[0-9]+)", text)
    if got is None or got.group(1) != built_for():
        got = got.group(1) if got else "an unknown version"
        sys.exit(f"ganvas: got torch {got}, expected {built_for()}, which this wheel was built for; "
                 f"pip install 'torch=={built_for()}.*', or take the wheel for yours")
    program = pathlib.Path(__file__).resolve().parent / "bin" / "ganvas"
    environment, beside = dict(os.environ), program.parents[2] / "torch"
    if not (beside.exists() and beside.samefile(folder)):  # as of a torch that another place lends to this Python
        earlier = environment.get("LD_LIBRARY_PATH")
        environment["LD_LIBRARY_PATH"] = str(folder / "lib") + (":" + earlier if earlier else "")
    os.execve(program, [str(program), *sys.argv[1:]], environment)
