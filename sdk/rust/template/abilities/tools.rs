/// Offers one tool, which counts words.
impl hospes_sdk::Tools for Plugin {
    fn call(_name: String, arguments: String) -> Result<String, hospes_sdk::Error> {
        let wrong = |error: serde_json::Error| hospes_sdk::Error::new("invalid", error.to_string());
        let arguments: serde_json::Value = serde_json::from_str(&arguments).map_err(wrong)?;
        let words = arguments["text"].as_str().unwrap_or_default().split_whitespace().count();
        Ok(format!("{{\"words\":{words}}}"))
    }
}
