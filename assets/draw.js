/* Drawing: figures into their places, by Plotly. What has not changed is not drawn, what is off screen is drawn when it is
   seen; a drawing that failed is begun anew. */
window.iba = window.iba || {};

iba.figures = {};

(function () {
    const CONFIG = { displaylogo: false, displayModeBar: false, plotlyServerURL: "", scrollZoom: false, doubleClick: false };
    const shown = new WeakMap(); /* box: its figure, as it is written, and in which manner it is shown */
    const waiting = new WeakSet();
    const inSight = new WeakSet();
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
        again(box);
    }
    /* Where a chart is, is told by the observer: to look would have the page laid out between two drawings. */
    function again(box) {
        waiting.add(box);
        seen.observe(box);
        if (inSight.has(box)) draw(box);
    }

    async function draw(box) {
        if (iba.held === box || !window.Plotly || !waiting.has(box)) return;
        waiting.delete(box);
        const figure = iba.dimmed(shown.get(box).figure, picksOf(box));
        const place = box.querySelector(".graph");
        const room = iba.room(place, figure);
        const paint = async () => window.Plotly.react(place, figure.data, { ...structuredClone(figure.layout), ...look(), ...room }, CONFIG);
        sized.observe(place);
        await paint().catch(() => { window.Plotly.purge(place); return paint(); }).catch((error) => { shown.delete(box); throw error; });
        if (!room.margin) iba.learn(place, figure);
    }
    const look = () => ({ template: iba.template(), selections: [], separators: iba.last.separators, autosize: true });

    /* A chart of another size is drawn anew, once the size rests. */
    let resting = 0;
    const sized = new ResizeObserver(() => {
        window.clearTimeout(resting);
        resting = window.setTimeout(() => boxes().filter((box) => shown.has(box) && another(box.querySelector(".graph"))).forEach(again), 100);
    });
    function another({ _fullLayout, clientWidth, clientHeight }) {
        return _fullLayout && clientWidth && (_fullLayout.width !== clientWidth || _fullLayout.height !== clientHeight);
    }

    const seen = new IntersectionObserver((entries) => entries.forEach(({ target, isIntersecting }) => {
        if (!isIntersecting) inSight.delete(target);
        else { inSight.add(target); draw(target); }
    }), { rootMargin: "200px" });

    /* Plotly is the largest script: it is read when the figures of the first answer have been painted. */
    iba.fetchPlotly = function () {
        if (document.getElementById("plotly") || !document.querySelector("[data-chart]")) return;
        const { href: src } = document.querySelector("link[rel=preload][as=script]");
        const script = Object.assign(document.createElement("script"), { id: "plotly", src });
        script.onload = () => boxes().filter((box) => waiting.has(box)).forEach(again);
        document.head.append(script);
    };
})();
