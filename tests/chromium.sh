# Makes sure that the browser journeys find a Chromium: an installed one, else playwright's, else the system's package.
for name in chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done
ls "${HOME}"/.cache/ms-playwright/chromium-*/ >/dev/null 2>&1 && exit 0
echo "No Chromium found: fetching one for the browser journeys."
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null && exit 0
fi
if [ -x .venv/bin/playwright ]; then
    .venv/bin/playwright install chromium && exit 0
fi
echo "Install Chromium or Chrome by hand, then run again." >&2
exit 1
