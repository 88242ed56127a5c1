//! How far a mapping has come in each shard, in a file that outlives the stack.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// The file and what it says.
pub struct Checkpoint {
    file: PathBuf,
    progress: Mutex<Progress>,
}

#[derive(Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Progress {
    stream_arn: String,
    shards: HashMap<String, Position>,
}

#[derive(Clone, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
enum Position {
    After(String),
    Finished,
}

impl Checkpoint {
    /// The saved progress, if it is of this stream; another stream begins anew.
    pub fn open(file: PathBuf, stream_arn: &str) -> Result<Self> {
        let folder = file.parent().context("a checkpoint file lies in a folder")?;
        fs::create_dir_all(folder)?;
        let saved = fs::read(&file).ok().and_then(|text| serde_json::from_slice::<Progress>(&text).ok());
        let progress = saved
            .filter(|progress| progress.stream_arn == stream_arn)
            .unwrap_or_else(|| Progress { stream_arn: stream_arn.to_owned(), shards: HashMap::new() });
        Ok(Self { file, progress: Mutex::new(progress) })
    }

    /// The last sequence number that was dealt with.
    pub fn position(&self, shard: &str) -> Option<String> {
        match self.progress().shards.get(shard) {
            Some(Position::After(number)) => Some(number.clone()),
            _ => None,
        }
    }

    pub fn is_finished(&self, shard: &str) -> bool {
        self.progress().shards.get(shard) == Some(&Position::Finished)
    }

    pub fn advance(&self, shard: &str, sequence_number: &str) -> Result<()> {
        self.save(shard, Position::After(sequence_number.to_owned()))
    }

    pub fn finish(&self, shard: &str) -> Result<()> {
        self.save(shard, Position::Finished)
    }

    fn save(&self, shard: &str, position: Position) -> Result<()> {
        let mut progress = self.progress();
        progress.shards.insert(shard.to_owned(), position);
        // Renamed into place, so that a stack that is killed leaves a whole file.
        let next = self.file.with_extension("next");
        fs::write(&next, serde_json::to_vec(&*progress)?)?;
        Ok(fs::rename(&next, &self.file)?)
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn progress_survives_and_a_new_stream_begins_anew() {
        let folder = std::env::temp_dir().join(format!("holdfast-checkpoint-{:x}", fastrand::u64(..)));
        let file = folder.join("mapping.json");
        let first = Checkpoint::open(file.clone(), "arn:1").unwrap();
        first.advance("a", "100").unwrap();
        first.finish("b").unwrap();
        let again = Checkpoint::open(file.clone(), "arn:1").unwrap();
        assert_eq!(again.position("a").as_deref(), Some("100"));
        assert!(again.is_finished("b") && !again.is_finished("a"));
        let other = Checkpoint::open(file, "arn:2").unwrap();
        assert_eq!(other.position("a"), None);
        fs::remove_dir_all(folder).unwrap();
    }
}
