"""The refusals: what people ask that the files of a shop cannot know, and what would make it known."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Topic:
    """Something asked for that is not in the data. `words` name it; `lacks` is the file or column that would hold it."""

    name: str
    words: str
    reason: str
    lacks: str = ""


TOPICS = (
    Topic("profit", "profit|profits|profitable|profitability|margin|margins|gross margin|most profitable|gross profit|net profit|ebit|ebitda|cogs|"
          "cost|costs|cost of goods|gmroi|expenses|break even|markup|loss|losses",
          "Profit and margin need what the products cost, and no metric of cost is published.",
          "a cost column in product_catalog.csv"),
    Topic("weather", "weather|rain|temperature|sunshine|snow|sunny|rainy|storm|climate", "The weather is not in the data.",
          "external.csv with a series of the weather"),
    Topic("people", "gender|genders|male|female|men|women|man|woman|sex|age|ages|aged|old|young|younger|older|married|religion|ethnicity|race|nationality|"
          "children|kids|demographics|birthday|birthdays|education|salary of our customers|income of our customers|millennials|"
          "wife|husband|family|families|how old|personality|mood|happy|unhappy",
          "Nothing is known of who people are: the customer file holds a name, an e-mail address, a sign-up date, a segment and a region."),
    Topic("contact", "email|emails|e mail|e mails|email address|address|addresses|phone|phone number|phone numbers|telephone|password|passwords|credit card",
          "Personal data are not given out in answers; the list of customers shows them to those who may see them."),
    Topic("competitors", "competitor|competitors|competition|competing|rivals|rival|market share|market|industry|benchmark|amazon|walmart|peers",
          "Other firms are not in the data.", "external.csv with a competitor price index"),
    Topic("staff", "employee|employees|staff|salesperson|salespeople|sales rep|sales reps|cashier|wages|wage|salary|salaries|headcount|"
          "team|hr|payroll|seller|sellers|colleague|colleagues|ceo|boss|manager|managers",
          "Who works in the shop is not in the data."),
    Topic("website", "website|visitors|visitor|visits|visited|traffic|clicks|click|page views|pageviews|conversion|conversion rate|bounce|sessions|session|"
          "impressions|ctr|abandoned|cart abandonment|app|seo|google|facebook|instagram|online|newsletter|opens|followers",
          "Visits and clicks are not in the data, only what was ordered.", "touchpoints.csv"),
    Topic("marketing", "cac|marketing|advertising|ads|ad|campaign|campaigns|acquisition cost|cost per acquisition|roi|return on ad spend|roas|"
          "marketing spend|ad spend|budget|budgets|ltv cac|channel|channels|promotion|promotions|discount|discounts|coupon|coupons|voucher|vouchers",
          "Spend on marketing, channels and promotions are not in the data.", "marketing_spend.csv, campaigns.csv or promotions.csv"),
    Topic("targets", "target|targets|goal|goals|quota|quotas|plan|planned|kpi target", "No targets are set.", "targets.csv"),
    Topic("delivery", "delivery|deliveries|shipping|shipped late|shipment|shipments|courier|delivery time|late deliveries|warehouse|warehouses|logistics|carrier",
          "Deliveries are not in the data."),
    Topic("payment", "payment|payments|payment method|payment methods|invoice|invoices|invoiced|debt|tax|taxes|vat|paypal|cash flow|cashflow|bank|loan|"
          "balance sheet|assets|liabilities|unpaid|dividend|dividends",
          "Payments, taxes and the books are not in the data."),
    Topic("service", "complaints|complaint|support tickets|tickets|service contacts|call centre|call center|calls|nps|net promoter|net promoter score",
          "Contacts with customers are not in the data.", "service_contacts.csv"),
    Topic("places", "city|cities|country|countries|state|states|postcode|zip|zip code|street|shop location|branch|branches|by store|per store|which store|each store|by shop|per shop|which shop|stores|shops|outlet|outlets|"
          "town|towns|district|districts|counties|county|province|village",
          "Places are known by region only.", "a column for the place in sales_transactions.csv"),
    Topic("traits", "color|colour|colors|colours|sizes|brand|brands|material|materials|weight|flavour|flavor|supplier|suppliers|manufacturer|vendor|vendors|"
          "made in|ingredients|barcode|size s|size m|size l",
          "Of a product the catalogue knows name, category, price and stock.", "a column for it in product_catalog.csv"),
    Topic("hours", "what time of day|hour|hours|hourly|o'clock|morning|afternoon|evening|evenings|night|midnight|noon|lunchtime|minute|minutes|time of day",
          "Orders are looked at by day; no metric is split by the hour."),
    Topic("world", "stock market|share price|stock price|shares|exchange rate|inflation|interest rate|gdp|economy|economic|politics|president|election|"
          "covid|pandemic|meaning of life|poem|joke|jokes|story|song|recipe|news|capital of|population|football|bitcoin|crypto|horoscope|"
          "tomorrow's weather|lottery|translate|essay|code|python|javascript|homework|world cup|who are you|your name|"
          "how are you|president|chatgpt|language model|universe|god|moon",
          "That is not about this shop."),
    Topic("weekday", "weekday|weekdays|day of the week|days of the week|day of week|weekend|weekends|mondays|tuesdays|wednesdays|"
          "thursdays|fridays|saturdays|sundays|monday|tuesday|wednesday|thursday|friday|saturday|sunday",
          "No metric is split by the day of the week yet; by day it is."),
    Topic("future_goods", "should we hire|should i buy|invest|investment|sue|legal|lawsuit|fire someone|hire", "That is not in the data."),
    Topic("rfm", "champions|champion|loyal customers|potential loyalists|about to sleep|rfm|rfm segment|rfm segments",
          "The RFM segments are not yet a dimension that numbers can be split by; customer_segment, as the customer file "
          "assigns it, is."),
    Topic("prices", "price|prices|pricing|priced|list price|unit price|expensive|cheap|cheapest|dearest|elasticity|price elasticity|what if|if we raise|if we lower",
          "No metric of prices is published; revenue, units and average order value are."),
)  # fmt: skip

_THINGS = r"(?:tables?|database|all|from|into|orders?|customers?|rows?|records?|products?|files?|data|user|everything|revenue)"
WRITES = re.compile(
    rf"\b(?:delete|truncate|erase|wipe|overwrite|destroy|purge)\b(?=.*\b{_THINGS}\b)|\bdrop (?:table|database|all|the table)\b|"
    rf"^(?:please |now |can you |could you )*(?:alter|insert|update|create|grant|remove|modify|edit|set|rename)\b(?=.*\b{_THINGS}\b)"
)
CODE = re.compile(
    r"--|/\*|;\s*\w|\bselect\b.+\bfrom\b|\bunion\s+(all\s+)?select\b|\bor\s+1\s*=\s*1|<\s*[a-z!/]|javascript:|\$\{|\{\{|\.\./|"
    r"\b(exec|eval|import|os\.system|subprocess|cmd|powershell|curl|wget|bash)\b\s*[(\s]|^\s*[=+@][\w(\"']|=\s*\w+\(|file://|https?://|"
    r"\\x[0-9a-f]{2}|__\w+__|pg_sleep|read_csv|information_schema|copy\s+.+\s+to\b",
    re.IGNORECASE,
)
ORDERS = re.compile(
    r"\b(ignore|disregard|forget|override|bypass)\b.*\b(instruction|instructions|rules|previous|above|prompt|everything|restrictions|filters?)\b|"
    r"\b(system prompt|developer mode|jailbreak|you are now|pretend (to|you)|act as|role ?play|as an ai|dan mode|reveal your|"
    r"print your|your instructions|your prompt|api key|admin password|do anything now|new instructions)\b",
    re.IGNORECASE,
)  # fmt: skip


def attack(question: str) -> str:
    """Why a text is not taken for a question at all; empty where it is."""
    if CODE.search(question):
        return "That looks like code, a formula or an address; questions are plain English and never run."
    if ORDERS.search(question):
        return "That is an instruction to me, not a question about the shop; nothing was changed."
    if WRITES.search(question.lower()):
        return "Questions only read: nothing can be written, changed or deleted here."
    return ""
