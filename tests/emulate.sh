#!/usr/bin/env bash
# Unit tests of `runtime` with the instructions of processors that are not at hand: `tests/emulate.sh [neon|avx512] …`, from
# anywhere; both without arguments.
#
#   neon     all of them, in minutes. The standard library is built along, which wants nightly with sources
#            (`rustup toolchain install nightly --component rust-src`). Debian: qemu-user-static gcc-aarch64-linux-gnu
#   avx512   those of kernels, layers, losses, optimizers and data, in about an hour. Debian: bochs bochs-term bochsbios vgabios
#            isolinux xorriso cpio busybox-static, and linux-image-cloud-amd64, of which KERNEL says where its vmlinuz is
#            (/boot/vmlinuz-* if nothing does)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

target_dir="${CARGO_TARGET_DIR:-target}"

disc=""
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$disc"' EXIT

step() {
    printf '\n==> %s\n' "$*"
}

fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# A test that runs itself as a program of its own would have to be emulated twice.
neon() {
    step "NEON, emulated by QEMU"
    CARGO_TARGET_DIR="$target_dir/emulate-neon" \
        CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc \
        CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER="qemu-aarch64-static -L /usr/aarch64-linux-gnu" \
        cargo +nightly test -Zbuild-std --target aarch64-unknown-linux-gnu --package monograd --lib -- \
        --skip a_backtrace_names_the_line_of_the_layer
}

# An emulator of processors with AVX-512 emulates a whole computer, so the tests, linked statically, are the only program on a
# disc with a kernel; what they print comes through the serial port. Of kernels, a test of functions over many arguments is left
# out, which would take hours. The kernel must not see `xsavec` (321) and `xsaves` (323): Bochs gives another size for what they
# save than it has, and the kernel then does without any wide register.
avx512() {
    step "AVX-512, emulated by Bochs"
    local program kernel listener emulator screen reader tool
    for tool in bochs xorriso cpio busybox; do
        command -v "$tool" >/dev/null || fail "there is no \`$tool\`"
    done
    kernel="${KERNEL:-$(find /boot -name 'vmlinuz-*' | sort | tail -n 1)}"
    [ -f "$kernel" ] || fail "found no kernel \`$kernel\`, expected one in /boot, or its place in KERNEL"
    disc="$(mktemp -d)"
    program="$(CARGO_TARGET_DIR="$target_dir/emulate-avx512" RUSTFLAGS="-C target-feature=+crt-static" \
        CARGO_PROFILE_RELEASE_DEBUG_ASSERTIONS=true \
        cargo test --release --no-run --target x86_64-unknown-linux-gnu --package monograd --lib --message-format=json-render-diagnostics |
        sed -n 's/.*"executable":"\([^"]*\)".*/\1/p' | tail -n 1)"
    mkdir -p "$disc"/files/{bin,proc,tmp} "$disc"/iso/isolinux
    cp "$(command -v busybox)" "$disc/files/bin/"
    cp "$program" "$disc/files/bin/tests"
    cat >"$disc/files/init" <<'INIT'
#!/bin/busybox sh
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t tmpfs tmp /tmp
/bin/busybox grep -o -m 1 avx512f /proc/cpuinfo || echo "this processor has no AVX-512"
RUST_BACKTRACE=0 /bin/tests --test-threads=1 kernels:: layers:: optimizers losses data:: --skip errors_are_within_bounds
echo "the tests ended with $?"
/bin/busybox sleep 5
/bin/busybox poweroff -f
INIT
    chmod +x "$disc/files/init"
    (cd "$disc/files" && find . | cpio --quiet -o -H newc | gzip >"$disc/iso/initrd.gz")
    cp "$kernel" "$disc/iso/vmlinuz"
    cp /usr/lib/ISOLINUX/isolinux.bin /usr/lib/syslinux/modules/bios/ldlinux.c32 "$disc/iso/isolinux/"
    cat >"$disc/iso/isolinux/isolinux.cfg" <<'BOOT'
DEFAULT tests
LABEL tests
  KERNEL /vmlinuz
  APPEND initrd=/initrd.gz console=ttyS0 mitigations=off quiet clearcpuid=321,323
BOOT
    xorriso -as mkisofs -quiet -o "$disc/disc.iso" -b isolinux/isolinux.bin -c isolinux/boot.cat -no-emul-boot \
        -boot-load-size 4 -boot-info-table "$disc/iso"
    cat >"$disc/bochsrc" <<COMPUTER
display_library: term
megs: 1024
romimage: file=/usr/share/bochs/BIOS-bochs-latest
vgaromimage: file=/usr/share/bochs/VGABIOS-lgpl-latest
cpu: model=corei7_skylake_x, count=1, ips=100000000
ata0-master: type=cdrom, path=$disc/disc.iso, status=inserted
boot: cdrom
com1: enabled=1, mode=file, dev=$disc/serial
sound: driver=dummy
plugin_ctrl: unmapped=1, biosdev=1, serial=1, speaker=0, extfpuirq=1, parallel=0, gameport=0, iodebug=0
log: $disc/log
panic: action=fatal
COMPUTER
    echo continue >"$disc/commands"
    touch "$disc/serial"
    tail -f "$disc/serial" &
    listener=$!
    TERM=xterm timeout 3h bochs -q -f "$disc/bochsrc" -rc "$disc/commands" >"$disc/terminal" 2>&1 </dev/null &
    emulator=$!
    # It draws its screen on a terminal of its own, and stops when nobody reads that.
    until screen="$(grep -a -o -m 1 '/dev/pts/[0-9]*' "$disc/terminal")"; do
        kill -0 "$emulator" 2>/dev/null || fail "Bochs ended: $(tail -n 3 "$disc/terminal")"
        sleep 1
    done
    stty -F "$screen" raw
    cat "$screen" >/dev/null &
    reader=$!
    wait "$emulator" || true
    kill "$listener" "$reader" 2>/dev/null || true
    grep -q avx512f "$disc/serial" || fail "no processor with AVX-512 was emulated"
    grep -q "the tests ended with 0" "$disc/serial" || fail "the tests failed, or did not end within three hours"
}

[ $# -gt 0 ] || set -- neon avx512
for processor in "$@"; do
    case "$processor" in
    neon | avx512) "$processor" ;;
    *)
        fail "found \`$processor\`, expected \`neon\` or \`avx512\`"
        ;;
    esac
done
