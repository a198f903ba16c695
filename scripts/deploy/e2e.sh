#!/usr/bin/env bash
# e2e.sh: everything from nothing on a kind cluster of its own: images, Istio, all six modes deployed, verified, compared and removed again.
# Environment: CLUSTER, MODES. Exit code as compare.sh's.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
cluster=${CLUSTER:?CLUSTER is not set} context=kind-$CLUSTER
read -ra modes <<<"${MODES:?MODES is not set}"
fail() { echo "e2e: $*" >&2; exit 2; }
type kind >/dev/null 2>&1 || fail "kind is not installed: https://kind.sigs.k8s.io"
if kind get clusters 2>/dev/null | grep -Fxq "$cluster"; then
  fail "there is a kind cluster $cluster already: delete it (make cluster-down CLUSTER=$cluster), or name another, as in CLUSTER=lab-e2e-2"
fi
trap 'make cluster-down CLUSTER="$cluster"' EXIT
trap 'exit 130' INT TERM

make cluster istio images load CLUSTER="$cluster" CONTEXT="$context"
for mode in "${modes[@]}"; do make "deploy-$mode" CONTEXT="$context"; done
status=0
make compare CONTEXT="$context" || status=$?
for mode in "${modes[@]}"; do
  node scripts/deploy/main.ts render "$mode" | kubectl --context "$context" diff -f - || fail "mode $mode is not what was deployed any more"
done
for mode in "${modes[@]}"; do make "undeploy-$mode" CONTEXT="$context"; done
left=$(kubectl --context "$context" get namespaces -o name | grep -E '^namespace/lab-' || true)
[ -z "$left" ] || fail "undeploy has left $left"
exit "$status"
