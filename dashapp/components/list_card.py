"""The card of a list: its line of totals, a search, its files, and the grid that asks the server for rows."""

import dash_bootstrap_components as dbc
from dash import ALL, ClientsideFunction, Input, State, clientside_callback, html
from dash_ag_grid import AgGrid

from analytics.columns import Column
from analytics.lists import Listing, listing
from dashapp import ids
from dashapp.ids import part

FILTERS = {"text": "agTextColumnFilter", "day": "agDateColumnFilter"}
WIDTHS = {"text": 108, "day": 114, "money": 122, "count": 64, "number": 106, "rate": 80}
LONG = 160  # what is cut below that says too little
SIGNS, LETTER = 76, 8  # pixels: padding, filter and arrow of a header, and a letter of its words
WIDE = (
    "region", "customer_region", "product_name", "customer_name", "email", "file", "means", "done", "raw", "row", "reason_1",
    "action",
)  # fmt: skip
LONGISH = ("product_name", "customer_name", "email", "reason_1", "action")
BLOCK = 100
OPTIONS = {
    "rowModelType": "infinite",
    "cacheBlockSize": BLOCK,
    "maxBlocksInCache": 20,
    "blockLoadDebounceMillis": 60,
    "rowHeight": 36,
    "headerHeight": 40,
    "enableCellTextSelection": True,
    "ensureDomOrder": True,
    "suppressDragLeaveHidesColumns": True,
    "tooltipShowDelay": 400,
    "localeText": {"noRowsToShow": "No rows match. Take away a filter above, a search or a condition of a column."},
}


def list_card(name: str, heading: bool = False) -> html.Section:
    """`data-list` names it; the browser finds the rest there."""
    shown = listing(name)
    head = html.Div(
        [
            html.Div(
                [
                    *([html.H2(shown.label)] if heading else []),
                    html.P(id=part("sum", name), className="say", role="status"),
                ]
            ),
            html.Div([_search(shown), _menu()], className="list-tools"),
        ],
        className="card-head",
    )
    return html.Section(
        [head, html.Div(_grid(shown), className="list-grid")],
        className="card-box list",
        **{"data-list": name, "aria-label": shown.label},
    )


def _search(shown: Listing) -> html.Label:
    labels = {column.name: column.label.lower() for column in shown.columns}
    sought = ", ".join(labels[name] for name in shown.search)
    field = dbc.Input(
        id=part("find", shown.name), type="search", size="sm", placeholder=f"Search {sought}", maxLength=200
    )
    return html.Label([html.Span(f"Search in {shown.label.lower()}"), field], className="find")


def _menu() -> html.Details:
    files = {"csv": "Download CSV", "parquet": "Download Parquet"}
    buttons = [html.Button(label, type="button", **{"data-file": kind}) for kind, label in files.items()]
    hint = html.P("The whole list as it is narrowed, searched and ordered here.")
    return html.Details(
        [html.Summary("⋯", title="More", **{"aria-label": "More"}), html.Div([hint, *buttons], className="menu")],
        className="more",
    )


def _grid(shown: Listing) -> AgGrid:
    return AgGrid(
        id=part("list", shown.name),
        columnDefs=[_column(column) for column in shown.columns if not column.hidden],
        defaultColDef={
            "sortable": True,
            "resizable": True,
            "cellDataType": False,
            "wrapHeaderText": True,
            "autoHeaderHeight": True,
        },
        dashGridOptions={**OPTIONS, "theme": {"function": "listTheme(themeQuartz)"}},
        rowModelType="infinite",
        getRowId=f"'' + params.data.{shown.key}",
        style={"height": "100%"},
    )


def _least(column: Column) -> int:
    """The width at which no word of the header breaks, sorted too, and the values can be read."""
    values = LONG if column.name in LONGISH else WIDTHS[column.kind]
    return max(values, SIGNS + LETTER * max(map(len, column.label.split())))


def _column(column: Column) -> dict[str, object]:
    made: dict[str, object] = {
        "field": column.name,
        "headerName": column.label,
        "headerTooltip": column.about or column.label,
        "minWidth": _least(column),
        "flex": 2 if column.name in WIDE else 1,
        "filter": FILTERS.get(column.kind, "agNumberColumnFilter"),
        "filterParams": {"inRangeInclusive": True, "buttons": ["reset"], "maxNumConditions": 4},
        "context": {"pick": column.pick, "key": column.key or column.name, "phone": column.phone},
    }
    if column.kind != "text":
        made["sortingOrder"] = ["desc", "asc", None]
    if column.kind not in FILTERS:
        made["type"] = "rightAligned"
        made["valueFormatter"] = {"function": f"listNumber(params.value, '{column.kind}')"}
    if column.name in WIDE:
        made["tooltipField"] = column.name
    if column.name == "customer_id":
        made["cellRenderer"] = "CustomerLink"
    if column.pick:
        made["cellClass"] = "picks"
        made["tooltipValueGetter"] = {"function": "listHint(params)"}
    return made


clientside_callback(
    ClientsideFunction("list", "ready"),
    Input(part("list", ALL), "getRowsRequest"),
    State(part("list", ALL), "id"),
    prevent_initial_call=True,
)
clientside_callback(ClientsideFunction("list", "follow"), Input(ids.URL, "search"), prevent_initial_call=True)
