with

guesses_tried as (

    select * from {{ ref('int_ownership__guesses_tried') }}

),

guesses_ranked as (

    select
        resource_key,
        dimension,
        answer,
        signal,
        score,
        -- As decimals, which add up to the same in whatever order they come.
        cast(ln(score / (1 - score)) as decimal(18, 12)) as log_odds,
        concat(
            signal, ': ',
            case kind
                when 'history' then concat('its own owner in months: ', votes)
                when 'name' then concat('it says ', clue)
                when 'word' then concat(votes, ' of ', voters, ' with the word ', clue)
                when 'days' then concat(votes, ' of ', voters, ' of its kin with the same first and last day')
                when 'kin' then concat(votes, ' of ', voters, ' of its kin')
                else concat(votes, ' of ', voters, ' of the same ', kind)
            end,
            ' (right for ', found_right, ' of ', tried, ')'
        ) as reason,
        row_number() over (
            partition by resource_key, dimension, answer, signal order by score desc, tried desc, kind asc
        ) as place

    from guesses_tried

),

-- Each signal speaks once for an answer. The odds of those that are rather right than wrong multiply.
answers_weighed as (

    select
        resource_key,
        dimension,
        answer,
        exp(coalesce(sum(case when score >= 0.5 then log_odds end), max(log_odds))) as odds,
        {{ dbt.listagg('reason', "'; '", 'order by score desc, signal') }} as reasons

    from guesses_ranked

    where place = 1

    group by resource_key, dimension, answer

),

-- What speaks for one answer speaks against the others; the 1 is an owner that nothing points to.
answers_scored as (

    select
        resource_key,
        dimension,
        answer,
        reasons,
        -- However many speak for it, a guess is no certainty.
        least(round(odds / (1 + sum(odds) over (partition by resource_key, dimension)), 4), 0.9999) as score,
        row_number() over (partition by resource_key, dimension order by round(ln(odds), 9) desc, answer asc) as place

    from answers_weighed

),

-- How right each band is on hidden tags is measured in docs/tag_proposals.md.
answers_proposed as (

    select
        resource_key,
        dimension,
        answer,
        score,
        case
            when score >= 0.95 then 'strong'
            when score >= 0.75 then 'medium'
            when score >= 0.5 then 'weak'
            else 'none'
        end as confidence,
        reasons

    from answers_scored

    where place = 1

)

select * from answers_proposed
