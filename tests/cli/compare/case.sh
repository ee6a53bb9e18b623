# Images beside others: two folders, two files, with networks that measure likeness.
golden=$REPO/tests/golden/perceptual
spread_photos 3 real/a real/b
mkdir -p sets && cp real/a/* real/b/* sets/
expect 0 "6 pixelated" mosaic sets -o made --threads 1
lpips=(--lpips-weights "$golden/alex.pth,$golden/alex_lin.pth" --dists-weights "$golden/vgg.pth,$golden/dists.pth")
expect 0 "LPIPS with the trunk alex" compare made sets "${lpips[@]}" --json all.json --csv each.csv
grep -q 'lpips_alex' out.txt || fail "no LPIPS in the table"
python3 - <<'P' || fail "figures of pairs"
import csv, json
rows = list(csv.DictReader(open("each.csv")))
mean = json.load(open("all.json"))["mean"]["made"]
assert len(rows) == 6, rows
for name in ("psnr", "lpips_alex", "dists"):
    assert abs(sum(float(r[name]) for r in rows) / 6 - mean[name]) < 1e-3 * abs(mean[name]) + 1e-6, (name, mean)
P
one=$(ls sets | head -1)
expect 0 "1 pairs" compare "made/$one" "sets/$one"
expect 0 "kid" compare real/a real/b --fid-weights "$golden/inception.pth"
grep -q "as pytorch-fid does" out.txt || fail "the protocol is not told"
expect 0 "squeezenet_kernel" compare real/a real/b
expect_error 2 "none the partner of another" compare "sets/$one" real/b
expect_error 2 "--pairs on: no image of real/a" compare real/a real/b --pairs on
expect 1 "expected lpips/weights/v0.1/alex.pth" compare made sets --lpips-weights "$golden/alex.pth"
mkdir spoiled && cp made/* spoiled/ && echo no >"spoiled/$one"
expect 1 "spoiled/$one" compare spoiled sets
grep -q "5 pairs" out.txt || fail "the others were not measured"
tiny() { expect 0 "step-00000003" train "$@" --steps 3 --batch 2 --width 4 --threads 1; }
mkdir -p f/train && cp sets/* f/train/
tiny --method vae --data f --size 32 --run vae
expect 0 "sample_kid" eval --model vae --data f --split train --samples 4 "${lpips[@]}" --fid-weights "$golden/inception.pth" --threads 1
grep -q '^lpips_alex' out.txt || fail "no LPIPS of what comes back"

# What would say nothing, or destroy something, is refused; one image that cannot be compared ends nothing.
expect 2 "--lpips-weights: is of pairs" compare real/a real/b "${lpips[@]}"
expect 2 "--fid-weights: is of sets" compare "made/$one" "sets/$one" --fid-weights "$golden/inception.pth"
cp "sets/$one" keep.jpg
expect 2 "is no text" compare made sets --json "sets/$one"
cmp -s keep.jpg "sets/$one" || fail "an input was replaced"
expect 0 "made" compare made sets --json /dev/stdout
mkdir twins && cp "made/$one" twins/ && cp "made/$one" "twins/${one%.*}.png"
expect 2 "is the partner of two" compare twins sets
cp -r made uneven && python3 - "uneven/$one" <<'P'
import struct, sys, zlib
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
pixels = b"".join(b"\0" + bytes(24) for _ in range(8))
open(sys.argv[1], "wb").write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b""))
P
expect 1 "1 of 6 pairs are of unequal sizes" compare uneven sets
grep -q "5 pairs" out.txt || fail "the other pairs were not measured"
expect 1 "resize one of them" compare "uneven/$one" "sets/$one"

# Weights of half the size make the same image, to the eye.
expect 0 "half.safetensors" export --model "$REPO/weights/upscale-x4.safetensors" -o half.safetensors --numbers fp16
mkdir -p small && cp "sets/$one" small/
expect 0 "1 enlarged" upscale small -o whole --threads 1
expect 0 "1 enlarged" upscale small -o halves --model half.safetensors --threads 1
expect 0 "1 pairs" compare halves whole --csv halves.csv
python3 - <<'P' || fail "half-precision weights make another image"
import csv
row = next(csv.DictReader(open("halves.csv")))
assert float(row["l1"]) < 0.2, row
P
expect_error 2 "--numbers: is for .safetensors" export --model "$REPO/weights/upscale-x4.safetensors" -o half.onnx --numbers fp16
