/* A chart as a picture for a report: with its title, on the ground of the theme. */
window.iba = window.iba || {};

iba.picture = async function (box, format, page) {
    const plot = box.querySelector(".js-plotly-plot");
    const title = { text: box.querySelector("h2").textContent, x: 0, xref: "container", pad: { l: 16 } };
    const { width, height } = plot.getBoundingClientRect();
    const layout = { ...plot.layout, title, paper_bgcolor: iba.token("surface"), margin: { l: 16, r: 24, t: 48, b: 16 } };
    const made = await window.Plotly.toImage({ data: plot.data, layout }, { format, width, height: height + 40, scale: 2 });
    const link = document.createElement("a");
    link.href = made;
    link.download = `${page}-${box.dataset.chart}_${iba.last.stem}.${format}`;
    link.click();
};
