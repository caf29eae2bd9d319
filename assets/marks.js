/* The marks of a chart: which of them lies under a point of the screen, and what travels with it.
   Plotly tells after a pause which mark is hovered and forgets it when it draws; a press cannot wait for that. */
window.iba = window.iba || {};

/* `mark` is an index, or row and column of a cell. */
iba.at = (values, mark) => values && (Array.isArray(mark) ? values[mark[0]] && values[mark[0]][mark[1]] : values[mark]);

(function () {
    const REACH = 20; /* pixels from a point that still count as on it */
    const between = (value, a, b) => value >= Math.min(a, b) && value <= Math.max(a, b);

    const finders = {
        bar(marks, x, y, along, across) {
            const flat = marks[0].trace.orientation === "h";
            return marks.findIndex((bar) => {
                const [right, up] = flat ? [[bar.s0, bar.s1], [bar.p0, bar.p1]] : [[bar.p0, bar.p1], [bar.s0, bar.s1]];
                return between(x, ...right.map((v) => along.c2p(v))) && between(y, ...up.map((v) => across.c2p(v)));
            });
        },
        scatter(marks, x, y, along, across) {
            const far = marks.map((point) => Math.hypot(along.c2p(point.x) - x, across.c2p(point.y) - y) || (point.x === undefined ? Infinity : 0));
            const nearest = far.indexOf(Math.min(...far));
            return far[nearest] <= REACH ? nearest : -1;
        },
        heatmap(marks, x, y, along, across) {
            const cell = (edges, axis, at) => edges.findIndex((edge, i) => i && between(at, axis.c2p(edges[i - 1]), axis.c2p(edge))) - 1;
            const found = [cell(marks[0].y, across, y), cell(marks[0].x, along, x)];
            return found.some((i) => i < 0) ? -1 : found;
        },
    };

    /* The keys of the mark under a point of the window, or nothing. */
    iba.under = function (graph, clientX, clientY) {
        const { xaxis, yaxis } = graph._fullLayout;
        const { left, top } = graph.getBoundingClientRect();
        const [x, y] = [clientX - left - xaxis._offset, clientY - top - yaxis._offset];
        const keys = graph.calcdata.map((marks) => {
            const { type, customdata } = marks[0].trace;
            const found = customdata && finders[type] ? finders[type](marks, x, y, xaxis, yaxis) : -1;
            return found === -1 ? null : iba.at(customdata, found);
        });
        const key = keys.reverse().find(Boolean);
        return key && (Array.isArray(key) ? key : [key]);
    };
})();
