with

entries as (

    select * from {{ source('raw', 'timesheets_tempo') }}

),

entries_renamed as (

    select
        delivery_id,
        concat(file_id, '-', source_row) as charge_id,
        {{ month_of('"startDate"') }} as billing_period,
        "startDate" as charge_date,
        "accountId" as person_hash,
        "Role" as role,
        coalesce("projectKey", {{ dbt.split_part('"issueKey"', "'-'", 1) }}) as project_key,
        "Account" as account_name,
        "Activity" as activity_name,
        {{ hours_of('"timeSpentSeconds"') }} as hours_worked,
        "issueId" as issue_id,
        "issueKey" as issue_key

    from entries

)

select * from entries_renamed
