/* Asking: the question of the page leaves before Dash has gone over all its parts, when a mark is pressed or while the hand still
   rests on it; the answer is shown as it comes, and the request that Dash makes meanwhile takes the same answer. */
window.iba = window.iba || {};

(function () {
    const FRESH = 2000; /* ms that an answer waits for the hand to be lifted, and for Dash */
    const WHIM = 10000; /* and for a hand that rests to press */
    const plain = window.fetch.bind(window);
    const written = ({ inputs, state }) => JSON.stringify([inputs, state]);
    let form = null;
    const ahead = new Map(); /* what was asked: its response, until when it waits, and whether it is a whim that nobody has chosen */

    /* Ask for a view of this page, unless it has just been asked for, or Dash has not yet shown how. */
    iba.ask = function (search) {
        const question = asking(search);
        return question && (chosen(question) || keep(question, plain(form.address, posted(question)), false));
    };
    /* Ask for a view that may be chosen next, one at a time; a server with others to answer has no content for it. */
    iba.foresee = function (search) {
        const question = asking(search);
        if (!question || search === window.location.search || waiting(question) || [...ahead.values()].some(({ whim, until }) => whim && until === Infinity)) return;
        keep(question, plain(form.address, posted(question, { Purpose: "prefetch" })), true);
    };
    function asking(search) {
        if (!form || form.path !== window.location.pathname) return null;
        const [url, ...parts] = form.question.inputs;
        return { ...form.question, inputs: [{ ...url, value: search }, ...parts], changedPropIds: ["url.search"] };
    }
    const posted = (question, more) => ({ ...form.options, headers: { ...form.options.headers, ...more }, body: JSON.stringify(question) });
    function keep(question, response, whim) {
        const one = { until: Infinity, response, whim };
        ahead.set(written(question), one);
        /* where it fails, Dash's own request meets the same trouble, and the reader is told */
        response.catch(() => null).then((told) => {
            one.until = Date.now() + (one.whim ? WHIM : FRESH);
            if (one.whim && !(told && told.status === 200)) ahead.delete(written(question));
        });
        return response;
    }
    /* Other data are served now. */
    iba.forget = () => ahead.clear();
    function waiting(question) {
        ahead.forEach(({ until }, key) => { if (until < Date.now()) ahead.delete(key); });
        return ahead.get(written(question));
    }
    /* The answer to it that waits, if one does; a whim that comes true is asked for again where the server had no time for it. */
    function chosen(question) {
        const one = waiting(question);
        if (!one || !one.whim) return one && one.response;
        one.whim = false;
        one.until = Math.max(one.until, Date.now() + FRESH);
        one.response = one.response.then((told) => (told.status === 204 ? plain(form.address, posted(question)) : told));
        return one.response;
    }

    /* Show the view as soon as its answer is there, if it is still the one that the address asks for; whether it was shown. */
    iba.hasten = async function () {
        const { search } = window.location;
        const response = await iba.working(iba.ask(search));
        if (!response || !response.ok) return false;
        const told = await response.clone().json();
        if (search !== window.location.search) return false;
        iba.spread(told.response.answer.data);
        return true;
    };

    /* What Dash asks for the page: an answer that waits is given once. */
    iba.send = function (address, options) {
        const question = JSON.parse(options.body);
        if (question.output !== "answer.data") return plain(address, options);
        form = { path: window.location.pathname, address, options, question };
        const response = chosen(question);
        if (!response) return plain(address, options);
        ahead.delete(written(question));
        return response.then((answer) => answer.clone());
    };
})();
