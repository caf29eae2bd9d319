"""The address of a report."""

from flask import Blueprint, Response, request

from dashapp import shop
from dashapp.access import allowed
from dashapp.exports import file_name
from dashapp.report.typeset import report as typeset

report = Blueprint("report", __name__)


@report.get("/report/<page>.pdf")
@allowed("viewer")
def printed(page: str) -> Response:
    """The cards and charts of a page as PDF, under the filters of its address."""
    search, snapshot = request.query_string.decode(), shop.snapshot()
    made = typeset(page, search, shop.settings(), snapshot)
    name = file_name(page, "report", shop.filters(search), snapshot, "pdf")
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(made, mimetype="application/pdf", headers=headers)
