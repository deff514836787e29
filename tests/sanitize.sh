#!/usr/bin/env bash
# The unit tests of `runtime` under AddressSanitizer, ThreadSanitizer and Miri: `tests/sanitize.sh [address|thread|miri] …`,
# from anywhere; all three without arguments. Needs nightly with sources: `rustup toolchain install nightly --component
# rust-src --component miri`. Takes some minutes, most of them to build the standard library.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

target="$(rustc +nightly -vV | sed -n 's/^host: //p')"

step() {
    printf '\n==> %s\n' "$*"
}

# A test asks for more memory than there is, which has to be refused as the system does.
sanitized() {
    # The standard library is built along, so that its locks and atomics are seen.
    CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-target}/sanitize-$1" RUSTFLAGS="-Zsanitizer=$1" \
        cargo +nightly test -Zbuild-std --target "$target" --package monograd --lib
}

[ $# -gt 0 ] || set -- address thread miri
for check in "$@"; do
    case "$check" in
    address)
        step "AddressSanitizer: no access outside of memory, none after its end"
        # Threads of a pool end with the process, and so does what belongs to them.
        ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 sanitized address
        ;;
    thread)
        step "ThreadSanitizer: no data race"
        TSAN_OPTIONS=allocator_may_return_null=1 sanitized thread
        ;;
    miri)
        step "Miri: no undefined behaviour in the pool and what is split over it"
        # Threads of a pool live as long as the process. Matrix products are left out: their tests take many minutes each.
        MIRIFLAGS="-Zmiri-ignore-leaks" CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-target}/sanitize-miri" \
            cargo +nightly miri test --package monograd --lib -- \
            kernels::pool kernels::threads kernels::elementwise layer:: random data
        ;;
    *)
        echo "error: found \`$check\`, expected \`address\`, \`thread\` or \`miri\`" >&2
        exit 1
        ;;
    esac
done
