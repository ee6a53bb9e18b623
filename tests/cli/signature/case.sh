# The losses of five fixed steps of every method are those on record, up to a change of processor.
# A commit that changes them says so and renews the record:
#   build/release/ganvas_bench signature > tests/golden/signature.txt
bench=$(dirname "$GANVAS")/ganvas_bench
[[ -x $bench ]] || { echo "skipped: ganvas_bench was not built"; exit 77; }
"$bench" signature >signature.txt || fail "ganvas_bench signature failed"
paste -d' ' "$REPO/tests/golden/signature.txt" signature.txt | awk '
  { half = NF / 2
    if ($1 != $(half + 1)) { print "got the row " $(half + 1) ", expected " $1; bad = 1 }
    for (i = 2; i <= half; ++i) {
      d = $i - $(i + half); if (d < 0) d = -d
      if (d > 0.001 * (1 + $i)) { print $1 ": got " $(i + half) ", on record is " $i; bad = 1 }
    } }
  END { exit bad }' || fail "the signature changed"
