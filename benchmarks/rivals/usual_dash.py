"""The Dash page that most would write: a frame in memory, a callback for each chart, masks and groups, Plotly Express.

Run with the file of sales and a port.
"""

import sys

import pandas as pd
import plotly.express as px
from dash import Dash, Input, Output, dcc, html
from plotly.graph_objects import Figure

SALES = pd.read_parquet(sys.argv[1]).astype(dict.fromkeys(("region", "category", "product"), "category"))
app = Dash(__name__)
app.layout = html.Div(
    [
        html.Div([html.P(["Revenue ", html.B(id="revenue")]), html.P(id="counts")]),
        *(dcc.Graph(id=name) for name in ("months", "categories", "products", "cells")),
    ]
)
CLICK = Input("categories", "clickData")


def chosen(click: dict | None) -> pd.DataFrame:
    return SALES if click is None else SALES[SALES["category"] == click["points"][0]["y"]]


def summed(frame: pd.DataFrame, *by: str) -> pd.DataFrame:
    return frame.groupby(list(by), observed=True, as_index=False)["amount"].sum()


@app.callback(Output("revenue", "children"), Output("counts", "children"), CLICK)
def cards(click: dict | None) -> tuple[str, str]:
    frame = chosen(click)
    orders, customers = frame["order_id"].nunique(), frame["customer_id"].nunique()
    return f"{frame['amount'].sum():.2f}", f"{orders} orders, {customers} customers"


@app.callback(Output("months", "figure"), CLICK)
def months(click: dict | None) -> Figure:
    return px.line(summed(chosen(click), "month"), x="month", y="amount", markers=True)


@app.callback(Output("categories", "figure"), CLICK)
def categories(click: dict | None) -> Figure:
    frame = summed(SALES, "category").sort_values("amount", ascending=False)
    figure = px.bar(frame, x="amount", y="category", orientation="h", color="category")
    picked = click and click["points"][0]["y"]
    return figure.for_each_trace(lambda trace: trace.update(opacity=1 if picked in (None, trace.name) else 0.3))


@app.callback(Output("products", "figure"), CLICK)
def products(click: dict | None) -> Figure:
    return px.bar(summed(chosen(click), "product").nlargest(15, "amount"), x="amount", y="product", orientation="h")


@app.callback(Output("cells", "figure"), CLICK)
def cells(click: dict | None) -> Figure:
    grid = summed(chosen(click), "region", "month").pivot(index="region", columns="month", values="amount")
    return px.imshow(grid, aspect="auto")


if __name__ == "__main__":
    app.run(port=int(sys.argv[2]), debug=False)
