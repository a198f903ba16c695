#!/usr/bin/env bash
# Makes base images where no registry can be reached: of Debian's packages and the workspace's Node, as distroless has them, and of the
# programs that the lab uses.
#
#   base-image.sh node  TAG     makes TAG: glibc, libstdc++ and Node; no shell, no package manager
#   base-image.sh envoy TAG     makes TAG: glibc and this machine's Envoy with its libraries, as /usr/local/bin/envoy; and so for every program of a mode
set -euo pipefail
umask 022 # Whatever user an image gets reads its files.
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

fail() { echo "base-image: $*" >&2; exit 2; }
kind=${1:-} tag=${2:-}
recipe=libs/modes/src/$kind/image.sh
[ "$kind" = node ] || [ -x "$recipe" ] || fail "usage: base-image.sh node|envoy TAG; a program's recipe is libs/modes/src/<program>/image.sh"
[ -n "$tag" ] || fail "TAG is missing: base-image.sh $kind TAG"
type apt-get dpkg-deb >/dev/null 2>&1 ||
  fail "base images are built from Debian packages, which needs apt-get and dpkg-deb; on other systems name a base image that can be pulled"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root packages=$work/packages
mkdir -p "$root"/usr/{bin,sbin,lib,lib64} "$packages"
for folder in bin sbin lib lib64; do ln -s "usr/$folder" "$root/$folder"; done

download() { (cd "$packages" && apt-get download -qq "$@" >/dev/null 2>"$work/error"); }
wanted=(libc6 libgcc-s1 libstdc++6 base-files)
download "${wanted[@]}" || { apt-get update -qq >/dev/null && download "${wanted[@]}"; } || fail "$(cat "$work/error")"
for package in "$packages"/*.deb; do dpkg-deb --fsys-tarfile "$package" | tar -x -C "$root" --keep-directory-symlink; done
# Not needed to run: documentation, character set conversions, the dynamic loader's audit libraries, what a login would use.
(cd "$root" && rm -rf usr/{share,games,src,include} usr/lib/*/{gconv,audit} var root etc/{default,profile.d,update-motd.d,issue*,debian_version})

mkdir -p "$root"/{home/nonroot,tmp,usr/local/bin}
chmod 1777 "$root/tmp"
printf 'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n' >"$root/etc/passwd"
printf 'root:x:0:\nnonroot:x:65532:\n' >"$root/etc/group"
printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"
chown -R 65532:65532 "$root/home/nonroot"

changes=(--change 'USER 65532:65532' --change 'WORKDIR /home/nonroot')
if [ "$kind" = node ]; then
  install -D node_modules/node/bin/node "$root/nodejs/bin/node"
  changes+=(--change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin')
  changes+=(--change 'ENTRYPOINT ["/nodejs/bin/node"]')
else
  program=$(node scripts/images/program-path.ts "$kind")
  install -D "$program" "$root/usr/local/bin/$kind"
  # Its libraries: glibc's own are there, and ldd fails for a program that has none.
  folder=$(echo "$root"/usr/lib/*-linux-gnu)
  { ldd "$program" 2>/dev/null || true; } | awk '$3 ~ /^\// {print $3}' | while read -r library; do
    [ -e "$folder/$(basename "$library")" ] || install -D --mode 0644 "$library" -t "$folder"
  done
  changes+=(--change "ENTRYPOINT [\"/usr/local/bin/$kind\"]")
fi
tar -C "$root" --sort=name --numeric-owner -c . | docker import "${changes[@]}" - "$tag" >/dev/null
# A program that ends at once at SIGTERM may name another signal. `docker import` takes no STOPSIGNAL.
if [ "$kind" != node ] && signal=$("$recipe" stop-signal 2>/dev/null); then
  printf 'FROM %s\nSTOPSIGNAL %s\n' "$tag" "$signal" | docker build -q -t "$tag" - >/dev/null
fi
echo "base-image: made $tag" >&2
