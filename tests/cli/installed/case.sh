# What is installed works where the sources are not: the program, the library for C and Python, and programs outside.
BUILD=$(dirname "$GANVAS")
cmake --install "$BUILD" --prefix "$PWD/place" >log.txt 2>&1 || fail "it cannot be installed: $(tail -n 3 log.txt)"
photo=$(ls "$PHOTOS"/train/*/*.jpg | head -1)
! grep -rqF "$REPO" place/include place/lib/cmake/ganvas/ganvasConfigVersion.cmake || fail "headers name the sources' folder"
GANVAS=$PWD/place/bin/ganvas
PROGRAM=("$GANVAS")
expect 0 "1 enlarged" upscale "$photo" -o big.png
[[ $(grep -c . <<<"$("$GANVAS" upscale --help)") -gt 10 ]] || fail "no help"
"$GANVAS" upscale --help | tr -d ' \n' | grep -qF "$PWD/place/share/ganvas/weights" || fail "the installed program takes other weights"
expect_file place/share/man/man1/ganvas.1
expect_file place/share/bash-completion/completions/ganvas

# The library shows the functions of its header and nothing else.
declared=$(grep -o 'ganvas_[a-z_]*(' place/include/ganvas/embed/ganvas_c.h | tr -d '(' | grep -v last_error | sort -u)
shown=$(nm -D --defined-only place/lib/libganvas_c.so.1 | awk '$2 != "A" {print $3}' | sort -u)
[[ $(printf '%s\nganvas_last_error\n' "$declared" | sort -u) == "$shown" ]] || fail "the library shows: $shown"

# Python's ctypes on plain buffers: the pixels of the program.
expect 0 "1 pixelated" mosaic "$photo" --cell 8 --box 40,40,96,96 -o whole.png
python3 -c "
import sys; sys.path.insert(0, '$CASE_DIR')
import pixels
data, width, height = pixels.read_png('whole.png')
wide, high = 144, 136  # a part, which is enough
rows = [data[3 * width * y:][:3 * wide] for y in range(high)]
pixels.write_ppm('hidden.ppm', b''.join(rows), wide, high)"
"$GANVAS" upscale hidden.ppm -o large.png >log.txt 2>&1 && "$GANVAS" restore hidden.ppm -o restored.png >>log.txt 2>&1 || fail "$(tail -n 1 log.txt)"
python3 - "$CASE_DIR" place/lib/libganvas_c.so.1 <<'PY' || fail "the library for C does otherwise than the program"
import ctypes, pathlib, sys
sys.path.insert(0, sys.argv[1])
import pixels
library = ctypes.CDLL(sys.argv[2])
class Image(ctypes.Structure):
    _fields_ = [("pixels", ctypes.c_void_p), ("width", ctypes.c_int64), ("height", ctypes.c_int64), ("channels", ctypes.c_int32), ("bits", ctypes.c_int32)]
library.ganvas_open.restype = ctypes.c_void_p
library.ganvas_open.argtypes = [ctypes.c_char_p]
library.ganvas_last_error.restype = ctypes.c_char_p
library.ganvas_scale.restype = ctypes.c_int64
for name, buffers in (("scale", 0), ("close", 0), ("upscale", 2), ("translate", 2), ("restore", 3)):
    getattr(library, "ganvas_" + name).argtypes = [ctypes.c_void_p] * (1 + buffers)
head, size, most, plain = pathlib.Path("hidden.ppm").read_bytes().split(b"\n", 3)
width, height = map(int, size.split())
held, made = ctypes.create_string_buffer(plain, len(plain)), ctypes.create_string_buffer(16 * len(plain))
given = Image(ctypes.addressof(held), width, height, 3, 8)
got = Image(ctypes.addressof(made), 4 * width, 4 * height, 3, 8)
one, two = ctypes.byref(given), ctypes.byref(got)

model = library.ganvas_open(b"upscale-x4")
assert model and library.ganvas_scale(model) == 4, library.ganvas_last_error()
assert library.ganvas_upscale(model, one, two) == 0, library.ganvas_last_error()
assert made.raw == pixels.read_png("large.png")[0], "enlarged otherwise"
got.width -= 1
assert library.ganvas_upscale(model, one, two) == 2
assert b"to: got" in library.ganvas_last_error() and b"expected" in library.ganvas_last_error()
assert library.ganvas_translate(model, one, two) == 2
assert library.ganvas_open(b"/none.pth") is None and b"none.pth" in library.ganvas_last_error()
library.ganvas_close(model)
library.ganvas_close(None)

restorer, found = library.ganvas_open(b"restore"), ctypes.c_int64(-1)
got.width, got.height = width, height
assert library.ganvas_restore(restorer, one, two, ctypes.byref(found)) == 0, library.ganvas_last_error()
assert found.value == 1, found.value
assert made.raw[:len(plain)] == pixels.read_png("restored.png")[0], "restored otherwise"
PY
if python3 -c "import numpy" 2>/dev/null; then
  PYTHONPATH=place/share/ganvas/python python3 - <<'PY' || fail "the module for Python"
import numpy, ganvas
model = ganvas.load("upscale-x4")
for array in (numpy.zeros((9, 7), "uint8"), numpy.full((5, 6, 3), 40000, "uint16")):
    made = model.upscale(array)
    assert made.shape[:2] == (4 * array.shape[0], 4 * array.shape[1]) and made.dtype == array.dtype
for wrong in (numpy.zeros((4, 4), "float32"), numpy.zeros((4, 4, 4), "uint8")):
    try:
        model.upscale(wrong)
        raise SystemExit("it took what it should not")
    except ganvas.Error as error:
        assert "expected" in str(error)
PY
else
  echo "skipped: Python has no NumPy for the module"
fi

# Programs outside, against the installed package.
cmake -S "$REPO/examples/outside" -B outside -DCMAKE_PREFIX_PATH="$PWD/place" -DCMAKE_BUILD_TYPE=Release >log.txt 2>&1 &&
  cmake --build outside -j2 >>log.txt 2>&1 || fail "a program outside does not build: $(grep -m3 -iE 'error|warning' log.txt)"
mkdir photos && cp "$photo" photos/
outside/translate_folder "$REPO/tests/golden/families/resnet-instance.pth" photos out || fail "translate_folder"
expect_file "out/$(basename "$photo")"
# Side by side: an image and its negative.
python3 - "$CASE_DIR" <<'PY'
import pathlib, sys
sys.path.insert(0, sys.argv[1])
import pixels
data, width, height = pixels.read_png("whole.png")
pathlib.Path("pairs/train").mkdir(parents=True)
rows = [data[3 * width * y:3 * width * (y + 1)] for y in range(height)]
both = b"".join(row + bytes(255 - value for value in row) for row in rows)
for number in range(4):
    pixels.write_ppm(f"pairs/train/{number}.ppm", both, 2 * width, height)
PY
outside/own_method pairs run "$photo" recolored.png 2>log.txt || fail "own_method: $(tail -n 1 log.txt)"
expect_file recolored.png
expect_file run/checkpoints/step-00000100.safetensors
outside/plain_buffers upscale-x4 <hidden.ppm >made.ppm || fail "plain_buffers"
python3 - "$CASE_DIR" <<'PY' || fail "plain_buffers makes other pixels"
import pathlib, sys
sys.path.insert(0, sys.argv[1])
import pixels
assert pathlib.Path("made.ppm").read_bytes().split(b"\n", 3)[3] == pixels.read_png("large.png")[0]
PY

# Moved elsewhere, in another layout, and with weights of its own: not those of the sources.
mv place moved
echo broken >moved/share/ganvas/weights/upscale-x4.safetensors
ln -s "$PWD/moved/bin/ganvas" another_name
for program in moved/bin/ganvas ./another_name; do
  PROGRAM=("$program")
  expect_error 1 "moved/share/ganvas/weights/upscale-x4.safetensors" upscale hidden.ppm -o no.png
done
python3 - <<'PY' || fail "the library takes other weights than those beside it"
import ctypes
library = ctypes.CDLL("moved/lib/libganvas_c.so.1")
library.ganvas_open.restype = ctypes.c_void_p
library.ganvas_last_error.restype = ctypes.c_char_p
assert library.ganvas_open(b"upscale-x4") is None and b"moved/share/ganvas/weights" in library.ganvas_last_error()
PY
