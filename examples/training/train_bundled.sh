#!/bin/sh
# Make the bundled models again: sh train_bundled.sh BSD400 SET12, folders of images.
# About 3 1/2 hours on two cores; after an interruption the same command goes on.
set -eu
folder=$(dirname "$0")
for name in sigma25-first sigma25-mean-free sigma25-fixed-mean sigma5-first sigma5-mean-free sigma5-fixed-mean sigma25-minimum sigma5-minimum sigma25-reweighted sigma5-reweighted crr-sigma25 crr-sigma5; do
    recon train --config "$folder/$name.toml" --data "$1" --validation "$2" -o "$name.safetensors" --resume
done
