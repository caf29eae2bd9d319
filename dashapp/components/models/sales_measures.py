"""How the sales model was judged: its measures by target, and each member beside the simple rule."""

from dash import html
from dash.development.base_component import Component

from analytics.formats import number, percent, signed
from dashapp.components.plain_table import plain_table, section
from ml.forecasting.ensemble import LABELS
from ml.registry import Version

TARGETS = {"revenue": "Revenue", "units": "Units"}


def sales_measures(version: Version) -> list[Component]:
    """What was said at past origins, held against what came."""
    return [
        by_target(version),
        *(members(version, target) for target in TARGETS if target in version.manifest["peers"]),
    ]


def by_target(version: Version) -> html.Section:
    """R2, MAE, MASE and more of the model that speaks."""
    found = {t: m for t, m in version.manifest["metrics"].items() if m.get("n")}
    rows = [
        (
            TARGETS[target],
            f"{m['r2']:.3f}".replace("-", "−") if m["r2"] is not None else "–",
            number(round(m["mae"])),
            f"{m['mase']:.3f}",
            percent(m["wape"]),
            number(round(m["bias"])),
            percent(m["covered"]),
            *(number(round(m["error_quantiles"][q])) for q in ("0.05", "0.5", "0.95")),
            number(m["n"]),
        )
        for target, m in found.items()
    ]
    heads = (
        "Target",
        "R²",
        "MAE",
        "MASE",
        "WAPE",
        "Bias",
        "In the 95 % band",
        "Error: 5 %",
        "median",
        "95 %",
        "Compared",
    )
    says = (
        "Forecasts of past months from what was known before them, of the whole and every category, region and segment. MASE "
        "below 1 beats the month of the year before; bias is the mean of forecast less fact."
    )
    return section(
        "How it did",
        says,
        plain_table("Measures of the sales model", heads, rows, len(heads) - 1),
        anchor="measures-sales",
    )


def members(version: Version, target: str) -> html.Section:
    """Each member of the ensemble; skill is the error saved against seasonal naive."""
    peers = version.manifest["peers"][target]
    rows = [
        (LABELS.get(name, name), f"{p['mase']:.3f}", percent(p["wape"]), signed(p["skill"]), percent(p["weight"]))
        for name, p in sorted(peers.items(), key=lambda each: each[1]["mase"])
    ]
    label = TARGETS[target]
    says = f"{label}: what each would have said at the same origins. Skill is the error saved against seasonal naive."
    heads = ("Model", "MASE", "WAPE", "Skill", "Weight")
    return section(
        f"{label}: the models beside each other",
        says,
        plain_table(f"Members, {label}", heads, rows, 4),
        anchor=f"peers-{target}",
    )
