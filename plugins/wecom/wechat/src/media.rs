//! Files: those that the platform keeps, by their media ids, and those of ours that it is to send.

use hospes_sdk::http::Request;
use hospes_sdk::{Error, Media, Source, attachments};
use serde_json::Value as Json;

use crate::answer::{self, Answer};
use crate::api::{self, Api};

/// The largest file that is handed over, in bytes: what goes to the host at once may have 1 MiB, the form around it
/// included.
const LARGEST: u64 = 1_000_000;

/// Where a file of the platform's is.
pub enum Found {
    /// Behind this request.
    File(Box<Source>),
    /// The API answered with JSON in the file's place.
    Described(Json),
}

/// Finds a file behind a path such as `/cgi-bin/media/get?media_id=…`.
///
/// A file that is gone or whose token is stale is answered 200 with JSON, which would be taken for the file. So its first
/// byte is asked for before the request is handed to the host.
pub fn find(api: &Api, path: &str) -> Result<Answer<Found>, Error> {
    api.call(|token| {
        let address = api.address(path, token);
        let file = || Ok(Ok(Found::File(Box::new(Request::get(&address).source()?))));
        match Request::get(&address).header("range", "bytes=0-0").send() {
            Ok(response) => match api::json_in_place_of_file(&response)? {
                None => file(),
                Some(answer) => Ok(answer.map(Found::Described)),
            },
            // The range was passed over, and the file is longer than a plugin may have it. JSON never is.
            Err(error) if error.code == "limit-exceeded" => file(),
            Err(error) => Err(error),
        }
    })
}

/// A file on its way to the platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name.
    pub name: String,
    /// For example `image/jpeg`.
    pub media_type: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// The file of an outgoing message that the host keeps; none where the reference is the platform's own media id.
pub fn attached(media: &Media) -> Result<Option<File>, Error> {
    if !is_id(&media.reference) {
        return match media.reference.is_empty() {
            true => Err(Error::invalid(format!("The attachment `{}` has no reference.", media.name))),
            false => Ok(None),
        };
    }
    let attachment = attachments::open(&media.reference)?;
    let size = attachment.size();
    if size > LARGEST {
        return Err(Error::new(
            "limit-exceeded",
            format!(
                "`{}` has {size} bytes; files of {LARGEST} bytes at most can be sent.",
                attachment.name()
            ),
        ));
    }
    let mut bytes = Vec::new();
    while (bytes.len() as u64) < size {
        let chunk = attachment.read(bytes.len() as u64, 1 << 20)?;
        if chunk.is_empty() {
            break;
        }
        bytes.extend(chunk);
    }
    Ok(Some(File { name: attachment.name(), media_type: attachment.media_type(), bytes }))
}

/// Whether a reference is the id of a file of the host's: a UUID.
fn is_id(reference: &str) -> bool {
    let groups: Vec<&str> = reference.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.concat().bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Hands a file over and returns the media id that it may be sent by for three days. `path` is the upload's without the
/// kind, `boundary` something that isn't in the file.
pub fn upload(
    api: &Api,
    path: &str,
    kind: &str,
    (file, boundary): (&File, &str),
) -> Result<Answer<String>, Error> {
    let path = format!("{path}?type={kind}");
    let body = form(file, boundary);
    let answer = api.call(|token| {
        let media_type = format!("multipart/form-data; boundary={boundary}");
        let request = Request::post(api.address(&path, token)).header("content-type", media_type);
        answer::read(&request.body(body.clone()).send()?)
    })?;
    match answer {
        Ok(answer) => match answer["media_id"].as_str() {
            Some(id) => Ok(Ok(id.to_owned())),
            None => Err(Error::unavailable("The API took the file, but its answer names no media_id.", None)),
        },
        Err(refusal) => Ok(Err(refusal)),
    }
}

/// The form that carries a file.
fn form(file: &File, boundary: &str) -> Vec<u8> {
    let plain = |text: &str| text.replace(['"', '\r', '\n', '\\'], "_");
    let head = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"media\"; filename=\"{}\"; filelength={}\r\n\
         Content-Type: {}\r\n\r\n",
        plain(&file.name),
        file.bytes.len(),
        plain(&file.media_type),
    );
    [head.as_bytes(), &file.bytes, format!("\r\n--{boundary}--\r\n").as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_holds_the_file_and_no_name_breaks_out_of_it() {
        let file = File {
            name: "报价\"\r\n单.pdf".into(),
            media_type: "application/pdf".into(),
            bytes: b"%PDF".to_vec(),
        };
        let form = String::from_utf8(form(&file, "b1")).unwrap();
        assert_eq!(
            form,
            "--b1\r\nContent-Disposition: form-data; name=\"media\"; filename=\"报价___单.pdf\"; filelength=4\r\n\
             Content-Type: application/pdf\r\n\r\n%PDF\r\n--b1--\r\n"
        );
    }

    #[test]
    fn ids_of_the_hosts_are_told_from_the_platforms() {
        assert!(is_id("018f0000-0000-7000-8000-000000000001"));
        assert!(!is_id("1G6nrLmr5EC3MMb_-zK1dDdzmd0p7cNliYu9V5w7o8K0"));
        assert!(!is_id("018f0000-0000-7000-8000-00000000000") && !is_id(""));
    }
}
