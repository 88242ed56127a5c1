//! JSON as a tree whose leaves are text, so that an edit can write what no JSON library would: `1e400`, half a
//! surrogate, the same key twice.

use super::odd;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::Value;

/// How often an edit repeats an element or a field.
const REPEATS: [usize; 4] = [1, 2, 51, 120];
/// A tree does not grow beyond this many nodes.
const NODES_MAX: usize = 4_000;

/// A value and where it stands.
#[derive(Clone, Debug)]
pub enum Tree {
    /// Written as it is.
    Raw(String),
    /// An array.
    List(Vec<Tree>),
    /// An object; keys are written as they are, quotes included.
    Object(Vec<(String, Tree)>),
}

/// One change, and the node that it changes.
#[derive(Clone, Debug)]
pub struct TreeEdit {
    place: Index,
    change: Change,
}

#[derive(Clone, Debug)]
enum Change {
    /// The node by this text.
    Replace(String),
    /// The node by a copy of another one.
    Copy(Index),
    /// The node by a list of it.
    Wrap,
    /// A field or an element that nobody asked for, into the node.
    Insert(&'static str, String, Index),
    /// An element or a field of the node goes.
    Remove(Index),
    /// An element or a field of the node comes so many times more, a field with its key.
    Repeat(Index, usize),
    /// A field of the node by another name.
    Rename(Index, Name),
}

#[derive(Clone, Debug)]
enum Name {
    Odd(&'static str),
    OfAnother(Index),
    InCapitals,
}

/// One change of any kind at any node.
pub fn edit() -> impl Strategy<Value = TreeEdit> {
    let name =
        prop_oneof![odd::text().prop_map(Name::Odd), any::<Index>().prop_map(Name::OfAnother), Just(Name::InCapitals),];
    let change = prop_oneof![
        // Most edits put another value in the place of one.
        5 => odd::value().prop_map(Change::Replace),
        1 => odd::number().prop_map(|number| Change::Replace(number.to_owned())),
        1 => any::<Index>().prop_map(Change::Copy),
        1 => Just(Change::Wrap),
        1 => (odd::text(), odd::value(), any::<Index>()).prop_map(|(key, value, at)| Change::Insert(key, value, at)),
        1 => any::<Index>().prop_map(Change::Remove),
        1 => (any::<Index>(), select(&REPEATS[..])).prop_map(|(which, times)| Change::Repeat(which, times)),
        1 => (any::<Index>(), name).prop_map(|(which, name)| Change::Rename(which, name)),
    ];
    (any::<Index>(), change).prop_map(|(place, change)| TreeEdit { place, change })
}

impl Tree {
    /// The tree of a JSON text; none where it is no JSON, or a lone value with nothing to edit.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let value: Value = serde_json::from_slice(text).ok()?;
        (value.is_array() || value.is_object()).then(|| Self::of(&value))
    }

    /// The tree of a value.
    pub fn of(value: &Value) -> Self {
        match value {
            Value::Array(values) => Tree::List(values.iter().map(Self::of).collect()),
            Value::Object(fields) => {
                Tree::Object(fields.iter().map(|(key, value)| (quoted(key), Self::of(value))).collect())
            }
            leaf => Tree::Raw(leaf.to_string()),
        }
    }

    /// The text after these edits.
    pub fn edited(&self, edits: &[TreeEdit]) -> Vec<u8> {
        let mut tree = self.clone();
        for edit in edits {
            tree.apply(edit);
        }
        let mut text = String::new();
        tree.write(&mut text);
        text.into_bytes()
    }

    fn write(&self, out: &mut String) {
        match self {
            Tree::Raw(text) => out.push_str(text),
            Tree::List(elements) => {
                out.push('[');
                for (at, element) in elements.iter().enumerate() {
                    out.push_str(if at == 0 { "" } else { "," });
                    element.write(out);
                }
                out.push(']');
            }
            Tree::Object(fields) => {
                out.push('{');
                for (at, (key, value)) in fields.iter().enumerate() {
                    out.push_str(if at == 0 { "" } else { "," });
                    out.push_str(key);
                    out.push(':');
                    value.write(out);
                }
                out.push('}');
            }
        }
    }

    fn count(&self) -> usize {
        match self {
            Tree::Raw(_) => 1,
            Tree::List(elements) => 1 + elements.iter().map(Tree::count).sum::<usize>(),
            Tree::Object(fields) => 1 + fields.iter().map(|(_, value)| value.count()).sum::<usize>(),
        }
    }

    /// The node at this place, counted from the root downwards and from left to right.
    fn at(&mut self, place: usize) -> Option<&mut Tree> {
        fn find<'t>(tree: &'t mut Tree, left: &mut usize) -> Option<&'t mut Tree> {
            if *left == 0 {
                return Some(tree);
            }
            *left -= 1;
            match tree {
                Tree::Raw(_) => None,
                Tree::List(elements) => elements.iter_mut().find_map(|element| find(element, left)),
                Tree::Object(fields) => fields.iter_mut().find_map(|(_, value)| find(value, left)),
            }
        }
        find(self, &mut { place })
    }

    fn apply(&mut self, edit: &TreeEdit) {
        let count = self.count();
        let other = match edit.change {
            Change::Copy(from) => self.at(from.index(count)).cloned(),
            _ => None,
        };
        let Some(node) = self.at(edit.place.index(count)) else { return };
        match &edit.change {
            Change::Replace(text) => *node = Tree::Raw(text.clone()),
            Change::Copy(_) => *node = other.unwrap_or_else(null),
            Change::Wrap => *node = Tree::List(vec![node.clone()]),
            Change::Insert(key, value, at) => node.insert(key, value, *at),
            Change::Remove(which) => node.remove(*which),
            Change::Repeat(which, times) if count < NODES_MAX => node.repeat(*which, *times),
            Change::Repeat(..) => {}
            Change::Rename(which, name) => node.rename(*which, name),
        }
    }

    fn insert(&mut self, key: &str, value: &str, at: Index) {
        let value = Tree::Raw(value.to_owned());
        match self {
            Tree::Raw(_) => *self = value,
            Tree::List(elements) => elements.insert(at.index(elements.len() + 1), value),
            Tree::Object(fields) => fields.push((format!("\"{key}\""), value)),
        }
    }

    fn remove(&mut self, which: Index) {
        match self {
            Tree::List(elements) if !elements.is_empty() => drop(elements.remove(which.index(elements.len()))),
            Tree::Object(fields) if !fields.is_empty() => drop(fields.remove(which.index(fields.len()))),
            other => *other = null(),
        }
    }

    fn repeat(&mut self, which: Index, times: usize) {
        match self {
            Tree::List(elements) if !elements.is_empty() => {
                let again = elements[which.index(elements.len())].clone();
                elements.extend(std::iter::repeat_n(again, times));
            }
            Tree::Object(fields) if !fields.is_empty() => {
                let again = fields[which.index(fields.len())].clone();
                fields.extend(std::iter::repeat_n(again, times.min(2)));
            }
            other => *other = Tree::List(vec![other.clone(); times]),
        }
    }

    fn rename(&mut self, which: Index, name: &Name) {
        let Tree::Object(fields) = self else { return };
        if fields.is_empty() {
            return;
        }
        let at = which.index(fields.len());
        fields[at].0 = match name {
            Name::Odd(text) => format!("\"{text}\""),
            Name::OfAnother(other) => fields[other.index(fields.len())].0.clone(),
            Name::InCapitals => fields[at].0.to_uppercase(),
        };
    }
}

fn null() -> Tree {
    Tree::Raw("null".to_owned())
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}
