"""The words of the page that adds data: sources, and the answers that only a person can give."""

LABELS = {
    "sales_transactions": "Sales",
    "customer_database": "Customers",
    "product_catalog": "Products",
    "customer_reviews": "Reviews",
}
NONE = "none"
DATES = {
    "": "Found out from the file",
    "day": "Day first: 03/04 is 3 April",
    "month": "Month first: 03/04 is March 4",
    "year": "Year first",
}
DECIMALS = {
    "": "Found out from the file",
    ".": "A point: 1,234 is a thousand and more",
    ",": "A comma: 1,234 is one and a little",
}
ENCODINGS = {
    "": "Found out from the file",
    "utf-8": "UTF-8",
    "cp1252": "Western European (Windows)",
    "cp1250": "Central European (Windows)",
    "cp1251": "Cyrillic (Windows)",
    "cp1253": "Greek (Windows)",
    "cp1254": "Turkish (Windows)",
    "cp1257": "Baltic (Windows)",
    "shift_jis": "Japanese (Shift JIS)",
    "gb18030": "Chinese (GB 18030)",
    "utf-16": "UTF-16",
}
