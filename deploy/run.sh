#!/bin/sh
# Starts one of Merpati's executable jars in a third of the time that `java -jar` takes.
#
# usage: run.sh JAR [argument ...]        starts it; the first time it is prepared beside the jar, in JAR.run
#        run.sh --prepare JAR             only prepares it, beside the jar
#        run.sh --prepare JAR FOLDER      only prepares it, in FOLDER, which must not exist yet
#        run.sh --unpack JAR FOLDER       the same without the cache
#
# Prepared is: the jar unpacked, since nested jars are slow, and an AOT cache of the JDK (JEP 483, 514 and 515), which holds the
# classes as they are after a start. The cache is made by a start that connects to nothing, in about half a minute. It belongs to
# this very jar, JDK and script: with another one it is made anew. It is complete or not there at all.
#
# environment: JAVA_HOME             a JDK 25 or newer
#              MERPATI_RUNTIME       another Java runtime that the cache is for; JAVA_HOME by default
#              MERPATI_JAVA_OPTIONS  more options of the JVM, such as -Xmx1g; the cache serves every heap size, and every collector
#                                    but ZGC
#              MERPATI_FAST_START    "false" starts the jar as it is and prepares nothing
set -eu

FLAGS='--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -XX:+UseCompactObjectHeaders
    -XX:+ExitOnOutOfMemoryError'
# A jar's time is part of what the JVM compares with its cache; a fixed one survives copies into images.
TIME=200001010000.00

fail() {
    echo "run.sh: $*" >&2
    exit 1
}

[ -n "${JAVA_HOME:-}" ] && [ -x "$JAVA_HOME/bin/jar" ] || fail "JAVA_HOME must name a JDK 25 or newer"
runtime=${MERPATI_RUNTIME:-$JAVA_HOME}
script=$0

# Unpacks jar $1 into folder $2: app.jar with our classes, and lib.
unpack() {
    mkdir -p "$2/unpacked"
    (cd "$2/unpacked" && "$JAVA_HOME/bin/jar" --extract --file "$1" BOOT-INF META-INF/MANIFEST.MF)
    mv "$2/unpacked/BOOT-INF/lib" "$2/lib"
    rm -f "$2"/lib/*-windows-x86_64.jar
    if [ "$(uname -s)" = Linux ]; then rm -f "$2"/lib/*-osx-*.jar; fi
    {
        sed -n 's/\r$//; s/^Start-Class: /Main-Class: /p; /^Implementation-/p' "$2/unpacked/META-INF/MANIFEST.MF"
        # In the order of the build; the libraries that were left out do no harm. A line has 72 bytes at most.
        sed -n 's|^- "BOOT-INF/\(lib/.*\)"$|\1|p' "$2/unpacked/BOOT-INF/classpath.idx" | while read -r library; do
            [ ! -f "$2/$library" ] || printf '%s ' "$library"
        done | awk '{ line = "Class-Path: " $0; print substr(line, 1, 70)
                      for (at = 71; at <= length(line); at += 69) print " " substr(line, at, 69) }'
    } >"$2/unpacked/manifest"
    "$JAVA_HOME/bin/jar" --create --file "$2/app.jar" --manifest "$2/unpacked/manifest" -C "$2/unpacked/BOOT-INF/classes" .
    rm -rf "$2/unpacked"
    TZ=UTC touch -t $TIME "$2/app.jar" "$2"/lib/*.jar
}

# Makes the cache of the unpacked jar in folder $1 by a start that ends by itself, or when it has printed the line that it serves.
train() {
    serves=' is never printed '
    case $(unzipped_main "$1/app.jar") in
    *.GatewayApplication)
        set -- "$1" -Dspring.context.exit=onRefresh -- --merpati.api-key-pepper=only-for-the-start-that-makes-the-cache \
            --merpati.webhooks.secret-key=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= \
            --spring.kafka.bootstrap-servers=127.0.0.1:1 --spring.data.redis.port=1
        ;;
    *.WorkerApplication)
        set -- "$1" -Dspring.context.exit=onRefresh -- --merpati.credentials.active-key=none \
            --merpati.credentials.keys.none=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= \
            --spring.kafka.bootstrap-servers=127.0.0.1:1 --spring.data.redis.port=1
        ;;
    *.DispatcherApplication)
        set -- "$1" -Dspring.context.exit=onRefresh -- --merpati.webhooks.secret-key=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= \
            --spring.kafka.bootstrap-servers=127.0.0.1:1 --spring.data.redis.port=1
        ;;
    *.SimulatorMain)
        serves='WhatsApp simulator, ready'
        set -- "$1" -- --proxy-port=0 --control-port=0
        ;;
    *.StandaloneMain)
        serves='Merpati is ready'
        set -- "$1" -- --port=0 --simulator-port=0 "--data=$1/training"
        ;;
    *) fail "is none of Merpati's programs: $(unzipped_main "$1/app.jar")" ;;
    esac
    folder=$1
    shift
    flags=$FLAGS
    while [ "$1" != -- ]; do
        flags="$flags $1"
        shift
    done
    shift
    # Nothing of this machine's settings may have a say, or a start for the cache could reach what is in use.
    env -i "PATH=$PATH" "TMPDIR=${TMPDIR:-/tmp}" "$runtime/bin/java" $flags "-XX:AOTCacheOutput=$folder/app.aot" \
        -jar "$folder/app.jar" "$@" >"$folder/training.log" 2>&1 &
    training=$!
    trap 'kill -KILL $training 2>/dev/null || true' INT TERM HUP EXIT
    waited=0
    while kill -0 $training 2>/dev/null && ! grep -q "$serves" "$folder/training.log" && [ $waited -lt 300 ]; do
        sleep 1
        waited=$((waited + 1))
    done
    kill -TERM $training 2>/dev/null || true
    wait $training || true
    trap - INT TERM HUP EXIT
    rm -rf "$folder/training"
    [ -s "$folder/app.aot" ] && grep -q 'AOTCache creation is complete' "$folder/training.log"
}

unzipped_main() {
    manifest=$(mktemp -d)
    (cd "$manifest" && "$JAVA_HOME/bin/jar" --extract --file "$1" META-INF/MANIFEST.MF)
    sed -n 's/\r$//; s/^Main-Class: //p' "$manifest/META-INF/MANIFEST.MF"
    rm -rf "$manifest"
}

# Names what the cache depends on: the jar, the Java runtime and this script.
fingerprint() {
    {
        stat -L -c '%s %y' "$1" 2>/dev/null || stat -L -f '%z %m' "$1"
        cat "$runtime/release" "$script"
        [ ! -f "$runtime/lib/modules" ] || ls -lnL "$runtime/lib/modules"
    } | cksum | tr ' ' '-'
}

# Sets $jar to the absolute path of jar $1, and $prepared to the folder beside it that it is started from.
locate() {
    jar=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
    prepared=$jar.run/$(fingerprint "$jar")
}

# Prepares $jar in $prepared, unless that was done before. It is not there afterwards if it could not be done.
prepare_once() {
    [ ! -d "$prepared" ] || return 0
    if ! mkdir -p "$jar.run" 2>/dev/null || [ ! -w "$jar.run" ]; then
        echo "run.sh: $jar.run cannot be written, so the start is a slow one" >&2
        return 0
    fi
    echo "Preparing a fast start of $(basename "$jar"), once, in about half a minute ..." >&2
    ours=$jar.run/being-made-$$
    rm -rf "$ours"
    if ! "$script" --prepare "$jar" "$ours"; then
        rm -rf "$ours"
        return 0
    fi
    # What other versions left, unless a process still runs from there. Small Debians have no ps: there it stays.
    if running=$(ps -axww -o args= 2>/dev/null); then
        for other in "$jar.run"/*; do
            case $other in
            */being-made-*) continue ;;
            esac
            case $running in
            *"$other/app.jar"*) ;;
            *) rm -rf "$other" ;;
            esac
        done
    fi
    # Whole or not at all. If another process was first, ours goes into its folder, and away.
    mv "$ours" "$prepared"
    rm -rf "$prepared/$(basename "$ours")"
}

if [ "${1:-}" = --prepare ] && [ $# -eq 2 ] && [ -f "$2" ]; then
    locate "$2"
    prepare_once
    [ -d "$prepared" ]
    exit
fi

case ${1:-} in
--prepare | --unpack)
    [ $# -eq 3 ] && [ -f "$2" ] && [ ! -e "$3" ] || fail "usage: run.sh $1 JAR FOLDER"
    jar=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
    mkdir -p "$3"
    folder=$(cd "$3" && pwd)
    unpack "$jar" "$folder"
    [ "$1" = --prepare ] || exit 0
    train "$folder" || fail "the AOT cache could not be made, see $folder/training.log"
    rm -f "$folder/training.log"
    exit 0
    ;;
esac

[ $# -gt 0 ] && [ -f "$1" ] || fail "usage: run.sh JAR [argument ...]"
locate "$1"
shift
if [ "${MERPATI_FAST_START:-true}" != false ]; then
    prepare_once
fi
if [ "${MERPATI_FAST_START:-true}" != false ] && [ -d "$prepared" ]; then
    # What of the cache does not fit after all is slower and no news.
    exec "$runtime/bin/java" $FLAGS '-Xlog:aot*=error' ${MERPATI_JAVA_OPTIONS:-} "-XX:AOTCache=$prepared/app.aot" \
        -jar "$prepared/app.jar" "$@"
fi
exec "$runtime/bin/java" $FLAGS ${MERPATI_JAVA_OPTIONS:-} -jar "$jar" "$@"
