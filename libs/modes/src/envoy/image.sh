#!/usr/bin/env bash
# The image of Envoy, for scripts/images.
#
#   image.sh pull           prints the image that is pulled unless another is chosen
set -euo pipefail

case "${1:-}" in
  pull) echo docker.io/envoyproxy/envoy:distroless-v1.40.0 ;;
  *) echo "usage: image.sh pull" >&2 && exit 2 ;;
esac
