//! A model's values that are of something else, which shows only once the other values are known.

use crate::domain::evidence::{Located, Reason, Slot};
use crate::domain::rating::SubjectType;
use crate::domain::reading::{SubjectReading, TargetReading};
use crate::domain::record::{Category, Mention, Publisher, Subject};

use super::policy::same_code;

/// The model's mentions: neither the security the report is about nor the firm that issues it is one of the others it
/// names.
pub(super) fn mentions(mut model: Vec<Located<Mention>>, subject: Option<&Subject>, publisher: &Publisher) -> Vec<Located<Mention>> {
    for mention in &mut model {
        let is_own = subject.is_some_and(|subject| match (&mention.value.code, &subject.code) {
            (Some(code), Some(own)) => same_code(code, own),
            _ => subject.name.as_ref() == Some(&mention.value.name),
        });
        let names = [&publisher.name, &publisher.legal_name];
        let is_issuer = mention.value.code.is_none() && names.into_iter().flatten().any(|name| is_unit(&mention.value.name, name));
        if is_own || is_issuer {
            mention.spoil(Reason::OtherMeaning);
        }
    }
    model
}

/// Whether a name is a firm's or its research department's.
fn is_unit(name: &str, firm: &str) -> bool {
    const UNITS: [&str; 9] = ["", "研究所", "研究院", "研究部", "研究中心", "research", "securities", "equity research", "global research"];
    !firm.is_empty() && name.strip_prefix(firm).is_some_and(|unit| UNITS.contains(&unit.trim().to_lowercase().as_str()))
}

/// The model's reading of the subject: a report about the market, the economy or many topics has no company as its subject,
/// so that where no code is printed for one the model took another name for it.
pub(super) fn subject(category: Option<Category>, rules: &SubjectReading, mut model: SubjectReading) -> SubjectReading {
    let general = matches!(category, Some(Category::Strategy | Category::Macro | Category::MorningNote));
    let unknown = rules.name.is_none() && rules.code.is_none();
    let coded = model.code.as_ref().is_some_and(Located::is_sound);
    let of_stock = model.kind.as_ref().is_some_and(|kind| kind.value == SubjectType::Stock);
    if general && unknown && of_stock && !coded {
        apart(&mut model.kind);
        apart(&mut model.name);
        apart(&mut model.industry);
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
        let nobody = Publisher::default();
        let sound: Vec<bool> = mentions(all.clone(), Some(&own), &nobody).iter().map(Located::is_sound).collect();
        assert_eq!(sound, [false, false, true, true]);
        assert!(mentions(all, None, &nobody).iter().all(Located::is_sound));
    }

    #[test]
    fn the_issuing_firm_is_no_mention() {
        let issuer = Publisher { name: Some("望江证券".to_owned()), ..Publisher::default() };
        let mention = |name: &str| located(Mention { name: name.to_owned(), ..Mention::default() });
        let all = vec![mention("望江证券研究所"), mention("望江证券"), mention("望江股份"), mention("望江证券化投资")];
        let sound: Vec<bool> = mentions(all, None, &issuer).iter().map(Located::is_sound).collect();
        assert_eq!(sound, [false, false, true, true]);
    }

    #[test]
    fn a_report_about_the_market_has_no_company() {
        let model = |code: Option<&str>| SubjectReading {
            kind: Some(located(SubjectType::Stock)),
            name: Some(located("A股".to_owned())),
            code: code.map(|code| located(code.to_owned())),
            ..SubjectReading::default()
        };
        let kept = |category, rules: &SubjectReading, model| {
            subject(Some(category), rules, model).name.is_some_and(|name: Located<String>| name.is_sound())
        };
        let nothing = SubjectReading::default();
        assert!(!kept(Category::Strategy, &nothing, model(None)));
        assert!(kept(Category::Company, &nothing, model(None)));
        assert!(kept(Category::Macro, &nothing, model(Some("600999"))));
        assert!(kept(
            Category::Macro,
            &SubjectReading { name: Some(located("临河".to_owned())), ..SubjectReading::default() },
            model(None)
        ));
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
