# What a run will take is told before it is begun, and nothing is written.
knobs=(--method pix2pix --data "$PHOTOS" --layout masked --generator resnet6 --regions mixed "${TINY[@]}" --steps 7 --save-every 3)
expect 0 "steps                 7, each of 1 samples" plan "${knobs[@]}"
grep -q "^memory  .*free are" out.txt || fail "no memory in the plan"
expect 0 '"seconds_a_step"' plan "${knobs[@]}" --json
expect 0 "the whole run" train "${knobs[@]}" --run run --dry-run
expect_no_file run
expect_error 2 "--size: got 30" plan "${knobs[@]}" --size 30
expect 0 "step-00000007" train "${knobs[@]}" --run run
stored=$(stat -c %s run/checkpoints/step-00000007.safetensors)
python3 - "$stored" <("$GANVAS" plan "${knobs[@]}" --json 2>/dev/null) <<'PY' || fail "a checkpoint is not what was planned"
import json, sys
planned, stored = json.load(open(sys.argv[2]))["checkpoint_bytes"], int(sys.argv[1])
sys.exit(abs(planned - stored) > 0.05 * stored + 50000)  # and a header
PY
