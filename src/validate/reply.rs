//! Finds the JSON object in what a model wrote.

use serde_json::Value;

/// Something mended without asking the model again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Repair {
    /// A code fence around the object.
    Fences,
    /// `<think>…</think>` before it.
    Think,
    /// Other words around it.
    Prose,
    /// A comma before a closing bracket.
    TrailingComma,
    /// A value of another JSON type that can mean one thing only.
    Coerced,
    /// A property that was left out.
    Filled,
    /// A property the schema does not know.
    Dropped,
    /// List items over the allowed number.
    Cut,
    /// A word outside a closed list, taken for null.
    UnknownWord,
    /// Brackets an answer cut off by its token limit left open; what was incomplete is gone.
    Closed,
}

impl Repair {
    /// Name in `run.issues`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fences => "fences",
            Self::Think => "think",
            Self::Prose => "prose",
            Self::TrailingComma => "trailing_comma",
            Self::Coerced => "coerced",
            Self::Filled => "filled",
            Self::Dropped => "dropped",
            Self::Cut => "cut",
            Self::UnknownWord => "unknown_word",
            Self::Closed => "closed",
        }
    }
}

/// The object of a reply that was cut off: what was complete, with its open brackets closed.
pub(super) fn cut_object(text: &str, repairs: &mut Vec<Repair>) -> Option<Value> {
    let text = text.get(text.find('{')?..)?;
    let mut closers: Vec<char> = Vec::new();
    let mut string = InString::default();
    // The last place where everything before is whole, and what closes it there.
    let mut whole: Option<(usize, String)> = None;
    for (at, c) in text.char_indices() {
        if string.holds(c) {
            continue;
        }
        match c {
            '{' | '[' if closers.len() >= MAX_DEPTH => break,
            '{' => closers.push('}'),
            '[' => closers.push(']'),
            '}' | ']' => {
                closers.pop();
                whole = Some((at + 1, closers.iter().rev().collect()));
            }
            ',' => whole = Some((at, closers.iter().rev().collect())),
            _ => {}
        }
    }
    let (end, closing) = whole?;
    let value = parse(&format!("{}{closing}", text.get(..end)?), repairs)?;
    repairs.push(Repair::Closed);
    Some(value)
}

/// Whether a scan of JSON stands inside a string.
#[derive(Default)]
struct InString {
    open: bool,
    escaped: bool,
}

impl InString {
    /// Takes the next character; whether it belongs to a string, its quotes included.
    fn holds(&mut self, c: char) -> bool {
        if !self.open {
            self.open = c == '"';
            return self.open;
        }
        match c {
            _ if self.escaped => self.escaped = false,
            '\\' => self.escaped = true,
            '"' => self.open = false,
            _ => {}
        }
        true
    }
}

/// The deepest nesting that is followed; a draft has six levels.
const MAX_DEPTH: usize = 64;

/// The last complete JSON object of a reply.
pub(super) fn object(text: &str, repairs: &mut Vec<Repair>) -> Option<Value> {
    let mut rest = text.trim();
    if let Some(end) = rest.rfind("</think>") {
        rest = rest.get(end + "</think>".len()..)?.trim();
        repairs.push(Repair::Think);
    }
    if let Some(inner) = unfenced(rest) {
        rest = inner;
        repairs.push(Repair::Fences);
    }
    for (start, end) in objects(rest).into_iter().rev() {
        let candidate = rest.get(start..end)?;
        let parsed = parse(candidate, repairs);
        if parsed.is_some() {
            if candidate.len() < rest.len() {
                repairs.push(Repair::Prose);
            }
            return parsed;
        }
    }
    None
}

fn unfenced(text: &str) -> Option<&str> {
    let inner = text.strip_prefix("```")?;
    let inner = inner.strip_prefix("json").or_else(|| inner.strip_prefix("JSON")).unwrap_or(inner);
    Some(inner.trim().strip_suffix("```").unwrap_or(inner).trim())
}

fn parse(text: &str, repairs: &mut Vec<Repair>) -> Option<Value> {
    if let Ok(value @ Value::Object(_)) = serde_json::from_str(text) {
        return Some(value);
    }
    let mended = without_trailing_commas(text);
    match serde_json::from_str(&mended) {
        Ok(value @ Value::Object(_)) => {
            repairs.push(Repair::TrailingComma);
            Some(value)
        }
        _ => None,
    }
}

/// Byte ranges of the balanced objects at the top of a text, strings respected.
fn objects(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut stack: Vec<u8> = Vec::new();
    let mut start = 0;
    let mut string = InString::default();
    for (at, byte) in text.bytes().enumerate() {
        // Quotes in prose around an object open no string.
        if !stack.is_empty() && string.holds(char::from(byte)) {
            continue;
        }
        match byte {
            b'{' | b'[' => {
                if stack.is_empty() {
                    if byte == b'[' {
                        continue;
                    }
                    start = at;
                }
                if stack.len() >= MAX_DEPTH {
                    return found;
                }
                stack.push(byte);
            }
            b'}' | b']' => {
                let opener = if byte == b'}' { b'{' } else { b'[' };
                if stack.last() == Some(&opener) {
                    stack.pop();
                    if stack.is_empty() {
                        found.push((start, at + 1));
                    }
                } else {
                    stack.clear();
                }
            }
            _ => {}
        }
    }
    found
}

fn without_trailing_commas(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut string = InString::default();
    for (at, c) in text.char_indices() {
        if !string.holds(c) && c == ',' {
            let next = text.get(at + 1..).and_then(|rest| rest.trim_start().chars().next());
            if matches!(next, Some('}' | ']')) {
                continue;
            }
        }
        out.push(c);
    }
    out
}
