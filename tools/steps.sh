# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Shared by the scripts of tools/: the folder, steps with their time and log, the machine.
# Sourced, not run. Every script works from the root of the repository.
set -euo pipefail
# shellcheck disable=SC2034
called_from=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")/.."
logs=build/logs

# step NAME TEXT COMMAND...: runs the command with its output in build/logs/NAME.log and
# prints one line with the seconds it took. A failing step shows the end of its log and
# ends the script with status 1.
step() {
  local name=$1 text=$2 started=$SECONDS status=0
  shift 2
  mkdir -p "$logs"
  printf '%-50s ' "$text"
  "$@" >"$logs/$name.log" 2>&1 </dev/null || status=$?
  if ((status == 0)); then
    printf '%4d s\n' $((SECONDS - started))
    return 0
  fi
  printf 'failed (status %d) after %d s; the end of %s:\n\n' \
    "$status" $((SECONDS - started)) "$logs/$name.log" >&2
  tail -n 60 "$logs/$name.log" >&2
  exit 1
}

# How many compilers fit: one a core, and 1.5 GB of memory each.
jobs() {
  local memory_kb cores
  cores=$(nproc)
  memory_kb=$(awk '/^MemAvailable:/ { print $2 }' /proc/meminfo)
  local fit=$((memory_kb / 1500000))
  if ((fit < 1)); then fit=1; fi
  echo $((fit < cores ? fit : cores))
}

# A compiler cache is used if one is installed; none is required.
if command -v ccache >/dev/null; then
  export CMAKE_CXX_COMPILER_LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER-ccache}
  export CMAKE_CUDA_COMPILER_LAUNCHER=${CMAKE_CUDA_COMPILER_LAUNCHER-ccache}
fi

have_nvcc() { command -v nvcc >/dev/null || [[ -x /usr/local/cuda/bin/nvcc || -n ${CUDACXX-} ]]; }

# The text of a script's own head, as its help.
help_of() { sed -n "2,/^[^#]/ { /SPDX-License/d; /^#/ s/^# \{0,1\}//p }" "$1"; }
