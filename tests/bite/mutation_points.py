#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Where a source file can be changed by one token, and into what: the mutants of mutants.sh.

    mutation_points.py draw SEED FILE…               a mutant of every point of the files, a line each, chosen and ordered by SEED:
                                                     file, offset, line, token, replacement, reason if it is known to change nothing
    mutation_points.py apply FILE OFFSET TOKEN NEW   makes one of them

Comments, strings, includes and static_asserts are left alone. equivalent_mutants.txt beside this file says which mutants change nothing
that a test could see; an entry there that fits no mutant of a file drawn from is an error.
"""
import pathlib
import random
import re
import sys

# Binary operators stand between blanks; < and > of templates, & of references and signs of numbers do not.
OPERATORS = {
    "<": ["<="], "<=": ["<"], ">": [">="], ">=": [">"], "==": ["!="], "!=": ["=="],
    "&&": ["||"], "||": ["&&"], "+": ["-"], "-": ["+"], "&": ["|"], "|": ["&"], "<<": [">>"], ">>": ["<<"],
    "+=": ["-="], "-=": ["+="], "|=": ["&="], "&=": ["|="], "/": ["*"], "%": ["/"], "*": ["+"],
}
WORDS = {"true": ["false"], "false": ["true"]}
BLANK = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:[^"\\\n]|\\.)*"|^[ \t]*#(?!define)[^\n]*|\bstatic_assert\(.*?\);', re.DOTALL | re.MULTILINE)
OPERATOR = re.compile(r"(?<=[ )])(" + "|".join(re.escape(o) for o in sorted(OPERATORS, key=len, reverse=True)) + r")(?=[ \n])")
NUMBER = re.compile(r"(?<![\w.])(0x[0-9a-f]+|\d+)(?![\w.])")
WORD = re.compile(r"\b(true|false)\b")
NOT = re.compile(r"!(?=[\w(])")
RETURN = re.compile(r"(?<=\breturn )([^;{}]+)(?=;)")
ENUMERATOR = re.compile(r"\b(\w+)::(k\w+)\b")
# What {} is anyway.
ZEROS = {"0", "false", "nullptr", "DropReason::kNone"}
BARE_SCOPE = re.compile(r", (kNothing|kRecord|kRestOfDatagram),")


def blanked(text):
    """`text` with what must not be changed turned into blanks of the same length."""
    return BLANK.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)


def numbers_near(token):
    value = int(token, 0)
    show = hex if token.startswith("0x") else str
    return [show(near) for near in (value - 1, value + 1) if near >= 0]


def mutants_of(text, enumerators):
    """(offset, token, replacement) of every mutant. `enumerators` are the enumerators met, by type."""
    code = blanked(text)
    for match in OPERATOR.finditer(code):
        for other in OPERATORS[match.group()]:
            yield match.start(), match.group(), other
    for match in NUMBER.finditer(code):
        for other in numbers_near(match.group()):
            yield match.start(), match.group(), other
    for match in WORD.finditer(code):
        for other in WORDS[match.group()]:
            yield match.start(), match.group(), other
    for match in NOT.finditer(code):
        yield match.start(), "!", ""
    for match in RETURN.finditer(code):
        if match.group() not in ZEROS:
            yield match.start(), text[match.start():match.end()], "{}"
    for match in ENUMERATOR.finditer(code):
        for other in sorted(enumerators.get(match.group(1), set()) - {match.group(2)}):
            yield match.start(2), match.group(2), other
    for match in BARE_SCOPE.finditer(code):
        for other in ("kNothing", "kRecord", "kRestOfDatagram"):
            if other != match.group(1):
                yield match.start(1), match.group(1), other


def enumerators_of(texts):
    found = {}
    for text in texts:
        for kind, name in ENUMERATOR.findall(blanked(text)):
            found.setdefault(kind, set()).add(name)
    return found


def line_at(text, offset):
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    return text[start:end if end >= 0 else len(text)]


def changed_line(text, offset, token, new):
    mutated = text[:offset] + new + text[offset + len(token):]
    return line_at(mutated, offset).strip()


def known_equivalents(path):
    """{(file, line, changed line): reason} of a file of blocks: FILE, `- line`, `+ changed line`…, `= reason`."""
    known = {}
    for block in re.split(r"\n\s*\n", path.read_text(encoding="utf-8")):
        lines = [line for line in block.splitlines() if line and not line.startswith("#")]
        if not lines:
            continue
        file, before, *after, reason = lines
        if before[:2] != "- " or reason[:2] != "= " or not after or any(line[:2] != "+ " for line in after):
            sys.exit(f"{path}: not a block of FILE, `- line`, `+ changed line`…, `= reason`:\n{block}")
        for line in after:
            known[file, before[2:], line[2:]] = reason[2:]
    return known


def draw(seed, files):
    texts = {file: pathlib.Path(file).read_text(encoding="utf-8") for file in files}
    enumerators = enumerators_of(texts.values())
    known = known_equivalents(pathlib.Path(__file__).with_name("equivalent_mutants.txt"))
    points = {}
    fitting = set()
    for file, text in texts.items():
        for offset, token, new in mutants_of(text, enumerators):
            key = file, line_at(text, offset).strip(), changed_line(text, offset, token, new)
            if key in known:
                fitting.add(key)
            line = text.count("\n", 0, offset) + 1
            mutant = file, str(offset), str(line), token.replace("\n", " "), new, known.get(key, "")
            points.setdefault((file, offset, token), []).append(mutant)
    stale = [key for key in known if key[0] in texts and key not in fitting]
    if stale:
        sys.exit("\n".join(f"equivalent_mutants.txt: no mutant of {file} turns\n- {old}\n+ {new}" for file, old, new in stale))
    # Most enumerators have dozens of others to become: each point counts once, or they would crowd out the rest.
    dice = random.Random(seed)
    drawn = [dice.choice(choices) for choices in points.values()]
    dice.shuffle(drawn)
    for mutant in drawn:
        print("\x1f".join(mutant))


def apply(file, offset, token, new):
    path = pathlib.Path(file)
    text = path.read_text(encoding="utf-8")
    if text[offset:offset + len(token)].replace("\n", " ") != token:
        sys.exit(f"{file}: no {token!r} at {offset}")
    print(f"- {line_at(text, offset).strip()}\n+ {changed_line(text, offset, token, new)}")
    path.write_text(text[:offset] + new + text[offset + len(token):], encoding="utf-8")


def main():
    if sys.argv[1] == "draw":
        draw(int(sys.argv[2]), sys.argv[3:])
    else:
        apply(sys.argv[2], int(sys.argv[3]), sys.argv[4], sys.argv[5])


if __name__ == "__main__":
    main()
