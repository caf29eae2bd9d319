/* Asking: the question of the page leaves when a mark is pressed, before Dash has gone over all its parts, and the answer is shown
   as it comes; the request that Dash makes meanwhile takes the same answer. */
window.iba = window.iba || {};

(function () {
    const FRESH = 2000; /* ms that an answer waits for the hand to be lifted, and for Dash */
    const plain = window.fetch.bind(window);
    const written = ({ inputs, state }) => JSON.stringify([inputs, state]);
    let form = null;
    const ahead = new Map(); /* what was asked: its response, and until when it waits */

    /* Ask for a view of this page, unless it has just been asked for, or Dash has not yet shown how. */
    iba.ask = function (search) {
        if (!form || form.path !== window.location.pathname) return null;
        const [url, ...parts] = form.question.inputs;
        const question = { ...form.question, inputs: [{ ...url, value: search }, ...parts], changedPropIds: ["url.search"] };
        if (waits(question)) return ahead.get(written(question)).response;
        const response = plain(form.address, { ...form.options, body: JSON.stringify(question) });
        const one = { until: Infinity, response };
        ahead.set(written(question), one);
        /* where it fails, Dash's own request meets the same trouble, and the reader is told */
        response.catch(() => null).then(() => { one.until = Date.now() + FRESH; });
        return response;
    };
    /* Other data are served now. */
    iba.forget = () => ahead.clear();
    function waits(question) {
        ahead.forEach(({ until }, key) => { if (until < Date.now()) ahead.delete(key); });
        return ahead.has(written(question));
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
        if (!waits(question)) return plain(address, options);
        const { response } = ahead.get(written(question));
        ahead.delete(written(question));
        return response.then((answer) => answer.clone());
    };
})();
