#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Installs the Debian packages named in the given lists, those that are missing: install_packages.sh LIST…
# A list has one package a line; # begins a comment. Uses sudo where it is not root.
set -euo pipefail

mapfile -t wanted < <(cat "$@" | sed 's/#.*//' | awk 'NF {print $1}' | sort -u)
mapfile -t installed < <(dpkg-query -W -f '${db:Status-Abbrev}\t${Package}\n' "${wanted[@]}" 2>/dev/null | sed -n 's/^ii \t//p' | sort -u)
mapfile -t missing < <(comm -23 <(printf '%s\n' "${wanted[@]}") <(printf '%s\n' "${installed[@]}"))
[ "${#missing[@]}" -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo > /dev/null || { echo "These packages are missing, and there is no sudo to install them with: ${missing[*]}" >&2; exit 1; }
  as_root=(sudo)
fi
echo "Installing ${missing[*]}" >&2
"${as_root[@]}" apt-get update -qq >&2
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
