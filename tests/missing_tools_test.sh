#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# A tool that is missing fails the tests that want it, by name, and skips none: each is run where all is there but one tool.
set -euo pipefail
export LC_ALL=C
# The report of this test is no place for that of a program which it makes fail.
unset XML_OUTPUT_FILE

tree=$PWD
scratch=$TEST_TMPDIR
cases=0

# fails_naming WORDS COMMAND…: the command fails, and says WORDS.
fails_naming() {
  local words=$1 said
  shift
  if said=$("$@" 2>&1 < /dev/null); then
    echo "passes without what it needs ($words): $*"$'\n'"$said" >&2
    exit 1
  fi
  grep -qF "$words" <<< "$said" || { echo "fails without saying '$words': $*"$'\n'"$said" >&2; exit 1; }
  echo "$words"
  cases=$((cases + 1))
}

# A folder of all commands; without TOOL COMMAND…: runs the command where TOOL is none of them.
commands=$scratch/commands
mkdir "$commands"
find /usr/bin -maxdepth 1 ! -type d -exec ln -s -t "$commands" {} +
without() {
  [[ -e $commands/$1 ]] || { echo "$1 is missing here, so that nothing is shown" >&2; exit 1; }
  local tool
  tool=$(readlink "$commands/$1")
  rm "$commands/$1"
  local status=0
  PATH=$commands "${@:2}" || status=$?
  ln -s "$tool" "$commands/$1"
  return "$status"
}

for tool in arm-none-eabi-g++ arm-none-eabi-nm qemu-system-arm; do
  fails_naming "$tool is missing" without "$tool" tests/microcontroller/run.sh tests/microcontroller/make_vectors
done
for tool in clang ld.lld llvm-profdata llvm-cov bazel; do
  fails_naming "$tool is missing" without "$tool" tests/coverage.sh
done
for tool in clang ld.lld bazel; do
  fails_naming "$tool is missing" without "$tool" fuzz/run.sh 1
done
for tool in tcpdump ip editcap; do
  fails_naming "$tool is missing" without "$tool" tests/partners/record.sh "$scratch/captures"
done
for tool in g++ clang++; do
  fails_naming "No such file or directory: '$tool'" without "$tool" tests/compile_failure/compile_failure_test.py
done
for tool in g++ clang++ valgrind; do
  fails_naming "$tool is missing" without "$tool" tests/constant_time/run.sh
done
fails_naming "valgrind is not installed" without valgrind bench/comparison/comparison_test --gtest_filter='*ACountOfNothing*'

# What was fetched is no part of this test: here tshark is not there.
fails_naming "run tests/decoders/fetch.sh" tests/decoders/tshark.sh --version
fails_naming "run tests/decoders/fetch.sh" tests/decoders/tshark_test.py tools/waybill tests/decoders/record_places tests/decoders/tshark.sh

for missing in mbedtls wolfssl openssl; do
  folder=$scratch/without_$missing
  mkdir -p "$folder"/{tests/partners,scratch}
  cp tests/partners/{pair,exchange_test}.sh "$folder/tests/partners"
  for partner in mbedtls wolfssl openssl; do
    [[ $partner == "$missing" ]] || ln -s "$tree/tests/partners/${partner}_partner" "$folder/tests/partners"
  done
  fails_naming "${missing}_partner: No such file" env --chdir="$folder" TEST_TMPDIR="$folder/scratch" tests/partners/exchange_test.sh
  fails_naming "No such file or directory: '$folder/tests/partners/${missing}_partner'" env TEST_TMPDIR="$folder/scratch" \
    tests/take_over/take_over_test.py "${missing}_gcm" tests/take_over/successor "$folder/tests/partners/${missing}_partner"
done
fails_naming "No such file or directory: '$scratch/successor'" tests/take_over/take_over_test.py mbedtls_gcm "$scratch/successor" \
  tests/partners/mbedtls_partner
echo "$cases missing tools were noticed"
