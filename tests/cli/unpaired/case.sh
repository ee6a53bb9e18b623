# The commands of the recipes for two domains, cut short: train, translate both ways, sample, eval.
spread_photos 3 x/trainA x/trainB x/testA x/testB
write_digits digits labels
tiny() { expect 0 "step-00000003" train "$@" --steps 3 --size 32 --width 4 --threads 1; }

tiny --method cyclegan --data x --run cycle --discriminator-width 4 --patch 16
expect 0 "3 translated" translate --model cycle x/testA -o to-b
expect 0 "3 translated" translate --model cycle x/testB --direction BtoA -o to-a
cmp -s to-a/"$(ls to-a | head -n 1)" x/testB/"$(ls to-a | head -n 1)" && fail "nothing was translated"
tiny --method judge --data x --run judge
expect 0 "a_taken_for_b" eval --model cycle --data x --judge judge --sheet sheet.png --json e.json
expect_file sheet.png
grep -q '"cycle_l1_b"' e.json || fail "e.json has no cycle_l1_b"
expect 2 "makes no images from noise" sample --model cycle -o s
expect 2 "learns from pairs of files" train --method pix2pix --layout unpaired --data x --run r --size 32
expect 2 "translates nothing" translate --model judge x/testA -o o
expect_no_file r

# Any two folders of different size; two ways of learning in one run, resumed across their boundary.
tiny --method dong --data x/trainA --data-b x/testB --gan-steps 2 --run dong --discriminator-width 4
expect 0 "step-00000005" train --resume --run dong --steps 5
expect 0 "3 translated" translate --model dong x/trainA -o d
expect 0 "sample_distance_b" eval --model dong --data x/trainA --data-b x/testB --split train --samples 4 \
  --features mobilenet --feature-weights "$REPO/weights/mobilenet-v1-025.safetensors" --nearest near.png
expect_file near.png

# Digits: pairs from noise, and what a classifier makes of them.
expect 0 "step-00000002" train --method cogan --data digits --derive-b edges --run pairs --size 28 \
  --width 1 --discriminator-width 4 --batch 4 --steps 2 --threads 1
expect 0 "5 pairs" sample --model pairs --count 5 -o pairs-out
expect_file pairs-out/000004-b.png
expect_file pairs-out/sheet.png
expect 0 "pair_agreement" eval --model pairs --data digits --samples 20
expect 0 "step-00000002" train --method cogan --data digits --data-b digits --classifier-weight 10 \
  --run adapt --size 28 --width 1 --discriminator-width 4 --batch 4 --steps 2 --threads 1
expect 0 "accuracy_b" eval --model adapt --data digits --data-b digits
expect 1 "have no labels" train --method cogan --data x --classifier-weight 10 --run r2 --size 28 \
  --width 1 --discriminator-width 4 --steps 2 --threads 1
