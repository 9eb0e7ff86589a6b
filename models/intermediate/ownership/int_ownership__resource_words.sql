with

groups as (

    select * from {{ ref('int_charges__groups') }}

),

cluster_drivers as (

    select * from {{ ref('int_drivers__kubernetes') }}

),

resources_billed as (

    select distinct
        provider_name,
        billing_account_id,
        sub_account_id,
        resource_id

    from groups

),

resources as (

    select
        {{ resource_key() }} as resource_key,
        sub_account_id,
        resource_id,
        {{ machine_id('resource_id') }} as machine_id

    from resources_billed

),

pods_of_machines as (

    select distinct
        {{ machine_id('resource_id') }} as machine_id,
        tags

    from cluster_drivers

    where resource_id is not null and driver not like '%_idle'

),

labels_of_machines as (

    select distinct
        pods_of_machines.machine_id,
        labels.value as label_value

    from pods_of_machines

    cross join lateral {{ json_pairs('pods_of_machines.tags') }} as labels

    where labels.key not in ('node', 'pod')

),

texts as (

    select resource_key, 'names' as signal, resource_id as stated from resources where resource_id is not null
    union all
    select resource_key, 'names', sub_account_id from resources where sub_account_id is not null
    union all
    select resources.resource_key, 'co-usage', labels_of_machines.label_value
    from resources
    inner join labels_of_machines on resources.machine_id = labels_of_machines.machine_id

),

texts_apart as (

    select distinct stated from texts

),

words_of_texts as (

    select
        texts_apart.stated,
        runs.words,
        runs.length

    from texts_apart

    cross join lateral {{ word_runs('texts_apart.stated') }} as runs

),

resource_words as (

    select distinct
        texts.resource_key,
        texts.signal,
        words_of_texts.words,
        words_of_texts.length

    from texts

    inner join words_of_texts
        on texts.stated = words_of_texts.stated

)

select * from resource_words
