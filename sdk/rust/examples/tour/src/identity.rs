//! `identity`: how frame numbers are written, by which a bicycle's owner is known.

use hospes_sdk::identity::{Evidence, Pair};
use hospes_sdk::{Error, Identity, IdentityRules};

use crate::Radwerk;
use crate::shop::staff_is_chinese;

impl IdentityRules for Radwerk {
    fn normalize(identities: Vec<Identity>) -> Result<Vec<Identity>, Error> {
        identities.into_iter().map(normal).collect()
    }

    fn compare(pairs: Vec<Pair>) -> Result<Vec<Evidence>, Error> {
        let chinese = staff_is_chinese();
        // Logarithms of likelihood ratios. Bicycles are sold on, so a frame isn't proof; people own several, so two frames say
        // little.
        let weigh = |pair: &Pair| match (pair.left.value == pair.right.value, chinese) {
            (true, true) => Evidence { weight: 6.0, reason: "车架号相同".into() },
            (true, false) => Evidence { weight: 6.0, reason: "the same frame number".into() },
            (false, true) => Evidence { weight: -1.0, reason: "车架号不同".into() },
            (false, false) => Evidence { weight: -1.0, reason: "different frame numbers".into() },
        };
        Ok(pairs.iter().map(weigh).collect())
    }
}

fn normal(identity: Identity) -> Result<Identity, Error> {
    // Only the manifest's `[[wants.identities]]` come; accounts of the app are right as they are.
    if identity.scheme != "bike-frame" {
        return Ok(identity);
    }
    let value: String = identity
        .value
        .chars()
        .filter(|sign| !matches!(sign, ' ' | '-'))
        .collect::<String>()
        .to_ascii_uppercase();
    let fits = (6..=17).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !fits {
        let message =
            format!("{:?} is no frame number: those have 6 to 17 letters and digits.", identity.value);
        return Err(Error::invalid(message));
    }
    Ok(Identity { value, ..identity })
}
