//! The identity provider: what the operator says of it, and what is asked of it. Every request goes out by the one way
//! out of the host.

pub(in crate::ops) mod claims;

use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreGenderClaim, CoreProviderMetadata};
use openidconnect::{
    AdditionalClaims, AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest, HttpResponse,
    IssuerUrl, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
    TokenResponse as _, UserInfoClaims,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::sync::Mutex;

use self::claims::Account;
use crate::domain::words::words;
use crate::ops::refusal::Refusal;
use crate::plugins::egress::{Egress, EgressError, Outgoing};
use crate::plugins::keyring::Secret;

/// How long what a provider says of itself, its keys among it, is believed.
const KNOWN_FOR: Duration = Duration::from_secs(600);
/// How long one request to it may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The longest answer that is read, in bytes.
const LONGEST: usize = 1 << 20;
/// When it is worth trying again where it can't be reached.
const AGAIN_MILLIS: u64 = 5_000;

words! {
    /// What becomes of somebody who comes for the first time.
    pub enum FirstSignIn {
        /// They are who has the address that the provider has verified; others are refused.
        Link = "link",
        /// Who has no account here gets one.
        Create = "create",
    }
}

/// What a value of a claim gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// The value.
    pub value: String,
    /// The role, by its name.
    pub role: String,
    /// The team, by its name.
    pub team: Option<String>,
}

/// What the operator says of the provider.
#[derive(Debug, Clone)]
pub struct ProviderSettings {
    /// Its issuer identifier, an address.
    pub issuer: String,
    /// What the provider knows this host as.
    pub client_id: String,
    /// What this host proves itself by; none for one that has no secret.
    pub client_secret: Option<Secret>,
    /// What people call it.
    pub name: String,
    /// What is asked for besides `openid`.
    pub scopes: Vec<String>,
    /// The claim that gives roles and teams.
    pub claim: String,
    /// What its values give. Where there is none, roles and teams are as they are here.
    pub mappings: Vec<Mapping>,
    /// What becomes of somebody who comes for the first time.
    pub first: FirstSignIn,
}

impl ProviderSettings {
    /// The roles that an account gets, in the order of the mappings.
    pub(in crate::ops) fn roles(&self, account: &Account) -> Vec<String> {
        let mut roles: Vec<String> = Vec::new();
        for mapping in self.mappings.iter().filter(|mapping| account.values.contains(&mapping.value)) {
            if !roles.contains(&mapping.role) {
                roles.push(mapping.role.clone());
            }
        }
        roles
    }
}

/// The provider.
pub struct Provider {
    settings: ProviderSettings,
    egress: Egress,
    /// Where people come back to.
    redirect: String,
    known: Mutex<Option<(Instant, CoreProviderMetadata)>>,
}

/// Where somebody is sent, and what is kept until they come back.
pub(in crate::ops) struct Request {
    pub url: String,
    pub state: String,
    pub nonce: String,
    pub verifier: String,
}

/// Claims of any name.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct AnyClaims {
    #[serde(flatten)]
    all: Map<String, Value>,
}

impl AdditionalClaims for AnyClaims {}

impl Provider {
    /// A provider, and the address of this host that people come back to.
    pub fn new(settings: ProviderSettings, egress: Egress, public_url: &str) -> Self {
        let redirect = format!("{public_url}/sign-in/provider/return");
        Self { settings, egress, redirect, known: Mutex::new(None) }
    }

    /// What the operator says of it.
    pub fn settings(&self) -> &ProviderSettings {
        &self.settings
    }

    /// The page where somebody signs in.
    pub(in crate::ops) async fn request(&self) -> Result<Request, Refusal> {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let client = self.client().await?.set_redirect_uri(self.redirect()?);
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let mut request = client.authorize_url(flow, CsrfToken::new_random, Nonce::new_random);
        for scope in &self.settings.scopes {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        let (url, state, nonce) = request.set_pkce_challenge(challenge).url();
        Ok(Request {
            url: url.to_string(),
            state: state.secret().clone(),
            nonce: nonce.secret().clone(),
            verifier: verifier.secret().clone(),
        })
    }

    /// The account that a code stands for. Issuer, audience, nonce, signature and time of the token are checked.
    pub(in crate::ops) async fn account(
        &self,
        code: &str,
        verifier: &str,
        nonce: &str,
    ) -> Result<Account, Refusal> {
        let client = self.client().await?.set_redirect_uri(self.redirect()?);
        let http = |request| send(self.egress.clone(), request);
        let response = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|error| self.unusable(&error))?
            .set_pkce_verifier(PkceCodeVerifier::new(verifier.to_owned()))
            .request_async(&http)
            .await
            .map_err(|error| self.unusable(&error))?;
        let token = response.id_token().ok_or_else(|| self.refused("no ID token came"))?;
        let claims = token.claims(&client.id_token_verifier(), &Nonce::new(nonce.to_owned()));
        let subject = claims.map(|claims| claims.subject().clone()).map_err(|error| with_sources(&error));
        let subject = match subject {
            Ok(subject) => subject,
            Err(problem) => {
                // Perhaps it has other keys by now: whoever tries again has them looked up.
                *self.known.lock().await = None;
                return Err(self.refused(&problem));
            }
        };
        // What its library knows no name for is read from the token whose signature it has checked.
        let mut all = payload(&token.to_string()).unwrap_or_default();
        if let Ok(asked) = client.user_info(response.access_token().clone(), Some(subject)) {
            let more: UserInfoClaims<AnyClaims, CoreGenderClaim> =
                asked.request_async(&http).await.map_err(|error| self.unusable(&error))?;
            if let Ok(Value::Object(more)) = serde_json::to_value(&more) {
                for (name, value) in more {
                    if !value.is_null() {
                        all.entry(name).or_insert(value);
                    }
                }
            }
        }
        Ok(Account::of(&all, &self.settings.claim))
    }

    /// What the provider says of itself.
    pub(in crate::ops) async fn metadata(&self) -> Result<CoreProviderMetadata, Refusal> {
        let mut known = self.known.lock().await;
        let fresh = known.as_ref().filter(|(since, _)| since.elapsed() < KNOWN_FOR);
        if let Some((_, metadata)) = fresh {
            return Ok(metadata.clone());
        }
        let issuer = IssuerUrl::new(self.settings.issuer.clone()).map_err(|error| self.unusable(&error))?;
        let http = |request| send(self.egress.clone(), request);
        let found = CoreProviderMetadata::discover_async(issuer, &http).await;
        let found = found.map_err(|error| self.unusable(&error))?;
        *known = Some((Instant::now(), found.clone()));
        Ok(found)
    }

    fn redirect(&self) -> Result<RedirectUrl, Refusal> {
        RedirectUrl::new(self.redirect.clone()).map_err(|error| self.unusable(&error))
    }

    async fn client(
        &self,
    ) -> Result<
        CoreClient<
            openidconnect::EndpointSet,
            openidconnect::EndpointNotSet,
            openidconnect::EndpointNotSet,
            openidconnect::EndpointNotSet,
            openidconnect::EndpointMaybeSet,
            openidconnect::EndpointMaybeSet,
        >,
        Refusal,
    > {
        let metadata = self.metadata().await?;
        let id = ClientId::new(self.settings.client_id.clone());
        let secret = self.settings.client_secret.as_ref();
        let secret = secret.map(|secret| ClientSecret::new(secret.expose().to_owned()));
        Ok(CoreClient::from_provider_metadata(metadata, id, secret))
    }

    /// It can't be asked, or answers what can't be understood.
    fn unusable(&self, error: &(dyn std::error::Error + 'static)) -> Refusal {
        let problem = with_sources(error);
        tracing::warn!(provider = %self.settings.name, %problem, "nobody can sign in by the identity provider");
        Refusal::Unavailable {
            reason: format!(
                "{} doesn't answer as it should; try again, or sign in by a password",
                self.settings.name
            ),
            retry_after_ms: AGAIN_MILLIS,
        }
    }

    /// It says what isn't to be believed.
    pub(in crate::ops) fn refused(&self, problem: &str) -> Refusal {
        tracing::warn!(provider = %self.settings.name, %problem, "a token of the identity provider was refused");
        Refusal::Forbidden(format!("what {} says of this account can't be trusted", self.settings.name))
    }
}

/// An error with what it comes from.
fn with_sources(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        text.push_str(": ");
        text.push_str(&source.to_string());
        next = source.source();
    }
    text
}

/// The claims of a token, without a check.
pub(in crate::ops) fn payload(token: &str) -> Option<Map<String, Value>> {
    let bytes = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// Sends a request to the provider.
async fn send(egress: Egress, request: HttpRequest) -> Result<HttpResponse, EgressError> {
    let (parts, body) = request.into_parts();
    let url = reqwest::Url::parse(&parts.uri.to_string());
    let url = url.map_err(|error| EgressError::Invalid(error.to_string()))?;
    let outgoing = Outgoing {
        method: parts.method,
        url,
        headers: parts.headers,
        body: body.into(),
        timeout: TIMEOUT,
        most: LONGEST,
    };
    let answer = egress.send(outgoing, &|_, _| Ok(())).await?;
    let mut response = HttpResponse::new(answer.body);
    *response.status_mut() = answer.status;
    *response.headers_mut() = answer.headers;
    Ok(response)
}
