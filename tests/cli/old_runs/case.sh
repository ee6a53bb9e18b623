# Runs that were written before knobs got their names of today: they are read, used and gone on with.
ln -s "$PHOTOS" flowers
for run in mosaics domains upscaling images points; do
  cp -r "$CASE_DIR/$run" "$run"
  chmod -R u+w "$run"
  expect 0 "step-00000002" inspect "$run"
  expect 0 "step-00000004" train --resume --run "$run" --steps 4
  grep -q '"layout"' "$run/config.json" || fail "$run: config.json has no layout"
  grep -q '"pairs"\|"decay"\|"fast-conv"' "$run/config.json" && fail "$run: an old name was written"
done
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
