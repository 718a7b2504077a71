//! The encodings of addresses and signatures.

/// A text as a part of an address: all but letters, digits and `-._~` is percent-encoded.
pub fn url_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => encoded.push(byte.into()),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

/// The bytes of hexadecimal digits, in which most providers write their signatures; `None` when it isn't such.
pub fn hex_decoded(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pairs = text.as_bytes().chunks(2);
    pairs
        .map(|pair| match pair {
            [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_address_would_misread_is_encoded() {
        assert_eq!(url_encoded("a-._~Z9"), "a-._~Z9");
        assert_eq!(url_encoded("2 & 3/轮?"), "2%20%26%203%2F%E8%BD%AE%3F");
    }

    #[test]
    fn digits_are_decoded_and_anything_else_is_refused() {
        assert_eq!(hex_decoded("00aBfF"), Some(vec![0x00, 0xab, 0xff]));
        assert_eq!(hex_decoded(""), Some(Vec::new()));
        for wrong in ["0", "0g", "+1", " 1", "轮"] {
            assert_eq!(hex_decoded(wrong), None, "{wrong}");
        }
    }
}
