#!/usr/bin/env bash
# compare.sh: verifies every deployed mode, one after the other, and reports them side by side. Environment: CONTEXT; MODES, else all that a
# cluster can run; MAIN_CLAIM=1: of each mode only its main claim.
# Exit 0 when everything is as expected, 1 when something differs, 2 on bad input.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
context=${CONTEXT:?CONTEXT is not set}
names=${MODES:-$(lab matrix --stage kubernetes --list modes)}
read -ra modes <<<"${names//$'\n'/ }"

# What one invocation has measured is held against each other.
LAB_INVOCATION="compare $context $(date -u +%FT%TZ) $$"
export LAB_INVOCATION
results=() status=0 options=()
[ -z "${MAIN_CLAIM:-}" ] || options=(--main-claim)
for mode in "${modes[@]}"; do
  echo "compare: $mode" >&2
  ended=0
  lab verify "$mode" --context "$context" ${options[@]+"${options[@]}"} >/dev/null || ended=$?
  case $ended in
    0) ;;
    1) status=1 ;; # What differs is in the report.
    *) exit "$ended" ;;
  esac
  results+=("out/verify-$mode/result.json")
done
lab report "${results[@]}" --html out/compare.html || status=$?
exit "$status"
