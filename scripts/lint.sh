#!/usr/bin/env bash
# Checks format, code, protos, scripts and the direction of dependencies.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

biome check --error-on-warnings .
buf lint
scripts/check-breaking.sh
node scripts/check-dependencies.ts

mapfile -t scripts < <(git ls-files --cached --others --exclude-standard '*.sh' .ci/run)
if command -v shellcheck >/dev/null; then
  shellcheck "${scripts[@]}"
elif [ -n "${CI:-}" ]; then
  echo "lint: shellcheck is missing: install it (Debian: apt-get install shellcheck)" >&2
  exit 1
else
  for script in "${scripts[@]}"; do bash -n "$script"; done
fi
