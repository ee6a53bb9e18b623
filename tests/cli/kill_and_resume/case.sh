# A run that is killed with -9 again and again ends with the bytes of one that never stopped.
run() { "$GANVAS" train "$@" "${TINY[@]}" >>log.txt 2>&1; }
start() { "$GANVAS" train "$@" "${TINY[@]}" >>log.txt 2>&1 & pid=$!; }
newest() { ls "$1"/checkpoints 2>/dev/null | grep '^step-' | tail -n 1; }
knobs=(--method pix2pix --data "$PHOTOS" --layout mosaic --steps 40 --save-every 5 --ema 0.9 --batch 2)
knobs+=(--tensorboard on)
run "${knobs[@]}" --run whole || fail "the whole run failed: $(tail -n 1 log.txt)"

start "${knobs[@]}" --run killed
for target in step-00000005 step-00000015; do
  until [[ ! $(newest killed) < $target ]]; do kill -0 $pid 2>/dev/null || break; done
  kill -9 $pid && kills=$((${kills:-0} + 1))
  wait $pid 2>/dev/null
  start --resume --run killed
done
[[ ${kills:-0} -eq 2 ]] || fail "the run ended before it was killed"
wait $pid || fail "the resumed run failed: $(tail -n 1 log.txt)"
last=checkpoints/step-00000040.safetensors
cmp "whole/$last" "killed/$last" || fail "the weights differ"
[[ $(grep -c '"kind":"step"' killed/events.jsonl) -eq 40 ]] || fail "events.jsonl has not 40 steps"

[[ $(ls killed/events.out.tfevents.* | wc -l) -eq 3 ]] || fail "not each start has a file for TensorBoard"
if python3 -c "import tensorboard" 2>/dev/null; then
  python3 - killed <<'PY' || fail "TensorBoard does not see one curve"
import json, pathlib, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
curve = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0}).Reload().Scalars("generator/l1")
steps = [json.loads(line) for line in pathlib.Path(sys.argv[1], "events.jsonl").open()]
steps = [event for event in steps if event["kind"] == "step"]
assert [point.step for point in curve] == [event["step"] for event in steps]
assert all(abs(point.value - event["generator.l1"]) < 1e-4 for point, event in zip(curve, steps))
PY
else
  echo "skipped: Python has no tensorboard to read the run's files with"
fi

[[ -z $(find killed -name '.partial-*') ]] || fail "the remains of a killed save are still there"

# Ctrl-C saves and says so.
start "${knobs[@]}" --run stopped --steps 100000
until grep -q '"kind":"step"' stopped/events.jsonl 2>/dev/null; do kill -0 $pid || break; done
kill -TERM $pid
wait $pid
[[ $? -eq 130 ]] || fail "an interrupted run does not exit with 130"
ls stopped/checkpoints/step-*.safetensors >/dev/null || fail "an interrupted run saved nothing"

# A run can begin with another's weights, which a learning rate of 0 leaves as they are, EMA included; so does the resumed one.
begun=(--method regress --data "$PHOTOS" --layout mosaic --lr 0 --steps 2 --save-every 1 --ema 0.5 --init-from stopped)
expect 0 "generator" train "${begun[@]}" "${TINY[@]:0:4}" --device cpu --precision fp32 --threads 1 --run begun
rm begun/checkpoints/step-00000002.safetensors && mv stopped elsewhere
expect 0 "resuming at step 1" train --resume --run begun
mv elsewhere stopped
python3 - begun stopped <<'PY' || fail "the weights are not those that the run began with"
import json, pathlib, struct, sys
def tensors(run):
    file = sorted(pathlib.Path(run, "checkpoints").glob("step-*"))[-1].read_bytes()
    size = struct.unpack("<Q", file[:8])[0]
    header = json.loads(file[8:8 + size])
    return {name: file[8 + size:][slice(*entry["data_offsets"])] for name, entry in header.items()
            if name.startswith("generator.") or name.startswith("ema/generator.")}
begun, other = (tensors(run) for run in sys.argv[1:])
names = [name for name in begun if "ema/" + name in begun]
sys.exit(not names or any({begun[name], begun["ema/" + name]} != {other["ema/" + name]} for name in names))
PY
expect_error 1 "none of whose networks" train --method srresnet --data "$PHOTOS" --width 4 --size 32 --run no --init-from stopped
expect_no_file no
