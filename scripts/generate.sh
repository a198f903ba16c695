#!/usr/bin/env bash
# Generates what is committed but derived: code from proto/, the JSON schema of results, tables of README.md and docs/, and the
# configurations of proxies in deploy/.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

buf generate
node libs/report/src/write-json-schema.ts
node scripts/docs/main.ts
