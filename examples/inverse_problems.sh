#!/usr/bin/env bash
# Simulates what three cameras make of the photograph (holes, a blur, coarse pixels), and projections of it, and
# reconstructs it; and a cell from its projections in a file.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
results=$(mktemp -d)

recon simulate inpaint "$here/camera.png" --missing 0.5 --sigma 5 -o "$results/holes.png"
recon inpaint "$results/holes.png" --mask "$results/holes_mask.png" --sigma 5 --reference "$here/camera.png"

recon simulate deconvolve "$here/camera.png" --psf gaussian:1.6 --sigma 2 -o "$results/blurred.png"
recon deconvolve "$results/blurred.png" --psf gaussian:1.6 --sigma 2 --reference "$here/camera.png"

recon simulate upscale "$here/camera.png" --factor 2 --kernel gaussian:1 --sigma 1 -o "$results/coarse.png"
recon upscale "$results/coarse.png" --factor 2 --kernel gaussian:1 --sigma 1 --reference "$here/camera.png"

recon simulate tomography "$here/camera.png" --angles 0:180:3 --sigma 1% -o "$results/sinogram.tif"
recon tomography "$results/sinogram.tif" --angles 0:180:3 --reference "$here/camera.png" \
    --figure "$results/tomography.png" -o "$results/slice.tif"
recon tomography "$here/cell_sinogram.tif" --angles 0:180:3 --center auto -o "$results/cell.tif"

echo "the pictures are in $results"
