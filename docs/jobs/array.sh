#!/usr/bin/env bash
#SBATCH --job-name=signlift
#SBATCH --array=0-99
#SBATCH --ntasks=1 --cpus-per-task=16
#SBATCH --time=12:00:00 --requeue
# A list of recordings, dealt to the tasks of an array. Each has a directory and a manifest of its own.
set -euo pipefail
: "${CORPUS:?a directory of recordings}" "${OUT:?a directory for the results}"
: "${LIST:?a text file of paths below CORPUS, the same for all tasks}"

task=${SLURM_ARRAY_TASK_ID:-0} tasks=${SLURM_ARRAY_TASK_COUNT:-1}
part=$(printf '%s/part-%04d' "$OUT" "$task")
mkdir -p "$part"
awk -v task="$task" -v tasks="$tasks" 'NR % tasks == task' "$LIST" > "$part/_list.txt"
signlift lift "$CORPUS" --list "$part/_list.txt" -o "$part" --format pose --quiet \
    --workers "${SLURM_CPUS_PER_TASK:-$(nproc)}"
