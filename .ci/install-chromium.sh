#!/usr/bin/env bash
# Installs the browser that the browser test drives, where there is none.
set -euo pipefail

fail() {
  echo "install-chromium: $1" >&2
  exit 1
}

if command -v chromium >/dev/null; then
  echo "install-chromium: $(command -v chromium) is there"
  exit 0
fi
command -v apt-get >/dev/null || fail "needs apt-get (Debian); install chromium by hand"
((EUID == 0)) || fail "needs root to install chromium; run it with sudo"

export DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes
apt-get update -qq >/dev/null || fail "apt-get update failed"
apt-get install -qq -y --no-install-recommends chromium >/dev/null || fail "apt-get could not install chromium"
echo "install-chromium: installed $(command -v chromium)"
