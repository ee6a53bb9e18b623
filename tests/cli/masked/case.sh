# Inpainting, as its recipe has it: train on photographs with parts hidden, measure, fill a part of one.
knobs=(--method regress --data "$PHOTOS" --layout masked "${TINY[@]:0:2}" --width 4 --generator resnet6 --base masked --threads 1)
expect 0 "step-00000003" train "${knobs[@]}" --regions mixed --steps 3 --validate-every 2 --run run
expect 0 "model" eval --model run --data "$PHOTOS" --json e.json --sheet sheet.png --html page.html
grep -q '"psnr"' e.json || fail "e.json has no psnr"
expect_file sheet.png
expect_file page.html

photo=$(ls "$PHOTOS"/test/daisy/*.jpg | head -n 1)
expect_error 2 "--mask: is missing" translate --model run "$photo" -o out.png
expect_error 2 "is for mosaics" train "${knobs[@]}" --least-cell 8 --steps 1 --run bad
expect_error 2 "--judge: says nothing to masked images" eval --model run --data "$PHOTOS" --judge run
expect_error 2 "leave out --size" translate --model run "$photo" -o out.png --mask m.png --size 64
python3 - "$photo" <<'PY'
import struct, sys, zlib
data, i = open(sys.argv[1], "rb").read(), 2
while data[i + 1] not in (0xC0, 0xC2):
    i += 2 + int.from_bytes(data[i + 2:i + 4], "big")
height, width = struct.unpack(">HH", data[i + 5:i + 9])
rows = b"".join(b"\0" + bytes(255 if 40 <= x < 90 and 30 <= y < 80 else 0 for x in range(width)) for y in range(height))
chunk = lambda kind, body: struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
open("m.png", "wb").write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
PY
expect 0 "1 translated, 0 failed" translate --model run "$photo" -o out.png --mask m.png
expect_file out.png
