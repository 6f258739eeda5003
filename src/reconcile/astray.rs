//! A model's values that are of something else, which shows only once the other values are known.

use crate::domain::evidence::{Located, Reason, Slot};
use crate::domain::reading::TargetReading;
use crate::domain::record::{Mention, Subject};

use super::policy::same_code;

/// The model's mentions: the security the report is about is not one of the others it names.
pub(super) fn mentions(mut model: Vec<Located<Mention>>, subject: Option<&Subject>) -> Vec<Located<Mention>> {
    let Some(subject) = subject else { return model };
    for mention in &mut model {
        let is_own = match (&mention.value.code, &subject.code) {
            (Some(code), Some(own)) => same_code(code, own),
            _ => subject.name.as_ref() == Some(&mention.value.name),
        };
        if is_own {
            mention.spoil(Reason::OtherMeaning);
        }
    }
    model
}

/// The model's reading of a target: currency, horizon and method are the target's own. Where neither reader has a target
/// they are of another figure, such as the price of the day.
pub(super) fn target(rules: &TargetReading, mut model: TargetReading) -> TargetReading {
    let named = |reading: &TargetReading| {
        let figures = [&reading.low, &reading.high, &reading.prior_low, &reading.prior_high];
        figures.into_iter().flatten().any(Located::is_sound)
    };
    if !named(rules) && !named(&model) {
        apart(&mut model.currency);
        apart(&mut model.horizon_months);
        apart(&mut model.method);
    }
    model
}

fn apart<T>(value: &mut Slot<T>) {
    if let Some(value) = value {
        value.spoil(Reason::OtherMeaning);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Amount;
    use crate::domain::evidence::{By, Evidence, Span};

    fn located<T>(value: T) -> Located<T> {
        Located::new(value, Evidence::exact(By::Model, "元", Span { start: 0, end: 1 }))
    }

    #[test]
    fn the_reports_own_security_is_no_mention() {
        let own = Subject { name: Some("临河科技".to_owned()), code: Some("688999".to_owned()), ..Subject::default() };
        let mention = |name: &str, code: Option<&str>| {
            located(Mention { name: name.to_owned(), code: code.map(str::to_owned), ..Mention::default() })
        };
        let all =
            vec![mention("临河", Some("688999")), mention("临河科技", None), mention("澄明机械", Some("600888")), mention("临河", None)];
        let sound: Vec<bool> = mentions(all.clone(), Some(&own)).iter().map(Located::is_sound).collect();
        assert_eq!(sound, [false, false, true, true]);
        assert!(mentions(all, None).iter().all(Located::is_sound));
    }

    #[test]
    fn a_currency_without_a_target_is_of_another_figure() {
        let price = || Some(located("12".parse::<Amount>().unwrap()));
        let model = || TargetReading { currency: Some(located("CNY".to_owned())), current_price: price(), ..TargetReading::default() };
        let is_kept =
            |rules: TargetReading, model: TargetReading| target(&rules, model).currency.is_some_and(|currency| currency.is_sound());
        assert!(!is_kept(TargetReading::default(), model()));
        assert!(is_kept(TargetReading { low: price(), ..TargetReading::default() }, model()));
        assert!(is_kept(TargetReading::default(), TargetReading { high: price(), ..model() }));
        let mut unsound = located("12".parse::<Amount>().unwrap());
        unsound.spoil(Reason::OtherMeaning);
        assert!(!is_kept(TargetReading::default(), TargetReading { high: Some(unsound), ..model() }));
    }
}
