/* The address: the one place where the state of the view lives in the browser. Every control and every
   mark ends in one of the folds below; the server knows the same rules as Filters.toggle and Filters.choose. */
window.iba = window.iba || {};
const LONGEST = 3000;

iba.folds = {
    /* A click on a mark: its key replaces the choice, or clears it; with `add` it joins or leaves it. */
    toggle(search, dimension, key, add) {
        const query = new URLSearchParams(search);
        const before = query.getAll(dimension);
        const same = before.length === 1 && before[0] === key;
        const joined = before.includes(key) ? before.filter((k) => k !== key) : [...before, key];
        return iba.folds.choose(search, dimension, add ? joined : same ? [] : [key]);
    },
    choose(search, dimension, keys) {
        const query = new URLSearchParams(search);
        query.delete(dimension);
        [...new Set(keys)].sort().forEach((key) => query.append(dimension, key));
        return query.toString();
    },
    /* A mark of several dimensions at once, such as a heat cell: region and days. Days are never added up. */
    pick(search, dimensions, keys, add) {
        const query = new URLSearchParams(search);
        const on = dimensions.every((d, i) => query.getAll(d).length === 1 && query.get(d) === keys[i]);
        return dimensions.reduce((folded, dimension, i) => {
            if (dimension === "brush") return iba.folds.choose(folded, dimension, on && !add ? [] : [keys[i]]);
            if (dimensions.length === 1) return iba.folds.toggle(folded, dimension, keys[i], add);
            const chosen = new URLSearchParams(folded).getAll(dimension);
            return iba.folds.choose(folded, dimension, on && !add ? [] : add ? [...chosen, keys[i]] : [keys[i]]);
        }, search);
    },
    set(search, values) {
        return Object.entries(values).reduce((folded, [key, value]) => iba.folds.choose(folded, key, value ? [value] : []), search);
    },
    drop(search, dimension, key) {
        const left = new URLSearchParams(search).getAll(dimension).filter((k) => k !== key);
        return iba.folds.choose(search, dimension, left);
    },
};

/* Folds follow one another from the address as it stands now, so that quick clicks all count. */
iba.fold = function (name, ...args) {
    return iba.go(iba.folds[name](iba.opened(window.location.search), ...args));
};

/* What the address chooses of each of these dimensions. */
iba.chosen = function (dimensions) {
    const query = new URLSearchParams(iba.opened(window.location.search));
    return dimensions.map((dimension) => query.getAll(dimension));
};

/* A mark of a chart was chosen, by hand or by key; Escape clears what the chart of the last one picks. */
iba.pick = function (box, keys, add) {
    iba.picked = box;
    iba.fold("pick", JSON.parse(box.dataset.picks), keys, add);
};
iba.unpick = function (box) {
    iba.go(JSON.parse(box.dataset.picks).reduce((search, d) => iba.folds.choose(search, d, []), window.location.search));
};

iba.go = async function (search, replace) {
    const next = iba.sorted(search.length > LONGEST ? await iba.shortened(search) : search);
    if (next === iba.sorted(window.location.search)) return;
    window.history[replace ? "replaceState" : "pushState"]({}, "", window.location.pathname + next + window.location.hash);
    iba.arrive();
};
/* Days under a moving hand: one entry of the history a drag, the next view when the last has been answered. */
let following = false;
iba.follow = function (days, last) {
    const answered = document.documentElement.dataset.search === window.location.search;
    if (answered || last) {
        iba.go(iba.folds.set(iba.opened(window.location.search), { brush: days }), following);
        following = !last;
        document.documentElement.classList.toggle("following", following);
    }
};
/* Dash's Location holds the whole address too and would push the old one again if only the search were new. It goes over the
   whole page, so it is told once the view is on the screen. */
iba.arrive = async function () {
    const { search, hash, href } = window.location;
    const answered = iba.hasten().catch(() => false); /* told by the request that Dash makes */
    iba.foretell();
    iba.dim();
    if (await answered) await iba.painted();
    if (href === window.location.href) dash_clientside.set_props("url", { search, hash, href });
};
iba.painted = () => document.hidden || new Promise((done) => window.requestAnimationFrame(() => window.setTimeout(done)));

iba.sorted = function (search) {
    const query = new URLSearchParams(search);
    query.sort();
    return query.size ? "?" + query : "";
};

/* Back and Forward within a page change the search alone; Dash would rebuild the page. */
let path = window.location.pathname;
window.addEventListener("popstate", (event) => {
    if (window.location.pathname === path) {
        event.stopImmediatePropagation();
        iba.arrive();
    }
    path = window.location.pathname;
}, true);

/* Links to other pages keep the filters as they are when the hand arrives. */
for (const kind of ["pointerover", "focusin", "click"]) document.addEventListener(kind, (event) => {
    const link = event.target.closest("a[data-keeps]");
    if (link) link.search = window.location.search;
}, true);
/* Links of ours within the shop change the page without loading it anew, as those of Dash do. */
document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-way]");
    if (!link || event.button || event.metaKey || event.shiftKey || event.altKey || event.ctrlKey) return;
    event.preventDefault();
    window.history.pushState({}, "", link.href);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    window.scrollTo(0, 0);
});

/* Where a control leads that changes the view; null for any other. */
function led({ dataset: { set, drop, member, act } }) {
    const search = iba.opened(window.location.search);
    if (set) return iba.folds.set(search, JSON.parse(set));
    if (drop) return iba.folds.drop(search, drop, member);
    return act === "reset" ? "" : null;
}
/* A hand that rests on one will most likely press it. */
let resting = 0;
document.addEventListener("pointerover", (event) => {
    window.clearTimeout(resting);
    const hit = event.pointerType === "mouse" && event.target.closest("[data-set],[data-drop],[data-act=reset]");
    if (hit) resting = window.setTimeout(() => iba.foresee(iba.sorted(led(hit))), iba.REST);
}, { capture: true, passive: true });

/* Controls say what they do in their attributes: data-set, data-drop, data-key, data-act. */
document.addEventListener("click", (event) => {
    document.querySelectorAll(".presets[open], .more[open]").forEach((menu) => { menu.open = menu.contains(event.target); });
    path = window.location.pathname;
    const hit = event.target.closest("[data-set],[data-drop],[data-act],[data-export],[data-picture],[data-show]");
    if (!hit) return;
    const { act, export: file } = hit.dataset;
    const next = led(hit);
    if (next !== null) iba.go(next);
    if (act === "undo") window.history.back();
    if (act === "twin") iba.twin(hit.closest("[data-chart]"));
    if (act === "print") window.print();
    if (act === "report") window.location.assign(`/report/${document.getElementById("main").dataset.page}.pdf${iba.scoped()}`);
    if (act === "copy") iba.copy();
    if (file) window.location.assign(file + iba.scoped());
    if (hit.dataset.show) iba.show(hit);
    if (hit.dataset.picture) iba.picture(hit.closest("[data-chart]"), hit.dataset.picture, hit.dataset.page);
    const menu = hit.closest(".presets, .more");
    if (menu) menu.open = false;
});
/* One of several charts is shown; the others are drawn when their turn comes. */
iba.show = function (button) {
    button.parentElement.querySelectorAll("button").forEach((other) => other.setAttribute("aria-pressed", other === button));
    button.closest(".one-of").querySelectorAll("[data-chart]").forEach((box) => {
        box.parentElement.hidden = box.dataset.chart !== button.dataset.show;
    });
};
document.addEventListener("change", (event) => {
    const field = event.target.closest("[data-key]");
    if (!field) return;
    const { key } = field.dataset;
    const value = event.target.value === "auto" ? "" : event.target.value;
    if (event.target.type === "date" && value && value < "1900") return;
    iba.fold("set", { [key]: value, ...(key === "from" || key === "to" ? { brush: "" } : {}) });
});
document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.querySelectorAll(".presets[open], .more[open]");
    open.forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
    if (open.length) return;
    const chart = event.target.closest("[data-picks]") || (document.contains(iba.picked) ? iba.picked : null);
    if (chart) iba.unpick(chart);
});
/* On a phone the filters are a sheet that opens on demand; on a desk they are always in sight. */
const desk = window.matchMedia("(min-width: 768px)");
const lay = () => document.querySelectorAll(".sheet").forEach((sheet) => { sheet.open = desk.matches; });
desk.addEventListener("change", lay);
new MutationObserver((_, watch) => { if (document.querySelector(".sheet")) { watch.disconnect(); lay(); } })
    .observe(document.documentElement, { childList: true, subtree: true });

/* Plotly takes Ctrl and click for the other button: it is given the same press without Ctrl. */
document.addEventListener("mousedown", (event) => {
    if (!event.ctrlKey || event.button || !event.isTrusted || !event.target.closest(".js-plotly-plot")) return;
    event.stopImmediatePropagation();
    const { clientX, clientY, screenX, screenY, buttons } = event;
    event.target.dispatchEvent(new MouseEvent("mousedown", { bubbles: true, cancelable: true, view: window, clientX, clientY, screenX, screenY, buttons }));
}, true);

/* What the page shows: the address, with what the page chooses for itself in place of what the address says of it. */
iba.scoped = function () {
    const main = document.getElementById("main");
    const scope = new URLSearchParams((main && main.dataset.scope) || "");
    const query = [...new Set(scope.keys())].reduce(
        (folded, key) => iba.folds.choose(folded, key, scope.getAll(key)), window.location.search);
    return "?" + new URLSearchParams(query);
};
