#!/bin/bash
# Two processes of this machine share a training, by gloo; two steps, to see that it works.
set -euo pipefail
examples=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mktemp -d)
mkdir "$folder/photos"
cp "$examples/camera.png" "$examples/coffee.png" "$folder/photos/"
OMP_NUM_THREADS=1 python -m torch.distributed.run --nproc-per-node 2 --rdzv-backend c10d \
  --rdzv-endpoint 127.0.0.1:0 --no-python \
  recon train --data "$folder/photos/" --validation "$folder/photos/" --sigma 25 --train-steps 2 --batch 2 \
  --device cpu --no-tune -o "$folder/tiny.safetensors"
echo "$folder"
