#!/usr/bin/env bash
#SBATCH --job-name=signlift
#SBATCH --nodes=4 --ntasks-per-node=1 --cpus-per-task=64
#SBATCH --time=24:00:00
# A cluster of Ray on the nodes of one job of Slurm, or on this machine without Slurm.
set -euo pipefail
: "${CORPUS:?a directory of recordings}" "${OUT:?a directory for the results, on a shared file system}"

export RAY_USAGE_STATS_ENABLED=0 RAY_AUTH_MODE=token
RAY_AUTH_TOKEN=$(python3 -c 'import secrets; print(secrets.token_hex(32))')
export RAY_AUTH_TOKEN
cores=${SLURM_CPUS_PER_TASK:-$(nproc)} port=${PORT:-6379} head=$(hostname -i | cut -d' ' -f1)
start="ray start --block --num-cpus=$cores --disable-usage-stats"

$start --head --node-ip-address="$head" --port="$port" --include-dashboard=false > ray.log 2>&1 &
nodes=$!
trap 'kill $nodes; wait || true' EXIT
if [ "${SLURM_NNODES:-1}" -gt 1 ]; then
    srun --nodes=$((SLURM_NNODES - 1)) --exclude="$(hostname -s)" \
        $start --address="$head:$port" > ray_others.log 2>&1 &
    nodes="$nodes $!"
fi
until python3 -c "import socket; socket.create_connection(('$head', $port), 5)" 2> /dev/null; do
    kill -0 ${nodes%% *} && sleep 1
done
# Workers of nodes that have not joined yet wait for them.
signlift lift "$CORPUS" -o "$OUT" --format pose --recursive --quiet \
    --engine ray --address "$head:$port" --workers $((cores * ${SLURM_NNODES:-1}))
