//! When something that failed is tried again.

/// After this many attempts it goes to the dead letters.
pub const ATTEMPTS: i64 = 8;

/// The waits after the first, second, ... failure, in seconds; Standard Webhooks proposes this spacing.
const WAITS: [i64; 7] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400];

/// How long to wait after so many attempts, in milliseconds; none when it is given up. `spread` (0 to 1, random)
/// draws the wait out by up to a fifth, so that many failures of one moment don't come back in one moment.
pub fn wait_millis(attempts: i64, spread: f64) -> Option<i64> {
    let index = usize::try_from(attempts.checked_sub(1)?).ok()?;
    let seconds = WAITS.get(index)?;
    Some(seconds * 1_000 + (*seconds as f64 * 200.0 * spread.clamp(0.0, 1.0)) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end() {
        let waits: Vec<i64> = (1..).map_while(|attempts| wait_millis(attempts, 0.0)).collect();
        assert_eq!(waits.len() as i64, ATTEMPTS - 1);
        assert!(waits.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(wait_millis(ATTEMPTS, 0.5), None);
        assert_eq!(wait_millis(1, 1.0), Some(6_000));
    }
}
