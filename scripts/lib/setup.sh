# What the scripts share: brings whatever is missing, and does nothing, quickly, when nothing is. Sourced, not run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export SERENA_HOME="$root"

# Libraries that the programs are built and run with.
build_packages=(libsndfile1-dev libasound2-dev flite1-dev libpocketsphinx-dev pocketsphinx-en-us libsqlite3-dev pkgconf)
# Programs that record the voices of the scenarios; recordings of people, a browser that opens the reports, and an editor that is
# served, for the tests.
voice_packages=(flite espeak-ng sox)
test_packages=(pocketsphinx-testdata chromium neovim)

say() { printf '%s\n' "$*" >&2; }

fail() {
    printf 'error: %s\n' "$1" >&2
    shift
    for line in "$@"; do printf '  %s\n' "$line" >&2; done
    exit 1
}

# need_packages NAME…: installs the Debian packages that are missing, after naming them.
need_packages() {
    command -v dpkg-query >/dev/null || return 0 # not Debian: the build names what it misses
    local missing=() name installed
    # It fails when it does not know one of the names, which is what it is asked about.
    installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^installed //p') || true
    for name in "$@"; do
        grep -qxF "$name" <<<"$installed" || missing+=("$name")
    done
    [ ${#missing[@]} -eq 0 ] && return 0

    local apt="apt-get install -y --no-install-recommends ${missing[*]}"
    say "Missing Debian packages: ${missing[*]}"
    local become=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || fail "installing them needs root, and there is no sudo here" "as root, run: $apt"
        if [ ! -t 0 ] && ! sudo -n true 2>/dev/null; then
            fail "installing them needs root, and sudo asks for a password" "run: sudo $apt"
        fi
        become=(sudo)
    fi
    say "Installing them: ${become[*]:+${become[*]} }$apt"
    local log
    log=$(mktemp)
    if ! { "${become[@]}" env DEBIAN_FRONTEND=noninteractive $apt ||
        { "${become[@]}" apt-get update && "${become[@]}" env DEBIAN_FRONTEND=noninteractive $apt; }; } >"$log" 2>&1; then
        tail -n 5 "$log" >&2
        rm -f "$log"
        fail "the packages could not be installed" "is this machine offline?" "by hand: ${become[*]:+${become[*]} }$apt"
    fi
    rm -f "$log"
}

need_swift() {
    command -v swift >/dev/null || fail "Swift is not installed" "get Swift 6.2 or newer: https://www.swift.org/install/"
}

# need_model: the models, from wheels whose SHA-256 stand in scripts/models.txt, each in a folder of its own. Without one the engine
# falls back.
need_model() {
    need_wheel moonshine-voice moonshine "the speech model (54 MB)" keep_moonshine \
        "PocketSphinx, which hears less well, stands in for it"
    need_wheel silero-vad silero "the voice activity network (11 MB)" keep_silero \
        "the level of the sound, which takes noise for speech, stands in for it"
}

keep_moonshine() { mv "$1" "$2"; }

# Only the weights: the wheel has them in six more forms.
keep_silero() {
    mkdir "$2"
    mv "$1/silero_vad/data/silero_vad_16k.safetensors" "$1"/silero_vad-*.dist-info/licenses/LICENSE "$2"
}

# need_wheel PACKAGE NAME WHAT KEEP STANDIN: brings the package's pinned wheel to .models/NAME, where KEEP takes what is needed of it.
need_wheel() {
    local package=$1 folder="$root/.models/$2" what=$3 keep=$4 stand_in=$5 pin wanted
    # The lines from the package's name to the next that is no continuation.
    pin=$(sed -n "/^$package==/,/[^\\\\]\$/p" "$root/scripts/models.txt")
    wanted=$(sha256sum <<<"$pin")
    [ "$(cat "$folder/pinned" 2>/dev/null)" = "$wanted" ] && return 0

    say "Fetching $what …"
    local download
    mkdir -p "$root/.models"
    download=$(mktemp -d "$root/.models/download.XXXXXX")
    printf '%s\n' "$pin" >"$download/pin.txt"
    if ! { fetch_wheel "$download" && "$keep" "$download/unpacked" "$download/kept"; } >"$download/log" 2>&1; then
        tail -n 3 "$download/log" >&2
        rm -rf "$download"
        say "warning: ${what% (*} could not be fetched; $stand_in." "Once online: scripts/serena-bench setup"
        return 0
    fi
    printf '%s\n' "$wanted" >"$download/kept/pinned"
    rm -rf "$folder"
    mv "$download/kept" "$folder"
    rm -rf "$download"
}

# fetch_wheel FOLDER: downloads the wheel that is pinned in FOLDER/pin.txt, checks its SHA-256 and unpacks it to FOLDER/unpacked.
fetch_wheel() {
    if ! python3 -m pip --version >/dev/null 2>&1; then
        need_packages python3-pip || return 1
    fi
    python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes \
        --requirement "$1/pin.txt" --dest "$1" || return 1
    python3 -m zipfile -e "$1"/*.whl "$1/unpacked"
}

# build PRODUCT: a release build, when a source is newer than the last one. With SERENA_AS_BUILT set, what is built is taken as it is:
# the package manager, while it runs tests, lets nobody else build.
build() {
    local product=$1 stamp="$root/.build/release/$1.stamp" binary="$root/.build/release/$1"
    [ -n "${SERENA_AS_BUILT-}" ] && [ -x "$binary" ] && return 0
    if [ -x "$binary" ] && [ -e "$stamp" ] &&
        [ -z "$(find "$root/Package.swift" "$root/Sources" -newer "$stamp" -print -quit)" ]; then
        return 0
    fi
    need_swift
    [ -e "$binary" ] || say "Building $product in release; the first time takes about five minutes …"
    local started log status=0
    started=$(mktemp)
    log=$(mktemp)
    (cd "$root" && swift build -c release --product "$product" 2>&1) | tee "$log" | show_progress || status=$?
    if [ "$status" -ne 0 ]; then
        grep -E 'error:' "$log" | sort -u | head -n 20 >&2 || tail -n 20 "$log" >&2
        rm -f "$log" "$started"
        fail "$product does not build" "see all of it: swift build -c release --product $product"
    fi
    mv "$started" "$stamp" # as old as the beginning of the build: a source that changed meanwhile is newer
    rm -f "$log"
}

# show_progress: the build's [n/m] lines on one line of a terminal, or every tenth part elsewhere.
show_progress() {
    if [ -t 2 ]; then
        sed -un 's/^\(\[[0-9]*\/[0-9]*\] .*\)/\1/p' | while IFS= read -r line; do
            printf '\r\033[K%.100s' "$line" >&2
        done
        printf '\r\033[K' >&2
    else
        awk -F'[][/ ]' '/^\[[0-9]+\/[0-9]+\]/ { part = int($2 * 10 / $3); if (part > shown) { shown = part; printf "  %d of %d\n", $2, $3; fflush() } }' >&2
    fi
}
