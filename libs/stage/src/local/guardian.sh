#!/bin/sh
# Outlives the lab by a moment: told each child's process id ("+ID", later "-ID") on stdin, it kills what is left when stdin
# ends, which happens however the lab ends, kill -9 included.
trap '' INT TERM HUP
pids=' '
while read -r line; do
  pid=${line#?}
  case $line in
    +*) pids="$pids$pid " ;;
    -*) case $pids in *" $pid "*) pids="${pids%%" $pid "*} ${pids#*" $pid "}" ;; esac ;;
  esac
done
for pid in $pids; do
  kill -KILL "$pid" 2>/dev/null
done
exit 0
