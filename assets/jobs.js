/* The jobs: what runs and what ran, asked for each second while something is at work and each ten seconds otherwise,
   shown in the header and on the card of a job; and the data that are served meanwhile, taken when they change. */
(function () {
    const base = "/api/v1/jobs";
    const BUSY = 1000, IDLE = 10000;
    let last = null, timer = 0, served = null, trouble = "";

    async function ask(address, options) {
        const response = await fetch(address, options);
        const told = await response.json().catch(() => ({}));
        if (!response.ok) throw new Error(told.error || "The server could not do that; try again, or reload the page.");
        return told;
    }
    async function look() {
        window.clearTimeout(timer);
        try {
            if (!document.hidden) {
                const before = last;
                last = await ask(base);
                show();
                take(last.served);
                ended(before);
                document.dispatchEvent(new CustomEvent("jobs", { detail: last }));
            }
        } catch { /* the server is away: what is shown stays, and is asked for again */ }
        window.clearTimeout(timer);
        timer = window.setTimeout(look, last && last.runs.some((run) => run.open) ? BUSY : IDLE);
    }
    async function act(address, options) {
        trouble = "";
        try { await ask(address, { method: "POST", headers: { "Content-Type": "application/json" }, ...options }); }
        catch (error) { trouble = error instanceof TypeError ? "The server cannot be reached. Try again." : error.message; }
        look();
    }
    /* A load that takes away what is served is asked for with the box that says so. */
    const start = (name) => act(base, { body: JSON.stringify({ name, replace: Boolean(document.querySelector("#replace:checked")) }) });

    /* Another snapshot is served: charts, cards, lists and the page of the pipeline are asked for again. */
    function take(now) {
        const store = document.querySelector(".fresh");
        if (!now || !store) return;
        const before = served || store.dataset.snapshot;
        served = now.id;
        if (before === now.id) return;
        store.textContent = `New · ${now.says}`;
        store.title = `Snapshot ${now.id}`;
        store.dataset.snapshot = now.id;
        document.getElementById("live").textContent = `New data are shown. ${now.says}.`;
        iba.forget();
        dash_clientside.set_props("snapshot", { data: now.id });
        dash_clientside.set_props("url", { search: window.location.search });
        iba.relist();
    }

    /* A run is over since the last look: who shows what runs make looks again, and one that failed is told. */
    function ended(before) {
        const over = last.runs.find((run) => !run.open && before && !before.runs.some((old) => old.id === run.id && !old.open));
        if (!over || !document.querySelector(".fresh")) return;
        dash_clientside.set_props("ended", { data: over.id });
        if (over.state === "failed") document.getElementById("live").textContent = `${over.title}: ${over.says}`;
    }
    window.iba = window.iba || {};
    iba.look = look;

    const made = (name, text, attributes = {}) => Object.assign(document.createElement(name), { textContent: text }, attributes);
    function time(seconds) {
        if (seconds < 60) return `${Math.round(seconds)} s`;
        if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
        return seconds < 86400 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86400)} days`;
    }
    function line(run) {
        if (run.state === "running") return `${Math.floor(run.progress * 100)} % · ${run.stage} · ${time(run.seconds)}`;
        if (run.open) return run.stage;
        return [`${time(run.ago)} ago`, run.seconds >= 1 ? `took ${time(run.seconds)}` : ""].filter(Boolean).join(" · ");
    }
    function button(run) {
        const kind = run.open ? "cancel" : "start";
        const text = run.open ? "Cancel" : "Run again";
        const made_ = made("button", text, { type: "button", className: "quiet" });
        made_.setAttribute("aria-label", `${text}: ${run.title}`);
        made_.dataset[kind] = run.open ? run.id : run.name;
        return made_;
    }
    function item(run) {
        const box = made("div", "", { className: "run" });
        box.dataset.run = run.id;
        const head = made("div", "");
        head.append(made("strong", run.title), made("span", run.label, { className: "state" }), button(run));
        box.append(head, made("p", ""), made("p", "", { className: "says" }));
        if (run.open) box.insertBefore(made("progress", "", { max: 1 }), box.children[1]);
        return box;
    }
    /* A run's box is made once for each state, so that a button keeps its focus while the figures move. */
    function fill(list) {
        const runs = last.runs.filter((run) => !list.dataset.runs || run.name === list.dataset.runs).slice(0, Number(list.dataset.most));
        const boxes = runs.map((run) => {
            const old = list.querySelector(`[data-run="${run.id}"][data-state="${run.state}"]`);
            const box = old || item(run);
            box.dataset.state = run.state;
            const bar = box.querySelector("progress");
            if (bar) { if (run.state === "queued") bar.removeAttribute("value"); else bar.value = run.progress; bar.setAttribute("aria-label", run.title); }
            const [told, says] = box.querySelectorAll("p");
            if (told.textContent !== line(run)) told.textContent = line(run);
            says.textContent = run.says;
            return box;
        });
        const note = trouble || (runs.length ? "" : "Not run from here yet.");
        const wanted = note ? [made("p", note, { className: trouble ? "trouble" : "none" }), ...boxes] : boxes;
        if (wanted.length !== list.children.length || wanted.some((box, i) => box !== list.children[i])) list.replaceChildren(...wanted);
    }
    function show() {
        if (!last) return;
        document.querySelectorAll("[data-runs]").forEach(fill);
        const open = last.runs.filter((run) => run.open);
        const first = open.find((run) => run.state === "running") || open[0];
        const latest = last.runs.find((run) => !run.open);
        const bad = latest && ["failed", "interrupted"].includes(latest.state) && latest.id !== seen();
        document.querySelectorAll("[data-at-work]").forEach((sign) => {
            const idle = bad ? `Jobs · ${latest.label.toLowerCase()}` : "Jobs";
            sign.textContent = first ? `${first.title} · ${first.state === "running" ? Math.floor(first.progress * 100) + " %" : "waiting"}` : idle;
            sign.classList.toggle("on", Boolean(first));
            sign.classList.toggle("bad", !first && Boolean(bad));
        });
    }
    /* A failure stands in the header until the reader has opened the list. */
    const seen = () => { try { return window.localStorage.getItem("job-seen"); } catch { return null; } };
    document.addEventListener("toggle", (event) => {
        if (!event.target.matches || !event.target.matches(".work[open]") || !last) return;
        const latest = last.runs.find((run) => !run.open);
        try { if (latest) window.localStorage.setItem("job-seen", latest.id); } catch { /* private mode: told again */ }
        look();
    }, true);

    document.addEventListener("click", (event) => {
        const button_ = event.target.closest("[data-start], [data-cancel]");
        if (!button_) return;
        if (button_.dataset.cancel) act(`${base}/${button_.dataset.cancel}/cancel`, {});
        else start(button_.dataset.start);
    });
    document.addEventListener("jobs-ask", (event) => start(event.detail));
    document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
    /* A page that is opened brings an empty card. */
    new MutationObserver(() => { if (document.querySelector("[data-runs]:empty")) { if (last) show(); else look(); } })
        .observe(document.documentElement, { childList: true, subtree: true });
})();
