"""The repository of DPDK's hash table, which bench/table/fetch_dpdk.sh fetches and bench/table measures.

What needs it is tagged `manual`, and built with --repo_env=WAYBILL_DPDK=1: nobody else needs DPDK, and queries over all targets do not either.
"""

# DPDK registers what it is made of before main(): all of its objects are linked. Its headers want a processor with SSE4.2.
_BUILD = """package(default_visibility = ["@//bench/table:__pkg__"])

[cc_import(
    name = "lib" + library,
    static_library = "lib/lib%s.a" % library,
    alwayslink = True,
) for library in ["rte_hash", "rte_ring", "rte_rcu", "rte_eal", "rte_telemetry", "rte_kvargs"]]

[cc_import(
    name = "lib" + library,
    static_library = "lib/lib%s.a" % library,
) for library in ["numa", "bsd", "md"]]

cc_library(
    name = "hash",
    hdrs = glob(["include/**/*.h"]),
    includes = ["include"],
    linkopts = ["-lm", "-ldl", "-pthread"],
    deps = [":lib" + library for library in ["rte_hash", "rte_ring", "rte_rcu", "rte_eal", "rte_telemetry", "rte_kvargs", "numa", "bsd", "md"]],
)
"""

_BUILD_WITHOUT = """package(default_visibility = ["@//bench/table:__pkg__"])

genrule(
    name = "missing",
    outs = ["rte_hash.h"],
    cmd = "echo 'DPDK: run bench/table/fetch_dpdk.sh, and build with --repo_env=WAYBILL_DPDK=1' >&2; false",
)

cc_library(
    name = "hash",
    hdrs = [":missing"],
)
"""

def _dpdk_impl(ctx):
    if "WAYBILL_DPDK" not in ctx.os.environ:
        ctx.file("BUILD", _BUILD_WITHOUT)
        return
    fetched = ctx.path(Label("//:WORKSPACE")).dirname.get_child("out").get_child("dpdk")
    if not fetched.get_child("recipe").exists:
        fail("DPDK is not here: run bench/table/fetch_dpdk.sh")
    for folder in ["include", "lib"]:
        ctx.symlink(fetched.get_child(folder), folder)
    ctx.file("BUILD", _BUILD)

_dpdk = repository_rule(implementation = _dpdk_impl, environ = ["WAYBILL_DPDK"], local = True)

def dpdk():
    _dpdk(name = "dpdk")
