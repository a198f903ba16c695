#!/usr/bin/env bash
# Generates what is committed but derived: code from proto/, the JSON schema of results.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

buf generate
node libs/report/src/write-json-schema.ts
