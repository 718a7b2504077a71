//! What a plugin may use a secret for: each use is declared in the manifest and granted by itself.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// One use of a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SecretUse {
    /// Makes and checks signatures with HMAC-SHA1.
    #[serde(rename = "hmac-sha1")]
    HmacSha1,
    /// The same with SHA-256.
    #[serde(rename = "hmac-sha256")]
    HmacSha256,
    /// The same with SHA-512.
    #[serde(rename = "hmac-sha512")]
    HmacSha512,
    /// Makes DingTalk's signatures.
    #[serde(rename = "dingtalk-sha256")]
    DingtalkSha256,
    /// Checks WeChat's signatures.
    #[serde(rename = "wechat-sha1")]
    WechatSha1,
    /// Checks Feishu's signatures.
    #[serde(rename = "feishu-sha256")]
    FeishuSha256,
    /// Encrypts and decrypts.
    AesCbc,
    /// Compares it with what somebody has sent.
    Equals,
    /// Sends it in headers of requests.
    Header,
    /// Sends it in addresses of requests.
    Url,
    /// Sends it in bodies of requests.
    Body,
    /// Sees its text.
    Reveal,
}

impl SecretUse {
    /// Every use, in the order in which they are shown.
    pub const ALL: [Self; 12] = [
        Self::HmacSha1,
        Self::HmacSha256,
        Self::HmacSha512,
        Self::DingtalkSha256,
        Self::WechatSha1,
        Self::FeishuSha256,
        Self::AesCbc,
        Self::Equals,
        Self::Header,
        Self::Url,
        Self::Body,
        Self::Reveal,
    ];

    /// As manifests and grants write it.
    pub fn word(self) -> &'static str {
        match self {
            Self::HmacSha1 => "hmac-sha1",
            Self::HmacSha256 => "hmac-sha256",
            Self::HmacSha512 => "hmac-sha512",
            Self::DingtalkSha256 => "dingtalk-sha256",
            Self::WechatSha1 => "wechat-sha1",
            Self::FeishuSha256 => "feishu-sha256",
            Self::AesCbc => "aes-cbc",
            Self::Equals => "equals",
            Self::Header => "header",
            Self::Url => "url",
            Self::Body => "body",
            Self::Reveal => "reveal",
        }
    }

    /// What it means for the secret of this name, for people: in Chinese and in English.
    pub fn words(self, name: &str) -> [String; 2] {
        match self {
            Self::HmacSha1 | Self::HmacSha256 | Self::HmacSha512 => [
                format!("用密钥“{name}”签名和验签（{self}），看不到密钥内容"),
                format!("sign and check signatures with the secret `{name}` ({self}), without seeing it"),
            ],
            Self::DingtalkSha256 => [
                format!("用密钥“{name}”生成钉钉签名，看不到密钥内容"),
                format!("make DingTalk's signatures with the secret `{name}`, without seeing it"),
            ],
            Self::WechatSha1 => [
                format!("用密钥“{name}”校验微信签名，看不到密钥内容"),
                format!("check WeChat's signatures with the secret `{name}`, without seeing it"),
            ],
            Self::FeishuSha256 => [
                format!("用密钥“{name}”校验飞书签名，看不到密钥内容"),
                format!("check Feishu's signatures with the secret `{name}`, without seeing it"),
            ],
            Self::AesCbc => [
                format!("用密钥“{name}”加密和解密（AES-CBC），看不到密钥内容"),
                format!("encrypt and decrypt with the secret `{name}` (AES-CBC), without seeing it"),
            ],
            Self::Equals => [
                format!("核对收到的口令是否就是密钥“{name}”，看不到密钥内容"),
                format!("check whether what was sent in is the secret `{name}`, without seeing it"),
            ],
            Self::Header => [
                format!("由主机把密钥“{name}”放进请求头发给已授权的主机"),
                format!("have the secret `{name}` sent in headers to the granted hosts"),
            ],
            Self::Url => [
                format!("由主机把密钥“{name}”放进请求地址发给已授权的主机"),
                format!("have the secret `{name}` sent in addresses to the granted hosts"),
            ],
            Self::Body => [
                format!("由主机把密钥“{name}”放进请求正文发给已授权的主机"),
                format!("have the secret `{name}` sent in bodies to the granted hosts"),
            ],
            Self::Reveal => {
                [format!("看到密钥“{name}”的内容"), format!("see the text of the secret `{name}`")]
            }
        }
    }
}

impl fmt::Display for SecretUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for SecretUse {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|usage| usage.word() == text).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manifests_and_grants_write_a_use_alike() {
        for usage in SecretUse::ALL {
            assert_eq!(serde_json::json!(usage), usage.word());
            assert_eq!(usage.word().parse(), Ok(usage));
        }
    }
}
