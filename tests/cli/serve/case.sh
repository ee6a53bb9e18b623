# ganvas serve and ganvas train --serve as processes: what they print, show, refuse, and how they end.

# ask PATH [HEADER]: a line with the status, then the body, from the address in `address`.
ask() {
  python3 - "$address" "$@" <<'PY'
import sys, urllib.error, urllib.parse, urllib.request
address, path, *headers = sys.argv[1:]
request = urllib.request.Request(urllib.parse.urljoin(address, path), headers=dict(h.split(": ", 1) for h in headers))
try:
    answer = urllib.request.urlopen(request)
except urllib.error.HTTPError as error:
    answer = error
print(answer.status)
print(answer.read().decode())
PY
}

# begin FILE COMMAND...: runs it in the background, until FILE names the address.
begin() {
  local file=$1
  shift
  rm -f out.log err.log  # else the address of the one before may be read
  "$@" >out.log 2>err.log &
  server=$!
  until address=$(grep -so 'http://[^ ]*' "$file"); do kill -0 $server 2>/dev/null || { fail "$* ended"; cat out.log err.log; return; }; done
}

# end: Ctrl-C, and its exit code.
end() {
  kill -TERM $server
  wait $server
}

train=("$GANVAS" train --method gan --data 8-ring --batch 16 --width 8 --discriminator-width 8 --validate-every 50 --save-every 50 --device cpu --threads 1)
"${train[@]}" --steps 100 --run runs/ring >/dev/null 2>&1 || fail "no training to watch"

begin out.log "$GANVAS" serve runs --port 0 --device cpu
ask /api/runs >got.txt
grep -q '"name":"ring"' got.txt || { fail "the run is not shown"; cat got.txt; }
ask / >got.txt
grep -q '<title>ganvas: Trainings' got.txt || fail "no page of trainings"
ask /api/models >got.txt
grep -q '"does":"restore"' got.txt || fail "the models that come along are not offered"
ask /api/runs 'Host: example.org' >got.txt
grep -q 421 got.txt || fail "the name of a stranger is answered"
address=${address%/}
port=${address##*:}
expect_error 1 "127.0.0.1:$port cannot be had" serve runs --port "$port"
end || fail "serve does not end well"

begin out.log "$GANVAS" serve --address 0.0.0.0 --port 0 --device cpu
token=${address##*token=}
[[ ${#token} -eq 32 ]] || fail "no token for an address that others reach: $address"
address=${address%%#*}
address=http://127.0.0.1:${address##*:}
ask /api/models >got.txt
grep -q 401 got.txt || fail "without the token it answers"
ask /api/models "Authorization: Bearer $token" >got.txt
grep -q '^200' got.txt || fail "with the token it does not answer"
end

begin err.log "${train[@]}" --steps 1000000 --run runs/long --serve 0
ask /api/site >got.txt
grep -q '"plays":false' got.txt || fail "a training does not only show itself"
until ask /api/runs | grep -q '"is_at_work":true'; do kill -0 $server || break; done
end
[[ $? -eq 130 ]] || fail "Ctrl-C does not save the run"

expect_error 1 "is no folder; name runs, or a folder that holds runs" serve nowhere
expect_error 1 "expected a number as 127.0.0.1" serve --address localhost.example
expect_error 2 "--serve: got x, expected a port" train --method gan --data 8-ring --run r --serve x
