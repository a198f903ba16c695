#!/usr/bin/env bash
# Copies the images that `make images` has built into the nodes of a kind cluster. Environment: CLUSTER (default lab), TAG (default dev), PLATFORM
# as for build.sh, and KIND_EXPERIMENTAL_PROVIDER, by which kind itself knows docker from podman.
#
# `kind load docker-image` takes images from Docker alone (kubernetes-sigs/kind#2760). Docker's containerd image store saves the list of all
# platforms of a pulled image but the layers of one, at which it fails with "content digest … not found" (kubernetes-sigs/kind#3795). Of both,
# kind takes an archive of one platform.
set -euo pipefail
fail() { echo "load: $*" >&2; exit 2; }
tag=${TAG:-dev} cluster=${CLUSTER:-lab} here=$(dirname "${BASH_SOURCE[0]}")
type kind >/dev/null 2>&1 || fail "kind is not installed: https://kind.sigs.k8s.io (for other clusters: make push REGISTRY=…)"

is_docker() { [[ $(docker --version 2>/dev/null) == Docker* ]]; } # podman-docker's `docker` is podman.
engine=${KIND_EXPERIMENTAL_PROVIDER:-}
if [ -z "$engine" ]; then if is_docker; then engine=docker; else engine=podman; fi; fi
case $engine in
  docker | podman) type "$engine" >/dev/null 2>&1 || fail "$engine is not installed: install Docker or podman, and set KIND_EXPERIMENTAL_PROVIDER to podman for that" ;;
  *) fail "KIND_EXPERIMENTAL_PROVIDER is $engine: make load supports docker and podman only; use one of them, or make push REGISTRY=… and name the registry when you deploy" ;;
esac
kind get clusters 2>/dev/null | grep -Fxq "$cluster" ||
  fail "there is no kind cluster $cluster under $engine: make one with make cluster, or name yours, as in CLUSTER=kind"

has_image() { "$engine" image inspect "$1" >/dev/null 2>&1; }
# prepare IMAGE: sees that the engine has it under the name that nodes look for. podman calls what was built here localhost/….
prepare() {
  if [ "$engine" = docker ]; then has_image "$1"; return; fi
  has_image "docker.io/$1" || { has_image "localhost/$1" && podman tag "localhost/$1" "docker.io/$1"; }
}

names=$(node "$here/image-names.ts")
images=()
for name in $names; do
  image=grpc-lb-lab/$name:$tag
  prepare "$image" || fail "$engine has no image $image: run make images TAG=$tag$([ "$engine" = docker ] || echo ", then docker save $image | podman load")"
  if [ "$engine" = docker ]; then images+=("$image"); else images+=("docker.io/$image"); fi
done

if [ "$engine" = docker ] && [[ $(docker info --format '{{.DriverStatus}}') != *io.containerd.snapshotter* ]]; then
  exec kind load docker-image "${images[@]}" --name "$cluster"
fi

archive=$(mktemp -d)/images.tar
trap 'rm -rf "$(dirname "$archive")"' EXIT
if [ "$engine" = podman ]; then
  podman save --multi-image-archive --output "$archive" "${images[@]}"
else
  platform=${PLATFORM:-$(docker version --format '{{.Server.Os}}/{{.Server.Arch}}')}
  docker save --platform "$platform" --output "$archive" "${images[@]}" ||
    fail "Docker's containerd image store cannot save the images for $platform: update Docker to 28 or newer, or make images PLATFORM=$platform TAG=$tag, or turn that store off (features.containerd-snapshotter in daemon.json)"
fi
kind load image-archive "$archive" --name "$cluster"
