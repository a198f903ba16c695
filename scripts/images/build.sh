#!/usr/bin/env bash
# Builds grpc-lb-lab/{backend,frontend,echo,lab}:TAG, each with its SBOM in out/images, and names the images of the modes' programs
# (`programs` in libs/modes) so, as grpc-lb-lab/envoy:TAG. Environment:
#   TAG         default dev
#   BASE        the image with Node, default distroless; where that cannot be pulled, one is made (base-image.sh)
#   ENVOY_BASE  the image with Envoy, likewise; and so for every program
#   PLATFORM    default the engine's own, as linux/amd64; a base must have it
#
# What is particular to a program's image is in the folder of the mode that has the program's name, libs/modes/src/<program>/image.sh:
# which image is pulled, and by which signal one that is made here ends, if not by SIGTERM.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
tag=${TAG:-dev} out=out/images
# Pinned by its digest, that of all architectures. Its Node is 24, as the workspace's own.
distroless=gcr.io/distroless/nodejs24-debian12:nonroot@sha256:14d42e2511532589a7c7e01a753667a74fcc96266e137e8125006b87b0c32d0a

say() { echo "images: $*" >&2; }
docker info >/dev/null 2>&1 || { say "no Docker engine answers: install Docker, start it, and check that you may use it (docker info)"; exit 2; }

# base KIND CHOSEN DEFAULT: prints the base that is there in the end. One that was chosen must be had as it is.
base() {
  local kind=$1 chosen=$2 default=$3 made=grpc-lb-lab/$1-base:debian image
  image=${chosen:-$default}
  if docker image inspect "$image" >/dev/null 2>&1; then echo "$image"; return; fi
  if docker pull -q ${PLATFORM:+--platform "$PLATFORM"} "$image" >/dev/null 2>"$out/pull.log"; then echo "$image"; return; fi
  if [ -n "$chosen" ]; then say "the base $image cannot be pulled: $(tail -n 1 "$out/pull.log")"; return 2; fi
  if ! docker image inspect "$made" >/dev/null 2>&1; then
    say "$image cannot be pulled; making a base of Debian's packages instead ($(tail -n 1 "$out/pull.log"))"
    scripts/images/base-image.sh "$kind" "$made" || return
  fi
  echo "$made"
}

mkdir -p "$out"
node_base=$(base node "${BASE:-}" "$distroless")
programs=$(node scripts/images/image-names.ts programs)
for program in $programs; do
  chosen=$(tr a-z- A-Z_ <<<"$program")_BASE
  program_base=$(base "$program" "${!chosen:-}" "$("libs/modes/src/$program/image.sh" pull)")
  docker tag "$program_base" "grpc-lb-lab/$program:$tag"
done

revision=$(git describe --always --dirty 2>/dev/null || echo unknown)
created=$(git log -1 --format=%cI 2>/dev/null || date -u +%Y-%m-%dT%H:%M:%SZ)
label=org.opencontainers.image
node scripts/images/assemble.ts "$out" | while IFS=$'\t' read -r name description; do
  docker build -q ${PLATFORM:+--platform "$PLATFORM"} --build-arg "BASE=$node_base" -t "grpc-lb-lab/$name:$tag" \
    --label "$label.title=grpc-lb-lab/$name" --label "$label.description=$description" --label "$label.licenses=Apache-2.0" \
    --label "$label.version=$tag" --label "$label.revision=$revision" --label "$label.created=$created" \
    --label "$label.base.name=${node_base%@*}" "$out/$name" >"$out/build.log" 2>&1 || { cat "$out/build.log" >&2; exit 1; }
  node scripts/images/sbom.ts "$name" >"$out/$name.cdx.json"
  say "built grpc-lb-lab/$name:$tag, its SBOM is $out/$name.cdx.json"
done
node scripts/images/layers.ts "$tag"
