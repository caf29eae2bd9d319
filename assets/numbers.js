/* Numbers, written as the server writes them: its separators, its sign of money before or after the figure. */
window.iba = window.iba || {};

(function () {
    const plain = {};
    let known;
    const manner = () => (known ||= JSON.parse(document.querySelector("[data-manner]").dataset.manner));
    const sign = (value) => (value < 0 ? "−" : "");

    /* A number from 0 up, grouped in thousands, with so many decimals at least and at most. */
    function digits(value, least, most) {
        plain[[least, most]] ||= new Intl.NumberFormat("en-US", { minimumFractionDigits: least, maximumFractionDigits: most });
        const { point, group } = manner();
        return plain[[least, most]].format(value).replace(/[,.]/g, (mark) => (mark === "," ? group : point));
    }
    iba.number = (value) => sign(value) + digits(Math.abs(value), 0, 3);
    iba.percent = (share) => `${sign(share)}${digits(Math.abs(share) * 100, 1, 1)} %`;
    iba.money = (value) => {
        const { before, after } = manner();
        return sign(value) + before + digits(Math.abs(value), 2, 2) + after;
    };
})();
