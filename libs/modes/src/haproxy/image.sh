#!/usr/bin/env bash
# The image of HAProxy, for scripts/images.
#
#   image.sh pull           prints the image that is pulled unless another is chosen
#   image.sh stop-signal    prints the signal by which HAProxy ends once its calls have ended, as upstream's image has it
set -euo pipefail

case "${1:-}" in
  pull) echo docker.io/library/haproxy:2.8 ;;
  stop-signal) echo SIGUSR1 ;;
  *) echo "usage: image.sh pull | image.sh stop-signal" >&2 && exit 2 ;;
esac
