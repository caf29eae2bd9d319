/* Named views: the list is read when the menu opens; what is saved is the page and its query string. */
window.iba = window.iba || {};

(function () {
    const base = "/api/v1/views";
    async function ask(address, options) {
        const response = await fetch(address, options);
        const told = await response.json();
        if (response.ok) fill(told);
        else document.getElementById("live").textContent = told.error;
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
        await navigator.clipboard.writeText(window.location.href);
        document.getElementById("live").textContent = "The link is copied.";
    };
})();
