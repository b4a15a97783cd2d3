# pip, and what it is doing meanwhile, for setup.sh. Sourced by it.

# llama.cpp from source: 8 minutes on 2 cores of a shared server, half of that on quick ones.
readonly COMPILE_CORE_S=960
# Zig's C compiler comes as a wheel, for machines on which there is none and apt may not be used.
readonly ZIG=ziglang==0.17.1
readonly ZIG_FOLDER=.venv/zig

# pip_install_checkout EXTRA...: this folder, editable, with these extras.
pip_install_checkout() {
  local target=.
  if (($#)); then target=".[$(join_with , "$@")]"; fi
  local build=()
  if [[ -x $ZIG_FOLDER/bin/localvoice-cc ]]; then
    # By name and not by path: setuptools splits both at spaces.
    build=(env "PATH=$PWD/$ZIG_FOLDER/bin:$PATH" CC=localvoice-cc "LDSHARED=localvoice-cc -shared"
      "ZIG_GLOBAL_CACHE_DIR=$PWD/$ZIG_FOLDER/cache" "ZIG_LOCAL_CACHE_DIR=$PWD/$ZIG_FOLDER/cache")
  fi
  pip_install ${build[@]+"${build[@]}"} -- -e "$target" || return 1
  rm -rf "$ZIG_FOLDER"
}

# The sound edge needs a C compiler. 100 MB for a moment, and only where nothing else is left.
ensure_c_compiler() {
  if command -v cc >/dev/null; then return 0; fi
  say "there is no C compiler: fetching Zig's for the sound edge, 100 MB, removed again afterwards"
  rm -rf "$ZIG_FOLDER"
  pip_install -- --no-deps --only-binary :all: --target "$ZIG_FOLDER/lib" "$ZIG" || {
    say "it could not be fetched"
    return 0
  }
  mkdir -p "$ZIG_FOLDER/bin"
  printf '#!/bin/sh\nexec "%s/lib/ziglang/zig" cc "$@"\n' "$PWD/$ZIG_FOLDER" >"$ZIG_FOLDER/bin/localvoice-cc"
  chmod +x "$ZIG_FOLDER/bin/localvoice-cc"
}

join_with() { local IFS=$1; shift; printf '%s' "$*"; }

# pip_install [env VARIABLE=VALUE...] -- ARGUMENT...
pip_install() {
  local status=0 before=()
  while [[ $1 != -- ]]; do before+=("$1"); shift; done
  shift
  printf -- '--- pip install %s\n' "$*" >>"$SETUP_LOG"
  : >.venv/.pip-began
  # A process group of its own: pip left alone would leave cmake and the compilers running.
  # Python compiles what it loads; all of it would be 4 s of 15.
  set -m
  ${before[@]+"${before[@]}"} .venv/bin/python -m pip install --disable-pip-version-check --no-input --no-compile \
    --progress-bar off "$@" >>"$SETUP_LOG" 2>&1 &
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

report_pip_failure() {
  grep -iE '^ *(error|fatal)|CMake Error|: error: ' "$SETUP_LOG" | tail -n 8 >&2
  fail "The Python packages could not be installed." "Everything pip said is in $SETUP_LOG." \
    "Without a network it needs a package registry or a filled pip cache; run it again when there is one."
}

# One line that changes in place on a terminal; elsewhere a line for every new step and every minute.
show_progress() {
  local pid=$1 began=$SECONDS step='' detail last='' since line compile_began='' tree='' shown_s=0
  while kill -0 "$pid" 2>/dev/null; do
    line=$(last_step)
    since=$began detail=''
    case $line in
      *'Building wheel for llama-cpp-python'*'finished'*) step="installing packages" ;;
      *'Building wheel for llama-cpp-python'*)
        since=${compile_began:=$SECONDS}
        tree=${tree:-$(compile_tree)}
        step="compiling llama.cpp" detail=" ($(compile_left $((SECONDS - since)) "$tree"))"
        ;;
      *'Building wheel'*) step="building $(sed -E 's/.*wheels? for ([^ ]+).*/\1/' <<<"$line")" ;;
      *Installing*) step="installing packages" ;;
      *) step="fetching packages" detail=" (${line%% *} MB so far)" ;;
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

# The megabytes that pip has asked for since it was started last, and its newest step.
last_step() {
  awk '/^--- /{l=""; mb=0}
    /^ *Downloading .*\([0-9.]+ [kM]B\)/{size=$0; sub(/.*\(/, "", size); mb+=(size ~ /MB/ ? size+0 : size/1000)}
    /^ *(Collecting|Building wheel for|Installing collected)/{l=$0} END{printf "%d %s\n", mb, l}' "$SETUP_LOG"
}

# How far the compiler is, from the list that ninja makes of its work; pip hands on nothing of what ninja says.
compile_left() {
  local took_s=$1 tree=$2 left_s files made
  left_s=$(compile_s)
  files=$(grep -c '^build .*\.o:' "$tree/build.ninja" 2>/dev/null || true)
  made=$(grep -c '\.o[[:space:]]' "$tree/.ninja_log" 2>/dev/null || true)
  if ((${files:-0} && 20 * ${made:-0} >= files)); then left_s=$((took_s * (files - made) / made)); fi
  printf 'about %s left' "$(clock "$left_s")"
}

compile_s() {
  local expected_s=$((COMPILE_CORE_S / $(getconf _NPROCESSORS_ONLN)))
  if ((expected_s < 60)); then expected_s=60; fi
  printf '%d' "$expected_s"
}

compile_estimate() { clock "$(compile_s)"; }

compile_tree() {
  # A run that was cut off may have left its own.
  find "${TMPDIR:-/tmp}" -maxdepth 3 -path '*/build/build.ninja' -newer .venv/.pip-began -user "$EUID" \
    -printf '%T@ %h\n' 2>/dev/null | sort -rn | sed -n '1s/^[^ ]* //p' || true
}

clock() { printf '%d:%02d' $(($1 / 60)) $(($1 % 60)); }
