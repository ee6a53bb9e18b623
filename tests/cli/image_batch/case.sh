# What people's images go through: names, kinds, frames, resolution, folders. Nothing is lost.
sum() { cat "$@" | md5sum; }
python3 - "$PHOTOS" <<'PY'
import pathlib, shutil, struct, sys, zlib
photos = sorted(pathlib.Path(sys.argv[1], "test").glob("*/*.jpg"))
def chunk(kind, data): return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
def png(path, w, h, pixel, extra=b""):
    rows = b"".join(b"\0" + bytes(v for x in range(w) for v in pixel(x, y)) for y in range(h))
    pathlib.Path(path).parent.mkdir(parents=True, exist_ok=True)
    pathlib.Path(path).write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", w, h, 8, 2, 0, 0, 0)) + extra
        + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
wave = lambda x, y: (x * 5 % 256, y * 7 % 256, (x + y) * 3 % 256)
png("same/a.png", 24, 16, wave)
shutil.copy(photos[0], "same/a.jpg")
png("spring/x.png", 24, 16, wave)
png("summer/x.png", 24, 16, lambda x, y: (0, y, x))
png("one.png", 24, 16, wave, chunk(b"tEXt", b"Comment\0made by hand") + chunk(b"gAMA", struct.pack(">I", 45455)) + chunk(b"pHYs", struct.pack(">IIB", 11811, 11811, 1)))
png("plain.png", 24, 16, wave)
png("animated.png", 24, 16, wave, chunk(b"acTL", struct.pack(">II", 5, 0)))
png("tree/sub/deep/y.png", 24, 16, wave)
png("tree/x.png", 24, 16, wave)
pathlib.Path("tree/notes.txt").write_text("no image")
# A bitmap: 3 x 2, rows from the bottom, 4 bytes a row end.
rows = [bytes([3, 2, 1, 6, 5, 4, 9, 8, 7, 0, 0, 0]), bytes([30, 20, 10, 60, 50, 40, 90, 80, 70, 0, 0, 0])]
data = b"".join(reversed(rows))
pathlib.Path("p.bmp").write_bytes(b"BM" + struct.pack("<IHHI", 54 + len(data), 0, 0, 54) + struct.pack("<IiiHHIIiiII", 40, 3, 2, 1, 24, 0, len(data), 0, 0, 0, 0) + data)
pathlib.Path("p.ppm").write_bytes(b"P6 # by hand\n3 2\n255\n" + bytes([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 30, 40, 50, 60, 70, 80, 90]))
import gzip
pathlib.Path("note.jpg").write_bytes(gzip.compress(b"text", mtime=0) + b"\0" * 60)
pathlib.Path("empty.png").write_bytes(b"")
pathlib.Path("lfs.png").write_bytes(b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
shutil.copy(photos[0], "photo.jfif")
long = "n" * 246 + ".png"
shutil.copy("one.png", long)
PY
box=(--cell 4 --box 2,2,8,8)

# No result replaces an input, and no result another.
before=$(sum same/*)
expect_error 1 "is the input itself (same/a.png, for the result of same/a.jpg)" mosaic same -o same --format png "${box[@]}"
[[ $(sum same/*) == "$before" && $(ls same | wc -l) -eq 2 ]] || fail "an input was changed"
expect_error 1 "would both become out/a.png" mosaic same -o out --format png "${box[@]}"
expect_error 1 "spring/x.png and summer/x.png would both become" mosaic summer spring -o out "${box[@]}"
expect_no_file out
expect_error 2 "expected a folder" mosaic one.png plain.png -o out.png "${box[@]}"
expect_error 2 "is a PNG file" mosaic one.png -o out.png --format jpg "${box[@]}"
expect_error 1 "BMP is read but not written" mosaic one.png -o out.bmp "${box[@]}"
expect_no_file out.png
expect_no_file out.bmp

# Kinds are told by the first bytes; what is read though it cannot be written becomes PNG.
mkdir kinds-in && cp p.bmp photo.jfif nnnn*.png kinds-in && cp p.ppm kinds-in/q.ppm
expect 0 "4 pixelated, 0 failed" mosaic kinds-in -o kinds "${box[@]/2,2,8,8/0,0,1,1}"
for file in p.png photo.jfif q.png nnnn*.png; do expect_file kinds/$file; done
expect 0 "2 pixelated" mosaic p.bmp p.ppm -o parted "${box[@]/2,2,8,8/0,0,1,1}"
[[ $(ls parted) == $'p-bmp.png\np-ppm.png' ]] || fail "two kinds of one name become: $(ls parted)"
expect 1 "a gzip archive" mosaic note.jpg -o none "${box[@]}"
expect 1 "the file is empty" mosaic empty.png -o none "${box[@]}"
expect 1 "was not downloaded" mosaic lfs.png -o none "${box[@]}"
expect 1 "has 5 frames" mosaic animated.png -o none "${box[@]}"
[[ -z $(ls none) ]] || fail "something was written of what cannot be read"

# Resolution and comments stay, none are invented.
expect 0 "1 pixelated" mosaic plain.png -o bare.png "${box[@]}"
python3 - <<'PY' || fail "a resolution was invented"
data = open("bare.png", "rb").read()
assert b"pHYs" not in data or data[data.index(b"pHYs") + 12] == 0
PY
expect 0 "1 enlarged" upscale one.png -o large.png --threads 1
grep -qa 'made by hand' large.png && grep -qa gAMA large.png || fail "text or gamma is gone"
python3 - <<'PY' || fail "the resolution is not the image's"
import struct
data = open("large.png", "rb").read()
assert struct.unpack(">IIB", data[data.index(b"pHYs") + 4:][:9]) == (11811, 11811, 1)
assert struct.unpack(">II", data[16:24]) == (96, 64)
PY
for asked in "--scale 2:48,32" "--width 30:30,20" "--fit 40x40:40,27" "--scale 0.5:12,8"; do
  expect 0 "1 enlarged" upscale one.png -o sized.png ${asked%:*} --threads 1
  python3 -c 'import struct, sys; print("%d,%d" % struct.unpack(">II", open("sized.png", "rb").read()[16:24]))' >size.txt
  [[ $(<size.txt) == "${asked#*:}" ]] || fail "${asked%:*} gives $(<size.txt)"
done
expect_error 2 "enlarges 4 times" upscale one.png -o sized.png --scale 5 --threads 1
expect 1 "one.png: got 24 x 16" upscale one.png -o sized.png --width 500 --threads 1
expect_error 2 "got several" upscale one.png -o sized.png --scale 2 --width 5 --threads 1
expect 0 "1 enlarged" upscale one.png -o wrapped.png --wrap --threads 1
for detail in 0 0.5 1; do expect 0 "1 enlarged" upscale one.png -o "detail-$detail.png" --detail $detail --threads 1; done
[[ $(for name in detail-*.png; do sha256sum <"$name"; done | sort -u | wc -l) -eq 3 ]] || fail "--detail changes nothing"
expect_error 2 "--vivid: nowhere: no such file" upscale one.png -o wrapped.png --detail 1 --vivid nowhere
expect_error 1 "have no network of equal name and layers" upscale one.png -o wrapped.png --detail 1 --vivid "$REPO/weights/restore.safetensors"

# Folders: what is passed over is said, structure stays, a second run goes on.
expect 0 "without an image's name: notes.txt" mosaic tree -o made "${box[@]}"
grep -q 'not entered: the folders sub' out.txt || fail "the folder that was not entered is not named"
expect 0 "1 pixelated, 1 there already, 0 failed" mosaic tree -o made --recursive --existing skip --report list.jsonl "${box[@]}"
expect_file made/sub/deep/y.png
grep -q '"status":"skipped"' list.jsonl && grep -q '"status":"done"' list.jsonl || fail "list.jsonl does not say what became of the images"
expect_error 1 "is there already" mosaic tree -o made --existing refuse "${box[@]}"
expect 0 "2 pixelated" mosaic tree -o tree/out --recursive --existing skip "${box[@]}" --suffix -b
expect 0 "0 restored, 1 without a mosaic, 0 failed" restore plain.png -o nothing --threads 1

# A list replaces no image; a folder may hold earlier results, and links in circles.
expect_error 1 "is an image" mosaic one.png -o z.png --report one.png "${box[@]}"
expect_error 1 "is an image" restore one.png -o z.png --page one.png --threads 1
mkdir ring && cp one.png ring && ln -s .. ring/up && ln -s nowhere ring/lost
expect 0 "1 pixelated, 0 failed" mosaic ring -o ring --suffix -m "${box[@]}"
expect 0 "0 pixelated, 1 there already, 0 failed" mosaic ring -o ring --suffix -m --existing skip "${box[@]}"

# XMP of any length, and what it says of the size.
python3 - <<'PY'
import struct, zlib
def chunk(kind, data): return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
data = open("plain.png", "rb").read()
xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="r"><rdf:Description tiff:ImageWidth="24" Iptc4xmpExt:DigitalSourceType="camera"><tiff:ImageLength>' + b" " * 300000 + b"16</tiff:ImageLength></rdf:Description></rdf:RDF></x:xmpmeta>"
open("xmp.png", "wb").write(data[:33] + chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp) + data[33:])
PY
expect 0 "1 enlarged" upscale xmp.png -o xmp-large.png --threads 1
python3 - <<'PY' || fail "XMP tells the old size, or the old source"
import struct, zlib
data, place, packet = open("xmp-large.png", "rb").read(), 8, b""
while place < len(data):
    length, kind = struct.unpack(">I4s", data[place : place + 8])
    body = data[place + 8 : place + 8 + length]
    if body.startswith(b"XML:com.adobe.xmp"):
        packet = body if kind == b"iTXt" else zlib.decompress(body[body.index(b"\0") + 2 :])
    place += 12 + length
assert b'tiff:ImageWidth="96"' in packet and b"64</tiff:ImageLength>" in packet and b'"camera"' not in packet
assert b"compositeWithTrainedAlgorithmicMedia" in packet
PY

# What hides is told where; nothing that is read is replaced; what is no file is not waited for.
expect_error 2 "no region is named" mosaic one.png -o z.png --fill black
expect 0 "drawn at random" mosaic one.png -o z.png --cell 4
cp one.png mask.png
expect_error 1 "is the input itself" mosaic one.png -o mask.png --mask mask.png --cell 4
mkfifo pipe.png
expect 1 "a pipe or a device" mosaic pipe.png -o z.png "${box[@]}"
expect_error 2 "is empty" mosaic one.png -o "" "${box[@]}"
cp one.png named.jpg && expect 0 "1 pixelated" mosaic named.jpg -o kept "${box[@]}" && expect_file kept/named.png
expect_error 2 "always loses something" mosaic one.png -o z.jpg --lossless "${box[@]}"
expect 0 "at most 256 colours" mosaic one.png -o z.gif "${box[@]}"
echo notes >notes.txt
expect_error 1 "no earlier list or page" mosaic one.png -o z.png --report notes.txt "${box[@]}"
[[ $(<notes.txt) == notes ]] || fail "a list replaced somebody's notes"
expect_error 1 "there is no folder" restore one.png -o z.png --page nowhere/page.html --threads 1
expect_error 2 "names no kind of image that is written" mosaic one.png -o z.xyz "${box[@]}"
expect 0 "1 pixelated" mosaic one.png -o z.xyz/ "${box[@]}" && expect_file z.xyz/one.png
expect 1 "lies outside of the image" mosaic one.png -o y.png "${box[@]}" --box 200,200,5,5
cp one.png ./-lead.png
expect_error 2 "write ./-lead.png" mosaic -lead.png -o y.png "${box[@]}"
expect_error 2 "training pairs are PNG" mosaic tree -o pairs --pairs --format jpg
expect 0 "pixelated" mosaic tree -o pairs --pairs --seed 1 --report pairs.jsonl
grep -q '"outputs":\["pairs/A/' pairs.jsonl || fail "the list names files that are not there"
expect 0 "1 enlarged" upscale one.png -o report-named.png --report "private list.jsonl" --threads 1
grep -qa "private list" report-named.png && fail "a private name stands in the image"
"$GANVAS" methods >/dev/full 2>err.txt && fail "what could not be printed is not told"
expect 0 "trains and runs" help --help
expect 0 "--box" help mosaic
