/* Asking: the question of the page leaves when a mark is pressed, before Dash has gone over all its parts, and the answer is shown
   as it comes; the request that Dash makes meanwhile takes the same answer. */
window.iba = window.iba || {};

(function () {
    const FRESH = 2000; /* ms that an answer waits for the hand to be lifted, and for Dash */
    const plain = window.fetch.bind(window);
    const written = ({ inputs, state }) => JSON.stringify([inputs, state]);
    let form = null;
    let ahead = null;

    /* Ask for a view of this page, unless it has just been asked for, or Dash has not yet shown how. */
    iba.ask = function (search) {
        if (!form || form.path !== window.location.pathname) return null;
        const [url, ...parts] = form.question.inputs;
        const question = { ...form.question, inputs: [{ ...url, value: search }, ...parts], changedPropIds: ["url.search"] };
        if (waits(question)) return ahead.response;
        const response = plain(form.address, { ...form.options, body: JSON.stringify(question) });
        const one = ahead = { question: written(question), until: Infinity, response };
        /* where it fails, Dash's own request meets the same trouble, and the reader is told */
        response.catch(() => null).then(() => { one.until = Date.now() + FRESH; });
        return response;
    };
    const waits = (question) => ahead && ahead.question === written(question) && Date.now() < ahead.until;

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
        const { response } = ahead;
        ahead = null;
        return response.then((answer) => answer.clone());
    };
})();
