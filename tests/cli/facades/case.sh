# The commands of the README on the real facades, where they are at hand.
[[ -d $SHARED/data/facades ]] || { echo "skipped: ../shared/data/facades is not here"; exit 77; }
expect 0 "step-00000004" train --method pix2pix --data "$SHARED/data/facades" --direction BtoA \
  --run run --steps 4 --size 64 --width 8 --discriminator-width 8 --patch 34 --threads 2
expect 0 "53 translated" translate --model run "$SHARED/data/facades/test" -o out --part right
expect 0 "53 images" eval --model run --data "$SHARED/data/facades/test"
