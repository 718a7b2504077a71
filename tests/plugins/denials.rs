//! What isn't granted is denied with a sentence that says what to do, and never breaks the guest.

use serde_json::json;

use crate::host::{ALL, Host};

#[tokio::test]
async fn each_interface_denies_by_name_when_nothing_is_granted() {
    let host = Host::new(&[]).await;
    let guest = host.install(&[], json!({})).await;
    let id = "01900000-0000-7000-8000-000000000001";
    for (task, grant) in [
        (json!({ "what": "get", "key": "x" }), "kv"),
        (json!({ "what": "count" }), "kv"),
        (json!({ "what": "read", "kind": "customer", "id": id }), "records:customer:read"),
        (json!({ "what": "stage" }), "records:customer:write"),
        (json!({ "what": "reveal" }), "secrets:token"),
        (json!({ "what": "fetch", "url": "https://api.example.com/open" }), "http:api.example.com"),
    ] {
        let (code, message) = host.refusal(&guest, task.clone()).await;
        assert_eq!(code, "denied", "{task}: {message}");
        assert!(
            message.ends_with(&format!("grant it with: hospes plugin grant trouble {grant}")),
            "{task}: {message}"
        );
    }
}

#[tokio::test]
async fn a_grant_reaches_no_further_than_it_says() {
    let host = Host::new(&[]).await;
    let guest = host.install(ALL, json!({})).await;
    let (code, message) = host.refusal(&guest, json!({ "what": "reveal" })).await;
    assert_eq!(code, "denied");
    assert!(message.ends_with("hospes plugin grant trouble secrets:token:reveal"), "{message}");

    let fetch = json!({ "what": "fetch", "url": "https://other.example.com/open" });
    let (code, message) = host.refusal(&guest, fetch).await;
    assert_eq!(code, "denied");
    assert!(message.contains("manifest"), "{message}");

    let (code, message) = host.refusal(&guest, json!({ "what": "read", "kind": "invoice", "id": "x" })).await;
    assert_eq!(code, "invalid");
    assert!(message.contains("\"invoice\"") && message.contains("customer"), "{message}");
}

#[tokio::test]
async fn a_denial_stands_in_the_log_of_the_call() {
    let host = Host::new(&[]).await;
    let guest = host.install(&[], json!({})).await;
    match host.call(&guest, json!({ "what": "count" })).await {
        Err(error) => {
            assert!(error.log()[0].text.contains("a store of its own is not granted"), "{:?}", error.log());
        }
        Ok(outcome) => panic!("{outcome:?}"),
    }
}

#[tokio::test]
async fn seeing_a_secret_needs_its_own_grant() {
    let host = Host::new(&[]).await;
    let guest = host.install(&["secrets:token:reveal"], json!({})).await;
    assert_eq!(host.answer(&guest, json!({ "what": "reveal" })).await, json!("s3cret/+"));
}
