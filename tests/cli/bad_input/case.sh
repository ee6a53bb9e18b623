# Each mistake is answered with one line, the right exit code, and nothing half-written.
expect_error 1 "no such folder" train --method pix2pix --data none --run r
mkdir empty
expect_error 1 "has no image files" train --method pix2pix --data empty --run r
expect_no_file r
expect_error 2 "expected an integer in 1..65536" train --method pix2pix --data empty --run r --batch 0
expect_error 2 "multiples of 256" train --method pix2pix --data "$PHOTOS" --layout mosaic --run r \
  --size 128 --generator unet256
expect_error 1 "no config.json" train --resume --run none
grep -q '^flags.*avx2' /proc/cpuinfo && ! command -v nvidia-smi >/dev/null &&
  expect_error 2 "use --device cpu" train --method pix2pix --data "$PHOTOS" --layout mosaic --run r --device cuda
expect_no_file r

expect_error 1 "no such file or folder" translate --model none "$PHOTOS/test/daisy" -o out
echo "hello" >text.safetensors
expect_error 1 "text.safetensors" translate --model text.safetensors "$PHOTOS/test/daisy" -o out
expect_error 1 "text.safetensors" inspect text.safetensors
expect_no_file out

# A run, then what can be wrong with it.
expect 0 "step-00000002" train --method regress --data "$PHOTOS" --layout mosaic --run run --steps 2 \
  --size 32 --width 4 --threads 1
expect_error 2 "holds a run already" train --method regress --data "$PHOTOS" --layout mosaic --run run \
  --steps 2 --size 32 --width 4
expect 2 "was begun with --width 4, got 8" train --resume --run run --width 8
expect 2 "the run was begun with --method regress, got pix2pix" train --resume --run run --method pix2pix
checkpoint=run/checkpoints/step-00000002.safetensors
head -c 5000 "$checkpoint" >cut.safetensors
expect_error 1 "cut.safetensors" translate --model cut.safetensors "$PHOTOS/test/daisy" -o out
expect_no_file out

# Folders that an ordinary user may not write to, and files that he may not read.
if [[ $(id -u) -eq 0 ]]; then
  as_user=(setpriv --reuid=65534 --regid=65534 --clear-groups)
else
  as_user=()
fi
chmod a+rx . && mkdir sealed && chmod 555 sealed && cp "$PHOTOS"/test/*/*.jpg . && chmod a+rX -R run
secret=$(ls ./*.jpg | head -n 1) && chmod 000 "$secret"
if "${as_user[@]}" "$GANVAS" --version >/dev/null 2>&1; then
  PROGRAM=("${as_user[@]}" "$GANVAS")
  expect_error 1 "sealed/run" train --method regress --data "$PHOTOS" --layout mosaic --run sealed/run \
    --steps 2 --size 32 --width 4
  mkdir open && chmod 777 open
  expect 1 "$(basename "$secret")" translate --model run "$secret" -o open
  PROGRAM=("$GANVAS")
else
  echo "skipped: an ordinary user cannot run $GANVAS"
fi

# A full disk: the run stops with one line, and what was there stays.
if [[ $(id -u) -eq 0 ]] && mkdir small && mount -t tmpfs -o size=64k none small 2>/dev/null; then
  expect 1 "writing failed" train --method regress --data "$PHOTOS" --layout mosaic --run small/run \
    --steps 2 --size 32 --width 16
  expect_no_file small/run/checkpoints/step-00000002.safetensors
  umount small
fi
