#!/usr/bin/env bash
#SBATCH --job-name=signlift
#SBATCH --nodes=1 --ntasks=1 --cpus-per-task=64
#SBATCH --time=24:00:00
#SBATCH --signal=B:TERM@60 --requeue
# One node, all its cores. The same job goes on when it is started again.
set -euo pipefail
: "${CORPUS:?a directory of recordings}" "${OUT:?a directory for the results}"

# Slurm sends TERM a minute before the end: the job notes what is done, and stops.
signlift lift "$CORPUS" -o "$OUT" --format pose --recursive --quiet \
    --workers "${SLURM_CPUS_PER_TASK:-$(nproc)}" &
trap 'kill -TERM $!' TERM
wait $! || wait $!
