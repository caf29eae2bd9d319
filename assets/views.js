/* Named views: the list is read when the menu opens; what is saved is the page and its query string. */
window.iba = window.iba || {};

(function () {
    const base = "/api/v1/views";
    const say = (text) => iba.lay(document.getElementById("notice"), text);
    async function ask(address, options) {
        const response = await fetch(address, options).catch(() => null);
        if (!response) return say("The server cannot be reached. Try again.");
        const told = await response.json().catch(() => ({}));
        return response.ok ? fill(told) : say(told.error || "The server could not do that; try again, or reload the page.");
    }
    function fill(views) {
        const list = document.getElementById("views");
        list.replaceChildren(...views.map(({ name, path, search }) => {
            const link = Object.assign(document.createElement("a"), { href: path + search, textContent: name });
            const drop = Object.assign(document.createElement("button"), { type: "button", textContent: "×", title: `Forget ${name}` });
            drop.setAttribute("aria-label", `Forget ${name}`);
            drop.onclick = () => ask(`${base}/${encodeURIComponent(name)}`, { method: "DELETE" });
            const item = document.createElement("li");
            item.append(link, drop);
            return item;
        }));
    }
    document.addEventListener("toggle", (event) => {
        if (!event.target.matches || !event.target.matches(".views[open]")) return;
        document.getElementById("report").hidden = document.getElementById("main").dataset.printable !== "true";
        ask(base);
    }, true);
    document.addEventListener("submit", (event) => {
        if (event.target.id !== "save-view") return;
        event.preventDefault();
        const { pathname: path, search } = window.location;
        const name = document.getElementById("view-name").value.trim();
        if (!name) return;
        ask(base, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ name, path, search }) });
        dash_clientside.set_props("view-name", { value: "" });
    });
    iba.copy = async () => {
        try {
            await navigator.clipboard.writeText(window.location.href);
            say("The link is copied.");
        } catch { say("The browser does not allow this page to copy. Copy the address from the bar above."); }
    };
})();
