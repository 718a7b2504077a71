//! Places in an order that people change by hand: bytes that sort between those of the neighbours, so that moving one
//! thing touches no other. They never end in a zero, so that there is always room below.

use uuid::Uuid;

/// The place of something new: behind everything that has been there before its id was drawn.
pub fn last(id: Uuid) -> Vec<u8> {
    let mut bytes = id.as_bytes().to_vec();
    bytes.push(0x80);
    bytes
}

/// The place behind everything, with an id that was just drawn: the usual one, or right behind the last where a host
/// whose clock is ahead has put it.
pub fn behind(all: Option<&[u8]>, id: Uuid) -> Vec<u8> {
    let usual = last(id);
    match all {
        Some(end) if end >= usual.as_slice() => [end, &[0x80]].concat(),
        _ => usual,
    }
}

/// A place between two neighbours, either of which may be missing.
pub fn between(lower: Option<&[u8]>, upper: Option<&[u8]>) -> Vec<u8> {
    let lower = lower.unwrap_or_default();
    // Neighbours the wrong way round can't be: then only the lower one counts.
    let mut upper = upper.filter(|upper| lower < *upper);
    let mut made = Vec::with_capacity(lower.len() + 1);
    for at in 0.. {
        let low = u16::from(lower.get(at).copied().unwrap_or(0));
        let high = upper.map_or(256, |upper| u16::from(upper.get(at).copied().unwrap_or(0)));
        let (byte, found) = if high > low + 1 { (u16::midpoint(low, high), true) } else { (low, false) };
        made.push(u8::try_from(byte).unwrap_or(u8::MAX));
        if found {
            break;
        }
        if high != low {
            // Whatever follows now is below the upper one.
            upper = None;
        }
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_between_its_neighbours() {
        let (a, b) = (last(Uuid::from_u128(7)), last(Uuid::from_u128(8)));
        for (lower, upper) in [
            (None, None),
            (None, Some(&a)),
            (Some(&a), Some(&b)),
            (Some(&b), None),
            (None, Some(&vec![1])),
            (Some(&vec![255, 255]), None),
            (Some(&vec![1, 255]), Some(&vec![2])),
            (Some(&vec![1]), Some(&vec![1, 1])),
        ] {
            let (lower, upper) = (lower.map(Vec::as_slice), upper.map(Vec::as_slice));
            let made = between(lower, upper);
            assert!(lower.is_none_or(|lower| lower < made.as_slice()), "{lower:?} {made:?}");
            assert!(upper.is_none_or(|upper| made.as_slice() < upper), "{made:?} {upper:?}");
            assert_ne!(made.last(), Some(&0));
        }
    }

    #[test]
    fn behind_everything_leaves_room_for_what_comes_later() {
        let (early, late, later) = (Uuid::from_u128(7), Uuid::from_u128(8), Uuid::from_u128(9));
        assert_eq!(behind(Some(&last(early)), late), last(late));
        let ahead = behind(Some(&last(late)), early);
        assert!(ahead > last(late) && ahead < last(later) && ahead.last() != Some(&0));
        assert_eq!(behind(None, early), last(early));
    }

    #[test]
    fn a_thousand_moves_to_one_place_stay_in_order_and_short() {
        let (start, end) = (last(Uuid::from_u128(1)), last(Uuid::from_u128(2)));
        let (mut up, mut down) = (start.clone(), end.clone());
        for _ in 0..1_000 {
            let next = between(Some(&up), Some(&end));
            assert!(up < next && next < end);
            up = next;
            let next = between(Some(&start), Some(&down));
            assert!(start < next && next < down);
            down = next;
        }
        assert!(up.len() < 180 && down.len() < 180, "{} {}", up.len(), down.len());
    }
}
