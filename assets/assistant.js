/* Enter in the field of questions asks; with Shift it makes a new line. */
(function () {
    document.addEventListener("keydown", (event) => {
        if (event.target.id !== "question" || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
        event.preventDefault();
        document.getElementById("send").click();
    });
})();
