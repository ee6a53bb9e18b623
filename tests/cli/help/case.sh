# Every command explains itself, and what is misspelt is answered with what was meant.
expect 0 "translate" --help
expect 2 "ganvas COMMAND"
for command in demo methods train translate sample eval inspect; do
  expect 0 "--" "$command" --help
done
expect 0 "--l1-weight" train --method pix2pix --run x --help
expect 0 "arXiv:1611.07004" methods
expect 0 "default 100" methods pix2pix
expect_error 2 "did you mean train?" trian
expect_error 2 "did you mean pix2pix?" train --method pix2pixx --data . --run r
expect_error 2 "did you mean --epochs?" train --method regress --data . --run r --epoch 3
expect_error 2 "--run" train --method regress --data .
