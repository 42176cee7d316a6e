#!/usr/bin/env python3
"""Checks what the documents name: links, files, make targets, options, tests, targets, columns and operators.

Prints FILE:LINE: PROBLEM for each that does not exist, and exits with status 1 if there is any.
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGES = ROOT / "Sources/volcsweep/Documentation.docc"
TOP_FOLDERS = ("Sources/", "Tests/", "cluster/", "jobs/", ".ci/")
# What other programs have, and the documents name.
FOREIGN_FILES = {"view.py"}
FOREIGN_OPTIONS = {"--help", "--version", "--exclusive"}

problems = []


def tracked_files():
    """All files of the checkout that are not build products, relative to the root."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True)
    if listing.returncode == 0:
        return [name for name in listing.stdout.splitlines() if (ROOT / name).exists()]
    return [str(path.relative_to(ROOT)) for folder in TOP_FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file()]


FILES = tracked_files()
FOLDERS = {str(parent) for name in FILES for parent in pathlib.PurePath(name).parents}


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def find(name):
    """The one file of this name, wherever its target's folder is."""
    found = [path for path in FILES if path == name or path.endswith("/" + name)]
    if len(found) != 1:
        sys.exit(f"{name} is {'not there' if not found else 'there twice'}: {__file__} has to follow")
    return found[0]


def swift(folder):
    return [name for name in FILES if name.startswith(folder + "/") and name.endswith(".swift")]


def report(page, line, problem):
    problems.append(f"{page}:{line}: {problem}")


TEST_TEXT = "\n".join(read(name) for name in swift("Tests"))
TESTS = set(re.findall(r"\bfunc (\w+)", TEST_TEXT)) | set(re.findall(r"\b(?:struct|class|enum) (\w+Tests)\b", TEST_TEXT))
TESTS |= {folder.rsplit("/", 1)[-1] for folder in FOLDERS if folder.startswith("Tests/")}
MAKE_TARGETS = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.M))


def options():
    found = set()
    for name in swift("Sources/volcsweep"):
        text = read(name)
        found |= {"--" + word for word in re.findall(r'customLong\(\s*"([\w-]+)"', text)}
        for word in re.findall(r"@(?:Option|Flag)\b.*?\bvar (\w+)", text, re.S):
            found.add("--" + re.sub(r"(?<!^)([A-Z])", lambda match: "-" + match[1].lower(), word))
    return found


OPTIONS = options() | FOREIGN_OPTIONS


def exists(path):
    path = path.rstrip("/")
    return path in FILES or path in FOLDERS


def ends_a_path(part):
    part = part.rstrip("/")
    return any(path == part or path.endswith("/" + part) for path in (*FILES, *FOLDERS))


def check_word(page, line, word):
    word = word.strip(".,;:()")
    if word in FOREIGN_FILES or re.search(r"[<>*{}…$]", word):
        return
    if word.startswith(TOP_FOLDERS):
        if not exists(word):
            report(page, line, f"{word} does not exist")
    elif re.fullmatch(r"[\w+./-]+\.(swift|py|proto|sbatch|service|md)", word):
        if not ends_a_path(word):
            report(page, line, f"no file ends with {word}")
    elif re.fullmatch(r"([A-Z]\w*/)+", word):
        if not ends_a_path(word):
            report(page, line, f"no folder ends with {word}")
    elif re.fullmatch(r"\w+Tests", word) or re.fullmatch(r"[a-z]\w*", word) and len(re.findall("[A-Z]", word)) > 3:
        if word not in TESTS:
            report(page, line, f"there is no test {word}")


def check_command(page, line, text):
    for target in re.findall(r"^(?:\w+=\S* )*make ([a-z-]+)", text):
        if target not in MAKE_TARGETS:
            report(page, line, f"the Makefile has no target {target}")
    if re.match(r"(volcsweep |--)", text):
        for option in re.findall(r"(?<!\S)--[a-z][a-z-]*", text.split("#")[0]):
            if option not in OPTIONS:
                report(page, line, f"volcsweep has no option {option}")


def anchors(path):
    headings = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def check_link(page, line, target):
    if re.match(r"[a-z]+:", target):
        return
    path, _, anchor = target.partition("#")
    file = ((ROOT / page).parent / path).resolve() if path else ROOT / page
    if not file.exists():
        report(page, line, f"the link to {target} leads nowhere")
    elif anchor and anchor not in anchors(file):
        report(page, line, f"{path or page} has no heading {anchor}")


def check_page(page):
    paragraph, start = [], 1
    for number, text in enumerate(read(page).splitlines() + [""], 1):
        if text.startswith("    ") and not paragraph:
            check_command(page, number, text.strip())
            for word in text.split("#")[0].split():
                if word.startswith(TOP_FOLDERS):
                    check_word(page, number, word)
            continue
        # A span of code may go over two lines of a paragraph, but not over two rows of a table.
        if text.strip() and not text.startswith("|"):
            start = start if paragraph else number
            paragraph.append(text)
            continue
        check_text(page, start, " ".join(paragraph))
        paragraph = []
        check_text(page, number, text)


def check_text(page, line, text):
    for span in re.findall(r"`([^`]+)`", text):
        check_command(page, line, span)
        for word in span.split():
            check_word(page, line, word)
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`]*`", "", text)):
        check_link(page, line, target)


def check_tests_of_tables(page, heading):
    """Every row of the table with this heading names a test, or links to the page that does."""
    rows = iter(enumerate(read(page).splitlines(), 1))
    for _, text in rows:
        if text.startswith("|") and heading in text:
            break
    else:
        sys.exit(f"{page} has no table with the heading {heading}: {__file__} has to follow")
    next(rows)
    for number, text in rows:
        if not text.startswith("|"):
            return
        last = text.split("|")[-2]
        if not set(re.findall(r"`(\w+)`", last)) & TESTS and "<doc:" not in last:
            report(page, number, "the row names no test")


def check_floors(page):
    """Every target is in the picture, and imports none on a line above its own."""
    picture = read(page).split("## Targets and floors")[1].split("\n## ")[0]
    lines = {}
    for number, text in enumerate(re.findall(r"^    (?:floor \d)? *(\w.*)$", picture, re.M)):
        for name in re.split(r"\s{2,}", text)[0].split():
            lines[name] = number
    targets = [path.name for path in (ROOT / "Sources").iterdir() if path.is_dir()]
    for target in sorted(targets):
        if target not in lines:
            report(page, 1, f"the picture of targets lacks {target}")
            continue
        for name in swift("Sources/" + target):
            for module in re.findall(r"^(?:[@\w]+ )*import (?:struct |enum |func |class )?(\w+)", read(name), re.M):
                if module in lines and module != target and lines[module] <= lines[target]:
                    report(name, 1, f"imports {module}, which is not below {target} in {page}")


def check_names(page, file, pattern, least, prefix=""):
    """Every name that a source file declares is in the first column of a page's tables."""
    text = "\n".join(line.split("|")[1] for line in read(page).splitlines() if line.startswith("|"))
    names = re.findall(pattern, read(find(file)), re.S)
    if len(names) < least:
        sys.exit(f"{file} declares {len(names)} names, expected {least} or more: {__file__} has to follow")
    for name in sorted(set(names)):
        if not re.search(rf"(?<![\w.]){re.escape(prefix + name)}(?![\w.])", text):
            report(page, 1, f"lacks {prefix}{name} of {file}")


def check_metrics(page, file):
    """Every metric that a page names is one of those that the source file writes."""
    written = {"volcsweep_" + name for name in re.findall(r'add\(\s*"(\w+)"', read(find(file)), re.S)}
    for number, text in enumerate(read(page).splitlines(), 1):
        for name in re.findall(r"`(volcsweep_\w+)`", text):
            if name not in written:
                report(page, number, f"{file} writes no metric {name}")


def main():
    pages = sorted(str(path.relative_to(ROOT)) for path in PAGES.rglob("*.md"))
    jobs = sorted(name for name in FILES if name.startswith("jobs/") and name.endswith(".md"))
    for page in ["README.md", "CONTRIBUTING.md", "SECURITY.md", *jobs, *pages]:
        check_page(page)
    articles = {pathlib.PurePath(page).stem: page for page in pages}
    check_tests_of_tables(articles["Architecture"], "checked by")
    check_tests_of_tables(articles["Threats"], "| test |")
    check_floors(articles["Architecture"])
    formats = articles["FileFormats"]
    check_names(formats, "ListColumn.swift", r'(?:ListColumn|ofScore|ofBox)\("([\w.]+)"', 25)
    check_names(formats, "VolcanoRankingTable.swift", r'"([a-z]+(?:_[a-z0-9.]+)*)"', 10)
    check_names(formats, "ScoreColumn.swift", r'\("(\w+)", \\', 15)
    check_names(articles["Operations"], "MetricsText.swift", r'add\(\s*"(\w+)"', 10, prefix="volcsweep_")
    check_metrics(articles["Operations"], "MetricsText.swift")
    check_names(articles["Models"], "NodeReader.swift", r'case "([A-Z]\w+)":', 25)
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)


main()
