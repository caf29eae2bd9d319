/* The keyboard on a chart: arrows walk along its marks and show their hover text, Enter does what a click does. */
window.iba = window.iba || {};

(function () {
    const places = new WeakMap();

    /* Each mark with its place in the drawing: trace and point, or trace, row and column of a cell. */
    function marks(plot) {
        return plot.data.flatMap((trace, curveNumber) => {
            if (!trace.hovertext || trace.hoverinfo === "skip") return [];
            if (trace.type === "heatmap") {
                const seen = trace.z.flatMap((row, y) => row.map((z, x) => (z === null ? null : { curveNumber, pointNumber: [y, x] })));
                return seen.filter(Boolean);
            }
            return [...trace.hovertext].map((_, pointNumber) => ({ curveNumber, pointNumber }));
        });
    }

    document.addEventListener("keydown", (event) => {
        const picture = event.target.closest(".picture");
        const plot = picture && picture.querySelector(".js-plotly-plot");
        if (!plot || !plot.data || event.target !== picture) return;
        const all = marks(plot);
        const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
        if (step && all.length) {
            event.preventDefault();
            const before = places.get(picture);
            const place = before === undefined ? (step > 0 ? 0 : all.length - 1) : (before + step + all.length) % all.length;
            places.set(picture, place);
            tell(plot, all[place]);
        }
        if ((event.key === "Enter" || event.key === " ") && all[places.get(picture)]) {
            event.preventDefault();
            const mark = all[places.get(picture)];
            const key = iba.at(plot.data[mark.curveNumber].customdata, mark.pointNumber);
            const box = picture.closest("[data-picks]");
            if (key && box.dataset.picks !== "[]") iba.pick(box, Array.isArray(key) ? key : [key], event.shiftKey || event.ctrlKey);
        }
    });
    function tell(plot, mark) {
        window.Plotly.Fx.hover(plot, [mark]);
        const text = iba.at(plot.data[mark.curveNumber].hovertext, mark.pointNumber) || "";
        document.getElementById("live").textContent = String(text).replaceAll("<br>", ", ");
    }
    document.addEventListener("focusout", (event) => {
        const plot = event.target.matches(".picture") && event.target.querySelector(".js-plotly-plot");
        if (plot && window.Plotly) window.Plotly.Fx.unhover(plot);
    });
})();
