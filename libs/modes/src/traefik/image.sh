#!/usr/bin/env bash
# The image of Traefik, for scripts/images.
#
#   image.sh pull           prints the image that is pulled unless another is chosen
set -euo pipefail

case "${1:-}" in
  pull) echo docker.io/library/traefik:v3.7.15 ;;
  *) echo "usage: image.sh pull" >&2 && exit 2 ;;
esac
