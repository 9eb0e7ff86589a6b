"""The pages in which model APIs report: a bucket for every day of the month."""

from __future__ import annotations


def page_of_days(rows: str, result: str, bounds: str, head: str = "") -> str:
    """A query for one page, also with the days that have no results.

    `result` is the struct of a row of `rows`, `bounds` the fields that say when a bucket begins and ends, and
    `head` the columns that stand before the buckets.
    """
    return f"""
        select
            {head}
            list({{{bounds}, 'results': coalesce(results, [])}} order by charge_date) as data,
            false as has_more,
            cast(null as varchar) as next_page
        from month_days()
        left join (
            select charge_date, list({result} order by row_key) as results from {rows} group by charge_date
        ) using (charge_date)
    """
