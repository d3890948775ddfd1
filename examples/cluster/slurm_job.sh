#!/bin/bash
# One job of SLURM: a scheduler, a worker for each of its tasks, and recon, which hands them the files.
#SBATCH --ntasks=8
#SBATCH --cpus-per-task=4
#SBATCH --mem-per-cpu=2G
#SBATCH --time=02:00:00
set -euo pipefail
export DASK_DISTRIBUTED__ADMIN__LOW_LEVEL_LOG_LENGTH=100 # of each worker; a thousand would fill the memory
place=$PWD/scheduler-$SLURM_JOB_ID.json
dask scheduler --no-dashboard --scheduler-file "$place" &
trap 'kill %1; rm -f "$place"' EXIT
srun dask worker --no-dashboard --scheduler-file "$place" --nthreads "$SLURM_CPUS_PER_TASK" \
  --memory-limit "$((SLURM_CPUS_PER_TASK * 2))GiB" --local-directory "${TMPDIR:-/tmp}" &
until [ -s "$place" ]; do sleep 1; done
recon denoise scans/ --sigma 25 -o cleaned/ --skip-existing --json --scheduler "$place" > "log-$SLURM_JOB_ID.jsonl"
