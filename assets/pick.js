/* The hand on a chart: a press on a mark picks it, a drag along time picks its days and the page follows the hand. */
window.iba = window.iba || {};

/* The chart under a pressed hand; it is drawn again when the hand is lifted. */
iba.held = null;
iba.REST = 80; /* ms without a move: a hand on its way elsewhere asks nothing */

(function () {
    const STILL = 5; /* pixels that a hand may move and still have clicked */
    let press = null;
    let resting = 0;

    document.addEventListener("pointerdown", (event) => {
        const graph = event.target.closest("[data-picks] .js-plotly-plot");
        press = null;
        window.clearTimeout(resting);
        if (!graph || event.button) return;
        press = { graph, box: graph.closest("[data-picks]"), x: event.clientX, y: event.clientY };
        iba.held = press.box;
        const search = ifPicked(press, event);
        if (search !== null) iba.ask(search);
        if (!graph.heard) hear(graph);
    }, true);
    /* The view that a press on the mark under the hand picks; null where there is none. */
    function ifPicked({ graph, box }, event) {
        const picks = JSON.parse(box.dataset.picks);
        const keys = picks.length && graph._fullLayout && iba.under(graph, event.clientX, event.clientY);
        return keys ? iba.sorted(iba.folds.pick(iba.opened(window.location.search), picks, keys, adds(event))) : null;
    }
    const adds = (event) => event.shiftKey || event.ctrlKey || event.metaKey;
    /* A hand that rests on a mark will most likely press it. */
    document.addEventListener("pointermove", (event) => {
        window.clearTimeout(resting);
        const graph = event.pointerType === "mouse" && !event.buttons && event.target.closest("[data-picks] .js-plotly-plot");
        if (graph) resting = window.setTimeout(rest, iba.REST, { graph, box: graph.closest("[data-picks]") }, event);
    }, { capture: true, passive: true });
    function rest(over, event) {
        const search = over.graph.isConnected ? ifPicked(over, event) : null;
        if (search !== null) iba.foresee(search);
    }
    function hear(graph) {
        graph.heard = true;
        graph.on("plotly_selecting", (selected) => span(selected, false));
        graph.on("plotly_selected", (selected) => span(selected, true));
    }
    function span(selected, last) {
        const range = selected && selected.range && selected.range.x;
        if (!press || !range || JSON.parse(press.box.dataset.picks)[0] !== "brush") return;
        const [from, to] = range.map((day) => String(day).slice(0, 10)).sort();
        iba.picked = press.box;
        iba.follow(`${from}..${to}`, last);
    }

    document.addEventListener("click", (event) => {
        if (!press || !press.graph.contains(event.target) || press.box.dataset.picks === "[]") return;
        if (Math.hypot(event.clientX - press.x, event.clientY - press.y) > STILL) return;
        const keys = iba.under(press.graph, event.clientX, event.clientY);
        if (keys) iba.pick(press.box, keys, adds(event));
    });

    for (const up of ["pointerup", "pointercancel"]) document.addEventListener(up, () => setTimeout(lift), true);
    function lift() {
        const box = iba.held;
        iba.held = null;
        if (box) iba.redraw(box);
    }
})();
