# A folder of data is looked into before anything is learned from it.
make_photos() { for kind in daisy roses; do mkdir -p "data/$1/$kind"; cp "$PHOTOS/$1/$kind/"*.jpg "data/$1/$kind/"; done; }
make_photos train
make_photos test
expect 0 "layout    single" doctor data
head -c 2000 "$(ls data/train/daisy/*.jpg | head -1)" > data/train/daisy/cut.jpg
cp "$(ls data/test/roses/*.jpg | head -1)" data/train/roses/leak.jpg
expect 1 "train/daisy/cut.jpg: cannot be read" doctor data
expect 1 '"kind": "in two splits"' doctor data --json
expect 1 "2 files set aside in aside" doctor data --fix aside
expect_file aside/train/daisy/cut.jpg
expect_file aside/train/roses/leak.jpg
expect 0 "sizes" doctor data
expect 1 "no such folder" doctor nowhere
expect 2 "expected auto|side-by-side" doctor data --layout nonsense
head -c 2000 "$(ls data/train/daisy/*.jpg | head -1)" > data/train/daisy/again.jpg
expect 1 "1 files set aside in $PWD/data-aside" doctor data/ --fix
expect_file data-aside/train/daisy/again.jpg
expect 2 "lies in data" doctor data --set-aside data/aside
ls -d data/train/*/*.jpg > train.txt
expect 0 "images    train" doctor train.txt
expect 2 "take them out of it" doctor train.txt --fix
{ cat train.txt; echo gone.jpg; } > some.txt
expect 1 "no such file" doctor some.txt
expect 1 "images    train" doctor some.txt
mkdir named
i=0
for photo in $(ls -d data/train/*/*.jpg | head -8); do i=$((i + 1)); cp "$photo" named/$i"_A.jpg"; cp "$photo" named/$i"_B.jpg"; done
rm named/3_B.jpg named/5_A.jpg
expect 1 "3_A.jpg: has no partner of its name on side b" doctor named --names '{name}_A.jpg,{name}_B.jpg'
expect 1 "5_B.jpg: has no partner of its name on side a" doctor named --names '{name}_A.jpg,{name}_B.jpg'
