//! The three groups of the Net Promoter Score.

/// What a score makes of whoever gave it, as Reichheld defined it ("The One Number You Need to Grow", Harvard Business
/// Review, December 2003).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// 9 and 10.
    Promoter,
    /// 7 and 8.
    Passive,
    /// 0 to 6.
    Detractor,
}

impl Group {
    /// The group of a score.
    pub fn of(score: i32) -> Self {
        match score {
            9.. => Self::Promoter,
            7 | 8 => Self::Passive,
            _ => Self::Detractor,
        }
    }

    /// What its answers are tagged with.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Promoter => "promoter",
            Self::Passive => "passive",
            Self::Detractor => "detractor",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_end_where_they_are_defined_to() {
        let tags: Vec<&str> = (0..=10).map(|score| Group::of(score).tag()).collect();
        let (low, high) = tags.split_at(7);
        assert!(low.iter().all(|tag| *tag == "detractor"));
        assert_eq!(high, ["passive", "passive", "promoter", "promoter"]);
    }
}
