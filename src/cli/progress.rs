//! How far a run is, for whoever watches: a bar, lines, or JSON.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle as Style};
use sellside::batch::{AtProvider, Progress, Snapshot};
use sellside::llm::Cost;
use serde_json::json;

use super::args::batch::ProgressStyle;
use super::printer::Printer;

/// Pause between two looks for a bar.
const BAR: Duration = Duration::from_millis(200);
/// Pause between two lines for people.
const LINES: Duration = Duration::from_secs(5);
/// Pause between two lines for programs.
const JSON: Duration = Duration::from_secs(1);

/// Shows how far a run is, until it is dropped.
pub(crate) struct Watch {
    progress: Arc<Progress>,
    printer: Printer,
    how: Option<ProgressStyle>,
    bar: Option<ProgressBar>,
    /// The last line, while a batch of the provider's is waited for: it is not said again and again for a day.
    waiting: Mutex<Option<String>>,
}

impl Watch {
    /// Shows nothing when quiet, unless a form was asked for.
    pub(crate) fn new(progress: Arc<Progress>, printer: Printer, wanted: Option<ProgressStyle>) -> Self {
        let unasked = if printer.draws() { ProgressStyle::Bar } else { ProgressStyle::Lines };
        let how = wanted.or_else(|| (!printer.is_quiet()).then_some(unasked));
        let bar = (how == Some(ProgressStyle::Bar)).then(|| {
            let bar = ProgressBar::new(0);
            if let Ok(style) = Style::with_template("{bar:24} {pos}/{len} {msg}") {
                bar.set_style(style);
            }
            bar
        });
        Self { progress, printer, how, bar, waiting: Mutex::default() }
    }

    /// Looks again and again.
    pub(crate) async fn watch(&self) {
        let Some(how) = self.how else { return std::future::pending().await };
        let pause = match how {
            ProgressStyle::Bar => BAR,
            ProgressStyle::Lines => LINES,
            ProgressStyle::Json => JSON,
        };
        let mut ticks = tokio::time::interval(pause);
        ticks.tick().await;
        loop {
            ticks.tick().await;
            self.show();
        }
    }

    /// Shows it once.
    pub(crate) fn show(&self) {
        let now = self.progress.snapshot();
        match (self.how, &self.bar) {
            (Some(ProgressStyle::Bar), Some(bar)) => {
                bar.set_length(now.inputs);
                bar.set_position(now.done());
                bar.set_message(words(&now));
            }
            (Some(ProgressStyle::Lines), _) => {
                let line = format!("{}/{} {}", now.done(), now.inputs, words(&now));
                let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
                if waiting.as_ref() != Some(&line) {
                    self.printer.note(&line);
                }
                *waiting = now.at_provider.map(|_| line);
            }
            (Some(ProgressStyle::Json), _) => self.printer.event(&event(&now)),
            (Some(ProgressStyle::Bar), None) | (None, _) => {}
        }
    }

    /// Takes the bar away, so that what comes next stands on lines of its own.
    pub(crate) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn words(now: &Snapshot) -> String {
    if let Some(AtProvider { round, questions, answered }) = now.at_provider {
        return format!(
            "at the provider (round {round}): {answered} of {questions} questions answered; Ctrl-C leaves, the same command goes on"
        );
    }
    let mut parts = vec![format!("agreed {}, review {}, failed {}", now.agreed, now.review, now.failed)];
    if now.found > 0 {
        parts.push(format!("done before {}", now.found));
    }
    if now.kept > 0 {
        parts.push(format!("cached {}", now.kept));
    }
    parts.push(format!("{:.0} reports/min", now.per_minute()));
    if now.requests > 0 {
        parts.push(format!("{} tokens", now.usage.total_tokens));
    }
    if let Some(Cost::Known { money, .. }) = &now.cost {
        parts.push(money.to_string());
    }
    if let Some(rest) = now.remaining().filter(|_| now.done() < now.inputs) {
        parts.push(format!("{} left", duration(rest)));
    }
    parts.join(", ")
}

/// Hours, minutes and seconds, as far as they say something.
pub(crate) fn duration(time: Duration) -> String {
    let seconds = time.as_secs();
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds}s"),
        (0, minutes, seconds) => format!("{minutes}m{seconds:02}s"),
        (hours, minutes, _) => format!("{hours}h{minutes:02}m"),
    }
}

fn event(now: &Snapshot) -> String {
    let cost = match &now.cost {
        Some(Cost::Known { money, .. }) => json!({ "amount": money.amount.to_string(), "currency": money.currency.to_string() }),
        Some(Cost::Free) => json!({ "amount": "0", "currency": null }),
        Some(Cost::Unknown) | None => json!(null),
    };
    let event = json!({
        "event": "progress",
        "inputs": now.inputs,
        "done": now.done(),
        "done_before": now.found,
        "agreed": now.agreed,
        "review": now.review,
        "failed": now.failed,
        "cached": now.kept,
        "requests": now.requests,
        "prompt_tokens": now.usage.prompt_tokens,
        "completion_tokens": now.usage.completion_tokens,
        "cost": cost,
        "at_provider": now.at_provider.map(|at| json!({ "round": at.round, "questions": at.questions, "answered": at.answered })),
        "seconds": now.elapsed.as_secs(),
        "per_minute": now.per_minute().round(),
        "seconds_left": now.remaining().map(|rest| rest.as_secs()),
    });
    event.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_short() {
        let shown = [0, 59, 61, 3600, 90_061].map(|seconds| duration(Duration::from_secs(seconds)));
        assert_eq!(shown, ["0s", "59s", "1m01s", "1h00m", "25h01m"]);
    }

    #[test]
    fn a_program_reads_what_people_read() {
        let now = Snapshot { inputs: 10, found: 2, read: 4, agreed: 3, review: 1, elapsed: Duration::from_mins(1), ..Snapshot::default() };
        assert_eq!(words(&now), "agreed 3, review 1, failed 0, done before 2, 4 reports/min, 1m00s left");
        let at = AtProvider { round: 2, questions: 40, answered: 12 };
        let waiting = Snapshot { at_provider: Some(at), ..now.clone() };
        assert!(words(&waiting).starts_with("at the provider (round 2): 12 of 40 questions answered; "), "{}", words(&waiting));
        let event: serde_json::Value = serde_json::from_str(&event(&now)).unwrap();
        assert_eq!((&event["done"], &event["seconds_left"]), (&json!(6), &json!(60)));
    }
}
