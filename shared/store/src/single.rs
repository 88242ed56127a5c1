//! Writes of one row, outside any transaction. A condition that fails is an answer (`false`), not an error.

use crate::key::Key;
use crate::row::text;
use crate::{Item, Store, StoreError};
use aws_sdk_dynamodb::operation::delete_item::builders::DeleteItemFluentBuilder;
use aws_sdk_dynamodb::operation::put_item::builders::PutItemFluentBuilder;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use futures::FutureExt;

impl Store {
    /// Writes a row over whatever is there.
    pub(crate) async fn put_row(&self, item: Item) -> Result<(), StoreError> {
        self.send_put(self.client.put_item().set_item(Some(item))).await.map(drop)
    }

    /// Writes a row if there is none with its key; says whether it did.
    pub(crate) async fn put_if_absent(&self, item: Item) -> Result<bool, StoreError> {
        self.send_put(self.client.put_item().set_item(Some(item)).condition_expression("attribute_not_exists(pk)"))
            .await
    }

    /// Sends a put; says whether its condition held.
    pub(super) async fn send_put(&self, put: PutItemFluentBuilder) -> Result<bool, StoreError> {
        self.meter.count_request();
        match put.table_name(&self.name).send().boxed().await {
            Ok(_) => Ok(true),
            Err(error) if error.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) => {
                Ok(false)
            }
            Err(error) => Err(StoreError::of("PutItem", &error)),
        }
    }

    /// The beginning of an update.
    pub(super) fn update_item(&self, at: &Key) -> UpdateItemFluentBuilder {
        self.client.update_item().key("pk", text(&at.pk)).key("sk", text(&at.sk))
    }

    /// Sends an update; says whether its condition held.
    pub(super) async fn send_update(&self, update: UpdateItemFluentBuilder) -> Result<bool, StoreError> {
        self.meter.count_request();
        match update.table_name(&self.name).send().boxed().await {
            Ok(output) => {
                self.meter.count_units(output.consumed_capacity());
                Ok(true)
            }
            Err(error) if error.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) => {
                Ok(false)
            }
            Err(error) => Err(StoreError::of("UpdateItem", &error)),
        }
    }

    /// Deletes a row, whatever it is.
    pub(crate) async fn delete_row(&self, at: &Key) -> Result<(), StoreError> {
        self.send_delete(self.delete_item(at)).await.map(drop)
    }

    /// The beginning of a deletion.
    pub(super) fn delete_item(&self, at: &Key) -> DeleteItemFluentBuilder {
        self.client.delete_item().key("pk", text(&at.pk)).key("sk", text(&at.sk))
    }

    /// Sends a deletion; says whether its condition held.
    pub(super) async fn send_delete(&self, delete: DeleteItemFluentBuilder) -> Result<bool, StoreError> {
        self.meter.count_request();
        match delete.table_name(&self.name).send().boxed().await {
            Ok(_) => Ok(true),
            Err(error) if error.as_service_error().is_some_and(|e| e.is_conditional_check_failed_exception()) => {
                Ok(false)
            }
            Err(error) => Err(StoreError::of("DeleteItem", &error)),
        }
    }
}
