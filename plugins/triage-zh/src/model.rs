//! The trained model: reads `model/triage.bin`, which `train/train.py` writes, and scores features.

use hospes_sdk::Error;

use crate::features::Feature;

static FILE: &[u8] = include_bytes!("../model/triage.bin");
const MAGIC: &[u8] = b"TRI1";

/// The parts of the model.
pub struct Model {
    /// Scores the classes, in the order of [`crate::verdict::CLASSES`].
    pub class: Head,
    /// Scores urgent, normal and low.
    pub priority: Head,
    /// Scores bad and good mood.
    pub mood: Head,
}

impl Model {
    /// The one that is embedded.
    pub fn embedded() -> Result<Self, Error> {
        let read = || {
            let mut rest = FILE.strip_prefix(MAGIC)?;
            let heads = [Head::read(&mut rest)?, Head::read(&mut rest)?, Head::read(&mut rest)?];
            let [class, priority, mood] = heads;
            rest.is_empty().then_some(Self { class, priority, mood })
        };
        read().ok_or_else(|| Error::new("invalid", "the embedded model can't be read"))
    }
}

/// A linear model of some outcomes.
pub struct Head {
    /// What a weight of one is.
    step: f32,
    biases: Vec<f32>,
    /// Little-endian hashes of the known features, in order.
    hashes: &'static [u8],
    /// As many whole weights for each of them as there are outcomes.
    weights: &'static [u8],
}

impl Head {
    fn read(rest: &mut &'static [u8]) -> Option<Self> {
        let outcomes = number(rest)? as usize;
        let features = number(rest)? as usize;
        let step = f32::from_bits(number(rest)?);
        let biases = (0..outcomes).map(|_| number(rest).map(f32::from_bits)).collect::<Option<_>>()?;
        let hashes = rest.split_off(..features.checked_mul(4)?)?;
        let weights = rest.split_off(..features.checked_mul(outcomes)?)?;
        Some(Self { step, biases, hashes, weights })
    }

    /// The weights of a feature, where it is known: one for each outcome, in whole steps.
    pub fn weights(&self, hash: u32) -> Option<impl Iterator<Item = i8> + 'static> {
        let at = |place: usize| {
            let mut bytes = self.hashes.get(place * 4..)?;
            number(&mut bytes)
        };
        let (mut low, mut high) = (0, self.hashes.len() / 4);
        while low < high {
            let middle = usize::midpoint(low, high);
            if at(middle)? < hash { low = middle + 1 } else { high = middle }
        }
        let outcomes = self.biases.len();
        let weights = self.weights.get(low * outcomes..(low + 1) * outcomes)?;
        (at(low)? == hash).then(|| weights.iter().map(|weight| weight.cast_signed()))
    }

    /// What share of the belief each outcome gets.
    pub fn shares(&self, features: &[Feature<'_>]) -> Vec<f64> {
        let mut sums = vec![0_i32; self.biases.len()];
        for weights in features.iter().filter_map(|feature| self.weights(feature.hash)) {
            for (sum, weight) in sums.iter_mut().zip(weights) {
                *sum += i32::from(weight);
            }
        }
        // As in training: a long text has many features, of which each says less.
        let factor = f64::from(self.step) / (features.len().max(1) as f64).sqrt();
        let scores =
            sums.iter().zip(&self.biases).map(|(sum, bias)| f64::from(*bias) + f64::from(*sum) * factor);
        let powers: Vec<f64> = scores.map(f64::exp).collect();
        let total: f64 = powers.iter().sum();
        powers.iter().map(|power| power / total).collect()
    }
}

fn number(bytes: &mut &[u8]) -> Option<u32> {
    let (first, rest) = bytes.split_first_chunk::<4>()?;
    *bytes = rest;
    Some(u32::from_le_bytes(*first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_model_is_whole() {
        let model = Model::embedded().unwrap();
        for (head, outcomes) in [(&model.class, 6), (&model.priority, 3), (&model.mood, 2)] {
            assert_eq!(head.biases.len(), outcomes);
            assert!(head.hashes.len() > 4_000);
        }
        assert!(FILE.len() < 500_000, "{} bytes", FILE.len());
    }

    #[test]
    fn shares_make_one_whatever_the_features_are() {
        let model = Model::embedded().unwrap();
        let strange = [Feature { hash: 7, words: "", is_unit: true, is_listed: false }];
        for features in [&[][..], &strange] {
            let shares = model.class.shares(features);
            assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{shares:?}");
        }
    }
}
