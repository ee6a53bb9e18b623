# The pages of ganvas serve in a real browser: Debian's Chromium with its driver, where they are installed.
command -v chromedriver >/dev/null && command -v chromium >/dev/null || { echo "skipped: no chromium with chromedriver here"; exit 77; }
"$GANVAS" train --method gan --data 8-ring --batch 16 --width 8 --discriminator-width 8 --validate-every 50 --save-every 50 \
  --device cpu --threads 1 --steps 200 --run runs/ring >/dev/null 2>&1 || fail "no training to watch"
"$GANVAS" serve runs --address 0.0.0.0 --port 0 --device cpu >out.log 2>err.log &
server=$!
until address=$(grep -o 'http://[^ ]*' out.log); do kill -0 $server || break; done
python3 "$CASE_DIR/browse.py" "${address/0.0.0.0/127.0.0.1}" "$(ls "$PHOTOS"/test/daisy/*.jpg | head -1)" || fail "the pages do not work in a browser"
kill -TERM $server
wait $server
