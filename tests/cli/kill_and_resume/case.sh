# A run that is killed with -9 again and again ends with the bytes of one that never stopped.
run() { "$GANVAS" train "$@" "${TINY[@]}" >>log.txt 2>&1; }
start() { "$GANVAS" train "$@" "${TINY[@]}" >>log.txt 2>&1 & pid=$!; }
newest() { ls "$1"/checkpoints 2>/dev/null | grep '^step-' | tail -n 1; }
knobs=(--method pix2pix --data "$PHOTOS" --pairs mosaic --steps 40 --save-every 5 --ema 0.9 --batch 2)
run "${knobs[@]}" --run whole || fail "the whole run failed: $(tail -n 1 log.txt)"

start "${knobs[@]}" --run killed
for target in step-00000005 step-00000015; do
  until [[ ! $(newest killed) < $target ]]; do kill -0 $pid 2>/dev/null || break; done
  kill -9 $pid && kills=$((${kills:-0} + 1))
  wait $pid 2>/dev/null
  touch killed/checkpoints/.partial-1-step-00000099.safetensors  # what dying while saving leaves
  start --resume --run killed
done
[[ ${kills:-0} -eq 2 ]] || fail "the run ended before it was killed"
wait $pid || fail "the resumed run failed: $(tail -n 1 log.txt)"
last=checkpoints/step-00000040.safetensors
cmp "whole/$last" "killed/$last" || fail "the weights differ"
[[ $(grep -c '"kind":"step"' killed/events.jsonl) -eq 40 ]] || fail "events.jsonl has not 40 steps"

[[ -z $(find killed -name '.partial-*') ]] || fail "the remains of a killed save are still there"

# Ctrl-C saves and says so.
start "${knobs[@]}" --run stopped --steps 100000
until grep -q '"kind":"step"' stopped/events.jsonl 2>/dev/null; do kill -0 $pid || break; done
kill -TERM $pid
wait $pid
[[ $? -eq 130 ]] || fail "an interrupted run does not exit with 130"
ls stopped/checkpoints/step-*.safetensors >/dev/null || fail "an interrupted run saved nothing"
