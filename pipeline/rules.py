"""The rules: everything that can befall a row, what it means for a retailer, and what is done about it.

A condition is an expression over the typed row: `{x}` is a column's value, `{x_text}` its text as trimmed,
`{form}` the form in which it is written, `{read}` what was read of a number whatever its size, `{plain}` whether a number
is plain; `odd` says that the row holds NUL bytes or letters beyond ASCII, `called_off` and `reduced` what columns beside ours
say of it, `{today}` is the day of loading, `{key}` the source's key.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from pipeline import values
from pipeline.sources import SCOPED, TARGETED, UNITS, Column, Source

Effect = Literal["repaired", "filled", "flagged", "quarantined"]
Scope = Callable[[Column], bool]


@dataclass(frozen=True)
class Rule:
    """What may be found, in words, and what is done. It is asked of each column in `on`, or of the row where that is empty.

    `source` narrows it to one file, `beside` names the other files that it looks at, `blames` the column of a rule on rows.
    """

    name: str
    effect: Effect
    means: str
    done: str
    when: str
    on: Scope | None = None
    source: str = ""
    beside: tuple[str, ...] = ()
    blames: str = ""


def kinds(*names: str) -> Scope:
    return lambda column: column.kind in names


def named(*names: str) -> Scope:
    return lambda column: column.name in names


def strict(*names: str) -> Scope:
    return lambda column: column.kind in names and not column.lenient


def lenient(column: Column) -> bool:
    return column.lenient


def required(*names: str) -> Scope:
    return lambda column: column.kind in names and column.required


def past(*names: str) -> Scope:
    """Strict columns whose days cannot lie ahead."""
    return lambda column: strict(*names)(column) and not column.ahead


def optional(column: Column) -> bool:
    """Columns that may be empty and for which there is no rule of their own."""
    return (column.kind in ("day", "moment") and not column.required) or (column.lenient and column.kind == "number")


def asking(of: Callable[[str], str]) -> str:
    """An expression of `values` as a condition on a column's text."""
    return of("\0").replace("{", "{{").replace("}", "}}").replace("\0", "{x_text}")


def alike(*columns: str) -> str:
    """Whether the sales hold a value that differs from the row's by case, blanks, leading zeros, dashes or a letter's script alone."""
    homes = {"customer_id": "buyers", "product_id": "wares"}
    latin = f"CASE WHEN strlen(v) = length(v) THEN v ELSE translate(nfc_normalize(v), '{LOOKALIKES[0]}', '{LOOKALIKES[1]}') END"
    spelt = f"ltrim(lower(replace({latin}, ' ', '')), '0')"
    given = (f"SELECT DISTINCT {column} AS v FROM {homes.get(column, SALES)}" for column in columns)
    same = (f"SELECT unnest(list(v)) FROM ({each}) GROUP BY {spelt} HAVING count(*) > 1" for each in given)
    return " OR ".join(f"coalesce({column} IN ({each}), false)" for column, each in zip(columns, same, strict=True))


LOOKALIKES = (
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0406\u0456"
    "\u2010\u2011\u2012\u2013\u2014\u2212\u0391\u0392\u0395\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a7",
    "ABEKMHOPCTXaeopcyxIi------ABEIKMNOPTX",
)  # Cyrillic and Greek letters that look as Latin ones, and dashes
EMPTY = "{x_text} IS NULL"
UNREADABLE = "{x_text} IS NOT NULL AND {x} IS NULL"
FUTURE = "{x} >= DATE '{today}' + INTERVAL 1 DAY"
DISTANT = "{x} < DATE '1970-01-01'"
SALES, CUSTOMERS, REVIEWS = "sales_transactions", "customer_database", "customer_reviews"
DETAILS = ("return_reason", "topic", "stage", "campaign_id", "channel")
SCOPE = f"^all$|^({'|'.join(SCOPED)})=[^&]+(&({'|'.join(SCOPED)})=[^&]+)*$"
AMOUNT = "coalesce(total_amount, quantity * unit_price)"
SIGNED = f"CASE WHEN quantity < 0 AND {AMOUNT} > 0 THEN -{AMOUNT} ELSE total_amount END"
MOST = 10**9
NUL = "odd AND contains({x_text}, chr(0))"
LOST = "odd AND contains({x_text}, '\ufffd')"
ENTITY = "contains({x_text}, '&') AND regexp_matches({x_text}, '&(#[0-9]{{2,5}}|[A-Za-z]{{2,8}});')"
GARBLED = f"(odd AND regexp_matches({{x_text}}, '[ÃÂâ][\u0080-\u00bf\u20ac\u2122\u0152\u0153]')) OR ({ENTITY})"
BEGINS_WELL = "({x_text} >= '0' AND {x_text} < ':') OR ({x_text} >= 'A' AND {x_text} < '[')"
NOTHING_SAID = (
    rf"CASE WHEN {BEGINS_WELL} THEN false ELSE NOT regexp_matches({{x_text}}, '[\p{{{{L}}}}\p{{{{N}}}}]') END"
)
CARRIES_CURRENCY = f"CASE WHEN {{plain}} THEN false ELSE {values.has_currency('{x_text}')} END"
NO_WORD = r"NOT regexp_matches({x_text}, '^\S*[\p{{L}}\p{{N}}]\S*$')"
NO_ADDRESS = r"NOT regexp_matches({x_text}, '^[^@\s]+@[^@\s]+\.[^@\s.]+$')"

WRITING = (
    Rule("surrounding_space", "repaired", "Blanks stand before or after a value.", "They are cut off.", "spaced"),
    Rule("invisible_character", "repaired", "A value other than free text holds characters that cannot be seen, or an id "
         "stands in typographic quotes.", "They are taken out; blanks that do not break become plain ones.", "hidden"),
    Rule("nul_byte", "repaired", "A text holds NUL bytes, as a damaged export does.", "They are taken out.", NUL,
         kinds("text", "category")),
    Rule("id_as_decimal", "repaired", "An id was written as a decimal number, such as 17850.0.", "It is read as 17850.",
         asking(values.is_decimal_id), kinds("id")),
    Rule("id_as_text", "repaired", "An id is written so that a spreadsheet keeps it as text, such as =\"00123\".",
         "It is read as 00123.", asking(values.is_marked), kinds("id")),
    Rule("currency_sign", "repaired", "An amount carries a currency sign, such as $12.50.", "The sign is taken off.",
         CARRIES_CURRENCY, kinds("number")),
    Rule("thousands_separator", "repaired", "Thousands are set apart, such as 1,250.00.", "The separators are taken out.",
         "{form} IN ('commas', 'dots')", kinds("number")),
    Rule("decimal_comma", "repaired", "Decimals follow a comma, such as 12,50.", "It is read as a decimal point.",
         "{form} = 'comma' OR ({form} = 'dots' AND contains({x_text}, ','))", kinds("number")),
    Rule("slashed_date", "repaired", "A date is written with slashes or dots, such as 25/12/2024.",
         "Day and month are told apart by the dates of the column that can be read in one way only.",
         "{form} = 'slashed'", kinds("day", "moment")),
    Rule("excel_serial_date", "repaired", "A date is written as Excel counts days, such as 45292.",
         "It is counted from 30 December 1899.", "{form} = 'excel'", kinds("day", "moment")),
    Rule("epoch_date", "repaired", "A date is written as seconds or milliseconds since 1970.", "It is read as that moment.",
         "{form} IN ('epoch', 'epoch_ms')", kinds("day", "moment")),
    Rule("return_above_zero", "repaired", "A quantity below zero stands with an amount above it.",
         "It is a return: its amount is taken below zero.", f"quantity < 0 AND {AMOUNT} > 0", source=SALES),
    Rule("several_categories", "repaired", "A category field names several, such as Home|Gifts.",
         "The first is the primary category and carries the money; all are kept as flags.", "len({x_all}) > 1",
         named("category")),
)  # fmt: skip

MISSING = (
    Rule("missing_customer_id", "filled", "A sale or review names no customer.",
         "It is kept: it counts in revenue and orders, not among customers.", EMPTY,
         lambda c: c.name == "customer_id" and not c.required),
    Rule("missing_customer_name", "filled", "A customer has no name.", "The name is 'Unknown'.", EMPTY, named("customer_name")),
    Rule("missing_email", "filled", "A customer has no e-mail address.", "It is 'no_email@unknown.com', which is no valid one.",
         EMPTY, named("email")),
    Rule("missing_customer_segment", "filled", "A customer has no segment.", "The segment is 'Unknown'.", EMPTY,
         named("customer_segment")),
    Rule("missing_region", "filled", "A sale or a customer has no region.",
         "A sale takes its customer's, a customer the one they buy in most; else 'Unknown'.", EMPTY, named("region")),
    Rule("missing_category", "filled", "A sale or a product has no category.",
         "A sale takes its product's, a product the one it is sold in most; else 'Unknown'.", EMPTY, named("category")),
    Rule("missing_product_name", "filled", "A sale or a product has no product name.",
         "It takes the name that the catalogue or the other sales give; else its id.", EMPTY, named("product_name")),
    Rule("missing_quantity", "filled", "A sale has no quantity.", "It is the total over the price; one where there is no price.",
         EMPTY, named("quantity")),
    Rule("missing_unit_price", "filled", "A sale has no price.", "It is the total over the quantity.", EMPTY, named("unit_price")),
    Rule("missing_total", "filled", "A sale has no total.", "It is the quantity times the price.", EMPTY, named("total_amount")),
    Rule("missing_supplier", "filled", "A product has no supplier.", "It is kept without.", EMPTY, named("supplier")),
    Rule("missing_review_id", "filled", "A review has no id.", "It is kept without.", EMPTY, named("review_id")),
    Rule("missing_review_text", "filled", "A review has no text.", "The text is empty; the rating counts.", EMPTY,
         named("review_text")),
    Rule("missing_detail", "filled", "A reason, topic, stage, channel or campaign that is not needed is empty.",
         "The row is kept without.", EMPTY, lambda c: c.name in DETAILS and not c.required),
    Rule("missing_value", "filled", "A date or number that is not needed is empty.",
         "The row is kept; what needs the value leaves the row out.", EMPTY, optional),
    Rule("unreadable_value", "filled", "A date or number that is not needed cannot be read.", "It is taken as missing.",
         UNREADABLE, lenient),
    Rule("future_signup", "filled", "A customer signed up after the day of loading.", "The date is taken as missing.", FUTURE,
         named("signup_date")),
)  # fmt: skip

FLAGS = (
    Rule("amount_mismatch", "flagged", "A total differs from quantity times price by more than a cent.",
         "The total is the fact: discounts and fees are often in it.", "abs(total_amount - quantity * unit_price) > 0.01",
         source=SALES),
    Rule("invalid_email", "flagged", "An e-mail address is none.", "The customer is kept; campaigns leave the address out.",
         NO_ADDRESS, named("email")),
    Rule("undecodable_text", "flagged", "A text holds letters that were lost, shown as �.", "It is kept as it stands.",
         LOST, kinds("text")),
    Rule("garbled_text", "flagged",
         "A text looks as if it was read in a wrong encoding or taken off a web page, such as MÃ¼ller or M&uuml;ller.",
         "It is kept as it stands; export it again as UTF-8.", GARBLED, kinds("text", "category")),
    Rule("orphan_customer", "flagged", "A sale's customer is not in the customer file.",
         "It is kept; what the file would say of the customer is 'Unknown'.",
         "coalesce(customer_id IN (SELECT customer_id FROM buyers ANTI JOIN customer_database USING (customer_id)), false)",
         source=SALES, beside=(CUSTOMERS,)),
    Rule("orphan_product", "flagged", "A sale's product is not in the catalogue.", "It is kept, with what the sale says of it.",
         "product_id NOT IN (SELECT product_id FROM product_catalog)", source=SALES, beside=("product_catalog",)),
    Rule("similar_spelling", "flagged", "A customer, product, region or category differs from another by case, blanks, leading "
         "zeros, dashes or letters that look the same.",
         "Both are kept as they stand; if they are one, write them alike.", alike("customer_id", "product_id", "region", "category"),
         source=SALES, beside=(SALES,)),
    Rule("order_of_two_customers", "flagged", "One order id stands with two customers.", "It counts once for each of them.",
         "order_id IN (SELECT order_id FROM shared_orders)",
         source=SALES, beside=(SALES,)),
    Rule("signup_after_first_order", "flagged", "A customer bought before they signed up.",
         "Both dates are kept; days since sign-up are below zero.",
         "signup_date > (SELECT min(l.order_date) FROM lines l WHERE l.customer_id = customer_database.customer_id AND {valid})",
         source=CUSTOMERS, beside=(SALES,)),
    Rule("orphan_review", "flagged", "A review's product is not in the catalogue.", "The review is kept.",
         "product_id NOT IN (SELECT product_id FROM product_catalog)", source=REVIEWS, beside=("product_catalog",)),
    Rule("orphan_reviewer", "flagged", "A review's customer is not in the customer file.", "The review is kept.",
         "customer_id IS NOT NULL AND customer_id NOT IN (SELECT customer_id FROM customer_database)", source=REVIEWS,
         beside=(CUSTOMERS,)),
)  # fmt: skip

REASONS = (
    Rule("wrong_field_count", "quarantined", "A row has more or fewer fields than the header, or a quote out of place.",
         "Mend the row, or quote the field that holds the separator.", "raw IS NOT NULL"),
    Rule("repeated_header", "quarantined", "The column names stand there again, as where files were put behind each other.",
         "Leave it: it is no record.", "{is_header}"),
    Rule("total_row", "quarantined", "A row of totals, not a record.", "Leave it: counting it would count everything twice.",
         "{is_total}"),
    Rule("damaged_value", "quarantined", "An id, number or date holds NUL bytes: what stood there is not known.",
         "Export the file again.", NUL, kinds("id", "number", "day", "moment")),
    Rule("undecodable_value", "quarantined", "An id, number, date or category holds letters that were lost, shown as �.",
         "Export the file again as UTF-8.", LOST, kinds("id", "number", "day", "moment", "category")),
    Rule("id_in_figures", "quarantined",
         "A spreadsheet wrote an id as a number such as 1.23457E+11, its last digits lost, as 1,234 or as the date 1-Mar.",
         "Export the file again with the id as text.", asking(values.is_in_figures), kinds("id")),
    Rule("missing_id", "quarantined", "A row lacks an id that it cannot do without.", "Add the id.", EMPTY, required("id")),
    Rule("malformed_id", "quarantined", "A customer's id holds a blank, or neither letter nor digit.", "Correct the id.",
         NO_WORD, named("customer_id"), source=CUSTOMERS),
    Rule("empty_id", "quarantined", "An id holds neither letter nor digit.", "Correct the id.", NOTHING_SAID, required("id")),
    Rule("missing_date", "quarantined", "A row lacks a date that it cannot do without.", "Add the date.", EMPTY,
         required("day", "moment")),
    Rule("ambiguous_date", "quarantined", "A date can be read day first or month first, and its column holds both.",
         "Say what comes first on the page Add data, or write it as YYYY-MM-DD.",
         UNREADABLE + " AND {form} = 'slashed' AND {undecided}", strict("day", "moment")),
    Rule("unreadable_date", "quarantined", "A date cannot be read, there is no such day, or it stands for none, as 1970-01-01 does.",
         "Write it as YYYY-MM-DD.",
         UNREADABLE, strict("day", "moment")),
    Rule("distant_date", "quarantined", "A date lies before 1970, as where a century was mistyped.", "Correct the date.", DISTANT,
         strict("day", "moment")),
    Rule("future_date", "quarantined", "A date lies after the day of loading.", "Correct the date.", FUTURE,
         past("day", "moment")),
    Rule("missing_number", "quarantined", "A row lacks a number that it cannot do without.", "Add the number.", EMPTY,
         required("number")),
    Rule("ambiguous_number", "quarantined", "A number such as 1,234 can be read with thousands or decimals, and its column writes both.",
         "Say what stands before the decimals on the page Add data, or write it without a separator between thousands.",
         "{form} = 'open'", kinds("number")),
    Rule("foreign_currency", "quarantined", "An amount is in another currency than most of the file.",
         "Convert it: amounts in two currencies cannot be added.", "{foreign}", kinds("number")),
    Rule("rounded_number", "quarantined", "A spreadsheet wrote a number as 1.2E+03: its last digits are lost.",
         "Export the file again with wider columns.", asking(values.is_rounded), strict("number")),
    Rule("number_too_large", "quarantined", "A number is larger than a shop has, such as a barcode among the amounts.",
         "Correct the number.", "{x} IS NULL AND {read} IS NOT NULL", strict("number")),
    Rule("unreadable_number", "quarantined", "A number cannot be read.", "Correct the number.", UNREADABLE, strict("number")),
    Rule("missing_word", "quarantined", "A row lacks a word that it cannot do without, such as the channel of a spend.",
         "Add the word.", EMPTY, required("category", "text")),
    Rule("ends_before_start", "quarantined", "A promotion, campaign or target ends before it begins.", "Correct the dates.",
         "{end} < {x}", named("start", "from")),
    Rule("unknown_target", "quarantined", "A target is set for a metric that cannot have one.",
         f"Write one of: {', '.join(TARGETED)}.", f"{{x}} NOT IN {TARGETED}", named("metric"), source="targets"),
    Rule("unknown_scope", "quarantined", "A target is set for a scope that cannot be read.",
         f"Write all, or such as region=North, of {', '.join(SCOPED)}; several with & between.",
         f"NOT regexp_full_match({{x}}, '{SCOPE}')", named("scope"), source="targets"),
    Rule("called_off", "quarantined", "A column such as status says that a sale was cancelled, refunded, void or a test, and its amount is "
         "above zero.", "Leave it, or write what came back with an amount below zero.", f"called_off AND {AMOUNT} > 0", source=SALES),
    Rule("reduced_price", "quarantined", "A discount is told, but no total: what was paid is not known.", "Add the total.",
         "reduced AND total_amount IS NULL", source=SALES, blames="total_amount"),
    Rule("missing_amount", "quarantined", "A sale has neither a total nor quantity and price.", "Add the total.",
         f"{AMOUNT} IS NULL", source=SALES, blames="total_amount"),
    Rule("amount_too_large", "quarantined", "Quantity and price, or one of them and the total, make a number larger than a shop has.",
         "Correct the numbers.", f"abs({AMOUNT}) > {MOST} OR abs(total_amount / nullif(coalesce(quantity, 1), 0)) > {MOST} "
         f"OR (quantity IS NULL AND abs(total_amount / nullif(unit_price, 0)) > {UNITS})", source=SALES, blames="total_amount"),
    Rule("zero_quantity", "quarantined", "A sale of nothing has an amount.", "Correct the quantity or the amount.",
         f"quantity = 0 AND {AMOUNT} <> 0", source=SALES, blames="quantity"),
    Rule("invalid_rating", "quarantined", "A rating lies outside 1 to 5.", "Correct the rating.", "{x} NOT BETWEEN 1 AND 5",
         named("rating")),
)  # fmt: skip

CONFLICT = Rule(
    "conflicting_double", "quarantined", "A second row has the key of another, but says something else.",
    "The first one counts; correct whichever is wrong.", "", kinds("id"),
)  # fmt: skip
OUTDATED = Rule(
    "outdated_line", "quarantined", "A later state of the same order and product is in the file, as a column such as updated_at tells.",
    "Leave it: the latest counts.", "", source=SALES,
)  # fmt: skip
RULES = {rule.name: rule for rule in (*WRITING, *MISSING, *FLAGS, *REASONS, OUTDATED, CONFLICT)}


def asked(rules: tuple[Rule, ...], source: Source, present: set[str]) -> Iterator[tuple[Rule, Column | None]]:
    """Each rule with each column that it is asked of, in the order in which they count."""
    columns = [column for column in source.columns if column.name in present]
    for rule in rules:
        if rule.source not in ("", source.name):
            continue
        if rule.on is None:
            yield rule, None
        else:
            yield from ((rule, column) for column in columns if rule.on(column))
