"""A fuzz target: a file NAME.cc with LLVMFuzzerTestOneInput, and its seeds in seeds/NAME/."""

def fuzz_target(name, deps):
    """NAME is a libFuzzer binary under --config=fuzz, and else a runner that replays files; NAME_seeds_test replays the seeds."""
    native.cc_binary(
        name = name,
        testonly = True,
        srcs = [name + ".cc"],
        linkopts = select({
            "//fuzz:libfuzzer": ["-fsanitize=fuzzer"],
            "//conditions:default": [],
        }),
        deps = deps + select({
            "//fuzz:libfuzzer": [],
            "//conditions:default": ["//fuzz:replay_main"],
        }),
    )
    seeds = native.glob(["seeds/%s/*" % name])
    native.cc_test(
        name = name + "_seeds_test",
        size = "small",
        srcs = [name + ".cc"],
        args = ["$(location %s)" % seed for seed in seeds],
        data = seeds,
        # MSan runs here alone: GoogleTest is not instrumented.
        tags = ["msan"],
        deps = deps + ["//fuzz:replay_main"],
    )
