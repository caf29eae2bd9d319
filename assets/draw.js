/* Drawing: figures into their places, by Plotly. What has not changed is not drawn, what is off screen is drawn when it is
   seen; a drawing that failed is begun anew. */
window.iba = window.iba || {};

iba.figures = {};

(function () {
    const CONFIG = { displaylogo: false, displayModeBar: false, plotlyServerURL: "", scrollZoom: false, doubleClick: false };
    const shown = new WeakMap(); /* box: its figure, as it is written, and in which manner it is shown */
    const waiting = new WeakSet();
    const boxes = () => [...document.querySelectorAll("[data-chart]")];
    const picksOf = (box) => JSON.parse(box.dataset.picks || "[]");

    /* Take a figure for a chart's box, and draw it where it is another. */
    iba.take = function (box, figure) {
        const before = shown.get(box);
        const written = JSON.stringify(figure);
        iba.figures[box.dataset.chart] = figure;
        show(box, before && before.written === written ? before : { figure, written });
    };
    iba.leave = (box) => { shown.delete(box); waiting.delete(box); };
    iba.redraw = draw;

    /* A chart is not narrowed by its own picks: what they dim is drawn while the server still works on the others. */
    iba.dim = () => boxes().filter((box) => shown.has(box)).forEach((box) => show(box, shown.get(box)));

    function show(box, one) {
        const manner = JSON.stringify([iba.chosen(picksOf(box)), iba.theme()]);
        if (shown.get(box) === one && one.manner === manner) return;
        shown.set(box, Object.assign(one, { manner }));
        waiting.add(box);
        if (inSight(box)) draw(box);
        else { seen.unobserve(box); seen.observe(box); } /* which tells anew whether it is in sight */
    }

    async function draw(box) {
        if (iba.held === box || !window.Plotly || !waiting.has(box)) return;
        waiting.delete(box);
        const { data, layout } = iba.dimmed(shown.get(box).figure, picksOf(box));
        const place = box.querySelector(".graph");
        const paint = async () => window.Plotly.react(place, data, { ...layout, ...look() }, CONFIG);
        sized.observe(place);
        await paint().catch(() => { window.Plotly.purge(place); return paint(); }).catch((error) => { shown.delete(box); throw error; });
    }
    const look = () => ({ template: iba.template(), selections: [], separators: iba.last.separators, autosize: true });

    const sized = new ResizeObserver((changes) => changes.forEach(({ target }) => {
        const { width, height } = target._fullLayout || {};
        const same = width === target.clientWidth && height === target.clientHeight;
        if (width && target.clientWidth && !same) window.Plotly.Plots.resize(target).catch(() => { /* gone meanwhile */ });
    }));
    const seen = new IntersectionObserver((entries) => {
        entries.filter((entry) => entry.isIntersecting).forEach((entry) => draw(entry.target));
    }, { rootMargin: "200px" });
    function inSight(box) {
        const { top, bottom, width } = box.getBoundingClientRect();
        return width && bottom > 0 && top < window.innerHeight;
    }

    /* Plotly is the largest script: the page does not wait for it. */
    document.addEventListener("DOMContentLoaded", () => boxes().filter(inSight).forEach(draw));
})();
