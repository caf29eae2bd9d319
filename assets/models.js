/* The models page: the threshold that moves, a version that is to serve, the schedule, the features of a day. */
(function () {
    const share = (part, whole) => (whole ? iba.percent(part / whole) : "–");

    /* The confusion matrix at a threshold, from how many are at or above each. */
    function fold(box) {
        const { n, left, flagged, found } = JSON.parse(box.dataset.thresholds);
        const at = Number(box.querySelector("[type=range]").value);
        const tp = found[at], fp = flagged[at] - tp, fn = left - tp, tn = n - left - fp;
        const told = {
            threshold: `${at} %`, tp: iba.number(tp), fp: iba.number(fp), fn: iba.number(fn), tn: iba.number(tn),
            accuracy: share(tp + tn, n), precision: share(tp, tp + fp), recall: share(tp, tp + fn), f1: share(2 * tp, 2 * tp + fp + fn),
        };
        Object.entries(told).forEach(([name, text]) => { box.querySelector(`[data-told=${name}]`).textContent = text; });
        box.dataset.at = at;
    }
    document.addEventListener("input", (event) => {
        const box = event.target.closest("[data-thresholds]");
        if (box) fold(box);
    });
    new MutationObserver(() => document.querySelectorAll("[data-thresholds]:not([data-at])").forEach(fold))
        .observe(document.documentElement, { childList: true, subtree: true });

    async function post(address, body) {
        const response = await fetch(address, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
        const told = await response.json().catch(() => ({}));
        if (!response.ok) throw new Error(told.error || "The server could not do that; try again, or reload the page.");
        return told;
    }
    const trouble = (error) => iba.lay(document.getElementById("notice"), error instanceof TypeError ? "The server cannot be reached. Try again." : error.message);

    document.addEventListener("click", async (event) => {
        const button = event.target.closest("[data-serve]");
        if (!button) return;
        button.disabled = true;
        button.textContent = "Publishing its scores…";
        try {
            await post(`/api/v1/models/${button.dataset.serve}/champion`, { version: button.dataset.version });
            iba.look();
        } catch (error) { trouble(error); }
        button.disabled = false;
        button.textContent = "Let it serve";
    });
    document.addEventListener("change", async (event) => {
        const field = event.target.closest("[data-schedule]");
        if (!field) return;
        const { schedule } = field.dataset;
        try {
            const { next_at: next } = await post(`/api/v1/models/${schedule}/schedule`, { every: event.target.value });
            const when = next && new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short", hour12: false }).format(next * 1000);
            document.querySelector(`[data-next=${schedule}]`).textContent = when || "none";
        } catch (error) { trouble(error); }
    });
    document.addEventListener("click", (event) => {
        if (!event.target.closest("[data-features]")) return;
        const day = document.getElementById("features-day").value;
        window.location.assign(`/api/v1/features/customers.csv?as_of=${encodeURIComponent(day)}`);
    });
})();
