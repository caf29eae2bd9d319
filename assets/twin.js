/* The table twin of a chart: the same rows in words, sorted by a click on a head, searched where they are many.
   A row does what its mark does. */
window.iba = window.iba || {};

(function () {
    const make = (tag, properties, ...children) => {
        const element = Object.assign(document.createElement(tag), properties);
        element.append(...children);
        return element;
    };
    const MANY = 12;

    iba.twin = function (box) {
        const table = box.classList.toggle("as-table");
        box.querySelector(".twin").hidden = !table;
        box.querySelector("[data-act=twin]").textContent = table ? "Show as chart" : "Show as table";
        if (table) fill(box);
    };
    iba.twins = () => document.querySelectorAll(".chart.as-table").forEach(fill);

    async function fill(box) {
        const search = window.location.search;
        const response = await fetch(`/table/${box.dataset.chart}${iba.scoped()}`);
        if (search !== window.location.search) return;
        if (!response.ok) { box.querySelector(".twin").textContent = "The table could not be read. Try again, or reload the page."; return; }
        show(box, await response.json());
    }

    /* The keys of the marks, where there is one a row. */
    function keysOf(name, count) {
        const figure = iba.figures[name];
        const trace = figure && figure.data.findLast((t) => t.customdata);
        const keys = trace ? (trace.type === "heatmap" ? trace.customdata.flat() : trace.customdata) : [];
        return keys.length === count ? keys : [];
    }

    function show(box, { columns, rows, values, keys: written }) {
        const drawn = JSON.parse(box.dataset.picks).length ? keysOf(box.dataset.chart, rows.length) : [];
        const keys = drawn.length ? drawn : written;
        const order = rows.map((_, i) => i);
        const body = make("tbody", {});
        const lay = () => body.replaceChildren(...order.map((i) => line(box, columns, rows[i], keys[i])));
        const heads = columns.map((column, c) => head(column, (down) => {
            const rank = (i) => values[i][c];
            order.sort((a, b) => compare(rank(a), rank(b)) * (down ? -1 : 1));
            lay();
        }));
        lay();
        const table = make("table", {}, make("caption", { textContent: box.querySelector("h2").textContent }), make("thead", {}, make("tr", {}, ...heads)), body);
        const sheet = make("div", { className: "rows", tabIndex: 0 }, table);
        box.querySelector(".twin").replaceChildren(...(rows.length > MANY ? [finder(body)] : []), sheet);
    }
    const compare = (a, b) => (a === b ? 0 : a === null ? 1 : b === null ? -1 : a < b ? -1 : 1);

    function head(column, sort) {
        const button = make("button", { type: "button", textContent: column.label });
        const cell = make("th", { scope: "col", className: column.number ? "number" : "" }, button);
        button.onclick = () => {
            const down = column.number ? cell.ariaSort !== "descending" : cell.ariaSort === "ascending";
            cell.parentElement.querySelectorAll("th").forEach((other) => other.removeAttribute("aria-sort"));
            cell.setAttribute("aria-sort", down ? "descending" : "ascending");
            sort(down);
        };
        return cell;
    }

    function line(box, columns, texts, key) {
        const cells = texts.map((text, c) => make("td", { textContent: text, className: columns[c].number ? "number" : "" }));
        if (!key) return make("tr", {}, ...cells);
        const keys = Array.isArray(key) ? key : [key];
        const picks = JSON.parse(box.dataset.picks);
        const query = new URLSearchParams(iba.opened(window.location.search));
        const on = picks.every((d, i) => query.getAll(d).includes(keys[i]));
        const button = make("button", { type: "button", textContent: texts[0] });
        button.setAttribute("aria-pressed", on);
        cells[0].replaceChildren(button);
        const row = make("tr", { className: on ? "on" : "" }, ...cells);
        row.onclick = (event) => iba.pick(box, keys, event.shiftKey || event.ctrlKey || event.metaKey);
        return row;
    }

    function finder(body) {
        const field = make("input", { type: "search", className: "form-control form-control-sm", placeholder: "Search the rows" });
        field.setAttribute("aria-label", "Search the rows");
        field.oninput = () => body.querySelectorAll("tr").forEach((row) => {
            row.hidden = !row.textContent.toLowerCase().includes(field.value.trim().toLowerCase());
        });
        return field;
    }
})();
