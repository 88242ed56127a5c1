//! The table, as the template describes it.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection, ProjectionType,
    ScalarAttributeType, StreamSpecification, StreamViewType, TableDescription, TableStatus, TimeToLiveSpecification,
};
use serde_json::Value;
use tokio::time::{Instant, sleep};

const READY_TIMEOUT: Duration = Duration::from_secs(60);
const READY_POLL: Duration = Duration::from_millis(50);

/// Creates the table unless it is there, and returns its stream's ARN.
pub async fn ensure(client: &Client, name: &str, properties: &Value) -> Result<String> {
    if described(client, name).await?.is_none() {
        create(client, name, properties).await.with_context(|| format!("cannot create the table {name}"))?;
        wait_until_active(client, name).await?;
        expire_items(client, name, properties).await.context("cannot switch TTL on")?;
    }
    let table = wait_until_active(client, name).await?;
    table.latest_stream_arn.with_context(|| format!("the table {name} has no stream; remove it and start again"))
}

/// Removes a table that was made for one run.
pub async fn remove(client: &Client, name: &str) -> Result<()> {
    client.delete_table().table_name(name).send().await?;
    Ok(())
}

async fn described(client: &Client, name: &str) -> Result<Option<TableDescription>> {
    match client.describe_table().table_name(name).send().await {
        Ok(answer) => Ok(answer.table),
        Err(error) if error.as_service_error().is_some_and(|error| error.is_resource_not_found_exception()) => Ok(None),
        Err(error) => Err(error).context("the engine does not answer"),
    }
}

async fn wait_until_active(client: &Client, name: &str) -> Result<TableDescription> {
    let deadline = Instant::now() + READY_TIMEOUT;
    while Instant::now() < deadline {
        match described(client, name).await? {
            Some(table) if table.table_status == Some(TableStatus::Active) => return Ok(table),
            _ => sleep(READY_POLL).await,
        }
    }
    bail!("the table {name} was not ready within {} s", READY_TIMEOUT.as_secs())
}

async fn create(client: &Client, name: &str, properties: &Value) -> Result<()> {
    let attributes = list(&properties["AttributeDefinitions"]).map(attribute).collect::<Result<_>>()?;
    let indexes = list(&properties["GlobalSecondaryIndexes"]).map(index).collect::<Result<Vec<_>>>()?;
    let view = text(&properties["StreamSpecification"], "StreamViewType")?;
    client
        .create_table()
        .table_name(name)
        .billing_mode(BillingMode::PayPerRequest)
        .set_attribute_definitions(Some(attributes))
        .set_key_schema(Some(keys(properties)?))
        .set_global_secondary_indexes((!indexes.is_empty()).then_some(indexes))
        .stream_specification(
            StreamSpecification::builder().stream_enabled(true).stream_view_type(StreamViewType::from(view)).build()?,
        )
        .send()
        .await?;
    Ok(())
}

async fn expire_items(client: &Client, name: &str, properties: &Value) -> Result<()> {
    let specification = &properties["TimeToLiveSpecification"];
    if specification["Enabled"] != true {
        return Ok(());
    }
    let ttl = TimeToLiveSpecification::builder().enabled(true).attribute_name(text(specification, "AttributeName")?);
    client.update_time_to_live().table_name(name).time_to_live_specification(ttl.build()?).send().await?;
    Ok(())
}

fn attribute(definition: &Value) -> Result<AttributeDefinition> {
    Ok(AttributeDefinition::builder()
        .attribute_name(text(definition, "AttributeName")?)
        .attribute_type(ScalarAttributeType::from(text(definition, "AttributeType")?))
        .build()?)
}

fn keys(owner: &Value) -> Result<Vec<KeySchemaElement>> {
    let key = |key: &Value| {
        Ok(KeySchemaElement::builder()
            .attribute_name(text(key, "AttributeName")?)
            .key_type(KeyType::from(text(key, "KeyType")?))
            .build()?)
    };
    list(&owner["KeySchema"]).map(key).collect()
}

fn index(description: &Value) -> Result<GlobalSecondaryIndex> {
    let projection = ProjectionType::from(text(&description["Projection"], "ProjectionType")?);
    Ok(GlobalSecondaryIndex::builder()
        .index_name(text(description, "IndexName")?)
        .set_key_schema(Some(keys(description)?))
        .projection(Projection::builder().projection_type(projection).build())
        .build()?)
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text<'a>(object: &'a Value, field: &str) -> Result<&'a str> {
    object[field].as_str().with_context(|| format!("the table's {field} is missing"))
}
