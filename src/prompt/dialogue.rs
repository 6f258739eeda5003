//! A conversation in which a model may call functions: what a request of it holds, and what is taken out when it grows
//! too long.

use serde_json::{Map, Value};

use super::budget::estimate_tokens;

/// Tokens a message costs beside its words.
const AROUND: usize = 4;
/// The most functions one turn of a model may call; what it calls beyond them is forgotten.
const MOST_CALLS: usize = 8;
/// The longest words beside calls that are kept, in characters.
const LONGEST_WORDS: usize = 2000;
/// The longest arguments, or members kept for the server, that are sent back, in bytes.
const LONGEST_KEPT: usize = 64 * 1024;

/// A function the model may call.
#[derive(Clone, Debug, PartialEq)]
pub struct Tool {
    /// Its name.
    pub name: &'static str,
    /// What it is for, to the model.
    pub description: &'static str,
    /// JSON Schema of its arguments.
    pub parameters: Value,
}

/// What the model must call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Calling {
    /// Some function, where the server can be told so.
    Some,
    /// What it likes, or nothing: for servers that refuse to be told.
    Free,
    /// This one.
    Only(&'static str),
}

/// One call of a function.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Call {
    /// The name by which its result refers to it.
    pub id: String,
    /// The function.
    pub name: String,
    /// Its arguments as they came; mostly JSON.
    pub arguments: String,
    /// Further members of the call, which some servers want back.
    pub kept: Map<String, Value>,
}

/// What a model said in one turn.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Said {
    /// Its words.
    pub words: String,
    /// The functions it called.
    pub calls: Vec<Call>,
    /// Further members of the message, which some servers want back: thoughts beside calls.
    pub kept: Map<String, Value>,
}

/// One message of a conversation.
#[derive(Clone, Debug, PartialEq)]
pub enum Turn {
    /// Instructions.
    System(String),
    /// What is asked.
    User(String),
    /// What the model said.
    Model(Said),
    /// What a function it called gave.
    Result {
        /// The call.
        id: String,
        /// The words.
        words: String,
        /// What stands in their place once they are taken out.
        digest: String,
    },
}

impl Turn {
    /// Tokens it costs, estimated.
    fn tokens(&self) -> usize {
        let said = |said: &Said| {
            let calls: usize = said.calls.iter().map(|call| estimate_tokens(&call.name) + estimate_tokens(&call.arguments) + AROUND).sum();
            let kept = if said.kept.is_empty() { 0 } else { estimate_tokens(&Value::from(said.kept.clone()).to_string()) };
            estimate_tokens(&said.words) + calls + kept
        };
        AROUND
            + match self {
                Self::System(words) | Self::User(words) | Self::Result { words, .. } => estimate_tokens(words),
                Self::Model(turn) => said(turn),
            }
    }

    /// Takes out what can be had again. What the model wrote for itself stays.
    fn elide(&mut self) {
        match self {
            Self::System(_) | Self::User(_) => {}
            Self::Model(said) => {
                for call in said.calls.iter_mut().filter(|call| call.arguments.len() > LONG_ARGUMENTS) {
                    "{}".clone_into(&mut call.arguments);
                }
            }
            Self::Result { words, digest, .. } => words.clone_from(digest),
        }
    }

    fn is_elided(&self) -> bool {
        matches!(self, Self::Result { words, digest, .. } if words == digest)
    }
}

/// Arguments longer than this are a draft's, in bytes.
const LONG_ARGUMENTS: usize = 400;

/// A conversation so far, ready to be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Dialogue {
    /// Messages in order; the static part comes first, so that providers' prompt caches hit.
    pub turns: Vec<Turn>,
    /// What may be called.
    pub tools: Vec<Tool>,
    /// What must be called.
    pub calling: Calling,
    /// `b3:` and the BLAKE3 hash of templates and functions.
    pub hash: String,
}

impl Dialogue {
    /// Tokens of all messages and functions, estimated: about right for Chinese tokenizers, high for others.
    pub fn estimated_tokens(&self) -> usize {
        let tool = |tool: &Tool| estimate_tokens(tool.description) + estimate_tokens(&tool.parameters.to_string()) + 2 * AROUND;
        self.tools.iter().map(tool).sum::<usize>() + self.turns.iter().map(Turn::tokens).sum::<usize>()
    }

    /// Adds what the model said, bounded, every call under a name of its own. Returns the calls.
    pub fn say(&mut self, mut said: Said) -> Vec<Call> {
        said.words = said.words.chars().take(LONGEST_WORDS).collect();
        said.calls.truncate(MOST_CALLS);
        if Value::from(said.kept.clone()).to_string().len() > LONGEST_KEPT {
            said.kept.clear();
        }
        let turn = self.turns.len();
        let mut known: Vec<String> = Vec::new();
        for (at, call) in said.calls.iter_mut().enumerate() {
            if call.id.is_empty() || known.contains(&call.id) {
                call.id = format!("call{turn:04}{at}");
            }
            known.push(call.id.clone());
        }
        let calls = said.calls.clone();
        for call in said.calls.iter_mut().filter(|call| !is_object(&call.arguments) || call.arguments.len() > LONGEST_KEPT) {
            // Servers that write the conversation into a template parse these, and fail on what is no object.
            "{}".clone_into(&mut call.arguments);
        }
        self.turns.push(Turn::Model(said));
        calls
    }

    /// Takes out the oldest results until the whole takes at most so many tokens; the last turn's stay. Whether it does.
    pub fn fit(&mut self, tokens: usize) -> bool {
        let mut size = self.estimated_tokens();
        let last = self.turns.iter().rposition(|turn| matches!(turn, Turn::Model(_))).unwrap_or_default();
        for turn in self.turns.iter_mut().take(last) {
            if size <= tokens {
                break;
            }
            let before = turn.tokens();
            turn.elide();
            size = size.saturating_sub(before.saturating_sub(turn.tokens()));
        }
        size <= tokens
    }

    /// Whether the result at this place was taken out, and may be asked for again.
    pub fn is_elided(&self, at: usize) -> bool {
        self.turns.get(at).is_some_and(Turn::is_elided)
    }
}

/// Whether a text is a JSON object.
fn is_object(text: &str) -> bool {
    serde_json::from_str::<Map<String, Value>>(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(id: &str, arguments: &str) -> Call {
        Call { id: id.to_owned(), name: "read".to_owned(), arguments: arguments.to_owned(), kept: Map::new() }
    }

    fn dialogue(steps: usize) -> Dialogue {
        let mut dialogue =
            Dialogue { turns: vec![Turn::System("Read.".to_owned())], tools: Vec::new(), calling: Calling::Some, hash: String::new() };
        for step in 0..steps {
            let id = format!("c{step}");
            dialogue.say(Said { words: format!("note {step}"), calls: vec![call(&id, "{}")], kept: Map::new() });
            dialogue.turns.push(Turn::Result { id, words: "增持".repeat(100), digest: format!("step {step}") });
        }
        dialogue
    }

    #[test]
    fn the_oldest_results_go_first_and_the_notes_and_the_last_results_stay() {
        let mut dialogue = dialogue(4);
        let whole = dialogue.estimated_tokens();
        assert!(dialogue.clone().fit(whole) && !dialogue.clone().fit(10));
        let before = dialogue.clone();
        assert!(dialogue.fit(whole));
        assert_eq!(dialogue, before);
        assert!(dialogue.fit(whole - 200));
        let elided: Vec<usize> = (0..dialogue.turns.len()).filter(|at| dialogue.is_elided(*at)).collect();
        assert_eq!(elided, [2, 4]);
        assert!(!dialogue.fit(10));
        let elided: Vec<usize> = (0..dialogue.turns.len()).filter(|at| dialogue.is_elided(*at)).collect();
        assert_eq!(elided, [2, 4, 6], "the last step is what the model has asked for and not seen yet");
        let notes = dialogue.turns.iter().filter(|turn| matches!(turn, Turn::Model(said) if said.words.starts_with("note"))).count();
        assert_eq!(notes, 4);
    }

    #[test]
    fn what_a_model_says_is_bounded_and_named() {
        let mut dialogue = dialogue(0);
        let calls = vec![call("", "{}"), call("x", "not json"), call("x", "[1]"), call("y", r#"{"zone":1}"#)];
        let said = Said { words: "字".repeat(5000), calls: [calls, vec![call("z", "{}"); 20]].concat(), kept: Map::new() };
        let calls = dialogue.say(said);
        let ids: Vec<&str> = calls.iter().map(|call| call.id.as_str()).collect();
        assert_eq!(ids, ["call00010", "x", "call00012", "y", "z", "call00015", "call00016", "call00017"]);
        assert_eq!(calls[1].arguments, "not json", "what came is what is judged");
        let Turn::Model(kept) = &dialogue.turns[1] else { panic!("no turn of the model") };
        let sent: Vec<&str> = kept.calls.iter().map(|call| call.arguments.as_str()).collect();
        assert_eq!(sent[..4], ["{}", "{}", "{}", r#"{"zone":1}"#], "what is sent back is JSON");
        assert_eq!(kept.words.chars().count(), LONGEST_WORDS);
    }

    #[test]
    fn an_old_draft_is_taken_out_of_its_call() {
        let mut dialogue = dialogue(0);
        let draft = format!(r#"{{"title":"{}"}}"#, "字".repeat(400));
        dialogue.say(Said { calls: vec![call("a", &draft), call("b", r#"{"zone":1}"#)], ..Said::default() });
        dialogue.say(Said { calls: vec![call("c", &draft)], ..Said::default() });
        dialogue.fit(0);
        let arguments = |at: usize| match &dialogue.turns[at] {
            Turn::Model(said) => said.calls.iter().map(|call| call.arguments.len()).collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        };
        assert_eq!((arguments(1), arguments(2)), (vec![2, 10], vec![draft.len()]));
    }
}
