#!/usr/bin/env bash
# Denoise a colour photograph: its channels together, and each on its own.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
results=$(mktemp -d)
for color in joint channels; do
  recon denoise "$here/coffee_noisy.png" --sigma 25 --mode unrolled --color $color \
    --reference "$here/coffee.png" --figure "$results/$color.pdf" -o "$results/$color.png"
done
echo "the pictures are in $results"
