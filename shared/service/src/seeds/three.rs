//! The path of a cinema's booking system that shows its queue.

use super::event_of_path;
use crate::http::{Call, Reply};
use domain::refusal::Refusal;

/// How many are where in the line of the screening that the path names: the words of the seed's queue are ours.
///
/// # Errors
/// `unauthorized`, `forbidden` or `not_found`.
pub async fn queue_stats(call: &Call<'_>) -> Result<Reply, Refusal> {
    call.admin().await?;
    let screening = event_of_path(call, "screeningId")?;
    Ok(call.office.line_stats(&screening).await.into())
}
