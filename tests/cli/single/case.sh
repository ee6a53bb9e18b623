# The commands of the recipe for images from noise, cut short: train on classes and digits, sample.
spread_photos 3 f/train/daisy f/train/rose f/test/daisy f/test/rose
write_digits digits
tiny() { expect 0 "step-00000003" train "$@" --steps 3 --batch 4 --width 4 --threads 1; }
tiny --method dcgan --data f --size 32 --discriminator-width 4 --class-count 2 --run flowers
expect 0 "5 images made" sample --model flowers --count 5 -o made
expect_file made/000004.png
expect_file made/sheet.png
tiny --method dcgan --data digits --size 28 --discriminator-width 4 --run digits-run
expect 0 "3 images made" sample --model digits-run --count 3 -o d
tiny --method vae --data f --size 32 --run vae
expect 0 "2 images made" sample --model vae --count 2 -o v
expect 0 "6 translated" translate --model vae f/test/daisy f/test/rose -o again
expect 0 "4 rows of 8 images" morph --model vae -o noise.png
expect 0 "2 rows of 5 images" morph --model vae f/test/daisy --steps 5 -o between.png
expect 0 "3 rows of 8 images" morph --model vae f/test/daisy --with f/train/rose --without f/train/daisy -o rose.png
expect_file rose.png
expect 0 "4 rows" morph --model flowers --class 1 -o roses.png
expect_error 2 "finds no codes of images" morph --model flowers f/test/daisy -o no.png
expect_error 2 "--class: got 2, expected 0 to 1" morph --model flowers --class 2 -o no.png
expect_no_file no.png
expect 0 "sample_sharpness" eval --model vae --data f --samples 5 --sheet sheet.png --threads 1
grep -q '^psnr' out.txt || fail "no figure of what comes back"
expect_file sheet.png
expect 0 "sample_sharpness" eval --model flowers --data f --samples 5 --threads 1
mobilenet=(--features mobilenet --feature-weights "$REPO/weights/mobilenet-v1-025.safetensors")
expect 0 "sample_distance" eval --model flowers --data f --split train --samples 8 "${mobilenet[@]}" --nearest near.png --threads 1
expect_file near.png
expect_error 2 "--nearest: is by features" eval --model flowers --data f --nearest no.png --threads 1
expect_no_file no.png
expect_error 2 "go together" eval --model flowers --data f --features mobilenet --threads 1
expect_error 2 "--csv: says nothing to one set of images" eval --model flowers --data f --csv x.csv --threads 1
tiny --method vaegan --data f --size 32 --run vaegan
expect_file vaegan/samples/step-00000003.webp

expect 1 "the data have no classes" train --method dcgan --data digits --size 28 --class-count 3 --run r --threads 1
expect 2 "but the data have 2 classes: daisy,rose" train --method dcgan --data f --size 32 --width 4 --discriminator-width 4 \
  --batch 6 --class-count 1 --run r2 --threads 1
expect 2 "for dcgan" train --method dcgan --data f --size 30 --run r3
expect 2 "expected a multiple of 8" train --method vae --data f --size 36 --run r4
expect 2 "learns from one set of images (single)" train --method vae --data f --layout mosaic --run r5
