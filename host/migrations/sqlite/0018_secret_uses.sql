-- A secret is granted use by use: who might work with one before may put it to every use but to see its text.
create temporary table secret_uses (ordinal integer, usage text);
insert into secret_uses values
    (1, 'hmac-sha1'), (2, 'hmac-sha256'), (3, 'hmac-sha512'), (4, 'dingtalk-sha256'), (5, 'wechat-sha1'),
    (6, 'feishu-sha256'), (7, 'aes-cbc'), (8, 'equals'), (9, 'header'), (10, 'url'), (11, 'body');

update installations set grants = (
    select json_group_array(case when usage is null then value else value || ':' || usage end)
    from (
        select given.value as value, usage
        from json_each(installations.grants) as given
        left join secret_uses on given.value like 'secrets:%' and given.value not like 'secrets:%:%'
        order by given.key, ordinal
    )
)
where grants like '%"secrets:%';

-- Manifests said nothing of uses; those that are kept ask for what their plugins could do.
update plugin_versions set manifest = json_set(manifest, '$.wants.secrets', json((
    select json_group_array(json(json_set(
        json_remove(want.value, '$.reveal'),
        '$.uses',
        json((
            select json_group_array(usage)
            from (
                select usage, ordinal from secret_uses
                union all
                select 'reveal', 12 where json_extract(want.value, '$.reveal') = 1
                order by ordinal
            )
        ))
    )))
    from json_each(plugin_versions.manifest, '$.wants.secrets') as want
)))
where json_array_length(manifest, '$.wants.secrets') > 0;

drop table secret_uses;
