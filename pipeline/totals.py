"""The totals: how a row of sums is told from a record."""

from pipeline.sources import Source

SUMS = (
    r"totals?|totale|totali|totaux|totaal|totalt|totalsumm?e?|t o t a l|subtotals?|sous totaux|sum|sums|summa|summe|gesamt|"
    r"gesamtsumme|gesamtergebnis|endsumme|insgesamt|zwischensumme|teilergebnis|somme|suma|razem|celkem|spolu|osszesen|toplam|"
    r"yhteensa|resultado|итого?|всего|合計|合计|總計|总计|総計|小計|小计|σ|∑"
)
MEANS = "average|averages|mean|durchschnitt|mittelwert|moyenne|promedio|среднее"
KINDS = "grand|sub|sous|net|overall|report|page|running|order"
ALONE = rf"(({KINDS})\s*)?({SUMS}|{MEANS})(\s*general)?"
FIRST = rf"(({KINDS})\s*)?({SUMS})([^\p{{L}}].*)?"
LAST = rf"(.*[^\p{{L}}])?({SUMS})"
ALL = ("all", "(all)", "alle", "tous", "todos", "tutti")
SPLIT = ("channel", "region")


def is_total(source: Source) -> str:
    """The first word of the row names a total, and beside it the row says little but numbers; or an id is no other word; or it is
    the spend of all channels or regions, of which each has a row as well."""
    words = [f'"{c.name}_text"' for c in source.columns if c.kind != "number"]
    few = " + ".join(f"({word} IS NOT NULL)::INT" for word in words)
    first = f"coalesce({', '.join(words)})"
    most = max(2, len(words) // 2 - 1)
    named = [_named(f'"{c.name}_text"', c.name == "order_id") for c in source.columns if c.kind == "id"]
    spent = [_of_all(name) for name in SPLIT] if source.name == "marketing_spend" else []
    alone = " OR ".join([*named, *spent]) or "false"
    return f"(CASE WHEN {few} <= {most} AND {_matches(first, FIRST)} THEN true ELSE {alone} END)"


def _named(text: str, is_order: bool) -> str:
    """Whether an id names a total; most end in a figure and are not looked at. That of an order may hold more words."""
    found = _matches(text, ALONE)
    if is_order:
        found = f"({found} OR {_matches(text, FIRST)} OR {_matches(text, LAST)} OR lower({text}) IN {ALL})"
    return f"(CASE WHEN right({text}, 1) BETWEEN '0' AND '9' THEN false ELSE coalesce({found}, false) END)"


def _of_all(name: str) -> str:
    """Whether a spend names a total, or all, and is the sum of the others of the day."""
    text = f'"{name}_text"'
    other = next(each for each in SPLIT if each != name)
    all_ = f"coalesce(lower({text}) IN {ALL}, false)"
    others = f'sum("amount") FILTER (NOT {all_}) OVER (PARTITION BY "date", "{other}_text")'
    return (
        f'(coalesce({_matches(text, ALONE)}, false) OR ({all_} AND coalesce(abs("amount" - {others}) < 0.05, false)))'
    )


def _matches(text: str, pattern: str) -> str:
    """Case, accents and the marks between words aside."""
    return (
        rf"regexp_full_match(trim(regexp_replace(lower(strip_accents({text})), '[\s:_*.-]+', ' ', 'g')), '{pattern}')"
    )
