#!/usr/bin/env bash
# Checks format, code, protos, scripts, the direction of dependencies, and who may know which names.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

biome check --error-on-warnings .
buf lint
scripts/check-breaking.sh
node scripts/check-dependencies.ts
node scripts/check-names.ts

mapfile -t scripts < <(git ls-files --cached --others --exclude-standard '*.sh' .ci/run)
if command -v shellcheck >/dev/null; then
  shellcheck "${scripts[@]}"
elif [ -n "${CI:-}" ]; then
  echo "lint: shellcheck is missing: install it (Debian: apt-get install shellcheck)" >&2
  exit 1
else
  for script in "${scripts[@]}"; do bash -n "$script"; done
fi
