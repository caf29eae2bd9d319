/* What a chart's own picks do to it: their marks keep their colour, the others go to 30 %. */
window.iba = window.iba || {};

(function () {
    iba.dimmed = function (figure, picks) {
        const chosen = iba.chosen(picks);
        if (!chosen.some((keys) => keys.length)) return figure;
        const data = figure.data.flatMap((trace) => {
            if (trace.type === "heatmap") return dimmedCells(trace, picks, chosen);
            if (!trace.customdata) return [trace];
            const keep = picks[0] === "brush"
                ? (key) => inside(chosen[0][0], key)
                : (key) => chosen[0].includes(key);
            if ((trace.mode || "").includes("lines")) return [{ ...trace, opacity: trace.customdata.some(keep) ? 1 : 0.3 }];
            const selectedpoints = trace.customdata.flatMap((key, i) => (keep(key) ? [i] : []));
            return [{ ...trace, selectedpoints, unselected: { marker: { opacity: 0.3 } } }];
        });
        return { data, layout: picks[0] === "brush" ? shaded(figure, chosen[0][0]) : figure.layout };
    };
    function dimmedCells(trace, picks, chosen) {
        const keep = (cell) => cell && picks.every((dimension, i) =>
            !chosen[i].length || (dimension === "brush" ? inside(chosen[i][0], cell[i]) : chosen[i].includes(cell[i])));
        const masked = (wanted) => trace.z.map((row, y) => row.map((z, x) => (keep(trace.customdata[y][x]) === wanted ? z : null)));
        const flat = trace.z.flat().filter((z) => z !== null);
        const range = { zmin: trace.zmin ?? Math.min(0, ...flat), zmax: trace.zmax ?? Math.max(...flat) };
        return [
            { ...trace, ...range, z: masked(false), opacity: 0.3, showscale: false, hoverongaps: false },
            { ...trace, ...range, z: masked(true), hoverongaps: false },
        ];
    }
    function inside(span, key) {
        const [from, to] = span.split("..");
        const [start, end] = key.split("..");
        return start <= to && end >= from;
    }
    function shaded(figure, span) {
        const [from, to] = span.split("..");
        const shade = { type: "rect", yref: "paper", y0: 0, y1: 1, line: { width: 0 }, fillcolor: iba.token("surface"), opacity: 0.65, layer: "above" };
        const shapes = [{ ...shade, x0: "1900-01-01", x1: from }, { ...shade, x0: to, x1: "2200-01-01" }];
        const days = figure.data.flatMap((trace) => trace.x).sort();
        return { ...figure.layout, shapes, xaxis: { ...figure.layout.xaxis, autorange: false, range: [days[0], days[days.length - 1]] } };
    }
})();
