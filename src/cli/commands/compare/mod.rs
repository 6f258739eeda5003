//! `sellside compare`.

mod figures;
mod input;
mod output;

use anyhow::anyhow;
use sellside::compare::{Comparison, FIELDS, Field, Report, Threshold, View};
use sellside::gold::GoldSet;

use crate::cli::args::compare::{By, CompareArgs, Reader};
use crate::cli::error::{CliError, Exit};
use crate::cli::printer::Printer;
use input::Input;

pub(crate) fn run(args: &CompareArgs, printer: Printer) -> Result<Exit, CliError> {
    let thresholds = thresholds(args)?;
    let fields = fields(&args.fields)?;
    let gold = match &args.gold {
        Some(folder) => GoldSet::read(folder).map_err(|error| {
            let hint = error.hint();
            CliError::could_not_run(error).hinted(Some(hint))
        })?,
        None => GoldSet::default(),
    };
    if let [first, second] = &args.inputs[..]
        && let (Ok(a), Ok(b)) = (first.canonicalize(), second.canonicalize())
        && a == b
    {
        return Err(CliError::could_not_run(anyhow!("`{}` cannot be compared with itself", first.display())));
    }
    let inputs = args.inputs.iter().map(|path| Input::open(path)).collect::<Result<Vec<Input>, CliError>>()?;
    if let Some(input) = inputs.iter().find(|input| args.view != Reader::Reconciled && !input.has_views()) {
        let error = anyhow!("`{}` holds records alone, not what each reader read", input.path().display());
        return Err(CliError::could_not_run(error).hinted(Some("leave out `--view`, or name the folder of a run")));
    }
    let comparison = match &inputs[..] {
        [one] => of_one(one, gold, args)?,
        [first, second] => of_two(first, second, gold, args)?,
        _ => return Err(CliError::could_not_run(anyhow!("one or two inputs can be compared, not {}", inputs.len()))),
    };
    if let Some(folder) = args.gold.as_ref().filter(|_| !comparison.has_labelled()) {
        let error = anyhow!("no report has labels in `{}`", folder.display());
        return Err(CliError::could_not_run(error).hinted(Some("labels of `report.pdf` stand in `report.gold.json`")));
    }
    let mut report = comparison.finish();
    let missed: Vec<String> = thresholds.iter().filter_map(|threshold| threshold.missed(&report)).collect();
    cut(&mut report, &fields, args);
    output::write(&report, &inputs, args, printer)?;
    if missed.is_empty() { Ok(Exit::Done) } else { Err(CliError::failed(anyhow!("{}", missed.join("; ")))) }
}

fn thresholds(args: &CompareArgs) -> Result<Vec<Threshold>, CliError> {
    let mut thresholds = Vec::new();
    for text in &args.fail_below {
        let threshold: Threshold = text.parse().map_err(|error: sellside::compare::ThresholdError| {
            let hint = error.hint();
            CliError::could_not_run(error).hinted(hint)
        })?;
        if threshold.needs_labels() && args.gold.is_none() {
            let error = anyhow!("`{threshold}` is measured against labels");
            return Err(CliError::could_not_run(error).hinted(Some("name their folder with `--gold`")));
        }
        thresholds.push(threshold);
    }
    Ok(thresholds)
}

fn fields(names: &[String]) -> Result<Vec<&'static str>, CliError> {
    let known = |name: &String| {
        Field::named(name).map(|field| field.name).ok_or_else(|| {
            let names: Vec<String> = FIELDS.iter().map(|field| format!("`{}`", field.name)).collect();
            CliError::could_not_run(anyhow!("`{name}` is no field that is compared"))
                .hinted(Some(format!("these are: {}", names.join(", "))))
        })
    };
    names.iter().map(known).collect()
}

fn cut(report: &mut Report, fields: &[&'static str], args: &CompareArgs) {
    if !fields.is_empty() {
        report.only_fields(fields);
    }
    report.without_groups(args.by == Some(By::Type), args.by == Some(By::Broker));
}

fn of_one(input: &Input, gold: GoldSet, args: &CompareArgs) -> Result<Comparison, CliError> {
    let mut comparison = Comparison::of_readers(&input.path().display().to_string(), gold, view(args.view), args.conflicts);
    for name in input.names()? {
        input.add(&name, &mut comparison)?;
    }
    Ok(comparison)
}

/// One report at a time of both, so that memory does not grow with the runs.
fn of_two(first: &Input, second: &Input, gold: GoldSet, args: &CompareArgs) -> Result<Comparison, CliError> {
    let [a, b] = [first, second].map(|input| input.path().display().to_string());
    let mut comparison = Comparison::of_runs(&a, &b, gold, args.conflicts);
    let names = first.names()?;
    let mut seen = std::collections::BTreeSet::new();
    for name in names {
        let (ours, theirs) = (first.record(&name, args.view)?, second.record(&name, args.view)?);
        comparison.add_pair(&name, ours.as_ref(), theirs.as_ref());
        seen.insert(name);
    }
    for name in second.names()?.into_iter().filter(|name| !seen.contains(name)) {
        comparison.add_pair(&name, None, second.record(&name, args.view)?.as_ref());
    }
    Ok(comparison)
}

fn view(reader: Reader) -> View {
    match reader {
        Reader::Rules => View::Rules,
        Reader::Model => View::Model,
        Reader::Reconciled => View::Reconciled,
    }
}
