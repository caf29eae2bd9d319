/* The page: one answer of the server, spread over its charts and cards. What has not changed is not drawn,
   what is off screen is drawn when it is seen. */
window.iba = window.iba || {};

iba.figures = {};

(function () {
    const drawn = {};
    const waiting = {};
    const told = {};
    const part = (kind, name) => ({ name: name, part: kind });
    const element = (kind, name) => document.getElementById(JSON.stringify(part(kind, name)));

    /* Marks of the chart's own picks keep their colour, the others go to 30 %. */
    function keysOf(picks) {
        const query = new URLSearchParams(iba.opened(window.location.search));
        return picks.map((dimension) => query.getAll(dimension));
    }
    function inside(span, key) {
        const [from, to] = span.split("..");
        const [start, end] = key.split("..");
        return start <= to && end >= from;
    }
    function dimmed(figure, picks) {
        const chosen = keysOf(picks);
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
        const layout = picks[0] === "brush" ? { ...figure.layout, shapes: shades(chosen[0][0]) } : figure.layout;
        return { data, layout };
    }
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
    function shades(span) {
        const [from, to] = span.split("..");
        const shade = { type: "rect", yref: "paper", y0: 0, y1: 1, line: { width: 0 }, fillcolor: iba.token("surface"), opacity: 0.65, layer: "above" };
        return [{ ...shade, x0: "1900-01-01", x1: from }, { ...shade, x0: to, x1: "2200-01-01" }];
    }

    function draw(name) {
        if (iba.held && iba.held.dataset.chart === name) return;
        const { figure, picks } = waiting[name];
        delete waiting[name];
        const shown = dimmed(figure, picks);
        const layout = { ...shown.layout, template: iba.template(), selections: [], separators: iba.last.separators };
        const shades = layout.shapes;
        if (shades) layout.xaxis = { ...layout.xaxis, autorange: false, range: dates(figure) };
        dash_clientside.set_props(part("graph", name), { figure: { data: shown.data, layout } });
    }
    function dates(figure) {
        const days = figure.data.flatMap((trace) => trace.x).sort();
        return [days[0], days[days.length - 1]];
    }
    const seen = new IntersectionObserver((entries) => {
        entries.filter((e) => e.isIntersecting && waiting[e.target.dataset.chart]).forEach((e) => draw(e.target.dataset.chart));
    }, { rootMargin: "200px" });
    iba.redraw = (box) => { if (waiting[box.dataset.chart]) draw(box.dataset.chart); };
    const visible = (box) => {
        const { top, bottom } = box.getBoundingClientRect();
        return bottom > -200 && top < window.innerHeight + 200;
    };

    function show(name, chart) {
        const graph = element("graph", name);
        if (!graph) return;
        const box = graph.closest("[data-chart]");
        const picks = JSON.parse(box.dataset.picks || "[]");
        const picked = keysOf(picks).some((keys) => keys.length);
        dash_clientside.set_props(part("say", name), { children: chart.say || "" });
        dash_clientside.set_props(part("behind", name), picked ? iba.last.behind[box.dataset.opens] : { children: "", href: "" });
        dash_clientside.set_props(part("empty", name), { children: chart.empty || "" });
        box.classList.toggle("is-empty", Boolean(chart.empty));
        box.classList.toggle("lacks", Boolean(chart.lacks));
        if (chart.empty) { delete drawn[name]; return; }
        const state = JSON.stringify([chart.figure, keysOf(picks), iba.theme(), graph.dataset.shown || ""]);
        if (drawn[name] && drawn[name].state === state && drawn[name].graph === graph) return;
        drawn[name] = { state, graph };
        waiting[name] = { figure: chart.figure, picks };
        iba.figures[name] = chart.figure;
        seen.observe(box);
        if (visible(box)) draw(name);
    }

    iba.spread = function (answer) {
        if (!answer || !document.getElementById("chips")) return;
        iba.last = answer;
        Object.assign(iba.sets, answer.sets);
        dash_clientside.set_props("notice", { children: answer.notice || "" });
        dash_clientside.set_props("chips", { children: answer.chips || [] });
        dash_clientside.set_props("period", { children: answer.period || "" });
        const query = new URLSearchParams(window.location.search);
        dash_clientside.set_props("from", { value: query.get("from") || "" });
        dash_clientside.set_props("to", { value: query.get("to") || "" });
        dash_clientside.set_props("compare", { value: query.get("cmp") || "year" });
        dash_clientside.set_props("grain", { value: query.get("grain") || "auto" });
        Object.entries(answer.controls || {}).forEach(([d, members]) => {
            told[d] = JSON.stringify(members);
            dash_clientside.set_props(part("choose", d), { value: members });
        });
        Object.entries(answer.cards || {}).forEach(([name, card]) => {
            if (element("card", name)) dash_clientside.set_props(part("card", name), { children: card });
        });
        Object.entries(answer.charts || {}).forEach(([name, chart]) => show(name, chart));
        iba.twins();
        document.querySelectorAll(".nav-item").forEach((link) => {
            const here = link.pathname === window.location.pathname;
            if (!here) link.removeAttribute("aria-current");
            else if (!link.ariaCurrent) { link.ariaCurrent = "page"; link.scrollIntoView({ block: "nearest", inline: "center" }); }
        });
        document.documentElement.dataset.search = answer.search;
    };

    /* A callback of Dash that reports to nobody: what it does, it does to the address. */
    window.dash_clientside = Object.assign({}, window.dash_clientside, {
        iba: {
            spread: (answer) => { iba.spread(answer); return window.dash_clientside.no_update; },
            links: (search, ids) => ids.map((id) => id.name + (search || "")),
            /* A list repeats what it was told; only what a hand changed goes to the address. */
            choose: (values, ids) => {
                values.forEach((value, i) => {
                    const chosen = value || [];
                    if (ids[i].name in told && JSON.stringify(chosen) !== told[ids[i].name]) iba.fold("choose", ids[i].name, chosen);
                });
            },
        },
    });
})();
