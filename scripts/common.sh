# Sourced by every script here: where things are, and how to speak to the person who waits.
# shellcheck shell=bash
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '%s\n' "$*"; }
fail() { printf '\n%s\n' "$*" >&2; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }

# The version of a crate, as Cargo.lock has it.
locked_version() { sed -n "/^name = \"$1\"\$/{n;s/^version = \"\(.*\)\"\$/\1/p;}" Cargo.lock; }

# What the scripts cannot install themselves, because it belongs to the machine.
need_basics() {
  has cargo || fail "Galley is built with Rust. Install it from https://rustup.rs and run this again."
  has cc || fail "A C compiler is missing (SQLite and TLS are built from source). On Debian or Ubuntu: apt-get install build-essential"
  has npm || fail "Node.js 20 or newer with npm is missing (it builds the style and shrinks the browser code): https://nodejs.org"
  local major
  major=$(node -p 'process.versions.node.split(".")[0]')
  [ "$major" -ge 20 ] || fail "Node.js 20 or newer is needed; this one is $(node --version). https://nodejs.org"
  need_toolchain
}

# Sets PYTHON to one that is new enough; fails where there is none.
find_python() {
  for PYTHON in python3 python3.{14,13,12,11,10}; do
    has "$PYTHON" && "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null && return
  done
  return 1
}

# rustup's proxies name a missing toolchain only when asked for it; where RUSTUP_AUTO_INSTALL=0 they do not fetch it.
need_toolchain() {
  rustc --version >/dev/null 2>&1 && return
  has rustup || fail "rustc does not start: $(rustc --version 2>&1 | tail -n 1)"
  local channel
  channel=$(sed -n 's/^channel = "\(.*\)"$/\1/p' rust-toolchain.toml)
  step "Installing Rust $channel" rustup toolchain install "$channel" --profile minimal --component clippy --component rustfmt
}

# Sets TARGET (Cargo's target directory), TOOLS (what the scripts install for themselves, found before PATH) and VENV
# (the Python of the tests, see scripts/install).
find_target() {
  TARGET=$(cargo metadata --no-deps --format-version 1 | node -p 'JSON.parse(require("fs").readFileSync(0)).target_directory')
  TOOLS=$TARGET/tools
  VENV=$TARGET/python
  PATH=$TOOLS/bin:$PATH
  export TARGET TOOLS VENV PATH
}

# step WORDS COMMAND...: runs a long command, says now and then how far it is, and shows its output only if it fails.
step() {
  local words=$1 started=$SECONDS log ticker code=0
  shift
  log=$(mktemp "${TMPDIR:-/tmp}/galley-step.XXXXXX")
  say "  $words ..."
  # The commands run in the foreground, so that Ctrl+C reaches them; the ticker ends with its parent.
  (
    while sleep 20 </dev/null >/dev/null 2>&1 && kill -0 $$ 2>/dev/null; do
      crates=$(grep -cE '^ *(Compiling|Checking|Documenting) ' "$log" || true)
      [ "$crates" -eq 0 ] && crates='' || crates=", $crates crates so far"
      say "    still at it after $((SECONDS - started)) s$crates"
    done
  ) &
  ticker=$!
  "$@" >"$log" 2>&1 </dev/null || code=$?
  kill "$ticker" 2>/dev/null || true
  wait "$ticker" 2>/dev/null || true
  if [ "$code" -ne 0 ]; then
    grep -vE '^ *(Compiling|Checking|Documenting|Downloaded|Downloading|Locking|Fresh) ' "$log" >&2 || true
    rm -f "$log"
    say "  $words: failed after $((SECONDS - started)) s" >&2
    return "$code"
  fi
  rm -f "$log"
  say "  $words: done in $((SECONDS - started)) s"
}

# as_root COMMAND...: as root, or by a sudo that asks for no password; fails where neither is possible.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; elif has sudo && sudo -n true 2>/dev/null; then sudo -n "$@"; else return 1; fi
}

# apt_install PACKAGE...: fails where this is no Debian or not allowed, or the package does not come.
apt_install() {
  has apt-get && as_root true || return 1
  step "Refreshing the list of Debian packages" as_root apt-get update || return 1
  step "Installing the Debian package $*" as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}
