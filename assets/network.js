/* The network: what is asked of the server, a thin bar while it works, and what to do when a request fails; the old picture
   stays. */
(function () {
    const plain = window.fetch;
    let open = 0;
    const SOON = 150; /* ms within which an answer leaves the page as it is */
    let slow = 0;
    const tell = (text) => {
        const box = document.getElementById("offline");
        if (box && box.textContent !== text) { box.textContent = text; box.hidden = !text; }
    };
    function count(change) {
        open += change;
        window.clearTimeout(slow);
        if (!open) show();
        else slow = window.setTimeout(show, SOON);
    }
    function show() {
        const bar = document.getElementById("busy");
        if (bar && bar.classList.contains("busy") !== open > 0) bar.classList.toggle("busy");
    }
    /* The bar shows that something is asked until it is answered. */
    window.iba = window.iba || {};
    iba.working = async function (asked) {
        count(1);
        try { return await asked; } finally { count(-1); }
    };
    window.fetch = async function (resource, options) {
        if (!String(resource.url || resource).includes("_dash-update-component")) return plain.call(this, resource, options);
        try {
            const response = await iba.working(iba.send(resource, options));
            tell(response.ok ? "" : "The server could not answer this view. What you see is the view before it; try again, or reload the page.");
            return response;
        } catch (error) {
            tell("The server cannot be reached. What you see is the view before; it comes back by itself at your next click once the server runs.");
            throw error;
        }
    };
})();
