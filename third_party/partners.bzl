"""Repositories of the DTLS stacks that the tests talk to and benchmarks measure: those that tests/partners/fetch.sh fetched, and the system's OpenSSL.

Loaded only when a target needs one, so nothing else asks for the fetched folder. Programs linked with them are tests' own
processes: one library of a kind in a process, and wolfSSL is under the GPL.
"""

_BUILD = """package(default_visibility = ["@//tests:__subpackages__", "@//bench/protection:__pkg__"])

cc_library(
    name = "{name}",
    testonly = True,
    srcs = {archives},
    hdrs = glob(["include/**/*.h"]),
    includes = ["include"],
    linkopts = {linkopts},
)
"""

def _fetched_impl(ctx):
    fetched = ctx.path(Label("//tests/partners:fetch.sh")).dirname.get_child("fetched")
    if not fetched.get_child("versions.txt").exists:
        fail("%s is not here: run tests/partners/fetch.sh, which fetches the DTLS stacks that the tests talk to" % ctx.name)

    # Read by its label, Bazel looks here again whenever the script has fetched.
    ctx.read(Label("//tests/partners:fetched/versions.txt"))
    for folder in ["include", "lib"]:
        ctx.symlink(fetched.get_child(ctx.attr.target).get_child(folder), folder)
    ctx.file("BUILD", _BUILD.format(
        name = ctx.attr.target,
        archives = ["lib/%s" % archive for archive in ctx.attr.archives],
        linkopts = ctx.attr.linkopts,
    ))

_fetched = repository_rule(implementation = _fetched_impl, local = True, attrs = {
    "target": attr.string(),
    "archives": attr.string_list(),
    "linkopts": attr.string_list(),
})

def _openssl_impl(ctx):
    # Headers are the system's own (/usr/include/openssl).
    ctx.file("BUILD", """cc_library(
    name = "ssl",
    testonly = True,
    linkopts = ["-lssl", "-lcrypto"],
    visibility = ["@//tests:__subpackages__"],
)
""")

_openssl = repository_rule(implementation = _openssl_impl, local = True)

def partners():
    _fetched(
        name = "mbedtls_3_6",
        target = "mbedtls",
        # In the order in which they need each other.
        archives = ["libmbedtls.a", "libmbedx509.a", "libmbedcrypto.a"],
    )
    _fetched(
        name = "wolfssl",
        target = "wolfssl",
        archives = ["libwolfssl.a"],
        linkopts = ["-lm", "-pthread"],
    )
    _openssl(name = "openssl")
