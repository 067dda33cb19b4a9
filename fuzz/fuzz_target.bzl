"""A fuzz target: a file NAME.cc with LLVMFuzzerTestOneInput, and the inputs that it starts from."""

def fuzz_target(name, inputs, deps, dictionary = None, msan = True):
    """NAME is a libFuzzer binary under --config=fuzz, and else a runner that replays files; NAME_seeds_test replays the seeds.

    Seeds are in seeds/INPUTS/, for all targets that read inputs of this kind. run.sh finds seeds and dictionary among the runfiles.
    MSan runs the replays alone, since GoogleTest is not instrumented; it can run those that reach no other such library (`msan`).
    """
    seeds = native.glob(["seeds/%s/*" % inputs])
    native.cc_binary(
        name = name,
        testonly = True,
        srcs = [name + ".cc"],
        data = seeds + ([dictionary] if dictionary else []),
        linkopts = select({
            "//fuzz:libfuzzer": ["-fsanitize=fuzzer"],
            "//conditions:default": [],
        }),
        deps = deps + select({
            "//fuzz:libfuzzer": [],
            "//conditions:default": ["//fuzz:replay_main"],
        }),
    )
    native.cc_test(
        name = name + "_seeds_test",
        size = "small",
        srcs = [name + ".cc"],
        args = ["$(location %s)" % seed for seed in seeds],
        data = seeds,
        tags = ["msan"] if msan else [],
        deps = deps + ["//fuzz:replay_main"],
    )
