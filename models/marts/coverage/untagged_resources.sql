with

unowned_resources as (

    select * from {{ ref('int_sharing__unowned_resources') }}

),

proposals as (

    select * from {{ ref('int_ownership__proposals') }}

),

resources_ranked as (

    select
        *,
        row_number() over (
            partition by billing_period
            order by
                effective_cost desc, billed_cost desc, provider_name asc, billing_account_id asc, sub_account_id asc,
                service_name asc, resource_id asc, team_id asc
        ) as place

    from unowned_resources

),

untagged_resources as (

    select
        resources_ranked.billing_period as month,
        resources_ranked.place,
        resources_ranked.provider_name,
        resources_ranked.billing_account_id,
        resources_ranked.sub_account_id,
        resources_ranked.service_name,
        resources_ranked.resource_id,
        resources_ranked.team_id,
        proposals.team_id as proposed_team_id,
        proposals.project_id as proposed_project_id,
        proposals.lifecycle_stage as proposed_lifecycle_stage,
        coalesce(proposals.confidence, 'none') as confidence,
        coalesce(proposals.project_confidence, 'none') as project_confidence,
        coalesce(proposals.stage_confidence, 'none') as stage_confidence,
        cast(coalesce(proposals.score, 0) as double) as score,
        coalesce(proposals.reasons, 'nothing points to anybody') as evidence,
        resources_ranked.currency,
        resources_ranked.effective_cost,
        resources_ranked.billed_cost,
        resources_ranked.first_charge_date,
        resources_ranked.last_charge_date

    from resources_ranked

    left join proposals
        on resources_ranked.resource_key = proposals.resource_key

)

select * from untagged_resources
