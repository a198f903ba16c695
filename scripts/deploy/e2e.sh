#!/usr/bin/env bash
# e2e.sh: everything from nothing on a kind cluster of its own: images, Istio, all six modes deployed, verified, compared and removed again.
# Environment: CLUSTER, MODES; BY, what deploys: kustomize or helm; HELM, its program. Exit code as compare.sh's.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
cluster=${CLUSTER:?CLUSTER is not set} context=kind-$CLUSTER
read -ra modes <<<"${MODES:?MODES is not set}"
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
  fail "there is a kind cluster $cluster already: delete it (make cluster-down CLUSTER=$cluster), or name another, as in CLUSTER=lab-e2e-2"
fi
trap 'make cluster-down CLUSTER="$cluster"' EXIT
trap 'exit 130' INT TERM

deployed() { # deployed MODE: the manifests, as they were deployed
  case $by in
    kustomize) node scripts/deploy/main.ts render "$1" ;;
    helm) "$HELM" --kube-context "$context" -n "lab-$1" get manifest lab ;;
  esac
}

make cluster istio images load CLUSTER="$cluster" CONTEXT="$context"
for mode in "${modes[@]}"; do make "${prefix}deploy-$mode" CONTEXT="$context"; done
status=0
make compare CONTEXT="$context" || status=$?
for mode in "${modes[@]}"; do
  deployed "$mode" | kubectl --context "$context" -n "lab-$mode" diff -f - || fail "mode $mode is not what was deployed any more"
done
if [ "$by" = helm ]; then
  for mode in "${modes[@]}"; do make "helm-test-$mode" CONTEXT="$context" || status=1; done
fi
for mode in "${modes[@]}"; do make "${prefix}undeploy-$mode" CONTEXT="$context"; done
left=$(kubectl --context "$context" get namespaces -o name | grep -E '^namespace/lab-' || true)
[ -z "$left" ] || fail "undeploy has left $left"
exit "$status"
