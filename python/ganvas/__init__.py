"""ganvas in Python: models that enlarge, translate and restore photographs held in NumPy arrays.

    import ganvas
    big = ganvas.load("RealESRGAN_x4plus.pth").upscale(array)

Arrays are [height, width] or [height, width, 3] of uint8 or uint16. Restored and enlarged detail is invented:
plausible, not true.
"""

# SPDX-License-Identifier: Apache-2.0
import ctypes
import os
import pathlib

import numpy

__all__ = ["Error", "Model", "load", "set_threads", "version"]

_C_VERSION = 1  # GANVAS_C_VERSION that this module was written for


class Error(RuntimeError):
    """What was got, what was expected, what to do."""


class _Image(ctypes.Structure):
    _fields_ = [
        ("pixels", ctypes.c_void_p),
        ("width", ctypes.c_int64),
        ("height", ctypes.c_int64),
        ("channels", ctypes.c_int32),
        ("bits", ctypes.c_int32),
    ]


def _find_library():
    here = pathlib.Path(__file__).resolve().parent
    given = os.environ.get("GANVAS_LIBRARY")
    if given:
        return pathlib.Path(given)
    for place in (here, *here.parents[2:4]):
        for folder in ("lib*", "lib/*"):  # lib64, lib/x86_64-linux-gnu
            for path in sorted(place.glob(f"{folder}/libganvas_c.so.1")):
                return path
    raise Error(f"got no libganvas_c.so.1 beside {here}; install ganvas, or name the library in GANVAS_LIBRARY")


def _load_library():
    path = _find_library()
    try:
        library = ctypes.CDLL(str(path))
    except OSError as error:
        raise Error(f"{path}: cannot be loaded ({error}); expected the libtorch that it was built with") from None
    image, handle, text = ctypes.POINTER(_Image), ctypes.c_void_p, ctypes.c_char_p
    for name, result, *arguments in (
        ("c_version", ctypes.c_int),
        ("version", text),
        ("last_error", text),
        ("set_threads", ctypes.c_int, ctypes.c_int64),
        ("open", handle, text),
        ("close", None, handle),
        ("scale", ctypes.c_int64, handle),
        ("method", text, handle),
        ("translate", ctypes.c_int, handle, image, image),
        ("upscale", ctypes.c_int, handle, image, image),
        ("restore", ctypes.c_int, handle, image, image, ctypes.POINTER(ctypes.c_int64)),
    ):
        function = getattr(library, "ganvas_" + name)
        function.restype, function.argtypes = result, arguments
    got = library.ganvas_c_version()
    if got != _C_VERSION:
        raise Error(f"{path}: got version {got} of the interface, expected {_C_VERSION}; install both from one ganvas")
    return library


_library = _load_library()


def _check(code):
    if code != 0:
        raise Error(_library.ganvas_last_error().decode())


def version():
    """The version of the library."""
    return _library.ganvas_version().decode()


def set_threads(count):
    """Threads of one operation, of the whole process; 0 takes one for each core."""
    _check(_library.ganvas_set_threads(count))


def load(path):
    """A run's folder, a checkpoint, weights of another program, or "upscale-x4", "restore" and their "-vivid"."""
    return Model(path)


class Model:
    """A trained model. Calls of several threads are carried out one after the other."""

    def __init__(self, path):
        self._handle = None
        self._handle = _library.ganvas_open(os.fsencode(path))
        if not self._handle:
            raise Error(_library.ganvas_last_error().decode())

    def __del__(self):
        if self._handle:
            _library.ganvas_close(self._handle)

    @property
    def scale(self):
        """How many times as large its results are."""
        return _library.ganvas_scale(self._handle)

    @property
    def method(self):
        return _library.ganvas_method(self._handle).decode()

    def translate(self, array):
        """An array of the same shape."""
        return self._made(_library.ganvas_translate, array, 1)

    def upscale(self, array):
        """An array `scale` times as wide and as high."""
        return self._made(_library.ganvas_upscale, array, self.scale)

    def restore(self, array):
        """The array with its mosaics restored, and how many were found."""
        found = ctypes.c_int64(0)
        return self._made(_library.ganvas_restore, array, 1, ctypes.byref(found)), found.value

    def _made(self, function, array, scale, *more):
        array = numpy.ascontiguousarray(array)
        if array.dtype not in (numpy.uint8, numpy.uint16) or array.ndim not in (2, 3):
            raise Error(f"got an array {array.shape} of {array.dtype}, expected [height, width(, 3)] of uint8 or uint16")
        height, width = array.shape[:2]
        made = numpy.empty((height * scale, width * scale, *array.shape[2:]), array.dtype)
        _check(function(self._handle, _image_of(array), _image_of(made), *more))
        return made


def _image_of(array):
    channels = array.shape[2] if array.ndim == 3 else 1
    return ctypes.byref(_Image(array.ctypes.data, array.shape[1], array.shape[0], channels, 8 * array.itemsize))
