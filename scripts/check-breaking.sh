#!/usr/bin/env bash
# Checks that proto/ breaks nobody who uses what main has.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

main=
for candidate in refs/remotes/origin/main refs/heads/main; do
  if git rev-parse --quiet --verify "$candidate" >/dev/null; then main=$candidate; break; fi
done
if [ -z "$main" ]; then
  echo "check-breaking: neither origin/main nor main exists to compare with: run git fetch origin main" >&2
  exit 2
fi
if [ -z "$(git ls-tree -r --name-only "$main" -- proto)" ]; then
  echo "check-breaking: $main has no proto/ yet" >&2
  exit 0
fi
buf breaking --against ".git#ref=$main"
