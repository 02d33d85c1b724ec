#!/bin/sh
# Installs the programs the tests run beside r2a, from Debian packages, when they are missing: HAProxy, Redis, SIPp, wrk.
# Says nothing when nothing is missing. Starts no daemon. Where it cannot install, it says what to install and succeeds:
# the tests that need the program are then skipped, naming it.
set -eu

# A plain user's PATH lacks the folder of haproxy.
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"

missing=""
for pair in haproxy:haproxy redis-server:redis-server sipp:sip-tester wrk:wrk; do
    command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair#*:}"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "tests: not installed, the tests that need them are skipped:$missing (Debian, as root: apt-get install --no-install-recommends$missing)" >&2
    exit 0
fi

log=$(mktemp)
policy=/usr/sbin/policy-rc.d
own_policy=""
cleanup() {
    rm -f "$log"
    [ -z "$own_policy" ] || rm -f "$policy"
}
trap cleanup EXIT
trap 'exit 130' INT TERM
# Debian starts what it installs, unless this file says no (101).
if [ ! -e "$policy" ]; then
    own_policy=yes
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
fi

echo "tests: installing$missing ..." >&2
# shellcheck disable=SC2086 # one word a package
if { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends $missing; } >"$log" 2>&1 </dev/null; then
    # Nor at the next boot: they are here for tests, which start their own.
    for unit in haproxy redis-server; do
        case " $missing " in
            *" $unit "*) [ ! -d /run/systemd/system ] || systemctl disable --quiet "$unit" || true ;;
        esac
    done
else
    tail -n 5 "$log" >&2
    echo "tests: apt-get could not install$missing; the tests that need them are skipped" >&2
fi
