//! Few threads for many documents. The rules' patterns keep caches by thread, and these are large: so a document has no thread of
//! its own, but shares one with others, and gives it away while it waits for its model.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::Arc;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::{Id, JoinSet, LocalSet};

use super::engine::Halt;
use super::input::Input;
use super::work::{Desk, Fate};

/// Threads for each processor: what a document writes waits for the disk.
const PER_PROCESSOR: usize = 2;

/// What became of a document; `None` where the program broke on it.
pub(super) type Outcome = Option<Result<Fate, Halt>>;

/// The threads, and the documents they have.
#[derive(Debug)]
pub(super) struct Threads {
    /// For each thread its way in, and how many documents it has.
    threads: Vec<(UnboundedSender<Input>, usize)>,
    done: UnboundedReceiver<(usize, Input, Outcome)>,
}

impl Threads {
    /// Starts no more threads than documents may be worked on. They end when this is dropped.
    pub(super) fn start(desk: &Arc<Desk>, documents: NonZeroUsize) -> Self {
        let processors = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let (tell, done) = unbounded_channel();
        let threads = (0..(PER_PROCESSOR * processors).min(documents.get())).map(|number| {
            let (give, inputs) = unbounded_channel();
            let (desk, tell) = (Arc::clone(desk), tell.clone());
            tokio::task::spawn_blocking(move || serve(number, &desk, inputs, &tell));
            (give, 0)
        });
        Self { threads: threads.collect(), done }
    }

    /// Documents under way.
    pub(super) fn busy(&self) -> usize {
        self.threads.iter().map(|(_, documents)| documents).sum()
    }

    /// Gives a document to the thread with the fewest; back comes one that no thread takes.
    pub(super) fn give(&mut self, input: Input) -> Result<(), Input> {
        let Some((thread, documents)) = self.threads.iter_mut().min_by_key(|(_, documents)| *documents) else { return Err(input) };
        thread.send(input).map_err(|refused| refused.0)?;
        *documents += 1;
        Ok(())
    }

    /// The next document that is done; `None` when none is under way.
    pub(super) async fn done(&mut self) -> Option<(Input, Outcome)> {
        if self.busy() == 0 {
            return None;
        }
        let (number, input, outcome) = self.done.recv().await?;
        if let Some((_, documents)) = self.threads.get_mut(number) {
            *documents = documents.saturating_sub(1);
        }
        Some((input, outcome))
    }
}

fn serve(number: usize, desk: &Arc<Desk>, mut inputs: UnboundedReceiver<Input>, tell: &UnboundedSender<(usize, Input, Outcome)>) {
    // Connections belong to the runtime that opened them: it lives until the last document of all threads is done.
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
        while let Some(input) = inputs.blocking_recv() {
            let _ = tell.send((number, input, None));
        }
        return;
    };
    LocalSet::new().block_on(&runtime, async {
        let mut reading = JoinSet::new();
        let mut names: HashMap<Id, Input> = HashMap::new();
        let mut open = true;
        loop {
            tokio::select! {
                input = inputs.recv(), if open => match input {
                    Some(input) => {
                        let (desk, of_task) = (Arc::clone(desk), input.clone());
                        let task = reading.spawn_local(async move { desk.read(&of_task).await });
                        names.insert(task.id(), input);
                    }
                    None => open = false,
                },
                Some(ended) = reading.join_next_with_id() => {
                    let (id, outcome) = match ended {
                        Ok((id, outcome)) => (id, Some(outcome)),
                        Err(error) => (error.id(), None),
                    };
                    if let Some(input) = names.remove(&id) {
                        // Nobody listens any more when the run was left at once.
                        let _ = tell.send((number, input, outcome));
                    }
                }
                else => break,
            }
        }
    });
}
