#!/usr/bin/env bash
# The unit tests of `runtime` with NEON, emulated by QEMU: `tests/emulate.sh`, from anywhere, in minutes. The standard library is
# built along, which wants nightly with sources (`rustup toolchain install nightly --component rust-src`); on Debian the rest is
# qemu-user-static and gcc-aarch64-linux-gnu.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# A test that runs itself as a program of its own would have to be emulated twice.
CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-target}/emulate-neon" \
    CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc \
    CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER="qemu-aarch64-static -L /usr/aarch64-linux-gnu" \
    cargo +nightly test -Zbuild-std --target aarch64-unknown-linux-gnu --package monograd --lib -- \
    --skip a_backtrace_names_the_line_of_the_layer
