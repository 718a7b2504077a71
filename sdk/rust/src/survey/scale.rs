//! Scales of ratings.

use super::OptionLabel;
use crate::Error;

/// A scale of whole numbers, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale {
    /// The worst rating, 0 or more.
    pub least: i32,
    /// The best rating, 10 at most.
    pub most: i32,
    /// Whether people give it in stars: five of them mean `most` on no other.
    pub in_stars: bool,
}

/// What was found in a text: a rating on the scale and what else was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The rating, on the scale.
    pub rating: i32,
    /// The rest of the text, trimmed of what joined it; may be empty.
    pub comment: String,
}

impl Scale {
    /// A scale on which stars mean nothing.
    pub const fn new(least: i32, most: i32) -> Self {
        Self { least, most, in_stars: false }
    }

    /// One to five stars.
    pub const STARS: Self = Self { least: 1, most: 5, in_stars: true };

    /// Whether a rating is on it.
    pub fn holds(self, rating: i32) -> bool {
        (self.least..=self.most).contains(&rating)
    }

    /// The rating, if it is on the scale; otherwise `invalid`.
    pub fn check(self, rating: i32) -> Result<i32, Error> {
        if self.holds(rating) {
            return Ok(rating);
        }
        let Self { least, most, .. } = self;
        Err(Error::invalid(format!(
            "The rating {rating} isn't on the scale, which runs from {least} to {most}."
        )))
    }

    /// The rating's place from 0 (worst) to 1 (best), so that scales compare.
    pub fn normalized(self, rating: i32) -> f64 {
        f64::from(rating - self.least) / f64::from((self.most - self.least).max(1))
    }

    /// The options of a questionnaire, each with the label that stands for its rating.
    pub fn options(self, label: impl Fn(i32) -> String) -> Vec<OptionLabel> {
        (self.least..=self.most).map(|rating| OptionLabel { rating, label: label(rating) }).collect()
    }
}
