# Runs that were written before knobs got their names of today: they are read, used and gone on with.
ln -s "$PHOTOS" flowers
# A knob of another kind of data, which was passed over when this run was begun.
cp -r "$CASE_DIR/mosaics" foreign
chmod -R u+w foreign
sed -i 's/"load-size": 0/"load-size": 300/' foreign/config.json
expect 0 "step-00000003" train --resume --run foreign --steps 3
for run in mosaics domains upscaling images points; do
  cp -r "$CASE_DIR/$run" "$run"
  chmod -R u+w "$run"
  expect 0 "step-00000002" inspect "$run"
  expect 0 "step-00000004" train --resume --run "$run" --steps 4
  grep -q '"layout"' "$run/config.json" || fail "$run: config.json has no layout"
  grep -q '"pairs"\|"decay"\|"fast-conv"' "$run/config.json" && fail "$run: an old name was written"
done
expect 0 "1 runs in mosaics.html" report mosaics -o mosaics.html
grep -q -- '--layout mosaic' mosaics.html || fail "the page of a run does not say its layout"
expect 2 "was begun with --lr-decay 0.3, got 0.4" train --resume --run mosaics --steps 6 --decay 0.4
expect 0 "model, held" eval --model mosaics --data flowers
expect 0 "cycle_l1_a" eval --model domains --data flowers
expect 0 "model, held" eval --model upscaling --data flowers
expect 0 "balanced_accuracy" eval --model images --data flowers
expect 0 "energy_distance" eval --model points --data 8-ring
expect 0 "without a mosaic" restore "$PHOTOS"/test/daisy/*.jpg --model mosaics -o restored

# The old flags still do, and so do their words.
expect 0 "step-00000001" train --method regress --data flowers --pairs mosaic --decay 0.1 --fast-conv off --steps 1 --run new "${TINY[@]:0:4}" --generator=resnet6
grep -q '"layout": "mosaic"' new/config.json || fail "--pairs mosaic is not --layout mosaic"
grep -q '"kernels": "torch"' new/config.json || fail "--fast-conv off is not --kernels torch"
expect 0 "step-00000001" train --method regress --data flowers --pairs=mosaic --begin-with new --steps 1 --run newer "${TINY[@]:0:4}" --generator=resnet6
grep -q '"init-from": "new"' newer/config.json || fail "--begin-with is not --init-from"
expect 0 "1 enlarged" upscale "$(ls "$PHOTOS"/test/daisy/*.jpg | head -n 1)" -o large.png --no-hold --threads 1
