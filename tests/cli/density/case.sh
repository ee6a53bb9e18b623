# Samples of a density that is given: an expression, a table, an image; and what is none.
expect 0 "normalised: the integral from -5 to 5 was 2.506" sample --density 'exp(-x^2/2)' --count 2000 -o x.csv --plot x.svg
[[ $(wc -l <x.csv) -eq 2001 ]] || fail "x.csv has $(wc -l <x.csv) lines, expected 2001"
grep -q '<svg' x.svg || fail "x.svg is no SVG"
expect 0 "samples in" sample --density 'exp(-x^2/2)' --count 2000 -o y.csv
cmp -s x.csv y.csv || fail "equal seeds gave other samples"
printf 'x,density\n0,0\n1,2\n' >ramp.csv
expect 0 "500 samples in ramp.npy" sample --density ramp.csv --count 500 -o ramp.npy
photo=$(ls "$PHOTOS"/test/*/*.jpg | head -n 1)
expect 0 "samples in" sample --density "$photo" --count 5000 -o points.csv --plot points.png
expect_file points.png
[[ $(head -n 1 points.csv) == x,y ]] || fail "points.csv begins with $(head -n 1 points.csv)"

expect_error 2 "expected none below 0" sample --density 'x' -o bad.csv
expect_error 2 "Expected an expression of x" sample --density 'sin(' -o bad.csv
expect_error 2 "ends in .csv or .npy" sample --density '1+0*x' --from 0 --to 1 -o bad.txt
expect_error 1 "none.csv" sample --density none.csv -o bad.csv
expect_no_file bad.csv
expect_error 2 "--plot: got x.png, expected a name that ends in .svg" sample --density 'exp(-x^2/2)' -o late.csv --plot x.png
expect_no_file late.csv
