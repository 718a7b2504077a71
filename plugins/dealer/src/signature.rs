//! The signature that both sides put on what they send: HMAC-SHA256 over the time and the body, so that neither can be
//! changed, nor an old message be sent again.

/// The header that carries it: `t=SECONDS,v1=HEX`.
pub const HEADER: &str = "x-dealer-signature";

/// What is signed.
pub fn signed(at: i64, body: &[u8]) -> Vec<u8> {
    let mut signed = format!("{at}.").into_bytes();
    signed.extend_from_slice(body);
    signed
}

/// The header's value.
pub fn write(at: i64, digest: &[u8]) -> String {
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={at},v1={hex}")
}

/// The time and the digest of a header's value; none when it isn't written like one.
pub fn read(header: &str) -> Option<(i64, Vec<u8>)> {
    let (at, digest) = header.trim().split_once(',')?;
    let at: i64 = at.strip_prefix("t=")?.parse().ok()?;
    let hex = digest.trim().strip_prefix("v1=")?.as_bytes();
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    if hex.len() % 2 != 0 {
        return None;
    }
    let bytes = hex.chunks_exact(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?));
    Some((at, bytes.collect::<Option<Vec<u8>>>()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let header = write(1_767_600_000, &[0, 0xab, 0xff]);
        assert_eq!(header, "t=1767600000,v1=00abff");
        assert_eq!(read(&header), Some((1_767_600_000, vec![0, 0xab, 0xff])));
        for wrong in ["", "t=1", "t=x,v1=00", "t=1,v1=0", "t=1,v1=zz", "v1=00,t=1", "t=1,v1=é0"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
