//! `hospes:plugin/attachments`: files on records, in chunks. Whoever may read the field `attachments` of a kind may read
//! files on its records, whoever may write it may add some. New files are staged.

use std::sync::Arc;

use bytes::Bytes;
use uuid::Uuid;
use wasmtime::component::{Resource, ResourceTable};

use super::view::view;
use crate::domain::actor::Scope;
use crate::domain::attachment::{Attachment, LARGEST, MOST, file_name, media_type};
use crate::domain::entity::RecordKind;
use crate::plugins::bindings::hospes::plugin::attachments;
use crate::plugins::effects::File;
use crate::plugins::engine::fault::Fault;
use crate::plugins::engine::state::CallContext;

/// The field by which manifests ask for files.
pub(in crate::plugins) const FIELD: &str = "attachments";
/// The most bytes that go over in one call of a function.
const CHUNK: usize = 1 << 20;
/// The most bytes of all files that one call of a guest writes: they wait in memory until it returns.
const TOGETHER: usize = 32 << 20;

/// A file that a guest reads.
pub struct Open(Attachment);

/// A file that a guest writes.
pub struct Writing {
    id: Uuid,
    record: Option<(String, Uuid)>,
    name: String,
    media_type: String,
    bytes: Vec<u8>,
}

/// What a call has written so far.
#[derive(Debug, Default)]
pub(in crate::plugins) struct StagedFiles {
    files: Vec<File>,
    /// Bytes of all files, those under way included.
    bytes: usize,
}

impl StagedFiles {
    /// The finished files, in the order in which they were finished.
    pub fn take(&mut self) -> Vec<File> {
        std::mem::take(&mut self.files)
    }

    /// Whether the call has finished a file of this id.
    pub fn size(&self, id: Uuid) -> Option<usize> {
        self.files.iter().find(|file| file.id == id).map(|file| file.bytes.len())
    }
}

fn parse(id: &str) -> Result<Uuid, Fault> {
    Uuid::try_parse(id).map_err(|_| Fault::invalid(format!("{id:?} is no id")))
}

impl CallContext {
    /// A file that is kept, if it is there for the guest.
    pub(super) async fn kept_file(&mut self, id: &str) -> Result<Attachment, Fault> {
        let id = parse(id)?;
        let none = || Fault::not_found(format!("there is no attachment {id}"));
        let kept = self.shared.data.attachment(&self.meter.host_time, id.into()).await?.ok_or_else(none)?;
        let kind: RecordKind = kept.subject_kind.parse().map_err(|_| none())?;
        let installation = Arc::clone(&self.installation);
        let want = installation.grants.read(kind.as_str()).map_err(|denied| self.refuse(&denied))?;
        if !want.read.contains(FIELD) {
            let denied = installation.grants.field(kind.as_str(), FIELD, false);
            return Err(self.refuse(&denied));
        }
        let scope = if want.own { Scope::Installation(installation.id) } else { Scope::All };
        self.shared
            .data
            .entity(&self.meter.host_time, kind.as_str(), kept.subject_id, scope)
            .await?
            .ok_or_else(none)?;
        Ok(kept)
    }
}

view! {
    /// The files that a call reads and writes, by its handles.
    FilesView { table: ResourceTable = table, files: StagedFiles = files }
}

impl FilesView<'_> {
    fn begin(
        &mut self,
        kind: &str,
        record: &str,
        name: &str,
        given_type: &str,
    ) -> Result<Resource<Writing>, Fault> {
        self.call.meter.transfer(kind.len() + record.len() + name.len() + given_type.len())?;
        let known: RecordKind = kind.parse().map_err(|_| {
            let known = RecordKind::WORDS.join(", ");
            Fault::invalid(format!("there is no kind of records called {kind:?}; there are: {known}"))
        })?;
        let installation = Arc::clone(&self.call.installation);
        let want = installation.grants.write(kind).map_err(|denied| self.call.refuse(&denied))?;
        if !want.write.contains(FIELD) {
            let denied = installation.grants.field(kind, FIELD, true);
            return Err(self.call.refuse(&denied));
        }
        let record = match record {
            "" if known == RecordKind::Interaction => None,
            "" => return Err(Fault::invalid(format!("a file on a {kind} needs the record's id"))),
            id => Some((kind.to_owned(), parse(id)?)),
        };
        let writing = Writing {
            id: self.call.draw_id(),
            record,
            name: file_name(name),
            media_type: media_type(given_type),
            bytes: Vec::new(),
        };
        self.table.push(writing).map_err(|_| Fault::limit("the call holds too many handles; drop some"))
    }

    fn extend(&mut self, handle: &Resource<Writing>, chunk: &[u8]) -> Result<(), Fault> {
        // Files have limits of their own: what is brought here doesn't count as a transfer.
        if chunk.len() > CHUNK {
            return Err(Fault::limit(format!(
                "a chunk has {} bytes; {CHUNK} are the most at once",
                chunk.len()
            )));
        }
        if self.files.bytes + chunk.len() > TOGETHER {
            return Err(Fault::limit(format!("all files of one call have {TOGETHER} bytes at most")));
        }
        let writing = self.table.get_mut(handle).map_err(wasmtime::Error::from)?;
        if writing.bytes.len() + chunk.len() > LARGEST {
            return Err(Fault::limit(format!("a file has {LARGEST} bytes at most")));
        }
        writing.bytes.extend_from_slice(chunk);
        self.files.bytes += chunk.len();
        Ok(())
    }

    fn stage(&mut self, handle: &Resource<Writing>) -> Result<String, Fault> {
        let writing = self.table.get_mut(handle).map_err(wasmtime::Error::from)?;
        if writing.bytes.is_empty() {
            return Err(Fault::invalid("the file is empty, or was finished before"));
        }
        let file = File {
            id: writing.id,
            record: writing.record.clone(),
            name: writing.name.clone(),
            media_type: writing.media_type.clone(),
            bytes: Bytes::from(std::mem::take(&mut writing.bytes)),
        };
        if self.files.files.len() as i64 >= MOST {
            return Err(Fault::limit(format!("a call writes {MOST} files at most")));
        }
        self.files.files.push(file);
        let id = self.files.files.last().map(|file| file.id.to_string());
        Ok(id.unwrap_or_default())
    }

    async fn chunk(&mut self, handle: &Resource<Open>, offset: u64, length: u32) -> Result<Vec<u8>, Fault> {
        if length as usize > CHUNK {
            return Err(Fault::limit(format!("{length} bytes are asked for; {CHUNK} are the most at once")));
        }
        let blob = self.table.get(handle).map_err(wasmtime::Error::from)?.0.blob_id;
        let (data, time, length) = (&self.call.shared.data, &self.call.meter.host_time, length as usize);
        let mut bytes = data.bytes(time, blob, offset, length).await?;
        if bytes.len() < length && !bytes.is_empty() {
            // What is asked for may lie in two rows.
            let after = offset + bytes.len() as u64;
            bytes.extend(data.bytes(time, blob, after, length - bytes.len()).await?);
        }
        Ok(bytes)
    }
}

impl attachments::Host for FilesView<'_> {
    async fn open(&mut self, id: String) -> Result<Resource<Open>, Fault> {
        let answer = match self.call.kept_file(&id).await {
            Ok(kept) => self
                .table
                .push(Open(kept))
                .map_err(|_| Fault::limit("the call holds too many handles; drop some")),
            Err(fault) => Err(fault),
        };
        self.call.leave(answer)
    }

    async fn create(
        &mut self,
        kind: String,
        record_id: String,
        name: String,
        media_type: String,
    ) -> Result<Resource<Writing>, Fault> {
        let answer = self.begin(&kind, &record_id, &name, &media_type);
        self.call.leave(answer)
    }
}

impl attachments::HostAttachment for FilesView<'_> {
    async fn id(&mut self, handle: Resource<Open>) -> wasmtime::Result<String> {
        let id = self.table.get(&handle)?.0.id.to_string();
        Ok(self.call.leave(id))
    }

    async fn name(&mut self, handle: Resource<Open>) -> wasmtime::Result<String> {
        let name = self.table.get(&handle)?.0.name.clone();
        Ok(self.call.leave(name))
    }

    async fn media_type(&mut self, handle: Resource<Open>) -> wasmtime::Result<String> {
        let media_type = self.table.get(&handle)?.0.media_type.clone();
        Ok(self.call.leave(media_type))
    }

    async fn size(&mut self, handle: Resource<Open>) -> wasmtime::Result<u64> {
        let size = self.table.get(&handle)?.0.size;
        Ok(self.call.leave(u64::try_from(size).unwrap_or(0)))
    }

    async fn read(&mut self, handle: Resource<Open>, offset: u64, length: u32) -> Result<Vec<u8>, Fault> {
        let answer = self.chunk(&handle, offset, length).await;
        self.call.leave(answer)
    }

    async fn drop(&mut self, handle: Resource<Open>) -> wasmtime::Result<()> {
        self.table.delete(handle)?;
        Ok(())
    }
}

impl attachments::HostUpload for FilesView<'_> {
    async fn append(&mut self, handle: Resource<Writing>, chunk: Vec<u8>) -> Result<(), Fault> {
        let answer = self.extend(&handle, &chunk);
        self.call.leave(answer)
    }

    async fn finish(&mut self, handle: Resource<Writing>) -> Result<String, Fault> {
        let answer = self.stage(&handle);
        self.call.leave(answer)
    }

    async fn drop(&mut self, handle: Resource<Writing>) -> wasmtime::Result<()> {
        let writing = self.table.delete(handle)?;
        self.files.bytes -= writing.bytes.len();
        Ok(())
    }
}
