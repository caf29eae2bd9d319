# Makes sure that the tests of the job queue find a Redis; without one they are skipped and say so.
command -v redis-server >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends redis-server >/dev/null && exit 0
fi
echo "No redis-server: the tests of the job queue will be skipped. Install Redis by hand to run them." >&2
