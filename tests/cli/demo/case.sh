# The demo, cut short: the whole chain runs, it writes its report, and the report needs no network.
expect 0 "sharpness closer" demo -o demo --steps 4 --threads 1
grep -q "farthest mean of a restored cell from the mosaic's: 0 levels" out.txt || fail "cells lost their means"
grep -qE "mosaics found, with cell and phase: 1[0-5] of 15" out.txt || fail "most mosaics were not found"
expect_file demo/report.html
expect_file demo/report.json
grep -q '<svg' demo/report.html || fail "the report has no loss curves"
grep -oE '(src|href)="http' demo/report.html && fail "the report refers to the network"
[[ $(grep -c 'figure data-compare' demo/report.html) -eq 15 ]] || fail "not every held-out image is shown"
[[ $(ls demo/regions | wc -l) -eq 80 ]] || fail "not every photograph has a region"
[[ $(ls demo/hidden demo/restored | grep -c png) -eq 30 ]] || fail "hidden and restored images are missing"
