//! {{name}}. What each function gets and returns stands in the SDK's documentation: `cargo doc -p hospes-sdk --open`.

struct Plugin;

hospes_sdk::export!(Plugin: {{exports}});

{{abilities}}
