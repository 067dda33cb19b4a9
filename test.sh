#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
#   ./test.sh           sets up what is missing, the partner stacks included, and runs every test in every configuration
#   ./test.sh --quick   the ordinary build alone
#   ./test.sh --long    all of that, and what takes minutes: 10^8 operations and datagrams, floods of 10^7; prints what they did
#
# The last line is `N passed, N failed`: test cases of the ordinary build, and one for each further configuration. Fails where a
# case fails, where a configuration does not build, and where there are fewer cases than tests/expected_cases says.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

case "${1:-}" in
  "" | --quick | --long) ;;
  *) echo "usage: ./test.sh [--quick | --long]" >&2; exit 2 ;;
esac

third_party/install_packages.sh third_party/packages.txt tests/packages.txt tests/partners/packages.txt \
  tests/microcontroller/packages.txt tests/decoders/packages.txt || exit 1
tests/partners/fetch.sh || exit 1
tests/decoders/fetch.sh || exit 1

passed=0
failed=0

# A configuration that is one case: it builds and passes, or it does not.
configuration() {
  local what=$1
  shift
  echo "== $what: $*"
  if "$@"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED: $what"
  fi
}

quiet="--ui_event_filters=-info --noshow_progress --show_result=0"
# shellcheck disable=SC2086  # $quiet is several words
ordinary() { bazel test $quiet --keep_going //...; }
echo "== the ordinary build"
ordinary_ok=true
ordinary || ordinary_ok=false
counts=$(bazel query 'tests(//...)' 2> /dev/null | tests/count_cases.py "$(bazel info bazel-testlogs 2> /dev/null)") || ordinary_ok=false
read -r passed failed <<< "$counts"
$ordinary_ok || [ "$failed" -gt 0 ] || failed=1

if [ "${1:-}" != --quick ]; then
  # The rooms and the tool; what runs the partner stacks is not built with sanitizers.
  rooms="//wire/... //ext/... //record/... //cid/... //protection/... //capture/... //traffic/... //tools/... //fuzz/..."
  # shellcheck disable=SC2086
  {
    configuration "clang, layering_check" bazel build $quiet --config=clang //...
    configuration "address and undefined behaviour" bazel test $quiet --config=asan $rooms
    configuration "threads" bazel test $quiet --config=tsan //record/... //protection/... //fuzz/... //cid:hash_index_threads_test \
      //tests/receive_path:threads_test //tests/receive_path:table_threads_test
    configuration "uninitialised memory, over the seeds" bazel test $quiet --config=msan //fuzz/...
    configuration "libFuzzer builds" bazel build $quiet --config=fuzz //fuzz/...
    configuration "coverage of the keyless rooms" tests/coverage.sh
    configuration "captures recorded anew" tests/fresh_captures.sh
  }
fi

if [ "${1:-}" = --long ]; then
  # What the tests print is information to Bazel, which $quiet would keep to itself.
  long="--config=opt --noshow_progress --show_result=0 --test_output=all --test_timeout=3600"
  # shellcheck disable=SC2086
  {
    configuration "10^8 operations of tables" bazel test $long --test_env=WAYBILL_TABLE_OPERATIONS=100000000 \
      //cid:association_model_test //cid:located_cids_model_test
    configuration "10^8 plausible datagrams" bazel test $long --test_env=WAYBILL_CODEC_DATAGRAMS=100000000 \
      //tests/codec:plausible_datagrams_test
    configuration "floods of 10^7" bazel test $long --test_env=WAYBILL_FLOOD_MESSAGES=10000000 \
      //tests/receive_path:connection_id_flood_test //tests/receive_path:table_memory_test
  }
fi

expected=$(cat tests/expected_cases)
if [ "${1:-}" != --quick ] && [ "$((passed + failed))" -lt "$expected" ]; then
  echo "FAILED: $((passed + failed)) cases ran; tests/expected_cases says $expected"
  failed=$((failed + 1))
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
