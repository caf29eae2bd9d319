/* The network: when a request fails, the reader is told what to do; the old picture stays. */
(function () {
    const plain = window.fetch;
    const tell = (text) => {
        const box = document.getElementById("offline");
        if (box) { box.textContent = text; box.hidden = !text; }
    };
    window.fetch = async function (resource, options) {
        const ours = String(resource.url || resource).includes("_dash-update-component");
        try {
            const response = await plain.call(this, resource, options);
            if (ours) tell(response.ok ? "" : "The server could not answer this view. What you see is the view before it; try again, or reload the page.");
            return response;
        } catch (error) {
            if (ours) tell("The server cannot be reached. What you see is the view before; it comes back by itself at your next click once the server runs.");
            throw error;
        }
    };
})();
