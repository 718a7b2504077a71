# Ends the tests' PostgreSQL cluster. Run by postgres.rs, which explains the files.
#
#   sh -c "$(cat postgres_guard.sh)" guard watch STATE CLUSTER SECONDS   when nobody has used it for so long
#   sh -c "$(cat postgres_guard.sh)" guard remove CLUSTER                now
set -u

remove() {
    case $1 in
    /*/hospes-postgres-*) ;;
    *) return 1 ;;
    esac
    pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null) || pid=
    # After a restart of the machine the number may belong to somebody else.
    if [ -n "$pid" ] && grep -qF "$1" "/proc/$pid/cmdline" 2>/dev/null; then
        # Immediate shutdown: the data are thrown away in a moment.
        kill -QUIT "$pid"
        tries=0
        while kill -0 "$pid" 2>/dev/null && [ "$tries" -lt 100 ]; do
            sleep 0.1
            tries=$((tries + 1))
        done
    fi
    rm -rf -- "$1"
}

watch() {
    # The guard outlives the terminal and the Ctrl-C of whoever started it.
    trap '' HUP INT
    exec 9>"$2/guard"
    flock -n 9 || exit 0
    idle=0
    # A state folder that is gone (cargo clean) means that nobody can find the cluster any more.
    while [ -d "$1" ] && [ -d "$2" ]; do
        if [ "$idle" -ge "$3" ]; then
            # Whoever comes now waits for this lock and then finds no cluster.
            exec 8>>"$1/users"
            if flock -n -x 8; then
                break
            fi
            exec 8>&-
            idle=0
        fi
        sleep 1
        if flock -n -x "$1/users" true; then
            idle=$((idle + 1))
        else
            idle=0
        fi
    done
    remove "$2"
}

request=$1
shift
"$request" "$@"
