//! `PUT /v1/installations/{id}/grants`

use axum::Json as Body;
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Installation;
use crate::domain::ids::InstallationId;
use crate::http::extract::{Caller, Id, Json};
use crate::http::openapi::PutProblems;
use crate::http::problem::{Problem, ProblemKind};
use crate::http::response::ApiResult;
use crate::http::schema::texts::GrantText;
use crate::ops::installations::Granting;
use crate::ops::installations::installed;
use crate::ops::installations::settings::CheckedSettings;
use crate::ops::{App, installations};

/// What is granted: either these and no others, or all that the manifest asks for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"grants": ["http:api.telegram.org", "secrets:bot-token:url"]}))]
pub struct Grants {
    /// These and no others; each must be asked for. `secrets:NAME` stands for all uses of a secret that are asked for, but
    /// `reveal`.
    #[serde(default)]
    #[schema(value_type = Option<Vec<GrantText>>)]
    grants: Option<Vec<String>>,
    /// True for all that the manifest asks for.
    #[serde(default)]
    requested: Option<bool>,
}

impl TryFrom<Grants> for Granting {
    type Error = Problem;

    fn try_from(given: Grants) -> Result<Self, Problem> {
        match given {
            Grants { grants: Some(grants), requested: None | Some(false) } => Ok(Self::These(grants)),
            Grants { grants: None, requested: Some(true) } => Ok(Self::Requested),
            _ => {
                let detail = "send either {\"grants\": [...]} or {\"requested\": true}";
                Err(Problem::new(ProblemKind::Invalid, detail).at("/grants", detail))
            }
        }
    }
}

/// Replaces what an installation was granted; the next call has it.
///
/// A version that waits for a grant is switched to once all that it asks for besides is granted.
#[utoipa::path(
    put, path = "/v1/installations/{id}/grants", operation_id = "put_grants", tag = "installations",
    params(("id" = InstallationId, Path, description = "The installation")),
    responses((status = 200, description = "The installation as it is now", body = Installation), PutProblems),
)]
pub async fn put_grants(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<InstallationId>,
    Json(grants): Json<Grants>,
) -> ApiResult<Body<Installation>> {
    let waiting = CheckedSettings::for_waiting(&app, &ctx, id).await?;
    let request = (id, Granting::try_from(grants)?, waiting);
    let changed = app
        .commit(&ctx, request, |tx, ctx, request| {
            Box::pin(async move {
                let row = installations::grant(tx, ctx, request).await?;
                installed::of(tx, row).await
            })
        })
        .await?;
    Ok(Body(changed.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn granting(json: &str) -> Result<Granting, ProblemKind> {
        let grants: Grants = serde_json::from_str(json).unwrap();
        grants.try_into().map_err(|problem: Problem| problem.kind())
    }

    #[test]
    fn it_is_these_or_all_and_never_both() {
        assert_eq!(granting(r#"{"grants": ["kv"]}"#), Ok(Granting::These(vec!["kv".into()])));
        assert_eq!(granting(r#"{"grants": []}"#), Ok(Granting::These(vec![])));
        assert_eq!(granting(r#"{"requested": true}"#), Ok(Granting::Requested));
        for unclear in ["{}", r#"{"requested": false}"#, r#"{"requested": true, "grants": ["kv"]}"#] {
            assert_eq!(granting(unclear), Err(ProblemKind::Invalid), "{unclear}");
        }
    }
}
