#!/usr/bin/env bash
# compare.sh: verifies every deployed mode, one after the other, and reports them side by side. Environment: CONTEXT, MODES.
# Exit 0 when everything is as expected, 1 when something differs, 2 on bad input.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
context=${CONTEXT:?CONTEXT is not set}
read -ra modes <<<"${MODES:?MODES is not set}"

results=() status=0
for mode in "${modes[@]}"; do
  echo "compare: $mode" >&2
  ended=0
  lab verify "$mode" --context "$context" >/dev/null || ended=$?
  case $ended in
    0) ;;
    1) status=1 ;; # What differs is in the report.
    *) exit "$ended" ;;
  esac
  results+=("out/verify-$mode/result.json")
done
lab report "${results[@]}" --html out/compare.html || status=$?
exit "$status"
