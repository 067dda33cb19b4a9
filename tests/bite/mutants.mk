# SPDX-License-Identifier: Apache-2.0
#
# Builds and runs the tests that have to kill the mutants of mutants.sh, outside Bazel and with little optimisation: a changed file
# rebuilds what includes it and no more. Run in a folder of objects beside `tree`, a copy of the sources, and `include/waybill`, a link
# to it. `NAME.passed` is a test that was run.

COMPILE = @mkdir -p $(@D) && rm -f $@ && g++ -std=c++17 $(OPTIONS) -I ../include -MMD -c $< -o $@
# The rooms are instrumented: some mutants read a byte too far, and nothing else.
OPTIONS := -O0 -fsanitize=address,undefined -fno-sanitize-recover=all
LIBRARIES := $(shell pkg-config --libs absl_strings absl_str_format absl_status absl_statusor) -lgmock_main -lgmock -lgtest -lpcap -pthread

sources = $(filter-out %_test.cc,$(patsubst ../tree/%,%,$(wildcard $(addsuffix /*.cc,$(addprefix ../tree/,$(1))))))
wire := $(patsubst %.cc,%.o,$(call sources,wire))
ext := $(patsubst %.cc,%.o,$(call sources,ext)) $(wire)
record := $(patsubst %.cc,%.o,$(call sources,record)) $(ext)
codec := $(patsubst %.cc,%.o,$(call sources,traffic) $(call sources,tests/codec) $(call sources,capture)) $(record)

.SECONDEXPANSION:
.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all

tests := $(patsubst ../tree/%.cc,%,$(wildcard ../tree/wire/*_test.cc ../tree/ext/*_test.cc ../tree/record/*_test.cc))
replays := fuzz/datagram_reader_fuzz fuzz/extension_chain_fuzz fuzz/hello_fuzz
codec_tests := $(addprefix tests/codec/,catalogue_test numbers_test hellos_and_plaintexts_test plausible_datagrams_test exhaustive_test)
all: $(addsuffix .passed,$(tests) $(replays) $(codec_tests))

# The comparisons with the reference codec are many.
traffic/%.o tests/codec/%.o capture/%.o: OPTIONS := -O1

vpath %.cc ../tree
%.o: %.cc
	$(COMPILE)

$(tests): %: %.o $$($$(firstword $$(subst /, ,$$@)))
$(replays): fuzz/%: fuzz/%.o fuzz/replay_main.o $(record)
$(codec_tests): %: %.o $(codec)
$(tests) $(replays) $(codec_tests):
	@rm -f $@ && g++ -fsanitize=address,undefined $^ $(LIBRARIES) -o $@

# A mutant may run for ever, or ask for all memory.
RUN = @rm -f $@; cd ../tree && (ulimit -c 0; ASAN_OPTIONS=hard_rss_limit_mb=4000:detect_leaks=0 $(1)) > $(CURDIR)/$*.log 2>&1 || { echo "killed by $*"; exit 1; }; touch $(CURDIR)/$@

$(addsuffix .passed,$(tests)): %.passed: %
	$(call RUN,timeout 30 $(CURDIR)/$<)
# What fuzz/BUILD.bazel gives them.
fuzz/datagram_reader_fuzz.passed: seeds := datagrams
fuzz/extension_chain_fuzz.passed: seeds := extension_chains
fuzz/hello_fuzz.passed: seeds := hellos
$(addsuffix .passed,$(replays)): fuzz/%.passed: fuzz/%
	$(call RUN,timeout 30 $(CURDIR)/$< fuzz/seeds/$(seeds)/*)
$(addsuffix .passed,$(codec_tests)): %.passed: %
	$(call RUN,WAYBILL_CODEC_DATAGRAMS=100000 timeout 300 $(CURDIR)/$<)

-include $(shell find . -name '*.d')
