# The commands of the recipe, cut short: a classifier, where it looked, mosaics there, pairs of them.
spread_photos 4 f/train/daisy f/train/rose f/test/daisy f/test/rose
expect 0 "step-00000020" train --method classifier --data f --size 32 --width 4 --batch 4 --steps 20 --lr 0.01 --run c --threads 1
expect 0 "balanced_accuracy" eval --model c --data f --threads 1
grep -q '^rose ' out.txt || fail "no confusion matrix"
mkdir -p other/tulip && cp f/test/rose/* other/tulip
expect_error 1 "no folder of a class that the model knows, expected daisy,rose" eval --model c --data other --threads 1
expect_error 2 "got 0 classes" train --method classifier --data other/tulip --size 32 --run none --threads 1

photo=$(ls f/test/rose/* | head -n 1)
name=$(basename "${photo%.*}")
cat >boxes.json <<JSON
{"$name": [[0, 0, 1, 1]]}
JSON
expect 0 "peak inside: 1 of 1" cam f/test/rose f/test/daisy -o maps --model c --class folder --boxes boxes.json --threads 1
for file in "$name.jpg" "$name-map.png" "$name-mask.png" "$name.json"; do expect_file "maps/$file"; done
grep -q '"class":"rose"' "maps/$name.json" || fail "not the class of its folder"
expect_error 2 "--class: got 'ros', expected one of daisy, rose; did you mean rose?" cam "$photo" -o no --model c --class ros
expect_error 2 "which knows no classes" cam "$photo" -o no --model "$REPO/weights/restore.safetensors"
echo '{"x": [[0, 1]]}' >bad.json
expect_error 1 "expected [left, top, right, bottom]" cam "$photo" -o no --model c --boxes bad.json

expect 0 "1 pixelated" mosaic "$photo" -o m.png --cell 9 --cell-height 5 --phase-x 3 --phase-y 1 --box 10,10,60,40 --ellipse 80,20,50,60
expect 0 "1 pixelated" mosaic "$photo" -o seen.png --cell 8 --cam c
expect 0 "4 pixelated" mosaic f/train/rose -o pairs --pairs on --regions mixed --jpeg 75 --seed 3
for part in A B masks; do [[ $(ls pairs/$part | wc -l) -eq 4 ]] || fail "pairs/$part has not 4 images"; done
grep -q '"cell_width"' pairs/*.json || fail "no parameters of the pairs"
expect 0 "4 pixelated" mosaic f/train/rose -o again --pairs on --regions mixed --jpeg 75 --seed 3
diff -r pairs again >/dev/null || fail "the same seed gives other pairs"
expect_error 2 "expected one" mosaic "$photo" -o no.png --cam c --box 1,1,9,9
expect_error 2 "expected left,top,width,height" mosaic "$photo" -o no.png --box 1,1,9
expect 1 "holds the centre of no cell" mosaic "$photo" -o no --pairs --cell 200 --phase edge --box 0,0,3,3
[[ -z $(find no -type f) ]] || fail "a pair was written for a region without a cell"
mkdir -p guided && cp f/train/rose/* guided
expect 0 "4 looked at" cam guided -o guided-maps --model c --threads 1
expect 0 "step-00000002" train --method regress --data guided --layout mosaic --masks guided-maps "${TINY[@]:0:2}" \
  --width 4 --batch 2 --steps 2 --run g --threads 1
expect 1 "has no mask of this name" train --method regress --data guided --layout mosaic --masks maps "${TINY[@]:0:2}" \
  --width 4 --batch 2 --steps 2 --run g2 --threads 1
