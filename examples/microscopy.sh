#!/usr/bin/env bash
# Denoise counts of a cell under three lights; the result is an ImageJ stack of counts as the input is.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
results=$(mktemp -d)
recon denoise "$here/cell_counts.tif" --noise poisson --gain 2 --offset 100 --read-noise 3 --range 100,500 \
  --mode unrolled --reference "$here/cell_clean.tif" --figure "$results/cell.pdf" -o "$results/cell.tif"
echo "the pictures are in $results"
