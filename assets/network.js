/* The network: what is asked of the server, a thin bar while it works, and what to do when a request fails; the old picture
   stays. */
(function () {
    const plain = window.fetch;
    let open = 0;
    const tell = (text) => {
        const box = document.getElementById("offline");
        if (box) { box.textContent = text; box.hidden = !text; }
    };
    const count = (change) => {
        open += change;
        const bar = document.getElementById("busy");
        if (bar) bar.classList.toggle("busy", open > 0);
    };
    window.fetch = async function (resource, options) {
        if (!String(resource.url || resource).includes("_dash-update-component")) return plain.call(this, resource, options);
        try {
            const asked = iba.send(resource, options);
            count(1);
            const response = await asked;
            tell(response.ok ? "" : "The server could not answer this view. What you see is the view before it; try again, or reload the page.");
            return response;
        } catch (error) {
            tell("The server cannot be reached. What you see is the view before; it comes back by itself at your next click once the server runs.");
            throw error;
        } finally {
            count(-1);
        }
    };
})();
