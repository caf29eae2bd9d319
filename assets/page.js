/* The page: one answer of the server, spread over its charts and cards without asking Dash, to which each part of it would be
   a change of the whole page. */
window.iba = window.iba || {};

(function () {
    const told = {};
    const held = {};
    const element = (kind, name) => document.getElementById(JSON.stringify({ name, part: kind }));

    /* Dash hands the answer over once more that is on the page already. */
    let laid = {};
    iba.spread = function (answer) {
        const main = document.getElementById("chips");
        const written = JSON.stringify(answer);
        if (!answer || !main || (laid.main === main && laid.written === written)) return;
        laid = { main, written };
        iba.last = answer;
        Object.assign(iba.sets, answer.sets);
        Object.entries(answer.charts || {}).forEach(([name, chart]) => show(name, chart));
        Object.entries(answer.cards || {}).forEach(([name, card]) => fill(element("card", name), card));
        for (const id of ["notice", "chips", "period"]) fill(document.getElementById(id), answer[id]);
        controls(answer.controls || {});
        count();
        iba.twins();
        window.requestAnimationFrame(() => window.setTimeout(iba.fetchPlotly));
        document.documentElement.dataset.search = answer.search;
    };
    /* How many choices hold, on the closed sheet of a phone. */
    function count() {
        const chosen = document.querySelectorAll("#chips .chip").length;
        document.querySelector(".sheet > summary").dataset.count = chosen ? ` · ${chosen}` : "";
    }
    const fill = (place, children) => { if (place) iba.lay(place, children); };

    function show(name, chart) {
        const place = element("graph", name);
        if (!place) return;
        const box = place.closest("[data-chart]");
        fill(element("say", name), chart.say);
        fill(element("empty", name), chart.empty);
        behind(element("behind", name), box);
        box.classList.toggle("is-empty", Boolean(chart.empty));
        box.classList.toggle("lacks", Boolean(chart.lacks));
        if (chart.empty) iba.leave(box);
        else iba.take(box, chart.figure);
    }
    function behind(link, box) {
        link.hidden = !iba.chosen(JSON.parse(box.dataset.picks)).some((keys) => keys.length);
        const { href, children } = iba.last.behind[box.dataset.opens];
        link.setAttribute("href", href);
        fill(link, children);
    }

    /* What the fields will say of an address is known before its answer: Dash shows it while the server works. */
    iba.foretell = () => {
        if (document.getElementById("chips")) controls(Object.fromEntries(Object.keys(told).map((name) => [name, iba.chosen([name])[0]])));
    };
    /* The server reads days in order, whichever was named first. */
    function inOrder(query) {
        const [from, to] = [query.get("from"), query.get("to")];
        if (Date.parse(from) > Date.parse(to)) { query.set("from", to); query.set("to", from); }
        return query;
    }
    /* The fields say what the address says; a list repeats what it was told. */
    function controls(lists) {
        const query = inOrder(new URLSearchParams(window.location.search));
        const fields = { from: "", to: "", cmp: "year", grain: "auto" };
        for (const [key, usual] of Object.entries(fields)) {
            const id = key === "cmp" ? "compare" : key;
            const value = query.get(key) || usual;
            if (document.getElementById(id).value !== value) dash_clientside.set_props(id, { value });
        }
        for (const [name, members] of Object.entries(lists)) {
            told[name] = JSON.stringify(members);
            if ((held[name] || "[]") !== told[name]) dash_clientside.set_props({ name, part: "choose" }, { value: members });
            held[name] = told[name];
        }
    }

    function places() {
        document.querySelectorAll(".nav-item").forEach((link) => {
            const here = link.pathname === window.location.pathname;
            if (!here) link.removeAttribute("aria-current");
            else if (!link.ariaCurrent) { link.ariaCurrent = "page"; link.scrollIntoView({ block: "nearest", inline: "center" }); }
        });
    }

    /* Callbacks of Dash that report to nobody: what they do, they do to the page and to the address. */
    window.dash_clientside = Object.assign({}, window.dash_clientside, {
        iba: {
            spread: (answer) => iba.spread(answer),
            places: () => places(),
            choose: (values, ids) => values.forEach((value, i) => {
                const { name } = ids[i];
                held[name] = JSON.stringify(value || []);
                if (name in told && held[name] !== told[name]) iba.fold("choose", name, value || []);
            }),
        },
    });
})();
