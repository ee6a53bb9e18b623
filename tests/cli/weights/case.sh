# Weights of other programs: inspected, run, given away for Python, begun with; refused where they are none.
FAMILIES=$REPO/tests/golden/families
photo=$(ls "$PHOTOS"/train/*/*.jpg | head -1)
expect 0 "taken from" inspect "$FAMILIES/rrdb-x4.pth"
grep -q '^network *rrdb$' out.txt || fail "the network is not named"
expect 0 "1 enlarged" upscale --model "$FAMILIES/compact-x4.pth" "$photo" -o big.png --tile 64
expect_file big.png
expect 0 "1 enlarged" upscale --model "$FAMILIES/rrdb-x1-unshuffled.pth" "$photo" -o same.png
expect 0 "1 translated" translate --model "$FAMILIES/unet-batch.pth" "$photo" -o other.png
expect 2 "use ganvas upscale" translate --model "$FAMILIES/compact-x4.pth" "$photo" -o no.png
expect 2 "does not enlarge images" upscale --model "$FAMILIES/resnet-instance.pth" "$photo" -o no.png
printf 'version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 67\n' >lfs.pth
expect_error 1 "pointer of Git LFS" upscale --model lfs.pth "$photo" -o no.png
head -c 20000 "$FAMILIES/rrdb-x4.pth" >cut.pth
expect_error 1 "was cut off" upscale --model cut.pth "$photo" -o no.png
GANVAS_MODELS=$PWD/mine expect_error 1 "download RealESRGAN_x4plus.pth (67 MB, BSD-3-Clause)" upscale --model realesrgan-x4plus "$photo" -o no.png
mkdir mine && cp "$FAMILIES/rrdb-x4.pth" mine/RealESRGAN_x4plus.pth
GANVAS_MODELS=$PWD/mine expect 0 "1 enlarged" upscale --model realesrgan-x4plus "$photo" -o named.png
expect_no_file no.png

# Ours, given away and taken back.
spread_photos 3 d/trainA d/trainB
expect 0 "step-00000002" train --method cyclegan --data d "${TINY[@]}" --steps 2 --run run
for pair in G_A:generator_ab G_B:generator_ba D_A:discriminator_b D_B:discriminator_a; do
  expect 0 "${pair##*:}" export --model run -o "theirs/latest_net_${pair%%:*}.pth" --network "${pair##*:}"
done
expect 0 "levels from the model" export --model run -o again.pth
cmp again.pth theirs/latest_net_G_A.pth || fail "same weights, other bytes"
expect_error 2 "expected one of generator_ab" export --model run -o no.pth --network critic
expect_error 2 "expected a name that ends in" export --model run -o no.bin
expect 0 "levels from the model" export --model run -o made.onnx
expect 0 "rrdb, " export --model "$FAMILIES/rrdb-x4.pth" -o theirs.onnx
python3 - <<'PY' || fail "made.onnx is no ONNX of opset 17"
data = open("made.onnx", "rb").read()
assert data[:2] == b"\x08\x08" and b"InstanceNormalization" in data and data.rstrip().endswith(b"\x10\x11")
PY
expect 0 "1 translated" translate --model run "$photo" -o a.png
expect 0 "1 translated" translate --model theirs/latest_net_G_A.pth "$photo" -o b.png
same_pixels a.png b.png || fail "the exported generator makes another image"
expect 0 "generator_ab, generator_ba, discriminator_a, discriminator_b" \
  train --method cyclegan --data d "${TINY[@]}" --steps 1 --lr 0 --run on --init-from theirs
expect 0 "1 translated" translate --model on "$photo" -o c.png
same_pixels a.png c.png || fail "a run that begins with exported weights and learns nothing is another"
expect_error 1 "weights of none of this method's networks" train --method cyclegan --data d "${TINY[@]}" --steps 1 --run no --init-from d

# What is given away is the network, or nothing is; names of today; one of several networks.
cp "$FAMILIES/rrdb-first-x4.pth" first.pth
expect 0 "0 levels from the model" export --model first.pth -o today.pth
grep -q RRDB_trunk today.pth && fail "the names are not those of today"
expect_error 2 "is the input itself" export --model first.pth -o ./first.pth
cmp first.pth "$FAMILIES/rrdb-first-x4.pth" || fail "the input was touched"
expect 0 "step-00000001" train --method cyclegan --data d "${TINY[@]}" --steps 1 --norm none --run plain
echo before >none.pth
expect 1 "levels of 255 from the model" export --model plain -o none.pth
[[ $(cat none.pth) == before ]] || fail "a file that was there is gone"
rm -f theirs/latest_net_G_B.pth && cp "$FAMILIES/resnet-cut.pth" theirs/latest_net_G_A.pth
expect_error 1 "of this run is another network" train --method cyclegan --data d "${TINY[@]}" --steps 1 --run no --init-from theirs
for pair in G_A:generator_ab G_B:generator_ba; do
  expect 0 "${pair##*:}" export --model run -o "theirs/latest_net_${pair%%:*}.pth" --network "${pair##*:}"
done

# A folder of junyanz's programs becomes a run.
cat >theirs/train_opt.txt <<'TXT'
----------------- Options ---------------
                crop_size: 32                            	[default: 256]
                 dataroot: ./d                           	[default: None]
                 lambda_A: 10.0                          
                 lambda_B: 10.0                          
                load_size: 36                            	[default: 286]
                    model: cycle_gan                     
                 n_epochs: 1                             	[default: 100]
           n_epochs_decay: 1                             	[default: 100]
               n_layers_D: 1                             
                      ndf: 4                             	[default: 64]
                     netD: n_layers                      
                     netG: resnet_6blocks                	[default: resnet_9blocks]
                      ngf: 4                             
               no_dropout: True                          
                     norm: instance                      
               preprocess: resize_and_crop               
                     init: orthogonal
----------------- End -------------------
TXT
expect 0 "generator_ab, generator_ba, discriminator_a, discriminator_b" import theirs --run imported --device cpu
expect 0 "1 translated" translate --model imported "$photo" -o d.png
same_pixels a.png d.png || fail "an imported run translates otherwise than its weights"
expect 0 "step-00000006" train --resume --run imported
expect_error 1 "holds no train_opt.txt" import d --run no
sed 's/cycle_gan/colorization/' theirs/train_opt.txt >d/train_opt.txt
expect_error 1 "expected cycle_gan or pix2pix" import d --run no
rm d/train_opt.txt
sed -i 's/resize_and_crop/none/' theirs/train_opt.txt
expect 0 "left out, for it has no twin here: preprocess none" import theirs --run told --device cpu
if "$REPO/.venv/bin/python" -W ignore -c "import torch" 2>/dev/null; then
  "$REPO/.venv/bin/python" -W ignore - <<'PY' 2>/dev/null || fail "torch.load(weights_only=True) does not read it"
import torch
state = torch.load("again.pth", weights_only=True)
assert list(state)[0].startswith("model.") and state["model.1.weight"].shape == (4, 3, 7, 7)
PY
else
  echo "skipped: .venv has torch's libraries alone, no Python to read the .pth with"
fi

# Published weights, against their anchors (shared/weights/README.md): rounded red levels of Set5's butterfly.
if [[ -d $SHARED/weights/realesrgan && -d $SHARED/data/Set5 ]]; then
  low=$SHARED/data/Set5/LR_x4/img_003.png
  for model in realesrgan/4xLSDIRCompactC3.param realesrgan/RealESRGAN_General_x4_v3.bin esrgan-thick/x4 \
    pth/srgan-leftthomas/netG_epoch_4_100.pth pth/carn/carn_m.pth pth/ntire2024-esr/team38_span_ch28_slim.pth; do
    rm -f published.png
    expect 0 "1 enlarged" upscale --model "$SHARED/weights/$model" "$low" -o published.png
    expect_file published.png
  done
  expect 0 "1 translated" translate --model "$SHARED/weights/johnson-style-wave" "$low" -o style.png
  expect 0 "1 enlarged" upscale --model "$SHARED/weights/realcugan/models-se-up2x-no-denoise.param" "$low" -o cugan.png
  for team in 00_rlfn.pth 07_DVMSR.pth 11_EFQN.pt 13_model2.pth 17_AdvancedSR.pth 23_safmnpp.pth 34_craft.pth; do
    expect_error 1 "team$team: holds" upscale --model "$SHARED/weights/pth/ntire2024-esr/team$team" "$low" -o no.png
  done
else
  echo "skipped: no published weights beside the repository"
fi
