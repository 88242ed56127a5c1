//! Layouts in the table: numbered versions that never change, stored in pieces by their content.

use super::row::{Reader, bad_row, keyed, number, text};
use super::{Item, Table, Trouble, trouble};
use crate::event::{Event, LayoutVersion};
use crate::key;
use crate::layout::Layout;
use crate::layout::packed::{Packed, pack, unpack};
use crate::name::LayoutId;
use aws_sdk_dynamodb::operation::put_item::builders::PutItemFluentBuilder;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use futures::future::try_join_all;

/// What publishing came to.
#[derive(Debug, PartialEq, Eq)]
pub struct Published {
    /// The version that has this content.
    pub version: LayoutVersion,
    /// Whether it is a new one.
    pub is_new: bool,
}

impl Table {
    /// Publishes a layout: a new version, unless the newest has the same content already.
    ///
    /// # Errors
    /// The table is busy or away.
    pub async fn publish_layout(&self, id: &LayoutId, layout: &Layout) -> Result<Published, Trouble> {
        let packed = pack(layout);
        let mut newest = self.newest_layout(id).await?;
        if newest.as_ref().is_none_or(|newest| newest.hash != packed.hash) {
            self.put_chunks(id, &packed).await?;
        }
        // Two admins may publish at once: whoever finds the number taken looks at what took it.
        loop {
            if let Some(version) = newest.filter(|newest| newest.hash == packed.hash) {
                return Ok(Published { version, is_new: false });
            }
            let last = self.newest_layout(id).await?.map_or(0, |newest| newest.version);
            let version = LayoutVersion {
                layout_id: id.clone(),
                version: last + 1,
                hash: packed.hash.clone(),
                chunks: u32::try_from(packed.chunks.len()).unwrap_or(u32::MAX),
                seats: u32::try_from(layout.seats().len()).unwrap_or(u32::MAX),
            };
            if self.put_if_absent(version_item(&version)).await? {
                return Ok(Published { version, is_new: true });
            }
            newest = self.newest_layout(id).await?;
        }
    }

    /// The newest version of a layout.
    ///
    /// # Errors
    /// The table is busy or away, or the row cannot be read.
    pub async fn newest_layout(&self, id: &LayoutId) -> Result<Option<LayoutVersion>, Trouble> {
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

    /// The layout that an event is sold from.
    ///
    /// # Errors
    /// The table is busy or away, or a piece is missing or cannot be read.
    pub async fn layout(&self, version: &LayoutVersion) -> Result<Layout, Trouble> {
        let chunks = (0..version.chunks).map(|chunk| self.chunk(version, chunk));
        let chunks: Vec<Vec<u8>> = try_join_all(chunks).await?;
        unpack(&chunks).map_err(|e| bad_row("chunk", &e))
    }

    /// Stores an event's settings; says whether its lanes are still as they were taken to be.
    ///
    /// # Errors
    /// The table is busy or away.
    pub async fn put_event(&self, event: &Event) -> Result<bool, Trouble> {
        let mut item = keyed(&key::event(&event.id));
        item.insert("eventKey".to_owned(), text(key::EVENTS));
        item.insert("sortKey".to_owned(), text(event.id.as_str()));
        item.insert("document".to_owned(), crate::packed::pack(&event.to_text()));
        item.insert("lanes".to_owned(), number(event.lanes));
        // Lanes say where the seats are: an event's are fixed when it is created, also against an admin who creates
        // it at the same moment.
        let request = self
            .client
            .put_item()
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk) OR lanes = :lanes")
            .expression_attribute_values(":lanes", number(event.lanes));
        self.send_put(request).await
    }

    async fn chunk(&self, version: &LayoutVersion, chunk: u32) -> Result<Vec<u8>, Trouble> {
        let item = self.get(&key::layout_chunk(&version.layout_id, &version.hash, chunk)).await?;
        let bytes = item.as_ref().and_then(|item| item.get("bytes")).and_then(|v| v.as_b().ok());
        bytes.map(|b| b.as_ref().to_vec()).ok_or_else(|| bad_row("bytes", "missing"))
    }

    async fn put_chunks(&self, id: &LayoutId, packed: &Packed) -> Result<(), Trouble> {
        for (number, bytes) in (0_u32..).zip(&packed.chunks) {
            let mut item = keyed(&key::layout_chunk(id, &packed.hash, number));
            item.insert("bytes".to_owned(), AttributeValue::B(Blob::new(bytes.clone())));
            self.put_if_absent(item).await?;
        }
        Ok(())
    }

    /// Writes a row that must not be there; says whether it was not.
    pub(crate) async fn put_if_absent(&self, item: Item) -> Result<bool, Trouble> {
        self.send_put(self.client.put_item().set_item(Some(item)).condition_expression("attribute_not_exists(pk)"))
            .await
    }

    /// Sends a conditional put; says whether its condition held.
    async fn send_put(&self, put: PutItemFluentBuilder) -> Result<bool, Trouble> {
        self.count_request();
        match put.table_name(&self.name).send().await {
            Ok(_) => Ok(true),
            Err(error) if error.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) => {
                Ok(false)
            }
            Err(error) => Err(trouble("PutItem", &error)),
        }
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

fn read_version(id: &LayoutId, item: &Item) -> Result<LayoutVersion, Trouble> {
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
