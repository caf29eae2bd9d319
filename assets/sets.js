/* Saved sets: a choice too long for an address stands in it as `set:` and the hash of its members. Members that
   this browser has written or read are known here, so that a click can add to them or take away. */
window.iba = window.iba || {};
iba.sets = {};

/* The longest choice goes to the server; the address keeps its name. */
iba.shortened = async function (search) {
    const query = new URLSearchParams(search);
    const names = [...new Set(query.keys())];
    const longest = names.reduce((a, b) => (query.getAll(a).join().length >= query.getAll(b).join().length ? a : b));
    const members = query.getAll(longest);
    const response = await fetch("/api/v1/sets", {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ members }),
    });
    if (!response.ok) return search;
    const { name } = await response.json();
    iba.sets[name] = members;
    return iba.folds.choose(search, longest, [name]);
};

/* The address with the members of each set that is known here. */
iba.opened = function (search) {
    if (!search.includes("set%3A") && !search.includes("set:")) return search;
    const query = new URLSearchParams(search);
    return [...new Set(query.keys())].reduce((folded, key) => {
        const values = query.getAll(key);
        return values.some((v) => iba.sets[v]) ? iba.folds.choose(folded, key, values.flatMap((v) => iba.sets[v] || [v])) : folded;
    }, query.toString());
};
