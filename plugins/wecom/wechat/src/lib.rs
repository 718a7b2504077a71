//! What WeCom (企业微信) and WeChat's official accounts (公众号) have in common: callbacks that are signed, encrypted and
//! written in XML, an API whose refusals come with the status 200, access tokens that expire, and media by their ids.
//!
//! Each is described by both platforms in the same words:
//! <https://developer.work.weixin.qq.com/document/path/90930> and
//! <https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Message_encryption_and_decryption_instructions.html>.

pub mod answer;
pub mod api;
pub mod callback;
pub mod content;
pub mod envelope;
pub mod events;
pub mod labels;
pub mod media;
pub mod query;
pub mod split;
pub mod xml;
