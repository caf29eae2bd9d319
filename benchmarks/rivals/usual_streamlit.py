"""The same page in Streamlit: a frame kept between runs, charts of Plotly, a click on a bar runs it again.

Run by `streamlit run` with the file of sales after `--`.
"""

import sys

import pandas as pd
import plotly.express as px
import streamlit as st


@st.cache_data
def everything() -> pd.DataFrame:
    return pd.read_parquet(sys.argv[1]).astype(dict.fromkeys(("region", "category", "product"), "category"))


def summed(frame: pd.DataFrame, *by: str) -> pd.DataFrame:
    return frame.groupby(list(by), observed=True, as_index=False)["amount"].sum()


@st.cache_data
def categories() -> pd.DataFrame:
    return summed(everything(), "category").sort_values("amount", ascending=False)


st.set_page_config(layout="wide")
top = st.container()
bars = px.bar(categories(), x="amount", y="category", orientation="h", color="category")
picked = st.plotly_chart(bars, on_select="rerun", selection_mode="points", key="categories")
points = picked["selection"]["points"]
sales = everything()
if points:
    sales = sales[sales["category"] == points[0]["y"]]
top.metric("Revenue", f"{sales['amount'].sum():.2f}")
top.write(f"{sales['order_id'].nunique()} orders, {sales['customer_id'].nunique()} customers")
st.plotly_chart(px.line(summed(sales, "month"), x="month", y="amount", markers=True))
st.plotly_chart(px.bar(summed(sales, "product").nlargest(15, "amount"), x="amount", y="product", orientation="h"))
grid = summed(sales, "region", "month").pivot(index="region", columns="month", values="amount")
st.plotly_chart(px.imshow(grid, aspect="auto"))
