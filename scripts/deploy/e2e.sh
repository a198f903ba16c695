#!/usr/bin/env bash
# e2e.sh: everything from nothing on a kind cluster of its own: images, the Gateway API, Istio, all modes deployed, verified, compared and removed again.
# Environment: CLUSTER; MODES, else all that a cluster can run; BY, what deploys: kustomize or helm; HELM, its program; FULL=1: all experiments
# of each mode, not only its main claim; POLICIES: traffic policies to try under each, by their names and commas between. Exit code as compare.sh's.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
cluster=${CLUSTER:?CLUSTER is not set} context=kind-$CLUSTER
names=${MODES:-$(lab matrix --stage kubernetes --list modes)}
read -ra modes <<<"${names//$'\n'/ }"
unset NAMESPACE # Each mode has its own.
by=${BY:?BY is not set}
fail() { echo "e2e: $*" >&2; exit 2; }
case $by in
  kustomize) prefix='' ;;
  helm)
    prefix=helm-
    type "$HELM" >/dev/null 2>&1 || fail "$HELM is not installed: https://helm.sh/docs/intro/install"
    ;;
  *) fail "BY is $by: choose kustomize or helm" ;;
esac
type kind >/dev/null 2>&1 || fail "kind is not installed: https://kind.sigs.k8s.io"
if kind get clusters 2>/dev/null | grep -Fxq "$cluster"; then
  fail "the kind cluster $cluster already exists: delete it (make cluster-down CLUSTER=$cluster), or name another, as in CLUSTER=lab-e2e-2"
fi
trap 'make cluster-down CLUSTER="$cluster"' EXIT
trap 'exit 130' INT TERM

deployed() { # deployed MODE: the manifests, as they were deployed
  case $by in
    kustomize) node scripts/deploy/main.ts render "$1" ;;
    helm) "$HELM" --kube-context "$context" -n "lab-$1" get manifest lab ;;
  esac
}

side_by_side() { # side_by_side TARGET...: what mostly waits for pods; few at once, for they take the processor when they start
  make --jobs 3 --keep-going "$@" CONTEXT="$context"
}

make cluster gateway-api istio images load CLUSTER="$cluster" CONTEXT="$context"
side_by_side "${modes[@]/#/${prefix}deploy-}"
status=0
MAIN_CLAIM=$([ -n "${FULL:-}" ] || echo 1) make compare CONTEXT="$context" || status=$?
if [ -n "${POLICIES:-}" ]; then
  tried=0
  lab truth --stage kubernetes --context "$context" --modes "$(IFS=,; echo "${modes[*]}")" --policies "$POLICIES" || tried=$?
  [ "$tried" -le 1 ] || exit "$tried"
  [ "$tried" -eq 0 ] || status=1 # What differs is in the table.
fi
for mode in "${modes[@]}"; do
  deployed "$mode" | kubectl --context "$context" -n "lab-$mode" diff -f - || fail "mode $mode differs from what was deployed"
done
if [ "$by" = helm ]; then
  side_by_side "${modes[@]/#/helm-test-}" || status=1
fi
side_by_side "${modes[@]/#/${prefix}undeploy-}"
left=$(kubectl --context "$context" get namespaces -o name | grep -E '^namespace/lab-' || true)
[ -z "$left" ] || fail "undeploy left $left"
exit "$status"
