#!/bin/bash
# A training that several nodes share, one process for each GPU; it goes on where it was stopped.
#SBATCH --nodes=2
#SBATCH --ntasks-per-node=1
#SBATCH --gpus-per-node=4
#SBATCH --time=12:00:00
#SBATCH --requeue
set -euo pipefail
first=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)
srun torchrun --nnodes "$SLURM_NNODES" --nproc-per-node 4 --rdzv-backend c10d --rdzv-endpoint "$first:29500" \
  --rdzv-id "$SLURM_JOB_ID" --no-python \
  recon train --data photos/ --sigma 25 --batch 16 -o mine.safetensors --resume
