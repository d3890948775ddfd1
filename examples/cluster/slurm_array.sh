#!/bin/bash
# An array of SLURM: each task takes the files whose names end in its number, without a scheduler.
#SBATCH --array=0-9
#SBATCH --cpus-per-task=4
#SBATCH --time=02:00:00
set -euo pipefail
export OMP_NUM_THREADS=$SLURM_CPUS_PER_TASK
recon denoise "scans/*$SLURM_ARRAY_TASK_ID.tif" --sigma 25 -o cleaned/ --skip-existing --json \
  > "log-$SLURM_ARRAY_TASK_ID.jsonl"
