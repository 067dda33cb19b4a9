#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Shows that what must not compile does not, with GCC and with Clang.

Each source beside this script compiles as it is. With FAULTS defined, each of its faults does not: they stand in lines of their own,

    #ifdef FAULTS  // WHAT: WORDS
    #endif

and of each the compiler complains there, in words that the regular expression WORDS matches, and of nothing else.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(os.path.abspath(__file__)).parent
ROOT = HERE.parent.parent
FAULT = re.compile(r"^#ifdef FAULTS  // ([^:]+): (.+)\n((?:[^#].*\n)+)#endif\n", re.MULTILINE)
COMPILERS = {"g++": ["-fmax-errors=0"], "clang++": ["-ferror-limit=0"]}


def compiled(compiler, source, include, *options):
    """The exit status, and the errors that are located in the source, as (line, words)."""
    command = [compiler, "-std=c++17", "-fsyntax-only", "-fno-exceptions", "-fno-rtti", f"-I{include}", *COMPILERS[compiler], *options, source]
    environment = {**os.environ, "LC_ALL": "C"}
    result = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    errors = re.findall(rf"^{re.escape(str(source))}:(\d+):\d+: (?:fatal )?error: (.*)", result.stderr, re.MULTILINE)
    return result.returncode, [(int(line), words) for line, words in errors], result.stderr


def faults_of(source):
    """Every fault as (what, words, its lines)."""
    text = source.read_text(encoding="utf-8")
    faults = []
    for match in FAULT.finditer(text):
        first = text.count("\n", 0, match.start(3)) + 1
        faults.append((match[1], match[2], range(first, first + match[3].count("\n"))))
    assert len(faults) == text.count("#if"), f"{source}: a fault that is not written as one"
    return faults


def wrongs_of(compiler, source, include):
    status, _, said = compiled(compiler, source, include, "-Wall", "-Wextra", "-Werror")
    if status != 0:
        yield f"does not compile without its faults:\n{said}"
    status, errors, said = compiled(compiler, source, include, "-DFAULTS", "-w")
    faults = faults_of(source)
    for what, words, lines in faults:
        here = [error for line, error in errors if line in lines]
        if not here:
            yield f"{what} compiles"
        elif not any(re.search(words, error) for error in here):
            yield f"{what} does not compile, but not because of '{words}':\n" + "\n".join(here)
    for line, error in errors:
        if not any(line in lines for _, _, lines in faults):
            yield f"line {line} is no fault, and yet: {error}"


def main():
    checked = wrong = 0
    with tempfile.TemporaryDirectory() as include:
        (pathlib.Path(include) / "waybill").symlink_to(ROOT)
        for source in sorted(HERE.glob("*.cc")):
            for compiler in COMPILERS:
                for complaint in wrongs_of(compiler, source, include):
                    print(f"{compiler}, {source.name}: {complaint}")
                    wrong += 1
                checked += len(faults_of(source))
    print(f"{checked} faults, {wrong} wrong")
    return 0 if checked >= 80 and wrong == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
