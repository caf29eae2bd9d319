"""What is bought together, and who likes what, recovered by counting baskets."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse, stats
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from tests.pipeline.generate.conftest import Made


@pytest.fixture(scope="module")
def baskets(made: Made) -> tuple[sparse.csr_array, list[str]]:
    """Orders by products, 1 where it holds it; and the products."""
    order, _ = made.sales.order_id.factorize()
    product, names = made.sales.product_id.factorize()
    table = sparse.csr_array((np.ones(len(order)), (order, product)))
    return table, list(names)


def counts(baskets: tuple[sparse.csr_array, list[str]], pair: list[str]) -> tuple[int, int, int, int]:
    """Baskets in all, with the first, with the second, with both."""
    table, names = baskets
    first, second = (table[:, [names.index(product)]].toarray().ravel() for product in pair)
    return len(first), int(first.sum()), int(second.sum()), int((first * second).sum())


def test_planted_pairs_are_taken_along_as_often_as_planted(
    made: Made, baskets: tuple[sparse.csr_array, list[str]]
) -> None:
    """Of the baskets with the first and without the second by chance, `attached` hold the second: each pair within four
    standard errors and 0.03, all together within 0.02. None can be chance."""
    planted = made.truth["affinity"]
    assert len(planted["pairs"]) >= 10
    found = []
    for pair in planted["pairs"]:
        n, first, second, both = counts(baskets, pair)
        by_chance = (second - both) / (n - first)
        found.append((both / first - by_chance) / (1 - by_chance))
        assert abs(found[-1] - planted["attached"]) < 0.03 + 4 * np.sqrt(0.25 * 0.75 / first), pair
        assert stats.hypergeom.sf(both - 1, n, first, second) < 1e-12
    assert abs(np.mean(found) - planted["attached"]) < 0.02


def test_null_pairs_meet_often_and_only_by_chance(made: Made, baskets: tuple[sparse.csr_array, list[str]]) -> None:
    """They are in more baskets together than most, yet after correction for their number none meets more than by chance."""
    pairs = made.truth["affinity"]["null_pairs"]
    assert len(pairs) >= 10
    chance = []
    for pair in pairs:
        n, first, second, both = counts(baskets, pair)
        assert both >= 15
        chance.append(stats.hypergeom.sf(both - 1, n, first, second))
    assert stats.false_discovery_control(chance).min() > 0.05


def test_tastes_are_found_by_what_customers_buy(made: Made) -> None:
    """Things that the same customers like fall into the planted groups: clusters of the correlations over customers agree
    for at least 95 of 100 pairs of things."""
    thing = made.read("product_catalog").set_index("product_id").product_name.str.split().str[2:].str.join(" ")
    lines = made.sales.assign(thing=made.sales.product_id.map(thing))
    table = lines.groupby(["customer_id", "thing"]).size().unstack(fill_value=0)
    share = table[table.sum(axis=1) >= 8].pipe(lambda t: t.div(t.sum(axis=1), axis=0))
    apart = 1 - share.corr()
    planted = made.truth["taste"]["liked_things"]
    tree = linkage(squareform(apart.to_numpy(), checks=False), "average")
    found = pd.Series(fcluster(tree, len(planted), "maxclust"), apart.columns)
    true = pd.Series({name: i for i, names in enumerate(planted) for name in names})[found.index]
    same = (found.to_numpy()[:, None] == found.to_numpy()) == (true.to_numpy()[:, None] == true.to_numpy())
    assert same[np.triu_indices(len(same), 1)].mean() > 0.95


def test_a_liked_thing_is_bought_as_much_more_as_planted(made: Made) -> None:
    """The odds of a thing among those of its taste and others, from the files and the customers' planted tastes:
    within 12 % of the factor, averaged over things."""
    taste = pd.read_parquet(made.folder / "truth_customers.parquet").set_index("customer_id").taste
    thing = made.read("product_catalog").set_index("product_id").product_name.str.split().str[2:].str.join(" ")
    lines = made.sales.assign(thing=made.sales.product_id.map(thing), taste=made.sales.customer_id.map(taste))
    table = lines.groupby(["taste", "thing"]).size().unstack()
    planted = made.truth["taste"]
    neutral = {t: [n for i, names in enumerate(planted["liked_things"]) if i not in t for n in names] for t in
               [(a, b) for a in range(6) for b in range(6) if a != b]}  # fmt: skip
    ratios = [
        np.log(table.loc[a, planted["liked_things"][a]] / table.loc[a, neutral[a, b]].sum())
        - np.log(table.loc[b, planted["liked_things"][a]] / table.loc[b, neutral[a, b]].sum())
        for a, b in neutral
    ]
    assert np.exp(np.mean(np.concatenate(ratios))) == pytest.approx(planted["factor"], rel=0.12)


def test_a_category_has_its_share_of_money(made: Made) -> None:
    """Within four points of a hundred: tastes, prices and season move it a little."""
    money = made.sales.groupby("category").total_amount.sum()
    for name, category in made.truth["categories"].items():
        assert abs(money[name] / money.sum() - category["share"]) < 0.04, name
