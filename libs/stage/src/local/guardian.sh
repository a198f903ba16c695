#!/bin/sh
# Outlives the lab by a moment: told each child's process id ("+ID", later "-ID") and each temporary folder ("+/PATH") on stdin, it
# kills and removes what is left when stdin ends, which happens however the lab ends, kill -9 included. Each child leads a process group, which goes
# with it: a program may have processes of its own (nginx's workers).
trap '' INT TERM HUP
pids=' '
while read -r line; do
  pid=${line#?}
  case $line in
    +/*) set -- "$@" "${line#+}" ;;
    +*) pids="$pids$pid " ;;
    -*) case $pids in *" $pid "*) pids="${pids%%" $pid "*} ${pids#*" $pid "}" ;; esac ;;
  esac
done
for pid in $pids; do
  kill -s KILL -- -"$pid" 2>/dev/null
done
[ $# -eq 0 ] || rm -rf -- "$@"
exit 0
