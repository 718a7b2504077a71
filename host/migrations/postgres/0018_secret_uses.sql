-- A secret is granted use by use: who might work with one before may put it to every use but to see its text.
create temporary table secret_uses (ordinal integer, usage text) on commit drop;
insert into secret_uses values
    (1, 'hmac-sha1'), (2, 'hmac-sha256'), (3, 'hmac-sha512'), (4, 'dingtalk-sha256'), (5, 'wechat-sha1'),
    (6, 'feishu-sha256'), (7, 'aes-cbc'), (8, 'equals'), (9, 'header'), (10, 'url'), (11, 'body');

update installations set grants = (
    select jsonb_agg(given.value || coalesce(':' || usage, '') order by given.place, ordinal)
    from jsonb_array_elements_text(grants) with ordinality as given (value, place)
    left join secret_uses on given.value like 'secrets:%' and given.value not like 'secrets:%:%'
)
where cast(grants as text) like '%"secrets:%';

-- Manifests said nothing of uses; those that are kept ask for what their plugins could do.
update plugin_versions set manifest = jsonb_set(manifest, '{wants,secrets}', (
    select jsonb_agg(
        (want.value - 'reveal') || jsonb_build_object('uses', (
            select jsonb_agg(usage order by ordinal)
            from (
                select usage, ordinal from secret_uses
                union all
                select 'reveal', 12 where want.value ->> 'reveal' = 'true'
            ) as uses
        ))
        order by want.place
    )
    from jsonb_array_elements(manifest -> 'wants' -> 'secrets') with ordinality as want (value, place)
))
where jsonb_array_length(manifest -> 'wants' -> 'secrets') > 0;
