# SPDX-License-Identifier: Apache-2.0
#
# Sourced by the scripts that fetch what the tests want in a later version than Debian 12 has, from Debian's suite trixie. Nothing is
# installed, and the system's own package lists stay as they are: apt gets a configuration of its own, and checks signatures and
# hashes against Debian's archive keys as ever. Needs no root.

suite=trixie
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

fail() {
  echo "${0##*/}: $*" >&2
  exit 1
}

# recipe SCRIPT: changes whenever the script or this file does.
recipe() {
  cat "$1" "${BASH_SOURCE[0]}" | sha256sum | cut -d ' ' -f 1
}

# begin_fetch FOLDER TOOL…: an empty folder, with `work` in it for apt and for what is not to stay. Everything happens in a new
# folder, so that a run that breaks off leaves neither half a result nor a stale one.
begin_fetch() {
  local tool type mirror
  for tool in apt-get dpkg-deb "${@:2}"; do
    command -v "$tool" > /dev/null || fail "$tool is missing; install the packages that ${1%/*}/packages.txt lists"
  done
  [[ -r $keyring ]] || fail "$keyring is missing; install debian-archive-keyring"
  rm -rf "$1"
  work=$1/work
  mkdir -p "$work"/apt/{state/lists,cache/archives}/partial "$work"/{deb,src}

  # The mirror is the one that the machine itself uses.
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' | sed -n 1p)
  mirror=${mirror:-http://deb.debian.org/debian}
  for type in deb deb-src; do
    echo "$type [signed-by=$keyring] $mirror $suite main"
  done > "$work/apt/sources.list"
  : > "$work/apt/state/status"  # nothing is installed
  # Read after the machine's own configuration, so that its proxy, if any, still holds; its hooks are not for these lists.
  cat > "$work/apt/apt.conf" << END
Dir::State "$work/apt/state";
Dir::State::status "$work/apt/state/status";
Dir::Cache "$work/apt/cache";
Dir::Etc::SourceList "$work/apt/sources.list";
Dir::Etc::SourceParts "/dev/null";
Acquire::Languages "none";
Acquire::Retries "3";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
END
  apt update
}

apt() {
  apt-get --config-file="$work/apt/apt.conf" --quiet --quiet "$@" >> "$work/apt.log" 2>&1 ||
    fail "apt-get $1 failed:"$'\n'"$(tail -n 20 "$work/apt.log")"
}

# want NAME VERSION PATTERN: point releases replace each other, another series would be another partner.
want() {
  [[ $2 == $3 ]] || fail "$suite has $1 $2, but the tests want $3"
  echo "$1 $2" | tee -a "$work/versions.txt"
}

# end_fetch FOLDER SCRIPT: says that all is there, and removes `work`.
end_fetch() {
  echo "recipe $(recipe "$2")" >> "$work/versions.txt"
  mv "$work/versions.txt" "$1/versions.txt"
  cd "$1"
  rm -rf "$work"
}

# fetched_already FOLDER SCRIPT: true, with the versions printed, where the last run of this very script ended well.
fetched_already() {
  [[ -f $1/versions.txt ]] && grep -qx "recipe $(recipe "$2")" "$1/versions.txt" && grep -v '^recipe ' "$1/versions.txt"
}
