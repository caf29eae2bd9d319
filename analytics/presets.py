"""The presets: the periods people ask for by name, counted back from the last day of data."""

from datetime import timedelta

from analytics.periods import Period, bucket_start, month_end, month_shift


def presets(data: Period) -> dict[str, Period | None]:
    """Name to period, in the order shown; `None` is all of the data."""
    today = data.end
    month = today.replace(day=1)
    full = month if today == month_end(today) else month_shift(month, -1)
    return {
        **{f"Last {n} days": Period(today - timedelta(days=n - 1), today) for n in (7, 30, 90)},
        "This month": Period(month, month_end(today)),
        "Last month": Period(month_shift(month, -1), month - timedelta(days=1)),
        "This quarter": Period(bucket_start(today, "quarter"), today),
        "Year to date": Period(bucket_start(today, "year"), today),
        "Last 12 full months": Period(month_shift(full, -11), month_end(full)),
        "All": None,
    }
