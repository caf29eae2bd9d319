/* Adding data: files dropped or chosen are sent piece by piece, so that they show how far they are, can be cancelled, and
   go on after a hitch of the network; forms are told to the server, which then looks at the files again. */
(function () {
    const base = "/api/v1/uploads";
    const PIECE = 4 << 20, TRIES = 5;
    const made = (name, text, attributes = {}) => Object.assign(document.createElement(name), { textContent: text }, attributes);
    const zone = () => document.querySelector("[data-limit]");
    const say = (text) => { const box = document.querySelector(".upload-says"); if (box) box.textContent = text; };
    const renew = () => { if (zone()) dash_clientside.set_props("tray", { data: Date.now() }); };
    const ask = (job) => document.dispatchEvent(new CustomEvent("jobs-ask", { detail: job }));
    const size = (bytes) => bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e3).toFixed(1)} kB`;

    async function call(address, options = {}) {
        const response = await fetch(address, options);
        const told = await response.json().catch(() => ({}));
        if (!response.ok && response.status !== 409) throw new Error(told.error || "The server could not take that; try again.");
        return told;
    }
    /* One piece after another; where the server has another number of bytes than we think, its number counts. */
    async function send(file, signal, tell) {
        const id = Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
        let at = 0, failed = 0, whole = false;
        while (!whole) {
            const address = `${base}/${encodeURIComponent(file.name)}?id=${id}&at=${at}&size=${file.size}`;
            try {
                const told = await call(address, { method: "PUT", body: file.slice(at, at + PIECE), signal });
                [at, whole, failed] = [told.received, told.whole, 0];
                tell(at / Math.max(file.size, 1));
            } catch (error) {
                if (!(error instanceof TypeError) || ++failed > TRIES) throw error;
                await new Promise((go) => window.setTimeout(go, 500 * failed));
            }
        }
    }
    function row(file, stop) {
        const bar = made("progress", "", { max: 1, value: 0 });
        bar.setAttribute("aria-label", `${file.name} on its way`);
        const cancel = made("button", "Cancel", { type: "button", className: "quiet", onclick: stop });
        cancel.setAttribute("aria-label", `Cancel ${file.name}`);
        const box = made("li", "");
        box.append(made("span", `${file.name} · ${size(file.size)}`), cancel, bar, made("p", ""));
        document.querySelector(".arriving").append(box);
        return { box, bar, cancel, says: box.lastChild };
    }
    async function one(file) {
        const control = new AbortController(), shown = row(file, () => control.abort());
        const limit = Number(zone().dataset.limit);
        try {
            if (!file.size) throw new Error(`${file.name} is empty. Export it again.`);
            if (file.size > limit) throw new Error(`${file.name} has ${size(file.size)}; files up to ${limit >> 20} MB are taken here. Put it into a folder and load that with: python run.py pipeline --data FOLDER`);
            await send(file, control.signal, (part) => { shown.bar.value = part; });
            shown.box.remove();
            return true;
        } catch (error) {
            const cancelled = error.name === "AbortError";
            shown.says.textContent = cancelled ? "Cancelled; nothing of it was kept." : error instanceof TypeError ? "The server cannot be reached. Drop the file again once it can." : error.message;
            shown.says.className = cancelled ? "muted" : "trouble";
            shown.bar.remove();
            Object.assign(shown.cancel, { textContent: "Dismiss", onclick: () => shown.box.remove() });
            shown.cancel.setAttribute("aria-label", `Dismiss ${file.name}`);
            return false;
        }
    }
    async function take(files) {
        say("");
        let came = 0;
        for (const file of files) came += await one(file);
        if (came) { say(`${came} ${came === 1 ? "file is" : "files are"} here and will be looked at.`); ask("look"); renew(); }
    }

    function pick() {
        const field = made("input", "", { type: "file", multiple: true, onchange: () => take([...field.files]) });
        field.click();
    }
    const commas = (text) => text.split(",").map((code) => code.trim()).filter(Boolean);
    const starts = (letters) => letters.trim() ? `^${letters.trim().replace(/[^A-Za-z0-9]/g, "")}[0-9]` : "";
    function answers(form) {
        const given = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));
        const told = { source: given.source };
        for (const name of ["dates", "decimal", "encoding", "inside"]) if (name in given) told[name] = given[name];
        if (given.source !== form.dataset.source) return told;
        const columns = Object.entries(given).filter(([name]) => name.startsWith("column:"));
        if (columns.length) told.columns = Object.fromEntries(columns.map(([name, value]) => [name.slice(7), value]));
        if ("equals" in given) told.equals_removed = given.equals === "yes";
        if ("cancelled" in given) told.rules = {
            cancelled_id: starts(given.cancelled), adjustment_id: starts(given.adjustment),
            services: commas(given.services), adjustments: commas(given.adjustments),
        };
        return told;
    }
    async function tell(form) {
        const name = encodeURIComponent(form.dataset.answers);
        const body = JSON.stringify({ table: form.dataset.table, answers: answers(form) });
        try {
            await call(`${base}/${name}/answers`, { method: "POST", headers: { "Content-Type": "application/json" }, body });
            say("Kept for files with these column names; looking again.");
            ask("look");
            renew();
        } catch (error) { say(error.message); }
    }
    async function takeOut(name) {
        try { await call(`${base}/${encodeURIComponent(name)}`, { method: "DELETE" }); say(`${name} was taken out.`); } catch (error) { say(error.message); }
        renew();
    }

    document.addEventListener("click", (event) => {
        const button = event.target.closest("[data-pick], [data-take-out]");
        if (!button) return;
        if ("pick" in button.dataset) pick(); else takeOut(button.dataset.takeOut);
    });
    document.addEventListener("submit", (event) => {
        if (!event.target.matches("[data-answers]")) return;
        event.preventDefault();
        tell(event.target);
    });
    for (const name of ["dragenter", "dragover", "dragleave", "drop"]) document.addEventListener(name, (event) => {
        if (!zone() || ![...event.dataTransfer.types].includes("Files")) return;
        event.preventDefault();
        zone().classList.toggle("over", name === "dragenter" || name === "dragover");
        if (name === "drop") take([...event.dataTransfer.files]);
    });
    /* When a look or a load has ended, what is shown is asked for again; a shop's first load brings the whole page. What nobody
       has looked at, as after a change of the rules, is looked at. */
    let open = new Set(), patience = 0;
    document.addEventListener("jobs", (event) => {
        const runs = event.detail.runs.filter((run) => ["look", "upload"].includes(run.name));
        const ended = runs.filter((run) => !run.open && open.has(run.id));
        open = new Set(runs.filter((run) => run.open).map((run) => run.id));
        if (!zone()) return;
        if (document.querySelector("[data-unlooked]") && !open.size && Date.now() > patience) { patience = Date.now() + 15000; ask("look"); }
        if (!ended.length) return;
        if (!document.querySelector(".fresh") && ended.some((run) => run.name === "upload" && run.state === "done")) window.location.reload();
        if (ended.some((run) => run.name === "look")) say(ended[0].state === "done" ? "" : ended[0].says);
        renew();
    });
})();
