# Mosaics found and restored, by the model that comes along and by one of our own.
photo=$(ls "$PHOTOS"/test/*/*.jpg | head -n 1)
python3 - <<'PY'
import struct, zlib
# A grey image of smooth waves with cells of 8 pixels over its right half, and the mask of them.
import math
W, H, LEFT = 160, 120, 64
wave = lambda x, y: int(128 + 60 * math.sin(x / 9.0) + 50 * math.cos((x + 2 * y) / 7.0))
rows = []
for y in range(H):
    row = bytearray()
    for x in range(W):
        if x < LEFT:
            row.append(wave(x, y) ^ (x * y * 7 % 5))
        else:
            cx, cy = x // 8 * 8, y // 8 * 8
            row.append(sum(wave(cx + i, cy + j) for i in range(8) for j in range(8)) // 64)
    rows.append(bytes(row))
def write(name, rows):
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    open(name, "wb").write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", W, H, 8, 0, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(b"".join(b"\0" + r for r in rows))) + chunk(b"IEND", b""))
write("cells.png", rows)
write("mask.png", [bytes(255 if x >= LEFT else 0 for x in range(W)) for y in range(H)])
PY
expect 0 "cells of 8 x 8 pixels, phase 0, 0" restore cells.png -o found.png --threads 1
expect 0 "1 restored, 0 failed" restore cells.png -o named.png --cell 8 --mask mask.png --threads 1
same_pixels found.png named.png || fail "the found mosaic is not the named one"
expect 0 "1 restored, 0 failed" restore cells.png -o found.jpg --threads 1
grep -qa 'compositeWithTrainedAlgorithmicMedia' found.jpg || fail "the result does not say what it is"
grep -qa 'sha256:' found.jpg || fail "the result does not name its model"
expect 0 "of the detail inside is invented" restore cells.png -o sure.png --doubt --page sheet.html --threads 1
expect_file sure-doubt.png
grep -q '8 x 8.*60 %' sheet.html || fail "the report does not say what was found"
[ "$(grep -o 'data-source="data:image/png' sheet.html | wc -l)" = 3 ] || fail "the report does not show the image, its result and the doubt"
cmp -s found.png cells.png && fail "nothing was restored"
expect 0 "0 restored, 1 without a mosaic, 0 failed" restore "$photo" -o no.png --threads 1
expect_no_file no.png
expect_error 2 "go together" restore cells.png -o no.png --cell 8
expect 1 "expected the image's" restore "$photo" -o no.png --cell 8 --mask mask.png --threads 1
expect 0 "step-00000002" train --method regress --data "$PHOTOS" --layout mosaic --generator cells9 --base masked \
  --norm none --dropout none --inference running --width 4 --size 32 --batch 2 --least-cell 8 --most-cell 8 \
  --phase edge --regions mixed --steps 2 --run r --threads 1
expect 0 "model, held" eval --model r --data "$PHOTOS" --threads 1
expect 0 "1 restored" restore cells.png -o ours.png --model r --threads 1
expect 0 "step-00000002" train --method regress --data "$PHOTOS" "${TINY[@]:0:2}" --width 4 --steps 2 --layout mosaic --run u --threads 1
expect 0 "1 restored" restore cells.png -o unet.png --model u --threads 1
expect_error 2 "was not trained on mosaics" restore cells.png -o no.png --model "$REPO/weights/upscale-x4.safetensors"
for detail in 0.5 1; do expect 0 "1 restored" restore cells.png -o "detail-$detail.png" --detail $detail --threads 1; done
same_pixels found.png detail-1.png && fail "--detail changes nothing"
same_pixels detail-0.5.png detail-1.png && fail "half of the detail is all of it"
expect 0 "1 searched, 0 failed" restore cells.png -o look.png --find-only --threads 1
expect_no_file look.png
python3 - <<'PY' || fail "--find-only does not say where the mosaic is"
import json
found = json.load(open("look-mosaics.json"))
assert (found["width"], found["height"], found["look_alikes"]) == (160, 120, []), found
[mosaic] = found["mosaics"]
assert mosaic["cell"] == [8, 8] and mosaic["phase"] == [0, 0] and mosaic["box"] == [64, 0, 96, 120], mosaic
PY
expect 0 "1 restored" restore cells.png -o by_mask.png --cell 8 --mask look-mask.png --threads 1
same_pixels found.png by_mask.png || fail "the mask of --find-only does not name the mosaic"
expect 0 "1 searched" restore "$photo" -o none --find-only --threads 1
grep -q '"mosaics": \[\]' none/*-mosaics.json || fail "a photograph without a mosaic is not said to have none"
expect_error 2 "restores nothing" restore cells.png -o no.png --find-only --doubt
expect 1 "lie at phase 0, 0" restore cells.png -o no.png --cell 8 --phase-x 3 --mask mask.png --threads 1
expect_no_file no.png
