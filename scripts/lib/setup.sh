# Everything that scripts/demo, scripts/test and scripts/check need before they can start. Sourced, not run.
#
#   set_up demo    what the program needs
#   set_up test    and what its tests need
#
# Safe to cut off anywhere: a stamp in .venv says that all of it is done, and is written last. It holds a checksum of
# what decides the install, so a second run starts at once and a changed pyproject.toml installs again.
# Messages go to stderr; the output of the program stays clean.

readonly SETUP_LOG=.venv/setup.log
readonly SETUP_INPUTS=(pyproject.toml setup.py scripts/lib/setup.sh localvoice/engines/sound/edge_c/*)
# llama.cpp comes as source: 8 minutes on 2 cores of a shared server, half of that on quick ones.
readonly COMPILE_CORE_S=960

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
  say "setting up, once: some minutes, most of them for compiling llama.cpp (log: $SETUP_LOG)"
  find_python || true
  install_system_packages "$level"
  find_python || fail "Python 3.11, 3.12 or 3.13 is needed and none was found." \
    "Type: sudo apt-get install python3 python3-venv python3-dev" \
    "or name one: PYTHON=/path/to/python3.12 $0"
  make_venv
  install_python_packages "$level"
  check_install
  # A test setup serves the demo as well.
  if [[ $level == test ]]; then printf '%s' "$want" >.venv/.setup-demo; fi
  printf '%s' "$want" >".venv/.setup-$level"
  exec 9>&- || true
  say "set up"
}

setup_is_done() { [[ -x .venv/bin/python && "$(cat ".venv/.setup-$1" 2>/dev/null)" == "$2" ]]; }

# A name on the PATH proves nothing (version managers leave stand-ins there): every candidate is run.
find_python() {
  local candidate
  for candidate in ${PYTHON:+"$PYTHON"} python3 python3.13 python3.12 python3.11 /usr/bin/python3; do
    if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
      PYTHON=$("$candidate" -c 'import sys; print(sys.executable)')
      return 0
    fi
  done
  return 1
}

is_installed() { dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'ok installed'; }

install_system_packages() {
  local level=$1 package lacking=() needed=() useful=(libportaudio2 swig libspeexdsp-dev)
  if [[ $level == test ]]; then useful+=(pulseaudio pulseaudio-utils libasound2-plugins strace); fi
  if [[ -z ${PYTHON:-} ]]; then
    needed+=(python3 python3-venv python3-dev)
  else
    local version
    version=$("$PYTHON" -c 'import sys; print("3" if sys.executable == "/usr/bin/python3" else "3.%d" % sys.version_info[1])')
    "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null || needed+=("python$version-venv")
    "$PYTHON" -c 'import os, sysconfig as s, sys; sys.exit(not os.path.exists(s.get_path("include") + "/Python.h"))' ||
      useful+=("python$version-dev")
  fi
  if ! command -v c++ >/dev/null; then needed+=(build-essential); fi

  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    if ((${#needed[@]})); then
      fail "A C++ compiler and Python's venv module are needed." \
        "Install what your system calls: ${needed[*]} ${useful[*]}"
    fi
    return 0
  fi
  for package in ${needed[@]+"${needed[@]}"} ${useful[@]+"${useful[@]}"}; do is_installed "$package" || lacking+=("$package"); done
  if ((${#lacking[@]} == 0)); then return 0; fi

  local as_root=()
  if ((EUID != 0)); then as_root=(sudo -n); fi
  if ((EUID == 0)) || sudo -n true 2>/dev/null; then
    say "installing system packages: ${lacking[*]}"
    apt_install ${lacking[@]+"${lacking[@]}"} && return 0
    say "some system packages could not be installed:"
    tail -n 3 "$SETUP_APT_LOG" >&2
  fi
  say "to install them yourself, type: sudo apt-get install ${lacking[*]}"
  for package in ${needed[@]+"${needed[@]}"}; do
    is_installed "$package" || fail "It cannot go on without $package." "Type the line above, then run this again."
  done
  say "going on without: ${lacking[*]}"
}

apt_install() {
  SETUP_APT_LOG=$(mktemp)
  local options=(-y -q --no-install-recommends -o Dpkg::Use-Pty=0) package failed=0
  local apt=(${as_root[@]+"${as_root[@]}"} env DEBIAN_FRONTEND=noninteractive apt-get)
  if "${apt[@]}" install "${options[@]}" "$@" >"$SETUP_APT_LOG" 2>&1; then return 0; fi
  "${apt[@]}" update -q >>"$SETUP_APT_LOG" 2>&1 || true
  if "${apt[@]}" install "${options[@]}" "$@" >>"$SETUP_APT_LOG" 2>&1; then return 0; fi
  # One package that this release does not have must not keep the others away.
  for package in "$@"; do
    "${apt[@]}" install "${options[@]}" "$package" >>"$SETUP_APT_LOG" 2>&1 || failed=1
  done
  return $failed
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
  if speex_can_be_built; then
    pip_install "$(join_with , ${extras[@]+"${extras[@]}"} speex)" && return 0
    say "speexdsp could not be built; going on without it (echo cancelling by AEC3 alone)"
  else
    say "without speexdsp (it needs swig, a compiler and libspeexdsp-dev): echo cancelling by AEC3 alone"
  fi
  pip_install "$(join_with , ${extras[@]+"${extras[@]}"})" && return 0
  grep -iE '^ *(error|fatal)|CMake Error|: error: ' "$SETUP_LOG" | tail -n 8 >&2
  fail "The Python packages could not be installed." "Everything pip said is in $SETUP_LOG." \
    "Without a network it needs a package registry or a filled pip cache; run it again when there is one."
}

join_with() { local IFS=$1; shift; printf '%s' "$*"; }

speex_can_be_built() {
  command -v swig >/dev/null && echo '#include <speex/speex_echo.h>' | cc -E - >/dev/null 2>&1
}

pip_install() {
  local target=. status=0
  if [[ -n $1 ]]; then target=".[$1]"; fi
  printf -- '--- pip install -e %s\n' "$target" >>"$SETUP_LOG"
  # A process group of its own: pip left alone would leave cmake and the compilers running.
  set -m
  .venv/bin/python -m pip install --disable-pip-version-check --no-input --progress-bar off -e "$target" \
    >>"$SETUP_LOG" 2>&1 &
  SETUP_PIP=$!
  set +m
  trap 'stop_pip 130' INT
  trap 'stop_pip 143' TERM HUP
  show_progress "$SETUP_PIP"
  wait "$SETUP_PIP" || status=$?
  trap - INT TERM HUP
  return $status
}

stop_pip() {
  printf '\n' >&2
  say "cut off; the next run goes on from here"
  kill -TERM -- "-$SETUP_PIP" 2>/dev/null || true
  exit "$1"
}

# One line that changes in place on a terminal; elsewhere a line for every new step and every minute.
show_progress() {
  local pid=$1 began=$SECONDS step='' detail last='' since fetched line compile_began='' tree='' shown_s=0
  while kill -0 "$pid" 2>/dev/null; do
    # The number of packages fetched in this run, and its last step.
    line=$(awk '/^--- /{l=""; n=0} /^ *(Collecting|Processing) /{n++} \
      /^ *(Collecting|Building wheel for|Installing collected)/{l=$0} END{print n+0, l}' "$SETUP_LOG")
    fetched=${line%% *} since=$began detail=''
    case $line in
      *'Building wheel for llama-cpp-python'*'finished'*) step="installing packages" ;;
      *'Building wheel for llama-cpp-python'*)
        since=${compile_began:=$SECONDS}
        tree=${tree:-$(compile_tree)}
        step="compiling llama.cpp" detail=" ($(compile_left $((SECONDS - since)) "$tree"))"
        ;;
      *'Building wheel'*) step="building $(sed -E 's/.*wheels? for ([^ ]+).*/\1/' <<<"$line")" ;;
      *Installing*) step="installing packages" ;;
      *) step="fetching packages" detail=" ($fetched so far)" ;;
    esac
    if [[ -t 2 ]]; then
      printf '\r\033[Klocalvoice: %s  %s' "$(clock $((SECONDS - since)))" "$step$detail" >&2
    elif [[ $step != "$last" ]] || ((SECONDS - shown_s >= 60)); then
      say "$(clock $((SECONDS - since)))  $step$detail"
      shown_s=$SECONDS
    fi
    last=$step
    sleep 0.5
  done
  if [[ -t 2 ]]; then printf '\r\033[K' >&2; fi
}

# How far the compiler is, from the list that ninja makes of its work; pip hands on nothing of what ninja says.
compile_left() {
  local took_s=$1 tree=$2 left_s=$((COMPILE_CORE_S / $(getconf _NPROCESSORS_ONLN))) files made
  if ((left_s < 60)); then left_s=60; fi
  files=$(grep -c '^build .*\.o:' "$tree/build.ninja" 2>/dev/null || true)
  made=$(grep -c '\.o[[:space:]]' "$tree/.ninja_log" 2>/dev/null || true)
  if ((${files:-0} && 20 * ${made:-0} >= files)); then left_s=$((took_s * (files - made) / made)); fi
  printf 'about %s left' "$(clock "$left_s")"
}

compile_tree() {
  find "${TMPDIR:-/tmp}" -maxdepth 3 -path '*/build/build.ninja' -newer .venv/.made-in -user "$EUID" \
    -printf '%T@ %h\n' 2>/dev/null | sort -rn | sed -n '1s/^[^ ]* //p' || true
}

clock() { printf '%d:%02d' $(($1 / 60)) $(($1 % 60)); }

check_install() {
  local module
  for module in localvoice faster_whisper llama_cpp piper onnxruntime; do
    .venv/bin/python -c "import $module" 2>>"$SETUP_LOG" ||
      fail "$module was installed but does not load." "What it said is at the end of $SETUP_LOG."
  done
  .venv/bin/python -c 'import localvoice.engines.sound._edge' 2>/dev/null ||
    say "the C sound edge was not compiled (no compiler, or no Python.h); localvoice talk will use rtmixer"
  .venv/bin/python -c 'import sounddevice' 2>/dev/null ||
    say "PortAudio is missing, so there is no live sound; the demo works all the same (libportaudio2)"
}
