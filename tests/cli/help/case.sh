# Every command explains itself, and what is misspelt is answered with what was meant.
expect 0 "translate" --help
expect 2 "ganvas COMMAND"
for command in $("$GANVAS" --list-commands); do
  expect 0 "--" "$command" --help
done
expect 0 "--l1-weight" train --method pix2pix --run x --help
expect 0 "arXiv:1611.07004" methods
expect 0 "default 100" methods pix2pix
expect_error 2 "did you mean train?" trian
expect_error 2 "did you mean pix2pix?" train --method pix2pixx --data . --run r
expect_error 2 "did you mean --epochs?" train --method regress --data . --run r --epoch 3
expect_error 2 "--run" train --method regress --data .
# What people bring from other tools leads to ours; what has nothing in common leads nowhere.
expect_error 2 "here: --data." train --method pix2pix --dataroot x --run r
expect_error 2 "here: --resume." train --method pix2pix --data x --run r --continue_train
expect_error 2 "here: --generator." train --method pix2pix --data x --run r --netG unet_256
expect_error 2 "did you mean --batch?" train --method pix2pix --data x --run r --bach 2
expect_error 2 "'--overlap'. See" train --method pix2pix --data x --run r --overlap 2
expect_error 2 "here: ganvas translate makes images" test
expect 0 "which --resume may change" help train
expect 0 "complete -o" --generate bash
expect 0 ".SH upscale" --generate man
[[ $("$GANVAS" methods | awk 'length > 80' | wc -l) -eq 0 ]] || fail "ganvas methods is wider than 80 columns"
"$GANVAS" help train --method cyclegan | grep -q 'least-cell' && fail "the help of cyclegan speaks of mosaics"
# What the pages say of methods and knobs is what the program says.
diff <(sed -n '/<!-- ganvas methods --table -->/,/<!-- end -->/p' "$REPO/README.md" | sed '1d;$d') <("$GANVAS" methods --table) || fail "README.md: its table of methods is not that of ganvas methods --table"
diff "$REPO/docs/methods.md" <("$GANVAS" methods --markdown) || fail "docs/methods.md is not what ganvas methods --markdown writes"
