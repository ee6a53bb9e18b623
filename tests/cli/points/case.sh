# The commands of the recipe for points, cut short: train on a mixture, resume, sample, eval, report.
tiny() { expect 0 "step-00000020" train "$@" --steps 20 --batch 64 --threads 1 --validate-every 10; }
tiny --method gan --data 25-grid --width 8 --discriminator-width 8 --run grid
expect_file grid/samples/step-00000010.webp
grep -q 'samples/step-00000020.webp' grid/index.html || fail "the run's page lacks its last image"
expect 0 "300 samples in p.csv" sample --model grid --count 300 -o p.csv
[[ $(wc -l <p.csv) -eq 301 ]] || fail "p.csv has $(wc -l <p.csv) lines, expected 301"
expect 0 "modes" eval --model grid --data 25-grid --json e.json
grep -q '"good"' e.json || fail "e.json has no share of good points"

tiny --method gan --data p.csv --width 8 --discriminator-width 8 --pack 4 --blur 0.5 --run table
for way in likelihood reverse adversarial; do
  tiny --method gaussians --data 8-ring --fit "$way" --components 2 --run "$way"
done
expect 0 "3 runs in lab.html" report likelihood reverse adversarial -o lab.html --title 'Three ways'
for word in 'Three ways' '>reverse<' '>modes<' 'data:image/webp;base64' '--fit adversarial'; do
  grep -qF -- "$word" lab.html || fail "lab.html lacks $word"
done
photo=$(ls "$PHOTOS"/test/*/*.jpg | head -n 1)
tiny --method gan --data "$photo" --class-count 1 --width 8 --discriminator-width 8 --run photo

expect_error 1 "did you mean 8-ring" train --method gan --data 8-rings --run bad
expect 1 "multiple of --pack" train --method gan --data 8-ring --pack 3 --batch 64 --run bad2
expect 1 "have a class" train --method gan --data 8-ring --class-count 2 --batch 64 --run bad3
expect_error 2 "this method learns from points (points)" train --method gan --data 8-ring --layout single --run bad4
expect_error 2 "ends in .csv or .npy" sample --model grid -o folder
expect_error 1 "is no run" report nothing -o none.html
expect_no_file none.html
