"""The guide: the tables of docs/data.md, written from the catalogues. `python -m pipeline.guide` renews them."""

from collections.abc import Iterable
from pathlib import Path

from pipeline.features import FEATURES
from pipeline.lines import KINDS
from pipeline.rules import RULES, Effect
from pipeline.sources import SOURCES, Column, Source

GUIDE = Path(__file__).resolve().parent.parent / "docs" / "data.md"


def tables() -> dict[str, str]:
    """Each generated part of the guide by its name."""
    return {
        "columns": "\n\n".join(map(_source, SOURCES.values())),
        "kinds": _table(("kind", "is", "revenue"), ((k.name, k.means, "yes" if k.revenue else "no") for k in KINDS.values())),
        **{effect: _rules(effect) for effect in ("repaired", "filled", "flagged", "quarantined")},
        "features": _table(("column", "of", "meaning"), ((f.name, f.table, f.means) for f in FEATURES.values())),
    }  # fmt: skip


def renewed(text: str) -> str:
    """The guide with what stands between `<!-- name -->` and `<!-- end -->` replaced by the table of that name."""
    for name, table in tables().items():
        before, rest = text.split(f"<!-- {name} -->\n", 1)
        text = f"{before}<!-- {name} -->\n{table}\n<!-- end -->" + rest.split("<!-- end -->", 1)[1]
    return text


def _source(source: Source) -> str:
    names = ", ".join(f"`{name}`" for name in source.names[1:])
    rows = ((c.name, c.kind, _need(source, c), c.also.replace(" ", ", ")) for c in source.columns)
    lights = f". {source.lights}" if source.lights else ""
    return f"**{source.file}** (also {names}){lights}\n\n" + _table(
        ("column", "holds", "needed", "also known as"), rows
    )


def _need(source: Source, column: Column) -> str:
    if column.required:
        return "yes"
    ways = [" and ".join(sorted(need)) for need in source.needs]
    return (
        "or ".join([f"{way} " for way in ways]).strip() if any(column.name in need for need in source.needs) else "no"
    )


def _rules(effect: Effect) -> str:
    rules = (rule for rule in RULES.values() if rule.effect == effect)
    done = "what to do" if effect == "quarantined" else "what is done"
    return _table(("rule", "what it finds", done), ((r.name, r.means, r.done) for r in rules))


def _table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    cells = [header, ("---",) * len(header), *((f"`{name}`", *rest) for name, *rest in rows)]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in cells)


if __name__ == "__main__":
    GUIDE.write_text(renewed(GUIDE.read_text()))
