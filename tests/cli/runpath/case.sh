# The program finds its libraries beside itself and in libtorch's folder, and names no other folder.
command -v readelf >/dev/null || { echo "skipped: no readelf"; exit 77; }
path=$(readelf -d "$GANVAS" | sed -n 's/.*runpath: \[\(.*\)\]/\1/p')
IFS=: read -ra folders <<<"$path"
[[ ${folders[0]} == '$ORIGIN' ]] || fail "the run path begins with '${folders[0]}'"
for folder in "${folders[@]:1}"; do
  real=${folder/\$ORIGIN/$(dirname "$GANVAS")}
  [[ -e $real/libtorch_cpu.so || -n $(ls "$real"/libvips* 2>/dev/null) ]] || fail "the run path names $folder"
done
readelf -d "$GANVAS" | grep -q 'libtorch_cuda\|libcuda\|libtorch.so' && fail "the program needs CUDA to start"

# Threads that wait for each other give the core away soon, unless the user says otherwise.
if readelf -d "$GANVAS" | grep 'libgomp' >needed.txt; then
  OMP_DISPLAY_ENV=verbose "$GANVAS" --version >set.txt 2>&1
  grep -q "GOMP_SPINCOUNT = '3000'" set.txt || fail "threads spin long"
  env -i OMP_DISPLAY_ENV=verbose "$GANVAS" --version >set.txt 2>&1
  grep -q "GOMP_SPINCOUNT = '3000'" set.txt || fail "threads spin long where no shell set variables"
  OMP_DISPLAY_ENV=verbose GOMP_SPINCOUNT=7 "$GANVAS" --version >set.txt 2>&1
  grep -q "GOMP_SPINCOUNT = '7'" set.txt || fail "GOMP_SPINCOUNT is not heard"
fi
