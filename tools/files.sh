# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Sourced by tools/format and tools/lint, after steps.sh: which sources of the repository are
# in which language, and whether a tool is here. Scripts without an ending are told by their
# first line.

# all_files: those that git has or that are new, one a line; without git's records, those of the
# folder that no build made.
all_files() {
  if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
    git ls-files --cached --others --exclude-standard --deduplicate
  else
    find . -name node_modules -prune -o -path './build*' -prune -o -path ./results -prune \
      -o -path ./tools/report/dist -prune -o -name __pycache__ -prune -o -type f -printf '%P\n' | sort
  fi
}

# sources PATTERN...: files that match one of the patterns or lie below it, but for those of a
# pattern after `!`.
sources() {
  local file pattern wanted
  all_files | while read -r file; do
    wanted=
    for pattern in "$@" '!tools/benchmarks/baselines'; do
      # shellcheck disable=SC2053 # patterns, not texts
      if [[ $pattern == !* ]]; then
        if [[ $file == ${pattern#!} || $file == ${pattern#!}/* ]]; then wanted=; fi
      elif [[ $file == $pattern || $file == $pattern/* ]]; then
        wanted=yes
      fi
    done
    if [[ -n $wanted && -f $file ]]; then echo "$file"; fi
  done
}

# scripts_of NAME: those without an ending whose first line names this interpreter.
scripts_of() {
  sources '.ci' 'tools' 'tests' '!tests/fuzz/corpus' | grep -E '(^|/)[^./]+$' |
    while read -r file; do
      if head -n 1 "$file" | grep -qaE "^#!.*$1"; then echo "$file"; fi
    done
}

cpp_sources() { sources '*.cpp' '*.hpp' '*.cu' '*.cuh' '*.inl'; }
python_sources() {
  sources '*.py'
  scripts_of python
}
shell_sources() {
  sources '*.sh'
  scripts_of '(ba)?sh$'
}
front_end_sources() { sources tools/report/{'*.ts','*.mjs','*.css','*.html'}; }
cmake_sources() { sources '*.cmake' '*CMakeLists.txt'; }

# need COMMAND PACKAGE: ends the script when a tool is missing.
need() {
  if command -v "$1" >/dev/null; then return 0; fi
  echo "error: $1 is not installed (apt-get install $2)" >&2
  exit 1
}
