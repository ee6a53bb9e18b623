# The demo, cut short: it writes its report, and the report needs no network.
expect 0 "sharpness closer" demo -o demo --steps 4 --threads 1
expect_file demo/report.html
expect_file demo/report.json
grep -q '<svg' demo/report.html || fail "the report has no loss curves"
grep -oE '(src|href)="http' demo/report.html && fail "the report refers to the network"
[[ $(grep -c 'figure data-compare' demo/report.html) -eq 15 ]] || fail "not every held-out picture is shown"
