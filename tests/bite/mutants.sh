#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Changes wire/, ext/ and record/ by one token at a time, and asks whether a test sees it:
#
#   mutants.sh [--seed N] [--count N] [--least N] [FILE…]
#
# Draws COUNT mutants (50) of the FILES (all sources of the three rooms) by SEED (1), runs each against the unit tests of the rooms, the
# seeds of the fuzz targets and the comparisons with the reference codec, until one of them fails, and lists those that none sees. Fails
# where fewer than LEAST (48 of 50) are seen. A mutant that does not compile is drawn again, and so is one that equivalent_mutants.txt
# knows to change nothing. Works in out/mutants, which a second run finds built.
set -euo pipefail
export LC_ALL=C

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
here=$root/tests/bite
seed=1
count=50
least=
while [[ ${1:-} == --* ]]; do
  case $1 in
    --seed) seed=$2 ;;
    --count) count=$2 ;;
    --least) least=$2 ;;
    *) sed -n 's/^#   //p' "$0" >&2; exit 2 ;;
  esac
  shift 2
done
least=${least:-$(((count * 48 + 49) / 50))}
cd "$root"
files=("$@")
if ((${#files[@]} == 0)); then
  mapfile -t files < <(ls wire/*.{h,cc} ext/*.{h,cc} record/*.{h,cc} | grep -v -e '_test\.cc$' -e '/test_')
fi

work=$root/out/mutants
tree=$work/tree
mkdir -p "$tree" "$work/include" "$work/sound"
ln -sfn ../tree "$work/include/waybill"
# Only what differs, so that times say what has to be built.
git ls-files -co --exclude-standard wire ext record traffic capture fuzz tests | while read -r file; do
  [[ -e $file ]] || { rm -f "$tree/$file"; continue; }
  cmp -s "$file" "$tree/$file" || { mkdir -p "$tree/$(dirname "$file")" && cp "$file" "$tree/$file"; }
done

# build FOLDER GOAL…: make's goals among the objects in FOLDER.
build() {
  local folder=$1
  shift
  make --no-print-directory -s -C "$work/$folder" -f ../tree/tests/bite/mutants.mk "$@"
}

echo "building and running the tests of what is not changed"
build sound -j"$(nproc)" all || { echo "the tests fail without any change" >&2; exit 1; }

# The goals, those first that are nearest to FILE: its own test, then its room's, then the others.
goals_for() {
  local room=${1%%/*} stem=${1%.*} goal
  local -a own=() near=() far=() late=()
  for goal in "$tree"/{wire,ext,record}/*_test.cc; do
    goal=${goal#"$tree/"}
    goal=${goal%.cc}
    case $goal in
      "${stem}_test") own+=("$goal.passed") ;;
      "$room"/*) near+=("$goal.passed") ;;
      *) far+=("$goal.passed") ;;
    esac
  done
  # The forms share a test, and so do they with the parser.
  [[ $room != record ]] || near=(record/forms_test.passed record/parse_record_test.passed "${near[@]}")
  late=(fuzz/{datagram_reader,extension_chain,hello}_fuzz.passed
    tests/codec/{catalogue,numbers,hellos_and_plaintexts,plausible_datagrams,exhaustive}_test.passed)
  echo "${own[@]}" "${near[@]}" "${far[@]}" "${late[@]}"
}

killed=0
survivors=0
uncompiled=0
known=0
drawn=$(mktemp)
trap 'rm -rf "$drawn" "$work/mutant" "$work/original"' EXIT
(cd "$tree" && "$here/mutation_points.py" draw "$seed" "${files[@]}") > "$drawn"
while IFS=$'\x1f' read -r -u 3 file offset line token new reason; do
  ((killed + survivors < count)) || break
  if [[ -n $reason ]]; then
    known=$((known + 1))
    echo "known to change nothing: $file:$line: $token -> $new: $reason"
    continue
  fi
  cp -p "$tree/$file" "$work/original"
  rm -rf "$work/mutant"
  cp -al "$work/sound" "$work/mutant"
  change=$(cd "$tree" && "$here/mutation_points.py" apply "$file" "$offset" "$token" "$new")
  # shellcheck disable=SC2046  # several goals
  if answer=$(build mutant $(goals_for "$file") 2>&1); then
    survivors=$((survivors + 1))
    printf 'SURVIVED: %s:%s\n%s\n' "$file" "$line" "$change"
  elif [[ $answer == *"killed by "* ]]; then
    killed=$((killed + 1))
    echo "$file:$line: ${token:0:40} -> $new: $(grep -o "killed by .*" <<< "$answer")"
  else
    uncompiled=$((uncompiled + 1))
  fi
  mv "$work/original" "$tree/$file"
done 3< "$drawn"

echo "seed $seed: $killed of $((killed + survivors)) mutants killed; $uncompiled more did not compile, $known more are known to change nothing"
((killed + survivors == count)) || { echo "the files have no more mutants" >&2; exit 1; }
((killed >= least)) || { echo "fewer than $least were killed" >&2; exit 1; }
