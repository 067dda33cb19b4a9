"""How a library of this repository is declared, and how a room offers all of its libraries at once."""

def waybill_library(name, **kwargs):
    """A cc_library whose headers are included as `waybill/ROOM/HEADER.h`, inside this repository and from any other."""
    native.cc_library(
        name = name,
        include_prefix = "waybill/" + native.package_name(),
        **kwargs
    )

def citing_tests():
    """`citing_tests`: the tests of this package and its BUILD file, for the test over what they cite (//tests:citations_test)."""
    native.filegroup(
        name = "citing_tests",
        srcs = native.glob([
            "*_test.cc",
            "*_test.py",
            "*_test.sh",
            "*_fuzz.cc",
            "BUILD.bazel",
        ]),
        visibility = ["//tests:__pkg__"],
    )

def room():
    """Closes the BUILD file of a room.

    `//ROOM` is every library of the room at once, for embedders and for the tests that hold the rooms' borders against what is
    reached; `//ROOM:sources` is its files, for the test over includes.
    """
    citing_tests()
    native.cc_library(
        name = native.package_name(),
        deps = [
            rule["name"]
            for rule in native.existing_rules().values()
            if rule["kind"] == "cc_library" and not rule.get("testonly")
        ],
        visibility = ["//visibility:public"],
    )
    native.filegroup(
        name = "sources",
        srcs = native.glob([
            "*.cc",
            "*.h",
        ]),
        visibility = ["//tests:__subpackages__"],
    )
