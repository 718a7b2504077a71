//! The forms that names in a manifest have.

/// `[a-z][a-z0-9-]*`, with `separators` besides, of a length in bytes.
pub fn is_name(text: &str, separators: &[u8], length: std::ops::RangeInclusive<usize>) -> bool {
    let bytes = text.as_bytes();
    length.contains(&bytes.len())
        && bytes[0].is_ascii_lowercase()
        && bytes
            .iter()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || separators.contains(byte))
}

/// Whether plugins may be called so.
pub fn is_id(text: &str) -> bool {
    is_name(text, b"-", 2..=41)
}

/// `host`, `host:port` or `*.example.com`, lower case; no scheme, path or user.
pub fn is_host(text: &str) -> bool {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (text, None),
    };
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    let wild = host.strip_prefix("*.");
    let labels = wild.unwrap_or(host);
    let port_is_good = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port != 0));
    // "*.com" would be half of the world.
    let wide_enough = wild.is_none() || labels.contains('.');
    port_is_good && wide_enough && host.len() <= 253 && labels.split('.').all(is_label)
}

/// Words joined by dots: `interaction.received`, `ticket.handed-off`.
pub fn is_event(text: &str) -> bool {
    text.contains('.') && text.split('.').all(|word| is_name(word, b"_-", 1..=40))
}
