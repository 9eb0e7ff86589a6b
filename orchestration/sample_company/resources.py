"""What runs at the vendors: each resource with its place, its real owner and its tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.sample_company import company, placement, tagging

if TYPE_CHECKING:
    import duckdb


def make_resources(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the table `resources`, which every month's charges refer to."""
    connection.execute(_RESOURCES)
    connection.execute(_TAGGED_RESOURCES)


# The registered ones, and the one that nobody registered.
_PROJECT_COUNT = len(company.PROJECTS) + 1

# The part of the resources, tagged or not, whose name says the project.
NAMED_AFTER_PROJECT = 0.6

_RESOURCES = f"""
create table placed_resources as
with

provider_counts as (
    select
        providers.provider,
        (select count(*) from regions where regions.provider = providers.provider) as regions,
        (select count(*) from styles where styles.provider = providers.provider) as styles,
        (select count(*) from sub_accounts where sub_accounts.provider = providers.provider)
            as sub_accounts,
        (
            select count(*) from sub_accounts
            where sub_accounts.provider = providers.provider and inhabitants = 'all'
        ) as common_sub_accounts
    from providers
),

numbered as (
    select
        skus.*,
        kinds.kind,
        kinds.attribution,
        kinds.sub_account_id as kind_sub_account_id,
        kinds.sub_account_name as kind_sub_account_name,
        kinds.billing_account_id as kind_billing_account_id,
        kinds.region_id as kind_region_id,
        coalesce(kinds.name_prefix, skus.name_prefix) as prefix,
        number.resource_no,
        concat_ws('/', skus.sku_id, kinds.kind, number.resource_no) as resource_key
    from skus
    inner join kinds
        on skus.provider = kinds.provider
            and coalesce(skus.fixed_kind = kinds.kind, kinds.weight > 0),
    lateral (select unnest(range(kinds.resources)) as resource_no) as number
),

drawn as (
    select
        numbered.*,
        projects.project_id,
        projects.team_id,
        case
            when draw(resource_key, 'stage') < 0.35 then 'development'
            when draw(resource_key, 'stage') < 0.55 then 'testing'
            else 'production'
        end as lifecycle_stage,
        case
            when projects.project_id = '{company.UNREGISTERED_PROJECT}' then 0
            else pick(resource_key, 'style', provider_counts.styles)
        end as style_no,
        coalesce(kind_region_id, regions.region_id) as region_id,
        coalesce(kind_region_id, regions.region_name) as region_name,
        coalesce(kind_sub_account_id, sub_accounts.sub_account_id) as sub_account_id,
        coalesce(kind_sub_account_name, sub_accounts.sub_account_name) as sub_account_name,
        coalesce(
            kind_billing_account_id,
            sub_accounts.billing_account_id,
            billing_accounts.billing_account_id
        ) as billing_account_id,
        -- Whoever makes a machine by hand, or forgets its tags, often names it after what it is for all the same.
        concat_ws(
            '-',
            prefix,
            if(
                numbered.kind in ('tagged', 'untagged') and draw(resource_key, 'named') < {NAMED_AFTER_PROJECT},
                projects.project_id,
                null
            ),
            digest(resource_key, 'name', 6)
        ) as resource_name
    from numbered
    inner join provider_counts on numbered.provider = provider_counts.provider
    inner join billing_accounts on numbered.provider = billing_accounts.provider
    inner join projects
        on projects.project_no = floor({_PROJECT_COUNT} * power(draw(resource_key, 'project'), 1.3))
    inner join regions
        on numbered.provider = regions.provider
            and regions.region_no
                = floor(provider_counts.regions * power(draw(resource_key, 'region'), 2))
    inner join sub_accounts
        on numbered.provider = sub_accounts.provider
            and sub_accounts.sub_account_no = pick(
                resource_key,
                'sub-account',
                case
                    when numbered.kind = 'tagged' then provider_counts.sub_accounts
                    else provider_counts.common_sub_accounts
                end
            )
)

select
    *,
    case provider
        when 'AWS' then concat(
            'arn:aws:', lower(split_part(sku_id, '-', 1)), ':', region_id, ':', sub_account_id, ':',
            lower(resource_type), '/', resource_name
        )
        when 'Microsoft' then concat(
            '/subscriptions/', sub_account_id, '/resourceGroups/rg-',
            digest(resource_key, 'group', 2), '/providers/',
            replace(lower(resource_type), ' ', ''), 's/', resource_name
        )
        when 'Nebula Compute'
            then concat('nbl:', region_id, ':', sub_account_id, '/', resource_name)
        else resource_name
    end as resource_id
from drawn
"""

_TAGGED_RESOURCES = f"""
create macro spelled(id, name, code, spelling) as case spelling
    when 'id' then id
    when 'name' then name
    when 'snake' then replace(id, '-', '_')
    when 'upper' then upper(id)
    else code
end;

create macro tag(tag_key, tag_value) as {{'key': tag_key, 'value': tag_value}};

create macro tag_map(tags) as map_from_entries(list_filter(tags, lambda tag: tag.key is not null));

create table resources as
with

spelled_out as (
    select
        resources.*,
        styles.* exclude (provider, style_no),
        spelled(resources.team_id, team_name, cost_center, team_spelling) as team_value,
        if(
            resources.team_id = '{company.RENAMED_TEAM}',
            spelled('{company.OLD_TEAM_ID}', '{company.OLD_TEAM_NAME}', cost_center, team_spelling),
            team_value
        ) as old_team_value,
        spelled(resources.project_id, project_name, project_code, project_spelling)
            as project_value,
        stage_spellings.spelling as stage_value,
        activity_spellings.spelling as activity_value,
        useless_tags.tags as useless
    from placed_resources as resources
    inner join styles
        on resources.provider = styles.provider and resources.style_no = styles.style_no
    inner join teams on resources.team_id = teams.team_id
    inner join projects on resources.project_id = projects.project_id
    inner join stage_spellings
        on resources.lifecycle_stage = stage_spellings.lifecycle_stage
            and stage_spellings.spelling_no = pick(resource_key, 'stage spelling', 5)
    inner join activity_spellings
        on activity_spellings.activity_no
            = pick(resource_key, 'activity', {len(tagging.ACTIVITY_SPELLINGS)})
    inner join useless_tags
        on useless_tags.useless_no = pick(resource_key, 'useless', {len(tagging.USELESS_TAGS)})
),

both_times as (
    select
        *,
        [
            tag(project_key, project_value),
            tag(stage_key, stage_value),
            tag(activity_key, activity_value),
            tag(extra_key, extra_value)
        ] as lasting_tags
    from spelled_out
)

select
    * exclude (lasting_tags, useless),
    case kind
        when 'tagged' then tag_map([tag(team_key, team_value)] || lasting_tags)
        when 'untagged' then cast(cast(useless as json) as map(varchar, varchar))
        when 'cluster-made' then map {{'{tagging.CLUSTER_KEY}': '{placement.CLUSTER_NAMESPACE}'}}
    end as tags,
    case kind
        when 'tagged' then tag_map([tag(team_key, old_team_value)] || lasting_tags)
        when 'untagged' then cast(cast(useless as json) as map(varchar, varchar))
        when 'cluster-made' then map {{'{tagging.CLUSTER_KEY}': '{placement.CLUSTER_NAMESPACE}'}}
    end as old_tags
from both_times;
"""
