//! Parameters of a query, and what goes into one.

/// The value of a parameter; none where it isn't there. `+` stays what it is: base64 has it, and none of the platforms'
/// parameters has spaces.
pub fn parameter(query: &str, name: &str) -> Option<String> {
    let value = query.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (key == name).then_some(value)
    })?;
    String::from_utf8(decoded(value)).ok()
}

fn decoded(value: &str) -> Vec<u8> {
    let mut bytes = value.bytes();
    let mut text = Vec::with_capacity(value.len());
    while let Some(byte) = bytes.next() {
        let digit = |byte: u8| (byte as char).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let mut ahead = bytes.clone();
        let pair = ahead.next().and_then(digit).zip(ahead.next().and_then(digit));
        match pair.filter(|_| byte == b'%') {
            Some((high, low)) => {
                text.push(high << 4 | low);
                bytes = ahead;
            }
            None => text.push(byte),
        }
    }
    text
}

/// A value as it stands in a query: all but letters, digits and `-._~` percent-encoded.
pub fn encoded(value: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    value
        .bytes()
        .map(|byte| if plain(byte) { (byte as char).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_decoded_and_base64_survives() {
        let query = "msg_signature=ab&echostr=a%2Bb%2fc+d%3D%3D&nonce=&bare&odd=%zz%4";
        assert_eq!(parameter(query, "echostr").as_deref(), Some("a+b/c+d=="));
        assert_eq!(parameter(query, "nonce").as_deref(), Some(""));
        assert_eq!(parameter(query, "bare").as_deref(), Some(""));
        assert_eq!(parameter(query, "odd").as_deref(), Some("%zz%4"));
        assert_eq!(parameter(query, "timestamp"), None);
        assert_eq!(parameter("a=%ff", "a"), None);
    }

    #[test]
    fn what_goes_into_a_query_is_encoded() {
        assert_eq!(encoded("a-b_c.~/+=&张"), "a-b_c.~%2F%2B%3D%26%E5%BC%A0");
    }
}
