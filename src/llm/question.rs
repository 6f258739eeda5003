//! What can be asked of a model: one question, or the next turn of a conversation.

use serde_json::Value;

use super::error::Failure;
use super::grade;
use super::reply::{self, Finish, Reply};
use super::request::Request;
use super::said::{self, Spoken};
use super::shape::Shape;
use crate::domain::record::Grading;
use crate::prompt::{Dialogue, Prompt, Turn};

/// Something that can be sent and whose answer can be read.
pub(super) trait Question: Sync {
    /// What an answer is.
    type Answer: Send;

    /// The request in one grade.
    fn request(&self, model: &str, shape: &Shape, grade: Grading) -> Request;

    /// Reads a successful reply.
    fn read(&self, json: &Value, grade: Grading) -> Result<Self::Answer, Failure>;

    /// Whether the server took the grade and did not do as it says.
    fn is_ignored(&self, answer: &Self::Answer, grade: Grading) -> bool;

    /// Whether the answer is whole, so that it may be kept and given again.
    fn is_complete(&self, answer: &Self::Answer) -> bool;

    /// The words that were sent: what a server repeats of them is taken out of its messages.
    fn words(&self) -> Vec<&str>;
}

impl Question for Prompt {
    type Answer = Reply;

    fn request(&self, model: &str, shape: &Shape, grade: Grading) -> Request {
        Request::new(model, shape, self, grade)
    }

    fn read(&self, json: &Value, grade: Grading) -> Result<Reply, Failure> {
        reply::read(json, grade)
    }

    /// Whether the model was told to call the function and talked instead; JSON in its talk is accepted.
    fn is_ignored(&self, reply: &Reply, grade: Grading) -> bool {
        grade == Grading::Tools && matches!(reply.finish, Finish::Stop | Finish::Other(_)) && !grade::holds_json(&reply.text)
    }

    fn is_complete(&self, reply: &Reply) -> bool {
        reply.is_complete()
    }

    fn words(&self) -> Vec<&str> {
        self.messages.iter().map(|message| message.content.as_str()).collect()
    }
}

impl Question for Dialogue {
    type Answer = Spoken;

    /// Functions are what a conversation is about: there is no other grade.
    fn request(&self, model: &str, shape: &Shape, _: Grading) -> Request {
        Request::turn(model, shape, self)
    }

    fn read(&self, json: &Value, _: Grading) -> Result<Spoken, Failure> {
        said::read(json)
    }

    /// What becomes of a model that only talks is for the conversation to decide.
    fn is_ignored(&self, _: &Spoken, _: Grading) -> bool {
        false
    }

    fn is_complete(&self, spoken: &Spoken) -> bool {
        spoken.is_complete()
    }

    fn words(&self) -> Vec<&str> {
        let words = self.turns.iter().flat_map(|turn| match turn {
            Turn::System(words) | Turn::User(words) | Turn::Result { words, .. } => vec![words.as_str()],
            Turn::Model(said) => {
                let arguments = said.calls.iter().map(|call| call.arguments.as_str());
                std::iter::once(said.words.as_str()).chain(arguments).collect()
            }
        });
        words.collect()
    }
}
