//! Charts: their bytes, and that nothing of a label is markup.

use sellside::chart::{
    BarRow, Bars, Bin, Column, Columns, Format, Head, Heat, Histogram, Mark, Measure, STYLE, Series, Stacked, StackedRow, Tone,
};

/// Element names and text of a chart; fails where it is not well-formed.
fn read(svg: &str) -> (Vec<String>, String) {
    let mut reader = quick_xml::Reader::from_str(svg);
    reader.config_mut().check_end_names = true;
    let (mut names, mut text) = (Vec::new(), String::new());
    loop {
        match reader.read_event().unwrap_or_else(|error| panic!("{error}: {svg}")) {
            quick_xml::events::Event::Eof => return (names, text),
            quick_xml::events::Event::Start(start) | quick_xml::events::Event::Empty(start) => {
                names.push(start.name().as_ref().to_owned());
                for attribute in start.attributes() {
                    let attribute = attribute.unwrap();
                    let name = attribute.key.as_ref().to_owned();
                    assert!(!name.starts_with("on") && name != "style" && !name.contains("href"), "{name}");
                    assert!(!attribute.value.contains("NaN"), "{svg}");
                }
            }
            quick_xml::events::Event::Text(words) => text.push_str(&words),
            quick_xml::events::Event::GeneralRef(name) => text.push_str(&format!("&{};", &*name)),
            _ => {}
        }
    }
}

fn measure(value: f64, low: f64, high: f64) -> Measure {
    Measure { value, interval: Some((low, high)) }
}

fn bars(label: &str) -> Bars {
    let row = |label: &str, values| BarRow { label: label.to_owned(), values };
    Bars {
        head: Head::new("F1 by field", "Rules, model and record on 32 reports; the record is best in all but one field."),
        series: vec![Series::new("rules", Tone::Rules), Series::new("model", Tone::Model), Series::new("record", Tone::Record)],
        rows: vec![
            row("评级 rating_label", vec![Some(measure(0.94, 0.88, 0.98)), Some(measure(0.81, 0.7, 0.9)), Some(measure(0.97, 0.92, 1.0))]),
            row(label, vec![None, Some(measure(0.25, 0.1, 0.4)), Some(Measure::new(f64::NAN))]),
        ],
        format: Format::Decimal(2),
        most: Some(1.0),
    }
}

fn stacked(label: &str) -> Stacked {
    Stacked {
        head: Head::new("Agreement by field", "How often both readers gave the same value."),
        series: vec![
            Series::new("agreed", Tone::Agreed),
            Series::new("rules only", Tone::Rules),
            Series::new("model only", Tone::Model),
            Series::new("conflict", Tone::Conflict),
        ],
        rows: vec![
            StackedRow { label: "publish_date".to_owned(), counts: vec![40, 2, 0, 1] },
            StackedRow { label: label.to_owned(), counts: vec![10, 9, 8, 3] },
            StackedRow { label: "empty".to_owned(), counts: vec![0, 0, 0, 0] },
        ],
        shares: true,
    }
}

fn columns(label: &str) -> Columns {
    let column = |label: &str, count, tone| Column { label: label.to_owned(), count, tone };
    Columns {
        head: Head::new("Ratings", "Most ratings are positive."),
        columns: vec![column("positive", 1234, Tone::Agreed), column(label, 210, Tone::Empty), column("negative", 35, Tone::Conflict)],
    }
}

fn heat(label: &str) -> Heat {
    Heat {
        head: Head::new("Rating action", "Rules against model."),
        rows_title: "rules".to_owned(),
        columns_title: "model".to_owned(),
        rows: vec!["维持".to_owned(), label.to_owned(), "–".to_owned()],
        columns: vec!["维持".to_owned(), label.to_owned(), "–".to_owned()],
        cells: vec![vec![30, 2, 1], vec![0, 11, 0], vec![4, 0, 1200]],
        diagonal: true,
    }
}

fn histogram() -> Histogram {
    let values: Vec<f64> = (0..300).map(|at| 400.0 + f64::from(at * at) / 20.0).collect();
    Histogram::of(Head::new("Latency", "Seconds from sending to the last byte."), &values, &[50, 95, 99], Format::Milliseconds)
}

const NAMES: [&str; 3] = [
    "</title><script>alert(1)</script>",
    "\u{0}\u{202e}\u{ffff}&#60;\"'",
    "澜沧证券股份有限公司研究所传媒互联网行业首席分析师团队周报系列与传媒互联网行业深度报告系列以及其余各类研究产品系列",
];

#[test]
fn charts_are_what_they_were() {
    insta::assert_snapshot!("bars", bars("target_price").svg());
    insta::assert_snapshot!("stacked", stacked("disclosures").svg());
    insta::assert_snapshot!("columns", columns("neutral").svg());
    insta::assert_snapshot!("heat", heat("首次").svg());
    insta::assert_snapshot!("histogram", histogram().svg());
}

#[test]
fn charts_are_well_formed_whatever_they_are_called() {
    for name in NAMES {
        for svg in [bars(name).svg(), stacked(name).svg(), columns(name).svg(), heat(name).svg()] {
            let (elements, text) = read(&svg);
            let known = ["svg", "title", "desc", "text", "rect", "line"];
            assert!(elements.iter().all(|element| known.contains(&element.as_str())), "{elements:?}");
            assert_eq!(elements[..3], ["svg", "title", "desc"]);
            assert!(!text.contains(['\u{0}', '\u{202e}']), "{text}");
        }
    }
    // What does not fit is whole for whoever points at it.
    assert!(bars(NAMES[2]).svg().contains(&format!("<title>{}</title>", NAMES[2])));
}

#[test]
fn charts_of_nothing_and_of_odd_numbers_are_drawn() {
    let nothing = [
        Bars { rows: Vec::new(), ..bars("") }.svg(),
        Stacked { rows: Vec::new(), series: Vec::new(), ..stacked("") }.svg(),
        Columns { columns: Vec::new(), ..columns("") }.svg(),
        Heat { rows: Vec::new(), columns: Vec::new(), cells: vec![vec![]], ..heat("") }.svg(),
        Histogram { bins: Vec::new(), marks: vec![Mark { label: "p50".to_owned(), at: f64::NAN }], ..histogram() }.svg(),
        Histogram { bins: vec![Bin { from: 0.0, to: 0.0, count: u64::MAX }], ..histogram() }.svg(),
        Stacked { rows: vec![StackedRow { label: String::new(), counts: vec![u64::MAX; 4] }], shares: false, ..stacked("") }.svg(),
    ];
    for svg in nothing {
        read(&svg);
    }
    let below =
        Bars { most: None, rows: vec![BarRow { label: "κ".to_owned(), values: vec![Some(measure(-0.2, -0.4, 0.1))] }], ..bars("") };
    let (_, text) = read(&below.svg());
    assert!(text.contains("-0.20 [-0.40, 0.10]") && text.contains("0.20"), "{text}");
}

#[test]
fn the_style_sheet_refers_to_nothing_outside() {
    assert!(!STYLE.contains("url(") && !STYLE.contains("@import") && !STYLE.contains('<'));
}
