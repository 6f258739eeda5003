//! The seeds of the fuzz targets, and whatever they ever found, without a fuzzer.

use crate::support::workspace::repository;

#[path = "../../fuzz/targets.rs"]
#[allow(unreachable_pub, clippy::expect_used, reason = "shared with the fuzz targets")]
mod targets;

#[test]
fn seeds_hold() {
    type Target = fn(&[u8]);
    let targets: [(&str, Target); 5] = [
        ("decode", targets::decode),
        ("html", targets::html),
        ("zones", targets::zones),
        ("reply", targets::reply),
        ("grounding", targets::grounding),
    ];
    for (name, target) in targets {
        let seeds: Vec<_> = std::fs::read_dir(repository("fuzz/seeds").join(name)).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert!(seeds.len() >= 3, "{name}: {seeds:?}");
        for seed in seeds {
            target(&std::fs::read(&seed).unwrap());
        }
    }
}
