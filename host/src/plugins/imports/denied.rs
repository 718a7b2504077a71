//! What stands in for an interface that an installation may not use at all: every function answers with the denial.
//!
//! The check at link and the check at call are made in different places on purpose: a mistake in one of them still meets
//! the other.

use wasmtime::component::Resource;

use super::attachments::{Open, Writing};
use super::http::Traffic;
use super::secrets::Handle;
use super::view::view;
use crate::plugins::bindings::hospes::plugin::{attachments, http, kv, mail, records, secrets, types};
use crate::plugins::engine::fault::Fault;

view! {
    /// A call as an interface sees it that isn't granted.
    Denying { traffic: Traffic = traffic }
}

impl Denying<'_> {
    fn no(&mut self, denial: &crate::plugins::grants::Denied) -> Fault {
        let fault = self.call.refuse(denial);
        self.call.leave(fault)
    }
}

impl Denying<'_> {
    fn no_http(&mut self, request: &http::Request) -> Fault {
        let installation = std::sync::Arc::clone(&self.call.installation);
        let denial = match super::http::shown(&request.url).parse() {
            Ok(url) => installation.grants.http(&request.method, &url).err(),
            Err(_) => None,
        };
        match denial {
            Some(denial) => self.no(&denial),
            // Granting was taken back while this installation was being linked, or the address is none.
            None => self.call.leave(Fault::denied("http is not granted")),
        }
    }

    fn no_kv<T>(&mut self) -> Result<T, Fault> {
        let denial = self.call.installation.grants.kv().err();
        Err(denial.map_or_else(|| Fault::denied("kv is not granted"), |denial| self.no(&denial)))
    }

    fn no_records<T>(&mut self, kind: &str, write: bool) -> Result<T, Fault> {
        let grants = &self.call.installation.grants;
        let denial = if write { grants.write(kind) } else { grants.read(kind) }.err();
        Err(denial.map_or_else(|| Fault::denied("records are not granted"), |denial| self.no(&denial)))
    }
}

/// Nobody gets a handle to a file here, so nobody can use one.
fn no_file<T>() -> wasmtime::Result<T> {
    Err(wasmtime::format_err!("a file was used that was never handed out"))
}

impl attachments::Host for Denying<'_> {
    async fn open(&mut self, _: String) -> Result<Resource<Open>, Fault> {
        Err(Fault::denied("reading files is not granted"))
    }

    async fn create(
        &mut self,
        kind: String,
        _: String,
        _: String,
        _: String,
    ) -> Result<Resource<Writing>, Fault> {
        self.no_records(&kind, true)
    }
}

impl attachments::HostAttachment for Denying<'_> {
    async fn id(&mut self, _: Resource<Open>) -> wasmtime::Result<String> {
        no_file()
    }

    async fn name(&mut self, _: Resource<Open>) -> wasmtime::Result<String> {
        no_file()
    }

    async fn media_type(&mut self, _: Resource<Open>) -> wasmtime::Result<String> {
        no_file()
    }

    async fn size(&mut self, _: Resource<Open>) -> wasmtime::Result<u64> {
        no_file()
    }

    async fn read(&mut self, _: Resource<Open>, _: u64, _: u32) -> Result<Vec<u8>, Fault> {
        no_file().map_err(Fault::from)
    }

    async fn drop(&mut self, _: Resource<Open>) -> wasmtime::Result<()> {
        no_file()
    }
}

impl attachments::HostUpload for Denying<'_> {
    async fn append(&mut self, _: Resource<Writing>, _: Vec<u8>) -> Result<(), Fault> {
        no_file().map_err(Fault::from)
    }

    async fn finish(&mut self, _: Resource<Writing>) -> Result<String, Fault> {
        no_file().map_err(Fault::from)
    }

    async fn drop(&mut self, _: Resource<Writing>) -> wasmtime::Result<()> {
        no_file()
    }
}

impl mail::Host for Denying<'_> {
    async fn send(&mut self, message: mail::Message) -> Result<String, Fault> {
        let denial = match crate::plugins::egress::relay::mailbox(&message.sender) {
            Ok(sender) => self.call.installation.grants.mail(sender.email.as_ref()).err(),
            Err(problem) => return Err(Fault::invalid(format!("sender: {problem}"))),
        };
        Err(denial.map_or_else(|| Fault::denied("mail is not granted"), |denial| self.no(&denial)))
    }
}

impl http::Host for Denying<'_> {
    async fn send(&mut self, request: http::Request) -> Result<http::Response, Fault> {
        Err(self.no_http(&request))
    }

    async fn send_many(
        &mut self,
        requests: Vec<http::Request>,
    ) -> wasmtime::Result<Vec<Result<http::Response, types::Error>>> {
        requests.iter().map(|request| self.no_http(request).into_guest().map(Err)).collect()
    }

    fn idempotency_key(&mut self) -> wasmtime::Result<String> {
        Ok(super::http::idempotency_key(self.call, self.traffic))
    }
}

impl kv::Host for Denying<'_> {
    async fn get(&mut self, _: String) -> Result<Option<Vec<u8>>, Fault> {
        self.no_kv()
    }

    async fn set(&mut self, _: String, _: Vec<u8>) -> Result<(), Fault> {
        self.no_kv()
    }

    async fn swap(&mut self, _: String, _: Option<Vec<u8>>, _: Option<Vec<u8>>) -> Result<bool, Fault> {
        self.no_kv()
    }

    async fn delete(&mut self, _: String) -> Result<(), Fault> {
        self.no_kv()
    }

    async fn list_keys(&mut self, _: String, _: Option<String>, _: u32) -> Result<Vec<String>, Fault> {
        self.no_kv()
    }

    async fn increment(&mut self, _: String, _: i64) -> Result<i64, Fault> {
        self.no_kv()
    }
}

impl records::Host for Denying<'_> {
    async fn get(&mut self, kind: String, _: String) -> Result<types::Entity, Fault> {
        self.no_records(&kind, false)
    }

    async fn find(&mut self, query: records::Query) -> Result<records::Page, Fault> {
        self.no_records(&query.kind, false)
    }

    async fn create(&mut self, kind: String, _: Vec<types::Attribute>) -> Result<String, Fault> {
        self.no_records(&kind, true)
    }

    async fn update(
        &mut self,
        kind: String,
        _: String,
        _: i64,
        _: Vec<types::Attribute>,
    ) -> Result<(), Fault> {
        self.no_records(&kind, true)
    }

    async fn tag(&mut self, kind: String, _: String, _: Vec<String>, _: Vec<String>) -> Result<(), Fault> {
        self.no_records(&kind, true)
    }

    async fn comment(&mut self, kind: String, _: String, _: String) -> Result<String, Fault> {
        self.no_records(&kind, true)
    }

    async fn link(&mut self, kind: String, _: String, _: String, _: String, _: String) -> Result<(), Fault> {
        self.no_records(&kind, true)
    }

    async fn message(&mut self, _: String, _: String, _: Vec<types::Attribute>) -> Result<String, Fault> {
        self.no_records("conversation", true)
    }
}

impl secrets::Host for Denying<'_> {
    fn get(&mut self, name: String) -> Result<Resource<Handle>, Fault> {
        let denial = self.call.installation.grants.secret(&name).err();
        Err(denial.map_or_else(|| Fault::denied("secrets are not granted"), |denial| self.no(&denial)))
    }
}

/// Nobody gets a handle here, so nobody can use one.
fn no_secret<T>() -> Result<T, Fault> {
    Err(Fault::denied("secrets are not granted"))
}

impl secrets::HostSecret for Denying<'_> {
    fn hmac(&mut self, _: Resource<Handle>, _: secrets::Hash, _: Vec<u8>) -> Result<Vec<u8>, Fault> {
        no_secret()
    }

    fn verify_hmac(
        &mut self,
        _: Resource<Handle>,
        _: secrets::Hash,
        _: Vec<u8>,
        _: Vec<u8>,
    ) -> Result<bool, Fault> {
        no_secret()
    }

    fn sign_dingtalk(&mut self, _: Resource<Handle>, _: String) -> Result<Vec<u8>, Fault> {
        no_secret()
    }

    fn verify_wechat(
        &mut self,
        _: Resource<Handle>,
        _: String,
        _: String,
        _: String,
        _: String,
    ) -> Result<bool, Fault> {
        no_secret()
    }

    fn verify_feishu(
        &mut self,
        _: Resource<Handle>,
        _: String,
        _: String,
        _: Vec<u8>,
        _: String,
    ) -> Result<bool, Fault> {
        no_secret()
    }

    fn equals(&mut self, _: Resource<Handle>, _: Vec<u8>) -> Result<bool, Fault> {
        no_secret()
    }

    fn aes_cbc_encrypt(&mut self, _: Resource<Handle>, _: Vec<u8>, _: Vec<u8>) -> Result<Vec<u8>, Fault> {
        no_secret()
    }

    fn aes_cbc_decrypt(&mut self, _: Resource<Handle>, _: Vec<u8>, _: Vec<u8>) -> Result<Vec<u8>, Fault> {
        no_secret()
    }

    fn reveal(&mut self, _: Resource<Handle>) -> Result<String, Fault> {
        no_secret()
    }

    fn drop(&mut self, _: Resource<Handle>) -> wasmtime::Result<()> {
        Err(wasmtime::format_err!("a secret was used that was never handed out"))
    }
}
