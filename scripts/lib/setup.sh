# Everything that scripts/demo, scripts/test and scripts/check need before they can start. Sourced, not run.
#
#   set_up demo    what the program needs
#   set_up test    and what its tests need
#
# llama.cpp comes prebuilt, in the package xllamacpp. It is compiled when LOCALVOICE_COMPILE=1 asks for it, and where
# the prebuilt library does not run; a .venv that has it compiled keeps it. The reasons are in docs/adr/0024.
#
# Safe to cut off anywhere: a stamp in .venv says that all of it is done, and is written last. It holds a checksum of
# what decides the install, so a second run starts at once and a changed pyproject.toml installs again.
# Messages go to stderr; the output of the program stays clean.

source scripts/lib/system.sh
source scripts/lib/pip.sh

readonly SETUP_LOG=.venv/setup.log
readonly SETUP_INPUTS=(pyproject.toml setup.py scripts/lib/*.sh localvoice/engines/sound/edge_c/*)

say() { printf 'localvoice: %s\n' "$*" >&2; }
fail() { say "$1"; shift; for line in "$@"; do printf '            %s\n' "$line" >&2; done; exit 1; }

set_up() {
  local level=$1 want
  want="$PWD $(cat "${SETUP_INPUTS[@]}" | cksum)"
  if setup_is_done "$level" "$want"; then return; fi
  unset PYTHONHOME PYTHONPATH PIP_USER PIP_TARGET PIP_PREFIX
  # Two setups in one folder would spoil each other: the second waits, and then finds everything done.
  if command -v flock >/dev/null; then
    exec 9>.setup.lock
    flock -n 9 || { say "another setup is running in this folder, waiting for it"; flock 9; }
    if setup_is_done "$level" "$want"; then exec 9>&-; return; fi
  fi
  say "setting up, once: some 250 MB of Python packages to fetch, unless pip has them already (log: $SETUP_LOG)"
  find_python || true
  install_system_packages "$level"
  find_python || fail "Python 3.11, 3.12 or 3.13 is needed and none was found." \
    "Type: sudo apt-get install python3 python3-venv python3-dev" \
    "or name one: PYTHON=/path/to/python3.12 $0"
  make_venv
  install_python_packages "$level"
  ensure_llama_runs "$level"
  check_install
  # A test setup serves the demo as well.
  if [[ $level == test ]]; then printf '%s' "$want" >.venv/.setup-demo; fi
  printf '%s' "$want" >".venv/.setup-$level"
  exec 9>&- || true
  say "set up"
}

setup_is_done() {
  [[ -x .venv/bin/python && "$(cat ".venv/.setup-$1" 2>/dev/null)" == "$2" ]] || return 1
  ! compiling_is_asked || has_module llama_cpp
}

compiling_is_asked() { [[ ${LOCALVOICE_COMPILE:-0} != 0 ]]; }

has_module() {
  .venv/bin/python -c 'import importlib.util as i, sys; sys.exit(i.find_spec(sys.argv[1]) is None)' "$1" 2>/dev/null
}

make_venv() {
  local made_in
  made_in=$(cat .venv/.made-in 2>/dev/null || true)
  # A half-made environment has no marker; one that was moved has another folder's paths in it.
  if [[ $made_in == "$PWD" ]] &&
    .venv/bin/python -c 'import sys, pip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
    return 0
  fi
  say "making .venv with $("$PYTHON" --version 2>&1)"
  "$PYTHON" -m venv --clear .venv >&2 || fail "The virtual environment could not be made." \
    "Type: sudo apt-get install python3-venv"
  printf '%s' "$PWD" >.venv/.made-in
}

install_python_packages() {
  local level=$1 extras=()
  if [[ $level == test ]]; then extras+=(test); fi
  if compiling_is_asked; then extras+=(compiled); fi
  ensure_c_compiler
  if speex_can_be_built; then
    pip_install_checkout ${extras[@]+"${extras[@]}"} speex && return 0
    say "speexdsp could not be built; going on without it: quiet interruptions are noticed later (AEC3 alone)"
  elif ! has_module speexdsp; then
    say "without speexdsp (it needs swig, g++, libspeexdsp-dev): quiet interruptions are noticed later (AEC3 alone)"
  fi
  pip_install_checkout ${extras[@]+"${extras[@]}"} || report_pip_failure
}

# The library is tried on the bundled chat model, in a process of its own: on a processor that it was not made for it
# ends that process. LLAMA_FAULT: why it does not run.
llama_runs() {
  local said status=0
  said=$(.venv/bin/python - 2>&1 <<'PYTHON'
import sys

from localvoice.config import Settings
from localvoice.errors import LocalvoiceError
from localvoice.turn.build import load_chat

try:
    engine = load_chat(Settings())
    engine.keep(engine.tokenise("hello"))
    engine.sample()
except LocalvoiceError as error:
    sys.exit(error.message)
PYTHON
  ) || status=$?
  printf '%s\n' "$said" >>"$SETUP_LOG"
  LLAMA_FAULT=${said##*$'\n'}
  if ((status > 128)); then LLAMA_FAULT="it ended its process with signal $((status - 128))"; fi
  return "$status"
}

ensure_llama_runs() {
  local level=$1
  if llama_runs; then
    if ! has_module llama_cpp && grep -qE 'avx512_vnni|avx_vnni' /proc/cpuinfo 2>/dev/null; then
      say "using the prebuilt llama.cpp; this processor would read prompts faster with one compiled for it:" \
        "LOCALVOICE_COMPILE=1 $0 (about $(compile_estimate), once)"
    fi
    return 0
  fi
  if has_module llama_cpp; then
    fail "llama-cpp-python was installed but does not run: $LLAMA_FAULT" "What it said is at the end of $SETUP_LOG." \
      "Build it again: rm -r .venv; LOCALVOICE_COMPILE=1 $0"
  fi
  say "the prebuilt llama.cpp does not run here, so it is compiled, once: $LLAMA_FAULT"
  export LOCALVOICE_COMPILE=1
  install_system_packages "$level"
  pip_install_checkout compiled || report_pip_failure
  llama_runs || fail "llama.cpp does not run on this machine: $LLAMA_FAULT" "What it said is at the end of $SETUP_LOG."
}

check_install() {
  local module
  # localvoice first: it switches off ONNX Runtime's reports, which begin where that is loaded (docs/adr/0014).
  for module in faster_whisper piper onnxruntime; do
    .venv/bin/python -c "import localvoice, $module" 2>>"$SETUP_LOG" ||
      fail "$module was installed but does not load." "What it said is at the end of $SETUP_LOG."
  done
  .venv/bin/python -c 'import localvoice.engines.sound.edge_library' 2>/dev/null ||
    say "the C sound edge was not compiled (no C compiler): localvoice talk will use rtmixer, and the demo cannot run"
  .venv/bin/python -c 'import sounddevice' 2>/dev/null ||
    say "PortAudio is missing, so there is no live sound; the demo works all the same (libportaudio2)"
}
