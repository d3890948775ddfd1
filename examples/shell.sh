#!/usr/bin/env bash
# A folder, a pipe and lines of JSON: settings stand in a file and in the environment.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
results=$(mktemp -d)
mkdir "$results/scans"
cp "$here/coffee_noisy.png" "$here/camera_noisy.png" "$results/scans"
printf 'mode = "unrolled"\nsteps = 1\n' > "$results/quick.toml"
export RECON_DENOISE_CONFIG="$results/quick.toml" RECON_DENOISE_SIGMA=25

recon denoise "$results/scans" -o "$results/clean/" --json > "$results/log.jsonl"
recon denoise "$results/scans" -o "$results/clean/" --skip-existing
cat "$here/camera_noisy.png" | recon denoise - --format tiff -q > "$results/piped.tif"
echo "the pictures are in $results"
