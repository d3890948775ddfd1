#!/usr/bin/env bash
# Denoise a photograph with the mean-free and the fixed-mean model, minimised and in two sweeps.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
results=$(mktemp -d)
for model in sigma25-mean-free sigma25-fixed-mean; do
  for mode in full unrolled; do
    recon denoise "$here/camera_noisy.png" --sigma 25 --model "$model" --mode "$mode" \
      --reference "$here/camera.png" -o "$results/$model-$mode.png"
  done
done
echo "the pictures are in $results"
