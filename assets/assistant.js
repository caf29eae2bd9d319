/* Enter in the field of questions asks, as soon as the button can be pressed; with Shift it makes a new line. */
(function () {
    const ask = (times) => {
        const send = document.getElementById("send");
        if (send && !send.disabled) send.click();
        else if (send && times) setTimeout(ask, 100, times - 1);
    };
    /* The newest answer begins where the reader looks. */
    let told = 0;
    new MutationObserver(() => {
        const place = document.getElementById("turns");
        const turns = place ? place.getElementsByClassName("turn") : [];
        if (told && turns.length > told) turns[turns.length - 1].scrollIntoView({ block: "start" });
        told = place ? Math.max(turns.length, 1) : 0;
    }).observe(document.documentElement, { childList: true, subtree: true });
    document.addEventListener("keydown", (event) => {
        if (event.target.id !== "question" || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
        event.preventDefault();
        ask(100);
    });
})();
