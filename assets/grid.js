/* The grids: lists of any length, whose rows come from the server a block at a time. A list follows the address; its
   own order, conditions and search stand behind the # of the address, so that a link, Back and a reload bring them back. */
window.iba = window.iba || {};

(function () {
    const live = {};
    const part = (kind, name) => ({ name: name, part: kind });
    const phone = window.matchMedia("(max-width: 767px)");
    const boxOf = (name) => document.querySelector(`[data-list="${name}"]`);

    /* What the reader asks of a list beside the address, written as the server reads it. */
    function own(list) {
        const sorted = list.api.getColumnState().filter((c) => c.sort).sort((a, b) => a.sortIndex - b.sortIndex);
        const order = sorted.map((c) => (c.sort === "desc" ? "-" : "") + c.colId).join(",");
        const model = list.api.getFilterModel();
        const where = Object.keys(model).length ? JSON.stringify(model) : "";
        return Object.entries({ order, where, find: list.find }).filter(([, value]) => value);
    }
    function asked(list, more = []) {
        const query = new URLSearchParams(iba.scoped());
        [...own(list), ...more].forEach(([key, value]) => query.set(key, value));
        return query;
    }
    async function get(path, query) {
        const response = await window.fetch(`${path}?${query}`);
        const answer = await response.json().catch(() => ({}));
        if (!response.ok) throw new Error(answer.error || "The server could not answer; try again, or reload the page.");
        return answer;
    }
    /* A failed fetch of the browser says nothing that a reader can use. */
    const reason = (error) => (error instanceof TypeError ? "The server cannot be reached." : error.message);
    /* An answer to a page that was left is for nobody. */
    const say = (list, text) => { if (!list.api.isDestroyed()) dash_clientside.set_props(part("sum", list.name), { children: text }); };

    function source(list) {
        return {
            getRows(params) {
                if (list.api.isDestroyed()) return;
                get(`/lists/${list.name}`, asked(list, [["start", params.startRow], ["end", params.endRow]]))
                    .then(({ rows, total, dark }) => { params.successCallback(rows, total); overlay(list, total); darken(list, dark); })
                    .catch((error) => { params.failCallback(); say(list, `These rows could not be loaded. ${reason(error)}`); });
            },
        };
    }
    function overlay(list, total) {
        if (total) list.api.hideOverlay(); else list.api.showNoRowsOverlay();
    }
    /* The line above the list; an answer to an older question is dropped. */
    function total(list) {
        const query = asked(list).toString();
        keep(list);
        if (list.told === query) return;
        list.told = query;
        get(`/lists/${list.name}/summary`, query)
            .then(({ says }) => { if (list.told === query) { say(list, says); boxOf(list.name).dataset.asked = query; } })
            .catch((error) => { if (list.told === query) { list.told = null; say(list, `No total: ${reason(error)}`); } });
    }
    function keep(list) {
        const hash = new URLSearchParams(own(list)).toString();
        if (hash === window.location.hash.slice(1)) return;
        const { pathname, search } = window.location;
        window.history.replaceState(window.history.state, "", pathname + search + (hash ? "#" + hash : ""));
        iba.arrive();
    }
    function remembered(list) {
        const kept = new URLSearchParams(window.location.hash.slice(1));
        const order = (kept.get("order") || "").split(",").filter(Boolean);
        const state = order.map((name, sortIndex) => ({ colId: name.replace(/^-/, ""), sort: name[0] === "-" ? "desc" : "asc", sortIndex }));
        list.api.applyColumnState({ state, defaultState: { sort: null } });
        try { list.api.setFilterModel(JSON.parse(kept.get("where") || "{}")); } catch { list.api.setFilterModel(null); }
        list.find = kept.get("find") || "";
        dash_clientside.set_props(part("find", list.name), { value: list.find });
    }

    /* Whoever comes Back to a list finds it where it was left. */
    let returned = "";
    window.addEventListener("popstate", () => { returned = window.location.pathname; }, true);
    const place = (list) => `top ${list.name} ${window.location.search}${window.location.hash}`;
    function leave(list) {
        if (list.api.isDestroyed() || list.top) return;
        window.sessionStorage.setItem(place(list), Math.round(list.api.getVerticalPixelRange().top / list.api.getGridOption("rowHeight")));
    }
    function comeBack(list) {
        if (!list.top || list.api.getDisplayedRowCount() <= list.top) return;
        window.setTimeout((top) => list.api.ensureIndexVisible(top, "top"), 0, list.top);
        list.top = 0;
    }

    /* A page that is come back to may still know the grid that was there before. */
    const settle = (name) => [0, 100, 400, 1600].forEach((wait) => window.setTimeout(start, wait, name));
    function start(name) {
        const api = boxOf(name) && window.dash_ag_grid.getApi(part("list", name));
        if (!api || api.isDestroyed() || (live[name] && live[name].api === api)) return;
        const list = { name, api, find: "", dark: [] };
        live[name] = list;
        remembered(list);
        list.top = returned === window.location.pathname ? Number(window.sessionStorage.getItem(place(list))) : 0;
        if (list.top) returned = "";
        lay(list);
        api.addEventListener("cellClicked", toggle);
        api.addEventListener("cellKeyDown", (event) => { if (event.event.key === "Enter") enter(event); });
        api.addEventListener("bodyScroll", () => leave(list));
        api.addEventListener("modelUpdated", () => comeBack(list));
        api.addEventListener("sortChanged", () => total(list));
        api.addEventListener("filterChanged", () => total(list));
        api.setGridOption("datasource", source(list));
        total(list);
    }
    const running = () => Object.values(live).filter((list) => !list.api.isDestroyed());
    function again(list) {
        if (list.api.getDisplayedRowCount()) list.api.ensureIndexVisible(0);
        list.api.refreshInfiniteCache();
        total(list);
    }
    /* Other data are served: the same question, asked again. */
    iba.relist = () => running().forEach((list) => { list.told = null; again(list); });
    /* A link that differs from this page behind the # alone does not load it anew. */
    window.addEventListener("hashchange", () => running().forEach((list) => {
        const kept = new URLSearchParams(window.location.hash.slice(1));
        if (kept.toString() === new URLSearchParams(own(list)).toString()) return;
        remembered(list);
        again(list);
    }));
    /* A phone shows what matters most; the rest is in the file and on a wider screen. */
    function lay(list) {
        const shown = (column) => (column.context.phone || !phone.matches) && !list.dark.includes(column.field);
        const columns = list.api.getColumnDefs();
        list.api.setColumnsVisible(columns.filter(shown).map((column) => column.field), true);
        list.api.setColumnsVisible(columns.filter((column) => !shown(column)).map((column) => column.field), false);
    }
    function darken(list, dark) {
        if (dark.join() === list.dark.join()) return;
        list.dark = dark;
        lay(list);
    }
    phone.addEventListener("change", () => running().forEach(lay));

    /* A cell of a dimension toggles it in the address; a link in a cell goes where it says. */
    function toggle({ colDef, data, event }) {
        const { pick, key } = colDef.context;
        if (pick && data && data[key] !== null) iba.fold("toggle", pick, data[key], Boolean(event && (event.shiftKey || event.ctrlKey || event.metaKey)));
    }
    function enter(cell) {
        const link = cell.event.target.querySelector && cell.event.target.querySelector("a");
        if (link) link.click(); else toggle(cell);
    }

    let typing = 0;
    document.addEventListener("input", (event) => {
        const box = event.target.closest(".find") && event.target.closest("[data-list]");
        if (!box) return;
        window.clearTimeout(typing);
        typing = window.setTimeout(() => {
            const list = live[box.dataset.list];
            list.find = event.target.value.trim();
            again(list);
        }, 250);
    });
    document.addEventListener("click", (event) => {
        const button = event.target.closest("[data-file]");
        if (!button) return;
        const list = live[button.closest("[data-list]").dataset.list];
        button.closest("details").open = false;
        window.location.assign(`/lists/${list.name}.${button.dataset.file}?${asked(list)}`);
    });

    window.dash_clientside = Object.assign({}, window.dash_clientside, {
        list: {
            ready: (_requests, ids) => ids.forEach((id) => settle(id.name)),
            follow: () => running().forEach((list) => { if (list.search !== window.location.search) { list.search = window.location.search; again(list); } }),
        },
    });

    /* What the grid asks of us: how a number is written, what a click will do, how a customer is linked, how it looks. */
    const writers = { rate: "percent", money: "money" };
    const functions = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});
    functions.listNumber = (value, kind) => (value === null || value === undefined ? "" : iba[writers[kind] || "number"](value));
    functions.listHint = ({ value, colDef }) => {
        const on = new URLSearchParams(window.location.search).getAll(colDef.context.pick).length === 1;
        return value ? (on ? `${value}: click to show all again` : `${value}: click to show only these`) : null;
    };
    functions.listTheme = (quartz) => quartz.withParams({
        accentColor: "var(--accent)", backgroundColor: "var(--surface)", foregroundColor: "var(--text)", textColor: "var(--text)",
        borderColor: "var(--hairline)", chromeBackgroundColor: "var(--surface)", headerBackgroundColor: "var(--surface)",
        headerTextColor: "var(--muted)", headerFontWeight: 600, headerFontSize: 12, fontSize: 14, fontFamily: "inherit",
        rowHoverColor: "var(--page)", wrapperBorder: false, wrapperBorderRadius: 0, cellHorizontalPadding: 12, spacing: 6,
        menuBackgroundColor: "var(--surface)", menuTextColor: "var(--text)", inputBackgroundColor: "var(--surface)", inputTextColor: "var(--text)",
        tooltipBackgroundColor: "var(--surface)", tooltipTextColor: "var(--text)",
    });
    const components = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
    components.CustomerLink = ({ value, data }) => {
        if (!data) return "";
        if (value === null || value === undefined) return "–";
        const href = `/customers/${encodeURIComponent(value)}?${iba.folds.choose(window.location.search, "customer", [])}`.replace(/\?$/, "");
        return window.React.createElement(window.dash_core_components.Link, { href, children: value });
    };
})();
