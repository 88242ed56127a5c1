//! Layouts in the table: numbered versions that never change, stored in pieces by their content.

use crate::key;
use crate::row::{Reader, bad_row, keyed, number, text};
use crate::{Item, Store, StoreError};
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::event::LayoutVersion;
use domain::layout::Layout;
use domain::layout::packed::{Packed, pack, unpack_checked};
use domain::name::LayoutId;
use futures::future::try_join_all;

/// What publishing came to.
#[derive(Debug, PartialEq, Eq)]
pub struct Published {
    /// The version that has this content.
    pub version: LayoutVersion,
    /// Whether it is a new one.
    pub is_new: bool,
}

impl Store {
    /// Publishes a layout: a new version, unless the newest has the same content already.
    pub async fn publish_layout(&self, id: &LayoutId, layout: &Layout) -> Result<Published, StoreError> {
        let packed = pack(layout);
        let mut newest = self.newest_layout(id).await?;
        if let Some(version) = self.same_content(newest.as_ref(), layout, &packed.hash).await? {
            return Ok(Published { version, is_new: false });
        }
        self.put_chunks(id, &packed).await?;
        loop {
            let version = LayoutVersion {
                layout_id: id.clone(),
                version: newest.map_or(0, |newest| newest.version) + 1,
                hash: packed.hash.clone(),
                chunks: u32::try_from(packed.chunks.len()).unwrap_or(u32::MAX),
                seats: u32::try_from(layout.inventory().seats().len()).unwrap_or(u32::MAX),
            };
            if self.put_if_absent(version_item(&version)).await? {
                return Ok(Published { version, is_new: true });
            }
            // Two admins may publish at once, or one twice: whoever finds the number taken looks at what took it.
            newest = self.newest_layout(id).await?;
            if let Some(version) = self.same_content(newest.as_ref(), layout, &packed.hash).await? {
                return Ok(Published { version, is_new: true });
            }
        }
    }

    /// The version, where it is this layout, whose hash this is. One that was published in an older form has another hash
    /// for the same content, so it is read and compared.
    async fn same_content(
        &self,
        version: Option<&LayoutVersion>,
        layout: &Layout,
        hash: &str,
    ) -> Result<Option<LayoutVersion>, StoreError> {
        let Some(version) = version else { return Ok(None) };
        let is_same = if version.hash == hash {
            true
        } else if version.seats as usize != layout.inventory().seats().len() {
            false
        } else {
            match self.layout(version).await {
                Ok(stored) => stored == *layout,
                // What nobody can read any more must not keep an admin from publishing it again.
                Err(StoreError::Fault) => false,
                Err(StoreError::Unavailable) => return Err(StoreError::Unavailable),
            }
        };
        Ok(is_same.then(|| version.clone()))
    }

    /// The newest version of a layout.
    pub async fn newest_layout(&self, id: &LayoutId) -> Result<Option<LayoutVersion>, StoreError> {
        let query = self
            .query()
            .key_condition_expression("pk = :pk AND begins_with(sk, :version)")
            .expression_attribute_values(":pk", text(key::layout(id)))
            .expression_attribute_values(":version", text(key::VERSION))
            .scan_index_forward(false)
            .limit(1)
            .consistent_read(true);
        let output = self.send(query).await?;
        output.items().first().map(|item| read_version(id, item)).transpose()
    }

    /// One version of a layout.
    pub async fn layout_version(&self, id: &LayoutId, version: u32) -> Result<Option<LayoutVersion>, StoreError> {
        let item = self.get(&key::layout_version(id, version)).await?;
        item.as_ref().map(|item| read_version(id, item)).transpose()
    }

    /// The layout that an event is sold from. Pieces never change, so an eventually consistent read will do if the hash
    /// is right. Only a layout that was published a moment ago may need a consistent read, which costs twice as much.
    pub async fn layout(&self, version: &LayoutVersion) -> Result<Layout, StoreError> {
        if let Some(chunks) = self.chunks(version, false).await?
            && let Ok(layout) = unpack_checked(&chunks, &version.hash)
        {
            return Ok(layout);
        }
        let chunks = self.chunks(version, true).await?.ok_or_else(|| bad_row("bytes", "missing"))?;
        unpack_checked(&chunks, &version.hash).map_err(|e| bad_row("chunk", &e))
    }

    /// All pieces of a version; none where one is missing.
    async fn chunks(&self, version: &LayoutVersion, consistent: bool) -> Result<Option<Vec<Vec<u8>>>, StoreError> {
        let chunks = (0..version.chunks).map(|chunk| self.chunk(version, chunk, consistent));
        Ok(try_join_all(chunks).await?.into_iter().collect())
    }

    async fn chunk(
        &self,
        version: &LayoutVersion,
        chunk: u32,
        consistent: bool,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let at = key::layout_chunk(&version.layout_id, &version.hash, chunk);
        let item = if consistent { self.get(&at).await? } else { self.get_from_any_replica(&at).await? };
        let bytes = item.as_ref().and_then(|item| item.get("bytes")).and_then(|v| v.as_b().ok());
        Ok(bytes.map(|b| b.as_ref().to_vec()))
    }

    async fn put_chunks(&self, id: &LayoutId, packed: &Packed) -> Result<(), StoreError> {
        for (number, bytes) in (0_u32..).zip(&packed.chunks) {
            let mut item = keyed(&key::layout_chunk(id, &packed.hash, number));
            item.insert("bytes".to_owned(), AttributeValue::B(Blob::new(bytes.clone())));
            self.put_if_absent(item).await?;
        }
        Ok(())
    }
}

fn version_item(version: &LayoutVersion) -> Item {
    let mut item = keyed(&key::layout_version(&version.layout_id, version.version));
    item.insert("version".to_owned(), number(version.version));
    item.insert("hash".to_owned(), text(&version.hash));
    item.insert("chunks".to_owned(), number(version.chunks));
    item.insert("seats".to_owned(), number(version.seats));
    item
}

fn read_version(id: &LayoutId, item: &Item) -> Result<LayoutVersion, StoreError> {
    let row = Reader(item);
    let small =
        |name: &'static str| row.number(name).and_then(|n| u32::try_from(n).map_err(|_| bad_row(name, "range")));
    Ok(LayoutVersion {
        layout_id: id.clone(),
        version: small("version")?,
        hash: row.text("hash")?.to_owned(),
        chunks: small("chunks")?,
        seats: small("seats")?,
    })
}
