/* Enter in the field of questions asks, as soon as the button can be pressed; with Shift it makes a new line. */
(function () {
    const ask = (times) => {
        const send = document.getElementById("send");
        if (send && !send.disabled) send.click();
        else if (send && times) setTimeout(ask, 100, times - 1);
    };
    document.addEventListener("keydown", (event) => {
        if (event.target.id !== "question" || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
        event.preventDefault();
        ask(100);
    });
})();
