#!/usr/bin/env bash
# Installs lavapipe, Mesa's Vulkan driver for the CPU, on Debian and Ubuntu. Dawn refuses the Mesa 22.3 of Debian 12,
# so there it comes from the backports. Does nothing where Mesa 25 or newer is there already.
set -euo pipefail

# Empty unless fully installed.
version() { dpkg-query --showformat='${db:Status-Abbrev}${Version}\n' --show mesa-vulkan-drivers 2>/dev/null | sed -n 's/^ii *//p'; }

usable() {
  compgen -G '/usr/share/vulkan/icd.d/lvp_icd*.json' >/dev/null &&
    ldconfig -p | grep -q 'libvulkan\.so\.1' &&
    [[ "$(version)" =~ ^([0-9]+:)?([0-9]+) ]] && ((BASH_REMATCH[2] >= 25))
}

fail() {
  echo "install-lavapipe: $1" >&2
  exit 1
}

if usable; then
  echo "install-lavapipe: mesa-vulkan-drivers $(version) is there"
  exit 0
fi
command -v apt-get >/dev/null || fail "needs apt-get (Debian or Ubuntu); install Mesa's lavapipe and the Vulkan loader by hand"
((EUID == 0)) || fail "needs root to install mesa-vulkan-drivers; run it with sudo"

# The mirror that this machine already uses, in the newer form (URIs: http://…) or the older (deb [options] http://… suite).
mirror() {
  local suite="$1" file
  shopt -s nullglob
  for file in /etc/apt/sources.list.d/*.sources; do
    awk -v suite="$suite" '
      BEGIN { RS = ""; FS = "\n" }
      {
        uri = ""; found = 0
        for (i = 1; i <= NF; i++) {
          if ($i ~ /^URIs:/) { split($i, words, " "); uri = words[2] }
          if ($i ~ /^Suites:/ && (" " $i " ") ~ (" " suite " ")) found = 1
        }
        if (found && uri != "") { print uri; exit }
      }' "$file"
  done
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [[ -f "$file" ]] || continue
    sed 's/\[[^]]*\]//' "$file" | awk -v suite="$suite" '$1 == "deb" && $3 == suite { print $2; exit }'
  done
}

. /etc/os-release
export DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes
from=()
if [[ "$ID" == debian ]] && ((${VERSION_ID:-99} <= 12)); then
  backports="$VERSION_CODENAME-backports"
  if [[ -z "$(mirror "$backports")" ]]; then
    uri="$(mirror "$VERSION_CODENAME" | head -n 1)"
    [[ -n "$uri" ]] || fail "found no mirror of $VERSION_CODENAME in /etc/apt; add $backports to the package sources by hand"
    cat >"/etc/apt/sources.list.d/$backports.sources" <<SOURCES
Types: deb
URIs: $uri
Suites: $backports
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
SOURCES
  fi
  from=(-t "$backports")
fi
apt-get update -qq >/dev/null || fail "apt-get update failed"
apt-get install -qq -y --no-install-recommends "${from[@]}" mesa-vulkan-drivers libvulkan1 >/dev/null ||
  fail "apt-get could not install mesa-vulkan-drivers"
echo "install-lavapipe: installed mesa-vulkan-drivers $(version)"
