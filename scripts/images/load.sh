#!/usr/bin/env bash
# Copies the images that `make images` has built into the nodes of a kind cluster. Environment: CLUSTER (default lab), TAG (default dev).
set -euo pipefail
fail() { echo "load: $*" >&2; exit 2; }
tag=${TAG:-dev} cluster=${CLUSTER:-lab}
type kind >/dev/null 2>&1 || fail "kind is not installed: https://kind.sigs.k8s.io (for other clusters: make push REGISTRY=…)"
kind get clusters 2>/dev/null | grep -Fxq "$cluster" || fail "there is no kind cluster $cluster: make one with make cluster, or name yours, as in CLUSTER=kind"
images=()
for name in backend frontend echo lab envoy; do
  docker image inspect "grpc-lb-lab/$name:$tag" >/dev/null 2>&1 || fail "there is no image grpc-lb-lab/$name:$tag: run make images TAG=$tag"
  images+=("grpc-lb-lab/$name:$tag")
done
kind load docker-image "${images[@]}" --name "$cluster"
