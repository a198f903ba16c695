#!/usr/bin/env bash
# The image of nginx, for scripts/images: one that runs as a user who is not root.
#
#   image.sh pull           prints the image that is pulled unless another is chosen
#   image.sh stop-signal    prints the signal by which nginx ends once its calls have ended, as upstream's image has it
set -euo pipefail

case "${1:-}" in
  pull) echo docker.io/nginxinc/nginx-unprivileged:1.31.3 ;;
  stop-signal) echo SIGQUIT ;;
  *) echo "usage: image.sh pull | image.sh stop-signal" >&2 && exit 2 ;;
esac
