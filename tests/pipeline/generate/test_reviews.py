"""What customers say, recovered from stars and words."""

import itertools
import re
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.pipeline.generate.conftest import LAST, Made


@pytest.fixture(scope="module")
def reviews(made: Made) -> pd.DataFrame:
    return made.read("customer_reviews").assign(day=lambda t: pd.to_datetime(t.review_date))


def words(text: str) -> list[str]:
    """Words and pairs of neighbours, so that `not bad` is not `bad`."""
    single = re.findall(r"[a-z]+", text.lower())
    return single + [f"{a} {b}" for a, b in itertools.pairwise(single)]


def balanced_accuracy(reviews: pd.DataFrame) -> float:
    """Of naive Bayes trained on the first half of the good and bad reviews, judged on the second."""
    clear = reviews[reviews.rating != 3].assign(good=lambda t: t.rating > 3)
    train, test = clear.iloc[: len(clear) // 2], clear.iloc[len(clear) // 2 :]
    said = {
        good: Counter(w for text in group.review_text for w in words(text)) for good, group in train.groupby("good")
    }
    known = set(said[True]) | set(said[False])
    total = {good: sum(count.values()) + len(known) for good, count in said.items()}
    weight = {w: np.log((said[True][w] + 1) / total[True]) - np.log((said[False][w] + 1) / total[False]) for w in known}
    guess = test.review_text.map(lambda text: sum(weight.get(w, 0.0) for w in words(text)) > 0)
    return float((guess == test.good).groupby(test.good).mean().mean())


def test_the_words_agree_with_the_stars(reviews: pd.DataFrame) -> None:
    assert balanced_accuracy(reviews) > 0.93


def test_shuffled_words_agree_with_nothing(reviews: pd.DataFrame) -> None:
    shuffled = reviews.assign(review_text=reviews.review_text.sample(frac=1, random_state=1).to_numpy())
    assert abs(balanced_accuracy(shuffled) - 0.5) < 0.03


def test_reviews_are_various_and_some_negate_and_some_are_of_two_minds(reviews: pd.DataFrame) -> None:
    text = reviews.review_text
    assert text.nunique() > 0.25 * len(text)
    negated = text.str.contains(r"\b(?:not|no|never|nothing|nobody|cannot|neither)\b", case=False)
    both = text.str.contains(r", but |; still, |, though |although ", case=False)
    assert negated[reviews.rating >= 4].mean() > 0.15
    assert negated[reviews.rating <= 2].mean() > 0.3
    assert both.groupby(reviews.rating).mean()[[1, 5]].max() < 0.02
    assert both.groupby(reviews.rating).mean()[3] > 0.6


def test_the_stars_are_as_many_as_the_truth_says(made: Made, reviews: pd.DataFrame) -> None:
    stars = {str(star): int(n) for star, n in reviews.rating.value_counts().items()}
    assert stars == made.truth["reviews"]["stars"]
    assert len(reviews) == made.truth["reviews"]["rows"] == 20_000


def test_falling_products_fall_where_and_by_as_much_as_planted(made: Made, reviews: pd.DataFrame) -> None:
    """All together within 0.35 stars of the fall (the scale ends at 1 and 5), each beyond chance where it has 20 reviews a side."""
    falls, tested = [], 0
    for fall in made.truth["reviews"]["falling"]:
        mine = reviews[reviews.product_id == fall["product_id"]]
        since = mine.day >= fall["since"]
        if min(since.sum(), (~since).sum()) >= 20:
            tested += 1
            falls.append(mine.rating[~since].mean() - mine.rating[since].mean())
            assert stats.mannwhitneyu(mine.rating[~since], mine.rating[since], alternative="greater").pvalue < 0.001
    assert tested >= 8
    assert abs(np.mean(falls) - made.truth["reviews"]["falling"][0]["by_stars"]) < 0.35


def test_no_other_product_falls(made: Made, reviews: pd.DataFrame) -> None:
    """The same test on the others, at the middle of the records: after correction none is beyond chance."""
    falling = {fall["product_id"] for fall in made.truth["reviews"]["falling"]}
    late = reviews.day >= "2024-10-01"
    chance = [
        stats.mannwhitneyu(mine.rating[~late[mine.index]], mine.rating[late[mine.index]], alternative="greater").pvalue
        for product, mine in reviews.groupby("product_id")
        if product not in falling and min(late[mine.index].sum(), (~late[mine.index]).sum()) >= 20
    ]
    assert len(chance) > 60
    assert stats.false_discovery_control(chance).min() > 0.01


def test_those_who_fell_silent_had_given_fewer_stars(made: Made, reviews: pd.DataFrame) -> None:
    """Customers of the first year: the stars of those not seen for a year are lower, beyond chance."""
    last = made.orders.groupby("customer_id").day.max()
    early = reviews[reviews.day < "2024-01-01"]
    silent = early.customer_id.map(last) < LAST - pd.Timedelta(days=365)
    assert stats.mannwhitneyu(early.rating[silent], early.rating[~silent], alternative="less").pvalue < 1e-6
