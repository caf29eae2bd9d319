/* Components as the server writes them, laid into the page as elements. What is there already stays: the focus with it. */
window.iba = window.iba || {};

(function () {
    const NAMES = { className: "class", tabIndex: "tabindex" };
    const tag = (node) => (node.type === "Link" ? "a" : node.type.toLowerCase());
    const flat = (children) => [children].flat(Infinity).filter((node) => node !== null && node !== undefined && node !== "");

    /* Make the children of `parent` those that are told: texts, components, lists of both, or nothing. */
    iba.lay = function (parent, children) {
        const nodes = flat(children);
        nodes.forEach((node, i) => {
            const there = parent.childNodes[i];
            const made = typeof node === "object" ? element(node, there) : text(String(node), there);
            if (!there) parent.append(made);
            else if (made !== there) there.replaceWith(made);
        });
        while (parent.childNodes.length > nodes.length) parent.lastChild.remove();
    };
    function text(words, there) {
        if (!there || there.nodeType !== Node.TEXT_NODE) return document.createTextNode(words);
        if (there.data !== words) there.data = words;
        return there;
    }
    function element(node, there) {
        const made = there && there.localName === tag(node) ? there : document.createElement(tag(node));
        const { children, style, ...rest } = node.props;
        const given = Object.fromEntries(Object.entries(rest).map(([key, value]) => [NAMES[key] || key, String(value)]));
        if (node.type === "Link") given["data-way"] = "";
        for (const { name } of [...made.attributes]) if (name !== "style" && !(name in given)) made.removeAttribute(name);
        for (const [name, value] of Object.entries(given)) if (made.getAttribute(name) !== value) made.setAttribute(name, value);
        if (style) Object.assign(made.style, style);
        iba.lay(made, children);
        return made;
    }
})();
