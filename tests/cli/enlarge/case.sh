# The commands of the recipe for super-resolution, cut short: train, measure, enlarge.
expect 0 "step-00000004" train --method srresnet --data "$PHOTOS" --scale 2 --upscaler compact --width 4 \
  --blocks 1 --size 32 --batch 2 --steps 4 --run sr --threads 1
expect 0 "bicubic" eval --model sr --data "$PHOTOS" --json sr.json --threads 1
grep -q '"model"' sr.json || fail "sr.json has no figures of the model"
photo=$(ls "$PHOTOS"/test/*/*.jpg | head -n 1)
cp "$photo" photo.jpg
expect 0 "1 enlarged, 0 failed" upscale photo.jpg --model sr -o large.png --tile 64
python3 - <<'PY' || fail "large.png is not twice photo.jpg"
import struct, sys
data = open("photo.jpg", "rb").read()
place = 2
while data[place + 1] not in (0xC0, 0xC1, 0xC2):
    place += 2 + struct.unpack(">H", data[place + 2 : place + 4])[0]
height, width = struct.unpack(">HH", data[place + 5 : place + 9])
made = struct.unpack(">II", open("large.png", "rb").read()[16:24])
sys.exit(made != (2 * width, 2 * height))
PY
expect 0 "small.safetensors: " export --model sr -o small.safetensors
[[ $(stat -c %s small.safetensors) -lt $(stat -c %s sr/checkpoints/step-00000004.safetensors) ]] || fail "not smaller"
expect 0 "1 enlarged, 0 failed" upscale photo.jpg --model small.safetensors -o same.png --tile 64
same_pixels large.png same.png || fail "the exported model makes another image"
expect_error 2 "go together" eval --model sr --data "$PHOTOS" --features mobilenet
expect_error 1 "no such file or folder" eval --model sr --data "$PHOTOS" --features mobilenet --feature-weights none
expect_error 2 "ends in .safetensors" export --model sr -o small.bin
expect 0 "1 enlarged, 0 failed" upscale photo.jpg -o by-default.png
expect 0 "step-00000004" train --method srgan --data "$PHOTOS" --width 4 --blocks 1 --discriminator-width 2 \
  --size 32 --batch 2 --pretrain-steps 2 --steps 4 --run gan --threads 1
expect 0 "1 enlarged" upscale photo.jpg --model gan -o out

expect 0 "step-00000001" train --method regress --data "$PHOTOS" --layout mosaic --steps 1 --run same "${TINY[@]:0:4}"
expect 2 "does not enlarge" upscale photo.jpg --model same -o o
expect 1 "is the input itself" upscale photo.jpg --model sr -o photo.jpg
expect 1 "0 enlarged, 1 failed" upscale "$PHOTOS/../flowers/ATTRIBUTION.txt" --model sr -o o
expect 2 "expected a multiple of --scale" train --method srresnet --data "$PHOTOS" --size 33 --run r
expect 2 "keeps the size of images" train --method regress --data "$PHOTOS" --layout mosaic --scale 2 --run r
expect 2 "expected 2, 3, 4 or 8" train --method srresnet --data "$PHOTOS" --scale 5 --size 50 --run r
expect 2 "--content-weights is missing" train --method srgan --data "$PHOTOS" --content vgg19 --size 96 --run r
expect 1 "no such file or folder" train --method srgan --data "$PHOTOS" --content vgg19 \
  --content-weights none.safetensors --size 96 --run r
expect 2 "is for super-resolution" train --method regress --data "$PHOTOS" --layout mosaic --reductions x --run r
expect_error 2 "use ganvas upscale" translate --model sr photo.jpg -o no.png --threads 1
