//! `sellside batch`.

use std::io::BufReader;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use clap::ValueEnum as _;
use sellside::batch::{BatchError, Ended, Halt, Inputs, Limits, Posting, Progress, Run, RunRecords, RunReport, export, read_list};
use sellside::config::Mode;
use sellside::llm::{Keeper, MOST_BYTES, MOST_QUESTIONS, Outbox, Pace, Way};
use sellside::sink::Records as _;
use sellside::store::{BatchSize, ReplyCache, RunKeeper, RunOutbox, RunStore};
#[cfg(unix)]
use tokio::signal::unix;
use tokio::sync::watch;

use crate::cli::args::batch::BatchArgs;
use crate::cli::commands::export::{export_error, form, store_error, tell as tell_written};
use crate::cli::commands::extract::{READ_IN_PART, fails};
use crate::cli::error::{CliError, Exit};
use crate::cli::printer::{Printer, exit_if};
use crate::cli::progress::{Watch, duration};
use crate::cli::reader::{Purse, Setup, asking, extract_error, extractor, settings_error};
use crate::cli::settings::Settings;
use crate::cli::{env, source};

/// Requests at once where nothing is said.
const CONCURRENCY: u32 = 8;
/// Longest pause between two looks at batches of the provider's where nothing is said.
const POLL: Duration = Duration::from_mins(1);

pub(crate) fn run(args: &BatchArgs, config: Option<&Path>, printer: Printer) -> Result<Exit, CliError> {
    // What cannot be written is said before anything is paid for.
    let forms = args.to.iter().map(|wanted| form(*wanted)).collect::<Result<Vec<_>, _>>()?;
    let reader = source::reader(&args.source)?;
    let inputs = inputs(args)?.opened(&reader);
    if inputs.passed_over > 0 {
        printer.note(&format!("note: {} files are no reports by their endings and were passed over", inputs.passed_over));
    }
    if inputs.repeated > 0 {
        printer.note(&format!("note: {} files are named more than once and read once", inputs.repeated));
    }
    let alone = args.reading.rules_only || args.reading.replay.is_some();
    let mut settings = if alone { Settings::default() } else { Settings::resolve(&args.model, config)? };
    settings.ask(asking(&args.reading, settings.asking, printer)?);
    if let Some(model) = &mut settings.model {
        model.pace = pace(args, model.pace);
    }
    if args.by_batch.provider_batch {
        can_post(&settings)?;
    }
    let way = if args.by_batch.provider_batch { Way::WithBatch } else { Way::Alone };
    let purse = Purse::of(&args.reading, &settings, way);
    let setup = Setup { args: &args.reading, settings: &settings, purse: &purse, dry_run: false, posts: args.by_batch.provider_batch };
    let mut extractor = extractor(&setup, printer)?;
    // Nothing is refused any more: only now is a run begun, or what one holds forgotten.
    let store = Arc::new(RunStore::create(&args.out).map_err(store_error)?);
    if args.force {
        store.clear().map_err(store_error)?;
    }
    if store.interrupted() > 0 {
        printer
            .note(&format!("note: {} requests were under way when the last process ended; they may have been paid", store.interrupted()));
    }
    let posting = args.by_batch.provider_batch.then(|| posting(args, &store));
    let under_way = store.batches_under_way().map_err(store_error)?;
    if under_way > 0 && posting.is_none() && !alone {
        printer.note(&format!("note: {under_way} batches of this run go on at the provider; `--provider-batch` collects them"));
    }
    let keeper = (!alone).then(|| Arc::new(keeper(args, &store, printer)));
    if let Some(keeper) = &keeper {
        let outbox = posting.as_ref().map(|posting| Arc::clone(&posting.outbox) as Arc<dyn Outbox>);
        extractor = extractor.keeping(Arc::clone(keeper) as Arc<dyn Keeper>, outbox).map_err(settings_error)?;
    }
    let at_once = settings.model.as_ref().and_then(|model| model.pace.at_once).unwrap_or(1);
    let progress = Arc::new(Progress::new(purse.pricing.clone()));
    let asks = extractor.model_in_use().is_some_and(|model| !model.is_replay());
    let run = Run {
        store: Arc::clone(&store),
        keeper,
        reader,
        extractor,
        inputs: inputs.reports,
        limits: Limits { documents: documents(at_once, asks), failures: args.max_failures },
        prices: purse.prices.clone(),
        posting,
        progress: Arc::clone(&progress),
    };
    let Some(ended) = attend(run, &progress, args, printer)? else { return Ok(Exit::Interrupted) };
    let Ended { halt, report } = ended.map_err(|error| {
        if store.is_there() {
            let now = progress.snapshot();
            printer.note(&format!("{} of {} reports are done and kept in `{}`", now.done(), now.inputs, args.out.display()));
        }
        batch_error(error)
    })?;
    for form in forms {
        let path = args.out.join(form.file_name());
        tell_written(export(&RunRecords(&store), form, args.excel, &path).map_err(export_error)?, &path.display().to_string(), printer);
    }
    tell(&report, args, printer);
    if report.stopped.is_some() && store.batches_under_way().is_ok_and(|count| count > 0) {
        printer.note("batches go on at the provider: the same command collects them, within 24 hours or later");
    }
    let failing = halt.is_none() && failing(args, &store, &report, printer)?;
    finish(halt, &report, failing, printer)
}

/// Whether questions can go with batches of the provider's: each is asked once, of one server, and none depends on how many
/// were asked before.
fn can_post(settings: &Settings) -> Result<(), CliError> {
    let refuse = |what: &str, hint: &'static str| {
        Err(CliError::could_not_run(anyhow!("`--provider-batch` cannot be used {what}")).hinted(Some(hint)))
    };
    let Some(model) = settings.model_to_ask()? else {
        return refuse("without a model", "add `--model NAME` (and `--base-url URL`)");
    };
    if settings.asking.mode == Mode::Agent {
        return refuse("with `--mode agent`: each of its steps would take a day", "use `--mode one-shot`");
    }
    if settings.asking.votes.get() > 1 {
        return refuse("with `--votes` over 1", "ask for one draft, or leave out `--provider-batch`");
    }
    if !model.pool.is_empty() {
        return refuse("with a pool of servers: a batch is one server's own", "take `pool` out of `[provider.NAME]`");
    }
    Ok(())
}

/// How questions go with batches.
fn posting(args: &BatchArgs, store: &Arc<RunStore>) -> Posting {
    let most = args.by_batch.batch_size.unwrap_or(MOST_QUESTIONS);
    Posting {
        outbox: Arc::new(RunOutbox::new(Arc::clone(store))),
        size: BatchSize { questions: most, bytes: MOST_BYTES },
        poll: args.by_batch.poll.map_or(POLL, Duration::from_secs),
    }
}

/// The reports that are named, or listed.
fn inputs(args: &BatchArgs) -> Result<Inputs, CliError> {
    let Some(list) = &args.from else {
        return Inputs::of_paths(&args.paths).map_err(|error| {
            let hint = error.hint();
            CliError::could_not_run(error).hinted(Some(hint))
        });
    };
    let inputs = if list == Path::new("-") {
        read_list(std::io::stdin().lock())
    } else {
        let file = std::fs::File::open(list).with_context(|| format!("could not read `{}`", list.display()));
        read_list(BufReader::new(file.map_err(CliError::could_not_run)?))
    };
    let inputs = inputs.map_err(|error| {
        CliError::could_not_run(error).hinted(Some("a line is a path, or an object like `{\"path\": \"a.pdf\", \"name\": \"a\"}`"))
    })?;
    if inputs.reports.is_empty() {
        return Err(CliError::could_not_run(anyhow!("the list names no report")));
    }
    Ok(inputs)
}

/// What keeps replies: the run, and the cache unless it is not wanted.
fn keeper(args: &BatchArgs, store: &Arc<RunStore>, printer: Printer) -> RunKeeper {
    let folder = if args.model.no_cache { None } else { env::cache_folder() };
    let cache = folder.and_then(|folder| match ReplyCache::open(&folder) {
        Ok(cache) => Some(Arc::new(cache)),
        Err(error) => {
            printer.warning(&format!("{error}; replies are kept in the run alone"), std::iter::empty(), error.hint());
            None
        }
    });
    let keeper = RunKeeper::new(Some(Arc::clone(store)), cache);
    if args.force { keeper.fresh() } else { keeper }
}

/// Flags over the provider's own limits.
fn pace(args: &BatchArgs, of_provider: Pace) -> Pace {
    Pace {
        at_once: args.pace.concurrency.or(of_provider.at_once).or(Some(CONCURRENCY)),
        requests_per_minute: args.pace.rpm.or(of_provider.requests_per_minute),
        tokens_per_minute: args.pace.tpm.or(of_provider.tokens_per_minute),
    }
}

/// Documents at once: those the model is asked about, and some that the processors are busy with meanwhile.
fn documents(requests: u32, asks: bool) -> NonZeroUsize {
    let processors = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let documents = if asks { (requests as usize).saturating_add(2 * processors) } else { processors };
    NonZeroUsize::new(documents).unwrap_or(NonZeroUsize::MIN)
}

/// Runs to the end. The first Ctrl-C ends it well, the second at once (`None`).
fn attend(run: Run, progress: &Arc<Progress>, args: &BatchArgs, printer: Printer) -> Result<Option<Result<Ended, BatchError>>, CliError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        // The threads that read documents, and those that write the files at the end.
        .max_blocking_threads(run.limits.documents.get().saturating_add(16))
        .enable_all()
        .build()
        .context("could not start the runtime")
        .map_err(CliError::could_not_run)?;
    let watch = Watch::new(Arc::clone(progress), printer, args.progress);
    let (stop, stopped) = watch::channel(false);
    let ended = runtime.block_on(async {
        // A limit on the size of files then ends a run as a full disk does, where it would have killed it.
        #[cfg(unix)]
        let _too_large = unix::signal(unix::SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw()));
        let run = run.run(stopped);
        tokio::pin!(run);
        let mut asked = 0;
        loop {
            tokio::select! {
                ended = &mut run => return Some(ended),
                () = watch.watch() => {}
                _ = tokio::signal::ctrl_c() => {
                    asked += 1;
                    if asked > 1 {
                        return None;
                    }
                    // The run may be at its end already.
                    let _ = stop.send(true);
                    printer.note("stopping: what is under way is finished and kept; Ctrl-C again leaves now");
                }
            }
        }
    });
    watch.show();
    watch.end();
    // What still runs after a second Ctrl-C is not waited for.
    runtime.shutdown_background();
    Ok(ended)
}

/// Says what the run came to.
fn tell(report: &RunReport, args: &BatchArgs, printer: Printer) {
    let counts = &report.counts;
    let seconds = std::time::Duration::try_from_secs_f64(report.seconds).unwrap_or_default();
    printer.note(&format!(
        "{} of {} reports have a record ({} read now in {}, {} done before): {} agreed, {} to look at, {} with a failed model, {} unreadable, {} not done",
        counts.records,
        counts.inputs,
        counts.read,
        duration(seconds),
        counts.found,
        counts.agreed,
        counts.review,
        counts.model_failed,
        counts.unreadable,
        counts.not_done
    ));
    if report.model.is_some() && !report.replayed {
        let requests = &report.requests;
        let cost = match &requests.cost {
            Some(cost) => format!("{} {}", cost.amount, cost.currency.as_deref().unwrap_or_default()).trim().to_owned(),
            None => "unknown".to_owned(),
        };
        let latency =
            requests.latency.as_ref().map(|latency| format!(", latency {} ms (half), {} ms (95 of 100)", latency.p50, latency.p95));
        printer.note(&format!(
            "{} requests, {} prompt tokens, {} answer tokens, cost {cost}{}",
            requests.sent,
            requests.usage.prompt_tokens,
            requests.usage.completion_tokens,
            latency.unwrap_or_default()
        ));
    }
    if report.replayed {
        printer.note("note: the model's part was answered from a recording, not by a live model");
    }
    if counts.read_in_part > 0 {
        let warning = format!("the model read a part of {} reports only; `summary.md` names them", counts.read_in_part);
        printer.warning(&warning, std::iter::empty(), Some(READ_IN_PART));
    }
    let out = args.out.display();
    let decisions = &report.decisions;
    if decisions.stale > 0 {
        let count = format!("{} decisions of people no longer fit and are not in the records", decisions.stale);
        printer.warning(&count, std::iter::empty(), Some("`summary.md` lists them; decide anew with `sellside review`"));
    }
    if decisions.without_input > 0 {
        let count = decisions.without_input;
        printer.note(&format!("note: {count} decisions are about reports that are not among these inputs; they are kept"));
    }
    printer.note(&format!("records: {out}/records.jsonl, failures: {out}/failures.jsonl, summary: {out}/summary.md"));
    if report.stopped.is_none() && args.to.is_empty() {
        printer.note(&format!("next: `sellside export {out} --to csv`"));
    }
}

/// Whether a record has what makes the run fail; says how many have.
fn failing(args: &BatchArgs, store: &RunStore, report: &RunReport, printer: Printer) -> Result<bool, CliError> {
    let mut counts = vec![0u64; args.fail_on.len()];
    if counts.is_empty() {
        return Ok(false);
    }
    let counted = RunRecords(store).each(&mut |record| {
        counts.iter_mut().zip(&args.fail_on).for_each(|(count, what)| *count += u64::from(fails(&record, *what)));
        Ok(())
    });
    counted.map_err(|error| export_error(error.into()))?;
    for (count, what) in counts.iter().zip(&args.fail_on).filter(|(count, _)| **count > 0) {
        let name = what.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
        printer.note(&format!("`--fail-on {name}`: {count} of {} records", report.counts.records));
    }
    Ok(counts.iter().any(|count| *count > 0))
}

/// The exit a run leads to.
fn finish(halt: Option<Halt>, report: &RunReport, failing: bool, printer: Printer) -> Result<Exit, CliError> {
    let Some(halt) = halt else {
        let counts = &report.counts;
        return Ok(exit_if(failing || counts.unreadable + counts.model_failed + counts.read_in_part > 0));
    };
    let hint = halt.hint();
    match halt {
        Halt::Interrupted => {
            printer.note("interrupted: run the same command again to go on");
            Ok(Exit::Interrupted)
        }
        Halt::Failures(_) | Halt::Budget(_) => Err(CliError::failed(halt).hinted(hint)),
        Halt::Settings(error) => Err(extract_error(error)),
        _ => Err(CliError::could_not_run(halt).hinted(hint)),
    }
}

fn batch_error(error: BatchError) -> CliError {
    match error {
        BatchError::Store(error) => store_error(error),
        BatchError::Halted(halt) => {
            let hint = halt.hint();
            CliError::could_not_run(halt).hinted(hint)
        }
        other => CliError::could_not_run(other),
    }
}
