#!/usr/bin/env bash
# Pushes the images that `make images` has built to REGISTRY, as REGISTRY/<name>:TAG. Environment: REGISTRY, TAG (default dev).
set -euo pipefail
fail() { echo "push: $*" >&2; exit 2; }
tag=${TAG:-dev} registry=${REGISTRY:-} here=$(dirname "${BASH_SOURCE[0]}")
[ -n "$registry" ] || fail "REGISTRY is not set: name one that you may push to, as in REGISTRY=europe-docker.pkg.dev/my-project/grpc-lb-lab"
names=$(node "$here/image-names.ts")
for name in $names; do
  docker image inspect "grpc-lb-lab/$name:$tag" >/dev/null 2>&1 || fail "there is no image grpc-lb-lab/$name:$tag: run make images TAG=$tag"
done
for name in $names; do
  docker tag "grpc-lb-lab/$name:$tag" "$registry/$name:$tag"
  docker push -q "$registry/$name:$tag" || fail "$registry does not accept $name:$tag: check that you are logged in (docker login) and may push there"
done
