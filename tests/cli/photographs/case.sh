# Photographs of every kind go through a model: size, bits, alpha, profile and orientation stay.
vips=$(command -v vips) || true
mkdir -p data/train
python3 - "$PHOTOS" <<'PY'
import pathlib, shutil, sys
photos = sorted(pathlib.Path(sys.argv[1], "train").glob("*/*.jpg"))[:3]
for folder in ("data/A/train", "data/B/train", "data/A/test", "data/B/test"):
    pathlib.Path(folder).mkdir(parents=True)
    for photo in photos:
        shutil.copy(photo, folder)
PY
rm -r data/train
expect 0 "step-00000003" train --method pix2pix --data data --run run --steps 3 "${TINY[@]}"
photo=$(ls "$PHOTOS"/test/*/*.jpg | head -n 1)
mkdir in && cp "$photo" in/a.jpg && echo text >in/b.jpg && cp "$photo" in/c.jpg
expect 1 "b.jpg" translate --model run in -o out
expect_file out/a.jpg
expect_file out/c.jpg
expect_no_file out/b.jpg
mkdir -p blocked/a.jpg
expect 1 "1 translated, 2 failed" translate --model run in -o blocked
cmp -s blocked/c.jpg out/c.jpg || fail "the image after two that fail is another one"
[[ $(ls -A blocked) == $'a.jpg\nc.jpg' ]] || fail "something half-written is left in: $(ls -A blocked)"
expect 0 "1 translated" translate --model run in/a.jpg -o single.png
expect_file single.png
expect_error 1 "no such file" translate --model run missing.jpg -o x.png
expect 0 "PSNR" eval --model run --data data --csv e.csv --json e.json --html e.html
[[ $(wc -l <e.csv) -eq 7 ]] || fail "e.csv has not a line for each of 3 images and 2 rows"
grep -q '"protocol"' e.json || fail "e.json has no protocol"
grep -q 'http' e.html && fail "e.html refers to the network"
expect 0 "parameters" inspect run
