/* The rules that people set on the page of the pipeline. */
(function () {
    const base = "/api/v1/quality";
    const say = (text) => { document.querySelector(".rule-says").textContent = text; };
    async function act(address, options, done) {
        try {
            const response = await fetch(address, { headers: { "Content-Type": "application/json" }, ...options });
            const told = await response.json().catch(() => ({}));
            say(response.ok ? done : told.error || "The server could not do that; try again.");
        } catch { say("The server cannot be reached. Try again."); }
        dash_clientside.set_props("ruled", { data: Date.now() });
    }
    document.addEventListener("submit", (event) => {
        if (event.target.id !== "new-rule") return;
        event.preventDefault();
        const { kind, of, low, high } = Object.fromEntries(new FormData(event.target));
        const [table, column = ""] = of.split(".");
        const number = (text) => text === "" ? null : Number(text);
        act(base, { method: "POST", body: JSON.stringify({ kind, table, column, low: number(low), high: number(high) }) }, "The rule is kept.");
    });
    document.addEventListener("click", (event) => {
        const button = event.target.closest("[data-drop-rule]");
        if (button) act(`${base}/${button.dataset.dropRule}`, { method: "DELETE" }, "The rule is taken out.");
    });
})();
