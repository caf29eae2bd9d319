/* Room for the labels of a chart. Plotly finds it by drawing the axes twice; for a chart that it has drawn before, as wide and over the
   same time, the room is the one it found then, and the difference of the longest labels. */
window.iba = window.iba || {};

(function () {
    const found = new WeakMap();
    const pen = document.createElement("canvas").getContext("2d");
    const SIGNS = [[1e9, "B"], [1e6, "M"], [1e3, "k"], [1, ""]];
    const fixed = { automargin: false };

    /* What to add to a layout; empty where Plotly must look for itself. */
    iba.room = function (place, { data, layout }) {
        const before = found.get(place);
        if (!before || before.frame !== frame(place, data, layout)) return {};
        const [left, right] = labels(data, layout).map(widest);
        const margin = { ...before.size, l: before.size.l + left - before.left, r: before.size.r + right - before.right };
        return { margin, xaxis: { ...layout.xaxis, ...fixed }, yaxis: { ...layout.yaxis, ...fixed } };
    };
    iba.learn = function (place, { data, layout }) {
        const { l, r, t, b } = place._fullLayout._size;
        const [left, right] = labels(data, layout).map(widest);
        if (Number.isFinite(left)) found.set(place, { frame: frame(place, data, layout), size: { l, r, t, b }, left, right });
    };
    function frame(place, data, { xaxis = {} }) {
        const { x } = data.at(-1);
        const across = xaxis.visible === false ? "" : [xaxis.ticktext, xaxis.range, x[0], x.at && x.at(-1), x.length];
        return JSON.stringify([place.clientWidth, place.clientHeight, across]);
    }

    /* The labels at the left, and those of the colours at the right. */
    function labels(data, { yaxis = {}, yaxis2 }) {
        const bar = data.find((trace) => trace.colorbar);
        const left = yaxis.ticktext || (yaxis.tickformat === "~s" && !yaxis2 ? steps(data).map((v) => written(v, yaxis)) : [null]);
        return [left, bar ? bar.colorbar.ticktext : []];
    }
    function widest(texts) {
        pen.font = "12px system-ui, sans-serif";
        return Math.max(0, ...texts.map((text) => (text === null ? Infinity : pen.measureText(text).width)));
    }
    function steps(data) {
        const values = data.flatMap((trace) => [...numbers(trace.y)]).filter(Number.isFinite);
        const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)].map((v) => v * 1.055);
        const rough = (high - low) / 5 || 1;
        const base = 10 ** Math.floor(Math.log10(rough));
        const step = base * [2, 5, 10].find((m) => m * base >= rough * 0.999999);
        return Array.from({ length: Math.floor(high / step) - Math.ceil(low / step) + 1 }, (_, i) => (Math.ceil(low / step) + i) * step);
    }
    function numbers(values) {
        if (!values || !values.bdata) return values || [];
        return new Float64Array(Uint8Array.from(atob(values.bdata), (letter) => letter.charCodeAt(0)).buffer);
    }
    function written(value, { tickprefix = "", ticksuffix = "" }) {
        const [scale, sign] = SIGNS.find(([s]) => Math.abs(value) >= s) || [1, ""];
        return `${value < 0 ? "−" : ""}${tickprefix}${+(Math.abs(value) / scale).toPrecision(6)}${sign}${ticksuffix}`;
    }
})();
