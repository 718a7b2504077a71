use super::{Manifest, ManifestError};

const GOOD: &str = r#"
id = "telegram"
version = "0.1.0"
contract = "0.1"
license = "Apache-2.0"
name = { zh-CN = "电报", en = "Telegram" }
summary = { zh-CN = "收发消息。", en = "Receives and sends messages." }
events = ["interaction.received"]

[channel]
scheme = "telegram"

[[wants.http]]
host = "api.telegram.org"
methods = ["POST"]
paths = ["/bot*/sendMessage"]
reason = { zh-CN = "发送回复", en = "To send replies" }

[[wants.secrets]]
name = "bot-token"
uses = ["url"]
reason = { zh-CN = "登录", en = "To log in" }

[[wants.records]]
kind = "customer"
read = ["name"]
write = []
scope = "own"
reason = { zh-CN = "称呼", en = "To greet" }

[wants.kv]
bytes = 65536
reason = { zh-CN = "记住", en = "To remember" }

[settings]
type = "object"
additionalProperties = false
[settings.properties.greeting]
type = "string"
default = "Hello"
"#;

/// The good manifest with one thing put in the place of another.
fn with(from: &str, to: &str) -> Result<Manifest, ManifestError> {
    assert!(GOOD.contains(from), "{from} isn't in the manifest");
    Manifest::from_toml(&GOOD.replacen(from, to, 1))
}

#[test]
fn canonical_json_reads_back_as_the_same_manifest() {
    let manifest = Manifest::from_toml(GOOD).unwrap();
    let json = manifest.canonical_json();
    let again = Manifest::from_json(json.as_bytes()).unwrap();
    assert_eq!(again, manifest);
    assert_eq!(again.canonical_json(), json);
    assert!(json.starts_with(r#"{"channel":{"scheme":"telegram"},"contract":"0.1""#), "{json}");
}

#[test]
fn every_want_becomes_a_grant() {
    let grants: Vec<_> = Manifest::from_toml(GOOD)
        .unwrap()
        .requested_grants()
        .into_iter()
        .map(|request| request.grant)
        .collect();
    assert_eq!(grants, ["http:api.telegram.org", "secrets:bot-token:url", "records:customer:read", "kv"]);
}

#[test]
fn an_unknown_key_is_named_with_its_line() {
    let text = with("license", "licence").unwrap_err().to_string();
    assert!(text.contains("unknown field `licence`") && text.contains("line 5"), "{text}");
}

#[test]
fn a_missing_language_is_named() {
    let text = with(r#", en = "To log in""#, "").unwrap_err().to_string();
    assert!(text.contains("missing field `en`"), "{text}");
}

#[test]
fn each_bad_value_is_named_with_its_key_and_a_remedy() {
    let cases = [
        (r#"id = "telegram""#, r#"id = "Tele gram""#, "`id` is `Tele gram`: use 2 to 41 characters"),
        (r#"version = "0.1.0""#, r#"version = "1""#, "`version` is `1`: use a semantic version"),
        (r#"contract = "0.1""#, r#"contract = "0.2""#, "`contract` is `0.2`: this host speaks"),
        (
            r#"host = "api.telegram.org""#,
            r#"host = "https://a.org/x""#,
            "`wants.http[0].host` is `https://a.org/x`",
        ),
        (r#"host = "api.telegram.org""#, r#"host = "*.org""#, "`wants.http[0].host` is `*.org`"),
        (
            r#"host = "api.telegram.org""#,
            r#"setting = "url""#,
            "`wants.http[0].setting` is `url`: name a property",
        ),
        (r#"["POST"]"#, r#"["post"]"#, "`wants.http[0].methods[0]` is `post`"),
        (r#""/bot*/sendMessage""#, r#""bot""#, "`wants.http[0].paths[0]` is `bot`"),
        (r#"en = "To log in""#, r#"en = " ""#, "`wants.secrets[0].reason.en`"),
        (
            r#"uses = ["url"]"#,
            "uses = []",
            "`wants.secrets[0].uses` is `[]`: say what the secret is used for",
        ),
        (
            r#"uses = ["url"]"#,
            r#"uses = ["url", "url"]"#,
            "`wants.secrets[0].uses` is `url`: it stands here twice",
        ),
        (r#"read = ["name"]"#, "read = []", "`wants.records[0]` is `no fields`"),
        ("bytes = 65536", "bytes = 0", "`wants.kv.bytes` is `0`"),
        (r#"["interaction.received"]"#, r#"["received"]"#, "`events[0]` is `received`"),
        (r#"type = "string""#, r#"type = "strin""#, "`settings.properties.greeting.type` is `\"strin\"`"),
        (r#"default = "Hello""#, "default = 5", "`settings.properties.greeting.default` is `5`"),
        ("additionalProperties = false", "", "`settings.additionalProperties`"),
    ];
    for (from, to, wanted) in cases {
        let text = with(from, to).expect_err(to).to_string();
        assert!(text.contains(wanted), "{to}: {text}");
    }
}
