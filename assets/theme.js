/* The theme: light or dark, chosen by the reader or by the system, and the Plotly template made from its tokens. */
window.iba = window.iba || {};

iba.token = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
iba.theme = () => document.documentElement.dataset.bsTheme;

(function () {
    const system = window.matchMedia("(prefers-color-scheme: dark)");
    const kept = () => { try { return window.localStorage.getItem("theme"); } catch { return null; } };
    const wear = (theme) => { document.documentElement.dataset.bsTheme = theme; };
    wear(kept() || (system.matches ? "dark" : "light"));
    system.addEventListener("change", () => { if (!kept()) { wear(system.matches ? "dark" : "light"); iba.spread(iba.last); } });
    document.addEventListener("click", (event) => {
        if (!event.target.closest("[data-act=theme]")) return;
        wear(iba.theme() === "dark" ? "light" : "dark");
        try { window.localStorage.setItem("theme", iba.theme()); } catch { /* private mode: for this visit only */ }
        iba.spread(iba.last);
    });
})();

/* Reading a token makes the browser work out all styles: once for each theme. */
const templates = {};
iba.template = () => (templates[iba.theme()] ||= template());
function template() {
    const axis = {
        gridcolor: iba.token("hairline"), linecolor: "rgba(0,0,0,0)", zeroline: false, automargin: true,
        tickfont: { color: iba.token("muted"), size: 12 }, ticklen: 4, tickcolor: "rgba(0,0,0,0)",
    };
    const scale = [[0, iba.token("scale-low")], [1, iba.token("accent")]];
    return {
        layout: {
            paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", colorway: [iba.token("accent")],
            font: { family: "system-ui, sans-serif", size: 12, color: iba.token("text") },
            margin: { l: 8, r: 16, t: 8, b: 8 }, xaxis: axis, yaxis: { ...axis, ticklabeloverflow: "allow" }, showlegend: false,
            hoverlabel: { bgcolor: iba.token("surface"), bordercolor: iba.token("hairline"), font: { family: "system-ui, sans-serif", color: iba.token("text") }, align: "left" },
            newselection: { line: { color: iba.token("accent"), width: 1, dash: "solid" } },
        },
        data: { heatmap: [{ colorscale: scale, colorbar: { tickfont: { color: iba.token("muted") } } }] },
    };
}
