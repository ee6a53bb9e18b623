# Several processes that train one run: the same as one of them alone, whoever ends ends all, and images shared out.

# together COUNT COMMAND...: runs it in so many processes, as torchrun would; codes, out.RANK, err.RANK.
together() {
  local count=$1 rank port pids=()
  shift
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  for ((rank = 0; rank < count; rank++)); do
    RANK=$rank WORLD_SIZE=$count LOCAL_RANK=$rank LOCAL_WORLD_SIZE=$count MASTER_ADDR=127.0.0.1 MASTER_PORT=$port \
      "$GANVAS" "$@" >out.$rank 2>err.$rank &
    pids+=($!)
  done
  codes=()
  for rank in "${!pids[@]}"; do
    wait "${pids[rank]}"
    codes+=($?)
  done
}

# as_one METHOD_AND_FLAGS...: two processes take the steps that one takes. A small learning rate, since Adam makes a
# step of every rounding error.
as_one() {
  local flags=("$@" --batch 4 --steps 4 --lr 1e-7 --device cpu --precision fp32 --threads 1 --save-every 4 --validate-every 100)
  rm -rf one two
  "$GANVAS" train "${flags[@]}" --run one >/dev/null 2>err.one || { fail "$1: one process: $(tail -1 err.one)"; return; }
  together 2 train "${flags[@]}" --run two
  [[ ${codes[*]} == "0 0" ]] || { fail "$*: two processes end with ${codes[*]}: $(cat err.1)"; return; }
  python3 "$CASE_DIR/compare.py" one two >got.txt || fail "$*: gradients differ by $(cat got.txt)"
  [[ ! -s err.1 && ! -s out.1 ]] || fail "$*: more than one process speaks: $(cat err.1 out.1)"
}

spread_photos 6 domains/trainA domains/trainB
small=(--size 32 --width 4)
as_one --method cyclegan --data domains "${small[@]}" --discriminator-width 4 --pool 3  # of fakes
as_one --method cyclegan --data domains "${small[@]}" --discriminator-width 4 --inner-maps recomputed
as_one --method discogan --data domains "${small[@]}"                          # means of a batch
as_one --method vaegan --data "$PHOTOS" --size 64 --width 4                    # players that sit out together
as_one --method classifier --data "$PHOTOS" "${small[@]}"                      # counts of classes
as_one --method pix2pix --data "$PHOTOS" --layout mosaic "${small[@]}" --discriminator-width 4  # batch norm, dropout
as_one --method gaussians --data 8-ring --fit reverse
as_one --method gan --data 8-ring --width 8 --discriminator-width 8 --pack 2 --energy-weight 0.1

# The same bytes each time; from a checkpoint any number of processes goes on.
ring=(--method gan --data 8-ring --batch 12 --width 8 --discriminator-width 8 --device cpu --precision fp32 --threads 1 --save-every 10 --validate-every 10)
for run in a b; do together 3 train "${ring[@]}" --steps 20 --run $run; done
python3 "$CASE_DIR/compare.py" a b --same || fail "three processes do not repeat themselves"
together 2 train --resume --steps 30 --run a
together 2 train --resume --steps 30 --run b
python3 "$CASE_DIR/compare.py" a b --same || fail "a resumed run does not repeat itself"
"$GANVAS" train --resume --steps 40 --run a >/dev/null 2>&1 || fail "one process does not go on with what several began"
together 3 train --resume --steps 40 --run b
python3 "$CASE_DIR/compare.py" a b >got.txt || fail "runs that were gone on with by one and by three processes differ by $(cat got.txt)"

# What does not fit is said by all, with nothing begun.
together 2 train "${ring[@]}" --batch 1 --steps 20 --run no
grep -q -- "--batch: got 1 samples a step for 2 processes" err.0 || fail "too small a batch: $(cat err.0)"
cmp -s <(tail -1 err.0) <(tail -1 err.1) || fail "two processes end with two sentences: $(cat err.0 err.1)"
expect_no_file no
WORLD_SIZE=2 expect_error 2 "RANK is missing" train "${ring[@]}" --run no

together_apart() {  # flags that the second process alone has
  RANK=0 WORLD_SIZE=2 MASTER_ADDR=127.0.0.1 MASTER_PORT=$port "$GANVAS" train "${ring[@]}" --steps 20 --run no >out.0 2>err.0 &
  RANK=1 WORLD_SIZE=2 MASTER_ADDR=127.0.0.1 MASTER_PORT=$port "$GANVAS" train "${ring[@]}" --steps 20 --run no "$@" >out.1 2>err.1
  wait $!
}
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
together_apart --validate-every 7 && fail "processes with other knobs train together"
grep -q -- "rank 1 (.*): got --validate-every 7, but rank 0 has --validate-every 10" err.0 || fail "which knob differs is not said: $(cat err.0)"
cmp -s <(tail -1 err.0) <(tail -1 err.1) || fail "two sentences: $(cat err.0 err.1)"
expect_no_file no

# One that is killed ends the others, each with the same sentence.
fifo() { until [[ -e lost/checkpoints/step-00000010.safetensors ]]; do kill -0 "$1" || break; done; }
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
pids=()
for rank in 0 1 2; do
  RANK=$rank WORLD_SIZE=3 LOCAL_WORLD_SIZE=3 MASTER_ADDR=127.0.0.1 MASTER_PORT=$port \
    "$GANVAS" train "${ring[@]}" --steps 1000000 --keep 1000 --run lost >out.$rank 2>err.$rank &
  pids+=($!)
done
fifo "${pids[0]}"
kill -9 "${pids[1]}"
wait "${pids[0]}" && fail "the first process ends well without the second"
wait "${pids[2]}" && fail "the third process ends well without the second"
said=$(tail -1 err.0)
[[ $said == *"rank 1 ("*"is gone"* && $said == "$(tail -1 err.2)" ]] || fail "who was lost is not said: $said; $(tail -1 err.2)"
together 2 inspect "$REPO/weights/upscale-x4.safetensors"
[[ -s out.0 && ! -s out.1 && ${codes[*]} == "0 0" ]] || fail "what one process does is done by two: $(cat out.1)"

# Images are shared out, none is made twice.
mkdir photos
cp domains/trainA/* photos
together 2 upscale photos --out large --report list.jsonl --device cpu --threads 1
[[ $(ls large | wc -l) -eq 6 ]] || fail "two processes enlarge $(ls large | wc -l) of 6 images"
[[ $(cat list.jsonl list.rank1.jsonl | grep -c '"done"') -eq 6 ]] || fail "lists: $(cat list.jsonl list.rank1.jsonl)"
