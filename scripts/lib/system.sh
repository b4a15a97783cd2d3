# What setup.sh takes from the system: Python, and packages of apt. Sourced by it.

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

has_python_header() {
  "$1" -c 'import os, sysconfig as s, sys; sys.exit(not os.path.exists(s.get_path("include") + "/Python.h"))'
}

is_installed() { dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'ok installed'; }

install_system_packages() {
  local level=$1 package lacking=() needed=() useful=(libportaudio2 swig libspeexdsp-dev)
  if [[ $level == test ]]; then useful+=(pulseaudio pulseaudio-utils libasound2-plugins strace); fi
  if [[ -z ${PYTHON:-} ]]; then
    needed+=(python3 python3-venv)
    useful+=(python3-dev)
  else
    local version
    version=$("$PYTHON" -c 'import sys; print("3" if sys.executable == "/usr/bin/python3" else "3.%d" % sys.version_info[1])')
    "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null || needed+=("python$version-venv")
    has_python_header "$PYTHON" || useful+=("python$version-dev")
  fi
  # The sound edge needs a C compiler, speexdsp g++ and Python.h as well: 75 MB; make and the rest of build-essential
  # would be 10 MB more.
  if compiling_is_asked; then
    if ! command -v c++ >/dev/null || ! command -v make >/dev/null; then needed+=(build-essential); fi
  elif ! command -v cc >/dev/null || ! command -v c++ >/dev/null; then
    useful+=(g++)
  fi

  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    if ((${#needed[@]})); then
      fail "Something is missing that this script cannot install here." \
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

speex_can_be_built() {
  command -v swig >/dev/null && command -v c++ >/dev/null && has_python_header .venv/bin/python &&
    echo '#include <speex/speex_echo.h>' | cc -E - >/dev/null 2>&1
}
