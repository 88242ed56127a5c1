//! JSON as a tree whose leaves are text, so that an edit can write what no JSON library would: `1e400`, half a
//! surrogate, the same key twice.

use super::odd;
use super::recipe::Edit;
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
    pub fn edited(&self, edits: &[Edit]) -> Vec<u8> {
        let mut tree = self.clone();
        for edit in edits {
            tree.apply(*edit);
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

    fn apply(&mut self, Edit { place, kind, what }: Edit) {
        let count = self.count();
        let other = self.at(what / 7 % count).cloned();
        let Some(node) = self.at(place % count) else { return };
        match kind % 12 {
            // Most edits put another value in the place of one.
            0..=4 => *node = Tree::Raw(odd::value(what)),
            5 => *node = other.unwrap_or_else(|| Tree::Raw("null".to_owned())),
            6 => *node = Tree::List(vec![node.clone()]),
            7 => node.insert(what),
            8 => node.remove(what),
            9 if count < NODES_MAX => node.repeat(what),
            10 => node.rename(what),
            _ => *node = Tree::Raw(odd::number(what).to_owned()),
        }
    }

    /// Puts a field or an element in that nobody asked for.
    fn insert(&mut self, what: usize) {
        let value = Tree::Raw(odd::value(what / 3));
        match self {
            Tree::Raw(text) => *text = odd::value(what),
            Tree::List(elements) => elements.insert(what % (elements.len() + 1), value),
            Tree::Object(fields) => fields.push((format!("\"{}\"", odd::text(what)), value)),
        }
    }

    fn remove(&mut self, what: usize) {
        match self {
            Tree::List(elements) if !elements.is_empty() => drop(elements.remove(what % elements.len())),
            Tree::Object(fields) if !fields.is_empty() => drop(fields.remove(what % fields.len())),
            other => *other = Tree::Raw("null".to_owned()),
        }
    }

    /// Repeats an element, or a field with its key.
    fn repeat(&mut self, what: usize) {
        let times = REPEATS[what % REPEATS.len()];
        match self {
            Tree::List(elements) if !elements.is_empty() => {
                let again = elements[what / 4 % elements.len()].clone();
                elements.extend(std::iter::repeat_n(again, times));
            }
            Tree::Object(fields) if !fields.is_empty() => {
                let again = fields[what / 4 % fields.len()].clone();
                fields.extend(std::iter::repeat_n(again, times.min(2)));
            }
            other => *other = Tree::Raw(odd::value(what)),
        }
    }

    /// Gives a field another's key, or one that nobody knows.
    fn rename(&mut self, what: usize) {
        let Tree::Object(fields) = self else { return };
        let keys: Vec<String> = fields.iter().map(|(key, _)| key.clone()).collect();
        let at = what % fields.len().max(1);
        if let Some((key, _)) = fields.get_mut(at) {
            *key = match what / 5 % 3 {
                0 => format!("\"{}\"", odd::text(what)),
                1 => keys[what / 3 % keys.len()].clone(),
                _ => key.to_uppercase(),
            };
        }
    }
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}
