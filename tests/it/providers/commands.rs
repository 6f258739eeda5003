//! Known providers on the command line: how one is chosen, whose key goes where, what `doctor` finds out and keeps.

use std::process::Output;

use serde_json::{Value, json};

use super::KEY;
use crate::support::server::{Answer, Server};
use crate::support::workspace::{Ran, Workspace};

const REPORT: &str = "望江证券\n证券研究报告\n投资评级：增持（维持）\n";

/// Runs the program while a server of the same runtime answers it.
async fn run(workspace: &Workspace, args: &[&str], variables: &[(&str, &str)]) -> Ran {
    let mut command = workspace.command(args);
    command.envs(variables.iter().copied());
    let output: Output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    Ran::from(output)
}

fn shown(ran: &Ran, name: &str) -> String {
    let line = ran.stdout.lines().find(|line| line.starts_with(&format!("{name} ")));
    line.unwrap_or_else(|| panic!("no `{name}` in\n{}{}", ran.stdout, ran.stderr))[name.len()..].trim().to_owned()
}

#[test]
fn a_known_provider_needs_no_file_and_gets_its_own_key_alone() {
    let workspace = Workspace::new();
    let both = [("OPENAI_API_KEY", "sk-openai-0123456789"), ("DEEPSEEK_API_KEY", "sk-deepseek-0123456789")];
    let doctor = |args: &[&str], variables: &[(&str, &str)]| {
        let mut command = workspace.command(&[&["doctor", "--no-probe", "--model", "m"], args].concat());
        command.envs(variables.iter().copied());
        Ran::from(command.output().unwrap())
    };
    type Case<'a> = (&'a [&'a str], &'a [(&'a str, &'a str)], &'a str, &'a str);
    let cases: [Case; 9] = [
        (&["--provider", "deepseek"], &both, "https://api.deepseek.com", "`DEEPSEEK_API_KEY` is set"),
        (&["--provider", "deepseek"], &both[..1], "https://api.deepseek.com", "`DEEPSEEK_API_KEY` is not set"),
        (&[], &both, "https://api.openai.com/v1", "`OPENAI_API_KEY` is set"),
        (&["--base-url", "https://api.deepseek.com/v1"], &both, "https://api.deepseek.com/v1", "`DEEPSEEK_API_KEY` is set"),
        (&["--provider", "deepseek", "--base-url", "https://example.com/v1"], &both, "https://example.com/v1", "none is sent"),
        (&["--base-url", "http://api.openai.com/v1"], &both, "http://api.openai.com/v1", "none is sent"),
        (
            &["--base-url", "https://example.com/v1", "--api-key-env", "DEEPSEEK_API_KEY"],
            &both,
            "https://example.com/v1",
            "`DEEPSEEK_API_KEY` is set",
        ),
        (&["--provider", "ollama"], &both, "http://127.0.0.1:11434/v1", "none is sent"),
        (
            &["--provider", "azure", "--base-url", "https://r.openai.azure.com"],
            &both,
            "https://r.openai.azure.com/openai/deployments/m",
            "`AZURE_OPENAI_API_KEY` is not set",
        ),
    ];
    for (args, variables, server, key) in cases {
        let ran = doctor(args, variables);
        assert_eq!((ran.code, shown(&ran, "server"), shown(&ran, "key")), (0, server.to_owned(), key.to_owned()), "{args:?}");
        assert!(!ran.stdout.contains("0123456789") && !ran.stderr.contains("0123456789"), "a key was shown");
    }
    // The environment that names a server may name its key too, by OpenAI's name, as every client does.
    let environment = [("OPENAI_BASE_URL", "https://api.deepseek.com"), both[0]];
    let ran = doctor(&[], &environment);
    assert_eq!(shown(&ran, "key"), "`OPENAI_API_KEY` is set");
    let ran = doctor(&[], &[environment[0], both[1]]);
    assert_eq!(shown(&ran, "key"), "`DEEPSEEK_API_KEY` is set");
}

#[test]
fn a_table_takes_over_what_is_known_and_its_key_stays_with_its_address() {
    let workspace = Workspace::new();
    workspace.file(
        "sellside.toml",
        "default_provider = \"mine\"\n\
         [provider.mine]\npreset = \"zhipu\"\nbase_url = \"https://gateway.example.com/v1\"\napi_key_env = \"MY_KEY\"\nmodel = \"glm-4.6\"\nthinking = false\n\
         [provider.qwen]\nmodel = \"qwen-plus\"\ngrade = \"prompt\"\n",
    );
    let doctor = |args: &[&str]| {
        let mut command = workspace.command(&[&["doctor", "--no-probe"], args].concat());
        command.env("MY_KEY", KEY);
        Ran::from(command.output().unwrap())
    };
    let mine = doctor(&[]);
    assert_eq!(shown(&mine, "asked as"), "Zhipu GLM (BigModel, Z.ai)");
    assert_eq!(shown(&mine, "grade"), "auto (json_object, then tools, then prompt)");
    assert_eq!(shown(&mine, "sends"), r#"{"thinking":{"type":"disabled"}}"#);
    assert_eq!(shown(&mine, "key"), "`MY_KEY` is set");
    let qwen = doctor(&["--provider", "qwen"]);
    assert_eq!(shown(&qwen, "server"), "https://dashscope.aliyuncs.com/compatible-mode/v1");
    assert_eq!((shown(&qwen, "grade"), shown(&qwen, "sends")), ("prompt (prompt)".to_owned(), r#"{"enable_thinking":false}"#.to_owned()));
    assert_eq!(doctor(&["--thinking", "on"]).stdout.find("sends"), None, "typed wins over the table");
    assert_eq!(shown(&doctor(&["--provider", "deepseek", "--model", "m", "--thinking", "off"]), "sends"), shown(&mine, "sends"));
    // Another address in passing is not shown the table's key; one that is given for this very provider is.
    assert_eq!(shown(&doctor(&["--base-url", "https://other.example.com/v1"]), "key"), "none is sent");
    workspace.file("one.toml", "[provider.qwen]\nmodel = \"qwen-plus\"\n");
    let elsewhere = doctor(&["--config", "one.toml", "--base-url", "https://other.example.com/v1"]);
    assert_eq!((shown(&elsewhere, "asked as"), elsewhere.stdout.contains("enable_thinking")), ("any server".to_owned(), false));
    let by_hand = doctor(&["--provider", "mine", "--base-url", "https://other.example.com/v1"]);
    assert_eq!(shown(&by_hand, "key"), "`MY_KEY` is set");
}

#[test]
fn what_cannot_be_chosen_is_said_with_a_way_out() {
    let workspace = Workspace::new();
    workspace.file("typo.toml", "[provider.x]\npreset = \"deepsek\"\nmodel = \"m\"\n");
    workspace.file("old.toml", "[provider.x]\nmodel = \"m\"\nextra_body = { a = 1 }\n");
    for (args, error, hint) in [
        (
            &["--provider", "nobody", "--model", "m"][..],
            "`nobody` is no known provider, and there is no `[provider.nobody]` table",
            "`deepseek`",
        ),
        (&["--provider", "azure", "--model", "m"], "`azure` has no address of its own", "https://RESOURCE.openai.azure.com"),
        (&["--provider", "deepseek"], "a server is named, but no model", "--model"),
        (&["--provider", "deepseek", "--model", "m"], "`DEEPSEEK_API_KEY` is not set", "--api-key-env"),
        (&["--config", "typo.toml"], "`provider.x.preset` is `deepsek`, which is no known provider", "`deepseek`"),
        (&["--config", "old.toml"], "could not use settings at `old.toml`", "sellside schema config"),
    ] {
        let ran = workspace.run(&[&["doctor"], args].concat());
        assert_eq!(ran.code, 2, "{args:?}: {}{}", ran.stdout, ran.stderr);
        assert!(ran.stderr.contains(error) && ran.stderr.contains("hint: ") && ran.stderr.contains(hint), "{args:?}: {}", ran.stderr);
    }
}

fn probe(text: &str) -> Answer {
    Answer::says(&json!({ "probe": text }).to_string())
}

/// A server that refuses schemas, ignores functions, and has a JSON mode.
fn quirky() -> [Answer; 4] {
    let refusal = Answer::error(400, "This response_format type is unavailable now", &json!("invalid_request_error"));
    [probe("yes"), refusal, Answer::says("I would call submit."), probe("yes")]
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_says_what_works_and_auto_begins_there() {
    let server = Server::start(quirky().into_iter().chain(vec![Answer::error(401, "wrong key", &Value::Null); 4])).await;
    let workspace = Workspace::new();
    workspace.file("report.txt", REPORT);
    let args = ["--model", "m", "--base-url", &server.base_url, "--api-key-env", "TEST_KEY"];
    let key = [("TEST_KEY", KEY)];
    let ran = run(&workspace, &[&["doctor"], &args[..]].concat(), &key).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let rows: Vec<Vec<&str>> = ran.stdout.lines().map(|line| line.split_whitespace().collect()).collect();
    assert!(ran.stdout.contains("This response_format type is unavailable now"), "{}", ran.stdout);
    for (grade, works, prompt, answer) in [
        ("json_schema", "refused", "0", "0"),
        ("tools", "refused", "10", "5"),
        ("json_object", "yes", "10", "5"),
        ("prompt", "yes", "10", "5"),
    ] {
        let found = rows.iter().find(|row| row.len() > 4 && row[0] == grade).unwrap_or_else(|| panic!("no {grade} in\n{}", ran.stdout));
        assert_eq!((found[1], found[2], found[4]), (works, prompt, answer), "{}", ran.stdout);
    }
    assert!(ran.stdout.contains("4 requests took 45 tokens"), "{}", ran.stdout);
    assert!(ran.stdout.contains("`auto` begins with json_object (kept for 30 days"), "{}", ran.stdout);

    let cache = std::fs::read_to_string(workspace.path().join("cache/probes.json")).unwrap();
    assert!(!cache.contains(KEY) && !cache.contains("TEST_KEY"), "{cache}");
    let kept: Value = serde_json::from_str(&cache).unwrap();
    assert_eq!(kept["version"], 1);
    let [answer] = &kept["answers"].as_array().unwrap()[..] else { panic!("{cache}") };
    assert_eq!((&answer["server"], &answer["model"], &answer["grade"]), (&json!(server.base_url), &json!("m"), &json!("json_object")));

    // Each of these asks once and is sent away, so that the body shows where it began.
    let extract = |more: &[&'static str]| [&["extract", "report.txt"], &args[..], more].concat();
    run(&workspace, &extract(&[]), &key).await;
    run(&workspace, &extract(&["--no-cache"]), &key).await;
    run(&workspace, &extract(&["--grade", "prompt"]), &key).await;
    let other = ["extract", "report.txt", "--model", "other", "--base-url", &server.base_url];
    run(&workspace, &other, &[]).await;
    let asked = server.asked();
    let format = |at: usize| asked[at].body["response_format"]["type"].clone();
    assert_eq!(
        [format(4), format(5), format(6), format(7)],
        [json!("json_object"), json!("json_schema"), Value::Null, json!("json_schema")]
    );
    assert!(asked[4].headers.contains_key("authorization") && !asked[7].headers.contains_key("authorization"));
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_keeps_nothing_when_told_so_and_shows_what_it_knew() {
    let server = Server::start(quirky().into_iter().chain(quirky())).await;
    let workspace = Workspace::new();
    let args = ["doctor", "--model", "m", "--base-url", &server.base_url];
    let ran = run(&workspace, &[&args[..], &["--no-cache"]].concat(), &[]).await;
    assert!(ran.stdout.contains("`auto` comes to json_object each time anew"), "{}", ran.stdout);
    assert!(!workspace.path().join("cache").exists());
    run(&workspace, &args, &[]).await;
    let ran = run(&workspace, &[&args[..], &["--no-probe"]].concat(), &[]).await;
    assert!(ran.stdout.contains("begins with json_object, found out on 20"), "{}", ran.stdout);
    assert_eq!(server.asked().len(), 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_stops_where_asking_on_is_useless_and_says_why() {
    let workspace = Workspace::new();
    let server = Server::start([Answer::error(401, &format!("Incorrect API key provided: {KEY}"), &json!("invalid_api_key"))]).await;
    let args = |url: &str| ["doctor", "--model", "m", "--base-url", url, "--api-key-env", "TEST_KEY"].map(str::to_owned);
    let ran = run(&workspace, &args(&server.base_url).each_ref().map(String::as_str), &[("TEST_KEY", KEY)]).await;
    assert_eq!((ran.code, server.asked().len()), (1, 1));
    assert!(
        ran.stderr.contains("error: request failed after 1 attempt") && ran.stderr.contains("caused by: Incorrect API key"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("hint: check the key") && !ran.stderr.contains(KEY), "{}", ran.stderr);
    // A gateway's way of not knowing a model, or of having no list of keys.
    let server = Server::start([Answer::error(400, "Invalid model name passed in model=m", &json!("400"))]).await;
    let ran = run(&workspace, &args(&server.base_url).each_ref().map(String::as_str), &[("TEST_KEY", KEY)]).await;
    assert_eq!((ran.code, server.asked().len()), (1, 1), "no grade can mend that");
    assert!(ran.stderr.contains("caused by: Invalid model name passed in model=m"), "{}", ran.stderr);
    assert!(ran.stderr.contains("hint: check `--model`"), "{}", ran.stderr);
    let server = Server::start([Answer::error(400, "No connected db.", &json!("400"))]).await;
    let ran = run(&workspace, &args(&server.base_url).each_ref().map(String::as_str), &[("TEST_KEY", KEY)]).await;
    assert!(ran.stderr.contains("hint: nothing simpler can be asked: check the key"), "{}", ran.stderr);
    let ran = run(&workspace, &args("http://127.0.0.1:1/v1").each_ref().map(String::as_str), &[("TEST_KEY", KEY)]).await;
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("could not connect") && ran.stderr.contains("is the server running?"), "{}", ran.stderr);
    assert!(!workspace.path().join("cache").exists(), "half an answer was kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_breaks_on_a_schema_is_asked_on_and_avoided() {
    let server = Server::start([probe("yes"), Answer::text(500, "oops"), Answer::text(500, "oops"), probe("yes")]).await;
    let workspace = Workspace::new();
    let ran = run(&workspace, &["doctor", "--model", "m", "--base-url", &server.base_url], &[]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("http_500: oops") && ran.stdout.contains("`auto` begins with json_object"), "{}", ran.stdout);
}
